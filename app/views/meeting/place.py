"""Where in the meeting a reader is: the step, the week, and what is chosen in the step; all of it an address."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from app.charts import format as write
from app.filters import Period
from app.metrics import Scorecard
from app.views import words

KEYS = ("channel", "outcome", "reason", "deal", "look", "lead", "persona", "segment", "moved", "of")


@dataclass(frozen=True)
class Place:
    """A step of a week's meeting. `names`: whether leads' names are shown; `chosen`: what is chosen in the step, by KEYS."""

    card: Scorecard
    step: int
    week: date
    names: bool
    chosen: dict[str, str]

    def href(self, step: int | None = None, week: date | None = None, **chosen: str) -> str:
        """The address of another step, another week, or another choice in this step."""
        asked = {"step": step or self.step, "week": (week or self.week).isoformat()} | {name: value for name, value in chosen.items() if value}
        return f"meeting?{urlencode(asked)}"

    @property
    def last_day(self) -> date:
        """The last day of the week."""
        return self.week + timedelta(days=6)

    @property
    def currency(self) -> str:
        """The reporting currency, three letters."""
        return str(self.card.facts["currency"])


def weekspan(week: date) -> str:
    """9 – 15 Nov 2026."""
    last = week + timedelta(days=6)
    if week.month == last.month:
        return f"{week.day} – {write.full_day(last)}"
    return words.period(Period(week, week + timedelta(days=7)))
