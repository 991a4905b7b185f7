"""Attribution on Marketing's page: who led to the revenue, by which model, whether the models agree, and that it all adds up."""

from collections.abc import Sequence
from dataclasses import dataclass

from app import charts, metrics
from app.charts import Bar, Rate
from app.charts import format as write
from app.filters import MODELS, SCOPES
from app.metrics import Reconciliation
from app.views import answers, cards, links, sheet, tables, words
from app.views.ahead import remembered
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
MOST_ROWS = 12
MOST_DEALS = 100  # in the list of those whose verdict depends on the model
AGREES = 0.01  # models agree on a channel whose credit differs by less than this share of the revenue


@dataclass(frozen=True)
class Found:
    """Everything this part shows, asked together and remembered together."""

    rows: Sequence[answers.Row]
    by_model: Sequence[dict[str, object]]
    sourced: Sequence[dict[str, object]]
    verdicts: Sequence[dict[str, object]]
    sums: Reconciliation


PICKS = ("model", "scope", "credit_by")


def show(question: Question) -> None:
    """Draws the part of the page."""
    sheet.row()
    with sheet.card():
        cards.head("Attribution")
        model = sheet.choose("model", "Model", {name: model for model, name in MODEL_NAMES.items()}, MODEL_NAMES[MODELS[0]])
        scope = sheet.choose("scope", "Touches", {name: scope for scope, name in SCOPE_NAMES.items()}, SCOPE_NAMES[SCOPES[0]])
        by = sheet.choose("credit_by", "By", {f"By {name.lower()}": by for by, name in BY.items()}, "By channel")
    whole = question.without_touches()
    cards.guarded(lambda: _cards(whole, model, scope, by, whole.chosen != question.chosen))


def _cards(whole: Question, model: str, scope: str, by: str, is_wider: bool) -> None:
    answers.opened(whole, "attributed_revenue")
    found = _found(whole, model, scope, by)
    if is_wider:
        cards.caption("Of all channels and marketing teams: credit is split between them.")
    sheet.row("threes")
    cards.card(whole, f"Revenue by {BY[by].lower()}: {MODEL_NAMES[model]}", "attributed_revenue", lambda: _credit(whole, found, by))
    cards.card(whole, "Do the models agree?", "attributed_revenue", lambda: _agreement(whole, found, model, by))
    cards.card(whole, "Sourced, by three definitions", "sourced_revenue", lambda: _sourced(whole, found))
    sheet.row()
    cards.card(whole, "Deals whose verdict depends on the model", "attributed_revenue", lambda: _verdicts(whole, found))


def _credit(question: Question, found: Found, by: str) -> None:
    if not found.sums.revenue:
        raise Gap("No revenue in this period.")
    rows = sorted(found.rows, key=lambda row: (row[by] == NO_TOUCH, row[by] is None, -float(row["value"])))
    shown = [_credit_bar(question, row, by, found.sums.revenue) for row in rows[:MOST_ROWS]]
    cards.chart(charts.bars(shown, f"Attributed revenue by {words.dimension(by)}"), "attributed_revenue", by)
    if len(rows) > MOST_ROWS:
        rest = sum(float(row["value"]) for row in rows[MOST_ROWS:])
        cards.caption(words.plain(f"{len(rows) - MOST_ROWS} more, {write.money(rest, question.currency)} together."))
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
        cards.caption(f":green[✓ Adds up:] {words.plain(said)}.")
    else:
        cards.caption(f":red[✕ Does not add up:] {words.plain(said)}.")


def _agreement(question: Question, found: Found, model: str, by: str) -> None:
    most = max([float(row["high"]) for row in found.by_model] + [1e-9]) * 1.3  # room for the labels
    rows = sorted(found.by_model, key=lambda row: (row[by] == NO_TOUCH, -float(row["high"])))
    shown = [_range(question, row, by, model, most) for row in rows if row[by] != NO_TOUCH][:MOST_ROWS]
    if not shown:
        raise Gap("No touch led to the revenue of this period.")
    cards.chart(charts.rates(shown, f"Range of credit over all models by {words.dimension(by)}"), "attributed_revenue", by, "agreement")
    spread = [row for row in found.by_model if float(row["high"]) - float(row["low"]) > AGREES * found.sums.revenue]
    if spread:
        cards.caption(f"Line: least to most credit of the nine models. Point: {MODEL_NAMES[model]}. They differ on {len(spread)} of {len(found.by_model)}.")
    else:
        cards.caption(":green[All nine models agree] to 1 % of revenue: the argument is over.")


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
    cards.caption("The first is the one that counts everywhere in this scorecard. Right: share of revenue.")


def _verdicts(question: Question, found: Found) -> None:
    if not found.verdicts:
        raise Gap("No deal of this period had a touch.")
    deals, disputed = found.verdicts[0]["deals"], found.verdicts[0]["disputed"]
    if not disputed:
        cards.caption(f"All nine models name the same channel first for every one of {write.plural(deals, 'deal')}: the argument is over.")
        return
    flipped = [row for row in found.verdicts if row["verdicts"] > 1]
    same, all_deals = write.count(deals - disputed), write.plural(deals, "deal")
    below = "below" if disputed == len(flipped) else f"of which the largest {len(flipped)} are below"
    differ = f"for the other {write.count(disputed)}, {below}, the models differ"
    cards.caption(f"For {same} of {all_deals} every model credits the same channel most; {differ}. Choose a row for its account.")
    data = {
        "Deal": [row["name"] for row in flipped],
        "Account": [row["account_name"] for row in flipped],
        "Amount": [row["amount"] for row in flipped],
        "Closed": [row["closed_on"] for row in flipped],
        "Channels that some model credits most": [row["channels"] for row in flipped],
    }
    columns = {"Amount": tables.money(question.currency), "Closed": tables.day()}
    to = links.each(links.account)
    tables.choosable("verdicts", data, columns, lambda place: to(flipped[place]["account_id"]), most_rows=8)


def _found(question: Question, model: str, scope: str, by: str) -> Found:
    rows = _by_model(question, scope, by)
    return Found(
        [{by: row[by], "value": row[model]} for row in rows], rows, _three_definitions(question), _verdicts_of(question, scope), _sums(question, model, scope),
    )  # fmt: skip


@remembered(128)
def _by_model(question: Question, scope: str, by: str) -> list[answers.Row]:
    return metrics.by_model(question.card, question.period, by, dict(question.chosen), scope)


@remembered(128)
def _three_definitions(question: Question) -> list[answers.Row]:
    return metrics.sourced(question.card, question.period, dict(question.chosen))


@remembered(128)
def _verdicts_of(question: Question, scope: str) -> list[answers.Row]:
    return metrics.verdicts(question.card, question.period, dict(question.chosen), scope, MOST_DEALS)


@remembered(128)
def _sums(question: Question, model: str, scope: str) -> Reconciliation:
    credit = {row["channel"]: row[model] for row in _by_model(question, scope, "channel")}
    return metrics.reconcile(question.card, question.period, dict(question.chosen), credit, float(answers.ask(question, "revenue").row["value"] or 0))
