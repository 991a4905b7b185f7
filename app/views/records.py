"""The records behind one number: which number, of what, its definition, and every row it counts."""

import pyarrow as pa
import streamlit as st

from app import metrics
from app.charts import format as write
from app.metrics import Metric
from app.views import answers, cards, links, sheet, shell, tables, tiles, weeks, words
from app.views.answers import Question

PAGE_ROWS = 50


def show() -> None:
    """Draws the page."""
    name = links.asked_metric() or "lead_volume"
    metric, question = answers.find(name), shell.question()
    question = question.only(**links.asked_values()) if links.asked_values() else question
    page, back = st.session_state.get("came_from") or (links.HOME, links.href(links.HOME))
    asked = st.query_params["metric"][:60] if "metric" in st.query_params and not links.asked_metric() else ""
    sheet.sheet(question, f"records {name}", lambda: _head(question, metric, page, back, asked), more=(page, back, asked))
    if tiles.has_course(metric):
        with st.container(border=True, gap="xsmall"):
            # A week's address holds what else the page's address asks for.
            sheet.sheet(question, f"weeks {name}", lambda: _weeks(question, metric), more=tuple(links.asked_values().items()))
            weeks.explain(question, metric)
    cards.guarded(lambda: _table(question, metric))


def _head(question: Question, metric: Metric, page: str, back: str, asked: str) -> None:
    sheet.row()
    cards.link(f"← Back to {shell.PAGES[page]}", back)
    if asked:
        cards.caption(f"There is no number called “{words.plain(asked)}”; these are the records of {metric.title}.")
    cards.card(question, metric.title, metric.name, lambda: _figure(question, metric))


def _figure(question: Question, metric: Metric) -> None:
    row = answers.ask(question, metric.name).row
    over = "over " if row.get("value_over") else ""
    sheet.put({"kind": "figure", "text": f"{over}{write.number(row['value'], metric.unit, question.currency)}"})
    cards.say(metrics.sentence(question.card, metric))
    cards.caption(words.plain(" · ".join([*_scope(question, metric), *tiles.basis(question, metric, row)])))


def _weeks(question: Question, metric: Metric) -> None:
    sheet.row()
    cards.card(question, "Week by week", metric.name, lambda: weeks.draw(question, metric), is_framed=False)


def _scope(question: Question, metric: Metric) -> list[str]:
    """Which period and filters this is of."""
    when = f"As of {write.moment(question.card.as_of, 'UTC')}" if metric.is_state else words.period(question.period)
    filters = [
        f"{words.dimension(name)}: {' or '.join(words.value(name, value) for value in values)}"
        for name, values in question.chosen
    ]
    return [when, *filters]


def _table(question: Question, metric: Metric) -> None:
    count = answers.record_count(question, metric.name)
    if not count:
        raise answers.Gap(answers.nothing(question, metric))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{write.plural(count, *words.THINGS[metric.records])}**", width="content")
        st.download_button(
            "Save as CSV",
            lambda: tables.as_csv(metrics.records(question.card, metric.name, question.period, dict(question.chosen))),
            f"accord-{metric.name}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    slot, pages = st.container(), -(-count // PAGE_ROWS)
    place = st.pagination(pages, key=f"page of {metric.name}") if pages > 1 else 1
    shown = answers.some_records(question, metric.name, (place - 1) * PAGE_ROWS, PAGE_ROWS)
    with slot:
        sheet.sheet(question, f"rows {metric.name}", lambda: _rows(question, metric, shown), more=place)


def _rows(question: Question, metric: Metric, shown: pa.Table) -> None:
    sheet.row()
    with sheet.card():
        tables.listing(shown, question.currency, f"Records behind {metric.title}", 20, links.to_account(shown))
