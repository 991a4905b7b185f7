"""The individual's view: who answers, takes and wins, and who still waits."""

from app import charts, metrics
from app.charts import Bar, Rate
from app.charts import format as write
from app.views import answers, cards, cohorts, links, pace, promises, scorecard, sheet, shell, tables, tiles, why, words, worth
from app.views.ahead import remembered
from app.views.answers import Question

HEAD = (
    "response_time", "response_sla", "acceptance_rate", "worked_after_acceptance", "qualification_rate", "win_rate", "sales_cycle",
    "revenue",
)  # fmt: skip
BESIDE = {  # what is shown by each dimension
    "sales_team": ("response_sla", "acceptance_rate", "win_rate", "worked_after_acceptance"),
    "segment": ("win_rate", "deals_won", "revenue"),
    "owner": ("lead_volume", "response_time", "response_sla", "acceptance_rate", "deals_won", "revenue", "win_rate"),
}
JOINT_WORK = {True: "With joint work", False: "Without"}
MOST_FORGOTTEN = 100  # rows of the list of forgotten accounts
LONGEST = 40  # rows of the list of undecided leads; all of them are a click away


def show() -> None:
    """Draws the page."""
    question = shell.question()
    answers.landings(question, "won_rate")  # with it those of the tiles, in one question
    tiles.row(question, HEAD, "small")
    sheet.sheet(question, "sales", lambda: _cards(question), ("why", "lever", "worth"))


def _cards(question: Question) -> None:
    why.row(question, "win_rate", "sales")
    sheet.row("threes")
    promises.answered_card(question, BESIDE["sales_team"])
    promises.pile_card(question)
    promises.time_card(question)
    promises.never_worked_card(question, BESIDE["sales_team"])
    promises.recycled_card(question)
    worth.card(question, "sales_team", BESIDE["sales_team"])
    sheet.row("threes")
    cards.card(question, "Response time by team", "response_time", lambda: _response(question))
    _rate_card(question, "Response SLA by team", "response_sla", "sales_team", "answered in time")
    _rate_card(question, "Acceptance by team", "acceptance_rate", "sales_team", "accepted")
    _rate_card(question, "Win rate by team", "win_rate", "sales_team", "won")
    _rate_card(question, "Win rate by segment", "win_rate", "segment", "won")
    cards.card(question, "Deals won by segment", "revenue", lambda: _won(question))
    _rate_card(question, "Worked after acceptance", "worked_after_acceptance", "sales_team", "touched again")
    cards.card(question, "Revenue on pace?", "revenue", lambda: pace.draw(question, "revenue", "sales"))
    cards.card(question, "Coverage by team", "coverage", lambda: _coverage(question))
    cards.card(question, "Sales cycle by segment", "sales_cycle", lambda: _cycle(question))
    cards.card(question, "Done together with marketing", "joint_work", lambda: _together(question))
    cards.card(question, "Win rate with and without joint work", "win_rate", lambda: _joint_wins(question))
    sheet.row()
    cards.card(question, "How each week's leads ripen", "qualification_rate", lambda: cohorts.draw(question))
    cards.card(question, "Forgotten accounts", "forgotten_accounts", lambda: _forgotten(question))
    cards.card(question, "Reps", "response_time", lambda: _reps(question))
    sheet.row("one-two")
    cards.card(question, "Waiting for sales now", "undecided", lambda: scorecard.waiting(question))
    cards.card(question, "Leads that have waited longest", "undecided", lambda: _longest(question))


def _response(question: Question) -> None:
    rows = sorted(answers.ask(question, "response_time", ("sales_team",)).rows, key=lambda row: row["value"] or 0)
    shown = [_wait(row) for row in rows if row["value"] is not None]
    cards.chart(charts.bars(shown, "Median hours to the first response by sales team"), "response_time", "sales_team")
    cards.caption("Median; right: 9 of 10 leads were answered within.")


def _wait(row: answers.Row) -> Bar:
    name = words.value("sales_team", row["sales_team"])
    label, late = (("over " if row.get(f"{kind}_over") else "") + write.hours(row[kind]) for kind in ("value", "p90"))
    tip = f"{name}: half within {label}, 9 of 10 within {late}, {write.plural(row['n'], 'lead')}"
    return Bar(row["sales_team"] or "", name, row["value"], label, "sales", late, "label", tip=tip)


