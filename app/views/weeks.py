"""A number week by week: the line with the limits of ordinary variation, and what people say explains a week."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from app import charts
from app.charts import WeekPoint
from app.charts import format as write
from app.filters import TIME_DIMENSIONS, Period
from app.meeting import picture
from app.meeting import words as say
from app.metrics import Metric, Ripening, Signal
from app.notes import MOST_WORDS, Annotation
from app.views import answers, bar, cards, links, notebook, words
from app.views.answers import Gap, Question, Row

A_WEEK = timedelta(days=7)
LEAST_POINTS = 3  # of fewer there is no line to draw
CHART_PX, LIST_PX, SCROLLS_FROM, LINE = 210, 240, 6, 110


def by_week(metric: str) -> dict[date, str]:
    """What people wrote about a metric's weeks, by the first day of the week."""
    found: dict[date, str] = {}
    for note in notebook.annotations(metric):
        found[note.week] = f"{found[note.week]}; {note.text}" if note.week in found else note.text
    return found


def draw(question: Question, metric: Metric) -> None:
    """Draws half a year of weeks up to the end of the period, and what it says, into the card that is open."""
    rows = answers.course(question, metric.name)
    lands = open_landings(question, metric.name, rows)
    if sum(row["value"] is not None or row["week"] in lands for row in rows) < LEAST_POINTS:
        raise Gap("Too few weeks for a line.")
    signal = answers.signal(question, metric.name)
    said = _said(question, metric, signal)
    notes = by_week(metric.name)
    points = [_point(question, metric, row, signal, notes, lands.get(row["week"])) for row in rows]
    _chart(question, metric, points, signal, said)
    cards.caption(f"{words.plain(said)} {_legend(points)}")


def explain(question: Question, metric: Metric) -> None:
    """The marks of the weeks that are shown, and a form for one more."""
    try:
        rows = answers.course(question, metric.name)
    except Gap:
        return  # the card has said why
    if notebook.current():
        _form(metric, rows)
    if fault := notebook.fault():
        st.caption(f":material/cloud_off: {words.plain(fault)}")
    _marks(metric, [row["week"] for row in rows])


def open_landings(question: Question, name: str, rows: Sequence[Row]) -> dict[date, Ripening]:
    """Where those of the weeks will land that are over and in which something still waits."""
    open_weeks = [row["week"] for row in rows if not row["ripe"]]
    found = answers.landings(question, name) if open_weeks else {}
    return {week: found[week] for week in open_weeks if week in found}


def _said(question: Question, metric: Metric, signal: Signal | None) -> str:
    if signal is None:
        return "No week can be judged yet."
    value, judged = write.number(signal.value, metric.unit, question.currency), say.of_signal(signal, metric.unit, question.currency)
    return f"Week of {write.full_day(signal.week)}: {value}. {judged}."


def _legend(points: Sequence[WeekPoint]) -> str:
    """What the marks of the chart mean, as far as it has them."""
    known = {
        "short strokes: target": any(point.target is not None for point in points),
        "upright lines: 95\N{NO-BREAK SPACE}% interval": any(point.low is not None for point in points),
        "hollow: not over yet or not ripe": any(point.is_open for point in points),
        "boxes: where a week will land, right 80 times in 100": any(point.lands is not None for point in points),
        "◆: a signal": any(point.is_signal for point in points),
    }
    there = [text for text, is_there in known.items() if is_there]
    return words.sentence(", ".join(there)) + "." if there else ""


def _point(question: Question, metric: Metric, row: Row, signal: Signal | None, notes: dict[date, str], lands: Ripening | None) -> WeekPoint:
    if lands:  # all that is decided, and not only the leads whose time is up
        row = {**row, "value": lands.so_far, "low": None, "high": None}
    week, value = row["week"], None if row["value"] is None else float(row["value"])
    promised = answers.target(_of_week(question, week), metric.name)
    label = write.number(value, metric.unit, question.currency)
    low, high = (None if value is None or row.get(side) is None else float(row[side]) for side in ("low", "high"))
    return WeekPoint(
        week, value, label, low, high, None if promised is None else float(promised), not answers.is_whole(row), _stands_out(signal, row), notes.get(week, ""),
        _tip(question, metric, row, label, promised, lands), **picture.landing(lands),
    )  # fmt: skip


def _of_week(question: Question, week: date) -> Question:
    asked = question.without_time()
    return Question(asked.card, asked.preset, Period(week, week + A_WEEK), asked.chosen)


