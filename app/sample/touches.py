"""Interactions: answers to campaigns, and what sales (and the mail machine) did, one row each."""

from __future__ import annotations

import numpy as np

from app.sample.campaigns import touch_for
from app.sample.clock import AS_OF, DAY, FAR, HOUR, START, TODAY, lag, midnight, office, stream
from app.sample.deals import contact_ranges
from app.sample.frame import Frame, size, spread, stack, take
from app.sample.funnel import only_last
from app.sample.staff import AUTOMATION, NUMBER
from app.sample.story import ACCEPTED, LATE_REP

CALL, MAIL, SOCIAL, CHORE, MEETING, MACHINE = range(6)


class World:
    """The tables that interactions hang on, and who became whom."""

    def __init__(
        self, lead: Frame, handoff: Frame, contact: Frame, deal: Frame, role: Frame, company: Frame, campaign: Frame
    ) -> None:
        self.lead, self.handoff, self.contact, self.deal = lead, handoff, contact, deal
        self.role, self.company, self.campaign = role, company, campaign
        self.lead_region = company["region"][lead["company"]]
        self.contact_of = np.full(size(lead), -1)
        self.contact_of[contact["lead"][contact["lead"] >= 0]] = np.flatnonzero(contact["lead"] >= 0)
        self.converted = np.full(size(lead), FAR)
        done = handoff["converted"] < FAR
        self.converted[handoff["lead"][done]] = handoff["converted"][done]
        self.first_contact, self.contacts = contact_ranges(contact, size(company))
        self.roles = np.bincount(role["deal"], minlength=size(deal))
        self.first_role = np.cumsum(self.roles) - self.roles

    def deal_contact(self, rng: np.random.Generator, rows: np.ndarray) -> np.ndarray:
        """Somebody of each deal: one of its people, else anybody known at the account, else -1."""
        draw = rng.random(len(rows)) ** 1.6
        company = self.deal["company"][rows]
        named = self.role["contact"][
            np.minimum(
                self.first_role[rows] + (draw * self.roles[rows]).astype(np.int64), len(self.role["contact"]) - 1
            )
        ]
        known = np.minimum(
            self.first_contact[company] + (draw * self.contacts[company]).astype(np.int64), size(self.contact) - 1
        )
        own = np.where(self.deal["lead"][rows] >= 0, self.contact_of[self.deal["lead"][rows]], -1)
        return np.where(
            self.roles[rows] > 0, named, np.where(own >= 0, own, np.where(self.contacts[company] > 0, known, -1))
        )


def members(seed: int, world: World, scale: float) -> Frame:
    """Campaign members: campaign, lead, contact (either may be -1), day of the response (FAR: none), created."""
    rng = stream(seed, "members")
    parts = [
        arriving(rng, world),
        warming(rng, world),
        cooling(rng, world),
        around_deals(rng, world),
        known(rng, world, scale),
    ]
    answered = stack(*parts)
    answered["responded"] = answered["day"]
    silent = invited(rng, world, int(15_000 * scale))
    both = stack(answered, silent)
    both = take(both, (both["day"] >= START) & (both["day"] <= TODAY - DAY))
    both["created"] = (
        both["day"]
        - np.where(rng.random(size(both)) < 0.3, rng.integers(0, 6, size(both)), 0) * DAY
        + rng.integers(0, 4 * HOUR, size(both))
    )
    return once_each(both)


def once_each(frame: Frame) -> Frame:
    """A person is a member of a campaign once: the earliest answer stays."""
    frame = take(
        frame, np.lexsort((frame["campaign"], frame["contact"], frame["lead"], frame["day"], frame["responded"]))
    )
    who = np.where(frame["contact"] >= 0, -frame["contact"] - 1, frame["lead"])
    _, first = np.unique(np.stack([who, frame["campaign"]]), axis=1, return_index=True)
    return take(frame, np.sort(first))


def member(world: World, lead: np.ndarray, campaign: np.ndarray, day: np.ndarray) -> Frame:
    """Answers of leads; those since converted carry their contact, and answer as contacts afterwards."""
    contact = np.where(lead >= 0, world.contact_of[lead], -1)
    later = (lead >= 0) & (day > world.converted[lead])
    return {"lead": np.where(later, -1, lead), "contact": contact, "campaign": campaign, "day": day}


def of_contacts(contact: np.ndarray, campaign: np.ndarray, day: np.ndarray) -> Frame:
    """Answers of people known as contacts from the start."""
    return {"lead": np.full(len(contact), -1), "contact": contact, "campaign": campaign, "day": day}


def later_touches(rng: np.random.Generator, world: World, lead: np.ndarray, days: np.ndarray) -> Frame:
    """Answers of leads on given days to whatever ran then."""
    days = np.clip(midnight(days), midnight(world.lead["created"][lead]), None)
    keep = days <= TODAY - DAY
    lead, days = lead[keep], days[keep]
    return member(world, lead, touch_for(rng, world.campaign, days, world.lead_region[lead]), days)


