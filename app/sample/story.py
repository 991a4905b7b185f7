"""What happens in the sample company: the numbers every other part goes by."""

from __future__ import annotations

from app.sample.clock import at

LEADS = 25_000  # the size all other volumes are scaled from
COMPANIES = 7_200
NAMED = 1_500  # accounts that sales works without waiting for marketing
MAJOR = 118
DIRECT_DEALS = 3_050  # opportunities that sales opens by itself

SEGMENTS = ["SMB", "Mid-market", "Enterprise"]
SEGMENT_SHARE = [0.60, 0.29, 0.11]
EMPLOYEES = [(8, 199), (200, 1_999), (2_000, 48_000)]
LEADS_PER_COMPANY = [0.75, 1.15, 2.0]
AMOUNT_MEAN = [13_500.0, 43_000.0, 148_000.0]
AMOUNT_SIGMA = [0.5, 0.5, 0.52]
CYCLE_DAYS = [30, 60, 110]
WIN_LOGIT = [0.18, 0.0, -0.2]
WIN_RATE = 0.25

DOMAIN = "lindenmark.example"

# From here on Mid-market leads of EMEA go to the development desk instead of the account executives.
ROUTING_CHANGE = at("2026-08-24")
ROUTED_SEGMENT, ROUTED_REGION = 1, 1
ACCEPT_BEFORE, ACCEPT_AFTER = 0.75, 0.45
ANSWER_AFTER_HOURS = 18.0

ACCEPT_OVERALL = 0.68  # of decided ones; some of it comes late
ANSWER_HOURS = 2.1  # before nights and weekends
LATE_REP, LATE_ANSWER_HOURS = "Derek Vaughan", 40.0

# lead source: (share of leads, chance to be handed over, acceptance log-odds, win log-odds)
SOURCES: dict[str, tuple[float, float, float, float]] = {
    "Paid Search": (19.0, 0.47, 0.0, 0.0),
    "Paid Social": (15.5, 0.35, -0.85, -0.2),
    "Organic Search": (18.0, 0.48, 0.2, 0.05),
    "Webinar": (12.5, 0.56, 0.55, 0.1),
    "Event": (8.0, 0.55, -0.15, 0.0),
    "Content Syndication": (8.5, 0.60, -0.75, -0.3),
    "Email": (5.5, 0.42, 0.0, 0.0),
    "Partner": (5.0, 0.68, 0.9, 0.3),
    "Referral": (3.5, 0.78, 1.3, 0.4),
    "Outbound": (4.5, 0.0, 0.0, 0.0),
}

# The channel each source and each campaign type belongs to.
CHANNELS: dict[str, str] = {
    "Paid Search": "Paid search",
    "google_ads": "Paid search",
    "Paid Social": "Paid social",
    "linkedin_ads": "Paid social",
    "facebook_ads": "Paid social",
    "Organic Search": "Organic",
    "Website": "Organic",
    "Webinar": "Webinars",
    "Event": "Events",
    "Trade Show": "Events",
    "Field Event": "Events",
    "Content Syndication": "Content syndication",
    "Email": "Email",
    "Partner": "Partners",
    "Referral": "Referrals",
    "Referral Program": "Referrals",
    "Outbound": "Outbound",
}

PERSONA_LOGIT = {
    "Economic buyer": 0.25,
    "Operations leader": 0.35,
    "Technical evaluator": 0.05,
    "Marketing leader": -0.3,
    "End user": -0.35,
    "": -1.4,
}
SEGMENT_LOGIT = [-0.15, 0.15, 0.1]
REGION_LOGIT = [0.05, 0.0, -0.15]

STATUSES = ["New", "Engaged", "MQL", "Working", "Accepted", "Qualified", "Rejected", "Nurture"]
STAGES = ["inquiry", "", "handed_off", "working", "accepted", "qualified", "rejected", "recycled"]
NEW, ENGAGED, MQL, WORKING, ACCEPTED, QUALIFIED, REJECTED, NURTURE = range(8)

REASONS = [
    "Bad timing",
    "No budget",
    "Wrong persona",
    "Not a fit",
    "Duplicate",
    "Unreachable",
    "Student or job seeker",
    None,
]
REASON_WEIGHTS: dict[str, list[float]] = {
    "": [24, 17, 14, 16, 6, 14, 2, 8],
    "Paid Social": [14, 13, 18, 18, 4, 14, 11, 8],
    "Content Syndication": [9, 9, 26, 19, 6, 22, 2, 8],
    "Event": [18, 14, 20, 18, 8, 14, 3, 7],
}
