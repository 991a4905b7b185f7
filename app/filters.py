"""The words a question is asked in: periods, dimensions, and the values chosen of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

TIME_DIMENSIONS = ("day", "week", "month", "quarter")
DIMENSIONS = (
    *TIME_DIMENSIONS,
    "segment", "region", "industry", "tier", "channel", "source", "campaign", "persona",
    "marketing_team", "sales_team", "owner", "reason", "age", "decile", "kind", "side",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MODELS = ("linear", "first", "last", "u_shaped", "w_shaped", "full_path", "time_decay", "markov", "shapley")
SCOPES = ("marketing", "joint")

# Values chosen of each dimension: any of them will do; '' chooses the rows that have none.
Where = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Period:
    """Local days from `start` up to, and without, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Number of days in the period."""
        return (self.end - self.start).days


def read_day(text: str) -> date:
    """A day written like 2026-11-20. Raises ValueError for all else, and for days that no company's calendar has, with which one cannot count."""
    if not re.fullmatch(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)
