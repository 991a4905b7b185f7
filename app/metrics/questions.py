"""Asks a metric: for a period, by dimensions, where they have chosen values."""

import itertools
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pyarrow as pa

from app.errors import QuestionError
from app.filters import MODELS, SCOPES, TIME_DIMENSIONS, Period, Where, read_day
from app.metrics.catalogue import Metric, catalogue, list_file
from app.metrics.groups import FEW, UNCOUNTED, is_small, size_of, without_small
from app.metrics.intervals import as_rate
from app.metrics.periods import months_later, quarter_start, week_start
from app.queries import EACH_MODEL, QUERIES, SLOT, Plain, at_once, fill, filter_params, read_file
from app.serving import Scorecard

NO_TOUCH = "no touch"  # the channel of the revenue that no touch led to
AGES = ("0-2", "3-7", "8-14", "15-30", "over 30")
FIELDS = ("value", "n", "low", "high", "waiting", "value_over", "p90", "p90_over", "value_by_amount", "handoffs", "won_rate", "without_amount")
TIMES = frozenset(TIME_DIMENSIONS)
TAKEN = "taken"  # how many rows a group has of a metric; one without any is none of its answer
# A metric whose credit is split between touches has a deal once for each: their list is of the deals themselves.
DEALS_ONCE = "(select * from deal where opportunity_id in (select opportunity_id from record)) as record"
CENT, EXACT = Decimal("0.01"), Decimal("1e-6")


@dataclass(frozen=True)
class Answer:
    """Rows of a metric: its dimensions, then value and whichever of n, low, high, waiting, p90, value_over, p90_over,
    value_by_amount, without_amount apply. Rates are fractions, money has two decimals, None is "no data".

    `off` says why there is no data where the extracts lack what the metric needs.
    """

    metric: Metric
    rows: tuple[Mapping[str, object], ...]
    sql: str
    off: str | None = None

    @property
    def row(self) -> Mapping[str, object]:
        """The one row of a question without dimensions."""
        return self.rows[0]


def find_metric(name: str) -> Metric:
    """A metric by name. Raises QuestionError that lists what there is."""
    known = catalogue()
    if name not in known:
        raise QuestionError(f"There is no metric {name!r}. There are: {', '.join(known)}.")
    return known[name]


def ask(
    card: Scorecard,
    metric: str,
    period: Period | None,
    by: Iterable[str] = (),
    where: Where | None = None,
    model: str = MODELS[0],
    scope: str = SCOPES[0],
) -> Answer:
    """Answers one question. State metrics (at `as_of`) ignore the period, all others need one; model and scope are of
    attributed revenue alone.

    Raises QuestionError for an unknown metric, dimension, model or scope, or a period that is none.
    """
    found, by, where = find_metric(metric), tuple(dict.fromkeys(by)), dict(where or {})
    _check_question(found, period, (*by, *where), model, scope)
    sql = fill(found.of((*by, *where)).sql, found.dims_part, by, where, model, scope, card.columns)
    if off := why_off(card, found):
        return Answer(found, ({"value": None},) if not by else (), sql, off)
    rows = card.unguarded.rows(sql, _params(found, period, where))
    if spine := [name for name in by if name in TIME_DIMENSIONS]:
        rows = _without_gaps(card, found, rows, by, spine, period, where)
    answer = Answer(found, _shown(found, sorted(rows, key=lambda row: _sort_key(row, by)), by), sql)
    return answer if card.scope.sees_records else _without_small(card, answer, by, period, where)


def _without_small(card: Scorecard, answer: Answer, by: tuple[str, ...], period: Period | None, where: Where) -> Answer:
    """What a viewer sees of an answer."""
    sizes = [size_of(row, answer.metric.unit) for row in answer.rows]
    if None in sizes and by:
        return replace(answer, rows=(), off=UNCOUNTED)
    if by:
        return replace(answer, rows=without_small(answer.rows, sizes, by))
    size = count_records(card.unguarded, answer.metric.name, period, where) if None in sizes else sizes[0]
    return replace(answer, rows=(dict.fromkeys(answer.row),), off=FEW) if is_small(size) else answer


