"""Number tiles: a row is one element, with its lines drawn inline, and every tile a link to its records."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app import metrics
from app.charts import format as write
from app.charts.spoken import Said, spoken
from app.meeting import words as say
from app.metrics import Comparison, Metric, holds, sentence
from app.views import answers, links, weeks, words
from app.views.answers import Gap, Question, Row
from app.views.kept import kept

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
_TILES = st.components.v2.component(
    "accord_tiles",
    html='<div class="note"></div><div class="tiles"></div>',
    css=(HERE / "tiles.css").read_text(),
    js=links.PARTS_JS + (HERE / "tiles.js").read_text(),
)
Part = dict[str, str]
WINDOWS = {"worked_after_acceptance": "worked_window_days", "qualification_rate": "conversion_window_days"}
SIGNS = dict.fromkeys(map(ord, "✓✕▲▼●"))
VERDICTS = {"good": ", better", "bad": ", worse"}  # so that nobody has to tell red from green
SAME = {"This quarter": "last quarter", "This month": "last month", "This week": "last week", "This year": "last year"}


@dataclass
class Tile:
    """What a tile shows. `gap` is the sentence in place of a number; `lines` are lines of parts, a part with a tone is bold.

    `marks` is what people wrote of weeks of the line, `course` the line in words.
    """

    records: str
    definition: str
    title: str
    says: str
    side: str
    alt: str
    value: str
    unit: str
    mark: Part | None
    lines: list[list[Part]]
    line: list[dict]
    line_note: str = ""
    marks: str = ""
    course: str = ""
    gap: str = ""
    is_faulty: bool = False


Reword = Callable[[str, Tile], Tile]


def row(question: Question, names: tuple[str, ...], size: str, reword: Reword = lambda _, shown: shown, side: str = "") -> None:
    """A row of tiles, `large` or `small`, one for each metric; `reword` may give a metric's tile the words of a `side`."""
    key = f"tiles {' '.join(names)}"
    _TILES(key=key, data=kept(question, key, (size, side), lambda: _row(question, names, size, reword)))


def _row(question: Question, names: tuple[str, ...], size: str, reword: Reword) -> tuple[dict, bool]:
    made = [tile(question, name, size == "large") for name in names]
    note = "" if size == "large" else _note(question)
    return _data([reword(name, one) for name, one in zip(names, made, strict=True)], size, note), not any(one.is_faulty for one in made)


def show(key: str, shown: list[Tile], size: str, note: str = "") -> None:
    """Draws tiles as they are; `small quiet` are without frames, for inside a card."""
    _TILES(key=key, data=_data(shown, size, note))


def _data(shown: list[Tile], size: str, note: str) -> dict:
    for one in shown:
        one.alt = _spoken(one)
    return {"size": size, "note": note, "tiles": [vars(one) for one in shown]}


def _note(question: Question) -> str:
    """Said once above small tiles: what their changes are measured against."""
    return f"Changes against {earlier(question)}"


def tile(question: Question, name: str, is_large: bool) -> Tile:
    """One metric's tile; a fault or a gap is its sentence, so that the other tiles stand."""
    metric, shown = answers.find(name), blank(question, name, links.records(name))
    try:
        _fill(shown, question, metric, is_large)
    except Gap as gap:
        shown.gap = str(gap)
    except Exception as fault:
        log.exception("a tile failed")
        shown.is_faulty = True
        shown.gap = (
            f"This number could not be worked out: {str(fault).splitlines()[0] if str(fault) else 'see the log'}"
        )
    return shown


def blank(question: Question, name: str, records: str) -> Tile:
    """A metric's tile without its number; `records` is the address it leads to."""
    metric = answers.find(name)
    return Tile(
        records, links.definition(name), metric.title, sentence(question.card, metric), metric.owner, metric.title, "", "", None, [], [],
    )  # fmt: skip


