"""Answers are kept, and asked ahead: what a page asked when it was last drawn is asked side by side as soon as its next question is known."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from app.views.memory import Memory


class Asking(Protocol):
    """What answers follow from; see answers.Question."""

    @property
    def key(self) -> tuple[Hashable, ...]:
        """Whose numbers, of which period, with which filters."""

    @property
    def derived(self) -> str:
        """The method that made it of the page's own question: '' for that itself."""


class Answering(Future):
    """An answer, or who waits for it."""

    took = 0.0  # seconds


Question = TypeVar("Question", bound=Asking)
More = ParamSpec("More")
Found = TypeVar("Found")
ASKERS = 2  # at a time: a question keeps one processor busy, and readers share them
MOST_PAGES = 32
ONLY = "only"  # of a question with values of its own, that no other page's question leads to
_lock = threading.Lock()
_askers = ThreadPoolExecutor(ASKERS, thread_name_prefix="accord-asks")
_calls: ContextVar[dict[tuple, Answering] | None] = ContextVar("calls", default=None)
_last: Memory[list[tuple[Callable[..., object], str, tuple]]] = Memory(MOST_PAGES)  # what each page asked when it was last drawn


def remembered(most: int) -> Callable[[Callable[Concatenate[Question, More], Found]], Callable[Concatenate[Question, More], Found]]:
    """Keeps the newest `most` answers of a function of a question and of what can be a key. Asked by several threads at once it is answered once;
    a fault is raised to all of them and not kept. What is asked of a day is not asked ahead, as with the next question it is another day's.
    """

    def decorated(ask: Callable[Concatenate[Question, More], Found]) -> Callable[Concatenate[Question, More], Found]:
        kept: OrderedDict[Hashable, Answering] = OrderedDict()

        @wraps(ask)
        def answered(question: Question, *more: Hashable) -> Found:
            key = (question.key, more)
            with _lock:
                is_mine = key not in kept
                found = kept.setdefault(key, Answering())
                kept.move_to_end(key)
                while len(kept) > most:
                    kept.popitem(last=False)
            if (calls := _calls.get()) is not None and question.derived != ONLY and not any(isinstance(one, date) for one in more):
                calls[(answered, question.derived, more)] = found
            if is_mine:
                _answer(found, lambda: ask(question, *more), lambda: kept.pop(key, None))
            return found.result()

        answered.knows = lambda question, more: (question.key, more) in kept
        return answered

    return decorated


def _answer(found: Answering, ask: Callable[[], object], forget: Callable[[], object]) -> None:
    began = time.perf_counter()
    try:
        answer = ask()
        found.took = time.perf_counter() - began
        found.set_result(answer)
    except BaseException as fault:
        with _lock:
            forget()
        found.set_exception(fault)


def is_asked(ask: Callable[..., object], question: Asking, *more: Hashable) -> bool:
    """Whether the page that is being drawn has asked this."""
    return (ask, question.derived, more) in (_calls.get() or ())


@contextmanager
def asked_ahead(page: str, question: Asking) -> Iterator[None]:
    """While a page is drawn: what it asked when it was last drawn is asked by other threads, first what took longest, so that none is left to wait for
    alone. What nobody waited for is left.
    """
    known = [(ask, getattr(question, derived)() if derived else question, more) for ask, derived, more in _last.get(page, [])]
    new = [call for call in known if not call[0].knows(*call[1:])]
    futures = [_askers.submit(_quietly, *call) for call in new]
    calls: dict[tuple, Answering] = {}
    token = _calls.set(calls)
    try:
        yield
    finally:
        _calls.reset(token)
        for future in futures:
            future.cancel()
        if calls and (new or not known):  # else it was drawn from what is kept, and did not ask all
            _last.keep(page, sorted(calls, key=lambda call: calls[call].took, reverse=True))


def _quietly(ask: Callable[..., object], question: Asking, more: tuple) -> None:
    """What fails is asked again by the card that needs it, and that says why. What is asked meanwhile is not waited for: it would keep an asker."""
    try:
        if not ask.knows(question, more):
            ask(question, *more)
    except Exception:
        return
