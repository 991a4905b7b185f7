"""The sample company's maps: its words, its promises, its costs."""

from __future__ import annotations

import numpy as np

from app.sample import story, words
from app.sample.clock import AS_OF, DAY, FAR, MONTHS, START, at, midnight, month_of, stream, weekday
from app.sample.frame import Frame, size, take
from app.sample.staff import MARKETING_TEAMS, ROLES, SALES_TEAMS, TEAM
from app.sample.touches import World

Rows = list[tuple[object, ...]]
FIRST_MONTH, LAST_MONTH = (int(month_of(np.array([at(day)]))[0]) for day in ("2024-05-20", "2026-12-01"))
THIS_QUARTER = int(month_of(np.array([at("2026-10-01")]))[0])
ALL_MONTHS = np.arange(FIRST_MONTH, LAST_MONTH + 1)
QUARTER_SHAPE = np.array([0.27, 0.30, 0.43])  # how a quarter's bookings fall on its months
ACCEPTANCE = {2024: 0.62, 2025: 0.63, 2026: 0.64}
INFLUENCE = {2024: 0.60, 2025: 0.68, 2026: 0.70}
JOINT_KINDS = ["ride_along", "joint_content", "joint_meeting", "persona_workshop"]
JOINT_NOTES = {
    "ride_along": words.words(
        "Listened in on discovery,Demo ride-along,Pricing call ride-along,Renewal call ride-along"
    ),
    "joint_content": words.words(
        "Customer story with the rep,Objection handling one-pager,Sector landing page,Webinar with a rep as speaker"
    ),
    "joint_meeting": words.words(
        "Account planning,Executive briefing prepared together,Event follow-up planning,Pipeline review"
    ),
    "persona_workshop": words.words("Plant manager persona,CFO persona,IT evaluator persona,Operations leader persona"),
}


def words_of_the_company() -> dict[str, Rows]:
    """Maps that do not depend on the data, with their headers."""
    return {
        "lead_status": [("status", "stage"), *zip(story.STATUSES, story.STAGES, strict=True)],
        "channel": [("source", "channel"), *story.CHANNELS.items()],
        "team": [("role", "team", "side"), *((role, team, side) for role, (team, side, _) in ROLES.items())],
        "segment": [("employees_from", "segment"), (1, "SMB"), (200, "Mid-market"), (2000, "Enterprise")],
        "persona": [("title_contains", "persona"), *words.PERSONA_WORDS],
        "fields": [("source", "table", "field", "column"), *FIELDS],
    }


FIELDS: Rows = [
    ("salesforce", "lead", "reason", "rejection_reason_c"),
    ("salesforce", "lead", "score", "lead_score_c"),
    ("salesforce", "lead", "region", "region_c"),
    ("salesforce", "account", "region", "region_c"),
    ("salesforce", "opportunity", "currency", "currency_iso_code"),
]


def month_name(month: int) -> str:
    """First day of a month, as ISO date."""
    return f"{1970 + month // 12}-{month % 12 + 1:02d}-01"


def year_of(month: int) -> int:
    """Calendar year of a month."""
    return 1970 + month // 12


def rates(seed: int) -> Rows:
    """What foreign money was worth in USD, month by month."""
    rng = stream(seed, "fx")
    months = np.arange(month_of(np.array([at("2023-10-01")]))[0], LAST_MONTH)
    rows: Rows = [("currency", "from_date", "rate")]
    for currency, begins, ends in (("EUR", 1.07, 1.15), ("GBP", 1.23, 1.33)):
        path = np.linspace(begins, ends, len(months)) + np.cumsum(rng.normal(0, 0.006, len(months)))
        rows += [(currency, month_name(int(month)), f"{rate:.4f}") for month, rate in zip(months, path, strict=True)]
    return rows