def alike(card: Scorecard, metric: str, where: Where) -> tuple[str, ...]:
    """This metric and the others whose numbers for these filters one question answers, in the catalogue's order."""
    found = find_metric(metric).of(where)
    if not _adds_at_once(found) or why_off(card, found) or not TIMES.isdisjoint(where) or not card.scope.sees_records:
        return (metric,)
    others = (other.of(where) for other in catalogue().values() if {*where} <= {*other.dims})
    mine = (found.plain.mart, found.plain.day)
    return tuple(other.name for other in others if _adds_at_once(other) and (other.plain.mart, other.plain.day) == mine and not why_off(card, other))


def _adds_at_once(metric: Metric) -> bool:
    return metric.plain is not None and bool(metric.sums)


def ask_each(card: Scorecard, metrics: Sequence[str], periods: Sequence[Period], where: Where | None = None) -> list[list[Mapping[str, object]]]:
    """The rows of `ask` without dimensions of metrics that are `alike` (or of one) for each of several periods, in one question where the queries
    take them together.

    What adds up over time is counted by day and added here; of all else (medians) each period's own records are taken again.
    """
    where = dict(where or {})
    found = [find_metric(name).of(where) for name in metrics]
    first = found[0]
    for one in found:
        _check_question(one, periods[0], tuple(where))
    if not _takes_periods(card, first, tuple(where)):
        return [[ask(card, one.name, period, (), where).row for period in periods] for one in found]
    span = _span(periods)
    if _adds_at_once(first):
        total = _totals(card.lists(*at_once_of(card, found, ("day",), span, where)), periods)
        return [_summed(one, total, f"{one.name}__") for one in found]
    if first.sums:
        sql = fill(first.sql, first.dims_part, ("day",), where, columns=card.columns)
        return [_summed(first, _totals(card.lists(sql, _params(first, span, where)), periods))]
    return [_of_slots(card, first, periods, where)]


def ask_split(card: Scorecard, metric: str, periods: Sequence[Period], by: str, where: Where | None = None) -> list[Sequence[Mapping[str, object]]]:
    """The rows of `ask` by one dimension for each of several periods, in one question where the query takes them together."""
    where = dict(where or {})
    found = find_metric(metric).of((by, *where))
    if not _takes_periods(card, found, (by, *where)):
        return [ask(card, metric, period, (by,), where).rows for period in periods]
    _check_question(found, periods[0], (by, *where))
    rows = sorted(card.rows(*_asked_in_slots(card, found, (by,), periods, where)), key=lambda row: _sort_key(row, (by,)))
    return [_shown(found, [row for row in rows if row[SLOT] == place], (by,)) for place in range(len(periods))]


def _takes_periods(card: Scorecard, metric: Metric, names: tuple[str, ...]) -> bool:
    return metric.is_by_marts and not metric.is_state and TIMES.isdisjoint(names) and card.scope.sees_records and not why_off(card, metric)


def _asked_in_slots(card: Scorecard, metric: Metric, by: tuple[str, ...], periods: Sequence[Period], where: Where) -> tuple[str, dict[str, object]]:
    """A metric's query, also split by the place of a period among several, and its parameters."""
    slots = {"first_days": [period.start for period in periods], "end_days": [period.end for period in periods]}
    return fill(metric.sql, metric.dims_part, (SLOT, *by), where, columns=card.columns), _params(metric, _span(periods), where) | slots


def _span(periods: Iterable[Period]) -> Period:
    starts, ends = zip(*((period.start, period.end) for period in periods), strict=True)
    return Period(min(starts), max(ends))


