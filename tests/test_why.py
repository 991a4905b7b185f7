"""Mix or rate, and the bridge: published figures, cases by hand, what must hold of every table, and sentences that claim no more."""

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import exp, log
from pathlib import Path

import companies
import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest
from test_pages import captions

from app.charts import Rung, Split, splits, waterfall
from app.charts.theme import ROLES
from app.errors import QuestionError
from app.filters import Period
from app.metrics import MixOrRate, ask, bridge, catalogue, earlier, elapsed, mix_or_rate, presets
from app.metrics.intervals import interval_of_difference, interval_of_sum, t_quantile
from app.queries import QUERIES, read_file
from app.serving import Scorecard
from app.serving.watch import Cursors
from app.views import why_words

JANUARY, FEBRUARY = Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1), date(2026, 3, 1))
MONTHS = (JANUARY, FEBRUARY)
NOW = datetime(2026, 6, 1)
SIMPSON = Path(__file__).parent / "cases" / "every_segment_falls_while_the_total_rises"
FEW = settings(max_examples=40, deadline=None)
CENT = Decimal("0.01")

HANDOFF = pa.schema([
    ("handoff_id", pa.string()), ("handed_at", pa.timestamp("us")), ("handed_on", pa.date32()), ("segment", pa.string()), ("is_implied", pa.bool_()),
    ("is_mature", pa.bool_()), ("is_accepted_in_window", pa.bool_()), ("outcome", pa.string()), ("decided_at", pa.timestamp("us")), ("opportunity_id", pa.string()),
    ("deal_created_at", pa.timestamp("us")), ("deal_amount", pa.decimal128(18, 4)),
])  # fmt: skip


def small_card(handoffs: Sequence[Mapping[str, object]] = (), deals: Sequence[Mapping[str, object]] = (), as_of: datetime = NOW) -> Scorecard:
    """A scorecard of one table in memory, for questions about handoffs; `deals` are those they came to."""
    con = duckdb.connect(":memory:")
    con.execute((QUERIES / "engine" / "serving.sql").read_text())
    sold = {deal["opportunity_id"]: {"deal_created_at": deal["created_at"], "deal_amount": deal["amount"]} for deal in deals}
    rows = [row | sold.get(row.get("opportunity_id"), {}) for row in handoffs]
    con.register("given", pa.Table.from_pylist([{field: row.get(field) for field in HANDOFF.names} for row in rows], HANDOFF))
    con.execute("create table handoff as from given")
    con.unregister("given")
    con.execute("create table calendar as select day::date as day, day::date as week from range(date '2025-12-01', date '2026-07-01', interval 1 day) as r(day)")
    facts = {"supplied": ["lead_event", "opportunity"], "timezone": "UTC", "week_starts_on": "monday", "is_sample": False}
    return Scorecard("small", as_of, facts, Cursors(con))


def judged(period: Period, segment: str | None, accepted: int, of: int) -> list[dict[str, object]]:
    """Ripe leads of a segment, so many of them accepted."""
    first = datetime.combine(period.start, datetime.min.time())
    lead = {"handed_at": first, "handed_on": period.start, "segment": segment, "is_implied": False, "is_mature": True}
    return [lead | {"is_accepted_in_window": place < accepted} for place in range(of)]


def two_months(before: Mapping[str | None, tuple[int, int]], now: Mapping[str | None, tuple[int, int]]) -> MixOrRate:
    """February against January, each {segment: (accepted, of)}."""
    rows = [row for period, counts in zip(MONTHS, (before, now), strict=True) for segment, count in counts.items() for row in judged(period, segment, *count)]
    return mix_or_rate(small_card(rows), "acceptance_rate", FEBRUARY, "segment", before=JANUARY)


