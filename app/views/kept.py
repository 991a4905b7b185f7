"""What was made for one reader is kept for the next who asks the same: one small memory for all parts of all pages."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from app.views import notebook
from app.views.answers import Question
from app.views.memory import Memory

Made = TypeVar("Made")
_parts: Memory[tuple] = Memory(1_000)  # parts of pages, of 5 to 200 KB each


def kept(question: Question, name: str, more: Hashable, make: Callable[[], tuple[Made, bool]]) -> Made:
    """What `make` made for the same question, name, `more` and state of what people wrote; `make` also says whether it is to be kept."""
    asked = (name, question.card.generation, question.preset, question.period, question.chosen, notebook.noted(), more)
    if known := _parts.get(asked, ()):
        return known[0]
    made, is_whole = make()
    if is_whole:
        _parts.keep(asked, (made,))
    return made
