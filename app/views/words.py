"""Words people read: of dimensions, of record columns, of periods."""

import re

from app.charts import format as write
from app.charts.format import THINGS as THINGS
from app.charts.format import listed as listed
from app.charts.format import sentence as sentence
from app.filters import Period

DIMENSIONS = {
    "marketing_team": "marketing team", "sales_team": "sales team", "age": "days waited",
}  # fmt: skip
NAMELESS = {"owner": "Nobody", "reason": "No reason given"}
COLORS = {"joint": "gray", "marketing": "violet", "sales": "green"}  # of badges, as Markdown names them
OWNERS = {"joint": "Marketing and sales", "marketing": "Marketing", "sales": "Sales"}
UNITS = {"count": "number", "money": "money", "rate": "share", "ratio": "ratio", "hours": "hours", "days": "days"}

# Where an invisible mark keeps Markdown from making a link: no backslash does.
LOOKS_LIKE_LINK = re.compile(r"(?<=www)(?=\.)|(?<=http:)(?=//)|(?<=https:)(?=//)|(?=@)", re.I)

# column: (what people call it, kind)
COLUMNS = {
    "lead_id": ("Lead record", "text"),
    "person_id": ("Person record", "text"),
    "opportunity_id": ("Opportunity record", "text"),
    "name": ("Name", "text"),
    "title": ("Title", "text"),
    "company": ("Company", "text"),
    "account_name": ("Account", "text"),
    "segment": ("Segment", "text"),
    "region": ("Region", "text"),
    "industry": ("Industry", "text"),
    "tier": ("Tier", "text"),
    "channel": ("Channel", "text"),
    "source": ("Lead source", "text"),
    "campaign": ("Campaign", "text"),
    "persona": ("Persona", "text"),
    "handed_at": ("Handed over", "moment"),
    "outcome": ("Outcome", "text"),
    "decided_at": ("Decided", "moment"),
    "reason": ("Reason", "text"),
    "first_response_at": ("First response", "moment"),
    "response_hours": ("Response, hours", "hours"),
    "age_days": ("Age, days", "count"),
    "is_implied": ("Taken without an offer", "flag"),
    "is_recycled_in": ("Came back", "flag"),
    "score": ("Score", "number"),
    "marketing_team": ("Marketing team", "text"),
    "sales_team": ("Sales team", "text"),
    "owner": ("Owner", "text"),
    "stage": ("Stage", "text"),
    "amount": ("Amount", "money"),
    "created_on": ("Created", "day"),
    "closed_on": ("Close", "day"),
    "is_won": ("Won", "flag"),
    "is_closed": ("Closed", "flag"),
    "is_sourced": ("From a handed-over lead", "flag"),
    "is_influenced": ("Marketing touched it", "flag"),
    "marketing_touches": ("Marketing touches", "count"),
    "inquired_at": ("First inquiry", "moment"),
    "table_name": ("Table", "text"),
    "files": ("Files", "count"),
    "rows_read": ("Rows read", "count"),
    "kept": ("Kept", "count"),
    "quarantined": ("Quarantined", "count"),
    "deleted": ("Deleted at the source", "count"),
    "synced_at": ("Newest sync, UTC", "moment"),
    "newest_at": ("Newest entry, UTC", "moment"),
    "file": ("File", "text"),
    "row_no": ("Row", "count"),
    "column_name": ("Column", "text"),
    "value": ("Value", "text"),
    "map": ("Map", "text"),
    "row_count": ("Rows", "count"),
    "what": ("What", "text"),
    "example": ("For example", "text"),
    "adds_up": ("Adds up", "text"),
    "is_owner_active": ("Owner is active", "flag"),
    "account_id": ("Account record", "text"),
    "open_deals": ("Open deals", "count"),
    "open_amount": ("Open amount", "money"),
    "paid_on": ("Day", "day"),
    "side": ("Side", "text"),
    "for_what": ("For", "text"),
    "done_on": ("Day", "day"),
    "kind": ("Kind", "text"),
    "marketing_member": ("From marketing", "text"),
    "sales_member": ("From sales", "text"),
    "note": ("Note", "text"),
    "last_touch_at": ("Last touch", "moment"),
    "sales_touches": ("Sales touches", "count"),
    "occurred_at": ("When, UTC", "moment"),
    "by_whom": ("By", "text"),
    "won_amount": ("Won so far", "money"),
}


def plain(text: object) -> str:
    """Text of an address, a file or a formula of money, so that Markdown shows it as it is, and makes no links of what looks like one."""
    return re.sub(r"([\\`*_{}\[\]()#$:~<>|!])", r"\\\1", LOOKS_LIKE_LINK.sub("\N{WORD JOINER}", str(text)))


def dimension(name: str) -> str:
    """What people call a dimension."""
    return DIMENSIONS.get(name, name.replace("_", " "))


def value(name: str, chosen: object) -> str:
    """What people call a value of a dimension; None is a group of its own."""
    if chosen in (None, ""):
        return NAMELESS.get(name, f"No {dimension(name)}")
    return f"{chosen} days".capitalize() if name == "age" else str(chosen)


def period(chosen: Period) -> str:
    """1 Oct – 31 Dec 2026; the last day is inside."""
    last = chosen.end.fromordinal(chosen.end.toordinal() - 1)
    first = write.day(chosen.start) if chosen.start.year == last.year else write.full_day(chosen.start)
    return f"{first} – {write.full_day(last)}"


def column(name: str) -> str:
    """What people call a record's column."""
    return COLUMNS[name][0] if name in COLUMNS else name.replace("_", " ").capitalize()
