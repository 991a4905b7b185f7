"""What must hold of credit in every company, model, scope, period and filter: weights add up to 1, and the money to revenue."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from companies import build_company, build_folder

from app.filters import MODELS, SCOPES, Period
from app.metrics import ask
from app.metrics.attribution import by_model, joint_work_win_rate, reconcile, sourced, verdicts
from app.metrics.questions import NO_TOUCH, find_metric, rounded
from app.sample import make_company
from app.serving import Scorecard

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
RANDOM_SEEDS = (1, 2, 3)
SAMPLE_SEEDS = (5,)
PERIODS = (
    Period(date(2024, 1, 1), date(2027, 1, 1)),
    Period(date(2026, 1, 1), date(2026, 4, 1)),
    Period(date(2026, 2, 11), date(2026, 5, 20)),
    Period(date(2026, 5, 1), date(2026, 6, 1)),
)
FILTERS = (
    {},
    {"segment": ("SMB",)},
    {"segment": ("Enterprise", "")},
    {"region": ("DE", "EMEA")},
    {"sales_team": ("",)},
    {"sales_team": ("East", "Enterprise EMEA"), "segment": ("SMB", "Enterprise", "Mid-market")},
)
ASKED = [(period, where) for period in PERIODS for where in FILTERS]  # each model and scope takes a third of them in turn
# Parts by one dimension add up to the cent; parts that are asked for one by one are rounded one by one.
CENT = Decimal("0.01")

Tables = dict[str, list[dict[str, object]]]


def random_company(seed: int) -> tuple[Tables, Tables]:
    """45 deals and 400 touches over few moments, so that many are at once, at the handover, the creation and the close."""
    draw = random.Random(seed)
    moment = lambda: AS_OF - timedelta(days=draw.randrange(250), hours=draw.choice((0, 0, 9, 15)))  # noqa: E731
    some = lambda *values: draw.choice((*values, ""))  # noqa: E731
    people = [f"P{n}" for n in range(30)]
    deals, leads, events = [], [], []
    for n in range(45):
        created = moment()
        closed = min(AS_OF, created + timedelta(days=draw.choice((0, 5, 30, 60))))
        is_closed = draw.random() < 0.8
        deals.append({"opportunity_id": f"O{n}", "account_id": some("A1", "A2", "A3"), "created_at": created.isoformat(), "closed_at": closed.isoformat(),
                      "is_closed": is_closed, "is_won": is_closed and draw.random() < 0.6, "amount": draw.choice((100, 0.01, 33.335, 250.555, 99_999.99, "")),
                      "currency": draw.choice(("", "USD", "EUR")), "owner_id": some("M1", "M2"), "channel": some("Organic")})  # fmt: skip
        if draw.random() < 0.5:
            handed = created - timedelta(days=draw.choice((0, 1, 20)))
            leads.append(
                {"lead_id": f"L{n}", "person_id": draw.choice(people), "created_at": handed.isoformat(), "owner_id": some("M1", "M2"), "opportunity_id": f"O{n}"}
            )
            events += [{"lead_id": f"L{n}", "stage": stage, "occurred_at": handed.isoformat()} for stage in ("handed_off", "accepted")]
    ids = draw.sample(range(10_000), 400)  # not in the order of time
    touches = [{"touch_id": f"t{number}", "person_id": draw.choice(people), "occurred_at": moment().isoformat(), "side": draw.choice(("marketing", "marketing", "sales")),
                "channel": some("Email", "Events", "Webinar", "Ads"), "campaign_id": some("C1", "C2", "C9"), "owner_id": some("M1", "M4")} for number in ids]  # fmt: skip
    tables = {
        "opportunity": deals,
        "lead": leads,
        "lead_event": events,
        "touch": touches,
        "opportunity_person": [{"opportunity_id": f"O{draw.randrange(40)}", "person_id": draw.choice(people)} for _ in range(40)],
        "person": [{"person_id": person, "account_id": some("A1", "A2")} for person in people],
        "account": [{"account_id": f"A{n}", "segment": some("SMB", "Enterprise"), "region": some("DE", "FR")} for n in (1, 2)],
        "campaign": [{"campaign_id": "C1", "name": "Fair", "channel": "Events", "owner_id": "M4"}, {"campaign_id": "C2", "name": "Mail", "channel": "Email"}],
        "member": [{"member_id": "M1", "team_id": "T1", "name": "Ann"},
                   {"member_id": "M2", "team_id": "T2", "name": "Ben"}, {"member_id": "M4", "team_id": "T4", "name": "Mia"}],
        "team": [{"team_id": "T1", "name": "East", "side": "sales"}, {"team_id": "T2", "name": "West", "side": "sales"},
                 {"team_id": "T4", "name": "Field", "side": "marketing"}],
    }  # fmt: skip
    maps = {
        "fx": [{"currency": "EUR", "from_date": "2025-01-01", "rate": 1.0837}],
        "joint_work": [{"done_on": "2026-02-10", "kind": "ride_along", "account_id": "A1"}, {"done_on": "2026-04-01", "kind": "joint_meeting", "account_id": "A2"}],
    }
    return tables, maps


def build_random(folder: Path, seed: int, shuffled_by: int | None = None) -> Scorecard:
    """A company drawn at random; `shuffled_by` changes the order of the rows of every file and nothing else."""
    tables, maps = random_company(seed)
    if shuffled_by is not None:
        order = random.Random(shuffled_by)
        tables, maps = ({name: order.sample(rows, len(rows)) for name, rows in both.items()} for both in (tables, maps))
    zone = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")[seed % 4]
    return build_company(folder, tables, maps, as_of=AS_OF.isoformat(), timezone=zone).card


def build_sample(folder: Path, seed: int, shuffled_by: int | None = None) -> Scorecard:
    """A small sample company: a Salesforce extract in Parquet."""
    make_company(folder, seed, leads=400)
    if shuffled_by is not None:
        order = random.Random(shuffled_by)
        for path in sorted(folder.glob("extracts/*/*.parquet")):
            rows = pq.read_table(path)
            pq.write_table(rows.take(pa.array(order.sample(range(rows.num_rows), rows.num_rows))), path)
    return build_folder(folder).card


@pytest.fixture(
    scope="module", params=[*((build_random, n) for n in RANDOM_SEEDS), *((build_sample, n) for n in SAMPLE_SEEDS)], ids=lambda param: f"{param[0].__name__}_{param[1]}"
)
def card(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scorecard:
    """One company after the other."""
    make, seed = request.param
    return make(tmp_path_factory.mktemp("company"), seed)


def weights(card: Scorecard, scope: str) -> dict[str, list[dict[str, object]]]:
    """The credit of each deal of a scope, with the channel of each touch."""
    rows = card.query(
        "select c.*, coalesce(t.channel, 'no channel') as channel from credit as c join deal_touch as t using (opportunity_id, touch_id) where c.scope = $scope",
        {"scope": scope},
    )
    found = defaultdict(list)
    for row in rows.to_pylist():
        found[row["opportunity_id"]].append(row)
    return found


def money(rows: Iterable[Mapping[str, object]]) -> Decimal:
    """Sum of what is shown."""
    return sum((Decimal(str(row["value"] or 0)) for row in rows), Decimal(0))


@pytest.mark.parametrize("scope", SCOPES)
def test_weights_of_every_deal_with_a_touch_add_up_to_1(card: Scorecard, scope: str) -> None:
    touched = card.query("select distinct opportunity_id from deal_touch where side = 'marketing' or $scope = 'joint'", {"scope": scope})
    found = weights(card, scope)
    assert found
    assert set(found) == set(touched["opportunity_id"].to_pylist())
    for deal, touches in found.items():
        for model in MODELS:
            assert min(touch[model] for touch in touches) >= 0, (deal, model)
            assert sum(touch[model] for touch in touches) == pytest.approx(1, abs=1e-9), (deal, model)


@pytest.mark.parametrize("scope", SCOPES)
def test_coarser_rows_and_those_of_every_touch_say_the_same(card: Scorecard, scope: str) -> None:
    """All channels, or all campaigns, are chosen to ask the finer rows what the coarser ones answer where none is."""
    touch = card.query("select distinct coalesce(channel, '') as channel, coalesce(campaign, '') as campaign from deal_touch", {})
    channels, campaigns = ({dim: tuple(touch[dim].to_pylist())} for dim in ("channel", "campaign"))
    for period, where in ASKED[SCOPES.index(scope) :: 5]:
        for by in ((), ("segment",), ("month", "owner")):
            for name in ("influenced_revenue", "revenue_influence"):
                assert ask(card, name, period, by, where).rows == ask(card, name, period, by, where | channels).rows, (name, period, where, by)
        rows = ask(card, "attributed_revenue", period, ("segment", "channel"), where, "markov", scope).rows
        assert rows == ask(card, "attributed_revenue", period, ("segment", "channel"), where | campaigns, "markov", scope).rows, (period, where)


@pytest.mark.parametrize("scope", SCOPES)
def test_the_simple_models_are_what_they_say(card: Scorecard, scope: str) -> None:
    for deal, touches in weights(card, scope).items():
        assert sorted(touch["first"] for touch in touches) == sorted(touch["last"] for touch in touches) == [0] * (len(touches) - 1) + [1]
        assert {touch["linear"] for touch in touches} == {1 / len(touches)}
        shares, of_channel = defaultdict(float), defaultdict(set)
        for touch in touches:
            shares[touch["channel"]] += touch["shapley"]
            of_channel[touch["channel"]].add((touch["shapley"], touch["markov"]))
        assert list(shares.values()) == pytest.approx([1 / len(shares)] * len(shares)), deal
        assert all(len(alike) == 1 for alike in of_channel.values()), "touches of one channel share equally"


@pytest.mark.parametrize("scope", SCOPES)
def test_a_deal_of_one_touch_is_that_touchs_in_every_model(card: Scorecard, scope: str) -> None:
    alone = [touches[0] for touches in weights(card, scope).values() if len(touches) == 1]
    if not alone:
        pytest.skip("this company has no deal of one touch")
    for touch in alone:
        assert {touch[model] for model in MODELS} == {1}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("model", MODELS)
def test_attributed_and_no_touch_are_revenue_to_the_cent(card: Scorecard, model: str, scope: str) -> None:
    turn = MODELS.index(model) + SCOPES.index(scope)
    for period, where in ASKED[turn % 3 :: 3]:
        revenue = money(ask(card, "revenue", period, (), where).rows)
        for by in (("channel",), ("month", "channel"), ("segment", "channel")):
            assert money(ask(card, "attributed_revenue", period, by, where, model, scope).rows) == revenue, (period, where, by)
        channels = ask(card, "attributed_revenue", period, ("channel",), where, model, scope).rows
        assert reconcile(card, period, where, {row["channel"]: float(row["value"]) for row in channels}, float(revenue)).holds, (period, where)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("model", MODELS)
def test_campaigns_and_teams_add_up_to_the_attributed_part(card: Scorecard, model: str, scope: str) -> None:
    turn = MODELS.index(model) + SCOPES.index(scope)
    for period, where in ASKED[turn % 3 :: 3]:
        attributed = money(ask(card, "attributed_revenue", period, (), where, model, scope).rows)
        channels = ask(card, "attributed_revenue", period, ("channel",), where, model, scope).rows
        assert abs(money(row for row in channels if row["channel"] != NO_TOUCH) - attributed) <= 5 * CENT  # the largest row takes the odd cent
        for by in ("campaign", "marketing_team", "segment", "month"):
            assert money(ask(card, "attributed_revenue", period, (by,), where, model, scope).rows) == attributed, (period, where, by)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_channel_that_is_chosen_has_what_it_has_among_all(card: Scorecard, scope: str) -> None:
    for row in ask(card, "attributed_revenue", PERIODS[0], ("channel",), None, "time_decay", scope).rows:
        alone = ask(card, "attributed_revenue", PERIODS[0], (), {"channel": (row["channel"] or "",)}, "time_decay", scope).rows
        assert abs(money(alone) - Decimal(str(row["value"]))) <= 5 * CENT, row


@pytest.mark.parametrize("noise", ("0", "3e-7", "-3e-7"))
def test_what_sums_carry_beyond_a_millionth_moves_no_cent(noise: str) -> None:
    values = [Decimal("10.005") + Decimal(noise), Decimal("20.004"), Decimal("20.004") + Decimal(noise), Decimal("0.004")]
    rows = rounded(find_metric("attributed_revenue"), [{"value": value} for value in values])
    assert [row["value"] for row in rows] == [10.01, 20.01, 20.0, 0.0]


def test_the_untouched_part_is_the_same_in_every_model(card: Scorecard) -> None:
    for scope in SCOPES:
        untouched = {
            money(row for row in ask(card, "attributed_revenue", PERIODS[0], ("channel",), None, model, scope).rows if row["channel"] == NO_TOUCH) for model in MODELS
        }
        assert max(untouched) - min(untouched) <= 5 * CENT, scope  # the odd cents of the split, where it is the largest row


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("by", ("channel", "campaign", "marketing_team"))
def test_every_model_lies_between_low_and_high(card: Scorecard, by: str, scope: str) -> None:
    for period in PERIODS:
        rows = by_model(card, period, by, None, scope)
        for row in rows:
            assert row["low"] == min(row[model] for model in MODELS) and row["high"] == max(row[model] for model in MODELS)
        for model in MODELS:
            answer = ask(card, "attributed_revenue", period, (by,), None, model, scope).rows
            assert {row[by]: row[model] for row in rows} == {row[by]: 0.0 for row in rows} | {row[by]: float(row["value"]) for row in answer}


@pytest.mark.parametrize("scope", SCOPES)
def test_verdicts_are_the_channels_that_the_models_credit_most(card: Scorecard, scope: str) -> None:
    credit = weights(card, scope)
    found = {row["opportunity_id"]: row for row in verdicts(card, PERIODS[0], None, scope)}
    won = card.query("select opportunity_id from deal where is_won and closed_on >= $a and closed_on < $b", {"a": PERIODS[0].start, "b": PERIODS[0].end})
    assert set(found) == set(won["opportunity_id"].to_pylist()) & set(credit)
    for deal, row in found.items():
        best = set()
        for model in MODELS:
            shares = defaultdict(float)
            for touch in credit[deal]:
                shares[touch["channel"]] += touch[model]
            best.add(min(shares, key=lambda channel: (-round(shares[channel], 9), channel)))  # noqa: B023
        assert row["verdicts"] == len(best)
        assert row["channels"] == ", ".join(sorted(best))
    rows = list(found.values())
    assert rows == sorted(rows, key=lambda row: (row["verdicts"] == 1, -(row["amount"] or 0)))
    disputed = sum(row["verdicts"] > 1 for row in rows)
    assert {(row["deals"], row["disputed"]) for row in rows} == {(len(rows), disputed)}
    assert verdicts(card, PERIODS[0], None, scope, most=3) == rows[:3]


def test_sourced_by_handoff_is_sourced_revenue(card: Scorecard) -> None:
    for period in PERIODS:
        for where in FILTERS:
            rows = sourced(card, period, where)
            assert [row["definition"] for row in rows] == ["handoff", "first touch", "lead source"]
            revenue = money(ask(card, "revenue", period, (), where).rows)
            assert abs(Decimal(str(round(rows[0]["value"], 6))) - money(ask(card, "sourced_revenue", period, (), where).rows)) <= CENT
            for row in rows:
                assert row["revenue"] == pytest.approx(float(revenue), abs=0.00501)  # half a cent, which is shown as one
                assert 0 <= row["value"] <= row["revenue"] + 1e-6


def test_joint_work_parts_all_closed_deals_in_two(card: Scorecard) -> None:
    for period in PERIODS:
        closed = ask(card, "win_rate", period).row
        rows = joint_work_win_rate(card, period)
        assert sum(row["n"] for row in rows) == (closed["n"] or 0)
        assert sum(row["n"] * row["value"] for row in rows) == pytest.approx((closed["n"] or 0) * float(closed["value"] or 0))
        assert all(0 <= row["low"] <= row["value"] <= row["high"] <= 1 for row in rows)


def all_credit(card: Scorecard) -> dict[tuple[str, str], list[object]]:
    """Attributed revenue by channel, in all models and scopes."""
    return {
        (model, scope): [dict(row) for row in ask(card, "attributed_revenue", PERIODS[0], ("month", "channel"), None, model, scope).rows]
        for model in MODELS
        for scope in SCOPES
    }


@pytest.mark.parametrize("make", [build_random, build_sample], ids=lambda make: make.__name__)
def test_the_order_of_rows_changes_no_credit(make: object, tmp_path: Path) -> None:
    plain = all_credit(make(tmp_path / "plain", 5))
    for order in (1, 2):
        assert all_credit(make(tmp_path / f"shuffled_{order}", 5, order)) == plain


@pytest.mark.parametrize("make", [build_random, build_sample], ids=lambda make: make.__name__)
def test_the_number_of_threads_changes_no_credit(make: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, found, used = duckdb.connect, {}, []

    def connect_with(*arguments: object, config: dict[str, object] | None = None, **options: object) -> duckdb.DuckDBPyConnection:
        used.append(threads)
        return connect(*arguments, config={**(config or {}), "threads": threads}, **options)

    monkeypatch.setattr(duckdb, "connect", connect_with)
    for threads in (1, 2, 7):
        found[threads] = all_credit(make(tmp_path / f"threads_{threads}", 6))
    assert set(used) == {1, 2, 7}
    assert found[1] == found[2] == found[7]
