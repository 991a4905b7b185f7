"""The people who work at the sample company, their roles, teams, and who takes which lead."""

from __future__ import annotations

import numpy as np

from app.sample.clock import AS_OF, DAY, FAR, at
from app.sample.frame import Frame, choose, record_ids
from app.sample.story import ROUTED_REGION, ROUTED_SEGMENT, ROUTING_CHANGE

# role: (team, side, department)
ROLES: dict[str, tuple[str, str, str]] = {
    "Enterprise Account Executive": ("Enterprise sales", "sales", "Sales"),
    "Mid-Market Account Executive": ("Mid-market sales", "sales", "Sales"),
    "Commercial Account Executive": ("SMB sales", "sales", "Sales"),
    "EMEA Account Executive": ("EMEA sales", "sales", "Sales EMEA"),
    "EMEA Sales Development": ("EMEA sales", "sales", "Sales EMEA"),
    "Demand Generation Manager": ("Demand generation", "marketing", "Marketing"),
    "Marketing Operations": ("Demand generation", "marketing", "Marketing"),
    "Content Marketing Manager": ("Content & SEO", "marketing", "Marketing"),
    "Field Marketing Manager": ("Field marketing", "marketing", "Marketing"),
    "Partner Marketing Manager": ("Partner marketing", "marketing", "Marketing"),
}
SALES_TEAMS = ["Enterprise sales", "Mid-market sales", "SMB sales", "EMEA sales"]
MARKETING_TEAMS = ["Demand generation", "Content & SEO", "Field marketing", "Partner marketing"]

# A desk is a pile of leads that some reps share: three by size, three in EMEA, one after the routing change.
ENT, MID, SMB, EMEA_ENT, EMEA_MID, EMEA_SMB, EMEA_POOL = range(7)

