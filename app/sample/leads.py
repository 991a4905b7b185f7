"""Leads: who came, when, from which campaign and company, and how they scored."""

from __future__ import annotations

import numpy as np

from app.sample import words
from app.sample.campaigns import SOURCE_NAMES, arrivals
from app.sample.clock import AS_OF, DAY, HOUR, START, TODAY, day_weights, daytime, office, stream
from app.sample.frame import Frame, record_ids
from app.sample.people import PERSONAS, emails, humans, share
from app.sample.story import SOURCES

OUTBOUND = SOURCE_NAMES.index("Outbound")


def leads(seed: int, count: int, company: Frame, campaign: Frame, taken: set[str]) -> Frame:
    """One row for each lead, in the order they were created."""
    rng = stream(seed, "leads")
    frame = origins(rng, count, campaign)
    frame["company"] = rng.choice(len(company["weight"]), count, p=share(company["weight"]))
    region = company["region"][frame["company"]]
    created = daytime(rng, frame["day"], region)
    created = np.where(frame["source"] == OUTBOUND, office(rng, created, region), created)
    frame["created"] = np.clip(created, START, AS_OF - rng.integers(5 * 60, 9 * HOUR, count))
    order = np.argsort(frame["created"], kind="stable")
    frame = {name: column[order] for name, column in frame.items()}
    frame["id"] = record_ids("00Q", count)
    return frame | persons(rng, company, frame, taken)


def origins(rng: np.random.Generator, count: int, campaign: Frame) -> Frame:
    """Source, campaign and day of every lead."""
    days = np.arange(START, TODAY + 1, DAY)
    busy = day_weights(days, rng)
    busy[-1] *= 0.2  # the last day had hardly begun
    source = np.sort(rng.choice(len(SOURCES), count, p=share([s[0] for s in SOURCES.values()])))
    parts = [
        arrivals(rng, campaign, number, days, busy, int((source == number).sum())) for number in range(len(SOURCES))
    ]
    return {
        "source": source,
        "campaign": np.concatenate([part[0] for part in parts]),
        "day": np.concatenate([part[1] for part in parts]),
    }


def persons(rng: np.random.Generator, company: Frame, frame: Frame, taken: set[str]) -> Frame:
    """Name, title, e-mail and score. A few people come back as a second lead with the same address."""
    count = len(frame["created"])
    persona = rng.choice(len(PERSONAS), count, p=share([t[0] for t in words.TITLES.values()]))
    who = humans(rng, company["country"][frame["company"]], persona)
    again = np.flatnonzero((rng.random(count) < 0.025) & (np.arange(count) > count // 10))
    first = (again * rng.random(len(again))).astype(np.int64)
    usable = ~company["major"][frame["company"][first]] & ~np.isin(first, again)
    again, first = again[usable], first[usable]
    for column in who.values():
        column[again] = column[first]
    persona[again] = persona[first]
    frame["company"][again] = frame["company"][first]
    mail = emails(who["first_name"], who["last_name"], company["domain"][frame["company"]], taken)
    mail[again] = mail[first]
    return who | {"persona": persona, "email": mail, "again": mark(count, again)}


def mark(count: int, rows: np.ndarray) -> np.ndarray:
    """A mask that is true in the given rows."""
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return mask
