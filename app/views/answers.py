"""Questions of the pages, asked once and remembered for as long as their generation may be asked again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa
import streamlit as st

from app import metrics
from app.filters import TIME_DIMENSIONS, Period, Where
from app.metrics import Answer, Comparison, Metric, Ripening, Scorecard, Signal
from app.views import words

Chosen = tuple[tuple[str, tuple[str, ...]], ...]
Row = Mapping[str, object]
TILE_WEEKS, COURSE_WEEKS = 13, 26


class Gap(Exception):
    """A card has nothing to show; the message is the sentence it shows instead."""


@dataclass(frozen=True)
class Question:
    """What the reader has chosen: the scorecard, the period and what it is called, and the filters."""

    card: Scorecard
    preset: str
    period: Period
    chosen: Chosen

    def only(self, **values: object) -> "Question":
        """The same with one value for each dimension named; None and '' are the rows that have none."""
        where = dict(self.chosen) | {name: (str(value or ""),) for name, value in values.items()}
        return replace(self, chosen=tuple(sorted(where.items())))

    def without_time(self) -> "Question":
        """The same without a day, week, month or quarter chosen."""
        return replace(self, chosen=tuple(one for one in self.chosen if one[0] not in TIME_DIMENSIONS))

    @property
    def currency(self) -> str:
        """The reporting currency, three letters."""
        return str(self.card.facts["currency"])


def fits(question: Question, name: str) -> Where:
    """The filters, if the metric can be split by all of them. Raises Gap where it cannot."""
    metric = metrics.find_metric(name)
    foreign = [words.dimension(dimension) for dimension, _ in question.chosen if dimension not in metric.dims]
    if foreign:
        raise Gap(f"“{metric.title}” cannot be split by {words.listed(foreign)}.")
    return dict(question.chosen)


def find(name: str) -> Metric:
    """A metric by name."""
    return metrics.find_metric(name)


def ask(question: Question, name: str, by: tuple[str, ...] = ()) -> Answer:
    """One question. Raises Gap where the metric does not fit the filters, is switched off, or has no rows."""
    fits(question, name)
    answer = _ask(question.card.generation, question.card, name, question.period, by, question.chosen)
    if answer.off:
        raise Gap(answer.off)
    if not answer.rows:
        raise Gap(nothing(question, answer.metric))
    return answer


def split(question: Question, name: str, by: str) -> list[Row]:
    """Rows of a metric by one dimension, the largest first, those without a value of it last. Raises Gap as `ask` does."""
    rows = ask(question, name, (by,)).rows
    return sorted(rows, key=lambda row: (row[by] is None, -(row["value"] or 0)))


def compare(question: Question, name: str) -> Comparison:
    """A metric beside the fair earlier period. Raises Gap as `ask` does."""
    fits(question, name)
    compared = _compare(question.card.generation, question.card, name, question.period, question.chosen)
    if compared.now["value"] is None:
        ask(question, name)  # raises Gap where the metric is switched off, with the reason
    return compared


def target(question: Question, name: str) -> float | None:
    """What was promised for the elapsed part of the period, if anything was for these filters."""
    return _target(question.card.generation, question.card, name, question.period, question.chosen)


def weekly(question: Question, name: str) -> list[Row]:
    """Thirteen weeks up to the end of the period."""
    last = question.period.end - timedelta(days=1)
    return _weekly(question.card.generation, question.card, name, last, question.chosen)


def course(question: Question, name: str, weeks: int = COURSE_WEEKS) -> list[Row]:
    """Half a year of weeks up to the end of the period. Raises Gap where the metric does not fit the filters."""
    asked = question.without_time()
    fits(asked, name)
    return _weekly(question.card.generation, question.card, name, question.period.end - timedelta(days=1), asked.chosen, weeks)


def landings(question: Question, name: str) -> dict[date, Ripening]:
    """Where the weeks of a rate that are over and not ripe yet will land."""
    return _landings(question.card.generation, question.card, name, question.without_time().chosen)


def won_by_cohort(question: Question, period: Period) -> list[Row]:
    """The share won within the conversion window of the leads handed over in each week of a period."""
    return _won_by_cohort(question.card.generation, question.card, period, question.without_time().chosen)


def signal(question: Question, name: str, week: date) -> Signal:
    """Whether a week is a signal or ordinary variation."""
    return _signal(question.card.generation, question.card, name, week, question.without_time().chosen)


def records(question: Question, name: str) -> pa.Table:
    """All records behind a number. Raises Gap where the metric does not fit the filters."""
    fits(question, name)
    return _records(question.card.generation, question.card, name, question.period, question.chosen)


def waterfall(question: Question) -> dict[str, int]:
    """What became so far of the leads handed over in the period. Raises Gap where that is unknown."""
    ask(question, "lead_volume")
    return _waterfall(question.card.generation, question.card, question.period, question.chosen)


def pace(question: Question, name: str) -> tuple[list[Row], list[Row]]:
    """A count or money day by day, and what was promised up to each day (none where nothing was)."""
    days = ask(question, name, ("day",)).rows
    return list(days), _path(question.card.generation, question.card, name, question.period, question.chosen)


def joint_wins(question: Question) -> list[Row]:
    """Win rate with and without joint work at the account before the close."""
    return _joint_wins(question.card.generation, question.card, question.period, question.chosen)


def choices(card: Scorecard, dimension: str) -> list[str]:
    """Values that occur in a dimension."""
    return _choices(card.generation, card, dimension)


def presets(card: Scorecard) -> dict[str, Period]:
    """Periods by their names."""
    return _presets(card.generation, card)


def value(question: Question, name: str) -> float | None:
    """A metric's one value; None where it does not fit the filters or is no data."""
    try:
        return ask(question, name).row["value"]
    except Gap:
        return None