def ask_beside(card: Scorecard, metrics: Sequence[str], period: Period, by: str, where: Where | None = None) -> dict[str, Answer]:
    """The answers of `ask` by one dimension of those metrics that can be split so, in one question where the queries of several do no more than
    count the same rows.
    """
    where = dict(where or {})
    found = [metric.of((by, *where)) for metric in map(find_metric, metrics) if {by, *where} <= {*metric.dims}]
    rows: dict[object, list[Metric]] = {}
    for metric in found:
        is_plain = metric.plain and card.scope.sees_records and TIMES.isdisjoint((by, *where)) and not why_off(card, metric)
        rows.setdefault((metric.plain.mart, metric.plain.day) if is_plain else metric.name, []).append(metric)
    answers = [_beside(card, group, period, by, where) if len(group) > 1 else [ask(card, group[0].name, period, (by,), where)] for group in rows.values()]
    return {answer.metric.name: answer for group in answers for answer in group}


def _beside(card: Scorecard, group: Sequence[Metric], period: Period, by: str, where: Where) -> list[Answer]:
    _check_question(group[0], period, (by, *where))
    whole = {metric.name: replace(metric.plain, columns=metric.plain.all_columns | {TAKEN: "count(*)"}) for metric in group}
    sql = fill(at_once(whole), (), (by,), where, columns=card.columns)
    found = sorted(card.rows(sql, _params(group[0], period, where)), key=lambda row: _sort_key(row, (by,)))
    return [Answer(metric, _shown(metric, [row for row in _columns(metric.name, whole, found, (by,)) if row[TAKEN]], (by,)), sql) for metric in group]


def at_once_of(
    card: Scorecard, metrics: Sequence[Metric], by: tuple[str, ...], period: Period, where: Where, wrap: Callable[[str], str] = str
) -> tuple[str, dict[str, object]]:
    """One query in place of those of several plain metrics of the same rows, as `wrap` makes it, and its parameters; its columns are METRIC__COLUMN."""
    sql = wrap(at_once({metric.name: metric.plain for metric in metrics}))
    return fill(sql, (), by, where, columns=card.columns), _params(metrics[0], period, where)


def _columns(metric: str, plains: Mapping[str, Plain], rows: Iterable[Mapping[str, object]], by: tuple[str, ...]) -> list[dict[str, object]]:
    names = {f"{metric}__{name}": name for name in plains[metric].columns}
    return [{one: row[one] for one in by} | {own: row[name] for name, own in names.items()} for row in rows]


def _summed(metric: Metric, total: Callable[[str], list], head: str = "") -> list[Mapping[str, object]]:
    """A metric's row in each period, of columns whose names begin with `head`."""
    totals = zip(*(total(head + name) for name in metric.sums), strict=True)
    return [_shown(metric, [dict(zip(metric.sums, one, strict=True))])[0] for one in totals]


def _totals(days: Mapping[str, Sequence], periods: Sequence[Period]) -> Callable[[str], list]:
    """Sums over each of the periods, by the name of a column of what was counted by `day`: from running totals, as periods lie in each other."""
    order = sorted(range(len(days["day"])), key=days["day"].__getitem__)
    known = [days["day"][place] for place in order]
    edges = [(bisect_left(known, period.start), bisect_left(known, period.end)) for period in periods]

    def total(name: str) -> list:
        column = days[name]
        running = [0, *itertools.accumulate(column[place] for place in order)]
        return [running[end] - running[start] for start, end in edges]

    return total


def _of_slots(card: Scorecard, found: Metric, periods: Sequence[Period], where: Where) -> list[Mapping[str, object]]:
    rows = card.rows(*_asked_in_slots(card, found, (), periods, where))
    there = {row[SLOT]: row for row in rows}
    if rows:
        nothing = {name: value for name, value in _nothing(found, rows[0]).items() if name in (*rows[0], "value")}
    else:
        nothing = ask(card, found.name, periods[0], (), where).row
    return [_shown(found, [there.get(place, nothing)])[0] for place in range(len(periods))]


