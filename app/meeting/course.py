"""Weeks that a meeting can be about, and the course of a metric up to one of them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from app.filters import Period
from app.meeting.model import Week
from app.metrics import Ripening, Scorecard, presets, today, week_start, weekly

HISTORY = 26  # weeks of a course
BASELINE = 53  # weeks that a judgement of one rests on
WINDOWS = ("acceptance_window_days", "conversion_window_days", "worked_window_days")
A_WEEK = timedelta(days=7)
Row = Mapping[str, object]


def last_week(card: Scorecard) -> date:
    """First day of the newest week that is over at `as_of`."""
    return week_start(card, today(card)) - A_WEEK


def weeks(card: Scorecard) -> list[date]:
    """First days of the weeks that a meeting can be about: complete ones, the newest first, back to the first record."""
    last = last_week(card)
    first = min(last, week_start(card, presets(card)["All time"].start))
    return [last - number * A_WEEK for number in range((last - first) // A_WEEK + 1)]


def days_of(week: date) -> Period:
    """The seven days of a week."""
    return Period(week, week + A_WEEK)


def rows(card: Scorecard, metric: str, until: date, since: date | None = None) -> list[Row]:
    """Complete weeks of a metric, the oldest first, up to `until`: so many that the newest ripe one at or before `since` (else `until`)
    is among them with all that judges it. None of a state or of a metric that is switched off.
    """
    longest = max(int(card.facts[name]) for name in WINDOWS)
    reach = BASELINE + longest // 7 + 2 + ((until - since) // A_WEEK if since else 0)
    return [row for row in weekly(card, metric, until, weeks=reach) if not row["in_progress"]]


def newest_ripe(found: Sequence[Row], week: date) -> Row | None:
    """The newest week, at or before this one, in which nothing waits any more."""
    return next((row for row in reversed(found) if row["week"] <= week and row["ripe"]), None)


def as_week(row: Row, landing: Ripening | None = None) -> Week:
    """One row of `weekly` as data for readers, with where it will land."""
    return Week(row["week"], row["value"], row.get("n"), row.get("low"), row.get("high"), bool(row["ripe"]), bool(row["in_progress"]), landing)