def by_month(months: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sum of values for each month of the plan."""
    return np.bincount(months - FIRST_MONTH, values, minlength=len(ALL_MONTHS))[: len(ALL_MONTHS)]


def plan(actual: np.ndarray, shape: np.ndarray, lead: float) -> np.ndarray:
    """A yearly plan of the given shape: about what came, and in the running quarter off by the factor lead."""
    out = np.zeros(len(ALL_MONTHS))
    stretch = np.where(ALL_MONTHS >= THIS_QUARTER, 3000, [year_of(month) for month in ALL_MONTHS])
    elapsed = elapsed_part()
    for year, factor in ((2024, 1.02), (2025, 1.03), (2026, 1.0), (3000, lead)):
        rows = stretch == year
        done = (shape * elapsed)[rows].sum()
        out[rows] = shape[rows] * actual[rows].sum() / max(done, 1e-9) * factor
    out[0] *= elapsed[0]  # the first month began late
    return out


def elapsed_part() -> np.ndarray:
    """How much of each month lies between the first day and as-of."""
    edges = np.arange(FIRST_MONTH, LAST_MONTH + 2).astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    return np.clip((np.minimum(edges[1:], AS_OF) - np.maximum(edges[:-1], START)) / (edges[1:] - edges[:-1]), 0, 1)


def season(power: float = 1.0) -> np.ndarray:
    """Growth and month of the year, as a planner would draw it."""
    return 1.16 ** ((ALL_MONTHS - FIRST_MONTH) / 12) * MONTHS[ALL_MONTHS % 12] ** power


def bookings_shape() -> np.ndarray:
    """Growth, and the run to the end of each quarter."""
    return 1.16 ** ((ALL_MONTHS - FIRST_MONTH) / 12) * QUARTER_SHAPE[ALL_MONTHS % 3]


def split(total: np.ndarray, parts: dict[str, float], step: float) -> dict[str, np.ndarray]:
    """A plan over groups by their share of what came, rounded to whole steps."""
    whole = sum(parts.values())
    return {name: np.round(total * part / whole / step) * step for name, part in parts.items()}


def targets(world: World, marketing_team: np.ndarray, dollars: np.ndarray) -> Rows:
    """target.csv. marketing_team is a team's name for each handoff; dollars the USD amount of each deal."""
    rows: Rows = [("metric", "month", "team", "segment", "value")]
    rows += lead_targets(world, marketing_team) + revenue_targets(world, dollars) + rate_targets()
    return rows


def lead_targets(world: World, marketing_team: np.ndarray) -> Rows:
    """Handoffs and inquiries promised."""
    handoff = take(world.handoff, world.handoff["handed"] <= AS_OF)
    segment = world.company["segment"][world.lead["company"][handoff["lead"]]]
    total = plan(by_month(month_of(handoff["handed"]), np.ones(size(handoff))), season(), 0.96)
    came = plan(by_month(month_of(world.lead["created"]), np.ones(size(world.lead))), season(), 0.98)
    segments = split(total, {name: (segment == n).sum() for n, name in enumerate(story.SEGMENTS)}, 1)
    teams = split(total, {team: (marketing_team == team).sum() for team in MARKETING_TEAMS}, 1)
    return (
        listed("lead_volume", np.round(total), "", "")
        + listed("inquiries", np.round(came / 5) * 5, "", "")
        + [row for name, values in segments.items() for row in listed("lead_volume", values, "", name)]
        + [row for name, values in teams.items() for row in listed("lead_volume", values, name, "")]
    )


def revenue_targets(world: World, dollars: np.ndarray) -> Rows:
    """Bookings and pipeline promised."""
    deal = world.deal
    won = deal["closed"] & deal["won"]
    worth = np.where(won, dollars, 0)
    total = plan(by_month(np.where(won, month_of(deal["close"]), FIRST_MONTH), worth), bookings_shape(), 1.04)
    new = deal["created"] >= START
    piped = plan(by_month(month_of(deal["created"][new]), dollars[new]), season(0.7), 1.02)
    share = np.array([INFLUENCE[year_of(month)] for month in ALL_MONTHS])
    segments = split(total, {name: worth[deal["segment"] == n].sum() for n, name in enumerate(story.SEGMENTS)}, 1_000)
    teams = split(total, {team: worth[TEAM[deal["owner"]] == team].sum() for team in SALES_TEAMS}, 1_000)
    return (
        listed("revenue", np.round(total, -3), "", "")
        + listed("influenced_revenue", np.round(total * share, -3), "", "")
        + listed("pipeline_created", np.round(piped, -4), "", "")
        + [row for name, values in segments.items() for row in listed("revenue", values, "", name)]
        + [row for name, values in teams.items() for row in listed("revenue", values, name, "")]
    )


def rate_targets() -> Rows:
    """Rates promised, the same for each month of a year."""
    flat = lambda values: np.array([values[year_of(month)] for month in ALL_MONTHS])  # noqa: E731
    accepted = flat(ACCEPTANCE)
    rows = listed("acceptance_rate", accepted, "", "") + listed("revenue_influence", flat(INFLUENCE), "", "")
    rows += listed("response_sla", np.full(len(ALL_MONTHS), 0.8), "", "")
    rows += listed("win_rate", flat({2024: 0.24, 2025: 0.25, 2026: 0.26}), "", "")
    for name, above in zip(story.SEGMENTS, (-0.02, 0.03, 0.04), strict=True):
        rows += listed("acceptance_rate", accepted + above, "", name)
    return rows


def listed(metric: str, values: np.ndarray, team: str, segment: str) -> Rows:
    """Rows of target.csv for one series."""
    return [
        (metric, month_name(int(month)), team, segment, f"{value:.10g}")
        for month, value in zip(ALL_MONTHS, values, strict=True)
    ]


def team_costs(seed: int) -> Rows:
    """Pay and tools of each team and month."""
    rng = stream(seed, "team costs")
    a_month = dict(
        zip(
            SALES_TEAMS + MARKETING_TEAMS,
            (98_000, 76_000, 71_000, 104_000, 58_000, 34_000, 31_000, 27_000),
            strict=True,
        )
    )
    rows: Rows = [("month", "team", "amount")]
    for month in ALL_MONTHS[:-1]:
        raised = 1.05 ** (year_of(int(month)) - 2024)
        rows += [
            (month_name(int(month)), team, int(round(cost * raised * rng.normal(1, 0.025), -2)))
            for team, cost in a_month.items()
        ]
    return rows


def joint_work(seed: int, world: World, ids: dict[str, np.ndarray], user: Frame, scale: float) -> Rows:
    """What the two sides did together: mostly at accounts with a deal, a little more often where it was won."""
    rng = stream(seed, "joint work")
    deal = world.deal
    weight = np.where(deal["created"] < START + 120 * DAY, 0.3, 1.0) * np.where(deal["won"] & deal["closed"], 1.9, 1.0)
    weight = weight * np.array([0.4, 1.0, 2.2])[deal["segment"]]
    rows = rng.choice(size(deal), max(int(330 * scale), 12), replace=False, p=weight / weight.sum())
    ended = np.minimum(deal["close"][rows], AS_OF - DAY)
    begun = np.maximum(deal["created"][rows], START)
    day = midnight(begun + (rng.random(len(rows)) * np.maximum(ended - begun, 0)).astype(np.int64))
    day = day - np.maximum(weekday(day) - 4, 0) * DAY
    kind = rng.choice(len(JOINT_KINDS), len(rows), p=[0.42, 0.14, 0.34, 0.10])
    marketers = np.flatnonzero(np.isin(TEAM, MARKETING_TEAMS) & (user["name"] != "Marketing Automation"))
    who = marketers[rng.integers(0, len(marketers), len(rows))]
    campaign = rng.integers(0, size(world.campaign), len(rows))
    lines = [
        joint_row(
            int(n),
            JOINT_KINDS[kind[n]],
            day[n],
            user["id"][who[n]],
            user["id"][deal["owner"][rows[n]]],
            ids["account"][deal["company"][rows[n]]],
            world.campaign["id"][campaign[n]],
        )
        for n in range(len(rows))
    ]
    return [
        ("done_on", "kind", "marketing_member", "sales_member", "account_id", "campaign_id", "note"),
        *sorted(lines),
    ]


def joint_row(
    number: int, kind: str, day: int, marketer: str, rep: str, account: str, campaign: str
) -> tuple[str, ...]:
    """One line of joint_work.csv: content belongs to a campaign, everything else to an account."""
    note = JOINT_NOTES[kind][number % len(JOINT_NOTES[kind])]
    content = kind == "joint_content"
    done_on = str(np.int64(day).astype("datetime64[s]").astype("datetime64[D]"))
    return done_on, kind, marketer, rep, "" if content else account, campaign if content else "", note


def team_of_handoff(world: World, member: Frame) -> np.ndarray:
    """Marketing team behind each handoff up to as-of: the owner's of the last campaign answered before it."""
    handoff = take(world.handoff, world.handoff["handed"] <= AS_OF)
    answered = take(member, (member["lead"] >= 0) & (member["responded"] < FAR))
    answered = take(answered, np.lexsort((answered["day"], answered["lead"])))
    key = answered["lead"] * FAR + answered["day"]
    last = np.searchsorted(key, handoff["lead"] * FAR + handoff["handed"], side="right") - 1
    found = (last >= 0) & (answered["lead"][np.maximum(last, 0)] == handoff["lead"])
    team = TEAM[world.campaign["owner"][answered["campaign"][np.maximum(last, 0)]]]
    return np.where(found, team, "Demand generation")


def dollars_of(deal: Frame, rates_rows: Rows) -> np.ndarray:
    """USD amount of each deal, nothing where none is known."""
    out = np.nan_to_num(deal["amount"])
    day = np.where(deal["closed"], deal["close"], deal["created"])
    for currency in ("EUR", "GBP"):
        table = [row for row in rates_rows if row[0] == currency]
        starts = np.array([at(str(row[1])) for row in table])
        values = np.array([float(str(row[2])) for row in table])
        rate = values[np.maximum(np.searchsorted(starts, day, side="right") - 1, 0)]
        out = np.where(deal["currency"] == currency, out * rate, out)
    return out
