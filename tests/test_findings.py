"""What changed in the week: tests worked by hand, companies in which nothing changed and in which something did, and what is said of it.

`PYTHONPATH=. python tests/test_findings.py 1000` measures both rates at length: weeks with a finding though nothing changed, and planted changes found.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from math import atan, comb, pi, sqrt

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from app.filters import Period
from app.metrics import Finding, Findings, Scorecard, ask, find_metric, findings
from app.metrics.findings import CHANCE, _once, corrected, judge
from app.metrics.tails import binomial_p, hypergeometric_p, outlying_p, student_p
from app.queries import QUERIES
from app.serving.watch import Cursors
from app.views import findings as view

FIRST, BASELINE = date(2025, 1, 6), 26  # a Monday
SHARES = {
    "segment": (0.6, 0.29, 0.11), "region": (0.5, 0.3, 0.2), "channel": (0.3, 0.2, 0.15, 0.15, 0.1, 0.1), "source": (0.25, 0.25, 0.2, 0.15, 0.1, 0.05),
    "campaign": (0.1,) * 5 + (0.05,) * 10, "persona": (0.4, 0.3, 0.2, 0.1), "marketing_team": (0.6, 0.4), "owner": (0.1,) * 10,
}  # fmt: skip
DIMENSIONS = (*SHARES, "sales_team")
Table = dict[str, np.ndarray]
Plant = Callable[[np.random.Generator, Table, np.ndarray], None]


# --- generated companies -----------------------------------------------------------------------


def leads_of(rng: np.random.Generator, volume: float, spread: float = 0.0, plant: Plant | None = None, weeks: int = BASELINE + 1) -> Table:
    """Leads of a company whose weeks are alike but for chance: Poisson, or spread by a gamma factor of the variance given. Nine of ten are
    answered in time, and of the first segment 60, of the others 75 of 100 accepted. A plant changes the last week alone.
    """
    made = _rows(rng, volume, spread, weeks)
    size = len(made["week"])
    made |= {"kept": np.ones(size, bool), "accepted": np.where(made["segment"] == 0, 0.6, 0.75), "answered": np.full(size, 0.9)}
    if plant:
        plant(rng, made, made["week"] == weeks - 1)
    for name in ("accepted", "answered"):
        made[name] = rng.random(size) < made[name]
    return {name: values[made["kept"]] for name, values in made.items()}


def deals_of(rng: np.random.Generator, volume: float, spread: float = 0.0, weeks: int = BASELINE + 1) -> Table:
    """Deals with amounts as unequal as those of small and large companies."""
    made = _rows(rng, volume, spread, weeks)
    size = len(made["week"])
    amounts = np.array([13_000, 43_000, 148_000])[made["segment"]] * np.exp(0.5 * rng.standard_normal(size))
    return made | {"amount": np.round(amounts, 2), "won": rng.random(size) < 0.3}


def _rows(rng: np.random.Generator, volume: float, spread: float, weeks: int) -> Table:
    means = volume * (rng.gamma(1 / spread, spread, weeks) if spread else np.ones(weeks))
    week = np.repeat(np.arange(weeks), rng.poisson(means))
    made = {name: rng.choice(len(shares), len(week), p=np.array(shares) / sum(shares)) for name, shares in SHARES.items()}
    return made | {"week": week, "sales_team": made["owner"] % 3}


def halved(rng: np.random.Generator, made: Table, last: np.ndarray) -> None:
    """The first channel brings half as many leads."""
    made["kept"] &= ~(last & (made["channel"] == 0) & (rng.random(len(last)) < 0.5))


def refused(rng: np.random.Generator, made: Table, last: np.ndarray) -> None:
    """Acceptance of the first segment falls by 20 points."""
    made["accepted"] -= 0.2 * (last & (made["segment"] == 0))


def silent(rng: np.random.Generator, made: Table, last: np.ndarray) -> None:
    """One representative answers two of ten in time, not nine."""
    made["answered"][last & (made["owner"] == 4)] = 0.2


PLANTS = {"lead_volume channel": halved, "acceptance_rate segment": refused, "response_sla owner": silent}


def looked(leads: Table, deals: Table) -> list[Finding]:
    """Every number of the last week, judged as `findings` does."""
    ones = np.ones(len(leads["week"]))
    given = [(leads, "lead_volume", ones, ones), (leads, "acceptance_rate", leads["accepted"], ones), (leads, "response_sla", leads["answered"], ones)]
    won, one = deals["won"], np.ones(len(deals["week"]))
    given += [(deals, "pipeline_created", deals["amount"], one), (deals, "revenue", deals["amount"] * won, won), (deals, "win_rate", won, one)]
    return [found for rows, metric, part, record in given for by in (None, *DIMENSIONS) for found in _judged(rows, metric, part, record, by)]


def _judged(rows: Table, metric: str, part: np.ndarray, record: np.ndarray, by: str | None) -> list[Finding]:
    weeks = BASELINE + 1
    groups = rows[by] if by else np.zeros(len(rows["week"]), int)
    cells, size = groups * weeks + rows["week"], (groups.max() + 1) * weeks
    sums = [np.bincount(cells, values, size).reshape(-1, weeks) for values in (part, record)]
    every = [judge(find_metric(metric), np.array(pair), FIRST, by, f"{by} {place}") for place, pair in enumerate(zip(*sums, strict=True))]
    return [one for one in every if one]


def quiet_weeks_with_a_finding(weeks: int, volume: float, spread: float, seed: int) -> int:
    """Of so many companies in which nothing changed, how many have a finding."""
    rng = np.random.default_rng(seed)
    return sum(_is_beyond(looked(leads_of(rng, volume, spread), deals_of(rng, volume / 5, spread))) for _ in range(weeks))


def planted_and_found(weeks: int, volume: float, spread: float, where: str, seed: int) -> int:
    """Of so many companies with a planted change, in how many the changed group itself is found."""
    rng = np.random.default_rng(seed)
    return sum(_is_beyond(looked(leads_of(rng, volume, spread, PLANTS[where]), deals_of(rng, volume / 5, spread)), where) for _ in range(weeks))


def _is_beyond(every: list[Finding], where: str = "") -> bool:
    metric, _, by = where.partition(" ")
    place = {"channel": 0, "segment": 0, "owner": 4}.get(by)
    return any(one.q <= CHANCE and (not by or (one.metric.name, one.dimension, one.group) == (metric, by, f"{by} {place}")) for one in corrected(every))


def card_of(leads: Table, deals: Table, unripe_weeks: int = 0, weeks: int = BASELINE + 1) -> Scorecard:
    """The same as a scorecard in memory, as_of the first day after the last week."""
    con = duckdb.connect(":memory:")
    con.execute((QUERIES / "engine" / "serving.sql").read_text())
    count, is_ripe = len(leads["week"]), leads["week"] < weeks - unripe_weeks
    yes, no = np.ones(count, bool), np.zeros(count, bool)
    handoffs = _named(leads, "handed_on") | {
        "handoff_id": pa.array([str(place) for place in range(count)]), "is_implied": no, "is_mature": is_ripe, "is_accepted_in_window": leads["accepted"] & is_ripe,
        "outcome": pa.array(np.where(leads["accepted"] & is_ripe, "accepted", "rejected").tolist()), "is_worked_due": yes, "is_worked": yes,
        "is_sla_due": yes, "is_within_sla": leads["answered"], "is_conversion_mature": no, "opportunity_id": pa.nulls(count, pa.string()),
    }  # fmt: skip
    size = len(deals["week"])
    sold = _named(deals, "closed_on") | {
        "opportunity_id": pa.array([str(place) for place in range(size)]), "created_on": _days(deals), "amount": deals["amount"],
        "is_closed": np.ones(size, bool), "is_won": deals["won"], "is_sourced": np.zeros(size, bool),
    }  # fmt: skip
    for name, columns in (("handoff", handoffs), ("deal", sold)):
        con.register("given", pa.table({key: pa.array(values) for key, values in columns.items()}))
        con.execute(f"create table {name} as from given")
        con.unregister("given")
    con.execute("create table inquiry as select handed_on as inquired_on, * from handoff where false")
    con.execute("create table joint_work (done_on date, kind varchar)")
    days = "range(date '2024-01-01', date '2027-01-01', interval 1 day) as r(day)"
    con.execute(f"create table calendar as select day::date as day, day::date - (isodow(day) - 1)::int as week from {days}")
    facts = {"supplied": ["lead_event", "opportunity"], "timezone": "UTC", "week_starts_on": "monday", "is_sample": False}
    return Scorecard("generated", datetime.combine(FIRST + timedelta(weeks=weeks), datetime.min.time()), facts, Cursors(con))


def _named(made: Table, day: str) -> dict[str, pa.Array]:
    return {name: pa.array([f"{name} {value}" for value in made[name]]) for name in DIMENSIONS} | {day: _days(made)}


def _days(made: Table) -> pa.Array:
    return pa.array([FIRST + timedelta(weeks=int(week)) for week in made["week"]])


@cache
def generated(seed: int, plant: Plant | None = None, volume: float = 400.0, **more: int) -> Scorecard:
    """A company as a scorecard."""
    rng = np.random.default_rng(seed)
    return card_of(leads_of(rng, volume, 0.0, plant), deals_of(rng, volume / 5), **more)


def told(found: Findings) -> list[tuple[str, str | None, str | None]]:
    """What is told, by metric, dimension and group."""
    return [(one.metric.name, one.dimension, one.group) for one in found.told]


# --- the tests, by hand ------------------------------------------------------------------------


def test_exact_chances_by_hand() -> None:
    assert binomial_p(0, 4, 0.5) == pytest.approx(2 / 16)
    assert binomial_p(9, 10, 0.5) == pytest.approx(2 * (10 + 1) / 1024)
    assert binomial_p(5, 10, 0.5) == 1.0
    # Of 3 weeks with 9 leads in all the last has 7: the ways of 7, 8 and 9 with the chance of one week in three.
    ways = comb(9, 7) * 2**2 + comb(9, 8) * 2 + 1
    assert binomial_p(7, 9, 1 / 3) == pytest.approx(2 * ways / 3**9)
    # Fisher (1935), the lady who tastes tea: four of four right, 1 way of 70; three of four, 1 + 16 ways of 70.
    assert hypergeometric_p(4, 4, 4, 8) == pytest.approx(2 / 70)
    assert hypergeometric_p(3, 4, 4, 8) == pytest.approx(34 / 70)
    assert hypergeometric_p(0, 4, 4, 8) == pytest.approx(2 / 70)


@pytest.mark.parametrize(("t", "freedom", "p"), [(2.228, 10, 0.05), (3.725, 25, 0.001), (12.706, 1, 0.05), (2.365, 7, 0.05), (5.408, 7, 0.001)])
def test_students_t_as_tabled(t: float, freedom: int, p: float) -> None:
    assert student_p(t, freedom) == pytest.approx(p, rel=2e-3)
    assert student_p(-t, freedom) == student_p(t, freedom)


def test_students_t_where_it_has_a_closed_form() -> None:
    assert student_p(1, 1) == pytest.approx(0.5)
    assert student_p(1, 2) == pytest.approx(1 - 1 / sqrt(3))
    assert student_p(0, 5) == pytest.approx(1)
    assert student_p(1e6, 2) == pytest.approx(1e-12, rel=1e-3)  # 1 - t / sqrt(2 + t^2), which is 1 / t^2 far out


def test_a_new_value_against_those_before_by_hand() -> None:
    # 1 and 3: mean 2, variance 2; 6 is 4 from it, its standard error sqrt(2 x (1 + 1/2)); one degree of freedom, where t is Cauchy's.
    assert outlying_p(np.array([1.0, 3, 6])) == pytest.approx(1 - 2 / pi * atan(4 / sqrt(3)))
    # Twice the weight of the new value: sqrt(2 x (1/2 + 1/2)).
    assert outlying_p(np.array([1.0, 3, 6]), [1, 1, 2]) == pytest.approx(1 - 2 / pi * atan(4 / sqrt(2)))


def test_the_correction_as_published() -> None:
    """Holm's adjusted p-values of 0.01, 0.04, 0.03 and 0.005: 4 x 0.005, 3 x 0.01, 2 x 0.03, and no less than that."""
    one = judge(find_metric("lead_volume"), np.full((2, 9), 20.0), FIRST)
    given = [replace(one, p=p) for p in (0.01, 0.04, 0.03, 0.005)]
    assert [(found.p, round(found.q, 9)) for found in corrected(given)] == [(0.005, 0.02), (0.01, 0.03), (0.03, 0.06), (0.04, 0.06)]


