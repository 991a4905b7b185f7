from app.views import personas as view

view.show()
