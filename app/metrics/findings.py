"""What changed in a week: the few moves beyond ordinary variation, over all metrics and their dimensions, each story told once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from statistics import NormalDist

import numpy as np

from app.errors import QuestionError
from app.filters import TIME_DIMENSIONS, Period, Where
from app.metrics.catalogue import Metric, catalogue
from app.metrics.periods import today, week_start
from app.metrics.questions import ask, why_off
from app.metrics.series import Series, Weekly, together, weekly, weeks_of
from app.metrics.tails import binomial_p, hypergeometric_p, outlying_p, student_p
from app.serving import NO_RECORDS, Scorecard, side_by_side

DIMENSIONS = ("segment", "region", "channel", "source", "campaign", "persona", "marketing_team", "sales_team", "owner")
# Metrics that tell nothing of their own (the same rows as another), are no share of things counted, or still grow in weeks that are over
# without a word on what waits: costs per accepted lead and rejections, whose leads are yet to be decided.
LEFT_OUT = ("score_calibration", "attributed_revenue", "revenue_influence", "cost_per_accepted_lead", "rejection_reasons")
WON = ("revenue", "deals_won", "sourced_revenue", "influenced_revenue")  # all tell of the same won deals
BASELINE_WEEKS, LEAST_WEEKS, LOOK_BACK = 26, 8, 56
LEAST = {"count": 10.0, "money": 10.0, "rate": 5.0}  # records in a usual week: with fewer, no fall could be told from chance
CHANCE = 0.05  # of any finding at all in a week in which nothing changed
ORDINARY, FOLLOWS = 0.01, 1 / 3  # a rest of a larger p, that moved less than so much of what a group did, in proportion, is as ever
MOST = 5
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Finding:
    """A number of a week that moved beyond ordinary variation.

    `dimension` and `group` are None for the total (`group` also for records without a value of the dimension). `value` against `expected`, the
    mean of `weeks` ripe weeks before (of a rate all their records together); `usual_low` to `usual_high` hold the middle 80 % of them.
    `n` are the records of the week. `p` is the chance of a week so far out if nothing changed, `beyond` the same in standard deviations
    of a normal distribution, `q` the chance corrected for all that was looked at. `part` is its share of the total's move, where the
    total moved beyond ordinary variation too, and the same way.
    """

    metric: Metric
    dimension: str | None
    group: str | None
    week: date
    value: float
    expected: float
    usual_low: float
    usual_high: float
    n: int
    weeks: int
    p: float
    q: float = 1.0
    part: float | None = None
    # Of each week up to the judged one: what is counted (hits of a rate, money), and the records it rests on.
    series: np.ndarray = field(repr=False, compare=False, default_factory=lambda: np.zeros((2, 0)))

    @property
    def beyond(self) -> float:
        """How far beyond ordinary variation: the standard deviations that `p` stands for."""
        return -NormalDist().inv_cdf(max(self.p, 1e-300) / 2)

    @property
    def rose(self) -> bool:
        """Whether it went up."""
        return self.value > self.expected

    @property
    def moved_records(self) -> float:
        """What it gained or lost, in the unit in which a group's moves add up to the total's: hits, things counted, money."""
        return (self.value - self.expected) * (self.n if self.metric.unit == "rate" else 1)

    @property
    def moved_share(self) -> float:
        """How much it moved in proportion; of a rate in points."""
        return abs(self.value - self.expected) / (1 if self.metric.unit == "rate" else self.expected)


@dataclass(frozen=True)
class Findings:
    """What there is to tell, the furthest beyond noise first, and how many numbers were looked at for it."""

    told: tuple[Finding, ...]
    looked_at: int


def findings(card: Scorecard, week: date | None = None, where: Where | None = None) -> Findings:
    """Looks for moves in the last complete week, or the one that the day `week` is in; of a metric that needs time, in its newest ripe week
    up to then. At most five are told.

    Each number is judged by the complete, ripe weeks among the 26 before (8 at least), by two tests of which the more careful counts, so
    that it is right where either is (an intersection-union test: Berger 1982, Technometrics 24): an exact one, that knows no variation but
    that of chance draws (a flat past makes no signal of a small step), and Student's t of a new observation, whose measure is how the
    weeks themselves varied (see `_chance`). The p-values of a week are corrected for all of them together after Holm (1979),
    "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6: in a week in which nothing changed,
    the chance of any finding is 5 % at the most, however the numbers hang together.

    Raises QuestionError for a value of `where` that is no day where one is needed, and for viewers, as a finding may be of a few records.
    """
    if not card.scope.sees_records:
        raise QuestionError(NO_RECORDS)
    last = week_start(card, today(card)) - WEEK
    last = min(last, week_start(card, week)) if week else last
    kept = {name: values for name, values in (where or {}).items() if name not in TIME_DIMENSIONS}
    looks = list(_looks(card, last, kept))
    looked_at = sum(size for _, size in looks)
    beyond = [one for one in corrected([one for found, _ in looks for one in found], looked_at) if one.q <= CHANCE]
    level = CHANCE / max(looked_at, 1)
    told = [one for metric in dict.fromkeys(one.metric for one in beyond) for one in _tell(card, [f for f in beyond if f.metric is metric], kept, level)]
    return Findings(tuple(_once(sorted(told, key=_strength)))[:MOST], looked_at)


def corrected(looked: Iterable[Finding], size: int | None = None) -> list[Finding]:
    """The same, the strongest first, each with its `q` after Holm: p times the number of those not yet rejected, never falling. Of the `size`
    (all, unless given) that were looked at, the weakest may be left out.
    """
    ordered, found, q = sorted(looked, key=_strength), [], 0.0
    for place, one in enumerate(ordered):
        q = max(q, min(1.0, one.p * ((size or len(ordered)) - place)))
        found.append(replace(one, q=q))
    return found


def _strength(one: Finding) -> tuple:
    """The strongest first; of equals always the same one."""
    return one.p, -abs(one.moved_records) if one.metric.unit == "count" else 0.0, one.metric.name, one.dimension or "", one.group or ""


def _metrics(card: Scorecard, where: Where) -> Iterator[Metric]:
    for name, metric in catalogue().items():
        if not metric.is_state and metric.unit in LEAST and {"week", *where} <= {*metric.dims} and name not in LEFT_OUT and not why_off(card, metric):
            yield metric


# --- looking -----------------------------------------------------------------------------------


def _looks(card: Scorecard, last: date, where: Where) -> Iterator[tuple[list[Finding], int]]:
    """Of each metric the numbers that may be out of the ordinary, the total first, and how many have a past to be judged by; the same numbers
    under another name once.
    """

    def asked(group: list[Metric]) -> Weekly:
        dims = {metric: [name for name in DIMENSIONS if name in metric.dims and len(where.get(name, "two or more")) > 1] for metric in group}
        return weekly(card, dims, _span(group, last), where)

    groups = together(_metrics(card, where), where)
    for group, rows in zip(groups, side_by_side(asked, groups), strict=True):
        for metric in group:
            if len(weeks := _weeks(rows, metric, last)) > LEAST_WEEKS:
                yield _look(metric, rows.series(metric, weeks, LEAST_WEEKS * LEAST[metric.unit]), weeks[-1])


def _look(metric: Metric, series: Iterable[Series], week: date) -> tuple[list[Finding], int]:
    seen: set[bytes] = set()
    whose, found = [], []
    for by, names, groups in series:
        new = [place for place, one in enumerate(groups) if (key := one.tobytes()) not in seen and not seen.add(key)]
        whose += [(by, names[place]) for place in new]
        found.append(groups[new])
    every = np.concatenate(found)
    is_there, is_far = screen(metric.unit, every)
    return [judge(metric, every[place], week, *whose[place]) for place in np.flatnonzero(is_there & is_far)], int(is_there.sum())


def screen(unit: str, series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of many series at once: which have a past to be judged by, and which of them Student's t does not already call ordinary (a p of more than
    twice CHANCE, and no other test makes it smaller), so that `judge` need not be asked.
    """
    parts, records = series[:, 0], series[:, 1]
    kept = records[:, :-1] > 0 if unit == "rate" else np.maximum.accumulate(records[:, :-1] > 0, axis=1)
    size = kept.sum(axis=1)
    means = np.where(kept, records[:, :-1], 0).sum(axis=1) / np.maximum(size, 1)
    is_there = (size >= LEAST_WEEKS) & (means >= LEAST[unit]) & ((unit != "rate") | (records[:, -1] >= LEAST["rate"]))
    if unit == "rate":
        values, weights = np.arcsin(np.sqrt((parts + 0.375) / (records + 0.75))), records + 0.5
    else:
        values, weights = (np.cbrt(parts) if unit == "money" else np.sqrt(parts + 0.375)), np.ones_like(parts)
    old = np.where(kept, weights[:, :-1], 0)
    mean = (old * values[:, :-1]).sum(axis=1) / np.maximum(old.sum(axis=1), 1e-300)
    squares = (old * (values[:, :-1] - mean[:, None]) ** 2).sum(axis=1) / np.maximum(size - 1, 1)
    spread = np.sqrt(squares * (1 / weights[:, -1] + 1 / np.maximum(old.sum(axis=1), 1e-300)))
    limits = np.array([t_limit(max(weeks - 1, 1)) for weeks in range(series.shape[2])])
    return is_there, np.abs(values[:, -1] - mean) > limits[size] * spread - 1e-9