def _weekly(*values: float) -> np.ndarray:
    return np.array([values, values], float)


def test_a_flat_past_does_not_make_a_signal_of_a_small_step() -> None:
    # Eight weeks of 16 exactly: t is infinite, but 22 of 150 in one week of nine are ordinary for chance draws.
    small, large = (judge(find_metric("lead_volume"), _weekly(*[16] * 8, last), FIRST) for last in (22, 60))
    assert small.p == pytest.approx(binomial_p(22, 150, 1 / 9))
    assert small.p > 0.1
    assert large.p < 1e-9
    assert (small.value, small.expected, small.usual_low, small.usual_high, small.n, small.weeks) == (22, 16, 16, 16, 22, 8)


def test_weeks_that_vary_by_themselves_make_a_large_step_ordinary() -> None:
    series = _weekly(10, 90, 15, 80, 12, 95, 20, 85, 120)
    assert binomial_p(120, int(series[0].sum()), 1 / 9) < 1e-6
    assert judge(find_metric("lead_volume"), series, FIRST).p > 0.1


def test_a_rate_is_held_against_all_records_before() -> None:
    # Eight weeks of 8 or 9 of 10: 68 of 80 before, 2 of 10 now.
    series = np.array([[8, 9, 8, 9, 8, 9, 8, 9, 2], [10] * 9], float)
    one = judge(find_metric("acceptance_rate"), series, FIRST)
    assert (one.value, one.expected, one.n) == (0.2, 0.85, 10)
    assert one.p >= hypergeometric_p(2, 10, 70, 90)
    assert one.p < 0.001
    assert one.moved_records == pytest.approx(-6.5)


