"""What the meeting of a week says, asked once for each generation of numbers and each change of the notes."""

from datetime import date, timedelta

import pyarrow as pa
import streamlit as st

from app import meeting, metrics
from app.filters import Period
from app.meeting.model import Decisions, Leads, Meeting, Misses, ScoreLine, Wins
from app.metrics import Scorecard
from app.notes import FieldNote, JointWork, Notes
from app.views import answers, notebook
from app.views.answers import Question

PARTS = {
    "weeks": lambda card, notes, week: meeting.weeks(card),
    "score": meeting.score,
    "leads": lambda card, notes, week: meeting.leads(card, week),
    "wins": lambda card, notes, week: meeting.wins(card, week),
    "misses": meeting.misses,
    "field": lambda card, notes, week: meeting.field(notes, week),
    "joint_work": lambda card, notes, week: meeting.joint_work(notes, week),
    "decisions": meeting.decisions,
    "hold": meeting.hold,
}
WITHOUT_NOTES = ("weeks", "leads", "wins")  # what people write changes nothing of these


def weeks(card: Scorecard) -> list[date]:
    """First days of the weeks that can be chosen, the newest first."""
    return _ask(card, "weeks", None)


def score(card: Scorecard, week: date) -> tuple[ScoreLine, ...]:
    """Each joint metric in the week."""
    return _ask(card, "score", week)


def leads(card: Scorecard, week: date) -> Leads:
    """The week's leads."""
    return _ask(card, "leads", week)


def wins(card: Scorecard, week: date) -> Wins:
    """Deals won in the week."""
    return _ask(card, "wins", week)


def misses(card: Scorecard, week: date) -> Misses:
    """What did not go as planned."""
    return _ask(card, "misses", week)


def field(card: Scorecard, week: date) -> tuple[FieldNote, ...]:
    """What was heard in the field."""
    return _ask(card, "field", week)


def joint_work(card: Scorecard, week: date) -> tuple[JointWork, ...]:
    """What both sides did together."""
    return _ask(card, "joint_work", week)


def decisions(card: Scorecard, week: date) -> Decisions:
    """Actions: decided, carried over, closed."""
    return _ask(card, "decisions", week)


def hold(card: Scorecard, week: date) -> Meeting:
    """All of it, for the digest."""
    return _ask(card, "hold", week)


def moved(card: Scorecard, metric: str, week: date) -> pa.Table:
    """The records that moved a published number."""
    return _moved(card.generation, metric, week, card)


def records(card: Scorecard, week: date, **values: str) -> pa.Table:
    """The leads handed over in the week, of one value for each dimension named. Raises Gap where there are none."""
    return answers.records(question(card, week).only(**values), "lead_volume")


def question(card: Scorecard, week: date) -> Question:
    """The week as the other pages ask."""
    return Question(card, "", Period(week, week + timedelta(days=7)), ())


def _ask(card: Scorecard, part: str, week: date | None) -> object:
    stamp = 0 if part in WITHOUT_NOTES else notebook.stamp()
    return _part(card.generation, stamp, part, week, card, notebook.current())


# Generation, stamp, part and week say what was asked; scorecard and notes themselves are not hashed.


@st.cache_resource(max_entries=200, show_spinner=False)
def _part(generation: str, stamp: int, part: str, week: date | None, _card: Scorecard, _notes: Notes | None) -> object:
    return PARTS[part](_card, _notes, week)


@st.cache_resource(max_entries=50, show_spinner=False)
def _moved(generation: str, metric: str, week: date, _card: Scorecard) -> pa.Table:
    return metrics.moved(_card, metric, week)
