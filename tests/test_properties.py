"""What must hold of every company: parts add up, filters compose, shares lie in their intervals, money stays in its bounds."""

import itertools
import random
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from companies import build_company

from app.filters import MODELS, SCOPES, TIME_DIMENSIONS, Period
from app.metrics import ask, catalogue, choices, count_records, records
from app.metrics.questions import NO_TOUCH
from app.serving import Scorecard

SEEDS = (1,)
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 1))
YEARS = Period(date(2025, 1, 1), date(2026, 7, 1))
PLAIN = (
    "segment", "region", "industry", "channel", "source", "campaign", "persona", "marketing_team", "sales_team", "owner",
    "reason", "age", "tier", "decile", "kind", "side",
)  # fmt: skip
ADDS_UP = [metric for metric in catalogue().values() if metric.adds_up]
RATES = [metric for metric in catalogue().values() if metric.unit == "rate"]
METRICS = list(catalogue().values())


def random_tables(seed: int) -> dict[str, list[dict[str, object]]]:
    """A company of 60 leads and 40 deals, drawn at random: gaps, ties, refusals, several handoffs, late touches."""
    draw = random.Random(seed)
    day = lambda: AS_OF - timedelta(days=draw.randrange(400), hours=draw.randrange(24))  # noqa: E731
    iso = lambda moment: moment.isoformat()  # noqa: E731
    some = lambda *values: draw.choice((*values, ""))  # noqa: E731
    people = [f"P{n}" for n in range(50)]
    leads, events = [], []
    for n in range(60):
        person, start = draw.choice(people), day()
        leads.append({"lead_id": f"L{n}", "person_id": person, "created_at": iso(start), "source": some("Web", "Fair"), "channel": some("Organic", "Events"),
                      "owner_id": some("M1", "M2", "M3"), "opportunity_id": some("O1", "O2", "O3", "O99"), "segment": some("SMB"), "region": some("DE")})  # fmt: skip
        for _ in range(draw.randrange(5)):
            start += timedelta(hours=draw.choice((0, 1, 30, 400)))
            stage = draw.choice(("handed_off", "handed_off", "working", "accepted", "qualified", "rejected", "recycled"))
            if start <= AS_OF:
                events.append({"lead_id": f"L{n}", "person_id": person, "stage": stage, "occurred_at": iso(start), "reason": some("Bad fit")})
    deals = []
    for n in range(40):
        start, closed = day(), draw.random() < 0.7
        deals.append({"opportunity_id": f"O{n}", "account_id": some("A1", "A2", "A3"), "created_at": iso(start),
                      "closed_at": iso(min(AS_OF, start + timedelta(days=draw.randrange(90)))), "is_closed": closed, "is_won": closed and draw.random() < 0.6,
                      "amount": draw.choice((100, 250.555, 99.999, "")), "currency": draw.choice(("", "USD", "EUR", "GBP")),
                      "owner_id": some("M1", "M2"), "source": some("Web", "Fair"), "channel": some("Organic")})  # fmt: skip
    touches = [{"touch_id": f"t{n}", "person_id": draw.choice(people), "occurred_at": iso(day()), "side": draw.choice(("marketing", "sales")),
                "channel": some("Email", "Events"), "campaign_id": some("C1", "C2", "C9"), "owner_id": some("M1", "M4")} for n in range(150)]  # fmt: skip
    return {
        "lead": leads,
        "lead_event": events,
        "opportunity": deals,
        "opportunity_person": [{"opportunity_id": f"O{draw.randrange(40)}", "person_id": draw.choice(people)} for _ in range(30)],
        "touch": touches,
        "person": [{"person_id": person, "account_id": some("A1", "A2"), "title": some("CEO", "Engineer")} for person in people],
        "account": [{"account_id": f"A{n}", "segment": some("SMB", "Enterprise"), "region": some("DE", "FR"), "industry": some("Retail")} for n in (1, 2)],
        "campaign": [{"campaign_id": "C1", "name": "Fair", "channel": "Events", "owner_id": "M4"}, {"campaign_id": "C2", "name": "Mail", "channel": "Email"}],
        "member": [{"member_id": f"M{n}", "team_id": f"T{n}", "name": name} for n, name in ((1, "Ann"), (2, "Ben"), (4, "Mia"))],
        "team": [{"team_id": f"T{n}", "name": name, "side": side} for n, name, side in ((1, "East", "sales"), (2, "West", "sales"), (4, "Field", "marketing"))],
        "spend": [
            {"spent_on": iso(day())[:10], "channel": some("Organic", "Events"), "campaign_name": some("Fair"), "amount": draw.choice((10, 33.335))} for _ in range(40)
        ],
    }  # fmt: skip