@cache
def t_limit(freedom: int) -> float:
    """The |t| whose p is twice CHANCE."""
    low, high = 0.0, 100.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if student_p(middle, freedom) > 2 * CHANCE else (low, middle)
    return low


def _span(group: Iterable[Metric], last: date) -> Period:
    """The weeks that may tell something of the week `last`."""
    return Period(last - (LOOK_BACK if any(metric.waits for metric in group) else BASELINE_WEEKS) * WEEK, last + WEEK)


def _weeks(rows: Weekly | None, metric: Metric, last: date) -> list[date]:
    """Of a metric the newest week in which nothing waits, up to `last`, and such weeks among the 26 before it, from the first in which anything was.
    Those of what never waits need no rows: where its first weeks are empty, they are passed over when it is judged.
    """
    if not metric.waits:
        return weeks_of(_span([metric], last))
    there = dict(rows.of_weeks(metric, "value" if metric.unit == "count" else "n", "waiting"))
    return _ripe([(week, *there.get(week, (0, 0))) for week in weeks_of(rows.span)])


def _ripe(rows: Iterable[tuple[date, float, float]]) -> list[date]:
    """Of weeks, their records and what of them waits: the ripe ones among the newest and the 26 before it, from the first with a record."""
    rows = list(rows)
    there = [week for week, records, _ in rows if records]
    ripe = [week for week, _, waiting in rows if there and week >= there[0] and not waiting]
    return [week for week in ripe if week >= ripe[-1] - BASELINE_WEEKS * WEEK]


