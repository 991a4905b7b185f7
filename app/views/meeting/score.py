"""Step 1: each joint metric on or off target, signal or noise, the promise kept or not; and what was restated since."""

import streamlit as st

from app import charts
from app.charts import format as write
from app.meeting import picture
from app.meeting import words as say
from app.meeting.model import ScoreLine
from app.metrics import Restated
from app.notes import Action, Annotation, Entry
from app.views import board, cards, links
from app.views.board import Board, Card, Chip, Line
from app.views.meeting import forms, week
from app.views.meeting.place import Place
from app.views.scorecard import JOINT

CHART_PX, MOST_MOVED = 150, 200


def show(place: Place) -> None:
    """Draws the step, or, where the address asks for them, the records that moved a number."""
    lines = week.score(place.card, place.week)
    said = next((one for line in lines for one in line.said if (one.metric, one.week.isoformat()) == (place.chosen.get("moved"), place.chosen.get("of"))), None)
    if said:
        _moved(place, said, next(line for line in lines if line.metric.name == said.metric))
        return
    large = [line for line in lines if line.metric.name in JOINT]
    board.draw("strip score", Board(tuple(_card(place, line) for line in large), "1fr 1fr 1fr", is_low=True))
    with st.container(key="board_parts"):
        for column, line in zip(st.columns(3, gap="small"), large, strict=True):
            with column:
                cards.guarded(lambda line=line: _chart(place, line))
    written = tuple(Card("", lines=(*map(_due, line.due), *_notes(line))) for line in large)
    others = tuple(_small(place, line) for line in lines if line.metric.name not in JOINT)
    board.draw("strip why", Board(written if any(card.lines for card in written) else (), "1fr 1fr 1fr", others, is_low=True), forms.act)
    titles = {line.metric.name: line.metric.title for line in lines}
    forms.foot(Annotation, lambda held, key: _fields(place, titles, held, key), lambda fields: Annotation(**fields))


def _card(place: Place, line: ScoreLine) -> Card:
    mark, tone = {True: ("✓ ", "good"), False: ("✕ ", "bad"), None: ("", "label")}[line.is_kept]
    value, goal = _figures(place, line)
    kept = {True: ", kept", False: ", not kept", None: ""}[line.is_kept] + say.within_chance(line)
    unit = f"promised {goal}{kept}" if goal else say.promise(line).lower()
    return Card(line.metric.title, figure=value, unit=unit, mark=mark + say.verdict(line), tone=tone, side="joint", lines=tuple(_facts(place, line)))


def _figures(place: Place, line: ScoreLine) -> tuple[str, str]:
    if line.value is None or line.target is None:
        return write.number(line.value, line.metric.unit, place.currency), ""
    return write.beside(line.value, line.target, line.metric.unit, place.currency)


def _facts(place: Place, line: ScoreLine) -> list[Line]:
    is_signal = line.signal.kind.startswith(("signal", "shift"))
    tone = "label" if not is_signal else "bad" if line.signal.kind.endswith("low") == (line.metric.better == "up") else "good"
    variation = say.variation(line, place.currency)
    short = variation.split(":")[0] if line.signal.kind == "ordinary" else variation  # the chart below shows between what
    facts = [Line(short, mark="◆" if is_signal else "●", tone=tone)]
    if line.judged != place.week:
        waits = f"; {write.count(line.waiting)} unripe" if line.waiting else ""
        facts.append(Line(small=f"Week of {write.day(line.judged)}, the newest to judge{waits}"))
    return facts + [_restated(place, line, one) for one in line.said[:1]]


def _restated(place: Place, line: ScoreLine, one: Restated) -> Line:
    return Line(say.restated(line, one, place.currency), mark="↻", tone="label", href=place.href(moved=one.metric, of=one.week.isoformat()))


def _chart(place: Place, line: ScoreLine) -> None:
    points, title = picture.points(line, place.currency), f"{line.metric.title} week by week"
    drawing = charts.weekly(points, "joint", line.metric.unit, title, currency=place.currency, height=CHART_PX, **picture.limits(line.signal))
    cards.plot(drawing, f"course {line.metric.name}", fills=True)


def _small(place: Place, line: ScoreLine) -> Chip:
    mark = {True: " ✓", False: " ✕", None: ""}[line.is_kept]
    return Chip(f"{line.metric.title} {write.number(line.value, line.metric.unit, place.currency)}{mark}", links.week_records(line.metric.name, line.judged))


def _due(action: Action) -> Line:
    is_open = action.state == "open"
    mark, tone = ("○", "label") if is_open else ("✓", "good")
    return Line(action.text, small=f"{action.owner}, {action.state}, due {write.day(action.due_on)}", mark=mark, tone=tone, is_struck=not is_open)


def _notes(line: ScoreLine) -> list[Line]:
    """What explains weeks, the newest first, numbered as the chart marks them."""
    weeks = sorted({note.week for note in line.annotations})
    marks = {one: str(number) if len(weeks) > 1 else "▲" for number, one in enumerate(weeks, 1)}
    return [forms.line(note, mark=marks[note.week], tone="", small=f"week of {write.day(note.week)} · {forms.signed(note)}") for note in reversed(line.annotations)]


def _fields(place: Place, titles: dict[str, str], held: Entry | None, key: str) -> forms.Fields:
    metric = forms.choice(key, held, "Number", "metric", list(titles), 190, lambda name: titles.get(name, name), JOINT[0])
    weeks = {one: f"Week of {write.full_day(one)}" for one in week.weeks(place.card)[:52]}
    of = forms.choice(key, held, "Week", "week", list(weeks), 180, lambda one: weeks.get(one, f"Week of {write.full_day(one)}"), place.week)
    return {"metric": metric, "week": of, "text": forms.text(key, held, "What explains it")}


def _moved(place: Place, one: Restated, line: ScoreLine) -> None:
    """The records that moved a number: which, and how."""
    rows = week.moved(place.card, one.metric, one.week).to_pylist()
    lines = tuple(_record(place, line.metric.records, row) for row in rows[:MOST_MOVED])
    title = f"{line.metric.title}: {say.restated(line, one, place.currency)}"
    more = f"and {write.count(len(rows) - MOST_MOVED)} more" if len(rows) > MOST_MOVED else ""
    card = Card(title, more, links.week_records(one.metric, one.week), lines=lines, empty="The records are the same; what they are worth has changed.")
    board.draw("board moved", Board((card,), chips=(Chip("‹ Back to the scorecard", place.href()),)))


def _record(place: Place, of: str, row: dict[str, object]) -> Line:
    """A record that moved; a deal's name is no person's."""
    person = ", ".join(str(row[name]) for name in ("name", "title") if row.get(name)) if place.names and of != "deal" else ""
    what = row.get("name") if of == "deal" else row.get("company")
    became = " → ".join(str(part) for part in (row["said"], row["now"]) if part)
    small = " · ".join(str(part) for part in (row.get("campaign") or row.get("channel"), row.get("owner")) if part)
    text = " · ".join(part for part in (str(what or "No company"), person, f"{row['moved']}: {became}" if became else row["moved"]) if part)
    return Line(text, small=small, mark="↻", tone="label", href=links.account(row["account_id"]) if row.get("account_id") else "")