# --- published figures -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_of_two_rates_has_the_interval_of_newcombe(first: tuple[int, int], second: tuple[int, int], low: float, high: float) -> None:
    """Newcombe (1998), table II, method 10."""
    card = small_card([*judged(JANUARY, "A", *second), *judged(FEBRUARY, "A", *first)])
    rows = [ask(card, "acceptance_rate", period).row for period in MONTHS]
    assert interval_of_difference(*rows) == pytest.approx((low, high), abs=5e-5)
    found = mix_or_rate(card, "acceptance_rate", FEBRUARY, "segment", before=JANUARY)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert (found.rate_low, found.rate_high) == pytest.approx((low, high), abs=5e-5)  # one group: there is no mix
    assert found.is_clear == (low > 0)


def test_an_interval_of_a_weighted_sum_is_worked_by_hand() -> None:
    """Weights 1/2 and -1/2: middle 0.1; down hypot(0.05, 0.1), up hypot(0.1, 0.05)."""
    low, high = interval_of_sum([(0.5, 0.6, 0.5, 0.8), (-0.5, 0.4, 0.3, 0.6)])
    assert (low, high) == pytest.approx((0.1 - 0.0125**0.5, 0.1 + 0.0125**0.5))


def test_mix_and_rate_are_those_of_das_gupta() -> None:
    """Das Gupta (1993), "Standardization and decomposition of rates", example 5.3: deaths of 1,000 in the United States, 1970 and 1985, by race and age.

    Rate effect -2.2277, age 1.5217 and race 0.0198 together the mix; the crude rates 9.4218 and 8.7356.
    """
    sizes = {
        "before": [2968, 11484, 34614, 30992, 21983, 20314, 20928, 16897, 11339, 5720, 1315, 535, 2162, 6120, 4781, 3096, 2718, 2363, 1767, 1149, 448, 117],
        "now": [3041, 11577, 27450, 32711, 35480, 27411, 19555, 19795, 15254, 8022, 2472, 707, 2692, 6473, 6841, 6547, 4352, 3034, 2540, 1749, 804, 236],
    }
    rates = {
        "before": [18.469, 0.751, 0.391, 1.146, 1.287, 2.672, 6.636, 15.691, 34.723, 79.763, 176.837,
                   36.993, 1.352, 0.541, 2.040, 3.523, 6.746, 12.967, 24.471, 45.091, 74.902, 123.205],
        "now": [9.163, 0.462, 0.248, 0.929, 1.084, 1.810, 4.715, 12.187, 27.728, 64.068, 157.570,
                17.208, 0.738, 0.328, 1.103, 2.045, 3.724, 8.052, 17.812, 34.128, 68.276, 125.161],
    }  # fmt: skip
    params: dict[str, object] = {"names": [str(number) for number in range(22)]}
    params |= {f"n_{side}": values for side, values in sizes.items()} | {f"rate_{side}": values for side, values in rates.items()}
    rows = small_card().query(read_file(QUERIES / "support" / "mix_or_rate.sql").body, params).to_pylist()
    assert sum(row["rate"] for row in rows) == pytest.approx(-2.2277254, abs=1e-6)
    assert sum(row["mix"] for row in rows) == pytest.approx(1.5217347 + 0.0197749, abs=1e-6)
    assert sum(row["mix"] + row["rate"] for row in rows) == pytest.approx(-0.6862158, abs=1e-6)


@pytest.mark.parametrize(("freedom", "value"), [(5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)])
def test_quantiles_of_student_are_those_of_the_tables(freedom: int, value: float) -> None:
    assert t_quantile(freedom) == pytest.approx(value, rel=0.005)


def test_of_five_values_or_fewer_nothing_is_said() -> None:
    assert t_quantile(4) > 1e9


# --- mix or rate: by hand ----------------------------------------------------------------------