def _rate_card(question: Question, title: str, metric: str, dimension: str, done: str) -> None:
    cards.card(question, title, metric, lambda: _rates(question, metric, dimension, done))


def _rates(question: Question, metric: str, dimension: str, done: str) -> None:
    """A rate with its interval by one dimension."""
    rows = answers.split(question, metric, dimension, BESIDE[dimension])
    shown = [
        Rate(row[dimension] or "", words.value(dimension, row[dimension]), row["value"], row["low"], row["high"], _of(row), "sales",
             tip=f"{words.value(dimension, row[dimension])}: {tables.basis(row, done)}")
        for row in rows
    ]  # fmt: skip
    overall = answers.ask(question, metric).row["value"]
    title = answers.find(metric).title
    cards.chart(charts.rates(shown, f"{title} by {words.dimension(dimension)}", overall), metric, dimension)
    cards.caption(f"0 to 100 %; bar: 95 % interval; dashed: all ({write.number(overall, 'rate')}).")


def _of(row: answers.Row) -> str:
    return (
        write.number(row["value"], "rate")
        if row["value"] is None
        else f"{write.rate(row['value'])} of {write.count(row['n'])}"
    )


def _won(question: Question) -> None:
    """Revenue, and beside it the number of deals, by segment."""
    deals = tables.by_key(answers.ask(question, "deals_won", ("segment",), BESIDE["segment"]).rows, "segment")
    shown = [
        _won_bar(question, row, deals.get(row["segment"], {}).get("value") or 0)
        for row in answers.split(question, "revenue", "segment", BESIDE["segment"])
    ]
    cards.chart(charts.bars(shown, "Revenue and deals won by segment"), "revenue", "segment")
    cards.caption("Bars: revenue; right: deals won.")


def _won_bar(question: Question, row: answers.Row, deals: int) -> Bar:
    name, label, note = (
        words.value("segment", row["segment"]),
        write.money(row["value"], question.currency),
        write.plural(deals, "deal"),
    )
    return Bar(row["segment"] or "", name, row["value"], label, "sales", note, tip=f"{name}: {label} from {note}")


def _coverage(question: Question) -> None:
    """Open deals expected in the period against what is missing to the target, by team."""
    rows = [row for row in answers.split(question, "coverage", "sales_team") if row["sales_team"] and row["value"] is not None]
    if not rows:
        raise answers.Gap("No team has a revenue target with something missing to it in this period.")
    shown = [
        Bar(row["sales_team"], row["sales_team"], row["value"], write.ratio(row["value"]), "sales",
            tip=f"{row['sales_team']}: {write.ratio(row['value'])} what is missing")
        for row in rows
    ]  # fmt: skip
    cards.chart(charts.bars(shown, "Pipeline coverage by sales team"), "coverage", "sales_team")
    cards.caption("Open deals expected to close in the period, as a multiple of what is missing to the team's target.")


def _cycle(question: Question) -> None:
    """Median days from creating to winning a deal."""
    rows = [row for row in answers.split(question, "sales_cycle", "segment") if row["value"] is not None]
    shown = [
        Bar(row["segment"] or "", words.value("segment", row["segment"]), row["value"], write.days(row["value"]), "sales", write.plural(row["n"], "deal"), "label",
            tip=f"{words.value('segment', row['segment'])}: half of {write.plural(row['n'], 'won deal')} took less than {write.days(row['value'])}")
        for row in rows
    ]  # fmt: skip
    cards.chart(charts.bars(shown, "Median days from creating to winning a deal by segment"), "sales_cycle", "segment")
    cards.caption("Median of the deals won in the period; right: how many those are.")


def _together(question: Question) -> None:
    """What both sides did together, by kind."""
    rows = answers.split(question, "joint_work", "kind")
    shown = [
        Bar(row["kind"], _kind(row["kind"]), row["value"], write.count(row["value"]), "joint", tip=f"{_kind(row['kind'])}: {write.count(row['value'])}")
        for row in rows
    ]
    cards.chart(charts.bars(shown, "Joint work by kind"), "joint_work", "kind")


def _kind(name: str) -> str:
    return words.sentence(name.replace("_", " "))