def arriving(rng: np.random.Generator, world: World) -> Frame:
    """The answer that made somebody a lead."""
    rows = np.flatnonzero((world.lead["campaign"] >= 0) & (rng.random(size(world.lead)) < 0.94))
    return member(world, rows, world.lead["campaign"][rows], midnight(world.lead["created"][rows]))


def warming(rng: np.random.Generator, world: World) -> Frame:
    """Between arrival and handoff, often on the very day of it."""
    first = take(world.handoff, ~world.handoff["implied"])
    begun = np.where(first["round"] == 1, world.lead["created"][first["lead"]], first["handed"] - 60 * DAY)
    room = np.maximum(first["handed"] - begun, 0)
    rows = spread(rng, rng.poisson(np.minimum(0.25 + room / (14 * DAY), 1.7)))
    between = begun[rows] + (rng.random(len(rows)) * room[rows]).astype(np.int64)
    same = np.flatnonzero((room > DAY) & (rng.random(len(room)) < 0.6))
    return stack(
        later_touches(rng, world, first["lead"][rows], between),
        later_touches(rng, world, first["lead"][same], first["handed"][same]),
    )


def cooling(rng: np.random.Generator, world: World) -> Frame:
    """After a decision, and of leads that were never handed over."""
    last = take(world.handoff, only_last(world.handoff))
    rest = np.setdiff1d(np.arange(size(world.lead)), world.handoff["lead"])
    lead = np.concatenate([last["lead"], rest])
    since = np.concatenate(
        [np.where(last["decision"] < FAR, last["decision"], last["handed"]), world.lead["created"][rest]]
    )
    mean = np.concatenate([np.full(size(last), 0.62), np.full(len(rest), 0.75)])
    rows = spread(rng, rng.poisson(mean))
    return later_touches(rng, world, lead[rows], since[rows] + lag(rng, 35 * DAY, 0.9, len(rows)))


def around_deals(rng: np.random.Generator, world: World) -> Frame:
    """People of deals that sales opened answer campaigns too, but not at companies that sales works alone."""
    open_to = ~world.company["sales_led"][world.deal["company"]] & (world.deal["lead"] < 0)
    rows = np.flatnonzero(open_to & (rng.random(size(world.deal)) < 0.7))
    rows = np.repeat(rows, rng.integers(1, 4, len(rows)))
    begun = np.maximum(world.deal["created"][rows] - 110 * DAY, START)
    ended = np.minimum(world.deal["close"][rows], TODAY)
    day = midnight(begun + (rng.random(len(rows)) * np.maximum(ended - begun, 0)).astype(np.int64))
    return contact_touches(rng, world, world.deal_contact(rng, rows), day)