def test_every_segment_falls_while_the_total_rises(tmp_path: Path) -> None:
    """Enterprise 2/2 to 6/8, SMB 2/8 to 0/2; R = 1/2. Mix 0.6 x (7/8 - 1/2) and -0.6 x (1/8 - 1/2); rate -1/4 x 1/2 each."""
    card = companies.build_folder(SIMPSON, scorecard=tmp_path, as_of="2026-06-01T00:00:00Z").card
    march, april = Period(date(2026, 3, 1), date(2026, 4, 1)), Period(date(2026, 4, 1), date(2026, 5, 1))
    found = mix_or_rate(card, "acceptance_rate", april, "segment")
    assert found.earlier == march
    assert {group.name: (group.mix, group.rate) for group in found.groups} == {
        "Enterprise": pytest.approx((0.225, -0.125)),
        "SMB": pytest.approx((0.225, -0.125)),
    }
    assert (found.change, found.mix, found.rate) == pytest.approx((0.2, 0.45, -0.25))
    assert found.is_paradox
    assert not found.is_clear
    text = why_words.moved(found)
    assert text.startswith("Too few to say whether the acceptance rate moved")
    assert "within every segment the rate fell, and the total rose, by the mix alone in these figures, which are too few to prove it" in text


def test_a_paradox_of_many_leads_is_said_without_doubt() -> None:
    found = two_months({"Enterprise": (200, 200), "SMB": (200, 800)}, {"Enterprise": (600, 800), "SMB": (0, 200)})
    assert found.is_paradox
    assert found.is_clear
    text = why_words.moved(found)
    assert "rose by 20.0 points" in text
    assert "45.0 because “Enterprise”, with a higher rate, has a larger share of the leads (mix), less 25.0 because rates within the segments fell (rate)." in text
    assert text.endswith("Mind: within every segment the rate fell, and the total rose, by the mix alone.")


def test_only_the_mix_moves() -> None:
    """80 % and 20 % stay as they are; the worse half grows from 1/4 to 3/4: the total falls from 65 to 35 %."""
    found = two_months({"A": (600, 750), "B": (50, 250)}, {"A": (200, 250), "B": (150, 750)})
    assert (found.change, found.mix, found.rate) == pytest.approx((-0.3, -0.3, 0))
    assert not found.is_paradox
    assert "as good as all of it because “" in why_words.moved(found)


def test_a_group_of_one_period_alone_is_all_mix() -> None:
    """A 50 of 100 in both; B comes with 10 of 100: w 1 to 1/2 and 0 to 1/2, R = (0.5 + 0.3) / 2."""
    found = two_months({"A": (50, 100)}, {"A": (50, 100), "B": (10, 100)})
    assert {group.name: (group.mix, group.rate) for group in found.groups} == {"A": pytest.approx((-0.05, 0)), "B": pytest.approx((-0.15, 0))}
    assert (found.change, found.mix, found.rate) == pytest.approx((-0.2, -0.2, 0))
    assert [group.name for group in found.in_both] == ["A"]


def test_no_segment_is_a_group_and_leads_that_are_too_young_are_none() -> None:
    rows = [*judged(JANUARY, None, 1, 2), *judged(FEBRUARY, "A", 1, 1), *(row | {"is_mature": False} for row in judged(FEBRUARY, "B", 0, 3))]
    found = mix_or_rate(small_card(rows), "acceptance_rate", FEBRUARY, "segment", before=JANUARY)
    assert {group.name for group in found.groups} == {None, "A"}
    assert "Not judged yet, and not counted: 3 now." in why_words.moved(found)


def test_without_data_in_a_period_there_is_no_change() -> None:
    found = two_months({}, {"A": (5, 10)})
    assert (found.change, found.groups, found.is_clear) == (None, (), False)
    assert why_words.nothing(found) == "Nothing that can be judged in the earlier period, so there is no change to explain."


