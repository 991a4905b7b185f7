from app.views import definitions as view

view.show()
