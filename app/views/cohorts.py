"""What became of each week's leads: accepted, with a deal, won, and, of weeks that are not ripe yet, where they will land."""

from collections.abc import Mapping, Sequence

from app import charts
from app.charts import WeekPoint
from app.charts import format as write
from app.meeting import picture
from app.meeting import words as say
from app.metrics import Ripening
from app.views import answers, cards, sheet, weeks
from app.views.answers import Gap, Question, Row

WEEKS, CHART_PX = 52, 150
EXPLAINED = (
    "By the week in which leads were handed over. Hollow: not ripe yet, as leads still have time ({accept} days to be accepted, {convert} to get a deal or be won); "
    "the box is where the week will land, by how earlier weeks ripened: 80 of 100 such ranges hold."
)
LANES = {"acceptance_rate": "Accepted, of those offered", "qualification_rate": "With a deal, of those accepted", "won_rate": "Won, of all handed over"}
RATES = ("acceptance_rate", "qualification_rate")  # the metrics among them


def draw(question: Question) -> None:
    """Three lines over the weeks of a year up to the end of the period. Raises Gap where the metrics do not fit the filters."""
    for name in RATES:
        answers.opened(question.without_time(), name)
    known = answers.courses(question, RATES, WEEKS)
    with sheet.lanes() as lane:
        for rate, title in LANES.items():
            with lane():
                cards.say(f"**{title}**")
                cards.guarded(lambda rate=rate, title=title: _lane(question, rate, title, known))
    facts = question.card.facts
    cards.caption(EXPLAINED.format(accept=f"{facts['acceptance_window_days']:g}", convert=f"{facts['conversion_window_days']:g}"))


def _lane(question: Question, rate: str, title: str, known: Mapping[str, Sequence[Row]]) -> None:
    rows = _won(question, known[RATES[0]]) if rate == "won_rate" else known[rate]
    lands = weeks.open_landings(question, rate, rows)
    points = [_point(row, lands.get(row["week"])) for row in rows if not row["in_progress"]]
    if sum(point.value is not None for point in points) < weeks.LEAST_POINTS:
        raise Gap("Too few weeks for a line.")
    drawing = charts.weekly(points, "sales", "rate", f"{title}, by week of handover: {_said(points)}", height=CHART_PX)
    cards.plot(drawing, f"cohorts {rate}")


def _won(question: Question, calendar: Sequence[Row]) -> list[Row]:
    """The weeks of the other two lanes, of leads won."""
    found = {row["week"]: row for row in answers.won_by_cohort(question, WEEKS)}
    nothing = {"value": None, "n": 0, "low": None, "high": None, "ripe": True}
    return [nothing | dict(found.get(row["week"], {})) | {"week": row["week"], "in_progress": row["in_progress"]} for row in calendar]


def _point(row: Row, lands: Ripening | None) -> WeekPoint:
    start = f"Week of {write.full_day(row['week'])}: "
    if lands:
        return WeekPoint(row["week"], lands.so_far, write.number(lands.so_far, "rate"), is_open=True, tip=start + say.of_ripening(lands), **picture.landing(lands))
    value = None if row["value"] is None else float(row["value"])
    of = f" of {write.plural(row['n'], 'lead')}, 95{write.NBSP}% interval {write.interval(row['low'], row['high'])}" if value is not None else ""
    return WeekPoint(row["week"], value, write.number(value, "rate"), is_open=not row["ripe"], tip=f"{start}{write.number(value, 'rate')}{of}")


def _said(points: Sequence[WeekPoint]) -> str:
    ripe = [point for point in points if not point.is_open and point.value is not None]
    if not ripe:
        return "no week is ripe yet."
    others = write.plural(len(points) - len(ripe), "week")
    return f"{write.plural(len(ripe), 'ripe week')}, the newest of {write.full_day(ripe[-1].week)} at {ripe[-1].label}; {others} not ripe or without data."
