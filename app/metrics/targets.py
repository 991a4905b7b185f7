"""What was promised for a period: a month's value spread over its working days, Monday to Friday; of a rate, the mean over them.

A promise for a team or segment is used for that team or segment alone; one for all, where neither is chosen. The promises are few, so they are
read once and reckoned with here: as a question each would cost more than the number it stands beside.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from math import fsum

from app.filters import Period, Where
from app.metrics.catalogue import Metric
from app.metrics.periods import elapsed, months_later
from app.metrics.questions import find_metric
from app.serving import Scorecard

NO_ONE = {""}
SATURDAY = 5


def target(card: Scorecard, metric: str, period: Period, where: Where | None = None, to_date: bool = True) -> float | None:
    """What was promised for the period (its elapsed part): a month's value by working days, of a rate the mean.

    None where nothing was promised, or the filters are none that promises are made by (team, segment).
    """
    found, span = find_metric(metric), elapsed(card, period) if to_date else period
    chosen = None if found.is_state else _chosen(where or {})
    if chosen is None or (not found.adds_over_time and max(map(len, chosen)) > 1):
        return None  # the mean of several promised rates is nobody's promise
    values = _monthly(card, found, span, *chosen)
    months = {months_later(span.start + timedelta(days=day), 0) for day in range(span.days)}
    if not values or values.keys() != months:
        return None
    days = {month: _workdays(Period(max(month, span.start), min(months_later(month, 1), span.end))) for month in values}
    if found.adds_over_time:
        return fsum(value * days[month] / _workdays(Period(month, months_later(month, 1))) for month, value in values.items())
    return fsum(value * days[month] for month, value in values.items()) / sum(days.values()) if sum(days.values()) else None


def target_path(card: Scorecard, metric: str, period: Period, where: Where | None = None) -> list[dict[str, object]]:
    """What was promised up to and with each day of the period (day, value), of a count or of money; nothing where `target` is None."""
    found = find_metric(metric)
    if found.unit not in ("count", "money") or target(card, metric, period, where, to_date=False) is None:
        return []
    values, path, so_far = _monthly(card, found, period, *_chosen(where or {})), [], 0.0
    for day in (period.start + timedelta(days=number) for number in range(period.days)):
        month = months_later(day, 0)
        if day.weekday() < SATURDAY:
            so_far += values[month] / _workdays(Period(month, months_later(month, 1)))
        path.append({"day": day, "value": so_far})
    return path


def _chosen(where: Where) -> tuple[set[str], set[str]] | None:
    """Teams and segments; None where there is another filter, that no promise is made by."""
    if set(where) - {"marketing_team", "sales_team", "segment"}:
        return None
    teams = {team.lower() for team in (*where.get("marketing_team", ()), *where.get("sales_team", ()))}
    return teams or NO_ONE, {segment.lower() for segment in where.get("segment", ())} or NO_ONE


def _monthly(card: Scorecard, metric: Metric, span: Period, teams: set[str], segments: set[str]) -> dict[date, float]:
    """What was promised for each month that the period touches: the sum of the chosen, of a rate their mean."""
    rows = [row for row in _promises(card) if row["metric"] == metric.name and months_later(span.start, 0) <= row["month"] < span.end]
    kept = [row for row in rows if (row["team"] or "").lower() in teams and (row["segment"] or "").lower() in segments]
    return {month: _together(metric, [float(row["value"]) for row in promised]) for month, promised in groupby(kept, lambda row: row["month"])}


def _promises(card: Scorecard) -> Iterable[Mapping[str, object]]:
    return card.unguarded.whole("target", order="month")


def _together(metric: Metric, values: list[float]) -> float:
    return fsum(values) if metric.adds_over_time else fsum(values) / len(values)


def _workdays(span: Period) -> int:
    weeks, rest = divmod(max(span.days, 0), 7)
    return weeks * SATURDAY + sum((span.start.weekday() + day) % 7 < SATURDAY for day in range(rest))
