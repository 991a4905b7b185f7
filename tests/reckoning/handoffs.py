"""Section 3: one lead's events, read in time order, become handoffs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import zip_longest

from .company import STAGES, Company, Lead, Opportunity, Touch


@dataclass(frozen=True)
class Event:
    at: datetime
    stage: str
    actor_id: str | None
    reason: str | None = None


@dataclass(eq=False)
class Handoff:
    """Marketing gave one person's record to sales, once."""

    handoff_id: str
    lead: Lead
    person_id: str
    account_id: str | None
    handed_at: datetime
    actor_id: str | None
    is_implied: bool
    decision: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    first_response_at: datetime | None = None
    opportunity_id: str | None = None
    dims: dict[str, str | None] = field(default_factory=dict)

    @property
    def is_accepted(self) -> bool:
        """Rule 2: accepted or qualified."""
        return self.decision in ("accepted", "qualified")

    @property
    def is_rejected(self) -> bool:
        """Rule 2: rejected or recycled."""
        return self.decision in ("rejected", "recycled")

    def decide(self, event: Event) -> None:
        self.decision, self.decided_at, self.reason = event.stage, event.at, event.reason


@lru_cache(maxsize=8)
def handoffs(company: Company) -> tuple[Handoff, ...]:
    """Every handoff of the company, by lead and time."""
    found: list[Handoff] = []
    for lead in company.leads.values():
        events = lead_events(lead, company)
        of_lead = _of_lead(lead, events, company)
        for handoff, following in zip_longest(of_lead, of_lead[1:]):
            handoff.first_response_at = _first_response(handoff, following, events, company)
            handoff.dims = _dims(handoff, company)
        found += of_lead
    _give_opportunities(found, company)
    return tuple(found)


# ---------------------------------------------------------------- events


def lead_events(lead: Lead, company: Company) -> list[Event]:
    """The lead's events in time order, ties in the order of the stages."""
    events = sorted(_raw_events(lead, company), key=lambda event: (event.at, STAGES.index(event.stage)))
    # Section 7: a reason kept on the lead belongs to its last rejection or recycling.
    turned_down = [place for place, event in enumerate(events) if event.stage in ("rejected", "recycled")]
    if turned_down:
        last = events[turned_down[-1]]
        events[turned_down[-1]] = Event(last.at, last.stage, last.actor_id, lead.reason)
    return events


def _raw_events(lead: Lead, company: Company) -> Iterator[Event]:
    # Section 7: every lead record is an inquiry at its creation.
    yield Event(lead.created_at, "inquiry", lead.created_by_id)
    # The status it was created with (the first old value of its history, else its status) is an event then.
    born_with = lead.status_changes[0].old if lead.status_changes else lead.status
    if stage := _stage(born_with, company):
        yield Event(lead.created_at, stage, lead.created_by_id)
    for change in lead.status_changes:
        if stage := _stage(change.new, company):
            yield Event(change.at, stage, change.actor_id)
    for stage, at in lead.stage_dates.items():
        yield Event(at, stage, None)
    # A conversion is qualified if it names an opportunity, else accepted, whatever the status says;
    # one into an opportunity that is quarantined or gone is as if into none.
    if lead.converted_at:
        named = lead.converted_opportunity_id in company.opportunities
        yield Event(lead.converted_at, "qualified" if named else "accepted", None)


def _stage(status: str | None, company: Company) -> str | None:
    """The stage of a status; None where the map ignores or lacks it."""
    return company.stage_of_status.get((status or "").strip().casefold())


# ---------------------------------------------------------------- rules 1 to 4


def _of_lead(lead: Lead, events: list[Event], company: Company) -> list[Handoff]:
    found: list[Handoff] = []
    for event in events:
        latest = found[-1] if found else None
        is_open = latest is not None and latest.decision is None
        if event.stage == "handed_off":
            # Rules 1 and 4: while one is open it is the same handoff; else a new one opens.
            if not is_open:
                found.append(_open(lead, len(found), event, company, is_implied=False))
        elif event.stage in ("accepted", "qualified", "rejected", "recycled"):
            if is_open and latest:
                latest.decide(event)  # rule 2
            elif event.stage in ("accepted", "qualified") and not (latest and latest.is_accepted):
                found.append(_open(lead, len(found), event, company, is_implied=True))  # rule 3
                found[-1].decide(event)
    return found


def _open(lead: Lead, place: int, event: Event, company: Company, is_implied: bool) -> Handoff:
    person = company.people[company.person_of[lead.lead_id]]
    return Handoff(
        handoff_id=f"{lead.lead_id}-{place + 1}",
        lead=lead,
        person_id=person.person_id,
        account_id=person.account_id,
        handed_at=event.at,
        actor_id=None if is_implied else event.actor_id,
        is_implied=is_implied,
    )


