"""The head of a page, one element: its title, a line of what it shows, and the filters, whose values stand in the address."""

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from app.metrics import Scorecard
from app.views import answers, bar, dialect, links, words

HERE = Path(__file__).parent
_HEAD = st.components.v2.component(
    "accord_head",
    html='<div class="bar"><div><h2></h2><p class="line"></p></div><div class="filters"></div><fieldset class="words"></fieldset><p class="note"></p></div>',
    css=(HERE / "head.css").read_text(),
    js=links.PARTS_JS + (HERE / "head.js").read_text(),
)


def draw(card: Scorecard, title: str, line: str, usual_words: str = "") -> None:
    """Draws the head of a page that is filtered; with the switch of dialects where `usual_words` says which they are unless the address does."""
    if usual_words:
        dialect.keep()
    asked, shows_all = st.session_state["address"], bool(st.session_state.get("more"))
    usual, (first, last) = bar.usual(card), bar.all_days(card)
    data = {
        "title": title,
        "line": line,
        "note": bar.in_vain(card),
        "periods": [*answers.presets(card), bar.CUSTOM],
        "usual": usual,
        "custom": bar.CUSTOM,
        "days": [day.isoformat() for day in (first, bar.usual_start(card), last)],
        "filters": [[key, bar.options(card, key)] for key in bar.KEYS if shows_all or key in bar.FRONT or key in asked],
        "keys": bar.KEYS,
        "none": bar.NONE,
        "more": "" if shows_all else f"Filter by {words.listed(bar.MORE)}",
        "reset": f"Back to {usual.lower()}, without filters",
        "words": [*dialect.DIALECTS] if usual_words else [],
        "words_key": dialect.KEY,
        "usual_words": usual_words,
        "carried": _carried(),
    }
    _HEAD(key="head", data=data, on_more_change=_show_more)


def carry() -> None:
    """On a page without filters: what was chosen goes on to the next page."""
    _HEAD(key="carried", data={"carried": _carried()}, height=1)


def _carried() -> dict[str, object]:
    """What the ways of the navigation take along, as the end of an address: to the first page, to the others, and to which nothing."""
    asked = st.session_state["address"]
    first, filters = (urlencode(one, doseq=True) for one in (asked | dialect.kept(), asked))
    return {"first": first, "filters": filters, "unfiltered": bar.UNFILTERED}


def _show_more() -> None:
    st.session_state["more"] = True
