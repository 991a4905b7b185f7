"""How far out a week lies: chances of what is at least as extreme, two-sided, as the smaller tail twice."""

from collections.abc import Iterable
from itertools import repeat
from math import atan, exp, inf, lgamma, log, pi, sqrt

import numpy as np

NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)
ENDS = 1e-17  # of the sum: a smaller term changes none of its digits


def binomial_p(k: int, n: int, share: float) -> float:
    """The chance of a count at least as far out as `k` of `n` draws, each a hit with a chance strictly between 0 and 1."""
    if k < n * share:
        return binomial_p(n - k, n, 1 - share)
    odds = share / (1 - share)
    return _twice(_log_choose(n, k) + k * log(share) + (n - k) * log(1 - share), ((n - j) / (j + 1) * odds for j in range(k, n)))


def hypergeometric_p(k: int, n: int, hits: int, size: int) -> float:
    """The chance of a count at least as far out as `k` hits among `n` drawn, without putting back, of `size` of which `hits` are hits."""
    if k * size < n * hits:
        return hypergeometric_p(n - k, n, size - hits, size)
    first = _log_choose(hits, k) + _log_choose(size - hits, n - k) - _log_choose(size, n)
    return _twice(first, ((hits - j) / (j + 1) * (n - j) / (size - hits - n + j + 1) for j in range(k, min(n, hits))))


def student_p(t: float, freedom: int) -> float:
    """The chance of a value of Student's t at least as far from 0. With u = atan(t / sqrt(freedom)) its density is that of cos(u) to the
    power of freedom - 1 (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4), integrated here from the far end, so that small chances keep
    their digits.
    """
    return _power_of_sine(atan(sqrt(freedom) / abs(t)) if t else pi / 2, freedom - 1) / _power_of_sine(pi / 2, freedom - 1)


def _power_of_sine(end: float, power: int) -> float:
    return end / 2 * float(np.sum(WEIGHTS * np.sin((NODES + 1) / 2 * end) ** power))


def outlying_p(values: np.ndarray, weights: Iterable[float] = repeat(1.0)) -> float:
    """The chance that the last value lies so far from the ones before it, if all vary as those do: Student's t of a new observation.

    `weights` are in proportion to 1 / variance. (Hahn and Meeker 1991, Statistical Intervals, chapter 4, prediction of one observation.)
    """
    w = np.fromiter(weights, float, len(values))
    before, old, freedom = values[:-1], w[:-1], len(values) - 2
    mean = float(np.average(before, weights=old))
    spread = sqrt(float(np.sum(old * (before - mean) ** 2)) / freedom * (1 / w[-1] + 1 / old.sum()))
    gap = float(values[-1]) - mean
    if abs(gap) < 1e-12:
        return 1.0
    return student_p(gap / spread if spread > 1e-12 else inf, freedom)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _twice(log_first: float, ratios: Iterable[float]) -> float:
    """Twice the sum of terms, each its ratio times the one before, outwards from the first."""
    total = term = 1.0
    for ratio in ratios:
        term *= ratio
        total += term
        if term < ENDS * total:
            break
    return min(1.0, 2 * exp(log_first) * total)
