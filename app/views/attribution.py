"""Attribution on Marketing's page: who led to the revenue, by which model, whether the models agree, and that it all adds up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from app import charts, metrics
from app.charts import Bar, Rate
from app.charts import format as write
from app.filters import MODELS, SCOPES
from app.metrics import Reconciliation
from app.views import answers, cards, links, tables, words
from app.views.answers import Gap, Question

MODEL_NAMES = {
    "linear": "Linear", "first": "First touch", "last": "Last touch", "u_shaped": "U-shaped", "w_shaped": "W-shaped",
    "full_path": "Full path", "time_decay": "Time decay", "markov": "Markov chain", "shapley": "Shapley value",
}  # fmt: skip
SCOPE_NAMES = {"marketing": "Marketing's touches", "joint": "Both sides' touches"}
DEFINITIONS = {
    "handoff": "From a handed-over lead",
    "first touch": "First touch was marketing's",
    "lead source": "The deal's own lead source",
}
BY = {"channel": "Channel", "campaign": "Campaign", "marketing_team": "Team"}
NO_TOUCH = "no touch"
OF_TOUCHES = ("channel", "campaign", "marketing_team")
MOST_ROWS = 12
AGREES = 0.01  # models agree on a channel whose credit differs by less than this share of the revenue


@dataclass(frozen=True)
class Found:
    """Everything this part shows, asked together and remembered together."""

    rows: Sequence[answers.Row]
    by_model: Sequence[dict[str, object]]
    sourced: Sequence[dict[str, object]]
    verdicts: Sequence[dict[str, object]]
    sums: Reconciliation


def show(question: Question) -> None:
    """Draws the part of the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("### Attribution", anchors=False, width="content")
        model = st.selectbox("Model", MODELS, key="model", bind="query-params", format_func=MODEL_NAMES.get, label_visibility="collapsed", width=170)
        scope = st.selectbox("Touches", SCOPES, key="scope", bind="query-params", format_func=SCOPE_NAMES.get, label_visibility="collapsed", width=210)
        by = st.selectbox("By", [*BY], key="credit_by", bind="query-params", format_func=lambda name: f"By {BY[name].lower()}", label_visibility="collapsed", width=150)
    cards.guarded(lambda: _cards(question, model, scope, by))


def _cards(question: Question, model: str, scope: str, by: str) -> None:
    kept = tuple((name, values) for name, values in question.chosen if name not in OF_TOUCHES)
    whole = replace(question, chosen=kept)
    if kept != question.chosen:
        st.caption("Of all channels and marketing teams: credit is split between them.")
    answers.ask(whole, "attributed_revenue")
    found = _found(question.card.generation, question.card, question.period, kept, model, scope, by)
    with cards.threes():
        cards.card(whole, f"Revenue by {BY[by].lower()}: {MODEL_NAMES[model]}", "attributed_revenue", lambda: _credit(whole, found, by))
        cards.card(whole, "Do the models agree?", "attributed_revenue", lambda: _agreement(whole, found, model, by))
        cards.card(whole, "Sourced, by three definitions", "sourced_revenue", lambda: _sourced(whole, found))
    cards.card(whole, "Deals whose verdict depends on the model", "attributed_revenue", lambda: _verdicts(whole, found))


def _credit(question: Question, found: Found, by: str) -> None:
    if not found.sums.revenue:
        raise Gap("No revenue in this period.")
    rows = sorted(found.rows, key=lambda row: (row[by] == NO_TOUCH, row[by] is None, -float(row["value"])))
    shown = [_credit_bar(question, row, by, found.sums.revenue) for row in rows[:MOST_ROWS]]
    cards.chart(charts.bars(shown, f"Attributed revenue by {words.dimension(by)}"), "attributed_revenue", by)
    if len(rows) > MOST_ROWS:
        rest = sum(float(row["value"]) for row in rows[MOST_ROWS:])
        st.caption(words.plain(f"{len(rows) - MOST_ROWS} more, {write.money(rest, question.currency)} together."))
    _reconciliation(question, found.sums)


def _credit_bar(question: Question, row: answers.Row, by: str, revenue: float) -> Bar:
    name = "No touch" if row[by] == NO_TOUCH else words.value(by, row[by])
    label, share = write.money(float(row["value"]), question.currency), write.rate(float(row["value"]) / revenue)
    role = "track" if row[by] == NO_TOUCH else "marketing"
    key = None if row[by] == NO_TOUCH else row[by] or ""
    return Bar(key, name, float(row["value"]), label, role, share, "label", tip=f"{name}: {label}, {share} of revenue")