def _fill(shown: Tile, question: Question, metric: Metric, is_large: bool) -> None:
    compared = answers.compare(question, metric.name)
    now = compared.now
    if now["value"] is None:
        raise Gap(_why_unknown(question, metric, now))
    promised = answers.target(question, metric.name)
    shown.value, goal = _figures(question, metric, now, promised)
    shown.unit = (
        {"lead_volume": "leads handed over", "revenue_influence": "of revenue"}.get(metric.name, "") if is_large else ""
    )
    shown.mark = _mark(metric, now, promised)
    target = _target_line(question, metric, compared, promised, goal, shown.mark, is_large)
    shown.lines = [line for line in (target, _change_line(question, metric, compared, is_large)) if line]
    shown.lines += [[{"text": text}] for text in basis(question, metric, now)]
    shown.line = _line(question, metric)
    shown.course = _course(shown.line, metric, question.currency)
    shown.marks = "; ".join(f"{point['label']}: {point['note']}" for point in shown.line if point["note"])
    has_ranges = any(point["lands"] for point in shown.line)
    shown.line_note = "hollow: not ripe; box: where it lands" if has_ranges else "13 weeks; hollow: not over yet"


def _figures(question: Question, metric: Metric, now: Row, promised: float | None) -> tuple[str, str]:
    """The value and its target as they are shown; the target is '' where there is none."""
    over = "over " if now.get("value_over") else ""
    if promised is None:
        return over + write.number(now["value"], metric.unit, question.currency), ""
    value, goal = write.beside(now["value"], promised, metric.unit, question.currency)
    return over + value, goal


def _why_unknown(question: Question, metric: Metric, now: Row) -> str:
    if now.get("waiting"):
        return f"No data yet: {write.plural(now['waiting'], 'lead')} still inside the {_window(question, metric)} window."
    return answers.nothing(question, metric)


def _mark(metric: Metric, now: Row, promised: float | None) -> Part | None:
    if promised is None or metric.better == "none":
        return None
    ahead = now["value"] >= promised if metric.better == "up" else now["value"] <= promised
    word = "Below" if metric.better == "up" else "Above"
    return {"text": "✓ On target", "tone": "good"} if ahead else {"text": f"✕ {word} target", "tone": "bad"}


def _target_line(
    question: Question, metric: Metric, compared: Comparison, promised: float | None, goal: str, mark: Part | None, is_large: bool
) -> list[Part]:
    if not goal:
        return [{"text": "No target set" if not question.chosen else "No target for these filters"}] if is_large else []
    so_far = " to date" if compared.in_progress and metric.adds_up else ""
    unsure = ", within chance" if holds(compared.now.get("low"), compared.now.get("high"), promised) else ""
    if is_large:
        return [{"text": f"Target{so_far} "}, {"text": goal, "tone": ""}, {"text": unsure}]
    return [*([mark] if mark else []), {"text": f" {goal}{so_far}{unsure}"}]


def _change_line(question: Question, metric: Metric, compared: Comparison, is_large: bool) -> list[Part]:
    if metric.is_state:
        return [{"text": "As of now, whatever the period"}]
    if compared.change is None:
        return [
            {
                "text": f"Nothing to compare with in {earlier(question)}"
                if is_large
                else "Nothing to compare with"
            }
        ]
    unsure = compared.is_clear is False
    tone = (
        "plain"
        if unsure or metric.better == "none" or not compared.change
        else ("good" if (compared.change > 0) == (metric.better == "up") else "bad")
    )
    text = f"{'▲' if compared.change > 0 else '▼' if compared.change < 0 else '●'} {write.change(compared.change, metric.unit)}"
    against = f" vs {earlier(question)}" if is_large else ""
    return [{"text": text, "tone": tone}, {"text": against + (", may be chance" if unsure else VERDICTS.get(tone, ""))}]


def earlier(question: Question) -> str:
    """What a change is measured against, in words."""
    past = metrics.earlier(question.card, question.period)
    if metrics.is_in_progress(question.card, question.period):
        days = write.plural(past.days, "day")
        return f"the same {days} of {SAME[question.preset]}" if question.preset in SAME else f"the {days} before"
    return words.period(past)


def basis(question: Question, metric: Metric, now: Row) -> list[str]:
    """What a number rests on, in words."""
    makers = {"acceptance_rate": _accepted, "revenue_influence": _influenced, "lead_volume": _handed}
    if now["value"] is None:
        return []
    if metric.name in makers:
        return makers[metric.name](question, now)
    if now.get("low") is not None:
        return [
            f"{write.count(round(now['value'] * now['n']))} of {write.count(now['n'])}, {write.interval(now['low'], now['high'])}"
        ]
    if metric.unit == "hours":
        late = f"{'over ' if now.get('p90_over') else ''}{write.hours(now['p90'])}"
        return [f"median; 9 of 10 within {late}"]
    return []


