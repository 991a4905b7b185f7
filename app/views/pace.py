"""Is a sum on pace: what it has run up to day by day, beside the line of what was promised."""

from collections.abc import Container, Iterable
from datetime import date
from itertools import accumulate

from app import charts
from app.charts import Step
from app.charts import format as write
from app.filters import Period
from app.metrics import today
from app.views import answers, cards, weeks
from app.views.answers import Question

BY_DAY = 130  # days up to which each is a point; of a longer period one of each week is, as a card has room for no more


def draw(question: Question, metric: str, role: str) -> None:
    """Draws the two lines and says in words how far they are apart."""
    unit, now = answers.find(metric).unit, today(question.card)
    days, path = answers.pace(question, metric)
    promised = {row["day"]: float(row["value"]) for row in path}
    so_far = dict(zip((row["day"] for row in days), accumulate(float(row["value"] or 0) for row in days), strict=True))
    notes, last = _notes(metric, question.period), min(now, max(so_far))
    steps = [
        Step(
            day, so_far[day] if day <= now else None, promised.get(day), f"{write.full_day(day)}: {write.number(so_far[day], unit, question.currency)}",
            notes.get(day, ""),
        )
        for day in _points(so_far, last, notes)
    ]
    said = _sentence(question, unit, so_far[last], promised.get(last))
    drawing = charts.pace(steps, role, said)
    cards.plot(drawing, f"pace {metric}")
    cards.caption(said.replace("$", "\\$"))


def _points(days: Iterable[date], last: date, noted: Container[date]) -> list[date]:
    """The days that are drawn: all, or of a long period the first, the last, those noted, and each that is whole weeks from the `last` that is known."""
    every = sorted(days)
    if len(every) <= BY_DAY:
        return every
    return [day for day in every if (day - last).days % 7 == 0 or day in (every[0], every[-1]) or day in noted]


def _notes(metric: str, period: Period) -> dict[date, str]:
    """What people wrote, by the first day of its week that is in the period."""
    noted = weeks.by_week(metric)
    return {max(week, period.start): text for week, text in noted.items() if period.start < week + weeks.A_WEEK and week < period.end}


def _sentence(question: Question, unit: str, value: float, goal: float | None) -> str:
    is_over = question.period.end <= today(question.card)
    said = f"{write.number(value, unit, question.currency)} {'in all' if is_over else 'so far'}"
    if goal is None:
        return f"{said}. No target is set for this."
    return f"{said}; dashed: the target, {write.number(goal, unit, question.currency)}{'' if is_over else ' by now'}."
