"""Promises with what is still open in them: answers in time, accepted and worked, second chances, and the time with each side."""

import pyarrow as pa

from app import charts, metrics
from app.charts import Bar, Bin, Stack
from app.charts import format as write
from app.metrics import Pile
from app.views import answers, cards, links, promise_words, tables, words
from app.views.ahead import remembered
from app.views.answers import Question, Row

ANSWERS = ("in_time", "late", "overdue", "not_due")
ANSWER_ROLES = ("sales", "sales_soft", "bad", "track")
SHOWN = (4, 16)  # the tenths of the SLA window around the deadline that are drawn: after the 4th, up to the 16th
LISTED = 100
STEPS = {
    "rejected": ("Rejected", "label"), "back": ("Handed over again", "marketing"), "accepted": ("Accepted then", "sales"), "deal": ("With a deal", "sales"),
    "won": ("Won", "sales"),
}  # fmt: skip


def answered_card(question: Question, beside: tuple[str, ...]) -> None:
    """Leads answered in time, late, not at all, and not due yet, by sales team; `beside`: what the page shows by team."""
    cards.card(question, "Answered in time?", "response_sla", lambda: _answered(question, beside))


def pile_card(question: Question) -> None:
    """Whether answers pile up just before the deadline."""
    cards.card(question, "Just before the deadline", "response_sla", lambda: _pile(question))


def never_worked_card(question: Question, beside: tuple[str, ...]) -> None:
    """Accepted leads that sales never touched, and who has them; `beside`: what the page shows by team."""
    cards.card(question, "Accepted, but never worked", "worked_after_acceptance", lambda: _never_worked(question, beside))


def recycled_card(question: Question) -> None:
    """What rejected leads came to later."""
    cards.card(question, "Second chances of rejected leads", "rejection_reasons", lambda: _recycled(question))


def time_card(question: Question) -> None:
    """How long leads are with each side."""
    cards.card(question, "Where leads wait", "response_time", lambda: _time(question))


def _answered(question: Question, beside: tuple[str, ...]) -> None:
    rate = answers.ask(question, "response_sla")  # raises Gap where it is off or does not fit the filters
    rows = _due(question)
    whole = {name: sum(row[name] for row in rows) for name in ("offered", *ANSWERS)}
    cards.say(words.plain(promise_words.due(whole, rate.row)))
    rates = tables.by_key(answers.ask(question, "response_sla", ("sales_team",), beside).rows, "sales_team")
    stacks = [_stack(row, rates[row["sales_team"]]) for row in sorted(rows, key=lambda row: -row["offered"])]
    drawing = charts.stacks(stacks, "Leads offered by sales team: answered in time, late, unanswered and overdue, not due yet", ANSWER_ROLES)
    cards.chart(drawing, "response_sla", "sales_team", "due")
    cards.caption("Left to right: in time, late, unanswered and overdue (red), not due yet (grey). Right: in time of those due.")


def _stack(row: Row, rate: Row) -> Stack:
    parts = tuple(row[name] for name in ANSWERS)
    name, share = words.value("sales_team", row["sales_team"]), write.number(rate["value"], "rate")
    return Stack(row["sales_team"] or "", name, parts, tuple(write.count(part) for part in parts), share, f"{name}: {promise_words.due(row, rate)}")


def _pile(question: Question) -> None:
    answers.opened(question, "response_sla")
    found = _piled(question)
    said = promise_words.pile(found)
    cards.say(words.plain(said))
    first, last = SHOWN
    if any(found.answers[first:last]):
        bins = [_bin(found, number) for number in range(first + 1, last + 1)]
        cards.chart(charts.deadline(bins, found.sla_hours, f"{found.sla_hours:g}{write.NBSP}h promised", f"Answers by hours waited. {said}"), "deadline", None)
    tick = " Stroke: what is to be expected there, from leads that waited at the same hours of the week just before and just after."
    cards.caption(f"Answers by hours waited, around the deadline.{tick if found.verdict != 'few' else ''}")


def _bin(found: Pile, number: int) -> Bin:
    width, count, is_last = found.sla_hours / 10, found.answers[number - 1], number == metrics.promises.LAST
    start, end = (number - 1) * width, number * width
    role = "sales" if is_last else "sales_soft" if number < metrics.promises.LAST else "label"
    expected = found.expected if is_last and found.verdict != "few" else None
    return Bin("response_sla", start, end, count, role, f"{start:.3g} to {end:.3g} hours: {write.plural(count, 'answer')}", expected)


