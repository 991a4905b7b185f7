"""Both dialects: the scorecard in marketing's words and in sales' words. Titles and groups change here, and no number does.

The words are one closed dictionary, by metric; what has no entry keeps its shared name. A definition is never reworded: it says the
shared name. Groups of a sum are shown beside its total, and whether they add up to it is worked out from the rows on the screen.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from app import metrics
from app.notes import Author
from app.views import answers, sheet, words
from app.views.ahead import remembered
from app.views.answers import Gap, Question, Row
from app.views.tiles import Tile

KEY = "words"
MOST = 6  # bars of a card: the largest groups, the others together, and those without a value
LETTERS = 22  # of a name beside its bar
HALF_A_CENT = 0.005
PARTS = ("account", "deal")


@dataclass(frozen=True)
class Group:
    """A group of a sum: its value or id (None: it has none), what it is called, how much it is, whether it is several in one, and its full name where that is cut."""

    key: str | None
    name: str
    value: float
    is_rest: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Grouping:
    """How a side groups a sum: the card's title, what stands in the address, and the ways by their names (the first is the usual)."""

    title: str
    key: str
    ways: Mapping[str, str]


@dataclass(frozen=True)
class Dialect:
    """A side's words: titles and units of metrics, the five steps from inquiry to won, titles of cards, and the groups of the two sums."""

    side: str
    thing: str
    titles: Mapping[str, str]
    units: Mapping[str, str]
    steps: tuple[str, str, str, str, str]
    way: str
    waiting: str
    leads: Grouping
    revenue: Grouping

    def reword(self, name: str, shown: Tile) -> Tile:
        """A metric's tile with this side's title and unit; its definition says the shared name."""
        if name not in self.titles:
            return shown
        unit = self.units.get(name, shown.unit) if shown.value else ""
        return replace(shown, title=self.titles[name], unit=unit, says=f"Shared name: {shown.title}. {shown.says}")


MARKETING = Dialect(
    side="marketing",
    thing="MQL",
    titles={
        "lead_volume": "MQLs handed to sales",
        "acceptance_rate": "MQL to SAL acceptance",
        "revenue_influence": "Marketing-influenced revenue",
        "cost_per_accepted_lead": "Cost per SAL",
        "response_time": "MQL response time",
        "response_sla": "MQL response SLA",
        "win_rate": "Opportunity win rate",
        "revenue": "Revenue won",
        "joint_work": "Work with sales",
    },
    units={"lead_volume": "MQLs", "acceptance_rate": "of MQLs"},
    steps=("Inquiries", "MQLs", "SALs", "SQLs", "Won"),
    way="From inquiry to MQL, SAL, SQL and won",
    waiting="MQLs waiting for sales now",
    leads=Grouping("MQLs handed to sales", "mqls_by", {"By segment": "segment", "By campaign": "campaign", "By persona": "persona"}),
    revenue=Grouping("Revenue won", "revenue_by", {"By segment": "segment", "By persona": "persona"}),
)
SALES = Dialect(
    side="sales",
    thing="lead",
    titles={
        "lead_volume": "Leads received",
        "acceptance_rate": "Leads we took",
        "revenue_influence": "Revenue marketing touched",
        "inquiries": "People who inquired",
        "cost_per_accepted_lead": "Cost per lead we took",
        "sourced_revenue": "Revenue from leads",
        "response_time": "Our response time",
        "response_sla": "Answered in time",
        "pipeline_created": "New pipeline",
        "coverage": "Quota coverage",
        "win_rate": "Share of deals won",
        "revenue": "Closed-won revenue",
        "joint_work": "Work with marketing",
    },
    units={"lead_volume": "leads", "acceptance_rate": "of those offered"},
    steps=("Inquired", "Received", "Taken", "Became deals", "Won"),
    way="From inquiry to deal won",
    waiting="Leads waiting for us now",
    leads=Grouping("Leads received", "leads_by", {"By rep": "owner", "By account": "account"}),
    revenue=Grouping("Closed-won revenue", "closed_by", {"By rep": "owner", "By deal": "deal"}),
)
DIALECTS = {"Both": None, "Marketing": MARKETING, "Sales": SALES}
KEYS = (KEY, MARKETING.leads.key, MARKETING.revenue.key, SALES.leads.key, SALES.revenue.key)


