from app.views import data as view

view.show()