def _never_worked(question: Question, beside: tuple[str, ...]) -> None:
    whole = answers.ask(question, "worked_after_acceptance").row
    cards.say(words.plain(promise_words.never_worked(whole, f"{question.card.facts['worked_window_days']:g}")))
    rows = sorted((row for row in answers.ask(question, "worked_after_acceptance", ("sales_team",), beside).rows if row["n"]), key=lambda row: -_never(row))
    if not rows:
        return
    cards.chart(charts.bars([_never_bar(row) for row in rows], "Accepted leads never worked by sales team"), "worked_after_acceptance", "sales_team", "never worked")
    table = _unworked(question)
    if table.num_rows:
        cards.caption(f"Right: share of those accepted. Below: {'the newest' if table.num_rows > LISTED else 'all of them, newest first'}; choose one for its account.")
        shown = table.select(["name", "owner", "company", "decided_at", "account_id"]).slice(0, LISTED)
        shown = shown.set_column(3, "decided_at", shown["decided_at"].cast(pa.date32()))
        tables.listing(shown, question.currency, "Accepted leads never worked", 6, links.to_account(shown), decided_at="Accepted")


def _never(row: Row) -> int:
    return round((1 - row["value"]) * row["n"])


def _never_bar(row: Row) -> Bar:
    name, count = words.value("sales_team", row["sales_team"]), _never(row)
    share = write.rate(count / row["n"])
    tip = f"{name}: {write.count(count)} of {write.plural(row['n'], 'accepted lead')} never worked ({write.interval(1 - row['high'], 1 - row['low'])})"
    return Bar(row["sales_team"] or "", name, count, write.count(count), "sales", share, tip=tip)


def _recycled(question: Question) -> None:
    answers.opened(question, "rejection_reasons")
    rows = _later(question)
    if not rows or not rows[0]["leads"]:
        raise answers.Gap("No lead was rejected in this period.")
    said = promise_words.recycled(rows, question.card.facts["conversion_window_days"], question.currency)
    cards.say(words.plain(said))
    shown = [_step(row, question.currency) for row in rows]
    cards.chart(charts.bars(shown, said), "second chances", None)
    right = " Right: of those that had the time." if rows[0]["n"] else ""
    cards.caption(f"What became so far of the leads handed over in the period and rejected.{right}")


def _step(row: Row, currency: str) -> Bar:
    name, role = STEPS[row["step"]]
    label = write.count(row["leads"])
    share = "" if row["step"] == "rejected" or row["value"] is None else write.rate(row["value"])
    return Bar("rejection_reasons", name, row["leads"], label, role, share, tip=f"{name}: {label}")


def _time(question: Question) -> None:
    answers.opened(question, "response_time")
    rows = _timed(question)
    if not rows:
        raise answers.Gap("No lead was offered in this period.")
    if said := promise_words.open_now(rows):
        cards.say(words.plain(said))
    cards.chart(charts.bars([_stage(row) for row in rows], "; ".join(promise_words.stage(row) for row in rows)), "stages", None)
    cards.caption(
        "Median; right: 9 of 10 are through within. The first is with marketing, the others are with sales. Elapsed time, nights and weekends too; a lead "
        "still in a stage counts as a longer wait than any that is through."
    )


STAGE_RECORDS = {"marketing": "lead_volume", "response": "response_time", "decision": "acceptance_rate", "deal": "qualification_rate", "close": "lead_volume"}


def _stage(row: Row) -> Bar:
    name, side = promise_words.STAGES[row["stage"]]
    value = 0.0 if row["value_over"] else row["value"]
    label = "half still open" if row["value_over"] else promise_words.wait(row["value"])
    note = "" if row["value_over"] else "open" if row["p90_over"] else promise_words.short(row["p90"])
    return Bar(STAGE_RECORDS[row["stage"]], name, value, label, side, note, "label", tip=promise_words.stage(row))


@remembered(1_000)
def _due(question: Question) -> list[Row]:
    return metrics.answers_due(question.card, question.period, dict(question.chosen), ("sales_team",))


@remembered(500)
def _piled(question: Question) -> Pile:
    return metrics.answer_pile(question.card, question.period, dict(question.chosen))


@remembered(64)
def _unworked(question: Question) -> object:
    return metrics.never_worked(question.card, question.period, dict(question.chosen), LISTED + 1)


@remembered(500)
def _later(question: Question) -> list[Row]:
    return metrics.recycled_yield(question.card, question.period, dict(question.chosen))


@remembered(500)
def _timed(question: Question) -> list[Row]:
    return metrics.time_with(question.card, question.period, dict(question.chosen))
