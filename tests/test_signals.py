"""Signal or ordinary variation: limits worked by hand, a published chart, what is judged and what is not, and what holds of every series."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean

import pytest
from companies import Company, build_company
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.filters import Period
from app.metrics import ask, signal
from app.metrics.signals import Signal, judge
from app.serving import Scorecard

FIRST = date(2026, 1, 5)  # a Monday


def _week(number: int) -> date:
    return FIRST + timedelta(weeks=number)


def _judge(card: Scorecard, values: Sequence[float | None], unit: str = "money", unripe: Sequence[int] = ()) -> Signal:
    """Judges the last of a series of weeks."""
    rows = [{"week": _week(number), "value": value, "in_progress": False, "ripe": number not in unripe} for number, value in enumerate(values)]
    return judge(card, unit, rows, _week(len(values) - 1))


def _revenue(folder: Path, values: Sequence[float], **more: object) -> Company:
    """A company that won one deal in each week, as_of the first day after the last of them."""
    same = {"created_at": "2025-12-01", "is_won": "true"}
    won = [same | {"opportunity_id": f"O{n}", "closed_at": _week(n) + timedelta(days=2), "amount": value} for n, value in enumerate(values)]
    return build_company(folder, {"opportunity": won}, as_of=f"{_week(len(values))}T05:00:00Z", **more)


# --- by hand -----------------------------------------------------------------------------------

# Mean of eight weeks: 88 / 8 = 11. Every moving range is 2, so the limits are 11 - 5.32 = 5.68 and 11 + 5.32 = 16.32.
UP_AND_DOWN = (10, 12, 10, 12, 10, 12, 10, 12)


@pytest.mark.parametrize(("value", "kind"), [(16.33, "signal_high"), (16.32, "ordinary"), (5.68, "ordinary"), (5.67, "signal_low"), (11, "ordinary")])
def test_a_point_outside_the_limits_is_a_signal(sample_card: Scorecard, value: float, kind: str) -> None:
    found = _judge(sample_card, [*UP_AND_DOWN, value])
    assert (found.kind, found.value, found.mean, found.weeks) == (kind, value, 11, 8)
    assert (found.low, found.high) == pytest.approx((5.68, 16.32))


def test_a_chart_as_published(tmp_path: Path) -> None:
    """Viscosity of aircraft primer paint, 15 batches: Montgomery, Introduction to Statistical Quality Control, chapter 6 (mean 33.52,
    mean moving range 0.48, limits 32.24 and 34.80). Here each batch is a week's revenue.
    """
    batches = (33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84)
    company = _revenue(tmp_path, [*batches, 34.81])
    found = signal(company.card, "revenue", _week(15))
    assert (round(found.mean, 2), round(found.low, 2), round(found.high, 2), found.weeks) == (33.52, 32.24, 34.80, 15)
    assert (found.kind, found.value) == ("signal_high", 34.81)


def test_eight_in_a_row_on_one_side_are_a_signal_and_seven_are_not(sample_card: Scorecard) -> None:
    # Mean of the 14 weeks before: (4 x 8 + 3 x 12 + 7 x 13) / 14 = 159 / 14 = 11.36; ranges: six of 4, one of 5, six of 0, so 29 / 13 = 2.23.
    before = [8, 12, 8, 12, 8, 12, 8, 13, 13, 13, 13, 13, 13, 13]
    found = _judge(sample_card, [*before, 13])
    assert found.kind == "shift_high"
    assert (found.mean, found.high) == pytest.approx((159 / 14, 159 / 14 + 2.66 * 29 / 13))
    assert _judge(sample_card, [*before[:-1], 13]).kind == "ordinary", "the week itself is the seventh"
    assert _judge(sample_card, [*before, 11]).kind == "ordinary", "it must be on that side too"
    assert _judge(sample_card, [30 - value for value in (*before, 13)]).kind == "shift_low"
    assert _judge(sample_card, [*before, 40]).kind == "signal_high", "outside says more"


def test_limits_stay_where_the_number_can_be(sample_card: Scorecard) -> None:
    rates = [0.9, 0.1] * 4  # mean 0.5, ranges 0.8: half a reach of 2.128 lies beyond either end
    found = _judge(sample_card, [*rates, 1.0], "rate")
    assert (found.low, found.high, found.kind) == (0, 1, "ordinary")
    found = _judge(sample_card, [*(1, 9) * 4, 0], "count")
    assert (found.low, found.high, found.kind) == (0, pytest.approx(5 + 2.66 * 8), "ordinary")


# --- what is judged, and by what ---------------------------------------------------------------


def test_seven_weeks_are_too_short(sample_card: Scorecard) -> None:
    found = _judge(sample_card, [*UP_AND_DOWN[:7], 99])
    assert (found.kind, found.value, found.mean, found.low, found.high, found.weeks) == ("too_short", 99, None, None, None, 7)


def test_gaps_and_unripe_weeks_are_no_baseline(sample_card: Scorecard) -> None:
    found = _judge(sample_card, [10, None, 12, 10, 99, 12, 10, 12, 10, 12, 17], unripe=[4])
    assert (found.weeks, found.mean, found.kind) == (8, 11, "signal_high")
    assert (found.low, found.high) == pytest.approx((5.68, 16.32)), "the neighbours of a gap are neighbours"


@pytest.mark.parametrize("value", [None, 17])
def test_a_week_that_waits_or_has_no_data_is_not_judged(sample_card: Scorecard, value: float | None) -> None:
    found = _judge(sample_card, [*UP_AND_DOWN, value], unripe=[8] if value else [])
    assert (found.kind, found.value, found.mean, found.weeks) == ("unripe", value, 11, 8)


def test_the_baseline_is_the_26_weeks_before(sample_card: Scorecard) -> None:
    found = _judge(sample_card, [1000, *(10, 12) * 13, 11])
    assert (found.weeks, found.mean, found.kind) == (26, 11, "ordinary")


def test_weeks_before_the_first_data_are_no_baseline_and_empty_weeks_after_it_are(sample_card: Scorecard) -> None:
    found = _judge(sample_card, [0, 0, 0, 10, 12, 10, 12, 10, 12, 10, 20], "count")
    assert (found.kind, found.weeks) == ("too_short", 7)
    found = _judge(sample_card, [0, 0, 0, 10, 12, 0, 12, 10, 12, 10, 12, 20], "count")
    assert (found.weeks, found.mean) == (8, 78 / 8)
    found = _judge(sample_card, [0.0, 0.0, 0.0, 0.1, 0.0, 0.1, 0.0, 0.1, 0.2], "rate")
    assert found.weeks == 8, "of a rate, nothing is no data and 0 is a value"


def test_the_values_are_the_sites(tmp_path: Path) -> None:
    company = _revenue(tmp_path, [*UP_AND_DOWN, 17])
    found = signal(company.card, "revenue", _week(8) + timedelta(days=3))
    assert found == Signal(_week(8), 17, "signal_high", 11, pytest.approx(5.68), pytest.approx(16.32), 8), "any day of the week asks for it"
    assert found.value == company.value("revenue", str(_week(8)), str(_week(9)))
    running = signal(company.card, "revenue", _week(9))
    assert (running.kind, running.value, running.weeks) == ("unripe", 0, 9), "a week that is not over is never judged"
    later = signal(company.card, "revenue", _week(40))
    assert (later.kind, later.value) == ("unripe", None)
    assert signal(company.card, "open_pipeline", _week(8)).kind == "unripe", "a state has no weeks"


def test_filters_are_heeded(tmp_path: Path) -> None:
    company = _revenue(tmp_path, [*UP_AND_DOWN, 17])
    assert signal(company.card, "revenue", _week(8), {"segment": ("SMB",)}).weeks == 0
    assert signal(company.card, "revenue", _week(8), {"segment": ("",)}).kind == "signal_high"


def test_a_rate_that_takes_time_is_judged_when_nothing_waits(sample_card: Scorecard) -> None:
    """Leads of the week of 2 November were handed over until the 8th, and have until the 22nd: two days after `as_of`."""
    waiting, ripe = signal(sample_card, "acceptance_rate", date(2026, 11, 2)), signal(sample_card, "acceptance_rate", date(2026, 10, 26))
    assert waiting.kind == "unripe" and waiting.weeks == 26
    assert ripe.kind != "unripe"
    assert ripe.value == ask(sample_card, "acceptance_rate", Period(date(2026, 10, 26), date(2026, 11, 2))).row["value"]


# --- every series ------------------------------------------------------------------------------

amounts = st.integers(0, 10**9).map(lambda cents: cents / 100)


@given(value=st.one_of(amounts, st.fractions(0, 1, max_denominator=999).map(float)), weeks=st.integers(8, 40))
@example(value=1 / 3, weeks=26)
@example(value=784660.8, weeks=26)
@settings(max_examples=40, deadline=None)
def test_what_never_changes_is_no_signal(sample_card: Scorecard, value: float, weeks: int) -> None:
    found = _judge(sample_card, [value] * (weeks + 1), "hours")
    assert (found.kind, found.weeks) == ("ordinary", min(weeks, 26))
    assert (found.mean, found.low, found.high) == pytest.approx((value, value, value))


@given(values=st.lists(amounts, min_size=9, max_size=40))
@settings(max_examples=40, deadline=None)
def test_limits_are_those_of_a_plain_loop(sample_card: Scorecard, values: list[float]) -> None:
    base = values[:-1][-26:]
    mean = fmean(base)
    reach = 2.66 * fmean(abs(after - before) for before, after in zip(base, base[1:], strict=False))
    found = _judge(sample_card, values, "hours")
    assert (found.mean, found.low, found.high) == pytest.approx((mean, max(0, mean - reach), mean + reach))
    sides = [value > mean for value in (*base[-7:], values[-1])]
    if abs(values[-1] - mean) > reach + 0.001:
        assert found.kind == ("signal_high" if sides[-1] else "signal_low")
    elif abs(values[-1] - mean) < reach - 0.001 and all(abs(value - mean) > 0.001 for value in (*base[-7:], values[-1])):
        assert found.kind == ("ordinary" if len(set(sides)) == 2 else "shift_high" if sides[0] else "shift_low")


@given(values=st.lists(st.integers(0, 1000), min_size=9, max_size=30), more=st.integers(1, 1000))
@settings(max_examples=40, deadline=None)
def test_the_same_more_in_every_week_moves_the_limits_by_it_and_judges_alike(sample_card: Scorecard, values: list[int], more: int) -> None:
    lifted = 10_000  # so that no limit ends at 0
    before = _judge(sample_card, [lifted + value for value in values])
    after = _judge(sample_card, [lifted + value + more for value in values])
    assert (after.mean, after.low, after.high) == pytest.approx((before.mean + more, before.low + more, before.high + more))
    assert after.kind == before.kind


# --- the level moved ---------------------------------------------------------------------------


def test_a_shift_says_since_when_and_from_where(sample_card: Scorecard) -> None:
    """Eight weeks around 11 with the limits above, then eight around 22: ranges of 4, so 22 +/- 2.66 x 4 = 11.36 to 32.64."""
    found = _judge(sample_card, [*UP_AND_DOWN, *(20, 24) * 4])
    before, since = found.levels
    assert (found.kind, found.weeks, found.mean) == ("shift_high", 15, 16)
    assert (before.first, before.mean, before.weeks) == (_week(0), 11, 8) and (before.low, before.high) == pytest.approx((5.68, 16.32))
    assert (since.first, since.mean, since.weeks) == (_week(8), 22, 8) and (since.low, since.high) == pytest.approx((11.36, 32.64))
    fallen = _judge(sample_card, [100 - value for value in (*UP_AND_DOWN, *(20, 24) * 4)])
    assert (fallen.kind, [level.mean for level in fallen.levels]) == ("shift_low", [89, 78])


def test_of_fewer_than_eight_weeks_before_a_shift_only_the_mean_is_said(sample_card: Scorecard) -> None:
    before, since = _judge(sample_card, [8, 12, 8, 12, 8, 12, 8, *(13,) * 8]).levels
    assert (before.mean, before.low, before.high, before.weeks) == (pytest.approx(68 / 7), None, None, 7)
    assert (since.first, since.mean, since.low, since.high) == (_week(7), 13, 13, 13)


def test_without_a_shift_no_level_has_moved(sample_card: Scorecard) -> None:
    assert _judge(sample_card, [*UP_AND_DOWN, 11]).levels == ()
    assert _judge(sample_card, [*UP_AND_DOWN, 99]).levels == ()
    assert _judge(sample_card, [*UP_AND_DOWN, *(20, 24) * 3, 20, 11]).levels == (), "the last week is back"
    assert _judge(sample_card, [*UP_AND_DOWN, *(20, 24) * 4], unripe=[15]).levels == ()


def test_a_gap_breaks_no_run(sample_card: Scorecard) -> None:
    before, since = _judge(sample_card, [*UP_AND_DOWN, 20, None, 24, *(20, 24) * 3]).levels
    assert (before.weeks, since.first, since.weeks, since.mean) == (8, _week(8), 8, 22)