@pytest.fixture(scope="module", params=(*SEEDS, "sample"))
def card(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scorecard:
    """A scorecard of a company drawn at random, and the sample company's."""
    if request.param == "sample":
        return request.getfixturevalue("sample_card")
    fx = [{"currency": "EUR", "from_date": "2025-09-01", "rate": 1.1}]
    zone = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")[request.param % 4]
    folder: Path = tmp_path_factory.mktemp("random")
    return build_company(folder, random_tables(request.param), {"fx": fx}, as_of=AS_OF.isoformat(), timezone=zone).card


@pytest.fixture(scope="module")
def random_card(tmp_path_factory: pytest.TempPathFactory) -> Scorecard:
    """A company drawn at random, for what takes many questions."""
    return build_company(tmp_path_factory.mktemp("random"), random_tables(9), as_of=AS_OF.isoformat()).card


def _period(card: Scorecard) -> Period:
    return HALF_YEAR if card.facts["is_sample"] else YEARS


def _value(card: Scorecard, metric: str, where: Mapping[str, tuple[str, ...]] | None = None) -> object:
    return ask(card, metric, _period(card), (), where).row["value"]


def _whole(card: Scorecard, metric: str, where: Mapping[str, tuple[str, ...]] | None = None) -> Decimal:
    return Decimal(str(_value(card, metric, where) or 0))


@pytest.mark.parametrize("metric", ADDS_UP, ids=lambda metric: metric.name)
def test_parts_add_up_to_the_whole(card: Scorecard, metric: object) -> None:
    whole = _whole(card, metric.name)
    for dim in metric.dims:
        parts = ask(card, metric.name, _period(card), (dim,)).rows
        added = sum((Decimal(str(row["value"])) for row in parts), Decimal(0))
        assert added == (_whole(card, "revenue") if any(row[dim] == NO_TOUCH for row in parts) else whole), dim


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("scope", SCOPES)
def test_credit_and_no_touch_are_revenue_to_the_cent(card: Scorecard, model: str, scope: str) -> None:
    for by in (("channel",), ("month", "channel"), ("channel", "campaign")):
        rows = ask(card, "attributed_revenue", _period(card), by, None, model, scope).rows
        assert sum((Decimal(str(row["value"])) for row in rows), Decimal(0)) == _whole(card, "revenue"), by
        assert all(row["value"] >= 0 for row in rows)


def test_parts_by_two_dimensions_add_up_too(card: Scorecard) -> None:
    for metric, by in itertools.product(("lead_volume", "revenue", "sourced_revenue"), (("channel", "segment"), ("month", "region"), ("owner", "week"))):
        parts = ask(card, metric, _period(card), by).rows
        assert sum((Decimal(str(row["value"])) for row in parts), Decimal(0)) == _whole(card, metric), (metric, by)


@pytest.mark.parametrize("metric", ("acceptance_rate", "response_sla", "win_rate", "response_time"))
def test_the_counts_that_rates_rest_on_add_up(card: Scorecard, metric: str) -> None:
    whole = ask(card, metric, _period(card)).row
    for dim in catalogue()[metric].dims:
        rows = ask(card, metric, _period(card), (dim,)).rows
        for count in ("n", "waiting"):
            assert sum(row.get(count) or 0 for row in rows) == (whole.get(count) or 0), (dim, count)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_filter_gives_the_row_of_the_split(card: Scorecard, metric: object) -> None:
    for dim in metric.dims:
        rows = ask(card, metric.name, _period(card), (dim,)).rows
        for row in (*rows[:1], *rows[-1:]):
            chosen = "" if row[dim] is None else str(row[dim])
            alone = ask(card, metric.name, _period(card), (), {dim: (chosen,)}).row
            assert _about(alone) == _about({name: value for name, value in row.items() if name != dim}), (dim, chosen)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_filters_commute_and_compose(random_card: Scorecard, metric: object) -> None:
    first, second = [dim for dim in reversed(metric.dims) if dim not in metric.dims_part][:2]
    if first in TIME_DIMENSIONS or second in TIME_DIMENSIONS:
        return  # of the few metrics that have hardly any dimension but time
    for one, two in itertools.product([*choices(random_card, first)[:1], ""], choices(random_card, second)[:1]):
        there = ask(random_card, metric.name, YEARS, (), {first: (one,), second: (two,)}).row
        back = ask(random_card, metric.name, YEARS, (), {second: (two,), first: (one,)}).row
        again = [row for row in ask(random_card, metric.name, YEARS, (second,), {first: (one,)}).rows if (row[second] or "") == two]
        assert there == back
        if again:
            assert _about(there) == _about({key: value for key, value in again[0].items() if key != second}), (one, two)
        else:
            assert not there["value"], (one, two)


@pytest.mark.parametrize("metric", ADDS_UP, ids=lambda metric: metric.name)
def test_any_of_is_the_sum_of_each(random_card: Scorecard, metric: object) -> None:
    for dim in metric.dims:
        values = ["", *choices(random_card, dim)[:1]] if dim in PLAIN else []
        together = _whole(random_card, metric.name, {dim: tuple(values)}) if values else Decimal(0)
        apart = sum((_whole(random_card, metric.name, {dim: (value,)}) for value in values), Decimal(0))
        assert abs(together - apart) <= Decimal("0.005") * len(values), dim  # each is rounded by itself


@pytest.mark.parametrize("metric", RATES, ids=lambda metric: metric.name)
def test_a_share_lies_within_its_interval(card: Scorecard, metric: object) -> None:
    rows = [row for dim in metric.dims for row in ask(card, metric.name, _period(card), (dim,)).rows]
    for row in rows:
        if row["value"] is None:
            assert row.get("low") is None and row.get("high") is None
        else:
            assert 0 <= float(row["value"]) <= 1
            assert row["n"] > 0
            if "low" in row:
                assert 0 <= row["low"] <= row["value"] <= row["high"] <= 1


def test_influenced_and_sourced_are_parts_of_revenue(card: Scorecard) -> None:
    for dim in ("segment", "region", "industry", "source", "sales_team", "owner", "month", "tier"):
        revenue = {row[dim]: row["value"] for row in ask(card, "revenue", _period(card), (dim,)).rows}
        for part in ("influenced_revenue", "sourced_revenue"):
            for row in ask(card, part, _period(card), (dim,)).rows:
                assert 0 <= row["value"] <= revenue[row[dim]] + 0.05, (part, dim, row)  # the odd cents of a split


def test_the_share_of_influence_is_the_amount_over_revenue(card: Scorecard) -> None:
    for dim in ("segment", "owner", "month", "channel", "campaign"):
        amounts = {row[dim]: row["value"] for row in ask(card, "influenced_revenue", _period(card), (dim,)).rows}
        for row in ask(card, "revenue_influence", _period(card), (dim,)).rows:
            whole = ask(card, "revenue", _period(card), (), {} if dim in ("channel", "campaign") else {dim: ("" if row[dim] is None else str(row[dim]),)}).row["value"]
            if row["value"] is not None:
                assert float(row["value"]) == pytest.approx(amounts.get(row[dim], 0) / whole, abs=0.02 / whole), (dim, row)


def test_mature_and_waiting_are_what_was_offered(card: Scorecard) -> None:
    row = ask(card, "acceptance_rate", _period(card)).row
    sla = ask(card, "response_sla", _period(card)).row
    waited = ask(card, "response_time", _period(card)).row
    offered = card.query(
        "select count(*) as n from handoff where not is_implied and handed_on >= $a and handed_on < $b",
        {"a": _period(card).start, "b": _period(card).end},
    ).to_pylist()[0]["n"]
    assert row["n"] + row["waiting"] == sla["n"] + sla["waiting"] == waited["n"] == offered
    assert offered <= _value(card, "lead_volume")


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_the_records_behind_a_number_are_as_many_as_it_counts(card: Scorecard, metric: object) -> None:
    dim = next(name for name in metric.dims if name in PLAIN)
    for where in ({}, {dim: tuple(choices(card, dim)[:1])}):
        row = ask(card, metric.name, _period(card), (), where).row
        counted = count_records(card, metric.name, _period(card), where)
        assert records(card, metric.name, _period(card), where).num_rows == counted
        assert len(records(card, metric.name, _period(card), where, limit=3)) == min(3, counted)
        if metric.name == "forgotten_accounts":
            counted = len(set(records(card, metric.name, _period(card), where)["account_id"].to_pylist()))  # one record for each reason
        if metric.unit != "ratio":
            number = row["value"] if metric.unit == "count" else row.get("handoffs", row["n"] + (row.get("waiting") or 0))
            assert counted == number, where


def test_records_are_each_listed_once(card: Scorecard) -> None:
    of_deals = {"influenced_revenue": ["opportunity_id"], "revenue_influence": ["opportunity_id"]}
    for metric, keys in {**of_deals, "lead_volume": ["lead_id", "handed_at"], "inquiries": ["person_id"]}.items():
        rows = records(card, metric, _period(card)).select(keys).to_pylist()
        assert max(Counter(tuple(row.values()) for row in rows).values(), default=1) == 1, metric


def test_quantiles_are_in_order_and_sla_agrees_with_the_waits(card: Scorecard) -> None:
    for row in ask(card, "response_time", _period(card), ("sales_team",)).rows:
        if row["value"] is not None and not row["p90_over"]:
            assert 0 <= row["value"] <= row["p90"]
            assert not row["value_over"]


def test_weeks_of_a_period_follow_each_other_without_gaps(card: Scorecard) -> None:
    for metric in ("lead_volume", "acceptance_rate", "revenue", "response_time", "cost_per_accepted_lead"):
        weeks = [row["week"] for row in ask(card, metric, _period(card), ("week",)).rows]
        assert weeks == [weeks[0] + timedelta(days=7 * n) for n in range(len(weeks))]
        assert weeks[0] <= _period(card).start and weeks[-1] + timedelta(days=7) >= _period(card).end


def test_periods_that_follow_each_other_add_up(card: Scorecard) -> None:
    whole, middle = _period(card), date(2026, 3, 11)
    for metric in ADDS_UP:
        if not metric.is_state:
            halves = [Decimal(str(ask(card, metric.name, Period(*days)).row["value"])) for days in ((whole.start, middle), (middle, whole.end))]
            assert abs(sum(halves) - _whole(card, metric.name)) <= Decimal("0.01"), metric.name


def _about(row: Mapping[str, object]) -> dict[str, object]:
    """What a row says, nothing being 0 or no data: money to a few cents, as the largest row of a split takes the odd ones."""
    return {name: pytest.approx(float(value), abs=0.051) if isinstance(value, (float, Decimal)) else value for name, value in row.items() if value}
