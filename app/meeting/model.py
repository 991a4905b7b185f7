"""What the week's meeting says, as data: the page shows it and the digest prints it, so both say the same.

Rates are fractions, money is of the reporting currency with two decimals, weeks are their first days, instants are UTC without
zone. None is "no data". Lists are in the order in which they are told.
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.metrics import Metric, Restated, Ripening, Signal
from app.notes import Action, Annotation, Answer, Dispute, FieldNote, JointWork


@dataclass(frozen=True)
class Week:
    """One week of a metric's course. `is_ripe`: nothing in it waits any more; `in_progress`: it is not over; `landing`: where it will land,
    of a complete week that is not ripe, of a rate that needs time.
    """

    week: date
    value: float | None
    n: int | None
    low: float | None
    high: float | None
    is_ripe: bool
    in_progress: bool
    landing: Ripening | None = None


@dataclass(frozen=True)
class ScoreLine:
    """A joint metric in the week. A rate that needs time is judged by its newest ripe week: `judged` says which week `value` is of.

    `target` is what was promised for the judged week; `is_kept` whether it was reached (None: nothing promised, or no data).
    `waiting` are the leads of the meeting's week that cannot be judged yet. `due` are the actions for this metric that were due by
    the end of the meeting's week. `said` is what an earlier build published, where it has changed since.
    """

    metric: Metric
    judged: date
    value: float | None
    n: int | None
    low: float | None
    high: float | None
    waiting: int
    target: float | None
    is_kept: bool | None
    signal: Signal
    course: tuple[Week, ...]
    said: tuple[Restated, ...]
    annotations: tuple[Annotation, ...]
    due: tuple[Action, ...]
    window_days: int | None = None  # days that each record has before it is judged, of a rate that needs time


@dataclass(frozen=True)
class Fate:
    """What became so far of the leads of one group (a channel; None has no name): handed over = accepted + rejected + waiting."""

    name: str | None
    handed_over: int
    accepted: int
    rejected: int
    waiting: int


@dataclass(frozen=True)
class Leads:
    """Last week's leads: all, those of the week before, by channel (largest first), why they were rejected, and how many were late."""

    all: Fate
    before: int
    implied: int
    by_channel: tuple[Fate, ...]
    reasons: tuple[tuple[str, int], ...]
    waiting_overdue: int  # still waiting for a first response, longer than promised
    off: str | None = None  # why nothing is known of leads, where the extracts hold none


@dataclass(frozen=True)
class PathStep:
    """A turn on the way to a win: when (by the clocks of the reporting time zone), whose (`marketing`, `sales` or `both`), and what it was."""

    at: datetime
    side: str
    what: str
    detail: str | None
    by_whom: str | None


@dataclass(frozen=True)
class Win:
    """A deal won in the week, with the turns of the way both sides walked to it, and who to thank on each side."""

    opportunity_id: str
    name: str
    account_id: str | None
    account_name: str | None
    amount: float | None
    closed_on: date
    owner: str | None
    segment: str | None
    days: int | None
    marketing_touches: int
    sales_touches: int
    path: tuple[PathStep, ...]
    thanks_marketing: tuple[str, ...]
    thanks_sales: tuple[str, ...]


@dataclass(frozen=True)
class Wins:
    """The week's wins, the largest first: all of them, their sum, and the deals without an amount."""

    deals: tuple[Win, ...]
    amount: float
    without_amount: int
    off: str | None = None  # why nothing is known of deals, where the extracts hold none


@dataclass(frozen=True)
class Shortfall:
    """A number that fell short of what was promised for the week. `answers` are what the other side says to it."""

    metric: Metric
    judged: date
    value: float
    target: float
    n: int | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Rejected:
    """Rejected leads of one campaign in the week (None: of no campaign): of how many offered, and the reasons in sales' own words."""

    campaign: str | None
    offered: int
    rejected: int
    reasons: tuple[tuple[str, int], ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class RejectedLead:
    """One rejected lead of the week, which marketing may dispute. The person's name is for pages that show names."""

    handoff_id: str
    lead_id: str
    name: str | None
    title: str | None
    company: str | None
    account_id: str | None
    campaign: str | None
    channel: str | None
    persona: str | None
    segment: str | None
    reason: str
    owner: str | None
    handed_at: datetime
    decided_at: datetime
    dispute: Dispute | None
    replies: tuple[Answer, ...]


@dataclass(frozen=True)
class LateTeam:
    """Leads of the week that one sales team answered `late` or not at all (`unanswered`), of those due (None: of no team)."""

    team: str | None
    due: int
    late: int
    unanswered: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Forgotten:
    """A major account that is forgotten as of now, and why."""

    account_id: str
    name: str | None
    reasons: tuple[str, ...]
    owner: str | None
    open_amount: float
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Misses:
    """What did not go as planned: the largest first in each list."""

    short: tuple[Shortfall, ...]
    rejected: tuple[Rejected, ...]
    rejected_leads: tuple[RejectedLead, ...]
    late: tuple[LateTeam, ...]
    forgotten: tuple[Forgotten, ...]


@dataclass(frozen=True)
class Course:
    """An action with the number it should move: at the week of the decision, now, and week by week between (whole ripe weeks)."""

    action: Action
    metric: Metric | None
    then: float | None
    now: float | None
    weeks: tuple[Week, ...]
    is_overdue: bool


@dataclass(frozen=True)
class Decisions:
    """Actions: those decided in this week's meeting, open ones carried over from earlier, and those done or dropped since the last meeting."""

    decided: tuple[Course, ...]
    carried: tuple[Course, ...]
    closed: tuple[Course, ...]


@dataclass(frozen=True)
class Meeting:
    """Everything of one week's meeting."""

    week: date
    as_of: datetime
    currency: str
    is_sample: bool
    score: tuple[ScoreLine, ...]
    leads: Leads
    wins: Wins
    misses: Misses
    field: tuple[FieldNote, ...]
    joint_work: tuple[JointWork, ...]
    decisions: Decisions
