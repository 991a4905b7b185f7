"""Weekly series of metrics, as a whole and in every group of several dimensions, in as few questions as possible."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from app.filters import Period, Where
from app.metrics.catalogue import Metric
from app.metrics.questions import ask_filled, at_once_of
from app.queries import by_each
from app.serving import Scorecard

Series = tuple[str | None, list[str | None], np.ndarray]
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Side:
    """What was asked by week and one dimension: its groups in their order (None: no value), and of each row its group, its week and its columns."""

    names: list[str | None]
    groups: np.ndarray
    weeks: np.ndarray
    rows: np.ndarray
    columns: Mapping[str, np.ndarray]

    def column(self, name: str) -> np.ndarray:
        """A column of the rows."""
        return np.asarray(self.columns[name][self.rows], float)


@dataclass(frozen=True)
class Weekly:
    """Metrics of one group by the weeks of a span, and each by its dimensions."""

    span: Period
    sides: Mapping[Metric, Mapping[str | None, Side]]

    def of_weeks(self, metric: Metric, *columns: str) -> Iterator[tuple[date, tuple[float, ...]]]:
        """Columns of the metric as a whole, by week; a week without a record may be missing."""
        side = self.sides[metric][None]
        for week, *values in zip(side.weeks, *(side.column(_name(metric, side, name)) for name in columns), strict=True):
            yield self.span.start + int(week) * WEEK, tuple(values)

    def series(self, metric: Metric, weeks: Sequence[date], least: float = 0) -> Iterator[Series]:
        """The whole (dimension None), then each dimension: its name, its groups with `least` records or more in all, and for each of them what is
        counted in each of the weeks (hits of a rate, money) and the records it rests on, an array of group, these two, week. Of counts, rates, money.
        """
        places = np.full(self.span.days // 7, -1)
        places[[(week - self.span.start) // WEEK for week in weeks]] = range(len(weeks))
        for by, side in self.sides[metric].items():
            yield by, *_series(metric, side, places, len(weeks), least)


def together(metrics: Iterable[Metric], where: Where) -> list[list[Metric]]:
    """Metrics in groups whose numbers for these filters one question answers, each group in the place of its first."""
    groups: dict[object, list[Metric]] = {}
    for metric in metrics:
        plain = metric.of(where).plain
        groups.setdefault((plain.mart, plain.day) if plain else metric.name, []).append(metric)
    return list(groups.values())


def weeks_of(span: Period) -> list[date]:
    """The first days of the weeks of a span of whole weeks."""
    return [span.start + number * WEEK for number in range(span.days // 7)]


def weekly(card: Scorecard, dims: Mapping[Metric, Sequence[str]], span: Period, where: Where) -> Weekly:
    """Asks for metrics of one group by week, as a whole and by each of their dimensions."""
    first = next(iter(dims)).of(where)
    if not first.plain:
        return Weekly(span, {metric: _alone(card, metric, tuple(names), span, where) for metric, names in dims.items()})
    split = {metric: [name for name in names if name in metric.dims_part] for metric, names in dims.items()}  # of these not every query is plain
    shared = tuple(dict.fromkeys(name for metric, names in dims.items() for name in names if name not in split[metric]))
    rows = card.arrays(*at_once_of(card, [metric.of(where) for metric in dims], ("week",), span, where, lambda sql: by_each(sql, shared)))
    whole = _sides(rows, shared, span)
    alone = {metric: _alone(card, metric, tuple(names), span, where) if names else {} for metric, names in split.items()}
    return Weekly(span, {metric: {by: (alone[metric] if by in split[metric] else whole)[by] for by in (None, *names)} for metric, names in dims.items()})


def _alone(card: Scorecard, metric: Metric, dims: tuple[str, ...], span: Period, where: Where) -> dict[str | None, Side]:
    if metric.is_one_select or metric.counts_first:
        return _sides(ask_filled(card, metric, by_each(metric.sql, dims), span, (*dims, "week"), where), dims, span)
    found: dict[str | None, Side] = {}
    for by in (None, *dims):
        rows = ask_filled(card, metric, metric.sql, span, (by, "week") if by else ("week",), where)
        nothing = np.full(len(rows["week"]), None)
        found[by] = _sides(rows | {"side": np.zeros(len(nothing), int), "grouped": rows[by] if by else nothing}, (), span)[None]
    return found


def _sides(rows: Mapping[str, np.ndarray], dims: tuple[str, ...], span: Period) -> dict[str | None, Side]:
    """The rows of `by_each`, by dimension."""
    grouped = rows["grouped"].tolist()
    names = [*sorted({*grouped} - {None}), None]
    places = {name: place for place, name in enumerate(names)}
    groups = np.fromiter(map(places.__getitem__, grouped), int, len(grouped))
    weeks = (rows["week"].astype("datetime64[D]") - np.datetime64(span.start)).astype(int) // 7
    whole, found = (1 << len(dims)) - 1, {}
    for by, bits in ((None, whole), *((by, whole - (1 << len(dims) - 1 - place)) for place, by in enumerate(dims))):
        own = np.flatnonzero(rows["side"] == bits)
        there, of_own = np.unique(groups[own], return_inverse=True)
        found[by] = Side([names[place] for place in there], of_own, weeks[own], own, rows)
    return found


def _series(metric: Metric, side: Side, places: np.ndarray, weeks: int, least: float) -> tuple[list[str | None], np.ndarray]:
    parts, records = _parts(metric, side)
    enough = np.bincount(side.groups, records, len(side.names)) >= least
    there = np.flatnonzero(enough)
    kept = np.flatnonzero(enough[side.groups] & (places[side.weeks] >= 0))
    found = np.zeros((len(there), 2, weeks))
    group, week = np.searchsorted(there, side.groups[kept]), places[side.weeks[kept]]
    found[group, 0, week], found[group, 1, week] = parts[kept], records[kept]
    return [side.names[place] for place in there], found


def _parts(metric: Metric, side: Side) -> tuple[np.ndarray, np.ndarray]:
    if metric.unit == "rate":
        return side.column(_name(metric, side, "k")), side.column(_name(metric, side, "n"))
    value = side.column(_name(metric, side, "value"))
    return (value, value) if metric.unit == "count" else (np.round(value, 2), side.column(_name(metric, side, "n")))


def _name(metric: Metric, side: Side, column: str) -> str:
    """A metric's column, where it was asked for alone or with others."""
    name = f"{metric.name}__{column}"
    return name if name in side.columns else column
