"""Answers around a deadline: how many came in each part of the time before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import altair as alt

from app.charts.draw import PICK, Drawing, bare
from app.charts.spoken import Said, spoken
from app.charts.theme import EDGE, FONT_PX, LABEL_COLOR, TRACK_COLOR, by_field, constant

HEIGHT_PX = 200


@dataclass(frozen=True)
class Bin:
    """Answers between two waits in hours. `key` is what a click hands on; `expected` a tick across the bar: what was to be expected."""

    key: str | None
    start: float
    end: float
    answers: int
    role: str
    tip: str = ""
    expected: float | None = None


def deadline(bins: Sequence[Bin], at: float, label: str, alt_text: str) -> Drawing:
    """A bar for each part of the time, and a line at the deadline with its label on top."""
    rows = [vars(one) | {"deadline": None, "label": ""} for one in bins]
    rows[-1] |= {"deadline": float(at), "label": label}
    said = [Said(f"{one.tip or one.answers}{_expected(one)}", one.answers, one.expected is not None) for one in bins]
    words = spoken(alt_text, said, f"Deadline: {label}.")
    return Drawing(rows, _spec(any(one.expected is not None for one in bins)), HEIGHT_PX, alt_text, words)


def _expected(one: Bin) -> str:
    return "" if one.expected is None else f", {one.expected:.0f} expected"


@cache
def _spec(has_expected: bool) -> dict:
    hours = alt.Axis(
        title=None, labelExpr="datum.label + '\N{NO-BREAK SPACE}h'", labelColor=LABEL_COLOR, labelFontSize=FONT_PX, labelPadding=6, grid=False, ticks=False,
        domainColor=TRACK_COLOR, tickCount=6, labelOverlap=True, labelFlush=False,
    )  # fmt: skip
    counts = alt.Axis(
        title=None, labelColor=LABEL_COLOR, labelFontSize=FONT_PX, labelPadding=8, domain=False, ticks=False, tickCount=4, tickMinStep=1, format=",d",
        gridColor=TRACK_COLOR, gridOpacity=0.6,
    )  # fmt: skip
    tip = alt.Tooltip(field="tip", type="nominal")

    def at(field: str) -> alt.X:
        return alt.X(field=field, type="quantitative", axis=hours, scale=alt.Scale(zero=False, nice=False))

    def high(field: str) -> alt.Y:
        return alt.Y(field=field, type="quantitative", axis=counts, scale=alt.Scale(zero=True, nice=True))

    strip = alt.Chart().mark_bar(opacity=0.001, cursor="pointer").add_params(alt.selection_point(name=PICK, fields=["key"]))
    strip = strip.encode(x=at("start"), x2=alt.X2(field="end"), y=alt.YValue(0), y2=alt.Y2Value("height"), tooltip=tip, color=constant("track"))
    bar = alt.Chart().mark_bar(cornerRadiusEnd=2)
    bar = bar.encode(x=at("start"), x2=alt.X2(field="end"), y=high("answers"), y2=alt.Y2Datum(0), color=by_field("role"), stroke=EDGE)
    line = alt.Chart().mark_rule(strokeWidth=2, strokeDash=[4, 3]).encode(x=at("deadline"), color=constant("ink"))
    words = alt.Chart().mark_text(fontSize=FONT_PX, fontWeight=600, align="left", dx=6, baseline="top").encode(
        x=at("deadline"), y=alt.YValue(0), text=alt.Text(field="label", type="nominal"), color=constant("ink")
    )  # fmt: skip
    expected = alt.Chart().mark_rule(strokeWidth=2.5).encode(x=at("start"), x2=alt.X2(field="end"), y=high("expected"), color=constant("ink"))
    return bare(alt.layer(strip, bar, *([expected] if has_expected else []), line, words))