@pytest.mark.parametrize(
    ("metric", "by", "said"),
    [
        ("lead_volume", "segment", "no rate"),
        ("revenue_influence", "segment", "share of money"),
        ("revenue_influence", "channel", "overlap"),
        ("score_calibration", "decile", "overlap"),
        ("acceptance_rate", "week", "not the same in two periods"),
        ("win_rate", "age", "no dimension"),
        ("nonsense", "segment", "no metric"),
    ],
)
def test_what_cannot_be_split_is_refused_in_a_sentence(sample_card: Scorecard, metric: str, by: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        mix_or_rate(sample_card, metric, presets(sample_card)["Last quarter"], by)


# --- mix or rate: of every table ---------------------------------------------------------------

a_lead = some.tuples(some.sampled_from(MONTHS), some.sampled_from(("A", "B", "C", None)), some.booleans(), some.sampled_from((True, True, True, False)))


@FEW
@given(some.lists(a_lead, max_size=40))
def test_mix_and_rate_are_the_change_and_swapping_the_periods_negates_them(drawn: list[tuple[Period, str | None, bool, bool]]) -> None:
    card = small_card([row | {"is_mature": mature} for period, segment, accepted, mature in drawn for row in judged(period, segment, int(accepted), 1)])
    there = mix_or_rate(card, "acceptance_rate", FEBRUARY, "segment", before=JANUARY)
    back = mix_or_rate(card, "acceptance_rate", JANUARY, "segment", before=FEBRUARY)
    shares = [[accepted for span, _, accepted, mature in drawn if span == period and mature] for period in MONTHS]
    if not all(shares):
        assert there.change is None and back.change is None
        return
    change = sum(shares[1]) / len(shares[1]) - sum(shares[0]) / len(shares[0])
    assert there.change == pytest.approx(change, abs=1e-12)
    assert sum(group.mix + group.rate for group in there.groups) == pytest.approx(change, abs=1e-12)
    assert sum(group.w_before for group in there.groups) == pytest.approx(1) == sum(group.w_now for group in there.groups)
    assert (back.mix, back.rate) == pytest.approx((-there.mix, -there.rate), abs=1e-12)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=1e-12)
    assert back.is_paradox == there.is_paradox
    assert there.low <= change <= there.high
    assert there.rate_low is None or there.rate_low - 1e-12 <= there.rate <= there.rate_high + 1e-12
    assert why_words.moved(there)


@pytest.mark.parametrize("metric", ["acceptance_rate", "response_sla", "worked_after_acceptance", "qualification_rate", "win_rate", "score_calibration"])
def test_mix_and_rate_are_the_change_of_the_sample_company(sample_card: Scorecard, metric: str) -> None:
    for name, where in itertools.product(("This quarter", "Last quarter", "Last 4 weeks", "This year"), ({}, {"region": ("EMEA",)})):
        period = presets(sample_card)[name]
        for by in ("segment", "channel", "owner"):
            found = mix_or_rate(sample_card, metric, period, by, where)
            before, now = (ask(sample_card, metric, span, (), where).row["value"] for span in (earlier(sample_card, period), period))
            if found.change is None:
                assert before is None or now is None
            else:
                assert found.mix + found.rate == pytest.approx(now - before, abs=1e-12), (name, by, where)


# --- the bridge: by hand -----------------------------------------------------------------------


def lead(number: int, handed: datetime, decided: datetime | None = None, created: datetime | None = None, amount: object = None) -> tuple[dict, dict]:
    """A handoff, accepted where it is decided, and its deal where one was created."""
    name = f"O{number}" if created else None
    outcome = "accepted" if decided else "undecided"
    handoff = {"handoff_id": str(number), "handed_at": handed, "handed_on": handed.date(), "outcome": outcome, "decided_at": decided, "opportunity_id": name}
    return handoff, {"opportunity_id": name, "created_at": created, "amount": None if amount is None else Decimal(str(amount))}


def card_of(leads: Sequence[tuple[dict, dict]], as_of: datetime = NOW) -> Scorecard:
    return small_card([handoff for handoff, _ in leads], [deal for _, deal in leads if deal["opportunity_id"]], as_of)


def month_of(period: Period, number: int, leads: int, accepted: int, amounts: Sequence[object]) -> list[tuple[dict, dict]]:
    """Leads of a period's first day, decided and dealt with on it."""
    day = datetime.combine(period.start, datetime.min.time())
    return [
        lead(number + place, day, day if place < accepted else None, day if place < len(amounts) else None, amounts[place] if place < len(amounts) else None)
        for place in range(leads)
    ]


