"""The reckoning itself, held against cases worked out with pencil and paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

import pytest

from .company import Company, Row, Settings, company_from
from .deals import credit, deals, effects_of
from .handoffs import handoffs
from .metrics import quantile, rate, reckon

MAPS: dict[str, list[Row]] = {
    "lead_status": [
        {"status": status, "stage": stage}
        for status, stage in (
            ("New", "inquiry"),
            ("Engaged", ""),
            ("MQL", "handed_off"),
            ("Working", "working"),
            ("Accepted", "accepted"),
            ("Qualified", "qualified"),
            ("Rejected", "rejected"),
            ("Nurture", "recycled"),
        )
    ],
    "channel": [
        {"source": "Web", "channel": "Website"},
        {"source": "Webinar", "channel": "Webinars"},
        {"source": "Ads", "channel": "Paid"},
    ],
    "team": [
        {"role": "AE", "team": "Field", "side": "sales"},
        {"role": "SDR", "team": "Inside", "side": "sales"},
        {"role": "Marketer", "team": "Demand", "side": "marketing"},
    ],
    "segment": [{"employees_from": 0, "segment": "Small"}, {"employees_from": 1000, "segment": "Large"}],
    "fx": [
        {"currency": "EUR", "from_date": "2026-01-01", "rate": 1.1},
        {"currency": "EUR", "from_date": "2026-06-01", "rate": 1.2},
    ],
    "persona": [{"title_contains": "chief", "persona": "Executive"}, {"title_contains": "it", "persona": "IT"}],
    "fields": [
        {"source": "salesforce", "table": "lead", "field": "reason", "column": "rejection_reason_c"},
        {"source": "salesforce", "table": "opportunity", "field": "currency", "column": "currency_iso_code"},
    ],
}
YEAR = (date(2026, 1, 1), date(2027, 1, 1))


def at(moment: str) -> datetime:
    """'10-05 12' is 5 October 2026, 12:00."""
    return datetime.strptime(f"2026-{moment}", "%Y-%m-%d %H" if " " in moment else "%Y-%m-%d")


def lead(lead_id: str, created: str, *changes: tuple[str, str], **more: object) -> dict[str, list[Row]]:
    """A lead created as New, and its status changes."""
    history, status = [], "New"
    for place, (moment, following) in enumerate(changes):
        history.append(
            {
                "id": f"{lead_id}h{place}",
                "lead_id": lead_id,
                "field": "Status",
                "created_date": at(moment),
                "old_value": status,
                "new_value": following,
                "created_by_id": "U1",
            }
        )
        status = following
    return {"lead": [{"id": lead_id, "created_date": at(created), "status": status, **more}], "lead_history": history}


def deal(
    deal_id: str, created: str, close: str, amount: float | None = 100, won: bool = True, **more: object
) -> dict[str, list[Row]]:
    row = {
        "id": deal_id,
        "created_date": at(created),
        "close_date": at(close),
        "is_closed": True,
        "is_won": won,
        "amount": amount,
        **more,
    }
    return {"opportunity": [row]}


def touched(touch_id: str, person: str, moment: str, campaign: str = "C1") -> dict[str, list[Row]]:
    return {
        "campaign_member": [
            {
                "id": touch_id,
                "campaign_id": campaign,
                "lead_id": person,
                "has_responded": True,
                "first_responded_date": at(moment),
                "created_date": at(moment),
            }
        ]
    }


def called(touch_id: str, person: str, moment: str, owner: str = "U2") -> dict[str, list[Row]]:
    return {
        "task": [
            {
                "id": touch_id,
                "who_id": person,
                "owner_id": owner,
                "is_closed": True,
                "completed_date_time": at(moment),
                "task_subtype": "Call",
                "created_date": at(moment),
            }
        ]
    }


def company(*parts: dict[str, list[Row]], as_of: str = "11-20 05", **settings: object) -> Company:
    tables: dict[str, list[Row]] = {
        "user_role": [{"id": f"R{place}", "name": row["role"]} for place, row in enumerate(MAPS["team"])],
        "user": [{"id": "U1", "name": "Mo", "user_role_id": "R2"}, {"id": "U2", "name": "Ann", "user_role_id": "R0"}],
        "campaign": [
            {"id": "C1", "name": "Autumn talk", "type": "Webinar", "owner_id": "U1"},
            {"id": "C2", "name": "Autumn ads", "type": "Ads", "owner_id": "U1"},
        ],
    }
    for part in parts:
        for name, rows in part.items():
            tables.setdefault(name, []).extend(rows)
    return company_from(tables, MAPS, Settings(as_of=at(as_of), **settings))


def only(found: Company, metric: str, period: tuple[date, date] = YEAR, **question: object) -> Row:
    rows = reckon(found, metric, *period, **question)
    assert len(rows) == 1
    return rows[0]


# ---------------------------------------------------------------- section 3


def test_a_second_handed_off_is_the_same_handoff_and_one_after_a_decision_is_new() -> None:
    found = handoffs(
        company(
            lead(
                "L1",
                "09-01 08",
                ("09-02 10", "MQL"),
                ("09-03 10", "Engaged"),
                ("09-04 10", "MQL"),
                ("09-05 10", "Nurture"),
                ("09-06 10", "Nurture"),
                ("10-01 10", "MQL"),
                ("10-02 10", "Accepted"),
                ("10-03 10", "Qualified"),
            )
        )
    )
    assert [(h.handed_at, h.decision, h.decided_at, h.is_implied) for h in found] == [
        (at("09-02 10"), "recycled", at("09-05 10"), False),
        (at("10-01 10"), "accepted", at("10-02 10"), False),
    ]


def test_an_acceptance_that_nobody_offered_is_implied_and_out_of_the_acceptance_rate() -> None:
    found = company(lead("L1", "09-01 08", ("09-02 10", "Accepted")), lead("L2", "09-01 08", ("09-02 10", "MQL")))
    assert only(found, "lead_volume")["value"] == 2
    assert only(found, "acceptance_rate")["n"] == 1


def test_acceptance_counts_the_mature_within_the_window_and_shows_the_young_beside() -> None:
    found = company(
        lead("L1", "09-01 08", ("09-01 10", "MQL"), ("09-15 10", "Accepted")),  # at the window's very end: in
        lead("L2", "09-01 08", ("09-01 10", "MQL"), ("09-15 11", "Accepted")),  # an hour late
        lead("L3", "09-01 08", ("11-06 05", "MQL")),  # mature to the hour
        lead("L4", "09-01 08", ("11-06 06", "MQL"), ("11-06 07", "Accepted")),  # an hour too young
    )
    answer = only(found, "acceptance_rate")
    assert (answer["value"], answer["n"], answer["waiting"]) == (1 / 3, 3, 1)


def test_a_conversion_decides_at_the_last_second_of_its_day_and_names_its_opportunity() -> None:
    converted = {"is_converted": True, "converted_date": at("09-05"), "converted_opportunity_id": "O1"}
    found = company(lead("L1", "09-01 08", ("09-02 10", "MQL"), **converted), deal("O1", "09-05 09", "10-01"))
    (handoff,) = handoffs(found)
    assert (handoff.decision, handoff.decided_at) == ("qualified", datetime(2026, 9, 5, 23, 59, 59))
    assert only(found, "sourced_revenue")["value"] == 100


def test_an_opportunity_goes_to_the_latest_handoff_at_or_before_its_creation() -> None:
    contact = {
        "contact": [{"id": "P1", "email": "a@b.c"}],
        "opportunity_contact_role": [{"contact_id": "P1", "opportunity_id": "O1"}],
    }
    found = company(
        lead("L1", "08-01 08", ("08-02 10", "MQL"), ("08-03 10", "Accepted"), email="A@B.c "),
        lead("L2", "09-01 08", ("09-02 10", "MQL"), ("09-30 10", "Accepted"), email=" a@b.C"),
        lead("L3", "09-01 08", ("09-25 10", "MQL"), ("09-26 10", "Accepted"), email="a@b.c"),
        contact,
        deal("O1", "09-20 09", "10-01"),
        as_of="12-31 00",
    )
    assert {h.lead.lead_id: h.opportunity_id for h in handoffs(found)} == {"L1": None, "L2": "O1", "L3": None}
    assert only(found, "inquiries")["value"] == 1  # three leads, one person


def test_a_reason_belongs_to_the_last_rejection_and_a_missing_one_is_its_own_row() -> None:
    found = company(
        lead(
            "L1",
            "09-01 08",
            ("09-02 10", "MQL"),
            ("09-03 10", "Rejected"),
            ("09-04 10", "MQL"),
            ("09-05 10", "Rejected"),
            rejection_reason_c="No budget",
        ),
        lead("L2", "09-01 08", ("09-02 10", "MQL"), ("09-03 10", "Nurture"), rejection_reason_c=" no BUDGET"),
        lead("L3", "09-01 08", ("09-02 10", "MQL"), ("09-03 10", "Rejected"), rejection_reason_c="No budget"),
    )
    assert reckon(found, "rejection_reasons", *YEAR, by=("reason",)) == [
        {"reason": "No budget", "value": 3},
        {"reason": "no reason given", "value": 1},
    ]


def test_a_deleted_lead_takes_its_history_and_touches_along() -> None:
    found = company(
        lead("L1", "09-01 08", ("09-02 10", "MQL"), is_deleted=True),
        called("T1", "L1", "09-03 10"),
        deal("O1", "09-01", "10-01"),
    )
    assert only(found, "lead_volume")["value"] == 0
    assert found.quarantined["touch whose person is not in the data"] == 1


# ---------------------------------------------------------------- time


def test_the_median_reads_over_the_longest_wait_when_it_falls_on_an_unanswered_handoff() -> None:
    parts = [
        lead("L1", "11-17 05", ("11-17 05", "MQL"), ("11-17 07", "Working")),  # 2 h
        lead("L2", "11-17 05", ("11-17 05", "MQL")),
        called("T2", "L2", "11-17 11"),  # 6 h, by a call
        lead("L3", "11-17 05", ("11-17 05", "MQL")),  # waits 72 h
    ]
    answer = only(company(*parts), "response_time")
    assert (answer["value"], answer["value_over"], answer["p90"], answer["p90_over"], answer["n"]) == (
        6,
        False,
        72,
        True,
        3,
    )
    # A fourth, unanswered for 24 h: the median lies between 6 h and no answer.
    answer = only(company(*parts, lead("L4", "11-19 05", ("11-19 05", "MQL"))), "response_time")
    assert (answer["value"], answer["value_over"]) == (72, True)
    # The SLA: L1 and L2 answered in time, L3 older than it; L4 is 24 h old to the second, not older.
    answer = only(company(*parts, lead("L4", "11-19 05", ("11-19 05", "MQL"))), "response_sla")
    assert (answer["value"], answer["n"], answer["waiting"]) == (2 / 3, 3, 1)


def test_undecided_ages_in_whole_days_and_ignores_the_period() -> None:
    found = company(
        *(
            lead(f"L{place}", "01-01 08", (moment, "MQL"))
            for place, moment in enumerate(("11-17 06", "11-17 05", "11-05 05", "10-21 05", "10-20 05"))
        )
    )
    rows = reckon(found, "undecided", date(2026, 1, 1), date(2026, 1, 2), by=("age",))
    assert [(row["age"], row["value"]) for row in rows] == [("0-2", 1), ("3-7", 1), ("15-30", 2), ("over 30", 1)]


def test_a_series_has_every_week_that_overlaps_the_period_and_a_close_date_is_never_shifted() -> None:
    found = company(deal("O1", "09-01 02", "10-14", amount=50), timezone="America/New_York")
    rows = reckon(found, "revenue", date(2026, 10, 7), date(2026, 10, 20), by=("week",))
    assert rows == [
        {"week": "2026-10-05", "value": 0},
        {"week": "2026-10-12", "value": 50},
        {"week": "2026-10-19", "value": 0},
    ]
    # Created at 02:00 UTC on 1 September: still August in New York, so 44 local days, not 43.
    assert only(found, "sales_cycle") == {"value": 44, "n": 1}
    assert reckon(found, "pipeline_created", date(2026, 8, 1), date(2026, 9, 1))[0]["value"] == 50


def test_quantiles_interpolate_and_rates_over_nothing_are_no_data() -> None:
    assert quantile([1, 2, 4, 8], 0.5) == 3
    assert quantile([1, 2, None], 0.5) == 2  # the unanswered neighbour has no weight
    assert quantile([1, 2, None], 0.75) is None
    assert rate(0, 0) == {"value": None, "n": 0, "low": None, "high": None}
    answer = rate(8, 10)
    assert (answer["low"], answer["high"]) == (pytest.approx(0.490162, abs=1e-6), pytest.approx(0.943318, abs=1e-6))


# ---------------------------------------------------------------- deals


def test_money_is_converted_at_the_close_and_without_a_rate_the_deal_is_nowhere() -> None:
    found = company(
        deal("O1", "05-01 09", "06-01", 100, currency_iso_code="EUR"),  # 120 at the close
        deal("O2", "05-01 09", "06-01", 50, won=False, currency_iso_code=" usd"),
        deal("O3", "05-01 09", "06-01", None),  # counts as a deal, adds nothing
        deal("O4", "05-01 09", "06-01", 9, currency_iso_code="GBP"),
    )
    assert only(found, "revenue")["value"] == pytest.approx(120)
    answer = only(found, "win_rate")
    assert (answer["value"], answer["n"], answer["value_by_amount"]) == (2 / 3, 3, pytest.approx(120 / 170))


# ---------------------------------------------------------------- section 5


def _three_touches(*more: dict[str, list[Row]]) -> Company:
    """The example of section 5: three touches, won for 100, no handoff, the deal created after the second."""
    person = {
        "contact": [{"id": "P1", "account_id": "A1"}],
        "account": [{"id": "A1", "name": "Acme", "number_of_employees": 1000}],
        "opportunity_contact_role": [{"contact_id": "P1", "opportunity_id": "O1"}],
    }
    touches = [("M1", "09-01", "C1"), ("M2", "09-10", "C2"), ("M3", "09-20", "C2")]
    members = [
        {
            "campaign_member": [
                {**touched(touch_id, "", day, campaign)["campaign_member"][0], "lead_id": None, "contact_id": "P1"}
            ]
        }
        for touch_id, day, campaign in touches
    ]
    return company(person, deal("O1", "09-15 09", "10-01", account_id="A1"), *members, *more)


@pytest.mark.parametrize(
    ("model", "shares"),
    [
        ("first", [100, 0, 0]),
        ("last", [0, 0, 100]),
        ("linear", [33.33, 33.33, 33.33]),
        ("u_shaped", [66.67, 16.67, 16.67]),
        ("w_shaped", [42.86, 42.86, 14.29]),
        ("full_path", [33.33, 33.33, 33.33]),  # FT, OC, CW of 22.5 each, no rest
        ("shapley", [50, 25, 25]),  # two channels, the second with two touches
        ("markov", [50, 25, 25]),  # one won path: without either channel nothing is won
        ("time_decay", [10.00, 24.38, 65.62]),  # 19, 10 and 0 days before the last: 0.1524, 0.3715, 1
    ],
)
def test_each_model_splits_the_example_of_section_5(model: str, shares: Sequence[float]) -> None:
    found = _three_touches()
    (won,) = deals(found)
    split = credit(won, model, "marketing", found)
    assert [touch.touch_id for touch, _ in split] == ["M1", "M2", "M3"]
    assert [100 * weight for _, weight in split] == pytest.approx(shares, abs=0.005)


def test_attributed_and_no_touch_add_up_to_revenue_and_influence_overlaps() -> None:
    found = _three_touches(deal("O2", "09-15 09", "10-02", 40))
    assert reckon(found, "attributed_revenue", *YEAR, by=("channel",)) == [
        {"channel": "Paid", "value": pytest.approx(200 / 3)},
        {"channel": "Webinars", "value": pytest.approx(100 / 3)},
        {"channel": "no touch", "value": 40},
    ]
    assert only(found, "attributed_revenue")["value"] == pytest.approx(100)
    assert only(found, "influenced_revenue")["value"] == 100
    assert [row["value"] for row in reckon(found, "revenue_influence", *YEAR, by=("channel",))] == [
        100 / 140,
        100 / 140,
    ]


def test_removal_effects_are_solved_exactly() -> None:
    # a to won, a to b to lost, b to won: P(won) = 2/3 x (1/2 + 1/2 x 1/2) + 1/3 x 1/2 = 2/3.
    paths = [(["a"], True), (["a", "b"], False), (["b"], True)]
    # Without a: 1/3 x 1/2 = 1/6, so 3/4. Without b: 2/3 x 1/2 = 1/3, so 1/2.
    assert effects_of(paths) == {"a": Fraction(3, 4), "b": Fraction(1, 2)}


def test_account_touches_stand_in_only_for_a_deal_without_people() -> None:
    found = _three_touches(deal("O2", "09-15 09", "10-02", 40, account_id="A1"))
    by_id = {found.opportunity.opportunity_id: found for found in deals(found)}
    assert [by_id["O1"].is_by_account, by_id["O2"].is_by_account] == [False, True]
    assert len(by_id["O2"].eligible) == 3


def test_cost_per_accepted_lead_is_spend_over_the_handoffs_of_the_period() -> None:
    spend = {
        "campaign_report": [
            {"date_day": at("09-01"), "platform": "google_ads", "campaign_name": "autumn ADS", "spend": 30.0}
        ]
    }
    found = company(
        spend,
        lead("L1", "09-01 08", ("09-02 10", "MQL"), ("11-01 10", "Accepted"), lead_source="Ads"),
        lead("L2", "09-01 08", ("09-02 10", "MQL"), ("11-01 10", "Rejected"), lead_source="Ads"),
        lead("L3", "09-01 08", ("09-02 10", "Accepted"), lead_source="web "),
    )
    assert only(found, "cost_per_accepted_lead", (date(2026, 9, 1), date(2026, 10, 1)))["value"] == 15
    rows = reckon(found, "cost_per_accepted_lead", *YEAR, by=("channel",))
    assert rows == [{"channel": "Paid", "value": 30}, {"channel": "Website", "value": 0}]
