"""What `streamlit run` is given: the pages, and all that surrounds them."""

import importlib
import time

import streamlit as st
from streamlit import runtime

from app.access import secrets
from app.operation.headers import middleware
from app.operation.life import life
from app.operation.routes import routes
from app.serving import open_current
from app.settings import ROOT, read_settings

settings = read_settings()


def warm() -> None:
    """Opens the scorecard and asks what the pages usually ask, so that the first reader need not wait for it."""
    open_current(settings.scorecard)
    while not runtime.exists():  # which the pages' own elements make themselves known to
        time.sleep(0.05)
    importlib.import_module("app.views.warm").warm()


def newest() -> str:
    """Stands for the state that pages would show now."""
    return importlib.import_module("app.views.news").newest()


app = st.App(ROOT / "streamlit_app.py", routes=routes(settings, newest), middleware=middleware(settings), lifespan=life(settings, warm), secrets=secrets(settings))
