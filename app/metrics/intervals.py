"""95 % intervals of what is reckoned from several rates, out of each rate's own interval."""

from collections.abc import Iterable, Mapping
from math import fsum, hypot, inf, sqrt

Row = Mapping[str, object]
Z = 1.959963984540054  # of 95 %
SQUARE = Z * Z
Term = tuple[float, float, float, float]  # weight, rate, and the rate's own interval


def wilson(k: int, n: int) -> tuple[float, float] | tuple[None, None]:
    """The 95 % interval of a share k of n: Wilson (1927), "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22. At the ends it ends there too, whatever the last digits of the arithmetic say.
    """
    if not n:
        return None, None
    centre, half = (k + SQUARE / 2) / (n + SQUARE), Z * sqrt(k * (n - k) / n + SQUARE / 4) / (n + SQUARE)
    return 0.0 if k == 0 else centre - half, 1.0 if k == n else centre + half


def as_rate(row: Row) -> dict[str, object]:
    """A row of k of n with its value and interval in place of k; any other as it is."""
    if "k" not in row:
        return dict(row)
    k, n = row["k"], row["n"]
    low, high = wilson(k, n)
    return {name: value for name, value in row.items() if name != "k"} | {"value": k / n if n else None, "low": low, "high": high}


def term(weight: float, row: Row) -> Term:
    """A metric's row (value, low, high) with a weight."""
    return weight, float(row["value"]), float(row["low"]), float(row["high"])


def interval_of_sum(terms: Iterable[Term]) -> tuple[float, float]:
    """The interval of a weighted sum of independent rates, each with its own interval.

    MOVER: Zou and Donner (2008), "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27,
    1693-1702. Of the weights 1 and -1 over Wilson intervals it is method 10 of Newcombe (1998), "Interval estimation for the difference
    between independent proportions: comparison of eleven methods", Statistics in Medicine 17, 873-890.
    """
    terms = list(terms)
    middle = fsum(weight * value for weight, value, _, _ in terms)
    reach = [(abs(weight) * (value - low), abs(weight) * (high - value)) for weight, value, low, high in terms]
    down = hypot(*(ways[weight < 0] for ways, (weight, *_) in zip(reach, terms, strict=True)))
    up = hypot(*(ways[weight > 0] for ways, (weight, *_) in zip(reach, terms, strict=True)))
    return middle - down, middle + up


def holds(low: float | None, high: float | None, goal: float | None) -> bool:
    """Whether an interval holds a goal, so that being above or below it may be chance; not where either is missing."""
    return None not in (low, high, goal) and low <= goal <= high


def interval_of_difference(before: Row, now: Row) -> tuple[float, float]:
    """The interval of the change from one row of a rate to another: of Wilson intervals, Newcombe's hybrid score interval (method 10)."""
    return interval_of_sum((term(-1, before), term(1, now)))


def t_quantile(freedom: int) -> float:
    """The 97.5 % quantile of Student's t: Abramowitz and Stegun (1964) 26.7.5; under 5 degrees its terms do not carry, and nothing is said."""
    if freedom < 5:
        return inf
    first, second = (Z**3 + Z) / 4, (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / freedom + second / freedom**2 + third / freedom**3
