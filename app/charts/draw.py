"""The drawings: bars with targets, pairs of bars, rates with their intervals, and both side by side.

Every chart is one row for each thing, its name at the left, its number written at the mark; so a chart needs no value axis
and nothing is cut at any width. Widths are shares of the room, computed here; specs do not depend on data and are made once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import altair as alt
import pyarrow as pa

from app.charts.spoken import Said, spoken, worded
from app.charts.theme import EDGE, FONT_PX, LARGE, LEFT_EDGE, RIGHT_EDGE, across, by_field, constant, names

ROW_PX = 31
FLAG_PX = 7  # from the foot of a drawing to the middle of a flag
OUTCOMES = ("sales", "bad", "track")  # accepted, rejected, waiting
WHISKER = 0.72  # as pale as an interval may be and still be seen
PICK = "pick"  # the selection's name; a click gives the row's `key`


@dataclass(frozen=True)
class Bar:
    """A bar: `key` is what a click hands on (None: nothing), `label` stands at its end, `note` at the right edge in the colour of `tone`."""

    key: str | None
    name: str
    value: float
    label: str
    role: str
    note: str = ""
    tone: str = "label"
    target: float | None = None
    tip: str = ""


@dataclass(frozen=True)
class Pair:
    """Two amounts of one thing, one under the other."""

    key: str
    name: str
    first: float
    first_label: str
    second: float
    second_label: str


@dataclass(frozen=True)
class Rate:
    """A rate (fraction) with its interval; `value` None is no data. `amount` is the bar beside it, where there is one."""

    key: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    label: str
    role: str
    amount: float = 0
    amount_label: str = ""
    tip: str = ""


@dataclass(frozen=True)
class Stack:
    """A whole in parts: how much each part is and how it is written, and how the whole is."""

    key: str | None
    name: str
    parts: tuple[float, ...]
    labels: tuple[str, ...]
    total: str
    tip: str = ""


@dataclass(frozen=True)
class Drawing:
    """A chart: its rows, its spec, its height in pixels, its name, and what it says to those who cannot see it."""

    rows: list[dict]
    spec: dict
    height: int
    alt: str
    spoken: str

    @property
    def table(self) -> pa.Table:
        """The rows as Arrow."""
        return pa.Table.from_pylist(self.rows)


def bars(rows: Sequence[Bar], alt_text: str, large: bool = False) -> Drawing:
    """Bars, with a tick where a target is. `large` is read from three metres."""
    has_notes = any(row.note for row in rows)
    most = max([row.value for row in rows] + [row.target or 0 for row in rows] + [1e-9])
    room = 0.5 if has_notes else 0.7
    table = [
        vars(row) | {"end": _share(row.value, most, room), "mark": _share(row.target, most, room)} for row in rows
    ]
    for row in table:
        row["after"] = max(row["end"], row["mark"] or 0)
    said = [Said(worded(row.tip or f"{row.name}: {row.label}", row.label, row.note), row.value) for row in rows]
    return _drawing(table, _bar_spec(_scale(large)), alt_text, said, ROW_PX * len(rows) * _scale(large))


def stacks(rows: Sequence[Stack], alt_text: str, roles: tuple[str, ...] = OUTCOMES, large: bool = False) -> Drawing:
    """One bar for each row, its parts side by side in the colours of `roles`. `large` is read from three metres."""
    most = max([sum(row.parts) for row in rows] + [1e-9])
    table = [part for row in rows for part in _stack(row, roles, most)]
    said = [Said(worded(row.tip or f"{row.name}: {', '.join(row.labels)}", row.total), sum(row.parts)) for row in rows]
    return _drawing(table, _stack_spec(_scale(large)), alt_text, said, ROW_PX * len(rows) * _scale(large))


def _stack(row: Stack, roles: tuple[str, ...], most: float) -> list[dict]:
    ends = [_share(sum(row.parts[: place + 1]), most, 0.82) for place in range(len(row.parts))]
    whole = {"key": row.key, "name": row.name, "whole": ends[-1] if ends else 0.0, "tip": row.tip}
    return [
        whole | {"role": role, "start": start, "end": end, "middle": (start + end) / 2, "label": label if part else "", "total": row.total if place == 0 else ""}
        for place, (role, start, end, part, label) in enumerate(zip(roles, [0.0, *ends], ends, row.parts, row.labels, strict=False))
    ]


def pairs(rows: Sequence[Pair], roles: tuple[str, str], alt_text: str, what: tuple[str, str]) -> Drawing:
    """Two bars for each row, the first above the second; `what` they are, in a word each."""
    most = max([max(row.first, row.second) for row in rows] + [1e-9])
    table = [
        {
            "key": row.key,
            "name": row.name,
            "place": place,
            "role": role,
            "end": _share(value, most, 0.7),
            "label": label,
            "tip": f"{row.name}: {label} {what[place]}",
        }
        for row in rows
        for place, role, value, label in (
            (0, roles[0], row.first, row.first_label),
            (1, roles[1], row.second, row.second_label),
        )
    ]
    said = [Said(f"{row.name}: {row.first_label} {what[0]}, {row.second_label} {what[1]}", row.first) for row in rows]
    return _drawing(table, _pair_spec(), alt_text, said, max(ROW_PX * 1.2 * len(rows), 2 * ROW_PX))


def rates(rows: Sequence[Rate], alt_text: str, overall: float | None = None) -> Drawing:
    """Points with whiskers; a dashed line is the rate of all."""
    return _drawing(_rate_rows(rows, 0.0, 0.66, overall), _rate_spec(False), alt_text, _rated(rows))


def lanes(rows: Sequence[Rate], alt_text: str, overall: float | None = None) -> Drawing:
    """Bars of the amounts at the left, points with whiskers of the rates at the right."""
    most = max([row.amount for row in rows] + [1e-9])
    table = _rate_rows(rows, 0.5, 0.78, overall)  # beside a point at its end there is room for 100 % in a narrow card
    for row in table:
        row["end"] = _share(row["amount"], most, 0.34)
    return _drawing(table, _rate_spec(True), alt_text, _rated(rows))


def _scale(large: bool) -> float:
    return LARGE if large else 1.0


def _share(value: float | None, most: float, room: float) -> float | None:
    return None if value is None else max(float(value), 0.0) / most * room


def _rate_rows(rows: Sequence[Rate], start: float, end: float, overall: float | None) -> list[dict]:
    def place(value: float | None) -> float | None:
        return None if value is None else start + float(value) * (end - start)

    edges = {"start": start, "finish": end, "all": place(overall)}
    return [
        vars(row) | edges | {"at": place(row.value), "from": place(row.low), "to": place(row.high)} for row in rows
    ]


def _rated(rows: Sequence[Rate]) -> list[Said]:
    return [Said(worded(row.tip or row.name, row.amount_label, row.label), row.value) for row in rows]


def _drawing(rows: list[dict], spec: dict, alt_text: str, said: Sequence[Said], height: float = 0) -> Drawing:
    return Drawing(rows, spec, round(height or ROW_PX * len(rows)) + 8, alt_text, spoken(alt_text, said))


def bare(chart: alt.Chart | alt.LayerChart) -> dict:
    """A spec without the data that Altair stands in for what it was not given; the rows come beside the spec."""
    spec = chart.configure_view(stroke=None).configure_scale(bandPaddingInner=0.35, bandPaddingOuter=0.15).to_dict()
    layers = [{name: part for name, part in layer.items() if name != "data"} for layer in spec.get("layer", [])]
    rest = {name: part for name, part in spec.items() if name not in ("data", "datasets", "layer")}
    return rest | ({"layer": layers} if layers else {})


def flag(x: alt.X, scale: float = 1.0) -> alt.Chart:
    """A triangle under the weeks that people wrote about: rows that have a `note`. It lies between the drawing and the labels of its axis."""
    mark = alt.Chart().mark_point(filled=True, shape="triangle-up", size=65 * scale * scale, opacity=alt.ExprRef("datum.note ? 1 : 0"))
    return mark.encode(x=x, y=alt.YValue(alt.ExprRef(f"height + {FLAG_PX * scale}")), color=constant("ink"), tooltip=alt.Tooltip(field="tip", type="nominal"))


def _layers(*layers: alt.Chart) -> dict:
    """One spec of layers; a click on any mark of the first picks its row."""
    return bare(alt.layer(layers[0].add_params(alt.selection_point(name=PICK, fields=["key"])), *layers[1:]))


def _text(place: alt.X | alt.XValue, field: str, color: alt.Color | alt.ColorValue, scale: float = 1.0, **mark: object) -> alt.Chart:
    return (
        alt.Chart()
        .mark_text(fontSize=FONT_PX * scale, baseline="middle", **mark)
        .encode(y=names(scale), x=place, text=alt.Text(field=field, type="nominal"), color=color)
    )


def _strip(scale: float = 1.0) -> alt.Chart:
    """The whole row answers to a click and shows the tip, so that a short bar is as easy to hit as a long one."""
    tip = alt.Tooltip(field="tip", type="nominal")
    return (
        alt.Chart()
        .mark_bar(opacity=0.001, cursor="pointer")
        .encode(y=names(scale), x=LEFT_EDGE, x2=alt.X2Value("width"), tooltip=tip, color=constant("track"))
    )


@cache
def _bar_spec(scale: float) -> dict:
    y = names(scale)
    bar = (
        alt.Chart()
        .mark_bar(cornerRadiusEnd=3, cursor="pointer")
        .encode(y=y, x=across("end"), x2=alt.X2Value(0), color=by_field("role"), stroke=EDGE)
    )
    tick = alt.Chart().mark_tick(thickness=2.5 * scale, bandSize=22 * scale).encode(y=y, x=across("mark"), color=constant("ink"))
    label = _text(across("after"), "label", constant("ink"), scale, align="left", dx=7, fontWeight=600)
    note = _text(RIGHT_EDGE, "note", by_field("tone"), scale, align="right", fontWeight=600)
    return _layers(_strip(scale), bar, tick, label, note)


@cache
def _stack_spec(scale: float) -> dict:
    part = alt.Chart().mark_bar(cursor="pointer").encode(y=names(scale), x=across("start"), x2=alt.X2(field="end"), color=by_field("role"), stroke=EDGE)
    # A number is written where it fits; what is pale is written on in ink.
    fits = alt.ExprRef(f"width * (datum.end - datum.start) > {0.62 * FONT_PX * scale} * length(datum.label) + 6 ? 1 : 0")
    on_part = alt.ColorValue(alt.ExprRef("test(/track|_soft/, datum.role) ? scale('color', 'ink') : background"))
    number = _text(across("middle"), "label", on_part, scale, align="center", fontWeight=600, opacity=fits)
    total = _text(across("whole"), "total", constant("ink"), scale, align="left", dx=7, fontWeight=600)
    return _layers(_strip(scale), part, number, total)


@cache
def _pair_spec() -> dict:
    offset = alt.YOffset(field="place", type="ordinal")
    bar = (
        alt.Chart()
        .mark_bar(cornerRadiusEnd=3, cursor="pointer")
        .encode(
            y=names(),
            yOffset=offset,
            x=across("end"),
            x2=alt.X2Value(0),
            color=by_field("role"),
            stroke=EDGE,
            tooltip=alt.Tooltip(field="tip", type="nominal"),
        )
    )
    label = _text(across("end"), "label", constant("ink"), align="left", dx=6).encode(yOffset=offset)
    return _layers(bar, label)


@cache
def _rate_spec(with_bars: bool) -> dict:
    lane = (
        alt.Chart()
        .mark_rule(strokeWidth=1)
        .encode(y=names(), x=across("start"), x2=alt.X2(field="finish"), color=constant("track"))
    )
    whisker = (
        alt.Chart()
        .mark_rule(strokeWidth=2.5, opacity=WHISKER)
        .encode(y=names(), x=across("from"), x2=alt.X2(field="to"), color=by_field("role"))
    )
    point = (
        alt.Chart()
        .mark_point(filled=True, size=75, opacity=1)
        .encode(y=names(), x=across("at"), color=by_field("role"))
    )
    overall = alt.Chart().mark_rule(strokeDash=[3, 3]).encode(x=across("all"), color=constant("label"))
    label = _text(RIGHT_EDGE, "label", constant("ink"), align="right", fontWeight=600)
    layers = [_strip(), lane, whisker, overall, point, label]
    if with_bars:
        bar = (
            alt.Chart()
            .mark_bar(cornerRadiusEnd=3)
            .encode(y=names(), x=across("end"), x2=alt.X2Value(0), color=by_field("role"), stroke=EDGE)
        )
        layers += [bar, _text(across("end"), "amount_label", constant("ink"), align="left", dx=6)]
    return _layers(*layers)
