"""A board of cards with lines large enough to be read from three metres. All text on it is shown as text, whoever wrote it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from app.views import links

HERE = Path(__file__).parent
_BOARD = st.components.v2.component(
    "accord_board",
    html='<div class="frame"><div class="chips"></div><div class="board"></div></div>',
    css=(HERE / "board.css").read_text(),
    js=links.PARTS_JS + (HERE / "board.js").read_text(),
)


@dataclass(frozen=True)
class Turn:
    """A dot on the way to a win: in the colour of `side`, with `when` above and `what` below; `tip` says more."""

    side: str
    when: str
    what: str
    tip: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a card. `mark` stands before it in the colour of `tone`, `figure` is large, `text` is what it says, `small` who said it.

    `href` is where it leads; `ref` and `acts` (name, label) are the buttons at its end and what they hand to the page; `replies`
    stand under it; `chart` is a small line then to now; `is_struck` crosses it off.
    """

    text: str = ""
    figure: str = ""
    small: str = ""
    mark: str = ""
    tone: str = ""
    href: str = ""
    ref: str = ""
    acts: tuple[tuple[str, str], ...] = ()
    replies: tuple["Line", ...] = ()
    path: tuple[Turn, ...] = ()
    chart: tuple[float | None, ...] = ()
    is_struck: bool = False
    is_chosen: bool = False


@dataclass(frozen=True)
class Card:
    """A card: its title, a note at the right of it (`href` makes it a way on), one large figure, and lines; `empty` stands where there is no line."""

    title: str
    note: str = ""
    href: str = ""
    side: str = ""
    figure: str = ""
    unit: str = ""
    mark: str = ""
    tone: str = ""
    lines: tuple[Line, ...] = ()
    empty: str = ""
    whole: str = ""  # the address of the whole card, where all of it is one way on
    is_chosen: bool = False


@dataclass(frozen=True)
class Chip:
    """A choice among others, and where it leads."""

    text: str
    href: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Board:
    """Cards in a grid: `columns` as CSS writes them (1fr 2fr), `chips` above them; `is_low`: no higher than what is in it."""

    cards: tuple[Card, ...]
    columns: str = "1fr"
    chips: tuple[Chip, ...] = ()
    is_low: bool = False


def draw(key: str, board: Board, act: Callable[[str, str], None] | None = None) -> None:
    """Draws a board; `act` gets the name and the `ref` of a button of a line that was pressed."""

    def pressed() -> None:
        if act and (found := st.session_state[key].get("act")):
            act(str(found["name"]), str(found["ref"]))

    _BOARD(key=key, data=asdict(board), height="content" if board.is_low else "stretch", on_act_change=pressed)
