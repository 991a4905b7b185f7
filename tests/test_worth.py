"""What it would be worth: arithmetic by hand, its range, the cases in which nobody can tell, and words that promise nothing."""

from collections.abc import Sequence
from datetime import date
from math import sqrt
from pathlib import Path

import companies
import numpy as np
import pytest

from app.errors import QuestionError
from app.filters import Period
from app.metrics import WhatIf, Worth, ask, find_metric, presets, what_if
from app.metrics.worth import LEVERS, _range, mean_interval
from app.serving import Scorecard
from app.views import promise_words
from app.views.promise_words import write

MAY = Period(date(2026, 5, 1), date(2026, 6, 1))
Z = 1.959963984540054


def leads(segment: str, day: str, accepted: int, of: int, deals: int = 0, amount: float = 1000, late: int = 0, late_accepted: int = 0) -> list[tuple]:
    """Leads of one day, so many accepted within the hour and the others rejected in it; of `late` further ones the same after two days."""
    first = [(segment, day, "01" if place else "00", place < accepted, amount if place < deals else None) for place in range(of)]
    return [*first, *((segment, day, "48", place < late_accepted, None) for place in range(late))]


def company_of(folder: Path, rows: Sequence[tuple]) -> Scorecard:
    """Each row: segment, day, hours to the decision, whether accepted, amount of its deal (None: no deal)."""
    tables: dict[str, list[dict]] = {"lead": [], "lead_event": [], "opportunity": [], "person": []}
    for place, (segment, day, hours, is_accepted, amount) in enumerate(rows):
        deal = None if amount is None else f"O{place}"
        decided = f"{day[:-2]}{int(day[-2:]) + 2:02}T00:00:00Z" if hours == "48" else f"{day}T{hours}:30:00Z"
        tables["person"].append({"person_id": f"P{place}"})
        tables["lead"].append({"lead_id": f"L{place}", "person_id": f"P{place}", "created_at": f"{day}T00:00:00Z", "segment": segment, "opportunity_id": deal})
        tables["lead_event"] += [
            {"lead_id": f"L{place}", "stage": "handed_off", "occurred_at": f"{day}T00:00:00Z"},
            {"lead_id": f"L{place}", "stage": "accepted" if is_accepted else "rejected", "occurred_at": decided},
        ]
        if deal:
            opened = {"created_at": f"{day}T12:00:00Z", "closed_at": "2027-01-01", "is_won": "false", "is_closed": "false"}
            tables["opportunity"].append({"opportunity_id": deal, "amount": amount} | opened)
    return companies.build_company(folder, {name: rows for name, rows in tables.items() if rows}, as_of="2026-07-01T00:00:00Z").card


OLD = [row for segment in ("SMB", "Mid-market", "Enterprise") for row in leads(segment, "2025-03-03", 40, 40, deals=20)]


def test_the_extra_leads_times_their_yield_is_the_pipeline(tmp_path: Path) -> None:
    """100 leads x (80 % - 40 %) = 40 more accepted, half of them deals of 1,000: 20,000.

    The range: Newcombe's 0.2677 to 0.5125 about 0.4, Wilson's 0.3520 to 0.6480 about 1/2, and amounts without any spread, on logarithms.
    """
    card = company_of(tmp_path, [*OLD, *leads("SMB", "2026-05-04", 40, 100), *leads("Mid-market", "2026-05-04", 80, 100)])
    found = what_if(card, "acceptance_rate", MAY, "segment")
    assert found.basis == Period(date(2025, 1, 2), date(2026, 1, 2))  # 180 days before 1 July 2026, and the year before that
    smb, mid_market = found.groups
    assert (smb.name, smb.verdict, smb.better["segment"], mid_market.verdict) == ("SMB", "clear", "Mid-market", "best")
    assert (smb.extra, smb.qualification, smb.size, smb.pipeline) == pytest.approx((40, 0.5, 1000, 20_000))
    assert (smb.low, smb.high) == pytest.approx((11_733.73, 28_627.48), abs=0.01)
    assert promise_words.worth(found, "USD").replace(write.NBSP, " ") == (
        "If the acceptance rate of SMB were 80 % like that of Mid-market, not 40 %, the same leads would have meant about $20.0K more pipeline "
        "($11.7K to $28.6K). This is arithmetic, not a promise."
    )
    assert promise_words.doubts(found).startswith("None is better than Mid-market.")


