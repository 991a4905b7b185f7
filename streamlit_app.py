# The site: `streamlit run streamlit_app.py`, or `accord serve`.

from app.views import shell

shell.run()
