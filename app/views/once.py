"""What follows from a scorecard and a few values alone is worked out once for all readers."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from app.metrics import Scorecard

More = ParamSpec("More")
Found = TypeVar("Found")


def once(most: int) -> Callable[[Callable[Concatenate[Scorecard, More], Found]], Callable[Concatenate[Scorecard, More], Found]]:
    """Keeps the newest `most` results of a function of a scorecard, by its generation, and of what can be a key. A fault is not kept.

    A plain dictionary: Streamlit's own caches take a hundred times as long to find what they have, and a run asks them ten times.
    """

    def decorated(make: Callable[Concatenate[Scorecard, More], Found]) -> Callable[Concatenate[Scorecard, More], Found]:
        kept: OrderedDict[Hashable, Found] = OrderedDict()
        lock = threading.Lock()

        @wraps(make)
        def found(card: Scorecard, *more: Hashable) -> Found:
            key = (card.generation, *more)
            try:
                return kept[key]
            except KeyError:
                made = make(card, *more)
            with lock:
                kept[key] = made
                while len(kept) > most:
                    kept.popitem(last=False)
            return made

        return found

    return decorated
