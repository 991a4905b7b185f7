"""Weekly series of metrics, as a whole and in every group of several dimensions, in as few questions as possible."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.filters import Period, Where
from app.metrics.catalogue import Metric
from app.metrics.questions import ask, ask_filled, at_once_of, columns_of
from app.queries import by_each
from app.serving import Scorecard

Series = tuple[str | None, list[str | None], np.ndarray]
WEEK = timedelta(days=7)


def together(metrics: Iterable[Metric]) -> list[list[Metric]]:
    """Metrics in groups whose numbers one question answers, each group in the place of its first."""
    groups: dict[object, list[Metric]] = {}
    for metric in metrics:
        groups.setdefault((metric.plain.mart, metric.plain.day) if metric.plain else metric.name, []).append(metric)
    return list(groups.values())


def of_weeks(card: Scorecard, group: Sequence[Metric], span: Period, where: Where) -> dict[str, dict[date, Mapping[str, object]]]:
    """Of each metric of a group its rows by week, from what its query counts; weeks without a record may be missing."""
    if len(group) == 1:
        return {group[0].name: {row["week"]: row for row in ask(card, group[0].name, span, ("week",), where).rows}}
    rows = card.rows(*at_once_of(card, group, ("week",), span, where))
    return {metric.name: {row["week"]: row for row in columns_of(metric, rows, ("week",))} for metric in group}


def weeks_of(span: Period) -> list[date]:
    """The first days of the weeks of a span of whole weeks."""
    return [span.start + number * WEEK for number in range(span.days // 7)]


def series(card: Scorecard, weeks: Mapping[Metric, Sequence[date]], dims: Mapping[Metric, Sequence[str]], where: Where) -> Iterator[tuple[Metric, Iterator[Series]]]:
    """Of metrics of one group, each with its own weeks and dimensions: the whole (dimension None), then each dimension: its name, its groups in
    their order (None: no value), and for each of them what is counted in each of the weeks (hits of a rate, money) and the records it rests on,
    an array of group, these two, week. Of counts, rates and money. Groups may be without any record.
    """
    span = Period(min(one[0] for one in weeks.values()), max(one[-1] for one in weeks.values()) + WEEK)
    sides = list(dict.fromkeys(name for names in dims.values() for name in names))
    tables = dict(_tables(card, list(weeks), span, tuple(sides), where))
    for metric, own in weeks.items():
        yield metric, (_series(metric, by, tables[by], own) for by in (None, *dims[metric]))


def _series(metric: Metric, by: str | None, table: pa.Table, weeks: Sequence[date]) -> Series:
    names, groups = _groups(table["grouped"])
    days = table["week"].to_numpy()
    places, kept = np.searchsorted(weeks, days), np.isin(days, weeks)
    found = np.zeros((len(names), 2, len(weeks)))
    for side, values in enumerate(_parts(metric.unit, table, f"{metric.name}__" if metric.plain else "")):
        found[groups[kept], side, places[kept]] = values[kept]
    order = sorted(range(len(names)), key=lambda place: (names[place] is None, names[place] or ""))
    return by, [names[place] for place in order], found[order]


def _tables(card: Scorecard, group: Sequence[Metric], span: Period, dims: tuple[str, ...], where: Where) -> Iterator[tuple[str | None, pa.Table]]:
    metric = group[0]
    if not (metric.is_one_select or metric.counts_first):
        for by in (None, *dims):
            table = ask_filled(card, metric, metric.sql, span, (by, "week") if by else ("week",), where)
            yield by, table.append_column("grouped", table[by] if by else pa.nulls(table.num_rows, pa.string()))
        return
    if metric.plain:
        table = card.query(*at_once_of(card, group, ("week",), span, where, lambda sql: by_each(sql, dims)))
    else:
        table = ask_filled(card, metric, by_each(metric.sql, dims), span, ("week",), where)
    sides, whole = table["side"], (1 << len(dims)) - 1
    for by, side in ((None, whole), *((by, whole - (1 << len(dims) - 1 - place)) for place, by in enumerate(dims))):
        yield by, table.filter(pc.equal(sides, side))


def _groups(column: pa.ChunkedArray) -> tuple[list[str | None], np.ndarray]:
    coded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return coded.dictionary.to_pylist(), coded.indices.to_numpy()


def _parts(unit: str, table: pa.Table, prefix: str) -> tuple[np.ndarray, np.ndarray]:
    if unit == "rate":
        return _numbers(table[f"{prefix}k"]), _numbers(table[f"{prefix}n"])
    value = _numbers(table[f"{prefix}value"])
    return (value, value) if unit == "count" else (np.round(value, 2), _numbers(table[f"{prefix}n"]))


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.float64()).to_numpy()
