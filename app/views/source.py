"""Which scorecard the site serves: the only view that knows where it lies."""

import os
from functools import cache
from pathlib import Path

from app.metrics import Scorecard, latest_generation, open_current
from app.settings import read_settings


def current() -> Scorecard:
    """The scorecard in service. Raises NoScorecard where nothing has been built."""
    return open_current(_folder(os.environ.get("ACCORD_SCORECARD")))


def generation() -> str:
    """Name of the generation in service; reads one small file. Raises NoScorecard where nothing has been built."""
    return latest_generation(_folder(os.environ.get("ACCORD_SCORECARD")))


@cache
def _folder(named: str | None) -> Path:
    """Settings are read once for each folder that the environment names: a reading takes 25 ms, and every link asks."""
    return read_settings().scorecard
