"""The scorecard: the joint metrics large, what carries them smaller, then the way from inquiry to won, and each team."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from app import charts
from app.charts import Bar
from app.charts import format as write
from app.views import answers, cards, dialect, findings, links, notebook, sheet, shell, tiles, words
from app.views.answers import Question
from app.views.dialect import Dialect, Group, Grouping

JOINT = ("lead_volume", "acceptance_rate", "revenue_influence")
SUPPORT = (
    "inquiries", "cost_per_accepted_lead", "sourced_revenue", "response_time", "response_sla",
    "pipeline_created", "open_pipeline", "coverage", "win_rate", "revenue", "cost_of_sales", "joint_work",
)  # fmt: skip
STEPS = ("Inquiries", "Handed over", "Accepted", "With a deal", "Won")
METRICS, SIDES = ("inquiries", *["lead_volume"] * 4), ("marketing", "marketing", "sales", "sales", "sales")
LONG_WAITS = ("15-30", "over 30")


def show() -> None:
    """Draws the page."""
    question, said = shell.question(), dialect.chosen(notebook.author())
    reword = {"reword": said.reword, "side": said.side} if said else {}
    tiles.row(question, JOINT, "large", **reword)
    changed = st.container()
    tiles.row(question, SUPPORT, "small", **reword)
    sheet.sheet(question, "scorecard", lambda: _cards(question, said), (said.leads.key, said.revenue.key) if said else (), said and said.side)
    with changed:  # drawn last: it asks the most, and nothing else waits for it
        findings.card(question)


def _cards(question: Question, said: Dialect | None) -> None:
    leads, revenue = _sums(question, said) if said else _promises(question)
    sheet.row("four")  # in pairs, each side's own beside each other
    cards.card(question, said.way if said else "From inquiry to won", "lead_volume", lambda: _way(question, said.steps if said else STEPS))
    leads()
    cards.card(question, said.waiting if said else "Waiting for sales now", "undecided", lambda: waiting(question))
    revenue()


def _promises(question: Question) -> tuple[Callable[[], None], Callable[[], None]]:
    """In the shared words: each side's teams."""
    return (
        lambda: cards.card(question, "Marketing teams: lead volume", "lead_volume", lambda: _teams(question, "lead_volume", "marketing_team")),
        lambda: cards.card(question, "Sales teams: revenue", "revenue", lambda: _teams(question, "revenue", "sales_team")),
    )


def _sums(question: Question, said: Dialect) -> tuple[Callable[[], None], Callable[[], None]]:
    """In a side's words: the same two sums in its groups."""
    return lambda: _sum(question, said, "lead_volume", said.leads), lambda: _sum(question, said, "revenue", said.revenue)


def _sum(question: Question, said: Dialect, metric: str, grouping: Grouping) -> None:
    cards.card(question, grouping.title, metric, lambda by: _groups(question, said, metric, grouping.title, by), pick=lambda: dialect.way(grouping))


def _way(question: Question, names: tuple[str, ...]) -> None:
    """Steps of one way; each note is the share of the step before. A step that does not fit the filters is left out, and named."""
    steps = [step for step in _steps(question, names) if step[2] is not None]
    rows = [
        Bar(
            metric,
            name,
            value,
            write.count(value),
            role,
            note=write.rate(value / before) if before else "",
            tip=f"{name}: {write.count(value)}",
        )
        for (metric, name, value, role), before in zip(steps, [0, *(step[2] for step in steps[:-1])], strict=True)
    ]
    cards.chart(
        charts.bars(rows, "From inquiry to won: " + ", ".join(f"{row.name} {row.label}" for row in rows)), "way", None
    )
    missing = [name for _, name, value, _ in _steps(question, names) if value is None]
    left_out = f" {words.listed(missing)}: not known for these filters." if missing else ""
    cards.caption(f"What became so far of the leads handed over in the period.{left_out}")