def test_twice_the_leads_of_twice_the_size_are_half_the_change_each() -> None:
    """100 to 400: L = 300 / ln 4, and L x ln 2 = 150 for each of the two factors that doubled."""
    found = bridge(card_of([*month_of(JANUARY, 0, 2, 2, [50, 50]), *month_of(FEBRUARY, 10, 4, 4, [100] * 4)]), FEBRUARY, before=JANUARY)
    assert found.parts == {"volume": 150.0, "acceptance": 0.0, "qualification": 0.0, "size": 150.0}
    assert (found.before.pipeline, found.now.pipeline, found.change) == (100.0, 400.0, 300.0)


def test_each_factor_takes_its_part_of_the_logarithmic_mean() -> None:
    """10 leads x 4/10 x 2/4 x 100 = 200, and 12 x 9/12 x 3/9 x 60 = 180: L = 20 / ln(200 / 180) = 189.824."""
    found = bridge(card_of([*month_of(JANUARY, 0, 10, 4, [150, 50]), *month_of(FEBRUARY, 20, 12, 9, [60, 60, 60])]), FEBRUARY, before=JANUARY)
    assert found.before.factors == {"volume": 10, "acceptance": 0.4, "qualification": 0.5, "size": 100}
    assert found.now.factors == {"volume": 12, "acceptance": 0.75, "qualification": pytest.approx(1 / 3), "size": 60}
    assert found.parts == {"volume": 34.61, "acceptance": 119.33, "qualification": -76.97, "size": -96.97}
    assert sum(Decimal(str(part)) for part in found.parts.values()) == Decimal("-20")


def test_where_a_factor_is_nothing_there_is_no_split_and_both_products_are_shown() -> None:
    found = bridge(card_of([*month_of(JANUARY, 0, 4, 2, []), *month_of(FEBRUARY, 10, 2, 1, [30])]), FEBRUARY, before=JANUARY)
    assert found.parts is None
    text = why_words.bridged(found, "USD").replace(why_words.write.NBSP, " ")
    assert text == (
        "$30 of pipeline, $0 before. A step is nothing in one of the two periods, so the change cannot be split: "
        "now 2 leads × 50 % × 100 % × $30; before 4 leads × 50 % × 0 % × no data."
    )
    assert why_words.doubts(found) == "Too few to say who moved it: chance alone can explain each step."


def test_both_periods_are_seen_at_one_age() -> None:
    """As of 5 March February is 5 days over, so January is seen on 5 February: of its two leads the second was not yet accepted."""
    day = datetime
    leads = [
        lead(1, day(2026, 1, 10), day(2026, 1, 11), day(2026, 1, 12), 100),
        lead(2, day(2026, 1, 10), day(2026, 2, 20), day(2026, 2, 21), 300),
        lead(3, day(2026, 2, 10), day(2026, 2, 11), day(2026, 2, 12), 100),
    ]
    card = card_of(leads, day(2026, 3, 5))
    found = bridge(card, FEBRUARY, before=JANUARY)
    assert (found.before.seen_at, found.now.seen_at) == (day(2026, 2, 5), day(2026, 3, 5))
    assert (found.before.leads, found.before.undecided, found.before.accepted, found.before.pipeline) == (2, 1, 1, 100.0)
    assert found.parts == {"volume": -69.31, "acceptance": 69.31, "qualification": 0.0, "size": 0.0}  # 100 x ln 2
    assert "as it stood on 5 Feb 2026, so that both had as much time; undecided: 0 of 1 lead, 1 of 2 leads before" in why_words.ages(found)
    young = bridge(card, FEBRUARY, before=JANUARY, at_equal_age=False)
    assert (young.before.pipeline, young.before.undecided, young.change) == (400.0, 0, -300.0)
    assert "the later one had less time" in why_words.ages(young)


def test_a_deal_that_comes_later_is_not_there_yet_and_one_without_amount_counts() -> None:
    day = datetime
    leads = [lead(1, day(2026, 1, 5), day(2026, 1, 6), day(2026, 2, 20), 10), lead(2, day(2026, 1, 5), day(2026, 1, 6), day(2026, 1, 7)), lead(3, day(2026, 2, 5))]
    found = bridge(card_of(leads, day(2026, 3, 3)), FEBRUARY, before=JANUARY)
    assert (found.before.accepted, found.before.deals, found.before.pipeline) == (2, 1, 0.0)


