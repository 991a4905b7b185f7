"""What a number is held against: the fair earlier period, and its own last weeks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.filters import Period, Where
from app.metrics.groups import is_small
from app.metrics.intervals import interval_of_difference
from app.metrics.periods import earlier, is_in_progress, local_midnight, week_start
from app.metrics.questions import TIMES, ask, ask_each, ask_support, find_metric
from app.serving import Scorecard

A_DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Comparison:
    """A number now and in the earlier period.

    `change` is a share of the earlier value (a difference of fractions for a rate), None where either is no data.
    `is_clear` tells for a rate whether the 95 % interval of the change leaves 0 out; None where there are no intervals.
    """

    now: Mapping[str, object]
    before: Mapping[str, object] | None
    earlier: Period
    change: float | None
    in_progress: bool
    is_clear: bool | None


def compare(card: Scorecard, metric: str, period: Period, where: Where | None = None) -> Comparison:
    """A metric now against the same number of elapsed days of the period before. A state has no earlier value."""
    return compare_with_weeks(card, (metric,), period, where, 0)[metric][0]


def compare_with_weeks(
    card: Scorecard, metrics: Sequence[str], period: Period, where: Where | None = None, weeks: int = 13
) -> dict[str, tuple[Comparison, list[dict[str, object]]]]:
    """The same of each of several metrics that are `alike`, and the last weeks up to the end of the period as `weekly` gives them, in one question."""
    past, spans = earlier(card, period), last_weeks(card, period.end - A_DAY, weeks)
    if find_metric(metrics[0]).is_state:
        return {name: (Comparison(ask(card, name, period, (), where).row, None, past, None, False, None), []) for name in metrics}
    in_progress, found = is_in_progress(card, period), {}
    for name, (now, before, *rows) in zip(metrics, ask_each(card, metrics, (period, past, *spans), where), strict=True):
        change = _change(find_metric(name).unit, now["value"], before["value"])
        found[name] = Comparison(now, before, past, change, in_progress, _is_clear(now, before)), _marked(card, spans, rows)
    return found


def waterfall(card: Scorecard, period: Period, where: Where | None = None) -> dict[str, int | None]:
    """What became so far of the leads handed over in the period: handed_over, implied (taken without an offer), accepted, with_deal, won. Of so few
    that a viewer may not know, None.
    """
    found = ask_support(card.unguarded, "waterfall", "lead_volume", period, where)[0]
    return found if card.scope.sees_records else {step: None if is_small(number) else number for step, number in found.items()}


def weekly(card: Scorecard, metric: str, until: date, where: Where | None = None, weeks: int = 13) -> list[dict[str, object]]:
    """The last weeks of a metric up to the one that `until` (a day, or `as_of` if earlier) is in.

    Each row: week, value, n, low, high, waiting where they apply, in_progress, and ripe (nothing in it still waits).
    """
    if find_metric(metric).is_state:
        return []
    if TIMES.isdisjoint(where or {}):
        return weekly_of(card, (metric,), until, where, weeks)[metric]
    spans = last_weeks(card, until, weeks)
    rows = ask(card, metric, Period(spans[0].start, spans[-1].end), ("week",), where).rows  # of the weeks only those with a chosen day, month, ...
    return _marked(card, [Period(row["week"], row["week"] + WEEK) for row in rows], rows)


def weekly_of(card: Scorecard, metrics: Sequence[str], until: date, where: Where | None = None, weeks: int = 13) -> dict[str, list[dict[str, object]]]:
    """The same of several metrics that are `alike`, in one question; `where` must choose no time."""
    spans = last_weeks(card, until, weeks)
    return {name: _marked(card, spans, rows) for name, rows in zip(metrics, ask_each(card, metrics, spans, where), strict=True)}


def last_weeks(card: Scorecard, until: date, weeks: int) -> list[Period]:
    """The last weeks up to the one that `until` (a day, or `as_of` if earlier) is in."""
    last = week_start(card, min(until, card.as_of.date()))
    return [Period(last - number * WEEK, last - (number - 1) * WEEK) for number in reversed(range(weeks))]


def _marked(card: Scorecard, spans: Iterable[Period], rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    return [
        {"week": span.start} | row | {"in_progress": local_midnight(card, span.end) > card.as_of, "ripe": not row.get("waiting")}
        for span, row in zip(spans, rows, strict=True)
    ]


def _change(unit: str, now: object, before: object) -> float | None:
    if now is None or before is None:
        return None
    if unit == "rate":
        return float(now) - float(before)
    return (float(now) - float(before)) / float(before) if before else None


def _is_clear(now: Mapping[str, object], before: Mapping[str, object]) -> bool | None:
    if any(row.get("low") is None for row in (now, before)):
        return None
    low, high = interval_of_difference(before, now)
    return not low <= 0 <= high