def _series(unit: str, rows: Iterable[Mapping[str, object]], by: str | None, weeks: Sequence[date]) -> dict[str | None, np.ndarray]:
    found: dict[str | None, np.ndarray] = {}
    places = {week: place for place, week in enumerate(weeks)}
    for row in rows:
        if (place := places.get(row["week"])) is not None:
            found.setdefault(row[by] if by else None, np.zeros((2, len(weeks))))[:, place] = _parts(unit, row)
    return found


def _parts(unit: str, row: Mapping[str, object]) -> tuple[float, float]:
    value = float(row["value"] or 0)
    if unit == "count":
        return value, value
    return (round(value * row["n"]) if unit == "rate" else value), row["n"]


def judge(metric: Metric, series: np.ndarray, week: date, by: str | None = None, group: str | None = None) -> Finding | None:
    """Judges the last of a series of weeks, each what is counted and the records it rests on. None where they are too few to say."""
    there = np.flatnonzero(series[1, :-1])
    if not there.size:
        return None
    kept = there if metric.unit == "rate" else np.arange(there[0], series.shape[1] - 1)
    parts, records = series[:, [*kept, -1]]
    if len(kept) < LEAST_WEEKS or records[:-1].mean() < LEAST[metric.unit] or (metric.unit == "rate" and records[-1] < LEAST["rate"]):
        return None
    values = parts / records if metric.unit == "rate" else parts
    expected = parts[:-1].sum() / records[:-1].sum() if metric.unit == "rate" else parts[:-1].mean()
    low, high = np.quantile(values[:-1], (0.1, 0.9))
    figures = (float(value) for value in (values[-1], expected, low, high))
    return Finding(metric, by, group, week, *figures, int(records[-1]), len(kept), _chance(metric.unit, parts, records), series=series)