def ask_models(
    card: Scorecard, metric: str, period: Period, by: str, where: Where | None, scope: str
) -> dict[str, Sequence[Mapping[str, object]]]:
    """The rows of `ask` by a dimension in each model, in one question."""
    found, where = find_metric(metric), dict(where or {})
    _check_question(found, period, (by, *where), scope=scope)
    if why_off(card, found) or not card.scope.sees_records or by in TIMES:
        return {model: ask(card, metric, period, (by,), where, model, scope).rows for model in MODELS}
    sql = fill(found.sql, found.dims_part, (by,), where, EACH_MODEL, scope, card.columns)
    rows = card.rows(f"select {by}, {', '.join(MODELS)}\nfrom (\n{sql}\n)", _params(found, period, where))  # what is not taken is not counted
    rows = sorted(rows, key=lambda row: _sort_key(row, (by,)))
    return {model: _shown(found, [{by: row[by], "value": row[model]} for row in rows], (by,)) for model in MODELS}


def ask_filled(card: Scorecard, metric: Metric, sql: str, period: Period, by: tuple[str, ...], where: Where) -> dict[str, np.ndarray]:
    """What a metric's query answers in a form of our own, by column."""
    return card.arrays(fill(sql, metric.dims_part, by, where, columns=card.columns), _params(metric, period, where))


def _shown(metric: Metric, rows: list[dict], by: tuple[str, ...] = ()) -> tuple[Mapping[str, object], ...]:
    """Rows as an answer holds them: a rate with its interval, money in cents, fields in their order."""
    rows = rounded(metric, [as_rate(row) for row in rows])
    return tuple({name: row[name] for name in (*by, *FIELDS) if name in row} for row in rows)


def records(
    card: Scorecard, metric: str, period: Period | None, where: Where | None = None, limit: int | None = None, start: int = 0
) -> pa.Table:
    """The records that a number counts, from the very rows its query counts. At most `limit` of them, from the place `start` on.

    Raises QuestionError as `ask` does.
    """
    end = f"\nlimit {int(limit)} offset {int(start)}" if limit is not None else ""
    return ask_records(card, metric, period, where, lambda listing: listing + end)


def count_records(card: Scorecard, metric: str, period: Period | None, where: Where | None = None) -> int:
    """How many records stand behind a number."""
    return card.rows(*_asked_records(card, metric, period, where, read_file(QUERIES / "support" / "count.sql").body))[0]["n"]


def ask_records(card: Scorecard, metric: str, period: Period | None, where: Where | None, wrap: Callable[[str], str]) -> pa.Table:
    """Asks about the rows of a metric's CTE `record`, with the query that `wrap` makes of their listing. Raises QuestionError as `ask` does."""
    return card.query(*_asked_records(card, metric, period, where, wrap(read_file(list_file(find_metric(metric).records)).body)))


def _asked_records(card: Scorecard, metric: str, period: Period | None, where: Where | None, end: str) -> tuple[str, dict[str, object]]:
    found = find_metric(metric)
    end = end.replace("{once}", DEALS_ONCE if found.records == "deal" and found.dims_part else "record")
    return _filled(card, found, f"{found.of(where or {}).record_sql}\n\n{end}", period, where)


def choices(card: Scorecard, dimension: str) -> list[str]:
    """Values that occur in a dimension, sorted."""
    if dimension in ("age", "decile"):
        return list(AGES) if dimension == "age" else [str(number) for number in range(1, 11)]
    return card.unguarded.query(read_file(QUERIES / "support" / "choices.sql").body, {"dimension": dimension})["value"].to_pylist()


def check_values(card: Scorecard, where: Where) -> None:
    """Raises QuestionError for a value that occurs nowhere, listing what there is."""
    for dimension, values in where.items():
        if dimension in TIME_DIMENSIONS:
            for value in values:
                _check_first_day(card, dimension, value)
            continue
        known = choices(card, dimension)
        for value in values:
            if value and value not in known and value != NO_TOUCH:
                raise QuestionError(f"No {dimension} is {value!r}. There are: {', '.join(known) or 'none'}.")


