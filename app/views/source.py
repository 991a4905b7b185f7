"""Which scorecard the site serves: the only view that knows where it lies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from app.metrics import Scorecard, latest_generation, open_current
from app.settings import read_settings
from app.views import reader

_held: ContextVar[Scorecard | None] = ContextVar("held", default=None)


def current() -> Scorecard:
    """What this reader may see of the scorecard in service. Raises NoScorecard where nothing has been built, AccessError for a stranger."""
    return _held.get() or open_current(_folder(os.environ.get("ACCORD_SCORECARD")), reader.scope())


@contextmanager
def held() -> Iterator[Scorecard]:
    """The same scorecard from here to the end, so that a page is of one build, and does not look on the disk ten times which one that is. Raises as `current` does."""
    card = current()
    token = _held.set(card)
    try:
        yield card
    finally:
        _held.reset(token)


def whole() -> Scorecard:
    """All of the scorecard in service, for nobody to see. Raises NoScorecard where nothing has been built."""
    return open_current(_folder(os.environ.get("ACCORD_SCORECARD")))


def build() -> str:
    """The build in service, without opening it. Raises NoScorecard where there is none."""
    return latest_generation(_folder(os.environ.get("ACCORD_SCORECARD")))


@cache
def _folder(named: str | None) -> Path:
    """Settings are read once for each folder that the environment names: a reading takes 25 ms, and every link asks."""
    return read_settings().scorecard
