"""What a group's leads would have meant at the level of the next better group: arithmetic over what was, not a promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import exp, inf, log, sqrt

from app.errors import QuestionError
from app.filters import TIME_DIMENSIONS, Period, Where
from app.metrics.catalogue import Metric
from app.metrics.intervals import as_rate, interval_of_difference, interval_of_sum, t_quantile
from app.metrics.periods import today
from app.metrics.questions import ask, ask_of_records, find_metric
from app.serving import Scorecard

LEVERS = ("acceptance_rate", "response_sla")
LEAST_LEADS = 20  # of a group, in the period and in the year that tells what its accepted leads come to
LEAST_DEALS = 10
YEAR = timedelta(days=365)
Row = Mapping[str, object]


@dataclass(frozen=True)
class Worth:
    """A group, and what the level of a better one would have meant for its leads.

    `verdict`: `clear`, then `pipeline` (reporting currency) with its 95 % range `low` to `high`; `best` (no group is better); `chance` (groups
    are, none of them beyond chance; `better` is the best of them); `few` (too few leads of its own); `young` (too few old leads or deals to
    know what an accepted one comes to). `row` is the group's own row of the lever's metric, `better` that of the group it is held against,
    `extra` the accepted leads this adds, `qualification` the share of accepted leads that come to a deal, `size` a deal's mean amount.
    """

    name: str
    row: Row
    verdict: str
    better: Row | None = None
    extra: float | None = None
    qualification: float | None = None
    size: float | None = None
    pipeline: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class WhatIf:
    """The groups of a dimension at the level of the next better, the largest pipeline first.

    `basis` is the year of older leads that tells what an accepted lead comes to. Of the response lever, `in_time` and `not_in_time` are the
    acceptance rates of leads answered within the SLA and of the others; where their difference may be chance, `groups` is empty.
    """

    lever: Metric
    by: str
    period: Period
    basis: Period
    groups: tuple[Worth, ...]
    in_time: Row | None = None
    not_in_time: Row | None = None


def what_if(card: Scorecard, lever: str, period: Period, by: str, where: Where | None = None, rows: Sequence[Row] | None = None) -> WhatIf:
    """For each group of a dimension, the pipeline it would have meant if its rate had been that of the nearest group that is better
    beyond chance. The lever is acceptance_rate or response_sla; `rows` are its groups, where they are known already.

    Raises QuestionError for another lever, and as `ask` does.
    """
    if lever not in LEVERS or by in TIME_DIMENSIONS:
        raise QuestionError(f"What it would be worth is known of {' and '.join(LEVERS)}, by what does not change with time.")
    basis, gain, seen = _basis(card, period), (1.0, 1.0, 1.0), {}
    if lever == "response_sla":
        seen = _acceptance_by_answer(card, period, where)
        gain = _gain(seen.get("not_in_time"), seen.get("in_time"))
    found = WhatIf(find_metric(lever), by, period, basis, (), **seen)
    return replace(found, groups=_groups(card, found, gain, where, rows)) if gain else found


def _basis(card: Scorecard, period: Period) -> Period:
    """The newest year whose leads are all old enough to have become deals, not later than the period."""
    end = min(period.end, today(card) - timedelta(days=int(card.facts["conversion_window_days"])))
    return Period(end - YEAR, end)


def _acceptance_by_answer(card: Scorecard, period: Period, where: Where | None) -> dict[str, Row]:
    rows = [as_rate(row) for row in ask_of_records(card, "answered_acceptance", "acceptance_rate", period, where)]
    return {"in_time" if row["is_in_time"] else "not_in_time": row for row in rows}


def _gain(before: Row | None, now: Row | None) -> tuple[float, float, float] | None:
    """By how much one rate is above another, with its interval; None where that may be chance, or either is of too few."""
    if before is None or now is None or min(before["n"], now["n"]) < LEAST_LEADS:
        return None
    low, high = interval_of_difference(before, now)
    return (now["value"] - before["value"], low, high) if low > 0 else None


def _groups(card: Scorecard, asked: WhatIf, gain: tuple[float, float, float], where: Where | None, known: Sequence[Row] | None) -> tuple[Worth, ...]:
    by, lever = asked.by, asked.lever.name
    groups = ask(card, lever, asked.period, (by,), where).rows if known is None else known
    rows = {row[by]: row for row in groups if row[by] is not None and row["n"]}
    older = {row[by]: as_rate(row) for row in ask_of_records(card, "worth", "qualification_rate", asked.basis, where, (by,))}
    found = [_with_pipeline(_held(name, rows, by), gain, older.get(name)) for name in rows]
    return tuple(sorted(found, key=lambda one: (-(one.pipeline or 0), one.name)))


def _held(name: str, rows: Mapping[str, Row], by: str) -> Worth:
    """A group beside the nearest of those that are better beyond chance."""
    row = rows[name]
    if row["n"] < LEAST_LEADS:
        return Worth(name, row, "few")
    better = sorted((one for one in rows.values() if one["n"] >= LEAST_LEADS and one["value"] > row["value"]), key=lambda one: (one["value"], one[by]))
    clear = [one for one in better if interval_of_difference(row, one)[0] > 0]
    return Worth(name, row, "clear", clear[0]) if clear else Worth(name, row, "chance", better[-1]) if better else Worth(name, row, "best")


def _with_pipeline(held: Worth, gain: tuple[float, float, float], older: Row | None) -> Worth:
    if held.verdict != "clear":
        return held
    if not older or older["n"] < LEAST_LEADS or older["deals"] < LEAST_DEALS or not older["mean"] > 0:
        return replace(held, verdict="young")
    raised, leads = held.better["value"] - held.row["value"], held.row["n"]
    low, high = _range([
        (raised, *interval_of_difference(held.row, held.better)), gain, (older["value"], older["low"], older["high"]), mean_interval(older),
    ])  # fmt: skip
    extra = leads * raised * gain[0]
    pipeline = extra * older["value"] * older["mean"]
    return replace(held, extra=extra, qualification=older["value"], size=older["mean"], pipeline=pipeline, low=leads * low, high=leads * high)


def mean_interval(row: Row) -> tuple[float, float, float]:
    """A mean amount above 0 with its 95 % interval: the delta method on the logarithm, which keeps it above 0, with Student's t.

    Oehlert (1992), "A note on the delta method", The American Statistician 46: the error of log(mean) is the error of the mean / mean.
    """
    reach = t_quantile(row["deals"] - 1) * row["spread"] / sqrt(row["deals"]) / row["mean"]
    return row["mean"], row["mean"] * exp(-reach), row["mean"] * exp(reach)


def _range(factors: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """The 95 % interval of a product of independent factors above 0, each with its own: the sum of their logarithms by MOVER.

    Zou and Donner (2008), "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27; on the
    logarithm as in Zou, Huo and Taleban (2009), "Simple confidence intervals for lognormal means and their differences", Environmetrics 20.
    """
    terms = [(1.0, log(value), log(low) if low > 0 else -inf, log(high)) for value, low, high in factors]
    low, high = interval_of_sum(terms)
    return exp(low), exp(high)
