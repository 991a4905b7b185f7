"""The crowd's view: which channels, campaigns, segments and personas bring leads that sales takes, and what becomes of them."""

from collections.abc import Callable

from app import charts
from app.charts import Bar, Pair, Rate
from app.charts import format as write
from app.views import answers, attribution, cards, links, pace, promises, sheet, shell, tables, tiles, why, words, worth
from app.views.answers import Question

HEAD = (
    "inquiries",
    "lead_volume",
    "acceptance_rate",
    "sourced_revenue",
    "influenced_revenue",
    "cost_per_accepted_lead",
)

LANE = ("lead_volume", "acceptance_rate")  # shown side by side
PICKS = ("why", "lever", "worth", *attribution.PICKS)


def show() -> None:
    """Draws the page."""
    question = shell.question()
    tiles.row(question, HEAD, "small")
    sheet.sheet(question, "marketing", lambda: _cards(question), PICKS)


def _cards(question: Question) -> None:
    why.row(question, "acceptance_rate", "marketing")
    sheet.row("threes")
    cards.card(question, "Leads and acceptance by channel", "acceptance_rate", _lanes(question, "channel"), _legend(question))
    cards.card(question, "Influenced and sourced revenue", "influenced_revenue", lambda: _revenue(question))
    cards.card(question, "Cost per accepted lead", "cost_per_accepted_lead", lambda: _cost(question))
    cards.card(question, "Leads and acceptance by segment", "acceptance_rate", _lanes(question, "segment"))
    cards.card(question, "Leads and acceptance by persona", "acceptance_rate", _lanes(question, "persona"))
    cards.card(question, "Why leads came back", "rejection_reasons", lambda: _reasons(question))
    promises.recycled_card(question)
    promises.time_card(question)
    worth.card(question, "channel")
    attribution.show(question)
    sheet.row("threes")
    cards.card(question, "Does the score work?", "score_calibration", lambda: _calibration(question))
    cards.card(question, "Leads on pace?", "lead_volume", lambda: pace.draw(question, "lead_volume", "marketing"))
    cards.card(question, "Pipeline on pace?", "pipeline_created", lambda: pace.draw(question, "pipeline_created", "joint"))
    sheet.row()
    cards.card(question, "Campaigns", "lead_volume", lambda: _campaigns(question))


def _legend(question: Question) -> str:
    days = f"{question.card.facts['acceptance_window_days']:g}"
    return f"Bars: leads handed over. Points: share accepted within {days} days, 95 % interval; dashed: all."


def _lanes(question: Question, dimension: str) -> Callable[[], None]:
    """Lead volume beside acceptance by one dimension."""

    def draw() -> None:
        volume = answers.split(question, "lead_volume", dimension, LANE)
        accepted = {row[dimension]: row for row in answers.split(question, "acceptance_rate", dimension, LANE)}
        overall = answers.ask(question, "acceptance_rate").row["value"]
        rows = [_lane(dimension, row, accepted.get(row[dimension], {})) for row in volume]
        cards.chart(
            charts.lanes(rows, f"Leads and acceptance by {words.dimension(dimension)}", overall),
            "lead_volume",
            dimension,
        )

    return draw


def _lane(dimension: str, volume: answers.Row, accepted: answers.Row) -> Rate:
    name, share = words.value(dimension, volume[dimension]), accepted.get("value")
    tip = f"{name}: {write.plural(volume['value'], 'lead')}, {tables.basis(accepted, 'accepted')}"
    label = write.number(share, "rate")
    return Rate(
        volume[dimension] or "", name, share, accepted.get("low"), accepted.get("high"), label, "marketing",
        volume["value"], write.count(volume["value"]), tip,
    )  # fmt: skip


def _revenue(question: Question) -> None:
    influenced = answers.split(question, "influenced_revenue", "channel")
    sourced = {row["channel"]: row["value"] for row in answers.ask(question, "sourced_revenue", ("channel",)).rows}
    total = answers.ask(question, "influenced_revenue").row["value"]
    money = lambda value: write.money(value or 0, question.currency)  # noqa: E731
    is_more = sum(row["value"] or 0 for row in influenced) >= (total or 0) + 0.01
    whole = f"adds up to more than the total of {money(total)}, as several channels can touch one deal" if is_more else f"{money(total)} in all"
    cards.caption(f"Upper bar: influenced, {words.plain(whole)}. Lower: sourced.")
    rows = [
        Pair(row["channel"] or "", words.value("channel", row["channel"]), row["value"] or 0, money(row["value"]),
             sourced.get(row["channel"]) or 0, money(sourced.get(row["channel"])))
        for row in influenced
    ]  # fmt: skip
    cards.chart(
        charts.pairs(rows, ("marketing", "marketing_soft"), "Influenced and sourced revenue by channel", ("influenced", "sourced")),
        "influenced_revenue",
        "channel",
    )


