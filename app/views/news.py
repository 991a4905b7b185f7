"""Whether anything is newer than what an open page shows: a build, what somebody wrote, or who may see what.

A page asks an address of its own and not by a fragment that runs by itself: a run for each question costs ten times as much, and
Streamlit loses the redraw of a page that ends in the moment when a fragment asks to be run.
"""

from hashlib import sha256
from pathlib import Path

import streamlit as st

from app.views import notebook, reader, source

ADDRESS = "newest"  # one of app/operation/routes.py
_WATCH = st.components.v2.component("accord_news", html="<span></span>", js=(Path(__file__).parent / "news.js").read_text())


def newest() -> str:
    """Stands for the newest state of all that pages show, and tells nothing of it. Raises NoScorecard where nothing has been built."""
    return _state(source.build(), notebook.stamp(), reader.rules_at())


def watch(build: str) -> None:
    """Has the page drawn again once there is a newer state than the one it was made of, or the reader's session is over."""
    shown = _state(build, notebook.noted(), reader.rules_known_at())
    where = "/".join(filter(None, ("", st.get_option("server.baseUrlPath").strip("/"), ADDRESS)))
    _WATCH(key="news", data={"address": where, "shown": shown, "ends_in_s": reader.ends_in_s()}, on_newer_change=lambda: None, height=1)


def _state(build: str, notes: int, rules: int) -> str:
    return sha256(f"{build} {notes} {rules}".encode()).hexdigest()[:16]
