"""Step 6: what was decided, carried over and done: with owner, due day, and the number it should move."""

from datetime import timedelta

from app.meeting import words as say
from app.meeting.model import Course
from app.metrics import catalogue, today
from app.notes import Action, Entry
from app.views import board, notebook
from app.views.board import Board, Card, Line
from app.views.meeting import forms, week
from app.views.meeting.place import Place

OPEN = (("done", "Done"), ("edit", "Edit"))
CLOSED = (("reopen", "Reopen"),)


def show(place: Place) -> None:
    """Draws the step."""
    found = week.decisions(place.card, place.week)
    cards = (
        _card(place, "Decided now", found.decided, "Nothing decided yet: who does what by when?"),
        _card(place, "Carried over", found.carried, "Nothing is left over from earlier weeks."),
        _card(place, "Done", found.closed, "Nothing was finished since the last meeting."),
    )
    board.draw("board decisions", Board(cards, "1.15fr 1.15fr 0.9fr"), lambda name, ref: _act(place, name, ref))
    forms.foot(Action, lambda held, key: _fields(place, held, key), lambda fields: Action(**fields, decided_week=place.week))


def _card(place: Place, title: str, courses: tuple[Course, ...], empty: str) -> Card:
    return Card(title, str(len(courses)) if courses else "", lines=tuple(_line(place, one) for one in courses), empty=empty)


def _line(place: Place, course: Course) -> Line:
    action = course.action
    is_open = action.state == "open"
    parts = (f"{action.owner}, {say.when(course)}", say.course(course, place.currency) if course.metric else "")
    mark, tone = ("!", "bad") if course.is_overdue else ("○", "label") if is_open else ("✓", "good") if action.state == "done" else ("✕", "label")
    values = tuple(one.value for one in course.weeks)
    return forms.line(
        action, small=" · ".join(part for part in parts if part), mark=mark, tone=tone, acts=OPEN if is_open else CLOSED, is_struck=not is_open,
        chart=values if sum(value is not None for value in values) > 1 else (),
    )  # fmt: skip


def _act(place: Place, name: str, ref: str) -> None:
    entry, by = forms.find(ref), notebook.author()
    if entry is None:
        return
    if name == "done":
        notebook.change(entry, by, state="done", done_on=today(place.card))
    elif name == "reopen":
        notebook.change(entry, by, state="open", done_on=None)
    else:
        forms.act(name, ref)


def _fields(place: Place, held: Entry | None, key: str) -> forms.Fields:
    what = forms.text(key, held, "What is to be done")
    owner = forms.word(key, held, "Owner", "owner", 140) or ""
    due = forms.day(key, held, "Due", "due_on", today(place.card) + timedelta(days=7))
    titles = {name: metric.title for name, metric in catalogue().items()}
    metric = forms.choice(key, held, "Number it should move", "metric", list(titles), 210, lambda name: titles.get(name, name))
    fields = {"text": what, "owner": owner, "due_on": due, "metric": metric}
    return fields | ({"state": forms.choice(key, held, "State", "state", ["open", "done", "dropped"], 110)} if held else {})
