"""Section 4: every metric, over any period, by any of its dimensions.

A metric is a list of facts (what is counted, on which local day, with which dimensions) and an answer
(what the facts of one group come to). `reckon` picks the facts of the period and the filters, groups
them, fills the gaps of a series, and sorts.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from math import ceil, floor, fsum, sqrt
from types import MappingProxyType

from .company import WEEKDAYS, Company, Settings, Spend, Target
from .deals import Deal, credit, deals
from .handoffs import Handoff, handoffs, lead_events, record_dims, sales_touches

Value = str | int | None  # a decile is a number
Row = dict[str, object]
Where = Mapping[str, tuple[str, ...]]

EVERYTHING: Where = MappingProxyType({})

TIME = ("week", "month", "quarter")
AGES = ("0-2", "3-7", "8-14", "15-30", "over 30")
NO_REASON = "no reason given"
NO_TOUCH = "no touch"
Z = 1.959963984540054

_RECORD = ("segment", "region", "industry", "tier", "channel", "source", "persona")
_HANDOFF = (*_RECORD, "campaign", "marketing_team", "sales_team", "owner")
_DEAL = ("segment", "region", "industry", "tier", "channel", "source", "persona", "sales_team", "owner")
_TOUCH = ("channel", "campaign", "marketing_team")
_TOUCHED = tuple(dict.fromkeys((*_DEAL, *_TOUCH)))


@dataclass(frozen=True)
class Fact:
    """One thing that counts; `day` is None for what is a state at as_of."""

    thing: object
    dims: Mapping[str, Value]
    day: date | None = None


@dataclass(frozen=True)
class Question:
    company: Company
    start: date
    end: date
    by: tuple[str, ...]
    where: Where
    model: str
    scope: str

    @property
    def asked(self) -> set[str]:
        return {*self.by, *self.where}


@dataclass(frozen=True)
class Metric:
    dims: tuple[str, ...]
    facts: Callable[[Question], Iterable[Fact]]
    answer: Callable[[list, Question], Row]


def reckon(
    company: Company,
    metric: str,
    start: date,
    end: date,
    by: tuple[str, ...] = (),
    where: Where = EVERYTHING,
    model: str = "linear",
    scope: str = "marketing",
) -> list[Row]:
    """The rows of `accord metric --format json`: the dimensions, then what the metric gives; unrounded.

    Money and counts are numbers, rates fractions, times hours, a sales cycle days. A key that does not
    apply to the metric is left out. Raises ValueError on a dimension the metric does not have.
    """
    question = Question(company, start, end, tuple(by), where, model, scope)
    if metric in _QUOTIENTS:
        return _QUOTIENTS[metric](question)
    return _rows(metric, question)


def _rows(metric: str, question: Question) -> list[Row]:
    known, by, start, end = METRICS[metric], question.by, question.start, question.end
    if unknown := question.asked - set(known.dims):
        raise ValueError(f"{metric} has no dimension {sorted(unknown)}")
    facts = [
        _dated(fact, question)
        for fact in known.facts(question)
        if fact.day is None or start <= fact.day < end  # section 1: [start, end)
    ]
    groups: dict[tuple[Value, ...], list[object]] = defaultdict(list)
    for fact in facts:
        if _matches(fact.dims, question.where):
            groups[tuple(fact.dims[dim] for dim in by)].append(fact.thing)
    for key in _expected(groups, question):
        groups.setdefault(key, [])
    rows = [{**dict(zip(by, key, strict=True)), **known.answer(things, question)} for key, things in groups.items()]
    return sorted(rows, key=lambda row: [_order(dim, row[dim]) for dim in by])


# ---------------------------------------------------------------- groups


def _dated(fact: Fact, question: Question) -> Fact:
    """The fact with the first days of its week, month and quarter, where they are asked."""
    if fact.day is None or not question.asked & set(TIME):
        return fact
    return Fact(fact.thing, {**fact.dims, **_time_dims(fact.day, question.company.settings)}, fact.day)


@cache
def _time_dims(day: date, settings: Settings) -> dict[str, str]:
    """Section 1: weeks start on the configured weekday, quarters follow the fiscal year; both carry their first day."""
    week = day - timedelta(days=(day.weekday() - WEEKDAYS.index(settings.week_starts_on.lower())) % 7)
    month = day.replace(day=1)
    quarter = month
    while (quarter.month - settings.fiscal_year_start_month) % 3:
        quarter = (quarter - timedelta(days=1)).replace(day=1)
    return {"week": week.isoformat(), "month": month.isoformat(), "quarter": quarter.isoformat()}


def _matches(dims: Mapping[str, Value], where: Where) -> bool:
    """INTERFACES: any of the values of one dimension, and all dimensions; '' is a row that has none."""
    return all(str(dims[dim] or "") in [str(value) for value in values] for dim, values in where.items())


def _expected(groups: Mapping[tuple[Value, ...], object], question: Question) -> list[tuple[Value, ...]]:
    """Groups that appear even when empty: the one row of a total, and every week (month, quarter) of a series."""
    by, settings = question.by, question.company.settings
    if not by:
        return [()]
    if not set(by) & set(TIME):
        return []
    days = [question.start + timedelta(days=gone) for gone in range((question.end - question.start).days)]
    times = [dims for dims in (_time_dims(day, settings) for day in days) if _time_matches(dims, question.where)]
    others = {tuple(None if dim in TIME else value for dim, value in zip(by, key, strict=True)) for key in groups}
    if set(by) <= set(TIME):
        others = {(None,) * len(by)}
    return [
        tuple(moment[dim] if dim in TIME else value for dim, value in zip(by, other, strict=True))
        for other in others
        for moment in times
    ]


def _time_matches(dims: dict[str, str], where: Where) -> bool:
    return _matches(dims, {dim: values for dim, values in where.items() if dim in TIME})


def _order(dim: str, value: object) -> tuple[bool, object]:
    """By value, none last; ages from young to old."""
    return value is None, AGES.index(str(value)) if dim == "age" else (value or "")


# ---------------------------------------------------------------- arithmetic


def rate(hits: float, n: int) -> Row:
    """A share with n and its 95 % Wilson interval; over nothing it is no data, never 0."""
    if n == 0:
        return {"value": None, "n": 0, "low": None, "high": None}
    share, spread = hits / n, Z * Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return {"value": share, "n": n, "low": middle - half, "high": middle + half}


def quantile(values: Sequence[float | None], part: float) -> float | None:
    """Linear between neighbours of the sorted values, None (unanswered) ranking above all.

    None where either neighbour with weight is None.
    """
    ranked = sorted(values, key=lambda value: (value is None, value or 0))
    place = (len(ranked) - 1) * part
    below, above = ranked[floor(place)], ranked[ceil(place)]
    if below is None or above is None:
        return None
    return below + (above - below) * (place - floor(place))


def _count(things: list, question: Question) -> Row:
    return {"value": len(things)}


def _money(things: list[Deal], question: Question) -> Row:
    return {"value": fsum(deal.money for deal in things)}


def _share(hits: Iterable[bool]) -> Row:
    found = list(hits)
    return rate(sum(found), len(found))


def _ratios(above: str, below: str, question: Question, question_below: Question) -> list[Row]:
    """One metric over another that knows fewer dimensions, row by row; over nothing it is no data."""
    found = {_key(row, question.by): row["value"] for row in _rows(above, question)}
    whole = {_key(row, question_below.by): row["value"] for row in _rows(below, question_below)}
    if question_below.by == question.by:
        found = {**dict.fromkeys(whole, 0.0), **found}
    rows = []
    for key, value in found.items():
        row = dict(zip(question.by, key, strict=True))
        over = whole.get(_key(row, question_below.by))
        rows.append({**row, "value": value / over if over else None})
    return sorted(rows, key=lambda row: [_order(dim, row[dim]) for dim in question.by])


def _key(row: Row, dims: Sequence[str]) -> tuple[object, ...]:
    return tuple(row[dim] for dim in dims)


def _without(question: Question, dims: Sequence[str]) -> Question:
    """The same question without some dimensions, neither grouped nor filtered by."""
    return replace(
        question,
        by=tuple(dim for dim in question.by if dim not in dims),
        where={dim: values for dim, values in question.where.items() if dim not in dims},
    )


# ---------------------------------------------------------------- handoffs


def _handoffs(question: Question) -> Iterator[Fact]:
    """Section 7: every handoff metric takes the handoffs whose handed_at is in the period."""
    for handoff in handoffs(question.company):
        yield Fact(handoff, handoff.dims, question.company.local_day(handoff.handed_at))


def _those(keep: Callable[[Handoff], bool]) -> Callable[[Question], Iterator[Fact]]:
    """Facts of the handoffs that pass."""
    return lambda question: (fact for fact in _handoffs(question) if keep(fact.thing))


def _offered(handoff: Handoff) -> bool:
    """Section 7: implied ones are left out where nobody offered and nobody waited."""
    return not handoff.is_implied


def _inquiries(question: Question) -> Iterator[Fact]:
    """People whose first inquiry is in the period, with the dimensions of their first lead record."""
    company = question.company
    for person in company.people.values():
        leads = sorted(
            (company.leads[lead_id] for lead_id in person.lead_ids), key=lambda lead: (lead.created_at, lead.lead_id)
        )
        if leads:
            first = min(event.at for lead in leads for event in lead_events(lead, company) if event.stage == "inquiry")
            yield Fact(person, record_dims(leads[0], company), company.local_day(first))


def _acceptance(things: list[Handoff], question: Question) -> Row:
    """Of the mature, the share accepted within the window; the younger ones are shown beside it."""
    window = timedelta(days=question.company.settings.acceptance_window_days)
    mature = [handoff for handoff in things if handoff.handed_at + window <= question.company.as_of]
    found = _share(handoff.is_accepted and handoff.decided_at <= handoff.handed_at + window for handoff in mature)
    return {**found, "waiting": len(things) - len(mature)}


def _rejected(question: Question) -> Iterator[Fact]:
    """Rejected handoffs by reason; a missing reason is its own row."""
    for fact in _those(lambda handoff: handoff.is_rejected)(question):
        yield Fact(fact.thing, {**fact.dims, "reason": fact.thing.reason or NO_REASON}, fact.day)


def _is_undecided(handoff: Handoff, company: Company) -> bool:
    """No decision at as_of."""
    return handoff.handed_at <= company.as_of and (handoff.decided_at is None or handoff.decided_at > company.as_of)


def _undecided(question: Question) -> Iterator[Fact]:
    """A state at as_of, whatever the period; age in whole days elapsed, rounded down."""
    for handoff in handoffs(question.company):
        if _is_undecided(handoff, question.company):
            age = _age((question.company.as_of - handoff.handed_at) // timedelta(days=1))
            yield Fact(handoff, {**handoff.dims, "age": age})


def _age(days: int) -> str:
    upper = (2, 7, 14, 30)
    return next((name for name, last in zip(AGES, upper, strict=False) if days <= last), AGES[-1])


def _response_time(things: list[Handoff], question: Question) -> Row:
    """Median and 90th percentile of hours.

    One that falls on an unanswered handoff reads "over X h", X being the longest wait so far.
    """
    hours = [_hours(handoff.handed_at, handoff.first_response_at) for handoff in things]
    waits = [
        _hours(handoff.handed_at, question.company.as_of) for handoff in things if handoff.first_response_at is None
    ]
    found: Row = {"n": len(things)}
    for name, part in (("value", 0.5), ("p90", 0.9)):
        answered = quantile(hours, part) if things else None
        found[name] = max(waits) if things and answered is None else answered
        found[f"{name}_over"] = bool(things) and answered is None
    return found


def _hours(since: datetime, until: datetime | None) -> float | None:
    return None if until is None else (until - since).total_seconds() / 3600


def _response_sla(things: list[Handoff], question: Question) -> Row:
    """Answered within the SLA, of those either answered or older than it at as_of."""
    sla, as_of = timedelta(hours=question.company.settings.response_sla_hours), question.company.as_of
    counted = [handoff for handoff in things if handoff.first_response_at or handoff.handed_at + sla < as_of]
    found = _share(
        handoff.first_response_at is not None and handoff.first_response_at <= handoff.handed_at + sla
        for handoff in counted
    )
    return {**found, "waiting": len(things) - len(counted)}


def _worked(things: list[Handoff], question: Question) -> Row:
    """Of those accepted at least the window before as_of, with a sales touch from acceptance until the window's end."""
    company = question.company
    window = timedelta(days=company.settings.worked_window_days)
    old = [handoff for handoff in things if handoff.decided_at + window <= company.as_of]
    found = _share(
        any(
            handoff.decided_at <= touch.at <= handoff.decided_at + window
            for touch in sales_touches(handoff.person_id, company)
        )
        for handoff in old
    )
    return {**found, "waiting": len(things) - len(old)}


