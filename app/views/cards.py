"""A card: its title, the way to its definition, and what it shows: a chart, a sentence why there is none, or a fault."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import streamlit as st

from app.charts import Drawing
from app.charts.draw import PICK
from app.errors import AccordError, QuestionError
from app.metrics import sentence
from app.views import answers, links, words
from app.views.answers import Gap, Question

PAIR_PX, THIRD_PX = 640, 360  # the least width of two cards of four, and of one card of three
log = logging.getLogger(__name__)


def card(question: Question, title: str, metric: str, draw: Callable[..., None], caption: str = "", choose: Callable[[], object] | None = None) -> None:
    """A framed card that can fail or be empty without taking the others with it. `choose` draws a selector beside the title; what it
    returns is handed to `draw`.
    """
    with st.container(border=True, height="stretch", gap="xsmall"):
        picked = heading(question, title, metric, choose)
        if caption:
            st.caption(caption)
        guarded(lambda: draw(picked) if choose else draw())


def threes() -> AbstractContextManager:
    """A grid of cards three to a row: at 1280 pixels as on a large screen, and one under the other on a phone."""
    return st.grid(3, min_column_width=THIRD_PX, gap="small")


def four(*draws: Callable[[], None]) -> None:
    """Four cards in a row, two by two where the page is narrower, and one under the other on a phone: never three and one."""
    with st.grid(2, min_column_width=PAIR_PX, gap="small"):
        for pair in (draws[:2], draws[2:]):
            for column, draw in zip(st.columns(2, gap="small"), pair, strict=True):
                with column:
                    draw()


def guarded(draw: Callable[[], None]) -> None:
    """Draws, or says in one sentence why not."""
    try:
        draw()
    except (Gap, QuestionError) as gap:  # nothing to show, or the address asks for what does not exist
        st.caption(words.plain(gap))
    except AccordError as fault:
        log.error("a card failed: %s", fault)
        st.caption(f":red[This part could not be worked out:] {words.plain(str(fault).splitlines()[0])}")
    except Exception:
        log.exception("a card failed")
        st.caption(
            ":red[This part could not be drawn.] The rest of the page is not affected; the server's log says why."
        )


def heading(question: Question, title: str, metric: str, choose: Callable[[], object] | None = None) -> object:
    """A card's title, its selector, if it has one, and the button to its definition; returns what is chosen."""
    found = answers.find(metric)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content") if choose else nullcontext():
            st.markdown(f"#### {title}", anchors=False, width="content")
            picked = choose() if choose else None
        st.button(
            "",
            icon=":material/info:",
            key=f"define {title}",
            type="tertiary",
            help=f"**{found.title}.** {sentence(question.card, found)} Click for the whole definition.",
            on_click=lambda: links.go(links.definition(metric)),
        )
    return picked


def chart(drawing: Drawing, metric: str, dimension: str | None, name: str = "", to: Callable[[str], str] | None = None) -> None:
    """A chart whose rows open their records: a row's key is a value of `dimension`, or, where that is None, a metric. `name` tells
    apart two charts of one metric and dimension on a page; `to` makes another address of a row's key.
    """
    key = f"chart {name or metric} {dimension}"

    def open_row() -> None:
        if picked := st.session_state[key].selection.get(PICK):
            value = picked[0]["key"]
            if value is None:
                return  # a row without records of its own
            if to:
                links.go(to(value))
            else:
                links.go(links.records(metric, **{dimension: value}) if dimension else links.records(value))

    st.vega_lite_chart(
        drawing.table,
        drawing.spec,
        height=drawing.height,
        key=key,
        on_select=open_row,
        selection_mode=PICK,
        alt=drawing.alt,
    )
