"""Why a number moved: mix or rate, and the bridge of pipeline over both sides' work (METRICS sections 6 and 7)."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import fsum, sqrt

from app.errors import QuestionError
from app.filters import TIME_DIMENSIONS, Period, Where
from app.metrics.catalogue import Metric
from app.metrics.intervals import as_rate, interval_of_difference, interval_of_sum, t_quantile, term, wilson
from app.metrics.periods import earlier, elapsed
from app.metrics.questions import CENT, EXACT, ask, ask_split, ask_support, find_metric
from app.queries import QUERIES, read_file
from app.serving import Scorecard

FACTORS = ("volume", "acceptance", "qualification", "size")
LEAST_MEAN = 20  # leads of a group, on average: of smaller ones the interval of the rate part is too narrow (8 % false claims of 12 groups of 10)
Row = Mapping[str, object]


@dataclass(frozen=True)
class Group:
    """One group of a split: its n and rate (None where it is not there) in both periods, its weights (shares of n), and its parts of mix
    and of rate, in fractions.
    """

    name: str | None
    n_before: int
    n_now: int
    rate_before: float | None
    rate_now: float | None
    w_before: float
    w_now: float
    mix: float
    rate: float


@dataclass(frozen=True)
class MixOrRate:
    """A rate's change between two periods, split over a dimension; all in fractions.

    `before` and `now` are the metric's own rows. `change` = `mix` + `rate`, all three None where either period is no data. `low` and
    `high` are the 95 % interval of the change; `rate_low` and `rate_high` that of the rate part, the mix held still, None where the groups
    are too small for one.
    """

    metric: Metric
    by: str
    period: Period
    earlier: Period
    before: Row
    now: Row
    groups: tuple[Group, ...] = ()
    change: float | None = None
    mix: float | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the change is more than chance alone does: its interval leaves 0 out."""
        return self.low is not None and not self.low <= 0 <= self.high

    @property
    def is_rate_clear(self) -> bool:
        """The same of the rate part."""
        return self.rate_low is not None and not self.rate_low <= 0 <= self.rate_high

    @property
    def in_both(self) -> tuple[Group, ...]:
        """The groups that both periods have."""
        return tuple(group for group in self.groups if group.n_before and group.n_now)

    @property
    def is_paradox(self) -> bool:
        """Whether all groups that both periods have (two at least) move one way, and the total the other."""
        moves = [group.rate_now - group.rate_before for group in self.in_both]
        return len(moves) > 1 and ((min(moves) > 0 > self.change) or (max(moves) < 0 < self.change))


@dataclass(frozen=True)
class Cohort:
    """What the leads handed over in a period had become at a moment (UTC); money with two decimals."""

    period: Period
    seen_at: datetime
    leads: int
    undecided: int
    accepted: int
    deals: int
    pipeline: float

    @property
    def factors(self) -> dict[str, float | None]:
        """The four factors, whose product is the pipeline; None where there is nothing to divide by."""
        pairs = ((self.accepted, self.leads), (self.deals, self.accepted), (self.pipeline, self.deals))
        return dict(zip(FACTORS, (self.leads, *(part / whole if whole else None for part, whole in pairs)), strict=True))


@dataclass(frozen=True)
class Bridge:
    """The change of pipeline from handed-over leads, split over the four factors; the parts add up to it to the cent.

    `parts` is None where a factor is 0 in either period. `within_chance` are the factors whose own change chance alone can explain (of
    the others nothing is claimed).
    """

    before: Cohort
    now: Cohort
    change: float
    parts: Mapping[str, float] | None
    within_chance: tuple[str, ...]


def mix_or_rate(
    card: Scorecard, metric: str, period: Period, by: str, where: Where | None = None, before: Period | None = None, totals: Sequence[Row] | None = None
) -> MixOrRate:
    """Splits a rate's change since an earlier period (else the fair one, as `compare` takes it) over a dimension. `totals` are its own rows of
    that period and of this, where they are known already.

    Raises QuestionError as `ask` does, and where the metric is no share of counted things or the dimension does not split it.
    """
    found, past = find_metric(metric), before or earlier(card, period)
    _check_split(found, by)
    totals = totals or [_total(card, found, span, where) for span in (past, period)]
    if any("low" not in total for total in totals):
        raise QuestionError(f"{metric} is a share of money, not of things counted, so its change has no mix and rate by counts.")
    split = MixOrRate(found, by, period, past, *totals)
    if any(total["value"] is None for total in totals):
        return split
    rows = ask_split(card, metric, (past, period), by, where)
    return _with_parts(card, split, *({row[by]: row for row in span if row["n"]} for span in rows))


def _check_split(metric: Metric, by: str) -> None:
    if metric.unit != "rate":
        raise QuestionError(f"{metric.name} is no rate, so its change has no mix and rate.")
    if by in TIME_DIMENSIONS or by in metric.dims_part:
        raise QuestionError(f"A change of {metric.name} cannot be split by {by}: its groups are not the same in two periods, or overlap.")


def _total(card: Scorecard, metric: Metric, period: Period, where: Where | None) -> Row:
    answer = ask(card, metric.name, period, (), where)
    if answer.off:
        raise QuestionError(answer.off)
    return answer.row


