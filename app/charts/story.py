"""A story in time: one lane for each side, a mark for each moment, and a line that runs up."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache

import altair as alt
import pyarrow as pa

from app.charts.draw import Drawing
from app.charts.theme import by_field, constant, names

LANE_PX = 38


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
    """A day of a line that runs up (`value`, None after today) beside what was promised up to it."""

    at: date
    value: float | None
    promised: float | None
    tip: str


def story(moments: Sequence[Moment], lanes: Sequence[str], alt_text: str) -> Drawing:
    """Moments in the lanes that have any, the oldest at the left."""
    order = {lane: place for place, lane in enumerate(lanes)}
    rows = sorted((asdict(moment) | {"shape": "diamond" if moment.is_turn else "circle"} for moment in moments), key=lambda row: order[row["name"]])
    return Drawing(pa.Table.from_pylist(rows), _story_spec(), LANE_PX * len({row["name"] for row in rows}) + 40, alt_text)


def pace(steps: Sequence[Step], role: str, alt_text: str, height: int = 180) -> Drawing:
    """A sum that runs up day by day, and the dashed line of what was promised."""
    rows = [asdict(step) | {"role": role, "at": datetime.combine(step.at, datetime.min.time())} for step in steps]
    return Drawing(pa.Table.from_pylist(rows), _pace_spec(), height, alt_text)


def _time_axis(form: str) -> alt.X:
    axis = alt.Axis(title=None, labelColor=alt.ExprRef("scale('color', 'label')"), grid=False, domain=False, ticks=False, labelOverlap=True, labelPadding=6, tickCount=6, format=form)
    return alt.X(field="at", type="temporal", axis=axis, scale=alt.Scale(type="utc"))


@cache
def _story_spec() -> dict:
    mark = (
        alt.Chart()
        .mark_point(filled=True, size=70, opacity=0.75)
        .encode(
            x=_time_axis("%b %Y"), y=names(), color=by_field("role"),
            shape=alt.Shape(field="shape", type="nominal", scale=None, legend=None),
            tooltip=[alt.Tooltip(field="at", type="temporal", title="When", format="%-d %b %Y, %H:%M"), alt.Tooltip(field="tip", type="nominal", title="What")],
        )
    )  # fmt: skip
    return _bare(mark)


@cache
def _pace_spec() -> dict:
    axis = alt.Axis(title=None, labelColor=alt.ExprRef("scale('color', 'label')"), domain=False, ticks=False, tickCount=4, format="~s", gridOpacity=0.35)
    tip = alt.Tooltip(field="tip", type="nominal")

    def height(field: str) -> alt.Y:
        return alt.Y(field=field, type="quantitative", axis=axis, scale=alt.Scale(zero=True))

    promised = alt.Chart().mark_line(strokeDash=[4, 4], strokeWidth=1.5).encode(x=_time_axis("%-d %b"), y=height("promised"), color=constant("label"))
    so_far = alt.Chart().mark_line(strokeWidth=2.5).encode(x=_time_axis("%-d %b"), y=height("value"), color=by_field("role"), tooltip=tip)
    return _bare(alt.layer(promised, so_far))


def _bare(chart: alt.Chart | alt.LayerChart) -> dict:
    """A spec without the data that Altair stands in; the rows come beside it."""
    spec = chart.configure_view(stroke=None).to_dict()
    layers = [{name: part for name, part in layer.items() if name != "data"} for layer in spec.get("layer", [])]
    rest = {name: part for name, part in spec.items() if name not in ("data", "datasets", "layer")}
    return rest | ({"layer": layers} if layers else {})