# ---------------------------------------------------------------- rule 5


def sales_touches(person_id: str, company: Company) -> list[Touch]:
    return [touch for touch in company.touches_of.get(person_id, ()) if touch.side == "sales"]


def _first_response(
    handoff: Handoff, following: Handoff | None, events: list[Event], company: Company
) -> datetime | None:
    """The earliest of sales touch, decision and working, at or after handed_at, before the lead's next handoff."""
    answers = [touch.at for touch in sales_touches(handoff.person_id, company)]
    answers += [event.at for event in events if event.stage == "working"]
    answers += [handoff.decided_at] if handoff.decided_at else []
    return min(
        (at for at in answers if at >= handoff.handed_at and (following is None or at < following.handed_at)),
        default=None,
    )


# ---------------------------------------------------------------- rule 6


def _give_opportunities(found: list[Handoff], company: Company) -> None:
    """Every accepted handoff names one opportunity; each opportunity goes to one of those that name it."""
    of_person: dict[str, list[Opportunity]] = defaultdict(list)
    for opportunity_id, people in company.people_of_opportunity.items():
        if opportunity_id in company.opportunities:
            for person_id in people:
                of_person[person_id].append(company.opportunities[opportunity_id])
    naming: dict[str, list[Handoff]] = defaultdict(list)
    for handoff in found:
        if handoff.is_accepted and (named := _names(handoff, of_person[handoff.person_id], company)):
            naming[named].append(handoff)
    for opportunity_id, rivals in naming.items():
        _winner(rivals, company.opportunities[opportunity_id]).opportunity_id = opportunity_id


def _names(handoff: Handoff, of_person: list[Opportunity], company: Company) -> str | None:
    """The one the lead was converted into; else the person's earliest within the conversion window."""
    converted = handoff.lead.converted_opportunity_id
    if converted in company.opportunities:
        return converted
    until = handoff.handed_at + timedelta(days=company.settings.conversion_window_days)
    within = [deal for deal in of_person if handoff.handed_at <= deal.created_at <= until]
    return min(((deal.created_at, deal.opportunity_id) for deal in within), default=(None, None))[1]


def _winner(rivals: list[Handoff], deal: Opportunity) -> Handoff:
    """Section 7: the latest handed over at or before its creation, else the earliest."""
    rivals = sorted(rivals, key=lambda handoff: (handoff.handed_at, handoff.handoff_id))
    in_time = [handoff for handoff in rivals if handoff.handed_at <= deal.created_at]
    return in_time[-1] if in_time else rivals[0]


# ---------------------------------------------------------------- dimensions


def record_dims(lead: Lead, company: Company) -> dict[str, str | None]:
    """What a lead's record says: of its account, else (field by field) of itself; of its person; of its source."""
    person = company.people[company.person_of[lead.lead_id]]
    account = company.accounts.get(person.account_id or "")
    return {
        "segment": (account and account.segment) or lead.segment,
        "region": (account and account.region) or lead.region,
        "industry": (account and account.industry) or lead.industry,
        "tier": account.tier if account else None,
        "persona": lead.persona or company.persona_for(person.title),
        "source": lead.source,
        "channel": company.channel_for(lead.source),
    }


def _dims(handoff: Handoff, company: Company) -> dict[str, str | None]:
    # Section 7: its campaign is that of the last marketing touch at or before handed_at.
    before = [
        touch
        for touch in company.touches_of.get(handoff.person_id, ())
        if touch.side == "marketing" and touch.at <= handoff.handed_at
    ]
    campaign = company.campaigns.get((before[-1].campaign_id or "") if before else "")
    # Its marketing team is that of the campaign's owner, else of the user who set the status.
    team = (campaign and campaign.marketing_team) or company.team_on("marketing", handoff.actor_id)
    owner_id = owner_at(handoff.lead, handoff.handed_at, company)
    return {
        **record_dims(handoff.lead, company),
        "campaign": campaign.name if campaign else None,
        "marketing_team": team,
        "owner": company.user_name(owner_id),
        "sales_team": company.team_on("sales", owner_id),
    }


def owner_at(lead: Lead, at: datetime, company: Company) -> str | None:
    """The owner then, from owner history; a queue or an owner on no sales team gives way to the owner now."""
    earlier = [change.new for change in lead.owner_changes if change.at <= at]
    if earlier:
        then = earlier[-1]
    else:
        then = lead.owner_changes[0].old if lead.owner_changes else lead.owner_id
    return then if company.team_on("sales", then) else lead.owner_id
