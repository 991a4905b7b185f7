"""Honest promises: a company worked by hand, what must agree with the metrics, the test for a pile at the deadline, and words that claim no more."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from math import sqrt
from pathlib import Path

import companies
import duckdb
import numpy as np
import pyarrow as pa
import pytest

from app.charts import Bin, deadline
from app.filters import Period
from app.metrics import Pile, answer_pile, answers_due, ask, never_worked, presets, recycled_yield, time_with
from app.queries import QUERIES
from app.serving import Scorecard
from app.serving.watch import Cursors
from app.views import promise_words
from app.views.promise_words import write

EVER = Period(datetime(2020, 1, 1).date(), datetime(2030, 1, 1).date())
MONDAY = datetime(2026, 3, 2)
AS_OF = "2026-06-30T00:00:00Z"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> companies.Company:
    """A: in time, worked, won. B: rejected late, came back, accepted in time, never worked, deal open. C: unanswered. D: not due yet."""
    leads = [("A", "2026-03-01", "OA"), ("B", "2026-03-01", "OB"), ("C", "2026-03-19", None), ("D", "2026-06-29", None)]
    events = [
        ("A", "handed_off", "03-02 00:00"), ("A", "accepted", "03-02 10:00"), ("B", "handed_off", "03-03 00:00"), ("B", "rejected", "03-05 00:00"),
        ("B", "handed_off", "03-10 00:00"), ("B", "accepted", "03-10 12:00"), ("C", "handed_off", "03-20 00:00"), ("D", "handed_off", "06-29 12:00"),
    ]  # fmt: skip
    tables = {
        "person": [{"person_id": f"P{lead}"} for lead, *_ in leads],
        "lead": [{"lead_id": lead, "person_id": f"P{lead}", "created_at": f"{day}T00:00:00Z", "opportunity_id": deal} for lead, day, deal in leads],
        "lead_event": [{"lead_id": lead, "stage": stage, "occurred_at": f"2026-{at}:00Z"} for lead, stage, at in events],
        "touch": [{"touch_id": "t1", "person_id": "PA", "occurred_at": "2026-03-03T00:00:00Z", "side": "sales"}],
        "opportunity": [
            {"opportunity_id": "OA", "created_at": "2026-03-04T10:00:00Z", "closed_at": "2026-03-14", "is_won": "true", "is_closed": "true", "amount": "500"},
            {"opportunity_id": "OB", "created_at": "2026-03-11T12:00:00Z", "closed_at": "2026-09-01", "is_won": "false", "is_closed": "false", "amount": "70"},
        ],
    }
    return companies.build_company(tmp_path_factory.mktemp("promises"), tables, as_of=AS_OF, conversion_window_days=90)


# --- by hand -----------------------------------------------------------------------------------


def test_overdue_and_unanswered_leads_are_in_the_promise(company: companies.Company) -> None:
    (row,) = answers_due(company.card, EVER)
    assert row == {"offered": 5, "in_time": 2, "late": 1, "overdue": 1, "not_due": 1}
    rate = company.ask("response_sla").row
    assert promise_words.due(row, rate).startswith("Of 5 leads offered, 2 were answered in time, 1 late, 1 unanswered and overdue, 1 not due yet. In time: 50")


def test_accepted_and_never_worked_leads_are_listed(company: companies.Company) -> None:
    assert never_worked(company.card, EVER)["lead_id"].to_pylist() == ["B"]
    text = promise_words.never_worked(company.ask("worked_after_acceptance").row, "7")
    assert text.startswith("1 of 2 accepted leads had no sales touch within 7 days of accepting (50")


def test_a_rejected_lead_is_followed_to_its_next_handover(company: companies.Company) -> None:
    """Rejected on 5 March, 117 days before the end: old enough for a window of 90 days."""
    rows = recycled_yield(company.card, EVER)
    assert [(row["step"], row["leads"], row["n"], row["value"]) for row in rows] == [
        ("rejected", 1, 1, 1.0), ("back", 1, 1, 1.0), ("accepted", 1, 1, 1.0), ("deal", 1, 1, 1.0), ("won", 0, 1, 0.0),
    ]  # fmt: skip
    assert (rows[1]["low"], rows[1]["high"]) == pytest.approx((0.2065, 1.0), abs=5e-5)  # Wilson: 1 / (1 + 3.8415)
    assert "Of 1 rejected lead, 1 came back so far; of these 1 were accepted then, 1 have a deal, 0 won." in promise_words.recycled(rows, 90, "USD")


def test_of_leads_rejected_lately_no_rate_is_said(tmp_path: Path) -> None:
    events = [{"lead_id": "A", "stage": stage, "occurred_at": f"2026-03-0{day}T00:00:00Z"} for stage, day in (("handed_off", 2), ("rejected", 3), ("handed_off", 4))]
    rows = recycled_yield(companies.build_company(tmp_path, {"lead_event": events}, as_of=AS_OF).card, EVER)
    assert [(row["leads"], row["n"], row["value"]) for row in rows[:3]] == [(1, 0, None), (1, 0, None), (0, 0, None)]
    assert promise_words.recycled(rows, 180, "USD").endswith("None was rejected 180 days ago or longer, so it is too early for a rate.")


def test_time_with_each_side_counts_what_is_still_open(company: companies.Company) -> None:
    """With marketing 12, 24, 24, 48 and, from the rejection on, 120 hours; the answers 10, 12, 48 and two that never came; and so on."""
    rows = {row["stage"]: row for row in time_with(company.card, EVER)}
    figures = {name: (row["n"], row["still"], row["value"], row["value_over"], row["p90_over"]) for name, row in rows.items()}
    assert figures == {
        "marketing": (5, 0, 24.0, False, False), "response": (5, 2, 48.0, False, True), "decision": (3, 0, 0.0, False, False),
        "deal": (2, 0, 36.0, False, False), "close": (2, 1, pytest.approx(2652.0), True, True),
    }  # fmt: skip
    assert rows["marketing"]["p90"] == pytest.approx(48 + 0.6 * 72)
    text = promise_words.stage(rows["close"])
    assert text == "Deal to close: half or more are not through, more than 1 in 10 are not through. 2 leads; 1 still are in it"
    assert promise_words.open_now([*rows.values()]) == "Still waiting: 2 unanswered and 1 with an open deal."


# --- the same as the metrics say ---------------------------------------------------------------

PERIODS = ("This quarter", "Last quarter", "Last 4 weeks", "Last year")


@pytest.mark.parametrize("name", PERIODS)
@pytest.mark.parametrize("where", [{}, {"segment": ("SMB",)}, {"region": ("EMEA",), "channel": ("Email", "Events")}], ids=str)
def test_parts_are_those_of_the_metrics(sample_card: Scorecard, name: str, where: dict[str, tuple[str, ...]]) -> None:
    period = presets(sample_card)[name]
    rates = {row["sales_team"]: row for row in ask(sample_card, "response_sla", period, ("sales_team",), where).rows}
    for row in answers_due(sample_card, period, where, ("sales_team",)):
        rate = rates.pop(row["sales_team"])
        due = row["in_time"] + row["late"] + row["overdue"]
        assert (row["offered"] - row["not_due"], row["not_due"]) == (due, rate["waiting"])
        assert due == rate["n"]
        assert not due or row["in_time"] / due == rate["value"]
    assert not rates
    worked = ask(sample_card, "worked_after_acceptance", period, (), where).row
    assert never_worked(sample_card, period, where).num_rows == round(worked["n"] * (1 - (worked["value"] or 0)))
    steps = [row["leads"] for row in recycled_yield(sample_card, period, where)]
    assert steps[0] == ask(sample_card, "rejection_reasons", period, (), where).row["value"]
    assert steps == sorted(steps, reverse=True)
    answer = ask(sample_card, "response_time", period, (), where).row
    waited = next(row for row in time_with(sample_card, period, where) if row["stage"] == "response")
    names = ("n", "value", "value_over", "p90", "p90_over")
    assert [waited[field] for field in names] == pytest.approx([answer[field] for field in names])  # the sample has no working hours
    piled = answer_pile(sample_card, period, where)
    assert piled.found == piled.answers[9]


# --- a pile at the deadline --------------------------------------------------------------------

COLUMNS = pa.schema([
    ("handed_at", pa.timestamp("us")), ("first_response_at", pa.timestamp("us")), ("handed_on", pa.date32()), ("is_implied", pa.bool_()),
    ("response_hours", pa.float64()), ("waited_hours", pa.float64()),
])  # fmt: skip


def waits(rows: Iterable[tuple[datetime, float | None]], sla_hours: float = 24, stretch: float = 1) -> Scorecard:
    """A scorecard of handoffs: when handed over and hours to the answer (None: never); `stretch` over 1 makes them working hours."""
    con = duckdb.connect(":memory:")
    con.execute((QUERIES / "engine" / "serving.sql").read_text())
    table = [
        {"handed_at": at, "first_response_at": None if hours is None else at + timedelta(hours=hours * stretch), "handed_on": at.date(), "is_implied": False,
         "response_hours": hours, "waited_hours": 10_000.0}
        for at, hours in rows
    ]  # fmt: skip
    con.register("given", pa.Table.from_pylist(table, COLUMNS))
    con.execute("create table handoff as from given")
    days = "range(date '2025-12-01', date '2027-01-01', interval 1 day) as r(day)"
    con.execute(f"create table calendar as select day::date as day, date_trunc('week', day)::date as week from {days}")
    return Scorecard("waits", datetime(2026, 12, 1), {"response_sla_hours": sla_hours, "timezone": "UTC"}, Cursors(con))


def test_answers_of_the_last_tenth_are_held_against_those_beside_it() -> None:
    """Slices of one hour: 360 at risk in the last tenth (20 answered) and 650 beside it (20 answered). Mantel and Haenszel (1959), one table."""
    hours = [35.0] * 10 + [39.5] * 20 + [42.0] * 10 + [None] * 60
    found = answer_pile(waits([(MONDAY, one) for one in hours], sla_hours=40, stretch=2), EVER)
    assert (found.answers[8], found.found, found.answers[10]) == (10, 20, 10)
    assert found.expected == pytest.approx(40 * 360 / 1010)
    assert found.variance == pytest.approx(40 * 970 * 360 * 650 / (1010**2 * 1009))
    assert found.verdict == "none"


def test_an_answer_at_the_deadline_is_before_it() -> None:
    assert [answer_pile(waits([(MONDAY, hours)]), EVER).answers.index(1) + 1 for hours in (0.0, 2.4, 21.6, 24.0, 24.0003)] == [1, 1, 9, 10, 11]


def office(seed: int, rushed: float) -> list[tuple[datetime, float | None]]:
    """Leads of an office that answers the next day at any of its hours; of what is up to six hours late, a share is rushed to the last hour."""
    rng = np.random.default_rng(seed)
    rows = []
    for place in range(900):
        at = 9 + 8 * rng.random()
        hours = 24 + 9 + 8 * rng.random() - at
        if 24 < hours < 30 and rng.random() < rushed:
            hours = 24 - rng.random()
        rows.append((MONDAY + timedelta(days=place % 200, seconds=round(at * 3600)), round(hours * 3600) / 3600))
    return rows


def test_the_clock_of_an_office_is_no_pile_and_a_rush_is_one() -> None:
    """Waits of next-day answers peak at 24 hours: the counts of the tenths alone would call that a pile in most of these offices."""
    calm = [answer_pile(waits(office(seed, 0)), EVER) for seed in range(20)]
    assert sum(found.verdict == "pile" for found in calm) <= 1
    assert sum(found.found - mean > 1.96 * sqrt(mean) for found, mean in ((one, (one.answers[8] + one.answers[10]) / 2) for one in calm)) >= 5
    assert all(answer_pile(waits(office(seed, 0.4)), EVER).verdict == "pile" for seed in range(10))


@pytest.mark.parametrize(
    ("found", "expected", "variance", "said"),
    [
        (3, 1.5, 1.2, "Too few answers to tell whether they pile up before the deadline: 3 answers came in the last 2.4 h before the deadline."),
        (16, 10.0, 9.0, "No pile before the deadline beyond chance: 16 answers came in the last 2.4 h before the deadline, and about 10 would be expected"),
        (17, 10.0, 9.0, "Answers pile up just before the deadline: 17 answers came in the last 2.4 h before the deadline, where about 10 would be expected"),
    ],
)
def test_a_pile_is_said_only_beyond_chance(found: int, expected: float, variance: float, said: str) -> None:
    """(16 - 10 - 0.5) / 3 = 1.83 and (17 - 10 - 0.5) / 3 = 2.17, about 1.96."""
    assert promise_words.pile(Pile(24.0, (0,) * 20, found, expected, variance)).replace(write.NBSP, " ").startswith(said)


def test_the_picture_has_the_deadline_once() -> None:
    drawing = deadline([Bin("k", 21.6, 24, 4, "sales", expected=3.5), Bin("k", 24, 26.4, 2, "label")], 24, "24 h promised", "Answers")
    assert drawing.table["deadline"].to_pylist() == [None, 24.0]
    assert drawing.table["answers"].to_pylist() == [4, 2]


def test_where_nothing_can_be_judged_that_is_said() -> None:
    nothing: Callable[..., dict[str, object]] = lambda **more: {"value": None, "n": 0, "low": None, "high": None, "waiting": 2} | more  # noqa: E731
    assert promise_words.never_worked(nothing(), "7") == "No lead was accepted 7 days ago or longer, so there is nothing to judge yet."
    row = {"offered": 2, "in_time": 0, "late": 0, "overdue": 0, "not_due": 2}
    assert promise_words.due(row, nothing()) == "Of 2 leads offered, 0 were answered in time, 0 late, 0 unanswered and overdue, 2 not due yet."
