"""Marketing campaigns: what ran when, how much it brought, how good it was, what it cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.sample.clock import DAY, START, TODAY, at, stream, weekday
from app.sample.frame import Frame, choose, record_ids, take
from app.sample.staff import FIRST_NAMES
from app.sample.story import SOURCES

SOURCE_NAMES = list(SOURCES)
TYPE_SOURCE = {
    "Paid Search": "Paid Search",
    "Paid Social": "Paid Social",
    "Website": "Organic Search",
    "Webinar": "Webinar",
    "Trade Show": "Event",
    "Field Event": "Event",
    "Content Syndication": "Content Syndication",
    "Email": "Email",
    "Partner": "Partner",
    "Referral Program": "Referral",
}
PLACES = {
    0: ("North America", "Chicago", "New York"),
    1: ("EMEA", "DACH", "Munich", "London", "Rotterdam", "Frankfurt", "Amsterdam"),
    2: ("APAC", "Asia"),
}
OPEN, LAST = "2024-05-01", "2026-12-31"

# name | type | owner's first name | first day | last day | leads relative to others of its source, quality in log-odds,
# weight as a later touch of somebody already known | ad platform and what its ads cost in all, in thousand USD
PLAN = """
Search – Brand – North America | Paid Search | Grace | open | on | 3.0 0.5 0.4 | google 310
Search – Brand – EMEA | Paid Search | Anil | open | on | 1.4 0.4 0.2 | google 165
Search – Production planning software | Paid Search | Grace | open | on | 3.2 0.0 0.4 | google 640
Search – Supply planning – DACH | Paid Search | Anil | 2024-09-02 | on | 1.3 0.1 0.2 | google 270
Search – Competitor terms | Paid Search | Grace | 2024-07-01 | 2026-03-31 | 1.6 -0.7 0.2 | google 380
Search – Inventory forecasting – APAC | Paid Search | Anil | 2025-02-03 | on | 1.0 -0.1 0.1 | google 180
LinkedIn – Operations leaders – North America | Paid Social | Grace | open | on | 2.6 0.3 1.0 | linkedin 620
LinkedIn – Finance leaders – EMEA | Paid Social | Anil | 2024-09-16 | on | 1.3 0.2 0.5 | linkedin 330
LinkedIn – Planning benchmark 2025 | Paid Social | Anil | 2025-01-20 | 2025-12-19 | 1.8 0.0 0.8 | linkedin 240
LinkedIn – Planning benchmark 2026 | Paid Social | Anil | 2026-01-19 | on | 2.2 0.0 0.8 | linkedin 290
Facebook – Lookalike audience | Paid Social | Grace | 2024-06-03 | 2025-09-30 | 2.4 -0.7 0.2 | facebook 165
Facebook – Guide downloads | Paid Social | Grace | 2025-03-03 | on | 2.3 -0.6 0.3 | facebook 190
Website – Demo request | Website | Fiona | open | on | 3.4 0.8 1.4 |
Website – Pricing enquiry | Website | Fiona | open | on | 1.6 0.6 0.8 |
Website – Resource centre | Website | Fiona | open | on | 3.6 -0.5 3.0 |
Website – Blog newsletter sign-up | Website | Yuki | open | on | 1.8 -0.8 0.8 |
Website – ROI calculator | Website | Yuki | 2025-04-07 | on | 1.5 0.4 1.0 |
Planning Clinic webinar series 2024 | Webinar | Fiona | 2024-06-03 | 2024-12-13 | 2.0 0.5 3.0 | linkedin 42
Planning Clinic webinar series 2025 H1 | Webinar | Fiona | 2025-01-13 | 2025-06-27 | 2.4 0.6 3.4 | linkedin 46
Planning Clinic webinar series 2025 H2 | Webinar | Fiona | 2025-07-14 | 2025-12-12 | 2.2 0.6 3.4 | linkedin 45
Planning Clinic webinar series 2026 H1 | Webinar | Fiona | 2026-01-12 | 2026-06-26 | 2.9 0.7 3.6 | linkedin 52
Planning Clinic webinar series 2026 H2 | Webinar | Fiona | 2026-07-13 | 2026-12-11 | 2.6 0.7 3.6 | linkedin 50
Webinar – Closing the books faster | Webinar | Yuki | 2024-10-07 | 2024-10-31 | 0.8 -0.2 1.5 |
Webinar – S&OP without spreadsheets | Webinar | Yuki | 2025-03-03 | 2025-03-28 | 0.9 0.1 1.8 |
Webinar – What is new, spring release 2025 | Webinar | Yuki | 2025-05-05 | 2025-05-23 | 0.6 -0.1 2.0 |
Webinar – AI in demand planning | Webinar | Yuki | 2025-10-06 | 2025-10-31 | 1.5 -0.7 2.0 | linkedin 28
Webinar – What is new, spring release 2026 | Webinar | Yuki | 2026-05-04 | 2026-05-22 | 0.8 0.0 2.0 |
Webinar – Tariffs and supplier risk | Webinar | Fiona | 2026-09-21 | 2026-10-16 | 1.1 0.2 2.2 | linkedin 22
Manufacturing Planning Summit, Chicago 2024 | Trade Show | Laura | 2024-09-09 | 2024-09-20 | 1.2 0.1 2.0 |
Supply Chain Days, Munich 2024 | Trade Show | Carlos | 2024-10-14 | 2024-10-25 | 0.9 0.0 1.5 |
Retail Operations Forum, New York 2025 | Trade Show | Laura | 2025-01-20 | 2025-01-31 | 1.0 -0.2 1.5 |
Logistics World, Rotterdam 2025 | Trade Show | Carlos | 2025-04-07 | 2025-04-18 | 1.0 0.1 1.5 |
Finance Transformation Week, London 2025 | Trade Show | Carlos | 2025-06-09 | 2025-06-20 | 0.8 -0.2 1.5 |
Manufacturing Planning Summit, Chicago 2025 | Trade Show | Laura | 2025-09-08 | 2025-09-19 | 1.3 0.2 2.0 | linkedin 24
Asia Supply Chain Congress, Singapore 2025 | Trade Show | Laura | 2025-11-03 | 2025-11-14 | 0.8 -0.1 1.2 |
Logistics World, Rotterdam 2026 | Trade Show | Carlos | 2026-04-13 | 2026-04-24 | 1.2 0.2 1.6 | linkedin 26
Manufacturing Planning Summit, Chicago 2026 | Trade Show | Laura | 2026-09-07 | 2026-09-18 | 1.4 0.2 2.0 | linkedin 27
Global Operations Expo, Frankfurt 2026 | Trade Show | Carlos | 2026-08-10 | 2026-10-09 | 1.3 -0.9 1.0 | linkedin 348
Executive dinners – North America | Field Event | Laura | 2024-06-03 | on | 0.2 0.8 0.5 |
Executive dinners – EMEA | Field Event | Carlos | 2024-09-02 | on | 0.15 0.8 0.4 |
Planner roadshow 2025 | Field Event | Carlos | 2025-05-05 | 2025-07-04 | 0.9 0.1 1.6 |
Planner roadshow 2026 | Field Event | Carlos | 2026-05-04 | 2026-07-03 | 1.1 0.3 1.8 |
IndustryBrief – Whitepaper leads | Content Syndication | Anil | 2024-06-03 | 2025-12-31 | 3.0 0.5 0.2 | linkedin 180
PlannersHub – Buyer's guide | Content Syndication | Anil | 2024-10-01 | on | 2.2 0.6 0.2 | linkedin 150
LeadSpring Media – Guaranteed leads | Content Syndication | Anil | 2026-02-02 | on | 3.1 -1.9 0.1 | linkedin 265
Email – Welcome stream | Email | Grace | open | on | 1.0 -0.2 6.0 |
Email – Monthly planning letter | Email | Fiona | open | on | 1.4 -0.1 7.0 |
Email – Manufacturing nurture | Email | Anil | 2024-08-05 | on | 0.8 0.2 4.0 |
Email – Win-back of lost deals | Email | Grace | 2025-02-10 | on | 0.5 0.3 1.5 |
Email – Year-end planning push 2025 | Email | Grace | 2025-10-13 | 2025-12-12 | 0.8 -0.3 3.0 |
Email – Year-end planning push 2026 | Email | Grace | 2026-10-12 | 2026-12-11 | 0.8 -0.2 3.0 |
ERP alliance – Joint solution | Partner | Samuel | open | on | 2.0 0.3 1.0 |
Consulting partners – EMEA | Partner | Samuel | 2024-09-02 | on | 1.2 0.2 0.6 |
Systems integrators – North America | Partner | Nina | open | on | 1.6 0.1 0.8 |
Marketplace listing | Partner | Nina | 2025-01-06 | on | 1.3 -0.6 0.5 |
Partner webinar – Warehouse to boardroom | Partner | Samuel | 2025-09-15 | 2025-10-10 | 0.7 0.1 1.4 |
Partner day, Amsterdam 2026 | Partner | Samuel | 2026-06-08 | 2026-06-26 | 0.6 0.3 1.4 |
Customer reference programme | Referral Program | Nina | 2024-07-01 | on | 2.4 0.5 0.8 |
Refer a planner | Referral Program | Nina | open | on | 1.2 -0.1 0.5 |
User group – North America | Referral Program | Nina | 2025-03-03 | on | 0.6 0.3 1.2 |
"""


@dataclass
class Campaign:
    """One line of the plan."""

    name: str
    type: str
    owner: int
    start: int
    end: int
    volume: float
    quality: float
    touch: float
    platform: str
    spend: float


def planned(line: str) -> Campaign:
    """A line of the plan, read."""
    name, kind, owner, first, last, weights, ads = (part.strip() for part in line.split("|"))
    volume, quality, touch = (float(weight) for weight in weights.split())
    platform, spend = ads.split() if ads else ("", "0")
    start, end = at(OPEN if first == "open" else first), at(LAST if last == "on" else last)
    ads_of = f"{platform}_ads" if platform else ""
    return Campaign(name, kind, FIRST_NAMES[owner], start, end, volume, quality, touch, ads_of, float(spend) * 1_000)


def campaigns() -> Frame:
    """One row for each campaign of the plan."""
    plan = [planned(line) for line in PLAN.strip().splitlines()]
    texts, numbers = ("name", "type", "platform"), ("owner", "start", "end", "volume", "quality", "touch", "spend")
    frame = {name: np.array([getattr(one, name) for one in plan], dtype=object) for name in texts}
    frame |= {name: np.array([getattr(one, name) for one in plan]) for name in numbers}
    frame["source"] = np.array([SOURCE_NAMES.index(TYPE_SOURCE[one.type]) for one in plan])
    frame["id"] = record_ids("701", len(plan))
    return frame


def running(campaign: Frame, days: np.ndarray) -> np.ndarray:
    """Matrix day x campaign: which one ran on which day."""
    return (days[:, None] >= campaign["start"]) & (days[:, None] <= campaign["end"])


def arrivals(
    rng: np.random.Generator, campaign: Frame, source: int, days: np.ndarray, busy: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Campaign and day of each of so many new leads of a source; campaign -1 where the source has none."""
    members = np.flatnonzero(campaign["source"] == source)
    if len(members) == 0:
        return np.full(count, -1), rng.choice(days, count, p=busy / busy.sum())
    # A short campaign brings in its days what an evergreen one brings in two months.
    width = (campaign["end"] - campaign["start"])[members] / DAY
    rate = campaign["volume"][members] * np.where(width < 75, 60 / (width + 6), 1.0)
    chance = (running(take(campaign, members), days) * rate * busy[:, None]).ravel()
    cell = rng.choice(len(chance), count, p=chance / chance.sum())
    return members[cell % len(members)], days[cell // len(members)]


def home_of(name: str) -> int:
    """The region a campaign's name speaks of, -1 for none."""
    return next((region for region, places in PLACES.items() if any(place in name for place in places)), -1)


def touch_for(rng: np.random.Generator, campaign: Frame, days: np.ndarray, region: np.ndarray) -> np.ndarray:
    """The campaign that somebody already known answered on a day; ones meant for another region are rare."""
    home = np.array([home_of(name) for name in campaign["name"]])
    fits = (home < 0) | (home == region[:, None])
    return choose(rng, running(campaign, days) * campaign["touch"] * np.where(fits, 1.0, 0.06))


def ad_report(seed: int, campaign: Frame) -> Frame:
    """Spend of each advertised campaign on each day it ran, as the ad platforms report it."""
    rng = stream(seed, "ads")
    parts = [campaign_days(rng, campaign, number) for number in np.flatnonzero(campaign["spend"] > 0)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def campaign_days(rng: np.random.Generator, campaign: Frame, number: int) -> Frame:
    """One campaign's days: the whole plan is spread over its whole run, of which the part before as-of is kept."""
    days = np.arange(campaign["start"][number], campaign["end"][number] + DAY, DAY)
    weight = np.where(weekday(days) >= 5, 0.35, 1.0) * rng.lognormal(0, 0.18, len(days))
    weight = weight * 1.13 ** ((days - days[0]) / (365 * DAY))
    spend = np.round(campaign["spend"][number] * weight / weight.sum(), 2)
    per_click = {"google_ads": 6.4, "linkedin_ads": 11.5, "facebook_ads": 2.6}[campaign["platform"][number]]
    clicks = rng.poisson(spend / per_click)
    shown = (days >= START) & (days < TODAY)
    return {
        "campaign": np.full(shown.sum(), number),
        "day": days[shown],
        "spend": spend[shown],
        "clicks": clicks[shown],
        "impressions": (clicks / 0.011 * rng.lognormal(0, 0.2, len(days))).astype(np.int64)[shown],
        "conversions": rng.binomial(clicks, 0.042)[shown].astype(float),
    }
