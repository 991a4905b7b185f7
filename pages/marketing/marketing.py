from app.views import marketing as view

view.show()
