from app.views import sales as view

view.show()
