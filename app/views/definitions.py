"""What every number means: the sentence, the formula, whose it is, and the very query that computes it."""

import streamlit as st

from app.metrics import Metric, catalogue, sentence
from app.views import links, shell, words
from app.views.answers import Question


def show() -> None:
    """Draws the page: the definition that the address names first, then those that the search finds."""
    question, asked = shell.question(), links.asked_metric()
    text = st.text_input(
        "Search",
        key="find",
        bind="query-params",
        placeholder="Search the definitions",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    found = [metric for metric in catalogue().values() if _matches(question, metric, text or "")]
    for metric in sorted(found, key=lambda metric: metric.name != asked):
        _entry(question, metric, metric.name == asked)
    if not found:
        st.caption(f"No definition mentions “{words.plain(text)}”.")


def _matches(question: Question, metric: Metric, text: str) -> bool:
    spoken = f"{metric.name} {metric.title} {sentence(question.card, metric)} {metric.formula} {words.OWNERS[metric.owner]}".lower()
    return all(word in spoken for word in text.lower().split())


def _entry(question: Question, metric: Metric, is_asked: bool) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
            st.markdown(
                f"### {metric.title} :{words.COLORS[metric.owner]}-badge[{words.OWNERS[metric.owner]}]",
                anchors=False,
                width="content",
            )
            st.button(
                "Records",
                key=f"records {metric.name}",
                type="tertiary",
                icon=":material/list:",
                on_click=lambda: links.go(links.records(metric.name)),
            )
        st.markdown(sentence(question.card, metric))
        st.markdown(f"**{metric.title} = {metric.formula}**")
        st.caption(_facts(metric))
        with st.expander("The query that computes it", expanded=is_asked):
            st.code(metric.sql, language="sql")


def _facts(metric: Metric) -> str:
    better = {"up": "more is better", "down": "less is better", "none": "neither more nor less is better"}[
        metric.better
    ]
    when = "as of now" if metric.is_state else "of a period"
    split = words.listed(words.dimension(name) for name in metric.dims)
    return f"Unit: {words.UNITS[metric.unit]}, {better}, {when}. By {split}. On the command line: accord metric {metric.name}."
