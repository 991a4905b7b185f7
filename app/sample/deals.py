"""Accounts, contacts and opportunities: what became of converted leads, and what sales opened by itself."""

from __future__ import annotations

import numpy as np

from app.sample import story, words
from app.sample.campaigns import SOURCE_NAMES
from app.sample.clock import (
    AS_OF,
    BEFORE,
    DAY,
    FAR,
    GOOD_QUARTER,
    START,
    TODAY,
    day_weights,
    daytime,
    is_holiday,
    lag,
    midnight,
    office,
    quarter_end,
    stream,
    weekday,
)
from app.sample.frame import Frame, shift_to, sigmoid, size, spread, stack, take
from app.sample.people import COUNTRY_NAMES, PERSONAS, emails, humans, share
from app.sample.staff import EMEA_MID, EMEA_POOL, LEFT, PEOPLE, desk_of, rep_for
from app.sample.story import SOURCES

REP_CRAFT = np.random.default_rng(23).normal(0, 0.2, len(PEOPLE))
LONGEST = 430 * DAY  # after that a deal is given up
DIRECT_SOURCES = ["Outbound", "Referral", "Partner", "Event", "Organic Search", None]
DIRECT_SHARE = [0.56, 0.09, 0.08, 0.03, 0.04, 0.20]
ROLE_NAMES = ["Decision Maker", "Economic Buyer", "Evaluator", "Influencer", "Executive Sponsor", "Business User"]


def base_contacts(seed: int, company: Frame, taken: set[str]) -> Frame:
    """People known at named accounts from the start, grouped by company."""
    rng = stream(seed, "contacts")
    counts = np.where(company["named"], 1 + rng.poisson(np.array([1.2, 2.4, 4.2])[company["segment"]]), 0)
    owner = spread(rng, counts)
    persona = rng.choice(len(PERSONAS), len(owner), p=share([t[0] for t in words.TITLES.values()]))
    who = humans(rng, company["country"][owner], persona)
    return who | {
        "company": owner,
        "persona": persona,
        "lead": np.full(len(owner), -1),
        "email": emails(who["first_name"], who["last_name"], company["domain"][owner], taken),
    }


def lead_contacts(lead: Frame, handoff: Frame) -> Frame:
    """The contact that each converted lead became."""
    rows = handoff["lead"][handoff["converted"] < FAR]
    return {name: lead[name][rows] for name in ("first_name", "last_name", "title", "company", "persona", "email")} | {
        "lead": rows
    }


def deals(seed: int, lead: Frame, handoff: Frame, company: Frame, scale: float) -> tuple[Frame, np.ndarray]:
    """All opportunities, oldest first (lead -1: opened by sales), and the row of each lead's own (-1: none)."""
    rng = stream(seed, "business")
    frame = stack(from_handoffs(rng, lead, handoff), direct(rng, company, scale))
    frame["segment"] = company["segment"][frame["company"]]
    frame["region"] = company["region"][frame["company"]]
    frame |= outcome(rng, frame)
    frame = take(frame, (frame["close"] >= START) & (frame["created"] < AS_OF))
    frame = take(frame, np.lexsort((frame["company"], frame["created"])))
    frame = joined(rng, frame)
    frame |= money(rng, frame, company)
    frame["owner"] = owners(rng, frame)
    return settled(frame, size(lead))


def from_handoffs(rng: np.random.Generator, lead: Frame, handoff: Frame) -> Frame:
    """One opportunity for each lead converted with a deal."""
    won = take(handoff, handoff["with_deal"])
    rows = won["lead"]
    pooled = won["desk"] == EMEA_POOL  # the development desk hands its deals on
    executive = rep_for(rng, np.full(len(rows), EMEA_MID), won["converted"])
    source = lead["source"][rows]
    return {
        "lead": rows,
        "company": lead["company"][rows],
        "created": won["converted"],
        "rep": np.where(pooled, executive, won["rep"]),
        "source": np.array(SOURCE_NAMES, dtype=object)[source],
        "campaign": lead["campaign"][rows],
        "win": np.array([values[3] for values in SOURCES.values()])[source],
    }


