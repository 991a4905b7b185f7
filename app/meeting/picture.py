"""What the chart of a number's weeks is drawn from, on the page, in the meeting and in the digest alike."""

from app.charts import Limits, WeekPoint
from app.charts import format as write
from app.meeting import words
from app.meeting.model import ScoreLine, Week
from app.metrics import Level, Ripening, Signal


def limits(found: Signal | None) -> dict[str, Limits]:
    """The limits as the chart takes them: of all weeks, or, where the level has moved, those before and since."""
    if found is None or found.mean is None:
        return {}
    if found.levels:
        return dict(zip(("before", "limits"), map(_of_level, found.levels), strict=True))
    return {"limits": Limits(found.mean, found.low, found.high)}


def landing(found: Ripening | None) -> dict[str, float | None]:
    """Where a week will land as the chart takes it; nothing where too few earlier weeks are there to say."""
    return {} if found is None or found.low is None else {"lands": found.expected, "lands_low": found.low, "lands_high": found.high}


def points(line: ScoreLine, currency: str) -> list[WeekPoint]:
    """The weeks of a joint metric, with the promise for the judged one, its signal, and the marks that people set."""
    return [_point(line, week, currency) for week in line.course]


def _of_level(level: Level) -> Limits:
    return Limits(level.mean, level.low, level.high, level.first)


def _point(line: ScoreLine, week: Week, currency: str) -> WeekPoint:
    found, is_judged = week.landing, week.week == line.judged
    value, low, high = (found.so_far, None, None) if found else (week.value, week.low, week.high)
    return WeekPoint(
        week.week, value, write.number(value, line.metric.unit, currency), low, high, line.target if is_judged else None, week.in_progress or not week.is_ripe,
        is_judged and line.signal.kind.startswith(("signal", "shift")), "; ".join(note.text for note in line.annotations if note.week == week.week),
        f"Week of {write.full_day(week.week)}: {words.of_ripening(found)}" if found else "", **landing(found),
    )  # fmt: skip
