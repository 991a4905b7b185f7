from app.views import scorecard as view

view.show()
