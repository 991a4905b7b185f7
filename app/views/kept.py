"""What was made for one reader is kept for the next who asks the same: one small memory for all parts of all pages."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from app.views import notebook
from app.views.answers import Question

Made = TypeVar("Made")
MOST = 1_000  # parts of pages, of 5 to 200 KB each
_kept: OrderedDict[Hashable, object] = OrderedDict()
_lock = threading.Lock()


def kept(question: Question, name: str, more: Hashable, make: Callable[[], tuple[Made, bool]]) -> Made:
    """What `make` made for the same question, name, `more` and state of what people wrote; `make` also says whether it is to be kept.

    A plain dictionary: Streamlit's own caches take a hundred times as long to find what they have.
    """
    asked = (name, question.card.generation, question.preset, question.period, question.chosen, notebook.noted(), more)
    with _lock:
        if asked in _kept:
            _kept.move_to_end(asked)
            return _kept[asked]
    made, is_whole = make()
    if is_whole:
        with _lock:
            _kept[asked] = made
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return made
