"""A line over weeks: what is signal and what is ordinary, what is not over yet, and the marks people set to explain a week.

Every week is a column that answers to a click with its first day (ISO) as the key, so a week is as easy to hit as a bar.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import altair as alt

from app.charts import format as write
from app.charts.draw import FLAG_PX, PICK, WHISKER, Drawing, bare, flag
from app.charts.spoken import Said
from app.charts.spoken import spoken as in_words
from app.charts.theme import FONT_PX, LABEL_COLOR, LARGE, RIGHT_EDGE, TRACK_COLOR, by_field, constant

HEIGHT_PX = 190
LEVELS = ("mean", "upper", "lower")
AXIS_LABELS = {
    "rate": "format(datum.value * 100, '.3~g') + '\N{NO-BREAK SPACE}%'",
    "hours": "format(datum.value, '~g') + '\N{NO-BREAK SPACE}h'",
    "days": "format(datum.value, '~g') + '\N{NO-BREAK SPACE}d'",
    "ratio": "format(datum.value, '~g') + '×'",
}
SHORT = "upper(replace(format(abs(datum.value), '~s'), 'G', 'B'))"  # 12K, 1.2M and 1.2B, as everywhere


@dataclass(frozen=True)
class WeekPoint:
    """A week: its first day, its value (None: no data) as `label` writes it, the interval of a rate, and what was promised for it.

    `is_open`: in progress or not ripe, drawn hollow; `is_signal`: not ordinary variation; `note`: what people say explains it;
    `tip`: the tooltip, by default the week and its value. `lands`, `lands_low` and `lands_high`: where a week that is not ripe will land.
    """

    week: date
    value: float | None
    label: str
    low: float | None = None
    high: float | None = None
    target: float | None = None
    is_open: bool = False
    is_signal: bool = False
    note: str = ""
    tip: str = ""
    lands: float | None = None
    lands_low: float | None = None
    lands_high: float | None = None


@dataclass(frozen=True)
class Limits:
    """What ordinary variation lies between: the centre and both limits (None: unknown), from the week `since` on (None: of all weeks)."""

    mean: float
    low: float | None
    high: float | None
    since: date | None = None


def weekly(
    points: Sequence[WeekPoint], role: str, unit: str, alt_text: str, limits: Limits | None = None, currency: str = "USD",
    height: int = HEIGHT_PX, large: bool = False, before: Limits | None = None,
) -> Drawing:  # fmt: skip
    """The weeks from left to right, oldest first, in the colour of `role`; `unit` is that of the metric. `large` is read from three metres.
    `before`: the limits of the weeks before `limits` begin, where the level has moved.
    """
    rows = _rows(points, role) or [{"key": "", "name": ""}]
    levels = _levels(limits)
    labels = _without_collisions(levels, rows, unit, height, large)
    _lay(rows, limits, before)
    rows[-1] |= {f"{name}_label": f"{name}{write.NBSP}{write.number(levels[name], unit, currency)}" for name in labels}
    parts = (*levels, *(f"{name}_label" for name in labels), *_parts(points))
    spoken = "; ".join(f"week of {write.full_day(point.week)}: {write.brief(point.note)}" for point in points if point.note)
    said = f"{alt_text} Marks: {spoken}." if spoken else alt_text
    between = ", ".join(f"{name} {write.number(value, unit, currency)}" for name, value in levels.items())
    words = in_words(said, [Said(row["tip"], row["value"], row["is_signal"]) for row in rows if row["key"]], write.sentence(between))
    return Drawing(_filled(rows), _spec(unit, currency, LARGE if large else 1.0, parts), height, said, words)


def _rows(points: Sequence[WeekPoint], role: str) -> list[dict]:
    marked = [point.week for point in points if point.note]
    newest = max((point.week for point in points if point.value is not None and not point.is_open), default=None)
    return [
        vars(point)
        | {
            "key": point.week.isoformat(),
            "week": None,
            "role": role,
            "point_role": "label" if point.is_open else "ink" if point.is_signal else role,
            "shape": "diamond" if point.is_signal else "circle",
            "size": 3 if point.is_signal else 1.8 if point.is_open or point.week == newest else 1,
            "whole": None if point.is_open else point.value,
            "open": point.value if point.is_open else None,
            "hanging": point.value if _hangs(points, place) else None,
            "written": point.label if point.value is not None and (point.is_signal or point.week == newest) else "",
            "is_above": _is_above(points, place),
            "is_last": place >= len(points) - 2,
            "number": str(marked.index(point.week) + 1) if point.note and len(marked) > 1 else "",
            "tip": _tip(point),
        }
        for place, point in enumerate(points)
    ]


def _levels(limits: Limits | None) -> dict[str, float]:
    named = {"mean": limits.mean, "upper": limits.high, "lower": limits.low} if limits else {}
    return {name: float(value) for name, value in named.items() if value is not None}


def _lay(rows: list[dict], limits: Limits | None, before: Limits | None) -> None:
    """Gives the last row of each stretch of weeks the levels that run through it, and the week they begin with. Only the last are named."""
    split = next((place for place, row in enumerate(rows) if limits and limits.since and row["key"] >= limits.since.isoformat()), 0)
    if split:
        rows[split - 1] |= _levels(before) | {"first": rows[0]["key"]} | {f"{name}_label": "" for name in LEVELS}
    rows[-1] |= _levels(limits) | {"first": rows[split]["key"]}


def _hangs(points: Sequence[WeekPoint], place: int) -> bool:
    """Open weeks and their neighbours: between them the line is dashed."""
    return any(point.is_open for point in points[max(place - 1, 0) : place + 2])


def _is_above(points: Sequence[WeekPoint], place: int) -> bool:
    """Whether a number stands above its point, where the line does not run: not in a dip."""
    around = [float(one.value) for one in points[max(place - 1, 0) : place + 2] if one.value is not None]
    return not around or float(points[place].value or 0) >= sum(around) / len(around)


def _tip(point: WeekPoint) -> str:
    said = point.tip or f"Week of {write.full_day(point.week)}: {point.label}{', not final yet' if point.is_open else ''}"
    return f"{said}. {write.brief(point.note)}" if point.note else said


def _without_collisions(levels: dict[str, float], rows: list[dict], unit: str, height: int, large: bool) -> list[str]:
    """Which levels are written at the right: of two that would lie on each other, the first."""
    heights = ("value", "low", "high", "target", "lands_low", "lands_high")
    seen = [float(row[name]) for row in rows for name in heights if row.get(name) is not None] + list(levels.values())
    floor = 0.0 if unit != "rate" else min(seen, default=0.0)
    span = max([value - floor for value in seen], default=0.0) or 1.0
    apart = (LARGE if large else 1.0) * (FONT_PX + 1) / max(height - 40, 1) * span
    kept: list[str] = []
    for name in levels:
        if all(abs(levels[name] - levels[other]) >= apart for other in kept):
            kept.append(name)
    return kept


def _parts(points: Sequence[WeekPoint]) -> tuple[str, ...]:
    """Which layers the weeks need; the others are left out, as a column of blanks has no measure."""
    asked = {
        "interval": any(point.low is not None for point in points),
        "target": any(point.target is not None for point in points),
        "open": any(point.is_open and point.value is not None for point in points),
        "landing": any(point.lands is not None for point in points),
        "notes": any(point.note for point in points),
        "numbers": sum(bool(point.note) for point in points) > 1,
    }
    return tuple(name for name, is_there in asked.items() if is_there)


def _filled(rows: list[dict]) -> list[dict]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: row.get(name) for name in names} for row in rows]


@cache
def _spec(unit: str, currency: str, scale: float, parts: tuple[str, ...]) -> dict:
    names, whole = _whole_spec(unit, currency, scale, 28 if "numbers" in parts else 20 if "notes" in parts else 8)
    return whole | {"layer": [layer for name, layer in zip(names, whole["layer"], strict=True) if not name or name in parts]}


@cache
def _whole_spec(unit: str, currency: str, scale: float, padding: int) -> tuple[list[str], dict]:
    """The spec with all layers that weeks may need, and their names: Altair takes a tenth of a second for it."""
    weeks, height = _weeks(scale * padding, scale), _height(unit, currency, scale)

    def at(mark: alt.Chart, field: str, **more: object) -> alt.Chart:
        return mark.encode(x=weeks, y=height(field), **more)

    range_of = alt.Chart().mark_bar(fillOpacity=0.28, stroke=LABEL_COLOR, strokeWidth=scale, cornerRadius=2 * scale)
    expected = alt.Chart().mark_rule(strokeWidth=1.6 * scale, opacity=0.8)
    # A layer with its name is drawn where the weeks have it; the others always are.
    layers = [
        ("", _strip(weeks)),
        *[(name, _level(name, weeks, scale, height)) for name in LEVELS],
        *[(f"{name}_label", _level_label(name, scale, height)) for name in LEVELS],
        ("landing", _across(range_of, weeks, 0.12, color=constant("label"), y=height("lands_low"), y2=alt.Y2(field="lands_high"))),
        ("landing", _across(expected, weeks, 0.12, color=constant("label"), y=height("lands"))),
        ("target", _across(alt.Chart().mark_rule(strokeWidth=2 * scale, opacity=0.55), weeks, 0.22, color=constant("ink"), y=height("target"))),
        ("interval", at(alt.Chart().mark_rule(strokeWidth=1.5 * scale, opacity=WHISKER), "low", y2=alt.Y2(field="high"), color=by_field("role"))),
        ("open", at(alt.Chart().mark_line(strokeWidth=1.6 * scale, strokeDash=[3, 4], strokeJoin="round"), "hanging", color=constant("label"))),
        ("", at(alt.Chart().mark_line(strokeWidth=2.2 * scale, strokeJoin="round"), "whole", color=by_field("role"))),
        *_points(scale, at),
        ("notes", flag(weeks, scale)),
        ("numbers", _number(weeks, scale)),
    ]
    return [name for name, _ in layers], bare(alt.layer(*[layer for _, layer in layers]))


def _strip(weeks: alt.X) -> alt.Chart:
    """The whole column of a week answers to a click and shows the tip."""
    column = alt.Chart().mark_bar(opacity=0.001, cursor="pointer").add_params(alt.selection_point(name=PICK, fields=["key"]))
    return column.encode(x=weeks, y=alt.YValue(0), y2=alt.Y2Value("height"), tooltip=alt.Tooltip(field="tip", type="nominal"), color=constant("track"))


def _level(name: str, weeks: alt.X, scale: float, height: Callable[[str], alt.Y]) -> alt.Chart:
    end = weeks.copy()
    end["bandPosition"] = 1
    rule = alt.Chart().mark_rule(strokeWidth=scale, strokeDash=[] if name == "mean" else [2, 4], opacity=0.7)
    return rule.encode(x=end, x2=alt.X2(field="first", bandPosition=0), y=height(name), color=constant("label"))


def _level_label(name: str, scale: float, height: Callable[[str], alt.Y]) -> alt.Chart:
    return _text(scale, 0.92, align="left", dx=7).encode(x=RIGHT_EDGE, y=height(name), text=_words(f"{name}_label"), color=constant("label"))


def _across(mark: alt.Chart, weeks: alt.X, edge: float, **more: object) -> alt.Chart:
    """A mark as wide as its week's column but for the edges, so that a row of strokes is not taken for the mean."""
    start = weeks.copy()
    start["bandPosition"] = edge
    return mark.encode(x=start, x2=alt.X2(field="key", bandPosition=1 - edge), **more)


