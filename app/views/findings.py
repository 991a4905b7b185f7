"""What changed in the week: one line with the strongest move and the others behind it, each a way to its records, or that nothing did."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import streamlit as st

from app import metrics
from app.charts import format as write
from app.filters import Period
from app.metrics import Finding, Findings
from app.views import bar, cards, links, words
from app.views.ahead import remembered
from app.views.answers import Question

HERE = Path(__file__).parent
_STRIP = st.components.v2.component(
    "accord_findings",
    html='<details class="strip"><summary></summary></details>',
    css=(HERE / "findings.css").read_text(),
    js=links.PARTS_JS + (HERE / "findings.js").read_text(),
)
FROM, IN = ("channel", "source", "campaign"), ("segment", "region")
MOST_OF = 0.5  # of the total's move
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Told:
    """A line of the strip: which way it moved, whose number it is, what is said of it, and where that leads."""

    rose: bool
    side: str
    text: str
    tip: str
    href: str


def card(question: Question) -> None:
    """Draws the strip, of the last complete week up to the end of the period."""
    cards.guarded(lambda: _draw(question))


def ask(question: Question) -> Findings:
    """What changed in the last complete week up to the end of the period."""
    return _findings(question.of_last_week())


def _draw(question: Question) -> None:
    asked = question.of_last_week()
    week, found = asked.period.start, _findings(asked)
    told = [Told(one.rose, one.metric.owner, sentence(one, week, asked.currency), tip(one, found.looked_at), evidence(one)) for one in found.told]
    label = f"What changed, {words.period(Period(week, week + WEEK))}"
    _STRIP(key="findings", data={"label": label, "told": [asdict(one) for one in told], "note": note(found)})


def sentence(one: Finding, week: date, currency: str) -> str:
    """What moved and what is usual. Says the week where it is not `week`, and most of what a group's move is, where the total moved too."""
    value, low, high = (write.number(figure, one.metric.unit, currency) for figure in (one.value, one.usual_low, one.usual_high))
    of = f" of {write.plural(one.n, *words.THINGS[one.metric.records])}" if one.metric.unit == "rate" else ""
    when = "" if one.week == week else f" in the week of {write.day(one.week)}, the newest to judge"
    usual = low if low == high else f"{low} to {high}"
    part = f"; that is most of the {'rise' if one.rose else 'fall'} in {_lower(one.metric.title)}" if (one.part or 0) >= MOST_OF else ""
    return f"{one.metric.title}{_of_group(one)} {'rose' if one.rose else 'fell'} to {value}{of}{when}, usually {usual}{part}."


def _of_group(one: Finding) -> str:
    if one.dimension is None:
        return ""
    if one.group is None:
        return f" with no {words.dimension(one.dimension)}"
    return f" {'from' if one.dimension in FROM else 'in' if one.dimension in IN else 'of'} “{one.group}”"


def _lower(title: str) -> str:
    return title if title.isupper() else title[0].lower() + title[1:]


def tip(one: Finding, looked_at: int) -> str:
    """How sure it is, in plain words."""
    chance = f"1 in {write.count(1 / one.q)}" if one.q > 1e-6 else "less than 1 in a million"
    return (
        f"{one.beyond:.1f} standard deviations from the mean of {one.weeks} weeks. If nothing had changed, the chance to see anything so far out "
        f"among the {write.count(looked_at)} numbers looked at would be {chance} at the most."
    )


def note(found: Findings) -> str:
    """How many numbers were looked at, and what that is worth; the whole answer where nothing stood out."""
    if not found.looked_at:
        return "Too few weeks to tell what is ordinary."
    looked = f"{write.plural(found.looked_at, 'number')} looked at"
    if not found.told:
        return f"Nothing moved beyond ordinary variation, of {looked}."
    return f"Of {looked}. In a week in which nothing changed, this line stays empty 19 times of 20 or more. It says what moved, not why."


def evidence(one: Finding) -> str:
    """The address of the records behind a finding."""
    days = [one.week.isoformat(), (one.week + WEEK - timedelta(days=1)).isoformat()]
    group: dict[str, str] = {}
    if one.dimension:
        key = bar.key_of(one.dimension)
        group = {key or one.dimension: one.group or (bar.NONE if key else "")}
    return links.href("records", metric=one.metric.name, period=bar.CUSTOM, days=days, **group)


@remembered(200)
def _findings(question: Question) -> Findings:
    return metrics.findings(question.card, question.period.start, dict(question.chosen))