def _reconciliation(question: Question, sums: Reconciliation) -> None:
    """A mark that can turn red: what is on the screen adds up to revenue, to the cent, or it does not."""
    money = lambda value: f"{question.currency} {value:,.2f}"  # noqa: E731
    said = f"attributed {money(sums.attributed)} + no touch {money(sums.no_touch)} = revenue {money(sums.revenue)}; segments add up to {money(sums.by_segment)}"
    if sums.holds:
        st.caption(f":green[✓ Adds up:] {words.plain(said)}.")
    else:
        st.caption(f":red[✕ Does not add up:] {words.plain(said)}.")


def _agreement(question: Question, found: Found, model: str, by: str) -> None:
    most = max([float(row["high"]) for row in found.by_model] + [1e-9]) * 1.3  # room for the labels
    rows = sorted(found.by_model, key=lambda row: (row[by] == NO_TOUCH, -float(row["high"])))
    shown = [_range(question, row, by, model, most) for row in rows if row[by] != NO_TOUCH][:MOST_ROWS]
    if not shown:
        raise Gap("No touch led to the revenue of this period.")
    cards.chart(charts.rates(shown, f"Range of credit over all models by {words.dimension(by)}"), "attributed_revenue", by, "agreement")
    spread = [row for row in found.by_model if float(row["high"]) - float(row["low"]) > AGREES * found.sums.revenue]
    if spread:
        st.caption(f"Line: least to most credit of the nine models. Point: {MODEL_NAMES[model]}. They differ on {len(spread)} of {len(found.by_model)}.")
    else:
        st.caption(":green[All nine models agree] to 1 % of revenue: the argument is over.")


def _range(question: Question, row: dict[str, object], by: str, model: str, most: float) -> Rate:
    low, high, value = (float(row[name]) for name in ("low", "high", model))
    name, money = words.value(by, row[by]), (lambda amount: write.money(amount, question.currency))
    tip = f"{name}: " + ", ".join(f"{MODEL_NAMES[each]} {money(float(row[each]))}" for each in MODELS)
    return Rate(row[by] or "", name, value / most, low / most, high / most, f"{money(low)}–{money(high)}", "marketing", tip=tip)


def _sourced(question: Question, found: Found) -> None:
    revenue = float(found.sourced[0]["revenue"])
    if not revenue:
        raise Gap("No revenue in this period.")
    shown = [
        Bar(
            "sourced_revenue", DEFINITIONS[row["definition"]], float(row["value"]), write.money(float(row["value"]), question.currency),
            "marketing" if row["definition"] == "handoff" else "marketing_soft", write.rate(float(row["value"]) / revenue), "label",
            tip=f"{DEFINITIONS[row['definition']]}: {write.money(float(row['value']), question.currency)} from {write.plural(row['n'], 'deal')}",
        )
        for row in found.sourced
    ]  # fmt: skip
    cards.chart(charts.bars(shown, "Sourced revenue by three definitions"), "sourced", None)
    st.caption(":material/lock: The first is the one that counts everywhere in this scorecard. Right: share of revenue.")


def _verdicts(question: Question, found: Found) -> None:
    flipped = [row for row in found.verdicts if row["verdicts"] > 1]
    if not found.verdicts:
        raise Gap("No deal of this period had a touch.")
    if not flipped:
        st.caption(f"All nine models name the same channel first for every one of {write.plural(len(found.verdicts), 'deal')}: the argument is over.")
        return
    agreed = len(found.verdicts) - len(flipped)
    st.caption(f"For {write.count(agreed)} of {write.plural(len(found.verdicts), 'deal')} every model credits the same channel most; for these the models differ. Choose a row for its account.")
    frame = pd.DataFrame(
        {
            "Deal": [row["name"] for row in flipped],
            "Account": [row["account_name"] for row in flipped],
            "Amount": [row["amount"] for row in flipped],
            "Closed": [row["closed_on"] for row in flipped],
            "Channels that some model credits most": [row["channels"] for row in flipped],
        }
    )
    columns = {"Amount": tables.money(question.currency), "Closed": st.column_config.DateColumn(format="D MMM YYYY")}
    tables.choosable("verdicts", frame, columns, lambda place: links.go(links.account(flipped[place]["account_id"])), most_rows=8)


@st.cache_resource(max_entries=128, show_spinner=False)
def _found(generation: str, _card: object, period: object, chosen: answers.Chosen, model: str, scope: str, by: str) -> Found:
    where = dict(chosen)
    return Found(
        metrics.ask(_card, "attributed_revenue", period, (by,), where, model, scope).rows,
        metrics.by_model(_card, period, by, where, scope),
        metrics.sourced(_card, period, where),
        metrics.verdicts(_card, period, where, scope),
        metrics.reconcile(_card, period, where, model, scope),
    )