def _points(scale: float, at: Callable[..., alt.Chart]) -> list[tuple[str, alt.Chart]]:
    shape = alt.Shape(field="shape", type="nominal", scale=None, legend=None)
    size = alt.Size(field="size", type="quantitative", scale=alt.Scale(domain=[0, 3], range=[0, 120 * scale * scale], zero=True), legend=None)
    looks = {"color": by_field("point_role"), "shape": shape, "size": size}
    hollow = alt.Chart().mark_point(filled=False, strokeWidth=1.6 * scale, opacity=1, fill=alt.ExprRef("background"))
    # The last label keeps clear of what is written at the right edge, and each has an edge of ground around it.
    beside = {"align": alt.ExprRef("datum.is_last ? 'right' : 'center'"), "dy": alt.ExprRef(f"(datum.is_above ? -11 : 13) * {scale}"), "fontWeight": 600}
    ground = alt.ColorValue(alt.ExprRef("background"))
    halo = _text(scale, 1, stroke=alt.ExprRef("background"), strokeWidth=4 * scale, strokeJoin="round", **beside)
    return [
        ("", at(alt.Chart().mark_point(filled=True, opacity=1), "whole", **looks)),
        ("open", at(hollow, "open", **looks)),
        ("", at(halo, "value", text=_words("written"), color=ground)),
        ("", at(_text(scale, 1, **beside), "value", text=_words("written"), color=constant("ink"))),
    ]