@pytest.mark.parametrize("series", [_weekly(*[20] * 7, 90), _weekly(*[9] * 8, 90), _weekly(*[0] * 9), np.array([[4] * 9, [9] * 8 + [4]], float)])
def test_too_few_weeks_or_records_are_not_judged(series: np.ndarray) -> None:
    metric = "lead_volume" if (series[0] == series[1]).all() else "acceptance_rate"
    assert judge(find_metric(metric), series, FIRST) is None


def test_weeks_before_the_first_record_are_no_past() -> None:
    assert judge(find_metric("lead_volume"), _weekly(*[0] * 15, *[20] * 8, 20), FIRST).weeks == 8
    assert judge(find_metric("lead_volume"), _weekly(*[0] * 15, *[20] * 7, 20), FIRST) is None


# --- how often it is wrong, and how often it sees ----------------------------------------------


@pytest.mark.parametrize("spread", [0.0, 0.05])
def test_where_nothing_changed_nothing_is_found(spread: float) -> None:
    """A method that spoke in 5 % of quiet weeks would speak in no more than 8 of 300 in fewer than 4 of 100 such tests."""
    assert sum(comb(300, k) * 0.05**k * 0.95 ** (300 - k) for k in range(9)) < 0.04
    assert quiet_weeks_with_a_finding(300, 200, spread, seed=1) <= 8


