"""Step 5: what was heard in the field, from sales calls and campaigns, by persona and segment."""

from collections import Counter

from app.charts import format as write
from app.metrics import choices
from app.notes import Entry, FieldNote
from app.views import board
from app.views.board import Board, Card, Chip, Line
from app.views.meeting import forms, week
from app.views.meeting.place import Place

MOST_GROUPS, MOST_CHIPS = 6, 6
FROM = {"sales": "from a sales call", "marketing": "from a campaign"}


def show(place: Place) -> None:
    """Draws the step."""
    notes = week.field(place.card, place.week)
    shown = [note for note in notes if all(place.chosen.get(name) in (None, getattr(note, name)) for name in ("persona", "segment"))]
    groups = _groups(shown)
    cards = tuple(Card(name, write.plural(len(group), "note"), lines=tuple(_line(note) for note in group)) for name, group in groups)
    nothing = (Card("", empty="Nothing was written down for this week yet. What did you hear, on calls and in campaigns?"),)
    columns = f"repeat({min(max(len(cards), 1), 3)}, minmax(0, 1fr))"
    board.draw("board field", Board(cards or nothing, columns, _chips(place, notes)), forms.act)
    forms.foot(FieldNote, lambda held, key: _fields(place, held, key), lambda fields: FieldNote(**fields))


def _groups(notes: list[FieldNote]) -> list[tuple[str, list[FieldNote]]]:
    """Notes by persona, the largest group first, those without one last; what is beyond the screen is one group."""
    counted = Counter(note.persona for note in notes)
    names = sorted(counted, key=lambda name: (name is None, -counted[name], name or ""))
    own, rest = (names, []) if len(names) <= MOST_GROUPS else (names[: MOST_GROUPS - 1], names[MOST_GROUPS - 1 :])
    groups = [(name or "No persona", [note for note in notes if note.persona == name]) for name in own]
    return groups + ([("Other personas", [note for note in notes if note.persona in rest])] if rest else [])


def _chips(place: Place, notes: tuple[FieldNote, ...]) -> tuple[Chip, ...]:
    if not notes:
        return ()
    all_of_it = Chip(f"All ({len(notes)})", place.href(), not place.chosen.keys() & {"persona", "segment"})
    return (all_of_it, *(chip for name in ("persona", "segment") for chip in _choices(place, notes, name)))


def _choices(place: Place, notes: tuple[FieldNote, ...], name: str) -> list[Chip]:
    counted = Counter(value for note in notes if (value := getattr(note, name)))
    other = {key: value for key, value in place.chosen.items() if key != name}
    return [
        Chip(f"{value} ({number})", place.href(**other, **({} if place.chosen.get(name) == value else {name: value})), place.chosen.get(name) == value)
        for value, number in counted.most_common(MOST_CHIPS)
    ]


def _line(note: FieldNote) -> Line:
    about = " · ".join(part for part in (note.segment, note.account_name, note.campaign) if part)
    heard = f"{note.created_by}, {FROM[note.created_side]}, {write.day(note.heard_on)}"
    changed = f"changed by {note.changed_by} {forms.moment(note.changed_at)}" if note.version > 1 else ""
    return forms.line(note, mark="●", small=" · ".join(part for part in (about, heard, changed) if part))


def _fields(place: Place, held: Entry | None, key: str) -> forms.Fields:
    words = forms.text(key, held, "What did you hear?")
    persona = forms.choice(key, held, "Persona", "persona", choices(place.card, "persona"), 170)
    segment = forms.choice(key, held, "Segment", "segment", choices(place.card, "segment"), 130)
    account = forms.account(place, key, held)
    return {"text": words, "persona": persona, "segment": segment, **account, "heard_on": forms.day(key, held, "Heard on", "heard_on", place.last_day)}
