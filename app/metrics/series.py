"""Weekly series of a metric, as a whole and in every group of several dimensions, in as few questions as possible."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.filters import Period, Where
from app.metrics.catalogue import Metric
from app.metrics.questions import ask_filled
from app.queries import by_each
from app.serving import Scorecard

Series = tuple[str | None, list[str | None], np.ndarray]


def series(card: Scorecard, metric: Metric, weeks: Sequence[date], dims: Sequence[str], where: Where) -> Iterator[Series]:
    """The whole (dimension None), then each dimension: its name, its groups in their order (None: no value), and for each of them what is counted
    in each of the weeks (hits of a rate, money) and the records it rests on, an array of group, these two, week. Of counts, rates and money.
    """
    for by, table in _tables(card, metric, Period(weeks[0], weeks[-1] + timedelta(days=7)), tuple(dims), where):
        names, groups = _groups(table["grouped"])
        places = np.searchsorted(weeks, table["week"].to_numpy())
        kept = np.isin(table["week"].to_numpy(), weeks)
        found = np.zeros((len(names), 2, len(weeks)))
        for side, values in enumerate(_parts(metric.unit, table)):
            found[groups[kept], side, places[kept]] = values[kept]
        order = sorted(range(len(names)), key=lambda place: (names[place] is None, names[place] or ""))
        yield by, [names[place] for place in order], found[order]


def _tables(card: Scorecard, metric: Metric, span: Period, dims: tuple[str, ...], where: Where) -> Iterator[tuple[str | None, pa.Table]]:
    if not metric.is_one_select:
        for by in (None, *dims):
            table = ask_filled(card, metric, metric.sql, span, (by, "week") if by else ("week",), where)
            yield by, table.append_column("grouped", table[by] if by else pa.nulls(table.num_rows, pa.string()))
        return
    table, whole = ask_filled(card, metric, by_each(metric.sql, dims), span, ("week",), where), (1 << len(dims)) - 1
    sides = table["side"]
    for by, side in ((None, whole), *((by, whole - (1 << len(dims) - 1 - place)) for place, by in enumerate(dims))):
        yield by, table.filter(pc.equal(sides, side))


def _groups(column: pa.ChunkedArray) -> tuple[list[str | None], np.ndarray]:
    coded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return coded.dictionary.to_pylist(), coded.indices.to_numpy()


def _parts(unit: str, table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    if unit == "rate":
        return _numbers(table["k"]), _numbers(table["n"])
    value = _numbers(table["value"])
    return (value, value) if unit == "count" else (np.round(value, 2), _numbers(table["n"]))


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.float64()).to_numpy()