def nothing(question: Question, metric: Metric) -> str:
    """The sentence of a card without rows."""
    filters = [words.dimension(name) for name, _ in question.chosen]
    inside = f" with {'this' if len(filters) == 1 else 'these'} {words.listed(filters)}" if filters else ""
    return f"No {words.THINGS[metric.records][0]}{inside}{'' if metric.is_state else ' in this period'}."


# The generation comes first and is the part of the key that says whose numbers these are; Scorecard itself is not hashed.


@st.cache_resource(max_entries=4_000, show_spinner=False)
def _ask(generation: str, _card: Scorecard, name: str, period: Period, by: tuple[str, ...], chosen: Chosen) -> Answer:
    return metrics.ask(_card, name, period, by, dict(chosen))


@st.cache_resource(max_entries=1_000, show_spinner=False)
def _waterfall(generation: str, _card: Scorecard, period: Period, chosen: Chosen) -> dict[str, int]:
    return metrics.waterfall(_card, period, dict(chosen))


@st.cache_resource(max_entries=500, show_spinner=False)
def _joint_wins(generation: str, _card: Scorecard, period: Period, chosen: Chosen) -> list[Row]:
    return metrics.joint_work_win_rate(_card, period, dict(chosen))


@st.cache_resource(max_entries=500, show_spinner=False)
def _path(generation: str, _card: Scorecard, name: str, period: Period, chosen: Chosen) -> list[Row]:
    return metrics.target_path(_card, name, period, dict(chosen))


@st.cache_resource(max_entries=2_000, show_spinner=False)
def _compare(generation: str, _card: Scorecard, name: str, period: Period, chosen: Chosen) -> Comparison:
    return metrics.compare(_card, name, period, dict(chosen))


@st.cache_resource(max_entries=4_000, show_spinner=False)
def _target(generation: str, _card: Scorecard, name: str, period: Period, chosen: Chosen) -> float | None:
    return metrics.target(_card, name, period, dict(chosen))


@st.cache_resource(max_entries=2_000, show_spinner=False)
def _weekly(generation: str, _card: Scorecard, name: str, until: date, chosen: Chosen, weeks: int = TILE_WEEKS) -> list[Row]:
    return metrics.weekly(_card, name, until, dict(chosen), weeks)


@st.cache_resource(max_entries=500, show_spinner=False)
def _landings(generation: str, _card: Scorecard, name: str, chosen: Chosen) -> dict[date, Ripening]:
    return metrics.landings(_card, name, dict(chosen))


@st.cache_resource(max_entries=100, show_spinner=False)
def _won_by_cohort(generation: str, _card: Scorecard, period: Period, chosen: Chosen) -> list[Row]:
    return metrics.won_by_cohort(_card, period, dict(chosen))


@st.cache_resource(max_entries=1_000, show_spinner=False)
def _signal(generation: str, _card: Scorecard, name: str, week: date, chosen: Chosen) -> Signal:
    return metrics.signal(_card, name, week, dict(chosen))


@st.cache_resource(max_entries=24, show_spinner=False)
def _records(generation: str, _card: Scorecard, name: str, period: Period, chosen: Chosen) -> pa.Table:
    return metrics.records(_card, name, period, dict(chosen))


@st.cache_resource(max_entries=64, show_spinner=False)
def _choices(generation: str, _card: Scorecard, dimension: str) -> list[str]:
    return metrics.choices(_card, dimension)


@st.cache_resource(max_entries=4, show_spinner=False)
def _presets(generation: str, _card: Scorecard) -> dict[str, Period]:
    return metrics.presets(_card)
