"""What it would be worth if a group were at the level of the next better one: arithmetic, not a promise."""

import streamlit as st

from app import charts, metrics
from app.charts import Rate
from app.charts import format as write
from app.filters import TIME_DIMENSIONS, Period
from app.metrics import Scorecard, WhatIf, Worth
from app.views import answers, cards, promise_words, words
from app.views.answers import Chosen, Question

LEVERS = {"acceptance": "acceptance_rate", "answers in time": "response_sla"}
MOST = 6  # groups drawn


def card(question: Question, by: str) -> None:
    """A card with the choice of what is raised and for whom; `by` is the dimension it starts with."""
    cards.card(question, "What would it be worth?", "acceptance_rate", lambda: _worth(question, by))


def _worth(question: Question, by: str) -> None:
    answers.ask(question, "qualification_rate")  # raises Gap where there are no handoffs or deals, or the filters do not fit them
    lever, by = _chosen(by)
    answers.ask(question, lever)
    found = _what_if(question.card.generation, question.card, lever, question.period, by, question.chosen)
    said = promise_words.worth(found, question.currency)
    st.markdown(words.plain(said))
    if clear := [one for one in found.groups if one.verdict == "clear"]:
        most = max(one.high for one in clear)
        cards.chart(charts.rates([_row(found, one, most, question.currency) for one in clear[:MOST]], said), lever, by, "worth")
    if rest := promise_words.doubts(found):
        st.caption(words.plain(rest))


def _chosen(by: str) -> tuple[str, str]:
    """Both by their names for people, as they stand in the address."""
    options = {words.dimension(name): name for name in answers.find("acceptance_rate").dims if name not in TIME_DIMENSIONS}
    with st.container(horizontal=True, gap="xsmall"):
        lever = st.selectbox("What is raised", [*LEVERS], key="lever", bind="query-params", label_visibility="collapsed", width=150)
        place = [*options].index(words.dimension(by))
        dimension = st.selectbox("By", [*options], place, key="worth", bind="query-params", label_visibility="collapsed", width=150)
    return LEVERS[lever], options[dimension]


def _row(found: WhatIf, one: Worth, most: float, currency: str) -> Rate:
    name, label = words.value(found.by, one.name), write.money(one.pipeline, currency)
    way = " → ".join(write.beside(one.row["value"], one.better["value"], "rate", currency))
    tip = f"{name}: {way} like {words.value(found.by, one.better[found.by])}, {label} ({write.money(one.low, currency)} to {write.money(one.high, currency)})"
    return Rate(one.name, name, one.pipeline / most, one.low / most, one.high / most, label, "joint", tip=tip)


@st.cache_resource(max_entries=1_000, show_spinner=False)
def _what_if(generation: str, _card: Scorecard, lever: str, period: Period, by: str, chosen: Chosen) -> WhatIf:
    return metrics.what_if(_card, lever, period, by, dict(chosen))
