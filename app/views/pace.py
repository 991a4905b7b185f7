"""Is a sum on pace: what it has run up to day by day, beside the line of what was promised."""

from datetime import date
from itertools import accumulate

from app import charts
from app.charts import Step
from app.charts import format as write
from app.filters import Period
from app.metrics import today
from app.views import answers, cards, weeks
from app.views.answers import Question


def draw(question: Question, metric: str, role: str) -> None:
    """Draws the two lines and says in words how far they are apart."""
    unit, now = answers.find(metric).unit, today(question.card)
    days, path = answers.pace(question, metric)
    promised = {row["day"]: float(row["value"]) for row in path}
    so_far = dict(zip((row["day"] for row in days), accumulate(float(row["value"] or 0) for row in days), strict=True))
    notes = _notes(metric, question.period)
    steps = [
        Step(
            day, value if day <= now else None, promised.get(day), f"{write.full_day(day)}: {write.number(value, unit, question.currency)}", notes.get(day, "")
        )
        for day, value in so_far.items()
    ]
    last = min(now, steps[-1].at)
    said = _sentence(question, unit, so_far[last], promised.get(last))
    drawing = charts.pace(steps, role, said)
    cards.plot(drawing, f"pace {metric}")
    cards.caption(said.replace("$", "\\$"))


def _notes(metric: str, period: Period) -> dict[date, str]:
    """What people wrote, by the first day of its week that is in the period."""
    noted = weeks.by_week(metric)
    return {max(week, period.start): text for week, text in noted.items() if period.start < week + weeks.A_WEEK and week < period.end}


def _sentence(question: Question, unit: str, value: float, goal: float | None) -> str:
    said = f"{write.number(value, unit, question.currency)} so far"
    if goal is None:
        return f"{said}. No target is set for this."
    return f"{said}; dashed: the target, {write.number(goal, unit, question.currency)} by now."
