"""Cards as data: what cards say while a sheet is open is gathered and drawn as one element, and remembered for the next who asks the same.

Streamlit takes one to fifty milliseconds for each of its elements, and a page had two hundred: as a sheet it has one.
"""

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import streamlit as st

from app.charts import Drawing
from app.views import links
from app.views.answers import Question
from app.views.kept import kept

HERE = Path(__file__).parent
_SHEET = st.components.v2.component(
    "accord_sheet",
    html='<div class="frame"><div class="sheet"></div></div>',
    css=(HERE / "sheet.css").read_text(),
    js=links.PARTS_JS + (HERE / "painter.js").read_text() + (HERE / "sheet.js").read_text(),
)
Part = dict[str, object]


@dataclass
class Sheet:
    """Rows of cards that are drawn together; specs that several charts share are handed over once. A fault makes it one that is not kept."""

    rows: list[dict] = field(default_factory=list)
    specs: dict[str, dict] = field(default_factory=dict)
    is_faulty: bool = False


_open: ContextVar[Sheet | None] = ContextVar("sheet", default=None)
_parts: ContextVar[list[Part] | None] = ContextVar("parts", default=None)


def sheet(question: Question, key: str, draw: Callable[[], None], picks: tuple[str, ...] = (), more: Hashable = None) -> None:
    """Draws what `draw` gathers. It must follow from the question, from what the address says of `picks`, from what people wrote, and
    from `more`: where all these were the same, `draw` is not asked again.
    """
    data = kept(question, key, (_recall(picks), more), lambda: _gathered(draw))
    _SHEET(key=key, data=data, on_pick_change=lambda: _picked(key))


def single(key: str, draw: Callable[[], None], fills: bool = False) -> None:
    """One chart or table between Streamlit's own elements, as an element by itself; `fills`: as high as there is room."""

    def alone() -> None:
        row("fills" if fills else "one")
        draw()

    _SHEET(key=key, data=_gathered(alone)[0], height="stretch" if fills else "content")


def _gathered(draw: Callable[[], None]) -> tuple[bytes, bool]:
    made = Sheet()
    token = _open.set(made)
    try:
        draw()
    finally:
        _open.reset(token)
    return _written(made), not made.is_faulty


def _written(made: Sheet) -> bytes:
    """A line of what all cards share, and one of each card, so that the browser can tell which are as they were without reading them."""
    cards = [card for row in made.rows for card in row["cards"]]
    level = 3
    for card in cards:
        card["level"] = level
        if card["parts"] and card["parts"][0]["kind"] == "head":
            level = 4  # what follows belongs to that part of the page
    rows = [{"layout": row["layout"], "cards": len(row["cards"])} for row in made.rows]
    lines = [{"rows": rows, "specs": made.specs}, *cards]
    return "\n".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines).encode()


def is_open() -> bool:
    """Whether what is drawn now goes into a sheet."""
    return _open.get() is not None


def spoil() -> None:
    """A part failed: what is drawn now is not to be remembered."""
    if found := _open.get():
        found.is_faulty = True


def row(layout: str = "one") -> None:
    """Begins a row of cards: one under the other, `threes`, `four`, or two columns as `five-four` or `one-two`."""
    _open.get().rows.append({"layout": layout, "cards": []})


@contextmanager
def card(title: str = "", says: str = "", definition: str = "", is_framed: bool = True) -> Iterator[None]:
    """One card of the row begun last, and what is drawn inside it; without a title a part of the page without a frame."""
    found, parts = _open.get(), []
    token = _parts.set(parts)
    try:
        yield
    finally:
        _parts.reset(token)
    found.rows[-1]["cards"].append({"title": title, "says": says, "definition": definition, "framed": is_framed and bool(title), "parts": parts})


@contextmanager
def lanes() -> Iterator[Callable]:
    """Columns inside a card: yields a context for each of them."""
    made: list[list[Part]] = []

    @contextmanager
    def lane() -> Iterator[None]:
        made.append([])
        token = _parts.set(made[-1])
        try:
            yield
        finally:
            _parts.reset(token)

    yield lane
    put({"kind": "lanes", "lanes": made})


def put(part: Part) -> None:
    """One more part of the card that is being drawn; between cards, a part without a frame."""
    parts = _parts.get()
    if parts is not None:
        parts.append(part)
        return
    with card():
        put(part)


def drawn(drawing: Drawing, address: Callable[[str], str | None] | None = None) -> None:
    """A chart; `address` is where a row's key leads."""
    found = _open.get()
    found.specs[str(id(drawing.spec))] = {"layer": drawing.spec["layer"]}
    rows = [{name: _plain(value) for name, value in row.items() if value is not None} for row in drawing.rows]
    if address:
        known: dict[str, str | None] = {}
        for row in rows:
            if (key := row.get("key")) is not None:
                row["href"] = known[key] if key in known else known.setdefault(key, address(key))
    put({"kind": "chart", "spec": str(id(drawing.spec)), "rows": rows, "height": drawing.height, "alt": drawing.alt, "spoken": drawing.spoken})


def choose(key: str, label: str, options: Mapping[str, object], usual: str, is_beside: bool = False) -> object:
    """A choice by its name, as it stands in the address; `options` are names and what they stand for, which is returned. `is_beside`:
    drawn beside the card's title.
    """
    asked = st.query_params.get(key)
    chosen = asked if asked in options else usual
    choice = {"key": key, "label": label, "options": [*options], "chosen": chosen, "usual": usual}
    parts = _parts.get()
    if parts and parts[-1]["kind"] == "picks":
        parts[-1]["picks"].append(choice)
    else:
        parts.append({"kind": "picks", "picks": [choice], "beside": is_beside})
    return options[chosen]


def _recall(picks: tuple[str, ...]) -> tuple[str | None, ...]:
    """What the address says of each; what it says nothing of, but this reader chose on another page, goes into the address."""
    for key in picks:
        remembered = f"picked {key}"
        if key in st.query_params:
            st.session_state[remembered] = st.query_params[key]
        elif remembered in st.session_state:
            st.query_params[key] = st.session_state[remembered]
    return tuple(st.query_params.get(key) for key in picks)


def _picked(sheet_key: str) -> None:
    """Writes what was picked into the address; the usual value stands nowhere."""
    if found := st.session_state[sheet_key].get("pick"):
        key, value = str(found["key"]), found["value"]
        st.session_state.pop(f"picked {key}", None)
        st.query_params.pop(key, None)
        if value is not None:
            st.query_params[key] = str(value)


def _plain(value: object) -> object:
    """As JSON can say it: money as a number, a time as milliseconds since 1970."""
    if isinstance(value, str | float | int):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return round(value.replace(tzinfo=value.tzinfo or UTC).timestamp() * 1000)
    return value.isoformat() if isinstance(value, date) else value
