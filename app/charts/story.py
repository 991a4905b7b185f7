"""A story in time: one lane for each side, a mark for each moment, and a line that runs up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

import altair as alt

from app.charts.draw import Drawing, bare, flag
from app.charts.format import brief, day, full_day
from app.charts.spoken import Said, spoken
from app.charts.theme import LABEL_COLOR, by_field, constant, names

LANE_PX = 38
A_YEAR = 366  # days


@dataclass(frozen=True)
class Moment:
    """Something that happened: when, in which lane, whose (a role), whether it is a turn of the story, and in words."""

    at: datetime
    name: str
    role: str
    is_turn: bool
    tip: str


@dataclass(frozen=True)
class Step:
    """A day of a line that runs up (`value`, None after today) beside what was promised up to it, and what people wrote of its week."""

    at: date
    value: float | None
    promised: float | None
    tip: str
    note: str = ""


def story(moments: Sequence[Moment], lanes: Sequence[str], alt_text: str) -> Drawing:
    """Moments in the lanes that have any, the oldest at the left."""
    order = {lane: place for place, lane in enumerate(lanes)}
    rows = sorted((vars(one) | {"shape": "diamond" if one.is_turn else "circle", "tip": _when(one)} for one in moments), key=lambda row: order[row["name"]])
    words = spoken(alt_text, [Said(f"{one.name}, {_when(one)}") for one in sorted(moments, key=lambda one: one.at)])
    return Drawing(rows, _story_spec(_form([one.at for one in moments])), LANE_PX * len({row["name"] for row in rows}) + 40, alt_text, words)


def _when(moment: Moment) -> str:
    return f"{full_day(moment.at)}, {moment.at:%H:%M}: {moment.tip}"


def pace(steps: Sequence[Step], role: str, alt_text: str, height: int = 180) -> Drawing:
    """A sum that runs up day by day, and the dashed line of what was promised."""
    rows = [vars(step) | {"role": role, "at": datetime.combine(step.at, datetime.min.time()), "tip": _tip(step)} for step in steps]
    marks = "; ".join(f"week of {day(step.at)}: {brief(step.note)}" for step in steps if step.note)
    said = f"{alt_text} Marks: {marks}." if marks else alt_text
    words = spoken(said, [Said(step.tip, step.value) for step in steps if step.value is not None])
    return Drawing(rows, _pace_spec(bool(marks), _form([step.at for step in steps])), height, said, words)


def _tip(step: Step) -> str:
    return f"{step.tip}. {brief(step.note)}" if step.note else step.tip


def _form(times: Sequence[date]) -> str:
    """How the axis of these says a day: with its month, or where the line is longer than a year the month with its year."""
    return "%b %Y" if times and (max(times) - min(times)).days > A_YEAR else "%-d %b"


def _time_axis(form: str, padding: int = 6) -> alt.X:
    axis = alt.Axis(
        title=None, labelColor=LABEL_COLOR, grid=False, domain=False, ticks=False, labelOverlap=True, labelPadding=padding, tickCount=6, format=form
    )  # fmt: skip
    return alt.X(field="at", type="temporal", axis=axis, scale=alt.Scale(type="utc"))


@cache
def _story_spec(form: str) -> dict:
    mark = (
        alt.Chart()
        .mark_point(filled=True, size=70, opacity=0.75)
        .encode(
            x=_time_axis(form), y=names(), color=by_field("role"),
            shape=alt.Shape(field="shape", type="nominal", scale=None, legend=None),
            tooltip=alt.Tooltip(field="tip", type="nominal"),
        )
    )  # fmt: skip
    return bare(alt.layer(mark))


@cache
def _pace_spec(has_notes: bool, form: str) -> dict:
    axis = alt.Axis(title=None, labelColor=LABEL_COLOR, domain=False, ticks=False, tickCount=4, format="~s", gridOpacity=0.35)
    tip, days = alt.Tooltip(field="tip", type="nominal"), _time_axis(form, 20 if has_notes else 6)

    def height(field: str) -> alt.Y:
        return alt.Y(field=field, type="quantitative", axis=axis, scale=alt.Scale(zero=True))

    promised = alt.Chart().mark_line(strokeDash=[4, 4], strokeWidth=1.5).encode(x=days, y=height("promised"), color=constant("label"))
    so_far = alt.Chart().mark_line(strokeWidth=2.5).encode(x=days, y=height("value"), color=by_field("role"), tooltip=tip)
    return bare(alt.layer(promised, so_far, *([flag(days)] if has_notes else [])))
