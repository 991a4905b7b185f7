"""A whole meeting."""

from datetime import date

from app.meeting.model import Meeting
from app.meeting.results import leads, wins
from app.meeting.scoring import score
from app.meeting.shortfalls import misses
from app.meeting.written import decisions, field, joint_work
from app.metrics import Scorecard
from app.notes import Notes


def hold(card: Scorecard, notes: Notes | None, week: date) -> Meeting:
    """Everything that the meeting about a week (its first day) says. Raises NotesError where notes cannot be read."""
    return Meeting(
        week=week,
        as_of=card.as_of,
        currency=str(card.facts["currency"]),
        is_sample=bool(card.facts["is_sample"]),
        score=score(card, notes, week),
        leads=leads(card, week),
        wins=wins(card, week),
        misses=misses(card, notes, week),
        field=field(notes, week),
        joint_work=joint_work(notes, week),
        decisions=decisions(card, notes, week),
    )
