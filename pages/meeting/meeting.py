from app.views import meeting as view

view.show()
