"""What the meeting of a week says, asked once for each generation of numbers and each change of the notes."""

from collections.abc import Callable
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


def weeks(card: Scorecard) -> list[date]:
    """First days of the weeks that can be chosen, the newest first."""
    return _of_card(card, "weeks", None, lambda: meeting.weeks(card))


def score(card: Scorecard, week: date) -> tuple[ScoreLine, ...]:
    """Each joint metric in the week."""
    return _of_both(card, "score", week, lambda notes: meeting.score(card, notes, week))


def leads(card: Scorecard, week: date) -> Leads:
    """The week's leads."""
    return _of_card(card, "leads", week, lambda: meeting.leads(card, week))


def wins(card: Scorecard, week: date) -> Wins:
    """Deals won in the week."""
    return _of_card(card, "wins", week, lambda: meeting.wins(card, week))


def misses(card: Scorecard, week: date) -> Misses:
    """What did not go as planned."""
    return _of_both(card, "misses", week, lambda notes: meeting.misses(card, notes, week))


def field(card: Scorecard, week: date) -> tuple[FieldNote, ...]:
    """What was heard in the field."""
    return _of_both(card, "field", week, lambda notes: meeting.field(notes, week))


def joint_work(card: Scorecard, week: date) -> tuple[JointWork, ...]:
    """What both sides did together."""
    return _of_both(card, "joint_work", week, lambda notes: meeting.joint_work(notes, week))


def decisions(card: Scorecard, week: date) -> Decisions:
    """Actions: decided, carried over, closed."""
    return _of_both(card, "decisions", week, lambda notes: meeting.decisions(card, notes, week))


def hold(card: Scorecard, week: date) -> Meeting:
    """All of it, for the digest."""
    return _of_both(card, "hold", week, lambda notes: meeting.hold(card, notes, week))


def moved(card: Scorecard, metric: str, week: date) -> pa.Table:
    """The records that moved a published number."""
    return _moved(card.generation, metric, week, card)


def records(card: Scorecard, week: date, **values: str) -> pa.Table:
    """The leads handed over in the week, of one value for each dimension named. Raises Gap where there are none."""
    return answers.records(question(card, week).only(**values), "lead_volume")


def question(card: Scorecard, week: date) -> Question:
    """The week as the other pages ask."""
    return Question(card, "", Period(week, week + timedelta(days=7)), ())


def _of_card(card: Scorecard, part: str, week: date | None, ask: Callable[[], object]) -> object:
    """What people write changes nothing of these."""
    return _part(card.generation, 0, part, week, ask)


def _of_both(card: Scorecard, part: str, week: date, ask: Callable[[Notes | None], object]) -> object:
    return _part(card.generation, notebook.noted(), part, week, lambda: ask(meeting.readable(notebook.current(), card)))


# Generation, stamp, part and week say what is asked; how it is asked is not hashed.


@st.cache_resource(max_entries=200, show_spinner=False)
def _part(generation: str, stamp: int, part: str, week: date | None, _ask: Callable[[], object]) -> object:
    return _ask()


@st.cache_resource(max_entries=50, show_spinner=False)
def _moved(generation: str, metric: str, week: date, _card: Scorecard) -> pa.Table:
    return metrics.moved(_card, metric, week)