def _qualification(things: list[Handoff], question: Question) -> Row:
    """Of the accepted whose handed_at is a conversion window before as_of, the share with an opportunity."""
    window = timedelta(days=question.company.settings.conversion_window_days)
    mature = [handoff for handoff in things if handoff.handed_at + window <= question.company.as_of]
    return {**_share(handoff.opportunity_id is not None for handoff in mature), "waiting": len(things) - len(mature)}


def _scored(question: Question) -> Iterator[Fact]:
    """Handoffs with a score, and their decile: a tenth of the way for each tenth that scored lower."""
    facts = [
        fact
        for fact in map(lambda fact: _dated(fact, question), _handoffs(question))
        if fact.thing.lead.score is not None
        and question.start <= fact.day < question.end
        and _matches(fact.dims, {dim: values for dim, values in question.where.items() if dim != "decile"})
    ]
    scores = sorted(fact.thing.lead.score for fact in facts)
    lower = {score: place for place, score in reversed(list(enumerate(scores)))}
    for fact in facts:
        decile = 10 * lower[fact.thing.lead.score] // len(scores) + 1
        yield Fact(fact.thing, {**fact.dims, "decile": decile}, fact.day)


def _calibration(things: list[Handoff], question: Question) -> Row:
    won = {deal.opportunity.opportunity_id for deal in deals(question.company) if deal.opportunity.is_won}
    found = _acceptance([handoff for handoff in things if _offered(handoff)], question)
    return {
        **found,
        "handoffs": len(things),
        "won_rate": _share(handoff.opportunity_id in won for handoff in things)["value"],
    }