def _accepted(question: Question, now: Row) -> list[str]:
    waiting = now.get("waiting")
    ripe = f"{write.count(round(now['value'] * now['n']))} of {write.count(now['n'])} ripe, 95{write.NBSP}% interval {write.interval(now['low'], now['high'])}"
    inside = f"+{write.count(waiting)} still inside the {_window(question, answers.find('acceptance_rate'))} window{_last_lands(question)}"
    return [ripe, inside] if waiting else [ripe]


def _last_lands(question: Question) -> str:
    """Where the newest week of the period that is over will land, if it is not ripe."""
    of_period = [one for one in answers.landings(question, "acceptance_rate").values() if question.period.start <= one.week < question.period.end]
    if not of_period or of_period[-1].low is None:
        return ""
    return f"; the week of {write.day(of_period[-1].week)} {say.lands(of_period[-1])}"


def _influenced(question: Question, now: Row) -> list[str]:
    whole = question.without_touches()  # what it is a share of knows no channel, campaign or team of a touch
    influenced, revenue = answers.ask(question, "influenced_revenue").row, answers.ask(whole if whole.chosen != question.chosen else question, "revenue").row
    money = [write.money(one["value"], question.currency) for one in (influenced, revenue)]
    return [
        f"{money[0]} of {money[1]}",
        f"{write.count(influenced['n'])} of {write.plural(now['n'], 'deal')} won, at least one marketing touch each",
    ]


def _handed(question: Question, now: Row) -> list[str]:
    inquiries = answers.value(question, "inquiries")
    implied = answers.waterfall(question)["implied"]
    parts = [] if inquiries is None else [f"from {write.count(inquiries)} new people who inquired"]
    return parts + ([f"{write.plural(implied, 'lead')} ({write.rate(implied / now['value'])}) taken without an offer"] if implied else [])


def _window(question: Question, metric: Metric) -> str:
    """The time that a rate gives its leads before it judges them."""
    if metric.name == "response_sla":
        return f"{question.card.facts['response_sla_hours']:g}-hour"
    return f"{question.card.facts[WINDOWS.get(metric.name, 'acceptance_window_days')]:g}-day"


def has_course(metric: Metric) -> bool:
    """Whether a line of weeks says something: not of a state, nor of coverage, as a single week's says nothing."""
    return not metric.is_state and "week" in metric.dims and metric.name != "coverage"


def _line(question: Question, metric: Metric) -> list[dict]:
    course = answers.weekly(question, metric.name) if has_course(metric) else []
    found = weeks.open_landings(question, metric.name, course)
    values = {week["week"]: found[week["week"]].so_far if week["week"] in found else week["value"] for week in course}
    if sum(value is not None for value in values.values()) < weeks.LEAST_POINTS:
        return []
    notes, lands = weeks.by_week(metric.name), {week: [one.low, one.expected, one.high] for week, one in found.items() if one.low is not None}
    return [
        {
            "value": None if values[week["week"]] is None else float(values[week["week"]]),
            "lands": lands.get(week["week"]),
            "label": write.day(week["week"]),
            "state": "whole" if week["ripe"] and not week["in_progress"] else "open",
            "fromZero": metric.unit != "rate",
            "note": write.brief(notes[week["week"]]) if week["week"] in notes else "",
        }
        for week in course
    ]


def _course(line: list[dict], metric: Metric, currency: str) -> str:
    """The line in words."""
    known = [point for point in line if point["value"] is not None]
    said = [f"{point['label']} {write.number(point['value'], metric.unit, currency)}{'' if point['state'] == 'whole' else ', not final yet'}" for point in known]
    return spoken("Week by week", [Said(text, point["value"]) for text, point in zip(said, known, strict=True)]) if known else ""


def _spoken(shown: Tile) -> str:
    """The whole tile in one sentence, for those who hear it; its signs are for the eye, and said in words beside them."""
    if shown.gap:
        return f"{shown.title}: {shown.gap}"
    lines = ["".join(part["text"] for part in line) for line in shown.lines]
    mark = shown.mark["text"] if shown.mark and not any(shown.mark["text"] in line for line in lines) else ""
    marks = f"Marks: {shown.marks}" if shown.marks else ""
    value = f"{shown.title}: {shown.value} {shown.unit}"
    said = [text.translate(SIGNS).strip().removesuffix(".") for text in (value, mark, *lines, shown.course, marks, "Open the records")]
    return ". ".join(text for text in said if text) + "."