def test_what_chance_can_explain_is_named_and_nothing_is_claimed_of_the_rest() -> None:
    """60 to 240 leads is no chance; 30 of 60 to 118 of 240 accepted is, and so are the deals and their sizes."""
    amounts = [80, 100, 120, 95, 105]
    leads = [*month_of(JANUARY, 0, 60, 30, amounts * 2), *month_of(FEBRUARY, 100, 240, 118, amounts * 8)]
    found = bridge(card_of(leads), FEBRUARY, before=JANUARY)
    assert found.within_chance == ("acceptance", "qualification", "size")
    assert why_words.doubts(found) == "Chance alone can explain acceptance, qualification and deal size."
    better = month_of(FEBRUARY, 100, 60, 58, [amount * 2 for amount in amounts * 4])
    assert bridge(card_of([*leads[:60], *better]), FEBRUARY, before=JANUARY).within_chance == ("volume", "qualification")


# --- the bridge: of every table ----------------------------------------------------------------

amounts = some.one_of(some.none(), some.decimals(0, 5_000_000, places=3), some.sampled_from((100, 100, 33)))
hours = some.one_of(some.none(), some.integers(0, 2_000))
any_lead = some.tuples(some.sampled_from(MONTHS), some.integers(0, 27), hours, hours, amounts)


def _some_lead(number: int, period: Period, day: int, decided: int | None, created: int | None, amount: object) -> tuple[dict, dict]:
    handed = datetime.combine(period.start, datetime.min.time()) + timedelta(days=day, hours=9)
    later = [None if after is None else handed + timedelta(hours=after) for after in (decided, created)]
    return lead(number, handed, later[0], later[1] if later[0] else None, amount)


@FEW
@given(some.lists(any_lead, max_size=25), some.booleans())
def test_the_parts_are_the_change_to_the_cent_and_swapping_the_periods_negates_them(drawn: list[tuple], equal: bool) -> None:
    leads = [_some_lead(number, *row) for number, row in enumerate(drawn)]
    card = card_of(leads, datetime(2026, 3, 20))
    there = bridge(card, FEBRUARY, None, JANUARY, equal)
    back = bridge(card, JANUARY, None, FEBRUARY, equal)
    for cohort in (there.before, there.now):
        days = cohort.period
        inside = [pair for pair in leads if days.start <= pair[0]["handed_on"] < days.end and pair[0]["handed_at"] <= cohort.seen_at]
        accepted = [(handoff, deal) for handoff, deal in inside if handoff["decided_at"] and handoff["decided_at"] <= cohort.seen_at]
        deals = [deal for _, deal in accepted if deal["created_at"] and deal["created_at"] <= cohort.seen_at]
        assert (cohort.leads, cohort.accepted, cohort.undecided, cohort.deals) == (len(inside), len(accepted), len(inside) - len(accepted), len(deals))
        assert abs(Decimal(str(cohort.pipeline)) - sum((deal["amount"] or Decimal(0) for deal in deals), Decimal(0))) <= CENT / 2
    assert Decimal(str(there.change)) == Decimal(str(there.now.pipeline)) - Decimal(str(there.before.pipeline)) == -Decimal(str(back.change))
    assert (there.parts is None) == (back.parts is None)
    assert there.within_chance == back.within_chance
    if there.parts:
        assert sum(Decimal(str(part)) for part in there.parts.values()) == Decimal(str(there.change))
        assert all(abs(there.parts[name] + back.parts[name]) < 0.011 for name in there.parts)
        if min(there.before.pipeline, there.now.pipeline) > 100:  # of a few cents, the rounding is larger than the parts
            assert _integral(there) == pytest.approx(there.parts, rel=1e-4, abs=0.05)


def _integral(found: object) -> dict[str, float]:
    """What each factor adds on the way from before to now, all of them growing evenly: the Divisia integral, by steps."""
    steps, first, growth = 400, found.before.pipeline, log(found.now.pipeline / found.before.pipeline)
    mean = sum(first * exp(growth * (step + 0.5) / steps) for step in range(steps)) / steps
    return {name: mean * log(value / found.before.factors[name]) for name, value in found.now.factors.items()}