# ---------------------------------------------------------------- deals


def _created(question: Question) -> Iterator[Fact]:
    return (Fact(deal, deal.dims, deal.opportunity.created_on) for deal in deals(question.company))


def _closed(question: Question) -> Iterator[Fact]:
    return (
        Fact(deal, deal.dims, deal.opportunity.close_on)
        for deal in deals(question.company)
        if deal.opportunity.is_closed and deal.opportunity.close_on
    )


def _won(question: Question) -> Iterator[Fact]:
    return (fact for fact in _closed(question) if fact.thing.opportunity.is_won)


def _open(question: Question) -> Iterator[Fact]:
    """A state at as_of, whatever the period."""
    return (Fact(deal, deal.dims) for deal in deals(question.company) if not deal.opportunity.is_closed)


def _win_rate(things: list[Deal], question: Question) -> Row:
    """Won / closed, by count and by amount."""
    amount = fsum(deal.money for deal in things)
    won = fsum(deal.money for deal in things if deal.opportunity.is_won)
    return {**_share(deal.opportunity.is_won for deal in things), "value_by_amount": won / amount if amount else None}


def _days_open(deal: Deal) -> int:
    """Section 7: local calendar days."""
    return (deal.opportunity.close_on - deal.opportunity.created_on).days


def _cycles(question: Question) -> Iterator[Fact]:
    """The won; one closed before it was created is left out."""
    return (fact for fact in _won(question) if _days_open(fact.thing) >= 0)