def ask_support(card: Scorecard, name: str, like: str, period: Period, where: Where | None = None, **params: object) -> list[dict]:
    """Asks a query of queries/support about the records of a period that the metric `like` is about.

    Raises QuestionError for a dimension that the metric does not have.
    """
    sql, bound = _filled(card, find_metric(like), read_file(QUERIES / "support" / f"{name}.sql").body, period, where)
    return card.rows(sql, bound | params)


def ask_of_records(
    card: Scorecard, name: str, metric: str, period: Period, where: Where | None = None, by: Iterable[str] = (), **params: object
) -> list[dict]:
    """Asks a query of queries/support about the very records that a metric counts; they stand at its mark {record}, and the columns of the metric's own
    answer, if it is plain, at {answer}.

    Raises QuestionError as `ask` does.
    """
    return card.rows(*_of_records(card, name, metric, period, where, by, params))


def list_of_records(
    card: Scorecard, name: str, metric: str, period: Period | None, where: Where | None = None, most: int | None = None
) -> pa.Table:
    """The same of many rows, at `most` so many."""
    sql, params = _of_records(card, name, metric, period, where, (), {})
    return card.query(sql if most is None else f"{sql}\nlimit {int(most)}", params)


def _of_records(
    card: Scorecard, name: str, metric: str, period: Period | None, where: Where | None, by: Iterable[str], params: Mapping[str, object]
) -> tuple[str, dict[str, object]]:
    found = find_metric(metric)
    body = read_file(QUERIES / "support" / f"{name}.sql").body.replace("{record}", found.record_sql)
    if found.plain:
        body = body.replace("{answer}", ", ".join(f"{text} as {column}" for column, text in found.plain.all_columns.items()))
    sql, bound = _filled(card, found, body, period, where, tuple(by))
    return sql, bound | params


def _filled(
    card: Scorecard, metric: Metric, sql: str, period: Period | None, where: Where | None, by: tuple[str, ...] = ()
) -> tuple[str, dict[str, object]]:
    """A query about the records that a metric is about, with its marks filled, and what it binds. Raises QuestionError as `ask` does."""
    where = dict(where or {})
    _check_question(metric, period, (*by, *where))
    return fill(sql, metric.dims_part, by, where, columns=card.columns), _params(metric, period, where)


def _check_question(
    metric: Metric, period: Period | None, names: tuple[str, ...], model: str = MODELS[0], scope: str = SCOPES[0]
) -> None:
    for what, value, known in (("model", model, MODELS), ("scope", scope, SCOPES)):
        if value not in known:
            raise QuestionError(f"There is no {what} {value!r}. There are: {', '.join(known)}.")
    for name in names:
        if name not in metric.dims:
            raise QuestionError(f"{metric.name} has no dimension {name!r}. It has: {', '.join(metric.dims)}.")
    if period is None and not metric.is_state:
        raise QuestionError(f"{metric.name} needs a period: its first day, and the first day after it.")
    if period is not None and period.start >= period.end:
        raise QuestionError(f"The period from {period.start} to {period.end} has no day: its end is the first day after it.")


def _params(metric: Metric, period: Period | None, where: Where) -> dict[str, object]:
    params = filter_params(where)
    if not metric.is_state and period is not None:
        params |= {"from_day": period.start, "to_day": period.end}
    return params


def why_off(card: Scorecard, metric: Metric) -> str | None:
    """Why there is no data of a metric, a sentence, where the extracts lack what it needs."""
    missing = [table for table in metric.needs if table not in card.facts["supplied"]]
    if kept := [table for table in missing if table in card.facts.get("withheld", ())]:
        return f"What rests on {' and '.join(kept)} is known of the whole company alone, not of your part of it."
    return f"The extracts hold no {' and no '.join(name.replace('_', ' ') for name in missing)}, so this is unknown." if missing else None


