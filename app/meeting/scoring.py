"""The first step: each joint metric on or off target, signal or noise, and what was promised for it."""

import re
from datetime import date

from app.meeting.course import A_WEEK, BASELINE, HISTORY, Row, as_week, days_of, newest_ripe, rows
from app.meeting.model import ScoreLine
from app.meeting.written import by_key, entries
from app.metrics import Metric, Scorecard, catalogue, judge, landings, restated, target
from app.notes import Action, Annotation, Notes

SAME_MONEY = "attributed_revenue"  # in all, it is the influenced part of revenue, which revenue influence already tells


def joint_metrics() -> list[Metric]:
    """The metrics that both sides answer for, in the order they are told."""
    return [metric for metric in catalogue().values() if metric.owner == "joint" and not metric.is_state and metric.name != SAME_MONEY]


def score(card: Scorecard, notes: Notes | None, week: date) -> tuple[ScoreLine, ...]:
    """The joint metrics in a week (its first day). Raises QuestionError as `ask` does, NotesError where notes cannot be read."""
    written = by_key(entries(notes, Annotation), lambda note: note.metric), by_key(entries(notes, Action), lambda action: action.metric)
    said = by_key(sorted(restated(card), key=lambda one: one.week, reverse=True), lambda one: one.metric)
    return tuple(_line(card, metric, week, said.get(metric.name, ()), *(kind.get(metric.name, ()) for kind in written)) for metric in joint_metrics())


def is_kept(metric: Metric, value: float | None, goal: float | None) -> bool | None:
    """Whether a value reaches its goal; None where either is missing, or more is neither better nor worse."""
    if value is None or goal is None or metric.better == "none":
        return None
    return value >= goal if metric.better == "up" else value <= goal


def judged(card: Scorecard, metric: Metric, week: date) -> tuple[list[Row], Row]:
    """The weeks of a metric up to this one, and the one it is judged by: the newest in which nothing waits any more."""
    found = rows(card, metric.name, week)
    return found, newest_ripe(found, week) or {"week": week, "value": None}


def _line(card: Scorecard, metric: Metric, week: date, said: tuple, annotations: tuple[Annotation, ...], actions: tuple[Action, ...]) -> ScoreLine:
    found, row = judged(card, metric, week)
    lands = landings(card, metric.name)
    course = tuple(as_week(one, None if one["ripe"] else lands.get(one["week"])) for one in found[-HISTORY:])
    goal = target(card, metric.name, days_of(row["week"]), to_date=False)
    return ScoreLine(
        metric=metric,
        judged=row["week"],
        value=row["value"],
        n=row.get("n"),
        low=row.get("low"),
        high=row.get("high"),
        waiting=int(found[-1].get("waiting") or 0) if found else 0,
        target=goal,
        is_kept=is_kept(metric, row["value"], goal),
        signal=judge(card, metric.unit, _up_to(found, row["week"]), row["week"]),
        course=course,
        said=tuple(one for one in said if one.week <= week),
        annotations=tuple(sorted((note for note in annotations if course and course[0].week <= note.week <= week), key=lambda note: note.week)),
        due=tuple(action for action in actions if _is_due(action, week)),
        window_days=_window(card, metric) if "waiting" in row else None,
    )


def _up_to(found: list[Row], week: date) -> list[Row]:
    return [row for row in found if row["week"] <= week][-BASELINE:]


def _window(card: Scorecard, metric: Metric) -> int | None:
    """The days that a metric's sentence names."""
    named = re.search(r"{(\w+_days)}", metric.says)
    return int(card.facts[named[1]]) if named else None


def _is_due(action: Action, week: date) -> bool:
    """Due by the end of the week: those whose day was in it, and those still open from before."""
    return action.due_on < week + A_WEEK and (action.due_on >= week or action.state == "open")