def _steps(question: Question, names: tuple[str, ...]) -> list[tuple[str, str, int | None, str]]:
    found = answers.waterfall(question)
    values = (answers.value(question, "inquiries"), *(found[step] for step in ("handed_over", "accepted", "with_deal", "won")))
    return list(zip(METRICS, names, values, SIDES, strict=True))


def _teams(question: Question, metric: str, dimension: str) -> None:
    """A side's teams against what they promised."""
    found = answers.find(metric)
    side = dimension.split("_")[0]
    rows = [
        _team(question, metric, dimension, row, found.unit, side) for row in answers.split(question, metric, dimension)
    ]
    cards.chart(charts.bars(rows, f"{found.title} by {words.dimension(dimension)}"), metric, dimension)
    if any(row.target for row in rows):
        cards.caption("Upright mark: target to date. Right: share of it reached.")


def _groups(question: Question, said: Dialect, metric: str, title: str, by: str) -> None:
    """A sum in a side's groups, and whether they add up to it."""
    found, whole, unit = dialect.groups(question, metric, by), dialect.total(question, metric), answers.find(metric).unit
    rows = [_group(question, metric, by, one, unit, said.side) for one in found]
    has_targets = any(row.target for row in rows)
    if not has_targets and whole:
        rows = [_with_share(row, one.value / whole) for row, one in zip(rows, found, strict=True)]
    to = {"account": links.account, "deal": links.records}.get(by)
    cards.chart(charts.bars(rows, f"{title} by {words.dimension(by)}"), metric, by, to=to)
    mark = " Upright mark: target to date." if has_targets else ""
    cards.caption(f"{dialect.adds_up(found, whole, unit, said.thing, question.currency)}{mark}")


def _with_share(row: Bar, share: float) -> Bar:
    return replace(row, note=write.rate(share), tip=f"{row.tip}, {write.rate(share)} of all")


def _group(question: Question, metric: str, by: str, group: Group, unit: str, side: str) -> Bar:
    """A bar; a deal leads to the deals, largest first. What is several in one leads nowhere and is a number alone, as its bar would dwarf the others."""
    if by not in dialect.PARTS and not group.is_rest:
        return _team(question, metric, by, {by: group.key, "value": group.value}, unit, side)
    label = write.number(group.value, unit, question.currency)
    key = metric if by == "deal" and group.key else group.key
    return Bar(key, group.name, group.value if key else 0, label, side, tip=f"{group.tip or group.name}: {label}")


def _team(question: Question, metric: str, dimension: str, row: answers.Row, unit: str, side: str) -> Bar:
    name, value = row[dimension], row["value"] or 0
    promised = answers.target(question.only(**{dimension: name}), metric) if name else None
    label = write.number(value, unit, question.currency)
    shown = words.value(dimension, name)
    if not promised:
        return Bar(name or "", shown, value, label, side, tip=f"{shown}: {label}")
    goal = write.number(promised, unit, question.currency)
    is_there = value >= promised
    note = f"{'✓' if is_there else '✕'} {write.reached(value, promised)}"
    return Bar(
        name,
        shown,
        value,
        label,
        side,
        note,
        "good" if is_there else "bad",
        promised,
        f"{shown}: {label}, target {goal}",
    )


def waiting(question: Question) -> None:
    """Leads without a decision, by how long they wait; beyond the window in the colour of trouble."""
    rows = answers.ask(question, "undecided", ("age",)).rows
    shown = [
        Bar(row["age"], words.value("age", row["age"]), row["value"], write.count(row["value"]), "bad" if row["age"] in LONG_WAITS else "sales",
            tip=f"{words.value('age', row['age'])}: {write.plural(row['value'], 'lead')}")
        for row in rows
    ]  # fmt: skip
    total = sum(row["value"] for row in rows)
    late = sum(row["value"] for row in rows if row["age"] in LONG_WAITS)
    cards.chart(
        charts.bars(shown, f"{total} undecided leads by days waited, {late} of them longer than 14 days"),
        "undecided",
        "age",
    )
    cards.caption(
        f"{write.plural(total, 'lead')} without a decision, {write.count(late)} of them for longer than 14 days (red, below)."
    )