def address() -> dict[str, str]:
    """What the switch and the selectors say, as it stands in the address; nothing where they are as at first."""
    return {key: st.query_params[key] for key in KEYS if key in st.query_params}


def usual(author: Author | None) -> str:
    """The words of an address that names none: those of the reader's own side, if he has said which, else the shared ones."""
    return author.side.capitalize() if author else "Both"


def chosen(author: Author | None) -> Dialect | None:
    """The words that the reader has chosen; None are the shared ones."""
    asked = st.query_params.get(KEY)
    return DIALECTS[asked if asked in DIALECTS else usual(author)]


def keep() -> None:
    """On the scorecard: what the address says of the words is what the navigation leads back to."""
    asked = st.query_params.get(KEY)
    st.session_state["kept words"] = {KEY: asked} if asked in DIALECTS else {}


def kept() -> dict[str, str]:
    """The words that the reader chose when he was last on the scorecard, as they stand in the address; nothing where he chose none."""
    return st.session_state.get("kept words", {})


def way(grouping: Grouping) -> str:
    """The selector of a card; returns the dimension (or `account`, `deal`) that is chosen."""
    return sheet.choose(grouping.key, "Groups", grouping.ways, next(iter(grouping.ways)), is_beside=True)


def groups(question: Question, metric: str, by: str) -> list[Group]:
    """A sum in groups, each once: the largest first, then the others in one, then what has no value. Raises Gap as `answers.ask` does."""
    if by not in PARTS:
        rows = [(row[by], words.value(by, row[by]), row["value"]) for row in answers.split(question, metric, by)]
        return _fewest([Group(key, name, float(value or 0)) for key, name, value in rows], "others")
    answers.opened(question, metric)
    rows = _parts(question, by)
    if not rows:
        raise Gap(answers.nothing(question, answers.find(metric)))
    full = [row["name"] or words.value(by, row["id"]) for row in rows]
    found = [Group(row["id"], name, float(row["value"]), tip=tip) for row, name, tip in zip(rows, _told_apart(full), full, strict=True)]
    return _fewest(found, f"other {by}s")


def total(question: Question, metric: str) -> float:
    """What the groups have to add up to: the number of the tile."""
    return float(answers.ask(question, metric).row["value"] or 0)


def adds_up(shown: Sequence[Group], whole: float, unit: str, thing: str, currency: str) -> str:
    """Whether what is on the screen adds up to the total, to the cent, as a line of Markdown."""
    added = sum(group.value for group in shown)
    said, should = (_exactly(value, unit, thing, currency) for value in (added, whole))
    if abs(added - whole) < HALF_A_CENT:
        return f":green[✓ Adds up] to {words.plain(said)}, whatever the words."
    return f":red[✕ Does not add up:] {words.plain(said)} here, {words.plain(should)} in total."


def _exactly(value: float, unit: str, thing: str, currency: str) -> str:
    return f"{currency} {value:,.2f}" if unit == "money" else f"{value:,.0f} {thing}{'' if value == 1 else 's'}"


def _fewest(found: list[Group], others: str) -> list[Group]:
    """No more groups than fit a card: what does not stands together, under the number of groups that are in it."""
    named, nameless = [one for one in found if one.key], [one for one in found if not one.key]
    most = MOST - len(nameless)
    if len(named) > most:
        rest = named[most - 1 :]
        named = [*named[: most - 1], Group(None, f"{len(rest):,} {others}", round(sum(one.value for one in rest), 2), is_rest=True)]
    return [*named, *nameless]


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names that fit beside a bar on a phone. A chart draws a name once: of equal ones, the second and later get a number."""
    seen: Counter[str] = Counter()
    apart = []
    for full in names:
        name = full if len(full) <= LETTERS else f"{full[: LETTERS - 1].rstrip()}…"
        seen[name] += 1
        apart.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return apart


@remembered(64)
def _parts(question: Question, kind: str) -> list[Row]:
    return metrics.parts(question.card, kind, question.period, dict(question.chosen))