@pytest.mark.parametrize("where", [{}, {"segment": ("SMB",)}, {"region": ("EMEA", "")}, {"channel": ("Events",), "segment": ("SMB", "Enterprise")}], ids=str)
def test_the_bridge_of_the_sample_company_stands_on_its_lead_volume(sample_card: Scorecard, where: dict[str, tuple[str, ...]]) -> None:
    for name, period in presets(sample_card).items():
        for equal in (True, False):
            found = bridge(sample_card, period, where, at_equal_age=equal)
            assert found.now.leads == ask(sample_card, "lead_volume", period, (), where).row["value"], name
            assert found.now.period == elapsed(sample_card, period)
            if found.parts:
                assert sum(Decimal(str(part)) for part in found.parts.values()) == Decimal(str(found.change)), name
            assert why_words.bridged(found, "USD") and why_words.ages(found)
        assert found.before.leads == ask(sample_card, "lead_volume", earlier(sample_card, period), (), where).row["value"], name


def test_a_filter_that_handoffs_do_not_have_is_refused(sample_card: Scorecard) -> None:
    with pytest.raises(QuestionError, match="no dimension 'age'"):
        bridge(sample_card, presets(sample_card)["Last quarter"], {"age": ("0-2",)})


# --- sentences ---------------------------------------------------------------------------------


def test_mix_and_rate_are_said_with_what_moved_them() -> None:
    """SMB, at 30 %, grows from 20 to 60 % of the leads; both rates fall a little: 70 to 66 and 30 to 28 %."""
    found = two_months({"SMB": (600, 2000), "Enterprise": (5600, 8000)}, {"SMB": (1680, 6000), "Enterprise": (2640, 4000)})
    assert (found.change, found.mix, found.rate) == pytest.approx((-0.188, -0.156, -0.032))
    assert why_words.moved(found).replace(why_words.write.NBSP, " ") == (
        "Acceptance rate fell by 18.8 points, from 62.0 % to 43.2 %: 15.6 because “SMB”, with a lower rate, has a larger share of the leads (mix), "
        "and 3.2 because rates within the segments fell (rate)."
    )


def test_what_is_too_few_gives_no_reason() -> None:
    text = why_words.moved(two_months({"A": (6, 10), "B": (2, 5)}, {"A": (5, 10), "B": (3, 6)}))
    assert text.startswith("Too few to say whether the acceptance rate moved: 53.3")
    assert "because" not in text and "fell" not in text and "rose" not in text
    assert "(95 % interval)" in text


def test_a_rate_that_fell_behind_an_unmoved_total_is_said() -> None:
    """A from 80 to 70 %, B from 40 to 30 %, while the better A grows from half to three quarters: the total stays at 60 %."""
    found = two_months({"A": (800, 1000), "B": (400, 1000)}, {"A": (1050, 1500), "B": (150, 500)})
    assert found.change == pytest.approx(0)
    text = why_words.moved(found)
    assert text.startswith("Too few to say whether the acceptance rate moved")
    assert "With the mix held still, though, rates within the segments fell by 10.0 points (between −12." in text


def test_a_part_of_rate_that_may_be_chance_is_said_to() -> None:
    found = two_months({"A": (600, 750), "B": (50, 250)}, {"A": (197, 250), "B": (150, 750)})
    assert found.is_clear and not found.is_rate_clear
    assert "The part of rate alone could be chance (" in why_words.moved(found)


def test_of_many_small_groups_the_rate_part_is_not_claimed() -> None:
    names = [f"S{number}" for number in range(20)]
    found = two_months(dict.fromkeys(names, (8, 10)), dict.fromkeys(names, (4, 10)))
    assert found.is_clear and found.rate_low is None and not found.is_rate_clear
    assert why_words.moved(found).endswith("Each of the segments has too few leads to say whether rates moved.")