@pytest.mark.parametrize("where", PLANTS)
def test_planted_changes_are_found_in_most_cases(where: str) -> None:
    assert planted_and_found(12, 400, 0.0, where, seed=11) > 6


def test_a_quiet_company_is_said_to_be_quiet() -> None:
    found = findings(generated(1))
    assert found.told == ()
    assert found.looked_at > 100
    assert view.note(found) == f"Nothing moved beyond ordinary variation, of {found.looked_at} numbers looked at."


def test_a_company_too_young_to_tell_says_so() -> None:
    found = findings(generated(1), FIRST + timedelta(weeks=7))
    assert found == Findings((), 0)
    assert view.note(found) == "Too few weeks to tell what is ordinary."


# --- one story told once -----------------------------------------------------------------------


@pytest.mark.parametrize(("plant", "group"), [(halved, ("channel", "channel 0")), (refused, ("segment", "segment 0")), (silent, ("owner", "owner 4"))])
def test_a_move_of_one_group_is_told_of_that_group_alone(plant: Plant, group: tuple[str, str]) -> None:
    # Large enough that the total and groups of other dimensions are beyond noise as well.
    found = findings(generated(3, plant, 1_000))
    assert [one[1:] for one in told(found)] == [group]


def test_a_move_of_all_is_told_of_the_total_alone() -> None:
    def fewer(rng: np.random.Generator, made: Table, last: np.ndarray) -> None:
        made["kept"] &= ~(last & (rng.random(len(last)) < 0.5))

    assert told(findings(generated(4, fewer, 600))) == [("lead_volume", None, None)]