def _sales_cycle(things: list[Deal], question: Question) -> Row:
    return {"value": quantile([_days_open(deal) for deal in things], 0.5) if things else None, "n": len(things)}


def _sourced(question: Question) -> Iterator[Fact]:
    """The won that belong to a handoff, with its campaign and marketing team beside the deal's own dimensions."""
    for fact in _won(question):
        deal: Deal = fact.thing
        if deal.handoff:
            of_handoff = {dim: deal.handoff.dims[dim] for dim in ("campaign", "marketing_team")}
            yield Fact(deal, {**deal.dims, **of_handoff}, fact.day)


# ---------------------------------------------------------------- influence


def _touch_dims(touch: object, company: Company) -> dict[str, Value]:
    campaign = company.campaigns.get(touch.campaign_id or "")
    return {
        "channel": touch.channel,
        "marketing_team": touch.marketing_team,
        "campaign": campaign.name if campaign else None,
    }


def _influenced(question: Question) -> Iterator[Fact]:
    """The won, once for each eligible marketing touch, with the touch's channel, campaign and team."""
    for fact in _won(question):
        for touch in fact.thing.marketing_touches:
            yield Fact(fact.thing, {**fact.dims, **_touch_dims(touch, question.company)}, fact.day)


def _influenced_money(things: list[Deal], question: Question) -> Row:
    """A deal counts once in each group that touched it."""
    return _money(list(dict.fromkeys(things)), question)