def test_the_level_is_that_of_the_nearest_group_that_is_clearly_better(tmp_path: Path) -> None:
    """42 % against 40 % may be chance, so 40 % is held against 70 %; that against 71 % of few leads against nothing."""
    now = [("SMB", 40, 100), ("Mid-market", 42, 100), ("Enterprise", 70, 100), ("Tiny", 10, 12)]
    card = company_of(tmp_path, [*OLD, *(row for segment, *counts in now for row in leads(segment, "2026-05-04", *counts))])
    groups = {one.name: one for one in what_if(card, "acceptance_rate", MAY, "segment").groups}
    assert {name: one.verdict for name, one in groups.items()} == {"SMB": "clear", "Mid-market": "clear", "Enterprise": "best", "Tiny": "few"}
    assert groups["SMB"].better["segment"] == groups["Mid-market"].better["segment"] == "Enterprise"


def test_differences_within_chance_and_groups_without_a_past_are_not_told(tmp_path: Path) -> None:
    near = company_of(tmp_path / "near", [*OLD, *leads("SMB", "2026-05-04", 20, 40), *leads("Mid-market", "2026-05-04", 22, 40)])
    found = what_if(near, "acceptance_rate", MAY, "segment")
    assert sorted(one.verdict for one in found.groups) == ["best", "chance"]
    assert promise_words.worth(found, "USD") == "Can't tell: the segments differ by no more than chance does, so none is known to be better than another."
    young = company_of(tmp_path / "young", [*leads("SMB", "2026-05-04", 10, 40), *leads("Mid-market", "2026-05-04", 35, 40)])
    found = what_if(young, "acceptance_rate", MAY, "segment")
    assert sorted(one.verdict for one in found.groups) == ["best", "young"]
    assert promise_words.worth(found, "USD") == "Can't tell: too few older leads of these segments to know what an accepted one comes to."
    alone = what_if(near, "acceptance_rate", MAY, "segment", {"segment": ("SMB",)})
    assert promise_words.worth(alone, "USD") == "Can't tell: there are no two segments to hold against each other."
    few = company_of(tmp_path / "few", [*OLD, *leads("SMB", "2026-05-04", 1, 4), *leads("Mid-market", "2026-05-04", 3, 4)])
    assert promise_words.worth(what_if(few, "acceptance_rate", MAY, "segment"), "USD") == "Can't tell: too few leads to hold one of the segments against another."


def test_answers_in_time_are_worth_what_their_acceptance_differs_by(tmp_path: Path) -> None:
    """In time 30 of 50 and 90 of 100 leads. 84 of 120 answered in time are accepted, 6 of 30 others: 1/2 more.

    (90 % - 60 %) x 50 leads x 1/2 x half of them deals of 1,000 = 3,750.
    """
    now = [*leads("SMB", "2026-05-04", 21, 30, late=20, late_accepted=4), *leads("Mid-market", "2026-05-04", 63, 90, late=10, late_accepted=2)]
    found = what_if(company_of(tmp_path, [*OLD, *now]), "response_sla", MAY, "segment")
    assert (found.in_time["value"], found.not_in_time["value"], found.in_time["n"], found.not_in_time["n"]) == (0.7, 0.2, 120, 30)
    assert (found.groups[0].name, found.groups[0].pipeline) == ("SMB", pytest.approx(3_750))
    assert "and more leads were accepted as those answered in time are, that would have meant about $3,750 more pipeline" in promise_words.worth(found, "USD")
    assert "Not proof of cause" in promise_words.doubts(found)


def test_where_answers_in_time_are_not_accepted_more_often_nothing_hangs_on_them(tmp_path: Path) -> None:
    now = [*leads("SMB", "2026-05-04", 15, 30, late=30, late_accepted=14), *leads("Mid-market", "2026-05-04", 45, 90, late=10, late_accepted=5)]
    found = what_if(company_of(tmp_path, [*OLD, *now]), "response_sla", MAY, "segment")
    assert found.groups == ()
    text = promise_words.worth(found, "USD").replace(write.NBSP, " ")
    assert text == (
        "Can't tell: leads answered in time were accepted in 50 % of 120 cases, the others in 48 % of 40. That may be chance, so nothing is known to hang on it."
    )