def test_a_group_that_went_further_than_all_is_told_beside_the_total() -> None:
    def fewer(rng: np.random.Generator, made: Table, last: np.ndarray) -> None:
        made["kept"] &= ~(last & (rng.random(len(last)) < np.where(made["channel"] == 0, 0.8, 0.25)))

    assert set(told(findings(generated(4, fewer, 600)))) == {("lead_volume", None, None), ("lead_volume", "channel", "channel 0")}


def test_of_metrics_about_the_same_won_deals_the_strongest_speaks() -> None:
    deals, revenue, later = (_finding(name, None, None, 12, 31, 48, p=p) for name, p in (("deals_won", 1e-9), ("revenue", 1e-8), ("pipeline_created", 1e-7)))
    more = _finding("revenue", "segment", "SMB", 60, 31, 48, p=1e-6)
    assert list(_once([deals, revenue, later, more])) == [deals, later, more]


def test_two_moves_are_two_stories() -> None:
    def both(rng: np.random.Generator, made: Table, last: np.ndarray) -> None:
        halved(rng, made, last)
        silent(rng, made, last)

    assert set(told(findings(generated(6, both, 1_000)))) == {("lead_volume", "channel", "channel 0"), ("response_sla", "owner", "owner 4")}


def test_the_numbers_are_those_of_the_metric_and_its_records() -> None:
    card = generated(3, halved, 1_000)
    (one,) = findings(card).told
    week = Period(one.week, one.week + timedelta(weeks=1))
    where = {"channel": ("channel 0",)}
    assert one.value == ask(card, "lead_volume", week, (), where).row["value"]
    before = ask(card, "lead_volume", Period(FIRST, one.week), (), where).row["value"]
    assert one.expected == pytest.approx(before / BASELINE)
    assert one.part is not None and 0.5 < one.part < 2


# --- ripe weeks, filters -----------------------------------------------------------------------


def test_unripe_weeks_are_never_judged_and_never_a_measure() -> None:
    """In the last two weeks nothing is decided; the metric reads 0 there, and is judged by the week before."""
    quiet = findings(generated(1, unripe_weeks=2))
    assert [one for one in quiet.told if one.metric.name == "acceptance_rate"] == []

    def early(rng: np.random.Generator, made: Table, last: np.ndarray) -> None:
        made["accepted"] -= 0.4 * ((made["week"] == BASELINE - 2) & (made["segment"] == 0))

    (one,) = [found for found in findings(generated(1, early, 1_000, unripe_weeks=2)).told if found.metric.name == "acceptance_rate"]
    assert (one.group, one.week, one.weeks) == ("segment 0", FIRST + timedelta(weeks=BASELINE - 2), BASELINE - 2)


