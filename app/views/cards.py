"""A card: its title, the way to its definition, and what it shows: a chart, a sentence why there is none, or a fault."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

import streamlit as st

from app.charts import Drawing
from app.errors import AccordError, QuestionError
from app.metrics import sentence
from app.views import answers, links, sheet, words
from app.views.answers import Gap, Question

THIRD_PX = 360  # the least width of one card of three
log = logging.getLogger(__name__)


def card(
    question: Question, title: str, metric: str, draw: Callable[..., None], said: str = "", pick: Callable[[], object] | None = None, is_framed: bool = True
) -> None:
    """A framed card that can fail or be empty without taking the others with it; `said` stands below its title. `pick` draws a selector
    beside the title; what it returns is handed to `draw`.
    """
    if sheet.is_open():
        found = answers.find(metric)
        with sheet.card(title, f"{found.title}. {sentence(question.card, found)}", links.definition(metric), is_framed):
            _fill(draw, said, pick)
        return
    with st.container(border=True, height="stretch", gap="xsmall"):
        heading(question, title, metric)
        _fill(draw, said, pick)


def _fill(draw: Callable[..., None], said: str, pick: Callable[[], object] | None) -> None:
    picked = pick() if pick else None
    if said:
        caption(said)
    guarded(lambda: draw(picked) if pick else draw())


def say(text: str) -> None:
    """A sentence of a card: text with bold, green and red as Markdown writes them, and a backslash before what is to stand as it is."""
    sheet.put({"kind": "say", "text": text}) if sheet.is_open() else st.markdown(text)


def head(text: str) -> None:
    """A heading of a part of the page."""
    sheet.put({"kind": "head", "text": text})


def link(text: str, address: str) -> None:
    """A way on, at the end of a card."""
    sheet.put({"kind": "link", "text": text, "href": address})


def caption(text: str) -> None:
    """A small grey sentence of a card, as `say` takes it."""
    sheet.put({"kind": "caption", "text": text}) if sheet.is_open() else st.caption(text)


def threes() -> AbstractContextManager:
    """A grid of cards three to a row: at 1280 pixels as on a large screen, and one under the other on a phone."""
    return st.grid(3, min_column_width=THIRD_PX, gap="small")


def guarded(draw: Callable[[], None]) -> None:
    """Draws, or says in one sentence why not."""
    try:
        draw()
    except (Gap, QuestionError) as gap:  # nothing to show, or the address asks for what does not exist
        caption(words.plain(gap))
    except AccordError as fault:
        log.error("a card failed", exc_info=fault)
        say(f":red[This part could not be worked out:] {words.plain(str(fault).splitlines()[0])}")
    except Exception:
        log.exception("a card failed")
        sheet.spoil()
        say(":red[This part could not be drawn.] The rest of the page is not affected; the server's log says why.")


def heading(question: Question, title: str, metric: str) -> None:
    """A card's title and the button to its definition, outside a sheet."""
    found = answers.find(metric)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"):
        st.markdown(f"### {title}", anchors=False, width="content")
        st.button(
            "",
            icon=":material/info:",
            key=f"define {title}",
            type="tertiary",
            help=f"**{found.title}.** {sentence(question.card, found)} Click for the whole definition.",
            on_click=lambda: links.go(links.definition(metric)),
        )


def chart(drawing: Drawing, metric: str, dimension: str | None, name: str = "", to: Callable[[str], str] | None = None) -> None:
    """A chart whose rows open their records: a row's key is a value of `dimension`, or, where that is None, a metric. `name` tells
    apart two charts of one metric and dimension on a page; `to` makes another address of a row's key.
    """
    to = to or links.each(lambda value: links.records(metric, **{dimension: value}) if dimension else links.records(value))
    plot(drawing, f"chart {name or metric} {dimension}", to)


def plot(drawing: Drawing, key: str, address: Callable[[str], str | None] | None = None, fills: bool = False) -> None:
    """A chart; `address` is where a row's key leads. Outside of a sheet it is an element by itself, known as `key`; `fills`: as high as there is room."""
    draw = lambda: sheet.drawn(drawing, address)  # noqa: E731
    draw() if sheet.is_open() else sheet.single(key, draw, fills)
