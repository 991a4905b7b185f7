"""The scorecard: the joint metrics large, what carries them smaller, then the way from inquiry to won, and each team."""

import streamlit as st

from app import charts
from app.charts import Bar
from app.charts import format as write
from app.views import answers, cards, findings, shell, tiles, words
from app.views.answers import Question

JOINT = ("lead_volume", "acceptance_rate", "revenue_influence")
SUPPORT = (
    "inquiries", "cost_per_accepted_lead", "sourced_revenue", "response_time", "response_sla",
    "pipeline_created", "open_pipeline", "coverage", "win_rate", "revenue", "cost_of_sales", "joint_work",
)  # fmt: skip
LONG_WAITS = ("15-30", "over 30")


def show() -> None:
    """Draws the page."""
    question = shell.question()
    tiles.row(question, JOINT, "large")
    changed = st.container()
    tiles.row(question, SUPPORT, "small")
    cards.four(
        lambda: cards.card(question, "From inquiry to won", "lead_volume", lambda: _way(question)),
        lambda: cards.card(question, "Waiting for sales now", "undecided", lambda: waiting(question)),
        lambda: cards.card(
            question,
            "Marketing teams: lead volume",
            "lead_volume",
            lambda: _teams(question, "lead_volume", "marketing_team"),
        ),
        lambda: cards.card(
            question, "Sales teams: revenue", "revenue", lambda: _teams(question, "revenue", "sales_team")
        ),
    )
    with changed:  # drawn last: it asks the most, and nothing else waits for it
        findings.card(question)


def _way(question: Question) -> None:
    """Steps of one way; each note is the share of the step before. A step that does not fit the filters is left out, and named."""
    steps = [step for step in _steps(question) if step[2] is not None]
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
    missing = [name for _, name, value, _ in _steps(question) if value is None]
    left_out = f" {words.listed(missing)}: not known for these filters." if missing else ""
    st.caption(f"What became so far of the leads handed over in the period.{left_out}")


def _steps(question: Question) -> list[tuple[str, str, int | None, str]]:
    found = answers.waterfall(question)
    return [
        ("inquiries", "Inquiries", answers.value(question, "inquiries"), "marketing"),
        ("lead_volume", "Handed over", found["handed_over"], "marketing"),
        ("lead_volume", "Accepted", found["accepted"], "sales"),
        ("lead_volume", "With a deal", found["with_deal"], "sales"),
        ("lead_volume", "Won", found["won"], "sales"),
    ]


def _teams(question: Question, metric: str, dimension: str) -> None:
    """A side's teams against what they promised."""
    found = answers.find(metric)
    side = dimension.split("_")[0]
    rows = [
        _team(question, metric, dimension, row, found.unit, side) for row in answers.split(question, metric, dimension)
    ]
    cards.chart(charts.bars(rows, f"{found.title} by {words.dimension(dimension)}"), metric, dimension)
    if any(row.target for row in rows):
        st.caption("Upright mark: target to date. Right: share of it reached.")


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
    st.caption(
        f"{write.plural(total, 'lead')} without a decision, {write.count(late)} of them for longer than 14 days (red)."
    )