def _influence_share(question: Question) -> list[Row]:
    """Influenced revenue over revenue. The touch's filters and groups narrow the influenced alone, so the
    share of every channel is of all revenue of the other filters. n is the number of won deals below the line.
    """
    below = _without(question, _TOUCH)
    deals_won = {_key(row, below.by): row["value"] for row in _rows("deals_won", below)}
    rows = _ratios("influenced_revenue", "revenue", question, below)
    return [{**row, "n": deals_won.get(_key(row, below.by), 0)} for row in rows]


def _credits(question: Question) -> Iterator[Fact]:
    """Revenue split over touches, on the day of the close; by channel, no touch completes it."""
    for fact in _won(question):
        deal: Deal = fact.thing
        shares = credit(deal, question.model, question.scope, question.company)
        for touch, weight in shares:
            yield Fact(deal.money * weight, {**deal.dims, **_touch_dims(touch, question.company)}, fact.day)
        if not shares and "channel" in question.asked:
            yield Fact(
                deal.money, {**deal.dims, "channel": NO_TOUCH, "campaign": None, "marketing_team": None}, fact.day
            )


def _sum(things: list[float], question: Question) -> Row:
    return {"value": fsum(things)}


# ---------------------------------------------------------------- cost and promise


def _spend(question: Question) -> Iterator[Fact]:
    for spend in question.company.spend:
        yield Fact(spend, {"channel": spend.channel, "campaign": spend.campaign, "side": "marketing"}, spend.spent_on)


def _cost_per_accepted(question: Question) -> Iterator[Fact]:
    """Spend of the period, and the handoffs of the period that are accepted, whenever that was."""
    yield from _spend(question)
    yield from _those(lambda handoff: handoff.is_accepted)(question)


def _per_accepted(things: list[Spend | Handoff], question: Question) -> Row:
    spent = fsum(thing.amount for thing in things if isinstance(thing, Spend))
    accepted = sum(isinstance(thing, Handoff) for thing in things)
    return {"value": spent / accepted if accepted else None}


def _days_of(month: date) -> list[date]:
    return [month.replace(day=day + 1) for day in range(calendar.monthrange(month.year, month.month)[1])]


