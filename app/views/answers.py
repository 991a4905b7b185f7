"""Questions of the pages, asked once and remembered for as long as their generation may be asked again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pyarrow as pa

from app import metrics
from app.filters import TIME_DIMENSIONS, Period, Where
from app.metrics import Answer, Comparison, Metric, Ripening, Scorecard, Signal
from app.views import ahead, words
from app.views.ahead import remembered
from app.views.memory import once

Chosen = tuple[tuple[str, tuple[str, ...]], ...]
Row = Mapping[str, object]
TILE_WEEKS, COURSE_WEEKS = 13, 26
WEEK = timedelta(days=7)
ALL_LANDINGS = ("acceptance_rate", "qualification_rate", "won_rate")
OF_TOUCHES = ("channel", "campaign", "marketing_team")
ANY_TIME = Period(date.min, date.max)


class Gap(Exception):
    """A card has nothing to show; the message is the sentence it shows instead."""


@dataclass(frozen=True)
class Question:
    """What the reader has chosen: the scorecard, the period and what it is called, and the filters."""

    card: Scorecard
    preset: str
    period: Period
    chosen: Chosen
    derived: str = field(default="", compare=False)  # the method that made it of the page's own question

    @property
    def key(self) -> tuple[object, ...]:
        """What its answers are kept by: the generation is the part that says whose numbers these are."""
        return self.card.generation, self.period, self.chosen

    def only(self, **values: object) -> "Question":
        """The same with one value for each dimension named; None and '' are the rows that have none."""
        where = dict(self.chosen) | {name: (str(value or ""),) for name, value in values.items()}
        return replace(self, chosen=tuple(sorted(where.items())), derived=ahead.ONLY)

    def without_time(self) -> "Question":
        """The same without a day, week, month or quarter chosen."""
        return self._without(TIME_DIMENSIONS, "without_time")

    def without_touches(self) -> "Question":
        """The same without filters on touches, between which credit is split."""
        return self._without(OF_TOUCHES, "without_touches")

    def at_any_time(self) -> "Question":
        """The same without a period, for what is of all weeks: of each filter it is asked once."""
        return replace(self.without_time(), period=ANY_TIME, derived="at_any_time" if self.derived in ("", "without_time") else ahead.ONLY)

    def of_last_week(self) -> "Question":
        """Of the last complete week up to the end of its period."""
        over = metrics.week_start(self.card, metrics.today(self.card)) - WEEK
        week = min(over, metrics.week_start(self.card, self.period.end - timedelta(days=1)))
        return replace(self.without_time(), period=Period(week, week + WEEK), derived="of_last_week" if self.derived == "" else ahead.ONLY)

    def _without(self, names: tuple[str, ...], derived: str) -> "Question":
        kept = tuple(one for one in self.chosen if one[0] not in names)
        return replace(self, chosen=kept, derived=derived if self.derived in ("", derived) else ahead.ONLY)

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


def ask(question: Question, name: str, by: tuple[str, ...] = (), beside: tuple[str, ...] = ()) -> Answer:
    """One question; by one dimension, together with those of the metrics `beside` that a page shows, too. Raises Gap where the metric does not fit the
    filters, is switched off, or has no rows.
    """
    fits(question, name)
    if not by and (row := _tile_row(question, name)) and (row["value"] is not None or _is_known(question, name)):
        return Answer(find(name), (row,), "")
    answer = _beside(question, beside, by[0])[name] if name in beside else _ask(question, name, by)
    if answer.off:
        raise Gap(answer.off)
    if not answer.rows:
        raise Gap(nothing(question, answer.metric))
    return answer


def _tile_row(question: Question, name: str) -> Row | None:
    """The number of a metric's tile; None where it was not asked for, and no question of several metrics answers it that the page asks anyway: with those of
    earlier weeks it is two to three times as dear.
    """
    if not _has_weeks(question, name):
        return None
    is_shared = not question.derived and find(name).of(dict(question.chosen)).plain
    if not is_shared:
        if not _all_tiled.knows(question, (_first(question, name),)):
            return None
        question = replace(question, derived=ahead.ONLY)  # what another page asked is not what this one asks next time
    return _tiled(question, name)[0].now


def opened(question: Question, name: str) -> None:
    """Raises Gap where a metric does not fit the filters or is switched off; to readers who may not know small groups, as `ask` does."""
    fits(question, name)
    if not _is_known(question, name):
        ask(question, name)


def _is_known(question: Question, name: str) -> bool:
    """Whether no data is what is so, and not what is switched off or may not be told."""
    return question.card.scope.sees_records and not metrics.why_off(question.card, find(name))


def split(question: Question, name: str, by: str, beside: tuple[str, ...] = ()) -> list[Row]:
    """Rows of a metric by one dimension, the largest first, those without a value of it last. Raises Gap as `ask` does."""
    rows = ask(question, name, (by,), beside).rows
    return sorted(rows, key=lambda row: (row[by] is None, -(row["value"] or 0)))


def compare(question: Question, name: str) -> Comparison:
    """A metric beside the fair earlier period. Raises Gap as `ask` does."""
    fits(question, name)
    compared = _tiled(question, name)[0] if _has_weeks(question, name) else _compare(question, name)
    if compared.now["value"] is None:
        opened(question, name)
    return compared


def target(question: Question, name: str) -> float | None:
    """What was promised for the elapsed part of the period, if anything was for these filters."""
    return metrics.target(question.card, name, question.period, dict(question.chosen))


def weekly(question: Question, name: str) -> list[Row]:
    """Thirteen weeks up to the end of the period."""
    return _tiled(question, name)[1] if _has_weeks(question, name) else _weekly(question, name, TILE_WEEKS)


def _has_weeks(question: Question, name: str) -> bool:
    """Whether a number, the one before it and its last weeks are one question."""
    metric = find(name)
    return metric.is_by_marts and not metric.is_state and all(dimension not in TIME_DIMENSIONS for dimension, _ in question.chosen)


def course(question: Question, name: str, weeks: int = COURSE_WEEKS) -> list[Row]:
    """Half a year of weeks up to the end of the period. Raises Gap where the metric does not fit the filters."""
    asked = question.without_time()
    fits(asked, name)
    return _weekly(asked, name, weeks)


def courses(question: Question, names: tuple[str, ...], weeks: int) -> dict[str, list[Row]]:
    """The same of several metrics at once, where one question answers them. Raises Gap where one does not fit the filters."""
    asked = question.without_time()
    for name in names:
        fits(asked, name)
    if {*names} <= {*metrics.alike(asked.card, names[0], dict(asked.chosen))}:
        return _courses(asked, names, weeks)
    return {name: _weekly(asked, name, weeks) for name in names}


def landings(question: Question, name: str) -> dict[date, Ripening]:
    """Where the weeks of a rate that are over and not ripe yet will land: acceptance alone where it is all that a page shows, else all of them together."""
    if name not in ALL_LANDINGS:
        return {}
    asked = question.at_any_time()
    needs_all = name in ALL_LANDINGS[1:] or ahead.is_asked(_landings, asked, ALL_LANDINGS)
    return _landings(asked, ALL_LANDINGS if needs_all else (name,))[name]


def won_by_cohort(question: Question, weeks: int) -> list[Row]:
    """The share won within the conversion window of the leads handed over in each of the last weeks up to the end of the period."""
    return _won_by_cohort(question.without_time(), weeks)


def is_whole(row: Row) -> bool:
    """Whether a week is over and nothing in it still waits."""
    return bool(row["ripe"] and not row["in_progress"])


def signal(question: Question, name: str) -> Signal | None:
    """Whether the last whole week of the course is a signal or ordinary variation; None where none has a value."""
    return _last_signal(question.without_time(), name)


def records(question: Question, name: str) -> pa.Table:
    """All records behind a number. Raises Gap where the metric does not fit the filters."""
    fits(question, name)
    return _records(question, name)


def record_count(question: Question, name: str) -> int:
    """How many records there are behind a number. Raises Gap where the metric does not fit the filters."""
    fits(question, name)
    return _record_count(question, name)


def some_records(question: Question, name: str, start: int, most: int) -> pa.Table:
    """Those from a place in their order on. Raises Gap where the metric does not fit the filters."""
    fits(question, name)
    return _some_records(question, name, start, most)


def waterfall(question: Question) -> dict[str, int]:
    """What became so far of the leads handed over in the period. Raises Gap where that is unknown."""
    ask(question, "lead_volume")
    return _waterfall(question)


def pace(question: Question, name: str) -> tuple[list[Row], list[Row]]:
    """A count or money day by day, and what was promised up to each day (none where nothing was)."""
    days = ask(question, name, ("day",)).rows
    return list(days), metrics.target_path(question.card, name, question.period, dict(question.chosen))


def joint_wins(question: Question) -> list[Row]:
    """Win rate with and without joint work at the account before the close."""
    return _joint_wins(question)


@once(1_000)
def choices(card: Scorecard, dimension: str) -> list[str]:
    """Values that occur in a dimension."""
    return metrics.choices(card, dimension)


@once(100)
def presets(card: Scorecard) -> dict[str, Period]:
    """Periods by their names."""
    return metrics.presets(card)


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


@remembered(4_000)
def _ask(question: Question, name: str, by: tuple[str, ...]) -> Answer:
    return metrics.ask(question.card, name, question.period, by, dict(question.chosen))


@remembered(1_000)
def _beside(question: Question, names: tuple[str, ...], by: str) -> dict[str, Answer]:
    return metrics.ask_beside(question.card, names, question.period, by, dict(question.chosen))


def _tiled(question: Question, name: str) -> tuple[Comparison, list[Row]]:
    return _all_tiled(question, _first(question, name))[name]


def _first(question: Question, name: str) -> str:
    """Of the metrics whose numbers one question answers, the first."""
    return metrics.alike(question.card, name, dict(question.chosen))[0]


@remembered(2_000)
def _all_tiled(question: Question, first: str) -> dict[str, tuple[Comparison, list[Row]]]:
    """Of all metrics that one question answers, named by the first of them: which those are hangs on the filters, and is not known ahead."""
    names = metrics.alike(question.card, first, dict(question.chosen))
    return metrics.compare_with_weeks(question.card, names, question.period, dict(question.chosen), TILE_WEEKS)


@remembered(1_000)
def _compare(question: Question, name: str) -> Comparison:
    return metrics.compare(question.card, name, question.period, dict(question.chosen))


@remembered(1_000)
def _weekly(question: Question, name: str, weeks: int) -> list[Row]:
    return metrics.weekly(question.card, name, question.period.end - timedelta(days=1), dict(question.chosen), weeks)


@remembered(200)
def _courses(question: Question, names: tuple[str, ...], weeks: int) -> dict[str, list[Row]]:
    return metrics.weekly_of(question.card, names, question.period.end - timedelta(days=1), dict(question.chosen), weeks)


@remembered(1_000)
def _waterfall(question: Question) -> dict[str, int]:
    return metrics.waterfall(question.card, question.period, dict(question.chosen))


@remembered(500)
def _joint_wins(question: Question) -> list[Row]:
    return metrics.joint_work_win_rate(question.card, question.period, dict(question.chosen))


@remembered(500)
def _landings(question: Question, names: tuple[str, ...]) -> dict[str, dict[date, Ripening]]:
    if names != ALL_LANDINGS and _landings.knows(question, (ALL_LANDINGS,)):
        return _landings(replace(question, derived=ahead.ONLY), ALL_LANDINGS)
    return metrics.landings_of(question.card, names, dict(question.chosen))


@remembered(100)
def _won_by_cohort(question: Question, weeks: int) -> list[Row]:
    spans = metrics.last_weeks(question.card, question.period.end - timedelta(days=1), weeks)
    return metrics.won_by_cohort(question.card, Period(spans[0].start, spans[-1].end), dict(question.chosen))


@remembered(1_000)
def _last_signal(question: Question, name: str) -> Signal | None:
    rows = _weekly(question, name, COURSE_WEEKS)
    judged = next((row["week"] for row in reversed(rows) if is_whole(row) and row["value"] is not None), None)
    return _signal(question.at_any_time(), name, judged) if judged else None


@remembered(1_000)
def _signal(question: Question, name: str, week: date) -> Signal:
    return metrics.signal(question.card, name, week, dict(question.chosen))


@remembered(1_000)
def _record_count(question: Question, name: str) -> int:
    return metrics.count_records(question.card, name, question.period, dict(question.chosen))


@remembered(200)
def _some_records(question: Question, name: str, start: int, most: int) -> pa.Table:
    return metrics.records(question.card, name, question.period, dict(question.chosen), most, start)


@remembered(24)
def _records(question: Question, name: str) -> pa.Table:
    return metrics.records(question.card, name, question.period, dict(question.chosen))
