"""Time in the sample company: whole seconds since 1970, UTC, as int64 arrays."""

from __future__ import annotations

import numpy as np

HOUR = 3_600
DAY = 86_400
FAR = 1 << 40  # "does not happen": later than anything, and safe to add to


def at(text: str) -> int:
    """Seconds since 1970 of an ISO date or time."""
    return int(np.datetime64(text, "s").astype(np.int64))


START = at("2024-05-20")
AS_OF = at("2026-11-20T05:12:00")
TODAY = at("2026-11-20")
BEFORE = at("2023-10-02")  # deals older than the first lead begin here

# Working hours lie elsewhere in North America, EMEA and APAC.
OFFSET = np.array([-6, 1, 9], dtype=np.int64) * HOUR
OPENS, CLOSES = 8 * HOUR, 18 * HOUR

GROWTH = 0.16  # a year
MONTHS = np.array([0.98, 1.03, 1.09, 1.0, 1.04, 1.06, 0.9, 0.76, 1.12, 1.12, 1.05, 0.76])
WEEKDAYS = np.array([1.0, 1.1, 1.12, 1.06, 0.84, 0.2, 0.22])
GOOD_QUARTER = (at("2026-04-01"), at("2026-07-01"))


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator of its own for each part, so that tuning one leaves the others alone."""
    return np.random.default_rng([seed, *name.encode()])


def midnight(times: np.ndarray) -> np.ndarray:
    """The calendar day of each instant, as its first second."""
    return times // DAY * DAY


def weekday(times: np.ndarray) -> np.ndarray:
    """0 is Monday."""
    return (times // DAY + 3) % 7


def month_of(times: np.ndarray) -> np.ndarray:
    """Months since 1970."""
    return times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def quarter_end(times: np.ndarray) -> np.ndarray:
    """First second of the last day of each instant's quarter."""
    months = (month_of(times) // 3 + 1) * 3
    return months.astype("datetime64[M]").astype("datetime64[s]").astype(np.int64) - DAY


def is_holiday(times: np.ndarray) -> np.ndarray:
    """The quiet days from 20 December to 2 January."""
    month_start = month_of(times).astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    month, day = month_of(times) % 12, (times - month_start) // DAY
    return ((month == 11) & (day >= 19)) | ((month == 0) & (day <= 1))


def day_weights(days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How busy each day is: growth, month, weekday, holidays, the good quarter, and luck by week."""
    weight = (1 + GROWTH) ** ((days - START) / (365 * DAY))
    weight = weight * MONTHS[month_of(days) % 12] * WEEKDAYS[weekday(days)]
    weight = weight * np.where(is_holiday(days), 0.3, 1.0)
    weight = weight * np.where((days >= GOOD_QUARTER[0]) & (days < GOOD_QUARTER[1]), 1.13, 1.0)
    week = (days // DAY + 3) // 7
    luck = rng.lognormal(0, 0.06, int(np.ptp(week)) + 1)
    return weight * luck[week - week.min()]


def lag(rng: np.random.Generator, median: np.ndarray | float, sigma: float, size: int) -> np.ndarray:
    """Log-normal waits with this median (seconds)."""
    return (np.asarray(median) * rng.lognormal(0, sigma, size)).astype(np.int64)


def daytime(rng: np.random.Generator, days: np.ndarray, region: np.ndarray) -> np.ndarray:
    """A moment of the day when people of that region look at their screens."""
    hour = np.clip(rng.normal(13.2, 3.4, len(days)), 0.1, 23.8)
    times = days + (hour * HOUR).astype(np.int64) - OFFSET[region]
    return times


def office(rng: np.random.Generator, times: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Move each instant into the next working hour of its region."""
    local = times + OFFSET[region]
    day, second = local // DAY, local % DAY
    late = second >= CLOSES
    day = day + late
    morning = OPENS + np.minimum(rng.exponential(0.9 * HOUR, len(times)), 6 * HOUR).astype(np.int64)
    weekend = (day + 3) % 7 >= 5
    day = np.where(weekend, day + 7 - (day + 3) % 7, day)
    second = np.where(late | weekend | (second < OPENS), morning, second)
    return np.maximum(day * DAY + second - OFFSET[region], times)
