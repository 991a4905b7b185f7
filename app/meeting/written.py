"""What people wrote for a meeting: from the field, together, and the decisions with what became of their numbers."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from datetime import date, timedelta
from typing import TypeVar

from app.meeting.course import Row, as_week, last_week, newest_ripe, rows
from app.meeting.model import Course, Decisions
from app.metrics import Scorecard, ask, catalogue, today
from app.notes import Action, Entry, FieldNote, JointWork, Notes

SINCE = timedelta(days=14)  # the week, and the days since in which the meeting is held
OLDEST = timedelta(weeks=156)  # the longest course of an action's number
E = TypeVar("E", bound=Entry)


def entries(notes: Notes | None, kind: type[E]) -> list[E]:
    """All entries of a kind, the oldest first; none where the notes cannot be reached."""
    return notes.find(kind) if notes else []


def by_key(found: list[E], key: Callable[[E], Hashable]) -> dict[Hashable, tuple[E, ...]]:
    """Entries by what they are about, each group in the order it was written."""
    groups: dict[Hashable, list[E]] = defaultdict(list)
    for entry in found:
        groups[key(entry)].append(entry)
    return {name: tuple(group) for name, group in groups.items()}


def field(notes: Notes | None, week: date) -> tuple[FieldNote, ...]:
    """What was heard in the week and the seven days after, in which the meeting is held; the newest first."""
    heard = [note for note in entries(notes, FieldNote) if week <= note.heard_on < week + SINCE]
    return tuple(sorted(heard, key=lambda note: (note.heard_on, note.created_at), reverse=True))


def joint_work(notes: Notes | None, week: date) -> tuple[JointWork, ...]:
    """What was done together in the week and the seven days after, as written here; the newest first."""
    done = [work for work in entries(notes, JointWork) if week <= work.done_on < week + SINCE]
    return tuple(sorted(done, key=lambda work: (work.done_on, work.created_at), reverse=True))


def decisions(card: Scorecard, notes: Notes | None, week: date) -> Decisions:
    """Actions decided in this week's meeting, those open from earlier ones (the first due first), and those closed since the last
    meeting; each as it stands now.
    """
    actions = [action for action in entries(notes, Action) if action.decided_week <= week]
    earlier = [action for action in actions if action.decided_week < week]
    chosen = (
        [action for action in actions if action.decided_week == week],
        [action for action in earlier if action.state == "open"],
        [action for action in earlier if action.state != "open" and (action.done_on or action.changed_at.date()) >= week],
    )
    known = _known_courses(card, [action for part in chosen for action in part])
    return Decisions(*(tuple(_course(card, action, known) for action in sorted(part, key=lambda action: (action.due_on, action.created_at))) for part in chosen))


def _known_courses(card: Scorecard, actions: list[Action]) -> dict[str, list[Row]]:
    """The weeks of each number that some action should move, back to the first decision about it."""
    last = last_week(card)
    since: dict[str, date] = {}
    for action in actions:
        if action.metric in catalogue():
            since[action.metric] = max(last - OLDEST, min(since.get(action.metric, last), action.decided_week))
    return {name: rows(card, name, last, first) for name, first in since.items()}


def _course(card: Scorecard, action: Action, known: dict[str, list[Row]]) -> Course:
    metric = catalogue().get(action.metric or "")
    found = known.get(action.metric or "", [])
    then = newest_ripe(found, action.decided_week)
    now = newest_ripe(found, last_week(card))
    since = then["week"] if then else action.decided_week
    return Course(
        action=action,
        metric=metric,
        then=then["value"] if then else None,
        now=_state(card, metric.name) if metric and metric.is_state else now["value"] if now else None,
        weeks=tuple(as_week(row) for row in found if row["ripe"] and row["week"] >= since),
        is_overdue=action.state == "open" and action.due_on < today(card),
    )


def _state(card: Scorecard, metric: str) -> float | None:
    return ask(card, metric, None).row["value"]