def test_of_an_earlier_week_only_what_came_before_counts() -> None:
    later = findings(generated(3, halved, 1_000), FIRST + timedelta(weeks=BASELINE - 1, days=3))
    assert later.told == ()


def test_filters_leave_the_rest_out() -> None:
    card = generated(3, halved, 1_000)
    assert told(findings(card, where={"channel": ("channel 1",)})) == []
    assert ("lead_volume", None, None) in told(findings(card, where={"channel": ("channel 0",), "week": (FIRST.isoformat(),)})), "a chosen week says nothing here"


# --- words -------------------------------------------------------------------------------------

WEEK = date(2026, 11, 9)


def _finding(metric: str, by: str | None, group: str | None, value: float, low: float, high: float, **more: object) -> Finding:
    given = {"week": WEEK, "expected": (low + high) / 2, "n": 63, "weeks": 26, "p": 1e-6, "q": 2e-4} | more
    return Finding(find_metric(metric), by, group, value=value, usual_low=low, usual_high=high, **given)


def _say(one: Finding) -> str:
    return view.sentence(one, WEEK, "USD").replace("\N{NO-BREAK SPACE}", " ")


def test_a_sentence_says_what_moved_and_what_is_usual() -> None:
    assert _say(_finding("lead_volume", None, None, 12, 31, 48)) == "Lead volume fell to 12, usually 31 to 48."
    assert _say(_finding("lead_volume", "channel", None, 60, 31, 31)) == "Lead volume with no channel rose to 60, usually 31."
    rate = _finding("response_sla", "owner", "Ann Lee", 0.2, 0.81, 0.95)
    assert _say(rate) == "Response SLA of “Ann Lee” fell to 20 % of 63 leads, usually 81 % to 95 %."
    money = _finding("pipeline_created", "segment", "SMB", 4.8e6, 2.1e6, 3.9e6)
    assert _say(money) == "Pipeline created in “SMB” rose to $4.8M, usually $2.1M to $3.9M."


def test_most_of_the_total_is_said_only_where_it_is() -> None:
    most, less, alone = (_say(_finding("lead_volume", "channel", "Paid", 12, 31, 48, part=part)) for part in (0.5, 0.49, None))
    assert most == "Lead volume from “Paid” fell to 12, usually 31 to 48; that is most of the fall in lead volume."
    assert less == alone == "Lead volume from “Paid” fell to 12, usually 31 to 48."


def test_another_week_than_asked_for_is_named() -> None:
    said = _say(_finding("acceptance_rate", None, None, 0.41, 0.58, 0.66, week=date(2026, 10, 26)))
    assert said == "Acceptance rate fell to 41 % of 63 leads in the week of 26 Oct, the newest to judge, usually 58 % to 66 %."


def test_the_tip_says_how_sure_it_is() -> None:
    said = view.tip(_finding("lead_volume", None, None, 12, 31, 48), 412)
    assert said == (
        "4.9 standard deviations from the mean of 26 weeks. If nothing had changed, the chance to see anything so far out among the 412 numbers "
        "looked at would be 1 in 5,000 at the most."
    )


def _measure(weeks: int) -> None:
    for volume in (200, 600):
        for spread in (0.0, 0.05):
            wrong = quiet_weeks_with_a_finding(weeks, volume, spread, seed=1)
            print(f"{volume} leads a week, spread {spread}: nothing changed, a finding in {wrong} of {weeks} weeks ({wrong / weeks:.1%})", flush=True)
            for where in PLANTS:
                seen = planted_and_found(max(weeks // 5, 1), volume, spread, where, seed=2)
                print(f"    {PLANTS[where].__doc__} Found in {seen} of {max(weeks // 5, 1)}.", flush=True)


if __name__ == "__main__":
    _measure(int(sys.argv[1]))