def test_rates_are_those_of_the_metrics(sample_card: Scorecard) -> None:
    for name in ("This quarter", "Last quarter", "This year"):
        for lever in LEVERS:
            period = presets(sample_card)[name]
            found = what_if(sample_card, lever, period, "channel", {"region": ("NA", "EMEA")})
            rows = {row["channel"]: row for row in ask(sample_card, lever, period, ("channel",), {"region": ("NA", "EMEA")}).rows}
            olds = {row["channel"]: row for row in ask(sample_card, "qualification_rate", found.basis, ("channel",), {"region": ("NA", "EMEA")}).rows}
            for one in found.groups:
                assert one.row == rows[one.name]
                if one.verdict == "clear":
                    assert one.better == rows[one.better["channel"]]
                    assert one.better["value"] > one.row["value"]
                    assert one.qualification == olds[one.name]["value"]
                    assert 0 < one.low < one.pipeline < one.high
            assert promise_words.worth(found, "USD")


@pytest.mark.parametrize(("lever", "by"), [("win_rate", "segment"), ("acceptance_rate", "week"), ("acceptance_rate", "colour")])
def test_what_cannot_be_asked_is_refused(sample_card: Scorecard, lever: str, by: str) -> None:
    with pytest.raises(QuestionError):
        what_if(sample_card, lever, presets(sample_card)["This quarter"], by)


# --- the range ---------------------------------------------------------------------------------


def test_a_mean_amount_has_its_interval_on_the_logarithm() -> None:
    """Spread 300 of 36 deals of 1,000: error 5 %, t of 35 degrees 2.030, so a factor e^0.1015 both ways."""
    assert mean_interval({"deals": 36, "mean": 1000.0, "spread": 300.0}) == pytest.approx((1000, 903.5, 1106.8), abs=0.1)


def test_ranges_hold_the_truth_in_95_of_100_cases() -> None:
    """600 made companies: 300 leads of 45 % and 65 %, 120 older ones of which 40 % became deals, amounts lognormal about 1,000 with a spread of 0.8."""
    rng = np.random.default_rng(5)
    truth, held = 0.2 * 0.4 * 1000, 0
    for _ in range(600):
        own, better, deals = rng.binomial(300, 0.45), rng.binomial(300, 0.65), max(rng.binomial(120, 0.4), 10)
        amounts = rng.lognormal(np.log(1000) - 0.32, 0.8, deals)
        rows = [_wilson(own, 300), _wilson(better, 300)]
        raised = rows[1][0] - rows[0][0]
        down = sqrt((rows[1][0] - rows[1][1]) ** 2 + (rows[0][2] - rows[0][0]) ** 2)
        up = sqrt((rows[1][2] - rows[1][0]) ** 2 + (rows[0][0] - rows[0][1]) ** 2)
        mean = mean_interval({"deals": deals, "mean": float(amounts.mean()), "spread": float(amounts.std(ddof=1))})
        low, high = _range([(raised, raised - down, raised + up), _wilson(deals, 120), mean])
        held += low <= truth <= high
    assert 0.92 <= held / 600 <= 0.98


def _wilson(k: int, n: int) -> tuple[float, float, float]:
    centre, half = (k + Z * Z / 2) / (n + Z * Z), Z * sqrt(k * (n - k) / n + Z * Z / 4) / (n + Z * Z)
    return k / n, centre - half, centre + half


def test_of_many_groups_chance_is_named() -> None:
    row = {"channel": "A", "value": 0.4, "n": 50}
    groups = [Worth("A", row, "clear", row | {"channel": "B", "value": 0.7}, 15.0, 0.5, 100.0, 750.0, 300.0, 1500.0)]
    groups += [Worth(name, row, "chance", row) for name in "CDEFGH"]
    found = WhatIf(find_metric("acceptance_rate"), "channel", MAY, MAY, tuple(groups))
    assert "Not beyond chance below a better one: C, D, E, F and 2 more." in promise_words.doubts(found)
    assert promise_words.doubts(found).endswith("Of so many channels some stand apart by chance alone.")
