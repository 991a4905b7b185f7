"""The second and third step: what became of the week's leads, and the deals won with the way both sides walked to them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time

from app.meeting.course import A_WEEK, Row, days_of
from app.meeting.model import Fate, Leads, PathStep, Win, Wins
from app.meeting.words import TOGETHER
from app.metrics import Scorecard, ask, local_time, meeting

COUNTS = ("handed_over", "accepted", "rejected", "waiting")
TURNS = {
    "first_touch": "First touch by marketing", "handed_over": "Handed over to sales", "accepted": "Accepted by sales", "taken": "Taken by sales without an offer",
    "opened": "Deal opened", "won": "Won",
}  # fmt: skip
MOST_THANKS = 4


def leads(card: Scorecard, week: date) -> Leads:
    """The leads handed over in a week (its first day) and what became of them so far. Raises QuestionError as `ask` does."""
    found = meeting.fates(card, days_of(week))
    answer = ask(card, "lead_volume", days_of(week - A_WEEK))
    reasons = Counter({row["reason"]: row["value"] for row in ask(card, "rejection_reasons", days_of(week), ("reason",)).rows})
    return Leads(
        all=_fate(None, found),
        before=int(answer.row["value"] or 0),
        implied=sum(row["implied"] for row in found),
        by_channel=_by_channel(found),
        reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        waiting_overdue=sum(row["waiting_overdue"] for row in found),
        off=answer.off,
    )


def _by_channel(found: Iterable[Row]) -> tuple[Fate, ...]:
    groups: dict[str | None, list[Row]] = defaultdict(list)
    for row in found:
        groups[row["channel"]].append(row)
    return tuple(sorted((_fate(name, group) for name, group in groups.items()), key=lambda fate: (-fate.handed_over, fate.name is None, fate.name)))


def _fate(name: str | None, found: Iterable[Row]) -> Fate:
    found = list(found)
    return Fate(name, *(sum(row[count] for row in found) for count in COUNTS))


def wins(card: Scorecard, week: date) -> Wins:
    """The deals won in a week (its first day), with their paths and thanks. Raises QuestionError as `ask` does."""
    period = days_of(week)
    answer = ask(card, "revenue", period)
    steps, thanks = _steps(card, week), _thanks(card, week)
    return Wins(
        deals=tuple(_win(row, steps, thanks) for row in meeting.wins(card, period)),
        amount=answer.row["value"] or 0.0,
        without_amount=answer.row.get("without_amount") or 0,
        off=answer.off,
    )


def _win(row: Row, steps: dict[str, list[PathStep]], thanks: dict[tuple[str, str], list[str]]) -> Win:
    deal = str(row["opportunity_id"])
    thanked = {f"thanks_{side}": tuple(thanks[deal, side][:MOST_THANKS]) for side in ("marketing", "sales")}
    return Win(**row, path=tuple(steps[deal]), **thanked)


def _thanks(card: Scorecard, week: date) -> dict[tuple[str, str], list[str]]:
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in meeting.win_thanks(card, days_of(week)):
        names[row["opportunity_id"], row["side"]].append(row["name"])
    return names


def _steps(card: Scorecard, week: date) -> dict[str, list[PathStep]]:
    """The turns of each deal in time; the last is that it was won."""
    steps: dict[str, list[PathStep]] = defaultdict(list)
    for row in meeting.win_path(card, days_of(week)):
        at = local_time(card, row["at"]) if row["at"] else datetime.combine(row["done_on"], time())
        steps[row["opportunity_id"]].append(PathStep(at, row["side"], _what(row), _detail(row), _by_whom(row)))
    order = [*TURNS.values()]
    for path in steps.values():
        path.sort(key=lambda step: (step.what == TURNS["won"], step.at, order.index(step.what) if step.what in order else len(order), step.what))
    return steps


def _what(row: Row) -> str:
    if row["turn"] == "joint_work":
        return TOGETHER.get(row["detail"], str(row["detail"]))
    return TURNS.get(row["turn"]) or f"Last touch by {row['side']}"


def _detail(row: Row) -> str | None:
    if row["turn"] == "joint_work":
        return f"the last of {row['times']}" if row["times"] > 1 else None
    return ", ".join(filter(None, (row["detail"], row["campaign"]))) or None


def _by_whom(row: Row) -> str | None:
    return " and ".join(filter(None, (row["by_whom"], row["with_whom"]))) or None