def _without_gaps(
    card: Scorecard, metric: Metric, rows: list[dict], by: tuple[str, ...], spine: list[str], period: Period | None, where: Where
) -> list[dict]:
    """Every week, month or quarter of the period has its row, for each group that occurs."""
    if period is None:
        return rows
    times = _steps(card, spine, period)
    chosen = {name: {_day(name, value) for value in values} for name, values in where.items() if name in spine}
    steps = [tuple(time[name] for name in spine) for time in times if all(time[name] in days for name, days in chosen.items())]
    others = [name for name in by if name not in spine]
    groups = dict.fromkeys(tuple(row[name] for name in others) for row in rows) if others else {(): None}
    there = {(tuple(row[name] for name in spine), tuple(row[name] for name in others)) for row in rows}
    nothing = _nothing(metric, rows[0].keys() - {*by} if rows else ())
    gaps = [
        dict(zip(spine, step, strict=True)) | dict(zip(others, group, strict=True)) | nothing
        for step, group in itertools.product(steps, groups)
        if (step, group) not in there
    ]
    return [*rows, *gaps]


def _steps(card: Scorecard, spine: Iterable[str], period: Period) -> list[dict]:
    """The days, weeks, months or quarters that a period touches, by their first days."""
    starts = {"day": lambda _, day: day, "week": week_start, "month": lambda _, day: months_later(day, 0), "quarter": quarter_start}
    days = (period.start + timedelta(days=number) for number in range(period.days))
    return list({tuple(step.values()): step for day in days for step in [{name: starts[name](card, day) for name in spine}]}.values())


def _nothing(metric: Metric, fields: Iterable[str]) -> dict[str, object]:
    """What a row says where nothing happened: counts and sums are 0, all else is no data."""
    counts = dict.fromkeys(("n", "waiting", "handoffs", "without_amount"), 0) | {"value_over": False, "p90_over": False}
    is_sum = metric.unit == "count" or metric.adds_over_time
    least = {"n": 0} if metric.unit != "count" else {}
    return {field: counts.get(field) for field in fields} | least | {"value": 0 if is_sum else None}


def _sort_key(row: Mapping[str, object], by: tuple[str, ...]) -> tuple:
    return tuple((row[name] is None, AGES.index(str(row[name])) if name == "age" else row[name] if row[name] is not None else "") for name in by)


def rounded(metric: Metric, rows: list[dict]) -> list[dict]:
    """Money has two decimals; where rows add up, they add up to the rounded total, the largest taking the odd cent."""
    if metric.unit != "money":
        return rows
    exact = [None if row["value"] is None else Decimal(str(row["value"])) for row in rows]
    cents = [None if value is None else _to_cents(value) for value in exact]
    there = [place for place, value in enumerate(exact) if value is not None]
    if metric.adds_up and there:
        odd = _to_cents(sum((exact[place] for place in there), Decimal(0))) - sum((cents[place] for place in there), Decimal(0))
        # What no touch led to is the same in every model, so it takes no odd cent of theirs.
        cents[max(there, key=lambda place: (rows[place].get("channel") != NO_TOUCH, _known(exact[place])))] += odd
    return [row | {"value": None if value is None else float(value)} for row, value in zip(rows, cents, strict=True)]


def _to_cents(value: Decimal) -> Decimal:
    return _known(value).quantize(CENT, ROUND_HALF_UP)


def _known(value: Decimal) -> Decimal:
    """Products of amounts and weights carry errors of 1e-10, some 1e-7 where a million add up to a billion: without them half a cent is half a
    cent, and of equal values the first is the largest."""
    return value.quantize(EXACT, ROUND_HALF_UP)


def _check_first_day(card: Scorecard, dimension: str, value: str) -> None:
    day = _day(dimension, value)
    first = _steps(card, (dimension,), Period(day, day + timedelta(days=1)))[0][dimension]
    if first != day:
        raise QuestionError(f"No {dimension} starts on {value}: the one it is in starts on {first}.")


def _day(dimension: str, value: str) -> date:
    try:
        return read_day(value)
    except ValueError:
        raise QuestionError(f"{value!r} is no {dimension}: write its first day, such as 2026-11-16.") from None
