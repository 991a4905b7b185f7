"""What was worked out for one reader is kept for the next, in plain dictionaries: Streamlit's own caches take a hundred times as long to find what they have."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, Generic, ParamSpec, TypeVar

from app.metrics import Scorecard

More = ParamSpec("More")
Found = TypeVar("Found")


class Memory(Generic[Found]):
    """What is known under a key: the `most` that were asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, Found] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, otherwise: Found) -> Found:
        """What is known, or else what was given."""
        with self._lock:
            if key not in self._known:
                return otherwise
            self._known.move_to_end(key)
            return self._known[key]

    def keep(self, key: Hashable, found: Found) -> None:
        """From now on this is known; what nobody has asked for longest goes."""
        with self._lock:
            self._known[key] = found
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)


def once(most: int) -> Callable[[Callable[Concatenate[Scorecard, More], Found]], Callable[Concatenate[Scorecard, More], Found]]:
    """Keeps the newest `most` results, never None, of a function of a scorecard, by its generation, and of what can be a key. A fault is not kept."""

    def decorated(make: Callable[Concatenate[Scorecard, More], Found]) -> Callable[Concatenate[Scorecard, More], Found]:
        memory: Memory[Found | None] = Memory(most)

        @wraps(make)
        def found(card: Scorecard, *more: Hashable) -> Found:
            key = (card.generation, *more)
            if (made := memory.get(key, None)) is None:
                made = make(card, *more)
                memory.keep(key, made)
            return made

        return found

    return decorated