def _number(weeks: alt.X, scale: float) -> alt.Chart:
    """The number of a mark, where there are several."""
    under = alt.YValue(alt.ExprRef(f"height + {FLAG_PX * scale}"))
    return _text(scale, 0.85, dy=13 * scale, fontWeight=600).encode(x=weeks, y=under, text=_words("number"), color=constant("ink"))


def _text(scale: float, share: float, **mark: object) -> alt.Chart:
    return alt.Chart().mark_text(fontSize=FONT_PX * scale * share, baseline="middle", **mark)


def _words(field: str) -> alt.Text:
    return alt.Text(field=field, type="nominal")


def _weeks(padding: float, scale: float) -> alt.X:
    axis = alt.Axis(
        title=None, labelExpr="utcFormat(toDate(datum.value), '%-d %b')", labelAngle=0, labelOverlap=True, labelSeparation=10 * scale, labelColor=LABEL_COLOR,
        labelFontSize=FONT_PX * scale, labelPadding=padding, labelFlush=False, domainColor=TRACK_COLOR, ticks=False, grid=False,
    )  # fmt: skip
    return alt.X(field="key", type="ordinal", sort=None, axis=axis, scale=alt.Scale(type="band", paddingInner=0, paddingOuter=0), bandPosition=0.5)


def _height(unit: str, currency: str, scale: float) -> Callable[[str], alt.Y]:
    sign = write.SYMBOLS.get(currency, currency + write.NBSP) if unit == "money" else ""
    short = f"(datum.value < 0 ? '{write.MINUS}' : '') + '{sign}' + {SHORT}"
    axis = alt.Axis(
        title=None, labelExpr=AXIS_LABELS.get(unit, short), labelColor=LABEL_COLOR, labelFontSize=FONT_PX * scale, labelPadding=8, labelFlush=False, tickCount=4,
        tickMinStep=1 if unit == "count" else alt.Undefined, domain=False, ticks=False, gridColor=TRACK_COLOR, gridOpacity=0.6,
    )  # fmt: skip
    return lambda field: alt.Y(field=field, type="quantitative", axis=axis, scale=alt.Scale(zero=unit != "rate", nice=True))
