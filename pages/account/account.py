from app.views import account as view

view.show()