def _with_parts(card: Scorecard, split: MixOrRate, before: dict[object, Row], now: dict[object, Row]) -> MixOrRate:
    names = list(dict.fromkeys((*before, *now)))
    params: dict[str, object] = {"names": [None if name is None else str(name) for name in names]}
    for side, rows in (("before", before), ("now", now)):
        params[f"n_{side}"] = [rows[name]["n"] if name in rows else 0 for name in names]
        params[f"rate_{side}"] = [rows[name]["value"] if name in rows else None for name in names]
    groups = tuple(Group(**row) for row in card.unguarded.rows(read_file(QUERIES / "support" / "mix_or_rate.sql").body, params))
    mix, rate = fsum(group.mix for group in groups), fsum(group.rate for group in groups)
    low, high = interval_of_difference(split.before, split.now)
    rate_low, rate_high = _rate_interval(groups, before, now)
    return MixOrRate(
        split.metric, split.by, split.period, split.earlier, split.before, split.now, groups, mix + rate, mix, rate, low, high, rate_low, rate_high
    )


def _rate_interval(groups: Iterable[Group], before: dict[object, Row], now: dict[object, Row]) -> tuple[float, float] | tuple[None, None]:
    both = [group for group in groups if group.n_before and group.n_now]
    least = min((sum(group.n_before for group in both), sum(group.n_now for group in both)))
    if not both or (len(both) > 1 and least / len(both) < LEAST_MEAN):
        return None, None
    ends = [((group.w_before + group.w_now) / 2, before[group.name], now[group.name]) for group in both]
    return interval_of_sum(itertools.chain.from_iterable((term(-weight, then), term(weight, later)) for weight, then, later in ends))


def bridge(
    card: Scorecard, period: Period, where: Where | None = None, before: Period | None = None, at_equal_age: bool = True
) -> Bridge:
    """Splits the change of pipeline from the leads handed over, since an earlier period (else the fair one).

    `at_equal_age` sees the older period as it stood as long after its end as the younger one is now; else both as of `as_of`.
    Raises QuestionError for a dimension that handoffs do not have.
    """
    periods = [before or earlier(card, period), elapsed(card, period)]
    youngest = max(span.end for span in periods)
    moments = [card.as_of - (youngest - span.end if at_equal_age else timedelta()) for span in periods]
    rows = ask_support(
        card, "bridge", "lead_volume", Period(min(span.start for span in periods), youngest), where,
        before_from=periods[0].start, before_to=periods[0].end, before_at=moments[0], now_from=periods[1].start, now_to=periods[1].end, now_at=moments[1],
    )  # fmt: skip
    then, now = (_cohort(*found) for found in zip(periods, moments, rows, strict=True))
    change = Decimal(str(now.pipeline)) - Decimal(str(then.pipeline))
    return Bridge(then, now, float(change), _parts(rows[1], change), tuple(name for name in FACTORS if _is_within_chance(name, *rows)))


def _cohort(period: Period, seen_at: datetime, row: Row) -> Cohort:
    counts = {name: int(row[name]) for name in ("leads", "undecided", "accepted", "deals")}
    return Cohort(period, seen_at, **counts, pipeline=float(_cents(row["pipeline"])))


def _parts(row: Row, change: Decimal) -> dict[str, float] | None:
    """In cents; the largest takes the odd one."""
    if row["volume"] is None:
        return None
    cents = {name: _cents(row[name]) for name in FACTORS}
    cents[max(FACTORS, key=lambda name: abs(cents[name]))] += change - sum(cents.values(), Decimal(0))
    return {name: float(value) for name, value in cents.items()}


def _cents(value: object) -> Decimal:
    return Decimal(str(value)).quantize(EXACT, ROUND_HALF_UP).quantize(CENT, ROUND_HALF_UP)


def _is_within_chance(factor: str, before: Row, now: Row) -> bool:
    if factor == "volume":
        # Two Poisson counts: given their sum, one is binomial. Przyborowski and Wilenski (1940), Biometrika 31.
        low, high = wilson(before["leads"], before["leads"] + now["leads"])
        return low is None or low <= 0.5 <= high
    if factor == "size":
        return _are_means_alike(before, now)
    whole, part = ("leads", "accepted") if factor == "acceptance" else ("accepted", "deals")
    if not before[whole] or not now[whole]:
        return True
    low, high = interval_of_difference(*(as_rate({"k": row[part], "n": row[whole]}) for row in (before, now)))
    return low <= 0 <= high


def _are_means_alike(before: Row, now: Row) -> bool:
    """Welch's test of two means, Welch (1938), Biometrika 29, at 95 %, with the fewer of both degrees of freedom (the careful choice)."""
    freedom = min(before["deals"], now["deals"]) - 1
    if freedom < 1:
        return True
    gap = abs(float(now["pipeline"]) / now["deals"] - float(before["pipeline"]) / before["deals"])
    return gap <= t_quantile(freedom) * sqrt(sum(float(row["spread"]) ** 2 / row["deals"] for row in (before, now)))
