"""Starts the site: `python -m app.site --server.port 8501` is `streamlit run streamlit_app.py`, fit for deep links."""

import sys

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

from app.settings import ROOT

# A folder named pages/ makes Streamlit take an app for one of its old kind until the first run tells it otherwise, and the
# first visitor of a new server would read "Page not found" at any address but the home page's.
PagesManager.uses_pages_directory = False

if __name__ == "__main__":
    sys.argv = ["streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.headless", "true", *sys.argv[1:]]
    sys.exit(cli.main())