@given(some.floats(-1, 1), some.floats(-1, 1))
def test_points_that_are_said_add_up(mix: float, rate: float) -> None:
    row: dict[str, object] = {"value": 0.5, "n": 1}
    found = MixOrRate(catalogue()["win_rate"], "segment", FEBRUARY, JANUARY, row, row, (), mix + rate, mix, rate)
    change, first, second = why_words.in_points(found)
    assert round(first + second, 1) == change
    assert abs(first - mix * 100) < 0.16 and abs(second - rate * 100) < 0.16


# --- pictures and pages ------------------------------------------------------------------------


def test_bars_lie_on_their_side_of_zero_with_room_for_labels() -> None:
    both = [Split(None, "All", -0.03, "mix −3.0", 0.01, "rate +1.0"), Split("A", "A", 0.0, "", 0.01, "+1.0")]
    rows = splits(both, ("sales_soft", "sales"), "x", ("mix", "rate")).table.to_pylist()
    assert [(row["name"], row["place"], row["role"]) for row in rows[:2]] == [("All", 0, "sales_soft"), ("All", 1, "sales")]
    down, up = rows[:2]
    assert 0.2 < down["end"] < down["zero"] < up["end"] < 0.8
    assert (down["left"], down["right"], up["left"], up["right"]) == ("mix −3.0", "", "", "rate +1.0")
    assert (down["zero"] - down["end"]) == pytest.approx(3 * (up["end"] - up["zero"]))
    assert rows[2]["end"] == rows[2]["zero"]


def test_the_label_of_no_bar_stands_where_the_other_bars_leave_room() -> None:
    for rate, side, other in ((-0.12, "left", "right"), (0.12, "right", "left"), (0.0, "right", "left")):
        none = splits([Split(None, "All", 0.0, "mix 0.0", rate, "rate")], ("sales_soft", "sales"), "x", ("mix", "rate")).table.to_pylist()[0]
        assert (none[side], none[other]) == ("mix 0.0", "")
        assert (none["zero"] if side == "left" else 1 - none["zero"]) > 0.25, "room for it in the chart"


def test_a_step_of_a_waterfall_starts_where_the_one_above_it_ended() -> None:
    step = Rung("lead_volume", "volume", 100, 40, "−$60", "marketing", "10 → 4")
    rows = waterfall([Rung(None, "before", 0, 100, "$100", "label"), step, Rung(None, "now", 0, 40, "$40", "ink")], "x").table.to_pylist()
    assert rows[0]["end"] == rows[1]["start"] == pytest.approx(2.5 * rows[2]["end"])
    assert rows[1]["end"] == rows[2]["end"] and rows[1]["after"] == rows[1]["start"]
    assert [row["next"] for row in rows] == ["volume", "now", "now"]
    assert {row["role"] for row in rows} <= set(ROLES)


def test_specs_hold_no_data_and_no_colours_and_are_made_once() -> None:
    ann = [Split(None, "Ann", 1, "1", 2, "2")]
    for draw in (lambda: splits(ann, ("sales_soft", "sales"), "x", ("mix", "rate")), lambda: waterfall([Rung(None, "Ann", 0, 1, "1", "ink")], "x")):
        first, second = draw(), draw()
        assert first.spec is second.spec
        assert "Ann" not in json.dumps(first.spec) and "datasets" not in first.spec and "#" not in json.dumps(first.spec["layer"])


@pytest.mark.parametrize(
    ("page", "by", "said"), [("marketing", "channel", "of the channels"), ("sales", "sales team", "of the sales teams"), ("sales", "nonsense", "of the segments")]
)
def test_the_address_says_by_what_a_rate_is_split(sample_folder: Path, monkeypatch: pytest.MonkeyPatch, page: str, by: str, said: str) -> None:
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    app = AppTest.from_file(str(companies.ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["why"] = by
    app.switch_page(f"pages/{page}/{page}.py").run()
    assert not app.exception
    found = captions(app)
    assert any(said in caption for caption in found), found
    assert any("so that both had as much time" in caption for caption in found)
    assert not any("could not be" in caption for caption in found)