def direct(rng: np.random.Generator, company: Frame, scale: float) -> Frame:
    """Opportunities that sales opened with named accounts, some from before the first lead."""
    count = max(int(story.DIRECT_DEALS * scale), 60)
    days = np.arange(BEFORE, TODAY, DAY)
    # Leads from before the first one here are not in the extract, so their deals stand alone.
    older = np.clip(1.9 - np.maximum(days - START, 0) / (150 * DAY), 1.0, 1.9)
    busy = day_weights(days, rng) * np.where(weekday(days) >= 5, 0, older)
    pull = company["rank"] * company["named"]
    rows = rng.choice(len(pull), count, p=share(np.minimum(pull, np.quantile(pull[pull > 0], 0.97))))
    created = office(
        rng, daytime(rng, rng.choice(days, count, p=share(busy)), company["region"][rows]), company["region"][rows]
    )
    created = np.minimum(created, TODAY - 6 * 3_600)
    desk = desk_of(company["segment"][rows], company["region"][rows], np.minimum(created, story.ROUTING_CHANGE - 1))
    return {
        "lead": np.full(count, -1),
        "company": rows,
        "created": created,
        "rep": rep_for(rng, desk, created),
        "source": np.array(DIRECT_SOURCES, dtype=object)[rng.choice(len(DIRECT_SOURCES), count, p=DIRECT_SHARE)],
        "campaign": np.full(count, -1),
        "win": np.full(count, 0.18),
    }


def outcome(rng: np.random.Generator, frame: Frame) -> Frame:
    """Won or lost, and the day it closes (in the future for deals still open)."""
    count, segment = size(frame), frame["segment"]
    median = np.array(story.CYCLE_DAYS)[segment] * DAY
    good = (frame["created"] >= GOOD_QUARTER[0] - 30 * DAY) & (frame["created"] < GOOD_QUARTER[1] - 20 * DAY)
    logit = frame["win"] + np.array(story.WIN_LOGIT)[segment] + REP_CRAFT[frame["rep"]] + 0.22 * good
    won = rng.random(count) < sigmoid(shift_to(logit, story.WIN_RATE))
    wait = np.where(won, lag(rng, median, 0.5, count), lag(rng, median * 0.95, 0.75, count))
    close = midnight(frame["created"] + np.clip(wait, DAY, LONGEST))
    close = closing_day(rng, close, segment, won)
    return {"won": won, "close": np.maximum(close, midnight(frame["created"]))}


def closing_day(rng: np.random.Generator, close: np.ndarray, segment: np.ndarray, won: np.ndarray) -> np.ndarray:
    """Deals bunch before the end of a quarter, and nothing is signed on weekends or between the years."""
    count = len(close)
    end = quarter_end(close)
    near = (end - close) < 45 * DAY
    pulled = near & won & (rng.random(count) < np.array([0.25, 0.42, 0.55])[segment])
    close = np.where(pulled, end - rng.geometric(0.2, count) * DAY, close)
    close = np.where(is_holiday(close) & (rng.random(count) < 0.6), close - 9 * DAY, close)
    return close - np.maximum(weekday(close) - 4, 0) * DAY


def joined(rng: np.random.Generator, frame: Frame) -> Frame:
    """A second lead of a company with an open deal often joins it instead of opening another.

    The column into is the row of the deal that stands for this one: itself, or the earlier one.
    """
    order = np.lexsort((frame["created"], frame["company"]))
    before, after = order[:-1], order[1:]
    same = frame["company"][before] == frame["company"][after]
    open_still = frame["close"][before] > frame["created"][after] + 3 * DAY
    joins = same & open_still & (frame["lead"][after] >= 0) & (rng.random(len(after)) < 0.45)
    joins[1:] &= ~joins[:-1]  # the deal that is joined must itself stay
    into = np.arange(size(frame))
    into[after[joins]] = before[joins]
    frame["into"] = into
    return frame