def _joint_wins(question: Question) -> None:
    """Win rate of deals whose account had joint work before the close, beside that of the others."""
    answers.fits(question, "win_rate")
    rows = answers.joint_wins(question)
    if not rows:
        raise answers.Gap("No deal was closed in this period.")
    shown = [
        Rate("win_rate", JOINT_WORK[row["had_joint_work"]], row["value"], row["low"], row["high"], _of(row), "sales",
             tip=f"{JOINT_WORK[row['had_joint_work']]}: {tables.basis(row, 'won')}")
        for row in rows
    ]  # fmt: skip
    cards.chart(charts.rates(shown, "Win rate with and without joint work"), "joint wins", None)
    cards.caption("Deals whose account had joint work before the close, and the others; bar: 95 % interval. Not proof of cause.")


def _forgotten(question: Question) -> None:
    table = answers.records(question, "forgotten_accounts")
    if not table.num_rows:
        raise answers.Gap("No major account is forgotten.")
    cards.caption("Major accounts that nobody looks after now. Choose a row for its story.")
    rows, to = table.slice(0, MOST_FORGOTTEN).to_pylist(), links.each(links.account)
    data = {
        "Account": [row["account_name"] for row in rows],
        "Reason": [words.sentence(row["reason"]) for row in rows],
        "Owner": [(row["owner"] or "No owner") + ("" if row["is_owner_active"] or not row["owner"] else " (left)") for row in rows],
        "Segment": [row["segment"] for row in rows],
        "Region": [row["region"] for row in rows],
        "Open deals": [row["open_deals"] for row in rows],
        "Open amount": [float(row["open_amount"] or 0) for row in rows],
    }
    columns = {"Open amount": tables.money(question.currency), "Open deals": tables.whole()}
    tables.choosable("forgotten", data, columns, lambda place: to(rows[place]["account_id"]), most_rows=8)
    if table.num_rows > MOST_FORGOTTEN:
        cards.link(f"→ All {write.count(table.num_rows)} rows", links.records("forgotten_accounts"))


def _reps(question: Question) -> None:
    found = {name: tables.by_key(_by_owner(question, name), "owner") for name in BESIDE["owner"]}
    reps = sorted(
        {rep for rows in found.values() for rep in rows},
        key=lambda rep: (rep is None, -(tables.number(found["lead_volume"].get(rep)) or 0), str(rep)),
    )
    if not reps:
        raise answers.Gap("Nobody had a lead or a deal in this period.")
    data = _rep_columns(found, reps)
    columns = {
        "Leads": tables.bar("%,d", max(data["Leads"]), "sales"), "Median response": tables.hours(), "9 of 10 within": tables.hours(),
        "In time": tables.bar("%.0f %%", 100, "sales"), "Accepted": tables.bar("%.0f %%", 100, "sales"), "Deals won": tables.whole(),
        "Revenue": tables.money(question.currency), "Won of closed": tables.share(),
    }  # fmt: skip
    to = links.each(lambda rep: links.records("lead_volume", owner=rep))
    cards.caption("Choose a row to see the rep's leads.")
    tables.choosable("reps", data, columns, lambda place: to(reps[place]), most_rows=25)


def _rep_columns(found: dict[str, dict], reps: list) -> dict[str, list]:
    def column(metric: str, take: object) -> list:
        return [take(found[metric].get(rep)) for rep in reps]

    return {
        "Rep": [words.value("owner", rep) for rep in reps],
        "Leads": [value or 0 for value in column("lead_volume", tables.number)],
        "Median response": column("response_time", tables.number),
        "9 of 10 within": column("response_time", lambda row: row and row["p90"]),
        "In time": column("response_sla", tables.percent),
        "Accepted": column("acceptance_rate", tables.percent),
        "Deals won": column("deals_won", tables.number),
        "Revenue": column("revenue", tables.number),
        "Won of closed": column("win_rate", tables.percent),
    }


def _by_owner(question: Question, metric: str) -> tuple[answers.Row, ...]:
    """Rows by owner; none where the metric does not fit the filters."""
    try:
        return answers.ask(question, metric, ("owner",), BESIDE["owner"]).rows
    except answers.Gap:
        return ()


def _longest(question: Question) -> None:
    count = int(sum(row["value"] for row in answers.ask(question, "undecided", ("age",)).rows))
    shown = _waiting(question)
    tables.listing(shown, question.currency, "Leads that have waited longest", 9, links.to_account(shown))
    if count > LONGEST:
        cards.link(f"→ All {write.count(count)} undecided leads", links.records("undecided"))


@remembered(64)
def _waiting(question: Question) -> object:
    return metrics.longest_waiting(question.card, dict(question.chosen), LONGEST)