# (name, role, country, first day, last day, {desk: share of it})
PEOPLE: list[tuple[str, str, str, str, str, dict[int, float]]] = [
    ("Rachel Okafor", "Enterprise Account Executive", "United States", "2019-03-04", "", {ENT: 0.8}),
    ("Tom Brandt", "Enterprise Account Executive", "United States", "2021-06-14", "", {ENT: 1.1}),
    ("Priya Nair", "Enterprise Account Executive", "Singapore", "2022-01-10", "", {ENT: 1.2}),
    ("Marcus Delaney", "Enterprise Account Executive", "United States", "2020-09-21", "2025-10-31", {ENT: 1.0}),
    ("Hannah Whitfield", "Enterprise Account Executive", "Canada", "2023-02-06", "", {ENT: 1.0}),
    ("Luis Ortega", "Mid-Market Account Executive", "United States", "2020-01-13", "", {MID: 0.9}),
    ("Emily Chen", "Mid-Market Account Executive", "United States", "2021-11-01", "", {MID: 1.2}),
    ("Jordan Blake", "Mid-Market Account Executive", "Australia", "2022-08-15", "", {MID: 1.0}),
    ("Aisha Rahman", "Mid-Market Account Executive", "Canada", "2023-05-08", "", {MID: 1.1}),
    ("Nathan Cole", "Mid-Market Account Executive", "United States", "2026-09-08", "", {MID: 0.9}),
    ("Derek Vaughan", "Commercial Account Executive", "United States", "2021-02-22", "", {SMB: 0.9}),
    ("Sofia Marchetti", "Commercial Account Executive", "United States", "2022-03-28", "", {SMB: 1.1}),
    ("Kyle Jensen", "Commercial Account Executive", "United States", "2022-07-11", "2026-03-31", {SMB: 1.0}),
    ("Megan Foster", "Commercial Account Executive", "United States", "2020-10-05", "", {SMB: 1.2}),
    ("Ben Adeyemi", "Commercial Account Executive", "Canada", "2023-09-18", "", {SMB: 1.0}),
    ("Tara Lindqvist", "Commercial Account Executive", "Australia", "2025-02-03", "", {SMB: 1.0}),
    ("Oliver Hartmann", "EMEA Account Executive", "Germany", "2019-10-07", "", {EMEA_ENT: 1.0}),
    ("Claire Dubois", "EMEA Account Executive", "France", "2021-04-12", "", {EMEA_MID: 1.1, EMEA_ENT: 0.2}),
    ("Pieter van Dijk", "EMEA Account Executive", "Netherlands", "2022-05-16", "", {EMEA_MID: 1.0, EMEA_SMB: 0.3}),
    ("Ingrid Solberg", "EMEA Account Executive", "Sweden", "2022-11-07", "", {EMEA_ENT: 0.8, EMEA_MID: 0.4}),
    ("James Ashworth", "EMEA Account Executive", "United Kingdom", "2021-01-18", "2025-06-30", {EMEA_SMB: 1.0}),
    ("Katarina Nowak", "EMEA Sales Development", "United Kingdom", "2024-02-05", "", {EMEA_SMB: 1.0, EMEA_POOL: 1.0}),
    ("Ruben Costa", "EMEA Sales Development", "Spain", "2025-05-19", "", {EMEA_SMB: 1.0, EMEA_POOL: 1.0}),
    ("Grace Holloway", "Demand Generation Manager", "United States", "2019-08-12", "", {}),
    ("Anil Mehta", "Demand Generation Manager", "United Kingdom", "2022-02-14", "", {}),
    ("Marketing Automation", "Marketing Operations", "United States", "2019-08-12", "", {}),
    ("Fiona Barrett", "Content Marketing Manager", "United States", "2020-05-11", "", {}),
    ("Yuki Tanaka", "Content Marketing Manager", "Singapore", "2023-01-16", "", {}),
    ("Carlos Mendes", "Field Marketing Manager", "Spain", "2021-09-06", "", {}),
    ("Laura Whitaker", "Field Marketing Manager", "United States", "2020-02-24", "", {}),
    ("Samuel Osei", "Partner Marketing Manager", "United Kingdom", "2021-05-03", "", {}),
    ("Nina Kowalski", "Partner Marketing Manager", "United States", "2023-03-20", "", {}),
]
NUMBER = {person[0]: number for number, person in enumerate(PEOPLE)}
FIRST_NAMES = {name.split()[0]: number for name, number in NUMBER.items()}
AUTOMATION = NUMBER["Marketing Automation"]
QUEUE = record_ids("00G", 1)[0]  # where leads lie before somebody takes them

STARTED = np.array([at(person[3]) for person in PEOPLE])
LEFT = np.array([at(person[4]) + DAY if person[4] else FAR for person in PEOPLE])
TEAM = np.array([ROLES[person[1]][0] for person in PEOPLE], dtype=object)
IS_ACTIVE = LEFT > AS_OF
RAMP_DAYS = 120  # until a new rep carries a full share


def users() -> Frame:
    """One row for each person: id, name, role."""
    return {
        "id": record_ids("005", len(PEOPLE)),
        "name": np.array([person[0] for person in PEOPLE], dtype=object),
        "role": np.array([list(ROLES).index(person[1]) for person in PEOPLE]),
    }


def desk_of(segment: np.ndarray, region: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The desk that takes a company's leads at a time."""
    desk = np.array([SMB, MID, ENT])[segment]
    desk = np.where(region == 1, np.array([EMEA_SMB, EMEA_MID, EMEA_ENT])[segment], desk)
    routed = (segment == ROUTED_SEGMENT) & (region == ROUTED_REGION) & (times >= ROUTING_CHANGE)
    return np.where(routed, EMEA_POOL, desk)


def rep_for(rng: np.random.Generator, desk: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Somebody of the desk who works there at the time; new people get fewer."""
    share = np.array([[person[5].get(number, 0.0) for person in PEOPLE] for number in range(7)])
    when = times[:, None]
    ramp = np.clip(0.2 + 0.8 * (when - STARTED) / (RAMP_DAYS * DAY), 0.2, 1.0)
    here = (when >= STARTED) & (when < LEFT)
    return choose(rng, share[desk] * ramp * here)
