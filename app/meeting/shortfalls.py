"""The fourth step: what did not go as planned, each with what the other side answers to it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from app.meeting.course import Row, days_of
from app.meeting.model import Forgotten, LateTeam, Misses, Rejected, RejectedLead, Shortfall
from app.meeting.scoring import is_kept, judged
from app.meeting.written import by_key, entries
from app.metrics import Metric, Scorecard, catalogue, meeting, records, target
from app.notes import Answer, Dispute, Notes

OF_ANY_WEEK = ("account", "dispute")  # they stay what they are from week to week
Answers = Mapping[object, tuple[Answer, ...]]


def misses(card: Scorecard, notes: Notes | None, week: date) -> Misses:
    """What fell short of what was promised for a week (its first day), or was rejected, late or forgotten.

    Raises QuestionError as `ask` does, NotesError where notes cannot be read.
    """
    written = [answer for answer in entries(notes, Answer) if answer.week == week or answer.about in OF_ANY_WEEK]
    answers = by_key(written, lambda answer: (answer.about, answer.subject))
    found = meeting.rejected_leads(card, days_of(week))
    return Misses(
        short=_short(card, week, answers),
        rejected=_rejected(meeting.fates(card, days_of(week)), found, answers),
        rejected_leads=_rejected_leads(found, entries(notes, Dispute), answers),
        late=tuple(LateTeam(**row, answers=answers.get(("response", row["team"] or ""), ())) for row in meeting.answered(card, days_of(week))),
        forgotten=_forgotten(card, answers),
    )


def _short(card: Scorecard, week: date, answers: Answers) -> tuple[Shortfall, ...]:
    promised = meeting.promised(card)
    missed = [_missed(card, metric, week, answers) for metric in catalogue().values() if metric.name in promised and not metric.is_state]
    return tuple(sorted(filter(None, missed), key=lambda one: -abs(one.value - one.target) / abs(one.target or 1)))


def _missed(card: Scorecard, metric: Metric, week: date, answers: Answers) -> Shortfall | None:
    _, row = judged(card, metric, week)
    goal = target(card, metric.name, days_of(row["week"]), to_date=False)
    if is_kept(metric, row["value"], goal) is not False:
        return None
    return Shortfall(metric, row["week"], row["value"], goal, row.get("n"), answers.get(("metric", metric.name), ()))


def _rejected(fates: list[Row], found: list[Row], answers: Answers) -> tuple[Rejected, ...]:
    reasons: dict[str | None, Counter] = defaultdict(Counter)
    offered: Counter = Counter()
    for row in found:
        reasons[row["campaign"]][row["reason"]] += 1
    for row in fates:
        offered[row["campaign"]] += row["handed_over"] - row["implied"]
    groups = [
        Rejected(name, offered[name], counted.total(), tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))), answers.get(("campaign", name or ""), ()))
        for name, counted in reasons.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.rejected, -group.rejected / group.offered, group.campaign is None, group.campaign)))


def _rejected_leads(found: list[Row], disputes: list[Dispute], answers: Answers) -> tuple[RejectedLead, ...]:
    disputed = {dispute.handoff_id: dispute for dispute in disputes}
    return tuple(_rejected_lead(row, disputed.get(row["handoff_id"]), answers) for row in found)


def _rejected_lead(row: Row, dispute: Dispute | None, answers: Answers) -> RejectedLead:
    return RejectedLead(**row, dispute=dispute, replies=answers.get(("dispute", dispute.id), ()) if dispute else ())


def _forgotten(card: Scorecard, answers: Answers) -> tuple[Forgotten, ...]:
    """One row for each account and reason becomes one for each account, the largest open amount first."""
    accounts: dict[str, list[Row]] = defaultdict(list)
    for row in records(card, "forgotten_accounts", None).to_pylist():
        accounts[row["account_id"]].append(row)
    return tuple(
        Forgotten(
            account_id, group[0]["account_name"], tuple(row["reason"] for row in group), group[0]["owner"], float(group[0]["open_amount"]),
            answers.get(("account", account_id), ()),
        )
        for account_id, group in accounts.items()
    )  # fmt: skip