def _costs(question: Question) -> Iterator[Fact]:
    """Spend, which is marketing's, and what the teams cost; a month's cost is spread evenly over its days."""
    yield from (Fact(fact.thing.amount, fact.dims, fact.day) for fact in _spend(question))
    for cost in question.company.team_costs:
        days = _days_of(cost.month)
        yield from (Fact(cost.amount / len(days), {"side": cost.side}, day) for day in days)


def _cost_of_sales(question: Question) -> list[Row]:
    """(Spend + team costs) / revenue. Revenue has no side: each side's cost is over all revenue."""
    return _ratios("costs", "revenue", question, _without(question, ("side",)))


def _coverage_facts(question: Question) -> Iterator[Fact]:
    """Open pipeline with an expected close in the period, revenue won in it, and the target revenue of its days."""
    for deal in deals(question.company):
        if not deal.opportunity.is_closed and deal.opportunity.close_on:
            yield Fact(("open", deal.money), deal.dims, deal.opportunity.close_on)
    yield from (Fact(("won", fact.thing.money), fact.dims, fact.day) for fact in _won(question))
    for target in _targets(question):
        days = _days_of(target.month)
        dims = {"segment": target.segment, "sales_team": target.team}
        yield from (Fact(("target", target.value / len(days)), dims, day) for day in days)


def _targets(question: Question) -> list[Target]:
    """Revenue targets said for what is asked: with a segment if asked by segment, a team if by team, else with none."""
    wants = ("segment" in question.asked, "sales_team" in question.asked)
    return [
        target
        for target in question.company.targets
        if target.metric == "revenue" and (target.segment is not None, target.team is not None) == wants
    ]


def _coverage(things: list[tuple[str, float]], question: Question) -> Row:
    total = {kind: fsum(amount for which, amount in things if which == kind) for kind in ("open", "won", "target")}
    missing = total["target"] - total["won"]
    return {"value": total["open"] / missing if total["target"] and missing > 0 else None}


# ---------------------------------------------------------------- forgotten accounts


def _forgotten(question: Question) -> Iterator[Fact]:
    """Major accounts with a reason to worry at as_of; one fact for each reason."""
    for account_id, reason, _ in forgotten_accounts(question.company):
        account = question.company.accounts[account_id]
        yield Fact(
            account_id,
            {
                "segment": account.segment,
                "region": account.region,
                "industry": account.industry,
                "tier": account.tier,
                "owner": question.company.user_name(account.owner_id),
                "sales_team": question.company.team_on("sales", account.owner_id),
                "reason": reason,
            },
        )


@lru_cache(maxsize=8)
def forgotten_accounts(company: Company) -> tuple[tuple[str, str, float], ...]:
    """Account, reason, open amount."""
    late, month_ago = timedelta(hours=company.settings.response_sla_hours), company.as_of - timedelta(days=30)
    overdue = {
        handoff.account_id
        for handoff in handoffs(company)
        if _is_undecided(handoff, company) and handoff.handed_at + late < company.as_of
    }
    recent: dict[str | None, set[str]] = defaultdict(set)  # the sides that touched the account in the last 30 days
    for person_id, touches in company.touches_of.items():
        sides = {touch.side for touch in touches if month_ago <= touch.at <= company.as_of}
        recent[company.people[person_id].account_id] |= sides
    open_deals: dict[str | None, list[Deal]] = defaultdict(list)
    for deal in deals(company):
        if not deal.opportunity.is_closed:
            open_deals[deal.opportunity.account_id].append(deal)
    found = []
    for account in company.accounts.values():
        owner = company.users.get(account.owner_id or "")
        of_account = open_deals[account.account_id]
        reasons = {
            "no active owner": owner is None or not owner.is_active,
            "handoff undecided past the SLA": account.account_id in overdue,
            "marketing touches without sales touches": recent[account.account_id] == {"marketing"},
            "open opportunity without a touch": any(not _touched_since(deal, month_ago) for deal in of_account),
        }
        if account.tier == "major":
            amount = fsum(deal.money for deal in of_account)
            found += [(account.account_id, reason, amount) for reason, holds in reasons.items() if holds]
    return tuple(found)


