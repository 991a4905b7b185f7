"""Is a week a signal, or ordinary variation? Process-behaviour (XmR) limits of METRICS.md section 6."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.filters import Where
from app.metrics.comparison import weekly
from app.metrics.periods import week_start
from app.metrics.questions import find_metric
from app.queries import QUERIES, read_file
from app.serving import Scorecard

LOOK_BACK = 53  # weeks asked: the baseline, and as many before it to see whether the number had begun


@dataclass(frozen=True)
class Level:
    """Weeks that lie around one mean, from the `first` on, and their own limits (None of fewer than 8 weeks)."""

    first: date
    mean: float
    low: float | None
    high: float | None
    weeks: int


@dataclass(frozen=True)
class Signal:
    """Whether a week is a signal or ordinary variation.

    `kind`: signal_high or signal_low (outside a limit), shift_high or shift_low (8 in a row on one side of the mean, the week itself
    the last), ordinary, too_short (fewer than 8 baseline weeks), or unripe (the week is not over, something in it still waits, or it
    has no data; the limits are there). `mean`, `low`, `high` are the centre and the limits (of a rate kept inside 0 to 1, of all else
    at least 0), None where too few weeks are there; `weeks` the baseline weeks they rest on.
    `levels`: of a shift, where the number lay before it and where it lies since, the judged week among the latter; else nothing.
    """

    week: date
    value: float | None
    kind: str
    mean: float | None
    low: float | None
    high: float | None
    weeks: int
    levels: tuple[Level, ...] = ()


def signal(card: Scorecard, metric: str, week: date, where: Where | None = None) -> Signal:
    """Judges the week that a day is in by the complete and ripe weeks among the 26 before it. Raises QuestionError as `ask` does."""
    first = week_start(card, week)
    return judge(card, find_metric(metric).unit, weekly(card, metric, first, where, LOOK_BACK), first)


def judge(card: Scorecard, unit: str, rows: Iterable[Mapping[str, object]], week: date) -> Signal:
    """Judges a week of a series: rows of week, value, in_progress and ripe, as `weekly` gives them."""
    rows = list(rows)
    ripe = [bool(row["ripe"] and not row["in_progress"]) for row in rows]
    params = {"weeks": [row["week"] for row in rows], "values": [row["value"] for row in rows], "ripe": ripe, "week": week, "unit": unit}
    found = card.unguarded.rows(read_file(QUERIES / "support" / "signal.sql").body, params)[0]
    levels = [Level(**level) for level in found.pop("levels") or ()]
    return Signal(week=week, **found, levels=tuple(levels) if found["kind"].startswith("shift") and len(levels) > 1 else ())
