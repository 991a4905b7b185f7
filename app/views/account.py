"""One account's whole story: what it is, who owns what next, both sides' touches in time, its people, leads and deals."""

from collections.abc import Callable, Mapping

import pyarrow as pa
import streamlit as st

from app import charts, metrics
from app.charts import format as write
from app.charts.story import Moment
from app.metrics import Scorecard
from app.views import cards, links, shell, tables, words
from app.views.answers import Gap, Question

MOST_FOUND = 50
DEALS = ("name", "stage", "amount", "created_on", "closed_on", "owner", "is_sourced")
PEOPLE = ("name", "title", "persona", "marketing_touches", "sales_touches", "last_touch_at")
LEADS = ("name", "persona", "channel", "campaign", "handed_at", "outcome", "decided_at", "reason", "response_hours", "owner")
LANES = {"marketing": "Marketing", "sales": "Sales", "deal": "Deals", "both": "Together"}


def show() -> None:
    """Draws the account that the address names; else the search."""
    question = shell.question()
    account_id = st.query_params.get("account", "")
    if not account_id:
        cards.guarded(lambda: _search(question))
        return
    st.button("All accounts", icon=":material/arrow_back:", type="tertiary", on_click=lambda: links.go(links.href("account")))
    cards.guarded(lambda: _account(question, account_id))


def _search(question: Question) -> None:
    text = st.text_input(
        "Search", key="find_account", bind="query-params", placeholder="Search accounts by name", icon=":material/search:",
        label_visibility="collapsed",
    )  # fmt: skip
    found = _found(question.card.generation, question.card, text or "")
    if not found:
        raise Gap(f"No account's name contains “{text}”.")
    more = f"The first {MOST_FOUND}: search to find others. " if len(found) == MOST_FOUND else ""
    st.caption(f"{more}Accounts with the largest open amounts first. Choose a row to read its story. Period and filters do not narrow this list.")
    columns = ["name", "segment", "region", "tier", "owner", "open_amount", "won_amount"]
    data = {words.column(name): [row[name] for row in found] for name in columns}
    kinds = {words.column(name): tables.money(question.currency) for name in ("open_amount", "won_amount")}
    tables.choosable("accounts", data, kinds, lambda place: links.account(found[place]["account_id"]), most_rows=20)


def _account(question: Question, account_id: str) -> None:
    facts, chapters = _story(question.card.generation, question.card, account_id)
    _head(question, facts)
    left, right = st.columns([1, 2], gap="small")
    with left:
        _part("Next", lambda: _next(chapters["next"]))
    with right:
        _part("Deals", lambda: _table(question, chapters["deals"], "deal", DEALS, 7))
    _part("The story so far", lambda: _timeline(question, chapters["story"]))
    _part("People", lambda: _table(question, chapters["people"], "person", PEOPLE, 8))
    _part("Leads handed over", lambda: _table(question, chapters["handoffs"], "lead", LEADS, 8))


def _part(title: str, draw: Callable[[], None]) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"### {title}", anchors=False)
        cards.guarded(draw)


def _head(question: Question, facts: Mapping[str, object]) -> None:
    kinds = [str(facts[name]) for name in ("segment", "region", "industry") if facts[name]]
    owner = f"Owner: {facts['owner']}" + ("" if facts["is_owner_active"] else " (left)") if facts["owner"] else "No owner"
    badge = " :orange-badge[Major account]" if facts["tier"] == "major" else ""
    st.markdown(f"## {words.plain(facts['name'])}{badge}", anchors=False)
    money = lambda name: write.money(float(facts[name]), question.currency)  # noqa: E731
    worth = f"{money('won_amount')} won in {write.plural(facts['deals_won'], 'deal')}, {money('open_amount')} open in {write.plural(facts['open_deals'], 'deal')}"
    st.caption(words.plain(" · ".join([*kinds, owner, worth])))
    for reason in facts["forgotten"] or []:
        st.markdown(f":red[:material/error:] Forgotten: {words.plain(reason)}.")


def _next(table: pa.Table) -> None:
    rows = table.to_pylist()
    if not rows:
        raise Gap("Nothing is open: no undecided lead, no open deal.")
    for row in rows[:8]:
        waited = f", waiting {write.hours(row['waited_hours'])}" if row["waited_hours"] is not None else ""
        due = "" if row["waited_hours"] is not None else f", expected {write.full_day(row['due_on'])}" if row["due_on"] else ""
        st.markdown(words.plain(f"{row['what']}: {row['who'] or 'nobody'}{waited}{due}"))
    if len(rows) > 8:
        st.caption(f"and {len(rows) - 8} more")


def _timeline(question: Question, table: pa.Table) -> None:
    rows = table.to_pylist()
    if not rows:
        raise Gap("Nobody has touched this account, and it has no lead and no deal.")
    moments = [
        Moment(row["occurred_at"], LANES[row["lane"]], row["lane"] if row["lane"] in ("marketing", "sales") else "joint", _is_turn(row), _line(row))
        for row in rows
        if row["occurred_at"]
    ]
    drawing = charts.story(moments, [*LANES.values()], f"{len(rows)} moments of this account in time")
    cards.plot(drawing, "story")
    st.caption("Dots: touches. Diamonds: handovers, decisions, deals. The newest first below.")
    spoken = [
        {
            "occurred_at": row["occurred_at"], "side": LANES[row["lane"]], "what": str(row["what"]).capitalize(), "who": row["who"],
            "detail": row["detail"], "by_whom": row["by_whom"],
        }
        for row in rows
    ]  # fmt: skip
    tables.listing(pa.Table.from_pylist(spoken, schema=_SPOKEN), question.currency, "The story so far", 12)


_SPOKEN = pa.schema([("occurred_at", pa.timestamp("us")), *((name, pa.string()) for name in ("side", "what", "who", "detail", "by_whom"))])


def _is_turn(row: Mapping[str, object]) -> bool:
    return row["lane"] in ("deal", "both") or row["what"] in ("handed over", "accepted", "rejected")


def _line(row: Mapping[str, object]) -> str:
    parts = (str(row["what"]).capitalize(), row["who"], row["detail"], row["by_whom"] and f"by {row['by_whom']}")
    return " · ".join(str(part) for part in parts if part)


def _table(question: Question, table: pa.Table, thing: str, shown: tuple[str, ...], most_rows: int) -> None:
    if not table.num_rows:
        raise Gap(f"No {thing}.")
    tables.listing(table.select(shown), question.currency, f"Every {thing} of this account", most_rows)


@st.cache_resource(max_entries=256, show_spinner=False)
def _found(generation: str, _card: Scorecard, text: str) -> list[dict[str, object]]:
    return metrics.find_accounts(_card, text, MOST_FOUND)


@st.cache_resource(max_entries=64, show_spinner=False)
def _story(generation: str, _card: Scorecard, account_id: str) -> tuple[dict[str, object], dict[str, pa.Table]]:
    return metrics.account(_card, account_id), metrics.chapters(_card, account_id)