def money(rng: np.random.Generator, frame: Frame, company: Frame) -> Frame:
    """Amount and currency. Amounts are round, and the odd deal has none yet."""
    segment, count = frame["segment"], size(frame)
    sigma, mean = np.array(story.AMOUNT_SIGMA)[segment], np.array(story.AMOUNT_MEAN)[segment]
    amount = mean * np.exp(rng.normal(0, 1, count) * sigma - sigma**2 / 2)
    amount = amount * 1.04 ** ((frame["created"] - START) / (365 * DAY))
    amount = amount * np.where((frame["close"] >= GOOD_QUARTER[0]) & (frame["close"] < GOOD_QUARTER[1]), 1.1, 1.0)
    country = np.array(COUNTRY_NAMES, dtype=object)[company["country"][frame["company"]]]
    euro = np.isin(country, ("Germany", "France", "Netherlands", "Spain", "Italy")) & (rng.random(count) < 0.24)
    pound = (country == "United Kingdom") & (rng.random(count) < 0.3)
    currency = np.where(euro, "EUR", np.where(pound, "GBP", "USD")).astype(object)
    amount = amount / np.where(euro, 1.1, np.where(pound, 1.28, 1.0))
    step = np.where(amount < 20_000, 100, np.where(amount < 80_000, 500, 1_000))
    unknown = ~frame["won"] & (rng.random(count) < 0.012)
    return {"amount": np.where(unknown, np.nan, np.round(amount / step) * step), "currency": currency}


def owners(rng: np.random.Generator, frame: Frame) -> np.ndarray:
    """Who owns each deal now: whoever opened it, or the colleague who took it over when that rep left."""
    left = LEFT[frame["rep"]]
    orphan = (left <= AS_OF) & (frame["close"] >= left)
    desk = desk_of(frame["segment"], frame["region"], np.minimum(left, story.ROUTING_CHANGE - 1))
    heir = rep_for(rng, desk, np.minimum(left, AS_OF))
    return np.where(orphan, heir, frame["rep"])


def settled(frame: Frame, leads: int) -> tuple[Frame, np.ndarray]:
    """Only the deals that stand, with what is closed by as-of, and the deal of each lead."""
    stands = frame["into"] == np.arange(size(frame))
    new_row = np.cumsum(stands) - 1
    own = np.full(leads, -1)
    from_lead = frame["lead"] >= 0
    own[frame["lead"][from_lead]] = new_row[frame["into"][from_lead]]
    frame = take(frame, stands)
    frame["closed"] = frame["close"] < TODAY
    return frame, own


def roles(seed: int, deal: Frame, own: np.ndarray, contact: Frame, company: Frame) -> Frame:
    """Who takes part in each deal. A good third of the deals that sales opened name nobody."""
    rng = stream(seed, "roles")
    named = (deal["lead"] < 0) & (rng.random(size(deal)) < 0.62)
    first, many = contact_ranges(contact, size(company))
    converts = own_roles(rng, deal, own, contact)
    counts = np.where(
        named, rng.integers(1, 4, size(deal)), np.where(deal["lead"] >= 0, rng.poisson(0.7, size(deal)), 0)
    )
    counts = np.minimum(counts, many[deal["company"]])
    rows = spread(rng, counts)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    shift = rng.integers(0, 1 << 30, size(deal))[rows]
    people = first[deal["company"][rows]] + (shift + place) % np.maximum(many[deal["company"][rows]], 1)
    others = {
        "deal": rows,
        "contact": people,
        "primary": (place == 0) & (deal["lead"][rows] < 0),
        "role": rng.choice(len(ROLE_NAMES), len(rows)),
    }
    both = stack(converts, others)
    return take(both, np.lexsort((~both["primary"], both["deal"])))


def own_roles(rng: np.random.Generator, deal: Frame, own: np.ndarray, contact: Frame) -> Frame:
    """Converted people on their deals (own: of each lead): whoever opened one is nearly always its primary contact."""
    of_lead = np.full(len(own), -1)
    of_lead[contact["lead"][contact["lead"] >= 0]] = np.flatnonzero(contact["lead"] >= 0)
    leads = np.flatnonzero(own >= 0)
    opened = deal["lead"][own[leads]] == leads
    kept = ~opened | (rng.random(len(leads)) < 0.95)
    leads, opened = leads[kept], opened[kept]
    return {
        "deal": own[leads],
        "contact": of_lead[leads],
        "primary": opened,
        "role": rng.choice(len(ROLE_NAMES), len(leads)),
    }


def contact_ranges(contact: Frame, companies: int) -> tuple[np.ndarray, np.ndarray]:
    """First base contact of each company and how many it has (base contacts lie together, in company order)."""
    base = contact["company"][contact["lead"] < 0]
    many = np.bincount(base, minlength=companies)
    return np.cumsum(many) - many, many
