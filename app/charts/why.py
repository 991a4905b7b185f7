"""Why a number moved, as pictures: parts of a change as bars to both sides of zero, and a waterfall from before to now."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import altair as alt

from app.charts.draw import PICK, ROW_PX, Drawing, bare
from app.charts.spoken import Said, spoken, worded
from app.charts.theme import EDGE, FONT_PX, LEFT_EDGE, RIGHT_EDGE, across, by_field, constant, names

SPLIT_PX = 40  # two bars with their labels
SIDE = 0.27  # the room for a label beside a bar, as a share of the chart
NOTE = 0.25  # the room for the notes at the right edge


@dataclass(frozen=True)
class Split:
    """What one thing adds to a change: two amounts, each with its label. `key` is what a click hands on (None: nothing)."""

    key: str | None
    name: str
    first: float
    first_label: str
    second: float
    second_label: str
    tip: str = ""


@dataclass(frozen=True)
class Rung:
    """A step of a waterfall, from one height to another; its label stands at its end, `note` at the right edge."""

    key: str | None
    name: str
    start: float
    end: float
    label: str
    role: str
    note: str = ""
    tip: str = ""


def splits(rows: Sequence[Split], roles: tuple[str, str], alt_text: str, what: tuple[str, str]) -> Drawing:
    """Two bars from zero for each row, to the right where they add and to the left where they take away; `what` they are, in a word each."""
    amounts = [amount for row in rows for amount in (row.first, row.second)]
    least, most = min([*amounts, 0.0]), max([*amounts, 0.0])
    place, beside_zero = _scale(least, most), "left" if least < 0 == most else "right"
    table = [
        {"key": row.key, "name": row.name, "tip": row.tip, "place": at, "role": role, "zero": place(0.0), "end": place(amount), **_labels(amount, label, beside_zero)}
        for row in rows
        for at, role, amount, label in ((0, roles[0], row.first, row.first_label), (1, roles[1], row.second, row.second_label))
    ]
    said = [Said(_both(row, what), row.first + row.second) for row in rows]
    return Drawing(table, _split_spec(), SPLIT_PX * len(rows) + 8, alt_text, spoken(alt_text, said))


def _both(row: Split, what: tuple[str, str]) -> str:
    labels = zip(what, (row.first_label, row.second_label), strict=True)
    parts = [label if name in label else f"{name} {label}" for name, label in labels if label]
    return f"{row.tip or row.name} ({', '.join(parts)})" if parts else row.tip or row.name


def waterfall(rungs: Sequence[Rung], alt_text: str) -> Drawing:
    """From the first row's bar to the last row's, each row between starting where the one above it ended."""
    most = max([value for rung in rungs for value in (rung.start, rung.end)] + [1e-9])
    room = 1 - SIDE - (NOTE if any(rung.note for rung in rungs) else 0)
    table = [vars(rung) | {"start": max(rung.start, 0.0) / most * room, "end": max(rung.end, 0.0) / most * room} for rung in rungs]
    for row in table:
        row["after"] = max(row["start"], row["end"])
    for row, below in zip(table, [*table[1:], None], strict=True):
        row["next"] = below["name"] if below else row["name"]
    said = [Said(worded(rung.tip or f"{rung.name}: {rung.label}", rung.label, rung.note)) for rung in rungs]
    return Drawing(table, _waterfall_spec(), ROW_PX * len(table) + 8, alt_text, spoken(alt_text, said))


def _scale(least: float, most: float) -> object:
    """Places an amount between 0 and 1, with room for labels at the sides where there are bars."""
    left, right = SIDE if least < 0 else 0.01, 1 - (SIDE if most > 0 else 0.01)
    span = (most - least) or 1.0
    return lambda amount: left + (amount - least) / span * (right - left)


def _labels(amount: float, label: str, beside_zero: str) -> dict[str, str]:
    """A label at the end of its bar; that of no bar stands where the others leave room."""
    side = beside_zero if amount == 0 else "left" if amount < 0 else "right"
    return {"left": "", "right": "", side: label}


def _layers(first: alt.Chart, *others: alt.Chart) -> dict:
    """One spec of layers; a click on any mark of the first picks its row."""
    return bare(alt.layer(first.add_params(alt.selection_point(name=PICK, fields=["key"])), *others))


def _strip() -> alt.Chart:
    """The whole row answers to a click and shows the tip."""
    mark = alt.Chart().mark_bar(opacity=0.001, cursor="pointer")
    return mark.encode(y=names(), x=LEFT_EDGE, x2=alt.X2Value("width"), tooltip=alt.Tooltip(field="tip", type="nominal"), color=constant("track"))


def _text(x: alt.X | alt.XValue, field: str, role: str = "ink", **mark: object) -> alt.Chart:
    text = alt.Chart().mark_text(fontSize=FONT_PX, baseline="middle", **mark)
    return text.encode(y=names(), x=x, text=alt.Text(field=field, type="nominal"), color=constant(role))


@cache
def _split_spec() -> dict:
    offset = alt.YOffset(field="place", type="ordinal")
    bar = alt.Chart().mark_bar(cornerRadiusEnd=2).encode(y=names(), yOffset=offset, x=across("zero"), x2=alt.X2(field="end"), color=by_field("role"), stroke=EDGE)
    zero = alt.Chart().mark_rule(strokeWidth=1).encode(x=across("zero"), color=constant("label"))
    left = _text(across("end"), "left", align="right", dx=-5).encode(yOffset=offset)
    right = _text(across("end"), "right", align="left", dx=5).encode(yOffset=offset)
    return _layers(_strip(), bar, zero, left, right)


@cache
def _waterfall_spec() -> dict:
    bar = alt.Chart().mark_bar().encode(y=names(), x=across("start"), x2=alt.X2(field="end"), color=by_field("role"), stroke=EDGE)
    link = alt.Chart().mark_rule(strokeWidth=1, strokeDash=[2, 2]).encode(y=names(), y2=alt.Y2(field="next"), x=across("end"), color=constant("label"))
    label = _text(across("after"), "label", align="left", dx=6, fontWeight=600)
    # A note is written where it does not run into the label; the tip says it anyway.
    fits = alt.ExprRef(f"width * (1 - datum.after) > {0.58 * FONT_PX} * (length(datum.label) + length(datum.note)) + 18 ? 1 : 0")
    note = _text(RIGHT_EDGE, "note", "label", align="right", opacity=fits)
    return _layers(_strip(), link, bar, label, note)