def _stands_out(signal: Signal | None, row: Row) -> bool:
    """A week outside the limits that are drawn, or the last of a row on one side."""
    if signal is None or signal.low is None or not answers.is_whole(row) or row["value"] is None:
        return False
    is_judged = row["week"] == signal.week and signal.kind.startswith(("signal", "shift"))
    limits = next((level for level in reversed(signal.levels) if level.first <= row["week"]), signal)
    return is_judged or (limits.low is not None and not limits.low <= float(row["value"]) <= limits.high)


def _tip(question: Question, metric: Metric, row: Row, label: str, promised: float | None, lands: Ripening | None) -> str:
    parts = [f"Week of {write.full_day(row['week'])}: {say.of_ripening(lands) if lands else label}"]
    if promised is not None:
        parts.append(f"target {write.number(promised, metric.unit, question.currency)}")
    if row["in_progress"]:
        parts.append("not over yet")
    elif row.get("waiting") and not lands:
        parts.append(f"{write.plural(row['waiting'], 'lead')} still waiting")
    return ", ".join(parts)


def _chart(question: Question, metric: Metric, points: Sequence[WeekPoint], signal: Signal | None, said: str) -> None:
    """The line; a click on a week opens that week's records, with the same filters."""
    spoken = f"{metric.title} week by week. {said}"
    drawing = charts.weekly(points, metric.owner, metric.unit, spoken, currency=question.currency, height=CHART_PX, **picture.limits(signal))
    cards.chart(drawing, metric.name, "week", to=lambda week: address(metric.name, date.fromisoformat(week)))


def address(metric: str, week: date) -> str:
    """The records of one week, with the filters that are chosen now."""
    others = {name: value for name, value in links.asked_values().items() if name not in TIME_DIMENSIONS}
    days = [week.isoformat(), (week + timedelta(days=6)).isoformat()]
    return links.href("records", metric=metric, period=bar.CUSTOM, days=days, **others)


# --- what people write ---------------------------------------------------------------------------


def _form(metric: Metric, rows: Sequence[Row]) -> None:
    """A button that opens a form to mark a week, and who writes."""
    name = f"mark {metric.name}"
    key, weeks = notebook.form_key(name), [row["week"] for row in sorted(rows, key=lambda row: (row["in_progress"], -row["week"].toordinal()))]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        with st.popover("Explain a week", icon=":material/flag:", key=f"{key} popover"), st.form(key, border=False):
            st.selectbox("Week of", weeks, key=f"{key} week", format_func=write.full_day)
            st.text_area("What explains it?", key=f"{key} text", max_chars=MOST_WORDS, height=90)
            st.form_submit_button("Keep", type="primary", on_click=_keep, args=(metric.name, name, key))
        notebook.author_line()


def _keep(metric: str, name: str, key: str) -> None:
    if notebook.keep(Annotation(metric=metric, week=st.session_state[f"{key} week"], text=st.session_state[f"{key} text"]), notebook.author()):
        notebook.done(name)


def _marks(metric: Metric, weeks: Sequence[date]) -> None:
    """What people wrote of the weeks that are shown, the newest week first, numbered as on the chart."""
    notes = [note for note in notebook.annotations(metric.name) if note.week in weeks]
    places = {week: number for number, week in enumerate(sorted({note.week for note in notes}), 1)}
    lines = sum(2 + len(note.text) // LINE + note.text.count("\n") for note in notes)
    if not notes:
        return
    with st.container(height=LIST_PX if lines > 2 * SCROLLS_FROM else "content", border=False, gap="xsmall"):
        for note in sorted(notes, key=lambda note: (note.week, note.created_at), reverse=True):
            _mark(note, f"▲{write.NBSP}{places[note.week]}" if len(places) > 1 else "▲")


def _mark(note: Annotation, sign: str) -> None:
    me = notebook.author()
    said = f"{sign} **Week of {write.full_day(note.week)}** · {words.plain(write.brief(note.created_by))}, {note.created_side} · {write.full_day(note.created_at)}"
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f":small[{said}]", width="content")
            if me and (me.name, me.side) == (note.created_by, note.created_side):
                st.button("", icon=":material/close:", key=f"remove {note.id}", type="tertiary", help="Remove this mark", on_click=notebook.remove, args=(note, me))
        st.text(note.text)
