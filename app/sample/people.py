"""Companies and the humans who work at them."""

from __future__ import annotations

import unicodedata

import numpy as np

from app.sample import words
from app.sample.clock import stream
from app.sample.frame import Frame
from app.sample.story import (
    COMPANIES,
    EMPLOYEES,
    LEADS,
    LEADS_PER_COMPANY,
    MAJOR,
    NAMED,
    SEGMENT_SHARE,
)

COUNTRY_NAMES = list(words.COUNTRIES)
COUNTRY_REGION = np.array([country[0] for country in words.COUNTRIES.values()])
INDUSTRY_NAMES = list(words.INDUSTRIES)
PERSONAS = list(words.TITLES)
# Surnames fit for a company of each country.
HOUSE_CULTURE = {
    "Germany": "german",
    "France": "french",
    "Netherlands": "dutch",
    "Sweden": "nordic",
    "Spain": "hispanic",
    "Italy": "italian",
    "India": "indian",
    "Japan": "japanese",
    "Singapore": "chinese",
}


def share(values: list[float]) -> np.ndarray:
    """Parts of a whole that add up to one."""
    return np.array(values) / np.sum(values)


def plain(text: str) -> str:
    """Lower case letters and digits of a text, accents removed, the rest as hyphens."""
    text = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("ß", "ss").replace("ł", "l"))
    letters = "".join(
        letter if letter.isalnum() else "-" for letter in text.lower() if not unicodedata.combining(letter)
    )
    return "-".join(part for part in letters.split("-") if part)


def companies(seed: int, leads: int) -> Frame:
    """Every company that a lead may come from: the later accounts are among them.

    weight is how many leads it tends to send; named, major and sales_led say how sales works it.
    """
    rng = stream(seed, "companies")
    scale = leads / LEADS
    count = max(int(COMPANIES * scale), 120)
    segment = rng.choice(3, count, p=SEGMENT_SHARE)
    country = rng.choice(len(COUNTRY_NAMES), count, p=share([c[1] for c in words.COUNTRIES.values()]))
    frame = {
        "segment": segment,
        "country": country,
        "region": COUNTRY_REGION[country],
        "industry": rng.choice(len(INDUSTRY_NAMES), count, p=share([i[0] for i in words.INDUSTRIES.values()])),
        "employees": headcount(rng, segment),
    }
    frame |= standing(rng, segment, scale)
    frame["name"] = company_names(rng, frame)
    frame["domain"] = np.array([domain(name) for name in frame["name"]], dtype=object)
    frame["city"] = cities(rng, country)
    return frame