def _touched_since(deal: Deal, moment: datetime) -> bool:
    return any(touch.at >= moment for touch in deal.eligible)


def _distinct(things: list, question: Question) -> Row:
    return {"value": len(set(things))}


# ---------------------------------------------------------------- joint work


def _joint_work(question: Question) -> Iterator[Fact]:
    return (Fact(work, {"kind": work.kind}, work.done_on) for work in question.company.joint_work)


def joint_work_win_rates(company: Company, start: date, end: date) -> dict[bool, Row]:
    """Win rate of opportunities whose account had any joint work before closing (True), and of the others (False)."""
    question = Question(company, start, end, (), EVERYTHING, "linear", "marketing")
    first: dict[str | None, date] = {}
    for work in sorted(company.joint_work, key=lambda work: work.done_on):
        first.setdefault(work.account_id, work.done_on)
    closed = [fact.thing.opportunity for fact in _closed(question) if start <= fact.day < end]
    had = {
        deal.opportunity_id: deal.account_id is not None and first.get(deal.account_id, date.max) <= deal.close_on
        for deal in closed
    }
    return {
        with_it: _share(deal.is_won for deal in closed if had[deal.opportunity_id] is with_it)
        for with_it in (True, False)
    }


METRICS: dict[str, Metric] = {
    # marketing and the handoff
    "inquiries": Metric((*TIME, *_RECORD), _inquiries, _count),
    "lead_volume": Metric((*TIME, *_HANDOFF), _handoffs, _count),
    "acceptance_rate": Metric((*TIME, *_HANDOFF), _those(_offered), _acceptance),
    "rejection_reasons": Metric((*TIME, *_HANDOFF, "reason"), _rejected, _count),
    "undecided": Metric((*_HANDOFF, "age"), _undecided, _count),
    "response_time": Metric((*TIME, *_HANDOFF), _those(_offered), _response_time),
    "response_sla": Metric((*TIME, *_HANDOFF), _those(_offered), _response_sla),
    "worked_after_acceptance": Metric((*TIME, *_HANDOFF), _those(lambda handoff: handoff.is_accepted), _worked),
    "qualification_rate": Metric((*TIME, *_HANDOFF), _those(lambda handoff: handoff.is_accepted), _qualification),
    "score_calibration": Metric((*TIME, *_HANDOFF, "decile"), _scored, _calibration),
    # deals
    "pipeline_created": Metric((*TIME, *_DEAL), _created, _money),
    "open_pipeline": Metric(_DEAL, _open, _money),
    "coverage": Metric((*TIME, "segment", "sales_team"), _coverage_facts, _coverage),
    "revenue": Metric((*TIME, *_DEAL), _won, _money),
    "deals_won": Metric((*TIME, *_DEAL), _won, _count),
    "win_rate": Metric((*TIME, *_DEAL), _closed, _win_rate),
    "sales_cycle": Metric((*TIME, *_DEAL), _cycles, _sales_cycle),
    # both
    "sourced_revenue": Metric((*TIME, *_DEAL, "campaign", "marketing_team"), _sourced, _money),
    "influenced_revenue": Metric((*TIME, *_TOUCHED), _influenced, _influenced_money),
    "attributed_revenue": Metric((*TIME, *_TOUCHED), _credits, _sum),
    "cost_per_accepted_lead": Metric((*TIME, "channel", "campaign"), _cost_per_accepted, _per_accepted),
    "costs": Metric((*TIME, "side"), _costs, _sum),  # no metric of its own: what cost_of_sales divides
    "forgotten_accounts": Metric(
        ("segment", "region", "industry", "tier", "owner", "sales_team", "reason"), _forgotten, _distinct
    ),
    "joint_work": Metric((*TIME, "kind"), _joint_work, _count),
}

_QUOTIENTS: dict[str, Callable[[Question], list[Row]]] = {
    "revenue_influence": _influence_share,
    "cost_of_sales": _cost_of_sales,
}