def known(rng: np.random.Generator, world: World, scale: float) -> Frame:
    """Contacts of other named accounts."""
    open_to = (world.contact["lead"] < 0) & ~world.company["sales_led"][world.contact["company"]]
    rows = rng.choice(np.flatnonzero(open_to), int(6_500 * scale))
    return contact_touches(rng, world, rows, START + rng.integers(0, (TODAY - START) // DAY, len(rows)) * DAY)


def contact_touches(rng: np.random.Generator, world: World, contact: np.ndarray, day: np.ndarray) -> Frame:
    """Answers of contacts on given days to whatever ran then."""
    keep = (contact >= 0) & (day >= START) & (day <= TODAY - DAY)
    contact, day = contact[keep], day[keep]
    region = world.company["region"][world.contact["company"][contact]]
    return of_contacts(contact, touch_for(rng, world.campaign, day, region), day)


def invited(rng: np.random.Generator, world: World, count: int) -> Frame:
    """Members who never answered."""
    rows = rng.integers(0, size(world.lead), count)
    frame = later_touches(rng, world, rows, world.lead["created"][rows] + lag(rng, 50 * DAY, 0.9, count))
    return frame | {"responded": np.full(size(frame), FAR)}


def activities(seed: int, world: World, scale: float) -> Frame:
    """Calls, mails, messages, chores and meetings: when, lead or contact, deal, owner, kind."""
    rng = stream(seed, "activities")
    frame = stack(
        answers(rng, world),
        chasing(rng, world),
        after_acceptance(rng, world),
        on_deals(rng, world),
        prospecting(rng, world, scale),
        machine_mails(rng, world),
    )
    frame = take(frame, (frame["when"] >= START) & (frame["when"] <= AS_OF))
    return take(frame, np.lexsort((frame["owner"], frame["kind"], frame["contact"], frame["lead"], frame["when"])))


def on_leads(world: World, lead: np.ndarray, when: np.ndarray, owner: np.ndarray, kind: np.ndarray) -> Frame:
    """Activities with leads; once converted, with the contact they became."""
    later = when > world.converted[lead]
    return {
        "when": when,
        "lead": np.where(later, -1, lead),
        "contact": np.where(later, world.contact_of[lead], -1),
        "deal": np.full(len(lead), -1),
        "owner": owner,
        "kind": kind,
    }


def kinds(rng: np.random.Generator, count: int, *weights: float) -> np.ndarray:
    """Kinds of activities with these chances for call, mail, social, chore, meeting."""
    return rng.choice(len(weights), count, p=np.array(weights) / sum(weights))


def answers(rng: np.random.Generator, world: World) -> Frame:
    """The first answer to each handoff."""
    rows = take(world.handoff, world.handoff["answered"] <= AS_OF)
    return on_leads(world, rows["lead"], rows["answered"], rows["rep"], kinds(rng, size(rows), 45, 50, 5))


def chasing(rng: np.random.Generator, world: World) -> Frame:
    """Further tries until the decision."""
    handoff = take(world.handoff, world.handoff["answered"] <= AS_OF)
    ended = np.minimum(np.where(handoff["decision"] < FAR, handoff["decision"], handoff["answered"] + 12 * DAY), AS_OF)
    room = np.maximum(ended - handoff["answered"], 0)
    rows = spread(rng, rng.poisson(np.clip(room / (0.9 * DAY), 0.3, 2.6)))
    when = handoff["answered"][rows] + 600 + (rng.random(len(rows)) * room[rows]).astype(np.int64)
    when = office(rng, when, world.lead_region[handoff["lead"][rows]])
    frame = on_leads(world, handoff["lead"][rows], when, handoff["rep"][rows], kinds(rng, len(rows), 44, 44, 12))
    return take(frame, when < ended[rows] + DAY)


def after_acceptance(rng: np.random.Generator, world: World) -> Frame:
    """What a rep does with a lead once taken: mostly soon, sometimes never."""
    taken = take(world.handoff, (world.handoff["status"] == ACCEPTED) & (world.handoff["decision"] <= AS_OF))
    chance = np.where(taken["rep"] == NUMBER[LATE_REP], 0.62, np.where(taken["desk"] == 6, 0.76, 0.9))
    rows = np.flatnonzero(rng.random(size(taken)) < chance)
    rows = np.repeat(rows, rng.integers(1, 4, len(rows)))
    when = taken["decision"][rows] + 120 + lag(rng, 1.6 * DAY, 1.0, len(rows))
    when = office(rng, when, world.lead_region[taken["lead"][rows]])
    return on_leads(world, taken["lead"][rows], when, taken["rep"][rows], kinds(rng, len(rows), 34, 34, 6, 3, 23))


def on_deals(rng: np.random.Generator, world: World) -> Frame:
    """Work on deals while they are open."""
    deal = world.deal
    begun, ended = np.maximum(deal["created"], START), np.minimum(deal["close"] + 17 * HOUR, AS_OF)
    part = np.clip((ended - begun) / np.maximum(deal["close"] - deal["created"] + DAY, DAY), 0, 1)
    mean = (np.array([2.2, 4.2, 7.4])[deal["segment"]] + 0.8 * deal["won"]) * part
    rows = spread(rng, rng.poisson(mean))
    when = begun[rows] + 900 + (rng.random(len(rows)) * np.maximum(ended - begun, 0)[rows]).astype(np.int64)
    when = office(rng, when, deal["region"][rows])
    frame = {
        "when": when,
        "lead": np.full(len(rows), -1),
        "contact": world.deal_contact(rng, rows),
        "deal": rows,
        "owner": deal["owner"][rows],
        "kind": kinds(rng, len(rows), 24, 34, 3, 7, 32),
    }
    return take(frame, (when <= ended[rows]) & (frame["contact"] >= 0))


def prospecting(rng: np.random.Generator, world: World, scale: float) -> Frame:
    """First calls and mails with people of named accounts, before there is a deal."""
    direct = np.flatnonzero((world.deal["lead"] < 0) & (world.deal["created"] > START + 30 * DAY))
    rows = rng.choice(direct, int(8_500 * scale))
    when = office(rng, world.deal["created"][rows] - lag(rng, 16 * DAY, 0.8, len(rows)), world.deal["region"][rows])
    frame = {
        "when": when,
        "lead": np.full(len(rows), -1),
        "contact": world.deal_contact(rng, rows),
        "deal": np.full(len(rows), -1),
        "owner": world.deal["rep"][rows],
        "kind": kinds(rng, len(rows), 42, 42, 12, 0, 4),
    }
    return take(frame, (frame["contact"] >= 0) & (when < world.deal["created"][rows]))


def machine_mails(rng: np.random.Generator, world: World) -> Frame:
    """Mails that the marketing tool sent and logged as tasks of its own user."""
    rows = np.flatnonzero(rng.random(size(world.lead)) < 0.3)
    when = world.lead["created"][rows] + lag(rng, 9 * DAY, 1.0, len(rows))
    return on_leads(world, rows, when, np.full(len(rows), AUTOMATION), np.full(len(rows), MACHINE))