def headcount(rng: np.random.Generator, segment: np.ndarray) -> np.ndarray:
    """Employees inside the band of the segment, many small and few large."""
    low = np.array([band[0] for band in EMPLOYEES])[segment]
    high = np.array([band[1] for band in EMPLOYEES])[segment]
    exact = np.exp(rng.beta(1.4, 2.0, len(segment)) * np.log(high / low)) * low
    return np.clip(
        np.where(exact > 1_000, exact // 50 * 50, np.where(exact > 100, exact // 5 * 5, exact)), low, high
    ).astype(np.int64)


def standing(rng: np.random.Generator, segment: np.ndarray, scale: float) -> Frame:
    """How much a company buys, and whether sales names it, led it alone, or counts it as major."""
    size = rng.lognormal(0, 0.8, len(segment)) * np.array(LEADS_PER_COMPANY)[segment]
    rank = size * rng.lognormal(0, 0.7, len(segment)) * np.array([0.8, 1.3, 2.1])[segment]
    named = np.zeros(len(segment), dtype=bool)
    named[np.argsort(-rank, kind="stable")[: max(int(NAMED * scale), 50)]] = True
    large = np.flatnonzero(named & (segment == 2))
    major = np.zeros(len(segment), dtype=bool)
    major[large[np.argsort(-rank[large], kind="stable")][: max(int(MAJOR * scale), 14)]] = True
    sales_led = named & (rng.random(len(segment)) < 0.5)
    return {
        "weight": size * np.where(sales_led, 0.12, 1.0),
        "named": named,
        "major": major,
        "sales_led": sales_led,
        "rank": rank,
    }


def company_names(rng: np.random.Generator, frame: Frame) -> np.ndarray:
    """A name for each company that fits its country and industry, no two alike."""
    seen: set[str] = set()
    names = []
    for country, industry in zip(frame["country"], frame["industry"], strict=True):
        name = company_name(rng, COUNTRY_NAMES[country], INDUSTRY_NAMES[industry])
        while plain(name) in seen:
            name = company_name(rng, COUNTRY_NAMES[country], INDUSTRY_NAMES[industry])
        seen.add(plain(name))
        names.append(name)
    return np.array(names, dtype=object)


def company_name(rng: np.random.Generator, country: str, industry: str) -> str:
    """One try at a company name."""
    draw = rng.random(6)
    field = one_of(words.INDUSTRIES[industry][1], draw[0])
    house = one_of(words.NAMES[HOUSE_CULTURE.get(country, "english")][1], draw[1])
    form = one_of(words.FORMS[country], draw[2])
    root = one_of(words.ROOTS, draw[3])
    place = root + one_of([end for end in words.ENDS if end[0] != root[-1]], draw[1])
    coined = one_of(words.COINED, draw[3])
    local = 0.6 if country in HOUSE_CULTURE else 0.3
    if draw[4] < local:
        second = one_of(words.NAMES[HOUSE_CULTURE.get(country, "english")][1], draw[3])
        return f"{house} & {second}{form}" if draw[5] < 0.2 and second != house else f"{house} {field}{form}"
    if draw[4] < local + (1 - local) * 0.55:
        return f"{place} {field}{form if draw[5] < 0.5 else ''}"
    return f"{coined} {field}{form if draw[5] < 0.4 else ''}"


def one_of(choices: list[str], draw: float) -> str:
    """The choice that a draw from [0, 1) falls on."""
    return choices[int(draw * len(choices))]


def domain(name: str) -> str:
    """A company's web domain, below the top level kept for examples."""
    short = name
    for form in sorted({form for forms in words.FORMS.values() for form in forms if form}, key=len, reverse=True):
        if short.endswith(form):
            short = short[: -len(form)]
            break
    stem = plain(short)
    return f"{stem.replace('-', '') if len(stem) < 18 else stem}.example"


def cities(rng: np.random.Generator, country: np.ndarray) -> np.ndarray:
    """Which of its country's cities each company sits in, as a position in the country's list."""
    many = np.array([len(c[3]) for c in words.COUNTRIES.values()])[country]
    return (rng.random(len(country)) ** 1.4 * many).astype(np.int64)


def city_names(company: Frame, rows: np.ndarray) -> tuple[list[str], list[str | None]]:
    """Cities and states of the given companies."""
    places = [
        words.COUNTRIES[COUNTRY_NAMES[c]][3][city]
        for c, city in zip(company["country"][rows], company["city"][rows], strict=True)
    ]
    return [place[0] for place in places], [place[1] or None for place in places]


def humans(rng: np.random.Generator, country: np.ndarray, persona: np.ndarray) -> Frame:
    """First name, last name and title for a person of each country and persona."""
    draws = rng.random((len(country), 4))
    first, last, title = [], [], []
    pools = [culture_pool(name) for name in COUNTRY_NAMES]
    for place, role, draw in zip(country, persona, draws, strict=True):
        names = pools[place][int(draw[0] * 100)]
        first.append(one_of(names[0], draw[1]))
        last.append(one_of(names[1], draw[2]))
        title.append(one_of(words.TITLES[PERSONAS[role]][1], draw[3] ** 1.2))
    return {
        name: np.array(values, dtype=object)
        for name, values in (("first_name", first), ("last_name", last), ("title", title))
    }


def culture_pool(country: str) -> list[tuple[list[str], list[str]]]:
    """A hundred name lists, in the country's proportions."""
    mix = words.COUNTRIES[country][2]
    bounds = np.cumsum(share(list(mix.values())) * 100)
    return [
        words.NAMES[list(mix)[min(int(np.searchsorted(bounds, n, side="right")), len(mix) - 1)]] for n in range(100)
    ]


def emails(first: np.ndarray, last: np.ndarray, domains: np.ndarray, taken: set[str]) -> np.ndarray:
    """first.last@domain, numbered where two people of a company share it. Adds to taken."""
    letters = {name: plain(name).replace("-", "") for name in {*first.tolist(), *last.tolist()}}
    out = []
    for given, family, place in zip(first, last, domains, strict=True):
        stem, number = f"{letters[given]}.{letters[family]}", 1
        mail = f"{stem}@{place}"
        while mail in taken:
            number += 1
            mail = f"{stem}{number}@{place}"
        taken.add(mail)
        out.append(mail)
    return np.array(out, dtype=object)