def _reasons(question: Question) -> None:
    rows = answers.split(question, "rejection_reasons", "reason")
    total = sum(row["value"] for row in rows)
    shown = [
        Bar(row["reason"] or "", words.value("reason", row["reason"]).capitalize(), row["value"], write.count(row["value"]), "marketing",
            write.rate(row["value"] / total), tip=f"{row['reason']}: {row['value']} of {total}")
        for row in rows
    ]  # fmt: skip
    cards.chart(charts.bars(shown, f"{total} rejected leads by reason"), "rejection_reasons", "reason")


def _calibration(question: Question) -> None:
    """Acceptance by tenth of the score; one that works rises from top to bottom."""
    rows = answers.ask(question, "score_calibration", ("decile",)).rows
    shown = [
        Rate(str(row["decile"]), _tenth(row["decile"]), row["value"], row["low"], row["high"], write.number(row["value"], "rate"), "marketing",
             tip=f"{_tenth(row['decile'])}: {tables.basis(row, 'accepted')}, {write.number(row['won_rate'], 'rate')} won")
        for row in rows
    ]  # fmt: skip
    overall = answers.ask(question, "score_calibration").row["value"]
    cards.chart(charts.rates(shown, "Acceptance by tenth of the lead score", overall), "score_calibration", "decile")
    cards.caption("Tenths of the scored leads, lowest scores first; share accepted, 95 % interval. A score that works rises.")


def _tenth(decile: int) -> str:
    return {1: "Lowest tenth", 10: "Highest tenth"}.get(decile, f"{decile}th" if decile > 3 else ("2nd", "3rd")[decile - 2])


def _cost(question: Question) -> None:
    rows = [row for row in answers.split(question, "cost_per_accepted_lead", "channel") if row["value"]]
    if not rows:
        raise answers.Gap("No media spend in this period.")
    shown = [
        Bar(row["channel"] or "", words.value("channel", row["channel"]), row["value"], write.money(row["value"], question.currency), "marketing",
            tip=f"{words.value('channel', row['channel'])}: {write.money(row['value'], question.currency)} for each of {write.count(row['n'])}")
        for row in rows
    ]  # fmt: skip
    cards.caption("Of the channels with media spend. Spend knows no segment, region or team.")
    cards.chart(charts.bars(shown, "Cost per accepted lead by channel"), "cost_per_accepted_lead", "channel")


def _campaigns(question: Question) -> None:
    volume = answers.split(question, "lead_volume", "campaign", LANE)
    accepted = tables.by_key(answers.ask(question, "acceptance_rate", ("campaign",), LANE).rows, "campaign")
    sourced = tables.by_key(_maybe(question, "sourced_revenue"), "campaign")
    cost = tables.by_key(_maybe(question, "cost_per_accepted_lead"), "campaign")
    names = [row["campaign"] for row in volume]
    data = {
            "Campaign": [words.value("campaign", name) for name in names],
            "Leads handed over": [row["value"] for row in volume],
            "Accepted": [tables.percent(accepted.get(name)) for name in names],
            "Of ripe leads": [(accepted.get(name) or {}).get("n") for name in names],
            "Sourced revenue": [tables.number(sourced.get(name)) for name in names],
            "Cost per accepted lead": [tables.number(cost.get(name)) or None for name in names],
    }
    columns = {
        "Campaign": tables.text(large=True),
        "Leads handed over": tables.bar("%,d", max(data["Leads handed over"]), "marketing"),
        "Accepted": tables.bar("%.0f %%", 100, "marketing"),
        "Of ripe leads": tables.whole(),
        "Sourced revenue": tables.money(question.currency),
        "Cost per accepted lead": tables.money(question.currency),
    }
    to = links.each(lambda name: links.records("lead_volume", campaign=name))
    cards.caption("Choose a row to see its leads.")
    tables.choosable("campaigns", data, columns, lambda place: to(names[place]))


def _maybe(question: Question, name: str) -> tuple[answers.Row, ...]:
    """Rows by campaign; none where the metric does not fit the filters."""
    try:
        return answers.ask(question, name, ("campaign",)).rows
    except answers.Gap:
        return ()