def _chance(unit: str, parts: np.ndarray, records: np.ndarray) -> float:
    """The larger p of two tests of the last week against those before it.

    Counts: given the sum, a week's count is binomial if all weeks are Poisson with one mean (Przyborowski and Wilenski 1940, Biometrika 31);
    and t on sqrt(y + 3/8), whose variance hangs least on the mean (Anscombe 1948, Biometrika 35).
    Rates: Fisher's exact test (1935); and t on arcsin(sqrt((k + 3/8) / (n + 3/4))), of variance 1 / (4n + 2) (Anscombe 1948).
    Money: sums of few and unequal deals are skewed to the right. t on the cube root, which makes gamma sums nearly normal (Wilson and
    Hilferty 1931, PNAS 17) and is careful with rises, and on the square root, which is careful with falls.
    """
    if unit == "money":
        return max(outlying_p(np.cbrt(parts)), outlying_p(np.sqrt(np.maximum(parts, 0))))
    k, n, hits, size = (int(value) for value in (parts[-1], records[-1], parts.sum(), records.sum()))
    if unit == "count":
        return max(binomial_p(k, hits, 1 / len(parts)), outlying_p(np.sqrt(parts + 0.375)))
    return max(hypergeometric_p(k, n, hits, size), outlying_p(np.arcsin(np.sqrt((parts + 0.375) / (records + 0.75))), records + 0.5))


# --- telling each story once -------------------------------------------------------------------


def _tell(card: Scorecard, beyond: Sequence[Finding], where: Where, level: float) -> list[Finding]:
    """Of one metric's findings those that stand without what is told already: the total first, unless groups tell it, then the strongest."""
    total = next((one for one in beyond if one.dimension is None), None)
    told = [total] if total and not _is_told_by_groups(total, beyond) else []
    for one in beyond:
        if one is not total and (not told or _stands_alone(card, one, told, where, level)):
            told.append(one)
    return [replace(one, part=_part(one, total)) for one in told]


def _is_told_by_groups(total: Finding, beyond: Sequence[Finding]) -> bool:
    """Whether all but a few groups of one dimension are as ever: then those groups are the story, not the total."""
    for by in {one.dimension for one in beyond} - {None}:
        rest = total.series
        for one in [one for one in beyond if one.dimension == by and one.rose == total.rose][: MOST - 2]:
            rest = np.maximum(rest - one.series, 0)
            left = judge(total.metric, rest, total.week)
            if left and left.p > ORDINARY and left.moved_share <= FOLLOWS * one.moved_share:
                return True
    return False


def _stands_alone(card: Scorecard, one: Finding, told: Sequence[Finding], where: Where, level: float) -> bool:
    """Whether a group would still be a finding, the same way, without the rows of the groups told already; and where the total is told to have
    gone that way, whether it went further than that.
    """
    if any(other.dimension is None and other.rose == one.rose and not _goes_further(one, other, level) for other in told):
        return False
    others = [other for other in told if other.dimension not in (None, one.dimension)]
    left = judge(one.metric, np.maximum(one.series - sum(_common(card, one, other, where) for other in others), 0), one.week)
    return left is not None and left.p <= level and left.rose == one.rose


def _goes_further(one: Finding, total: Finding, level: float) -> bool:
    """Of things counted: whether a group's share of the total is beyond ordinary variation, as a rate would be. Of others nothing is said."""
    if one.metric.unit != "count":
        return False
    return one.moved_share > total.moved_share and _chance("rate", one.series[0], total.series[0]) <= level


def _common(card: Scorecard, one: Finding, other: Finding, where: Where) -> np.ndarray:
    """The rows that two groups share."""
    both = dict(where) | {found.dimension: (found.group or "",) for found in (one, other)}
    metric = one.metric
    weeks = _weeks(weekly(card, {metric: ()}, _span([metric], one.week), where) if metric.waits else None, metric, one.week)
    rows = ask(card, metric.name, Period(weeks[0], weeks[-1] + WEEK), ("week",), both).rows
    return _series(metric.unit, rows, None, weeks).get(None, np.zeros((2, len(weeks))))


def _part(one: Finding, total: Finding | None) -> float | None:
    return one.moved_records / total.moved_records if total and one.dimension and one.rose == total.rose else None


def _once(told: Iterable[Finding]) -> Iterator[Finding]:
    """Of the metrics that tell of the same won deals, the strongest alone speaks of a way they went."""
    spoken: dict[bool, str] = {}
    for one in told:
        if one.metric.name not in WON or spoken.setdefault(one.rose, one.metric.name) == one.metric.name:
            yield one
