"""Where weeks that are not ripe yet will land, from how earlier weeks ripened (the method stands in queries/support/ripening.sql)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.filters import Period, Where
from app.metrics.intervals import as_rate
from app.metrics.periods import today, week_start
from app.metrics.questions import ask_support
from app.serving import Scorecard

WINDOWS = {"acceptance_rate": "acceptance_window_days", "qualification_rate": "conversion_window_days", "won_rate": "conversion_window_days"}
SHARE = 0.8  # of such ranges that hold what comes
MOST_WEEKS = 52
AGES = 28
DAY_S = 86_400


@dataclass(frozen=True)
class Ripening:
    """A week of a rate that is not ripe: the rate so far (a fraction of the `n` that count already), the leads still waiting, and
    where it will land: `expected`, and the range `low` to `high` that holds the later truth in 80 of 100 cases.

    The range rests on `weeks` earlier ripe weeks and is None where they are too few (fewer than 9) to say.
    """

    week: date
    so_far: float | None
    n: int
    waiting: int
    expected: float
    low: float | None
    high: float | None
    weeks: int


def ripening(card: Scorecard, rate: str, where: Where | None = None, at: datetime | None = None) -> tuple[Ripening, ...]:
    """The weeks of a rate (acceptance_rate, qualification_rate, or won_rate: won within the conversion window, of all handed over) that
    are not ripe at `at` (UTC; `as_of` unless given), the oldest first. Only what was known at `at` is used.
    """
    window_days = int(card.facts[WINDOWS[rate]])
    last = week_start(card, at.date() if at else today(card)) + timedelta(days=7)
    first = last - timedelta(days=window_days + 7 * (MOST_WEEKS + 3))
    asked = {"rate": rate, "at": at or card.as_of, "window_s": window_days * DAY_S, "share": SHARE, "most_weeks": MOST_WEEKS, "ages": AGES}
    rows = ask_support(card, "ripening", "lead_volume", Period(week_start(card, first), last), where, **asked)
    return tuple(Ripening(**row) for row in rows)


def landings(card: Scorecard, metric: str, where: Where | None = None) -> dict[date, Ripening]:
    """Where the complete weeks of a metric that are not ripe will land, by their first days; none of a metric that needs no time."""
    if metric not in WINDOWS or not card.scope.sees_records:
        return {}
    over = week_start(card, today(card))  # of a week that is not over, leads are still to come that nobody has seen
    return {found.week: found for found in ripening(card, metric, where) if found.week < over}


def won_by_cohort(card: Scorecard, period: Period, where: Where | None = None) -> list[dict[str, object]]:
    """Of the leads handed over in each week of the period, the share won within the conversion window: week, n, value, low, high, and
    ripe (each lead had its window; else value, low and high are None). Weeks without a lead have no row.
    """
    rows = [as_rate(row) for row in ask_support(card, "won_by_cohort", "lead_volume", period, where)]
    return [row if row["ripe"] else row | {"value": None, "low": None, "high": None} for row in rows]
