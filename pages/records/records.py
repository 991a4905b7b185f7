from app.views import records as view

view.show()
