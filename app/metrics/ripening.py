"""Where weeks that are not ripe yet will land, from how earlier weeks ripened (the method stands in queries/support/ripening.sql)."""

from collections.abc import Sequence
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
LONG_DAYS = 70  # of windows of ten weeks or more, ages are weeks, else half days
DAY_S, WEEK_S = 86_400, 604_800


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
    return _ripening(card, (rate,), where, at)[rate]


def _ripening(card: Scorecard, rates: Sequence[str], where: Where | None, at: datetime | None) -> dict[str, tuple[Ripening, ...]]:
    windows = [int(card.facts[WINDOWS[rate]]) for rate in rates]
    last = week_start(card, at.date() if at else today(card)) + timedelta(days=7)
    firsts = [week_start(card, last - timedelta(days=days + 7 * (MOST_WEEKS + 3))) for days in windows]
    asked = {
        "rates": list(rates), "rates_from": firsts, "windows_s": [days * DAY_S for days in windows],
        "ages_s": [WEEK_S if days >= LONG_DAYS else DAY_S // 2 for days in windows],
        "newest_week": last - timedelta(days=7), "at": at or card.as_of, "share": SHARE, "most_weeks": MOST_WEEKS,
    }  # fmt: skip
    found: dict[str, list[Ripening]] = {rate: [] for rate in rates}
    for row in ask_support(card, "ripening", "lead_volume", Period(min(firsts), last), where, **asked):
        found[row.pop("rate")].append(Ripening(row.pop("first_day"), **row))
    return {rate: tuple(weeks) for rate, weeks in found.items()}


def landings(card: Scorecard, metric: str, where: Where | None = None) -> dict[date, Ripening]:
    """Where the complete weeks of a metric that are not ripe will land, by their first days; none of a metric that needs no time."""
    return landings_of(card, (metric,), where)[metric]


def landings_of(card: Scorecard, metrics: Sequence[str], where: Where | None = None) -> dict[str, dict[date, Ripening]]:
    """The same of several metrics, in one question."""
    rates = [metric for metric in metrics if metric in WINDOWS]
    if not rates or not card.scope.sees_records:
        return {metric: {} for metric in metrics}
    over = week_start(card, today(card))  # of a week that is not over, leads are still to come that nobody has seen
    found = _ripening(card, rates, where, None)
    return {metric: {one.week: one for one in found.get(metric, ()) if one.week < over} for metric in metrics}


def won_by_cohort(card: Scorecard, period: Period, where: Where | None = None) -> list[dict[str, object]]:
    """Of the leads handed over in each week of the period, the share won within the conversion window: week, n, value, low, high, and
    ripe (each lead had its window; else value, low and high are None). Weeks without a lead have no row.
    """
    rows = [as_rate(row) for row in ask_support(card, "won_by_cohort", "lead_volume", period, where)]
    return [row if row["ripe"] else row | {"value": None, "low": None, "high": None} for row in rows]
