"""Account owners, and the major accounts: most are looked after, a dozen were forgotten, each in its own way."""

from __future__ import annotations

import numpy as np

from app.sample.clock import AS_OF, DAY, HOUR, TODAY, midnight, office, stream
from app.sample.frame import Frame, size, stack, take
from app.sample.staff import AUTOMATION, IS_ACTIVE, NUMBER, desk_of, rep_for
from app.sample.touches import CALL, MAIL, MEETING, World, contact_touches, kinds

LEFT_BEHIND = ["Marcus Delaney", "Marcus Delaney", "James Ashworth"]  # reps who left, still owning a major account
NOBODY = 2  # major accounts without any owner
COURTED = 3  # marketing talks to them, sales does not
STALLED = 3  # an open deal and no touch for weeks
WAITING = 2  # somebody there was handed over and lies undecided
QUIET_DAYS = 33


def owners(seed: int, deal: Frame, company: Frame) -> np.ndarray:
    """Who owns each account: whoever has its latest deal, else somebody of its desk."""
    rng = stream(seed, "owners")
    now = np.full(size(company), AS_OF)
    owner = rep_for(rng, desk_of(company["segment"], company["region"], now), now)
    owner[deal["company"]] = deal["owner"]
    heir = rep_for(rng, desk_of(company["segment"], company["region"], now - 90 * DAY), now)
    kept = IS_ACTIVE[owner] | (~company["major"] & (rng.random(size(company)) < 0.3))
    return np.where(kept, owner, heir)


def waiting_people(lead: Frame, handoff: Frame, contact: Frame, company: Frame) -> np.ndarray:
    """Give a few undecided recent leads the face of somebody known at a major account; returns those accounts."""
    ages = AS_OF - handoff["handed"]
    open_now = (
        (handoff["decision"] > AS_OF)
        & (ages > 3 * DAY)
        & (ages < 16 * DAY)
        & (company["segment"][lead["company"][handoff["lead"]]] == 2)
    )
    open_now &= (
        (handoff["round"] == 1)
        & ~lead["again"][handoff["lead"]]
        & (midnight(lead["created"][handoff["lead"]]) > AS_OF - 90 * DAY)
    )
    rows = handoff["lead"][open_now][:WAITING]
    known = np.flatnonzero(company["major"][contact["company"]] & (contact["lead"] < 0))
    accounts, first = np.unique(contact["company"][known], return_index=True)
    faces = known[first][: len(rows)]
    for name in ("first_name", "last_name", "title", "persona", "email", "company"):
        lead[name][rows] = contact[name][faces]
    return accounts[: len(rows)]


def forgotten(seed: int, world: World, owner: np.ndarray, busy: np.ndarray) -> dict[str, np.ndarray]:
    """Which major accounts were forgotten, by how. Owners are changed in place (-1: nobody)."""
    rng = stream(seed, "forgotten")
    majors = rng.permutation(np.setdiff1d(np.flatnonzero(world.company["major"] & (world.contacts > 0)), busy))
    deal = world.deal
    old = deal["company"][~deal["closed"] & (deal["created"] < AS_OF - 50 * DAY)]
    any_open = deal["company"][~deal["closed"]]
    stalled = majors[np.isin(majors, old)][:STALLED]
    rest = majors[~np.isin(majors, any_open)]
    courted, rest = rest[:COURTED], rest[COURTED:]
    left = rest[: len(LEFT_BEHIND)]
    nobody = rest[len(LEFT_BEHIND) : len(LEFT_BEHIND) + NOBODY]
    owner[left] = [NUMBER[name] for name in LEFT_BEHIND][: len(left)]
    owner[nobody] = -1
    return {"stalled": stalled, "courted": courted}


def account_of(world: World, frame: Frame) -> np.ndarray:
    """The company of each interaction's contact; -1 for those with leads."""
    return np.where(frame["contact"] >= 0, world.contact["company"][frame["contact"]], -1)


def hush(world: World, member: Frame, activity: Frame, gone: dict[str, np.ndarray]) -> tuple[Frame, Frame]:
    """Take the last weeks' interactions away from forgotten accounts."""
    recent = AS_OF - QUIET_DAYS * DAY
    silent = np.isin(account_of(world, member), gone["stalled"]) & (member["responded"] >= recent)
    account = account_of(world, activity)
    quiet = np.isin(account, gone["stalled"]) | (np.isin(account, gone["courted"]) & (activity["owner"] != AUTOMATION))
    return take(member, ~silent), take(activity, ~(quiet & (activity["when"] >= recent)))


def courting(seed: int, world: World, gone: dict[str, np.ndarray]) -> Frame:
    """Recent campaign answers at the accounts that only marketing talks to."""
    rng = stream(seed, "courting")
    company = np.repeat(gone["courted"], 4)
    contact = world.first_contact[company] + rng.integers(0, 1 << 20, len(company)) % world.contacts[company]
    frame = contact_touches(rng, world, contact, TODAY - rng.integers(2, 24, len(company)) * DAY)
    return frame | {"responded": frame["day"], "created": frame["day"] + 9 * HOUR}


def looked_after(seed: int, world: World, owner: np.ndarray, gone: dict[str, np.ndarray]) -> Frame:
    """Recent sales work with every other major account and each of its open deals."""
    rng = stream(seed, "care")
    kept = world.company["major"] & ~np.isin(np.arange(size(world.company)), np.concatenate(list(gone.values())))
    deals = np.flatnonzero(~world.deal["closed"] & kept[world.deal["company"]])
    accounts = np.flatnonzero(kept & (world.contacts > 0))
    contact = np.concatenate([world.deal_contact(rng, deals), world.first_contact[accounts]])
    company = np.concatenate([world.deal["company"][deals], accounts])
    desk = desk_of(
        world.company["segment"][company], world.company["region"][company], np.full(len(company), TODAY - 90 * DAY)
    )
    stand_in = rep_for(rng, desk, np.full(len(company), AS_OF))
    present = (owner[company] >= 0) & IS_ACTIVE[np.maximum(owner[company], 0)]
    when = office(rng, TODAY - rng.integers(3, 24, len(company)) * DAY + 10 * HOUR, world.company["region"][company])
    frame = {
        "when": np.minimum(when, AS_OF - HOUR),
        "lead": np.full(len(company), -1),
        "contact": contact,
        "deal": np.concatenate([deals, np.full(len(accounts), -1)]),
        "owner": np.where(present, owner[company], stand_in),
        "kind": np.array([CALL, MAIL, MEETING])[kinds(rng, len(company), 40, 40, 20)],
    }
    return take(frame, contact >= 0)


def tend(
    seed: int, world: World, owner: np.ndarray, busy: np.ndarray, member: Frame, activity: Frame
) -> tuple[Frame, Frame]:
    """Members and activities with the story of the major accounts in them."""
    gone = forgotten(seed, world, owner, busy)
    member, activity = hush(world, member, activity, gone)
    member = stack(member, courting(seed, world, gone))
    activity = stack(activity, looked_after(seed, world, owner, gone))
    order = np.lexsort((activity["owner"], activity["kind"], activity["contact"], activity["lead"], activity["when"]))
    return member, take(activity, order)
