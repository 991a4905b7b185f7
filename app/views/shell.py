"""What surrounds every page: its head, the filter bar, the watch for newer numbers, and a sentence where all else fails."""

import gc
import logging
import time
from collections.abc import Sequence
from contextlib import nullcontext

import streamlit as st

from app.charts import format as write
from app.errors import AccessError, AccordError, CallerError, NoScorecard
from app.metrics import Scorecard, elapsed, is_in_progress
from app.views import bar, dialect, head, links, news, notebook, reader, source, words
from app.views.ahead import asked_ahead
from app.views.answers import Question

log = logging.getLogger(__name__)
PAGES = {
    "scorecard": "Scorecard",
    "meeting": "Meeting",
    "marketing": "Marketing",
    "sales": "Sales",
    "personas": "Personas",
    "account": "Accounts",
    "definitions": "Definitions",
    "data": "Data",
    "records": "Records",
}
OF_RECORDS = ("meeting", "account", "records")  # what viewers do not see


def run() -> None:
    """The whole site for one run."""
    st.logo("static/icon.svg")
    try:
        scope = reader.scope()
    except AccessError as refusal:
        _name("Sign in")
        st.navigation(_pages(()), position="hidden")
        reader.ask_to_sign_in(refusal)
        links.keep_wanted()
        return
    page = st.navigation(_pages(() if scope.sees_records else OF_RECORDS), position="top")
    began = time.perf_counter()
    try:
        _name(page.title)
        with source.held() as card:
            _page(page, card)
        log.info("page drawn", extra={"page": page.title, "duration_s": round(time.perf_counter() - began, 3)})
    except NoScorecard:
        _invite()
    except AccordError as fault:
        log.log(logging.WARNING if isinstance(fault, CallerError) else logging.ERROR, "a page failed", exc_info=fault)
        st.error(words.plain(fault))
    except Exception:
        log.exception("a page failed")
        st.error("This page could not be drawn. The other pages are not affected; the server's log says why.")


def _name(title: str) -> None:
    """What the browser's tab says: who has several open tells them apart by it."""
    st.set_page_config(page_title=f"{title} · Accord", page_icon="static/icon.svg", layout="wide")


def question() -> Question:
    """What the reader has chosen in this run."""
    return st.session_state["question"]


def _pages(hidden: Sequence[str]) -> list[st.Page]:
    return [
        st.Page(
            f"pages/{name}/{name}.py",
            title=title,
            default=name == "scorecard",
            visibility="hidden" if name == "records" or name in hidden else "visible",
        )
        for name, title in PAGES.items()
    ]


def _page(page: st.Page, card: Scorecard) -> None:
    name = next(name for name, title in PAGES.items() if title == page.title)
    _greet(card)
    is_filtered = name not in bar.UNFILTERED
    st.session_state["question"] = bar.read(card) if is_filtered else bar.unfiltered(card)
    is_shut = name in OF_RECORDS and not card.scope.sees_records
    with nullcontext() if is_shut else asked_ahead(_drawing(name), question()):
        if is_filtered:
            head.draw(card, page.title, _line(question()), dialect.usual(notebook.author()) if name == "scorecard" else "")
        if name != "records":
            st.session_state["came_from"] = (name, links.href(name, **dialect.address()))
        notebook.look()
        if is_shut:
            st.info("This page tells of single leads, deals and accounts, which your role (viewer) does not show.")
        else:
            page.run()
    reader.line()
    notebook.tell()
    links.follow()
    if reader.name():
        links.go_to_wanted()
    with nullcontext() if is_filtered else st.container(gap=None):
        news.watch(card.build)
        if not is_filtered:
            head.carry()
    _settle()


def _drawing(name: str) -> str:
    """The page and what its address says besides filters: what two readers are asked alike for, with filters of their own."""
    more = {key: value for key, value in st.query_params.items() if key not in (*bar.KEYS, "period", "days", "account")}
    return f"{name} {sorted(more.items())}"


def _line(asked: Question) -> str:
    card, period = asked.card, asked.period
    part = words.period(period)
    if is_in_progress(card, period):
        part += f", day {elapsed(card, period).days:,} of {period.days:,}"
    return f"{part} · {data_line(card)}"


def data_line(card: Scorecard) -> str:
    """How fresh the numbers are, and whether they are invented."""
    return f"Data as of {write.moment(card.as_of, 'UTC')}{' · Sample company: invented data' if card.facts['is_sample'] else ''}"


def _greet(card: Scorecard) -> None:
    """Says so when the numbers have changed since this reader's last run."""
    shown = st.session_state.get("shown", card.generation)
    st.session_state["shown"] = card.generation
    if shown != card.generation:
        st.toast(f"Newer numbers are in: as of {write.moment(card.as_of, 'UTC')}", icon=":material/update:")


@st.cache_resource(show_spinner=False)
def _settle() -> None:
    """Once in each server, after its first page: Streamlit collects garbage after every run, and need not look at what was loaded by
    then, which stays. A redraw takes a tenth of the time without.
    """
    gc.collect()
    gc.freeze()


def _invite() -> None:
    st.markdown("## No scorecard has been built yet", anchors=False)
    st.markdown("Put your extracts into `data/extracts/` and build it:")
    st.code("python3 dev.py accord build", language="bash")
    st.markdown("or look at the sample company first:")
    st.code("python3 dev.py demo", language="bash")
    st.caption("Reload this page after the build.")
