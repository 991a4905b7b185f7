"""The records behind one number: which number, of what, its definition, and every row it counts."""

import streamlit as st

from app import metrics
from app.charts import format as write
from app.metrics import Metric
from app.views import answers, cards, links, shell, tables, tiles, weeks, words
from app.views.answers import Question

PAGE_ROWS = 200


def show() -> None:
    """Draws the page."""
    name = links.asked_metric() or "lead_volume"
    metric, question = answers.find(name), shell.question()
    question = question.only(**links.asked_values()) if links.asked_values() else question
    page, address = st.session_state.get("came_from") or (links.HOME, links.href(links.HOME))
    st.button(
        f"Back to {shell.PAGES[page]}",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=lambda: links.go(address),
    )
    if "metric" in st.query_params and not links.asked_metric():
        st.caption(
            f":material/info: There is no number called “{words.plain(st.query_params['metric'][:60])}”; these are the records of {metric.title}."
        )
    cards.guarded(lambda: _head(question, metric))
    if tiles.has_course(metric):
        cards.card(question, "Week by week", name, lambda: weeks.draw(question, metric))
    cards.guarded(lambda: _table(question, metric))


def _head(question: Question, metric: Metric) -> None:
    with st.container(border=True, gap="xsmall"):
        cards.heading(question, metric.title, metric.name)
        row = answers.ask(question, metric.name).row
        over = "over " if row.get("value_over") else ""
        st.markdown(
            f"## {over}{words.plain(write.number(row['value'], metric.unit, question.currency))}", anchors=False
        )
        st.markdown(metrics.sentence(question.card, metric))
        st.caption(words.plain(" · ".join([*_scope(question, metric), *tiles.basis(question, metric, row)])))


def _scope(question: Question, metric: Metric) -> list[str]:
    """Which period and filters this is of."""
    when = f"As of {write.moment(question.card.as_of, 'UTC')}" if metric.is_state else words.period(question.period)
    filters = [
        f"{words.dimension(name)}: {' or '.join(words.value(name, value) for value in values)}"
        for name, values in question.chosen
    ]
    return [when, *filters]


def _table(question: Question, metric: Metric) -> None:
    table = answers.records(question, metric.name)
    if not table.num_rows:
        raise answers.Gap(answers.nothing(question, metric))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{write.plural(table.num_rows, *words.THINGS[metric.records])}**", width="content")
        st.download_button(
            "Save as CSV",
            lambda: tables.as_csv(table),
            f"accord-{metric.name}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    slot, pages = st.container(), -(-table.num_rows // PAGE_ROWS)
    place = st.pagination(pages, key=f"page of {metric.name}") if pages > 1 else 1
    shown = table.slice((place - 1) * PAGE_ROWS, PAGE_ROWS)
    with slot:
        tables.listing(shown, question.currency, f"Records behind {metric.title}", 20, links.to_account(shown))
