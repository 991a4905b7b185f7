"""What a number is held against: the fair earlier period, the target, and its own last weeks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.filters import Period, Where
from app.metrics.intervals import interval_of_difference
from app.metrics.periods import earlier, elapsed, is_in_progress, local_midnight, week_start
from app.metrics.questions import ask, ask_support, find_metric
from app.queries import QUERIES, read_file
from app.serving import Scorecard

NO_ONE: tuple[str, ...] = ("",)


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
    found, past = find_metric(metric), earlier(card, period)
    now = ask(card, metric, period, (), where).row
    if found.is_state:
        return Comparison(now, None, past, None, False, None)
    before = ask(card, metric, past, (), where).row
    return Comparison(now, before, past, _change(found.unit, now["value"], before["value"]), is_in_progress(card, period), _is_clear(now, before))


def target(card: Scorecard, metric: str, period: Period, where: Where | None = None, to_date: bool = True) -> float | None:
    """What was promised for the period (its elapsed part): a month's value by working days, of a rate the mean.

    None where nothing was promised, or the filters are none that promises are made by (team, segment).
    """
    found = find_metric(metric)
    params = _promise(metric, elapsed(card, period) if to_date else period, where)
    if params is None or found.is_state:
        return None
    row = card.query(read_file(QUERIES / "support" / "target.sql").body, params).to_pylist()[0]
    is_mean = found.unit not in ("count", "money") or not (found.adds_up or found.dims_part)  # over time, what has parts adds up too
    if is_mean and max(len(params["teams"]), len(params["segments"])) > 1:
        return None  # the mean of several promised rates is nobody's promise
    return (row["mean"] if is_mean else row["total"]) if row["is_whole"] else None


def target_path(card: Scorecard, metric: str, period: Period, where: Where | None = None) -> list[dict[str, object]]:
    """What was promised up to and with each day of the period (day, value), of a count or of money; nothing where `target` is None."""
    if find_metric(metric).unit not in ("count", "money") or target(card, metric, period, where, to_date=False) is None:
        return []
    return card.query(read_file(QUERIES / "support" / "target_path.sql").body, _promise(metric, period, where) or {}).to_pylist()


def _promise(metric: str, period: Period, where: Where | None) -> dict[str, object] | None:
    """Parameters of a question for targets; None where the filters are none that promises are made by."""
    where = dict(where or {})
    if set(where) - {"marketing_team", "sales_team", "segment"}:
        return None
    teams = [team.lower() for team in (*where.get("marketing_team", ()), *where.get("sales_team", ()))]
    segments = [segment.lower() for segment in where.get("segment", ())]
    return {"metric": metric, "from_day": period.start, "to_day": period.end, "teams": teams or [*NO_ONE], "segments": segments or [*NO_ONE]}


def waterfall(card: Scorecard, period: Period, where: Where | None = None) -> dict[str, int]:
    """What became so far of the leads handed over in the period: handed_over, implied (taken without an offer), accepted, with_deal, won."""
    return ask_support(card, "waterfall", "lead_volume", period, where).to_pylist()[0]


def weekly(card: Scorecard, metric: str, until: date, where: Where | None = None, weeks: int = 13) -> list[dict[str, object]]:
    """The last weeks of a metric up to the one that `until` (a day, or `as_of` if earlier) is in.

    Each row: week, value, n, low, high, waiting where they apply, in_progress, and ripe (nothing in it still waits).
    """
    found = find_metric(metric)
    if found.is_state:
        return []
    last = week_start(card, min(until, card.as_of.date()))
    span = Period(last - timedelta(days=7 * (weeks - 1)), last + timedelta(days=7))
    rows = ask(card, metric, span, ("week",), where).rows
    return [dict(row) | {"in_progress": _contains_now(card, row), "ripe": not row.get("waiting")} for row in rows]


def _contains_now(card: Scorecard, row: Mapping[str, object]) -> bool:
    first = row["week"]
    return isinstance(first, date) and local_midnight(card, first + timedelta(days=7)) > card.as_of


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
