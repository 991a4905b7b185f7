"""What it would be worth if a group were at the level of the next better one: arithmetic, not a promise."""


from app import charts, metrics
from app.charts import Rate
from app.charts import format as write
from app.filters import TIME_DIMENSIONS
from app.metrics import WhatIf, Worth
from app.views import answers, cards, promise_words, sheet, words
from app.views.ahead import remembered
from app.views.answers import Question

LEVERS = {"acceptance": "acceptance_rate", "answers in time": "response_sla"}
MOST = 6  # groups drawn


def card(question: Question, first: str, beside: tuple[str, ...] = ()) -> None:
    """A card with the choice of what is raised and for whom; `first` is the dimension it starts with, `beside` what the page shows by that."""
    cards.card(question, "What would it be worth?", "acceptance_rate", lambda: _worth(question, first, beside))


def _worth(question: Question, first: str, beside: tuple[str, ...]) -> None:
    answers.opened(question, "qualification_rate")  # where there are no handoffs or deals, it is off
    lever, by = _chosen(first)
    answers.opened(question, lever)
    found = _what_if(question, lever, by, beside if by == first else ())
    said = promise_words.worth(found, question.currency)
    cards.say(words.plain(said))
    if clear := [one for one in found.groups if one.verdict == "clear"]:
        most = max(one.high for one in clear)
        cards.chart(charts.rates([_row(found, one, most, question.currency) for one in clear[:MOST]], said), lever, by, "worth")
    if rest := promise_words.doubts(found):
        cards.caption(words.plain(rest))


def _chosen(by: str) -> tuple[str, str]:
    """Both by their names for people, as they stand in the address."""
    options = {words.dimension(name): name for name in answers.find("acceptance_rate").dims if name not in TIME_DIMENSIONS}
    return sheet.choose("lever", "What is raised", LEVERS, next(iter(LEVERS))), sheet.choose("worth", "By", options, words.dimension(by))


def _row(found: WhatIf, one: Worth, most: float, currency: str) -> Rate:
    name, label = words.value(found.by, one.name), write.money(one.pipeline, currency)
    way = " → ".join(write.beside(one.row["value"], one.better["value"], "rate", currency))
    tip = f"{name}: {way} like {words.value(found.by, one.better[found.by])}, {label} ({write.money(one.low, currency)} to {write.money(one.high, currency)})"
    return Rate(one.name, name, one.pipeline / most, one.low / most, one.high / most, label, "joint", tip=tip)


@remembered(1_000)
def _what_if(question: Question, lever: str, by: str, beside: tuple[str, ...]) -> WhatIf:
    groups = answers.ask(question, lever, (by,), beside).rows if beside else None
    return metrics.what_if(question.card, lever, question.period, by, dict(question.chosen), groups)
