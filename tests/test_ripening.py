"""Where unripe weeks will land: worked by hand, held out from the past, and silent where too little is known."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from companies import Company, build_company

from app.filters import Period
from app.metrics import Scorecard, ask, ripening

FIRST = datetime(2026, 1, 5, 9)  # a Monday


def company(folder: Path, weeks: list[tuple[int, int, int]], as_of: str) -> Company:
    """Each week hands over leads on Monday: so many are accepted after 2 days, so many after 9, and the rest are never decided."""
    leads, events = [], []
    for week, (early, late, never) in enumerate(weeks):
        handed = FIRST + timedelta(days=7 * week)
        for place in range(early + late + never):
            lead_id = f"{week}-{place}"
            leads.append({"lead_id": lead_id, "person_id": lead_id, "created_at": handed - timedelta(days=1)})
            events.append({"lead_id": lead_id, "person_id": lead_id, "stage": "handed_off", "occurred_at": handed})
            if place < early + late:
                decided = handed + timedelta(days=2 if place < early else 9)
                events.append({"lead_id": lead_id, "person_id": lead_id, "stage": "accepted", "occurred_at": decided})
    known = [event for event in events if event["occurred_at"] <= datetime.fromisoformat(as_of)]
    return build_company(folder, {"lead": leads, "lead_event": known}, as_of=as_of)


def test_a_week_lands_where_all_earlier_weeks_landed(tmp_path: Path) -> None:
    # Ten ripe weeks of ten leads: five accepted after 2 days, two more after 9. The eleventh is five days old with five accepted: of
    # the five undecided two of five will follow, as they always have, so it lands at 7 of 10, and nothing has ever differed.
    small = company(tmp_path, [(5, 2, 3)] * 10 + [(0, 0, 0)] * 2 + [(5, 2, 3)], "2026-04-04T09:00:00")
    (week,) = ripening(small.card, "acceptance_rate")
    assert (week.week, week.so_far, week.n, week.waiting, week.weeks) == (date(2026, 3, 30), 0.5, 10, 5, 10)
    assert week.expected == pytest.approx(0.7)
    assert (week.low, week.high) == (pytest.approx(0.7), pytest.approx(0.7))


def test_the_range_is_as_wide_as_earlier_weeks_differed(tmp_path: Path) -> None:
    # Of nine ripe weeks, eight end at 7 of 10, one at 5 of 10 (nobody followed): of 45 undecided 16 followed, so the forecast is
    # (5 + 5 * 16/45) / 10 = 0.678. It was off by +0.022 eight times and by -0.178 once; the tenth part of ten places is the first and
    # the ninth, so the range is 0.5 to 0.7.
    small = company(tmp_path, [(5, 2, 3)] * 4 + [(5, 0, 5)] + [(5, 2, 3)] * 4 + [(0, 0, 0)] * 2 + [(5, 2, 3)], "2026-03-28T09:00:00")
    (week,) = ripening(small.card, "acceptance_rate")
    assert week.expected == pytest.approx(0.5 + 0.5 * 16 / 45)
    assert (week.low, week.high) == (pytest.approx(0.5), pytest.approx(0.7))


def test_of_eight_ripe_weeks_no_range_is_said(tmp_path: Path) -> None:
    small = company(tmp_path, [(5, 2, 3)] * 8 + [(0, 0, 0)] * 2 + [(5, 2, 3)], "2026-03-21T09:00:00")
    (week,) = ripening(small.card, "acceptance_rate")
    assert (week.low, week.high, week.weeks) == (None, None, 8)


def test_a_company_without_ripe_weeks_or_leads_says_nothing_wrong(tmp_path: Path) -> None:
    young = company(tmp_path / "young", [(5, 0, 5)], "2026-01-08T09:00:00")
    (week,) = ripening(young.card, "acceptance_rate")
    assert (week.so_far, week.low, week.high) == (0.5, None, None)
    grown = company(tmp_path / "grown", [(5, 2, 3)], "2026-06-01T09:00:00")
    assert ripening(grown.card, "acceptance_rate") == ()


@pytest.mark.parametrize("rate", ["acceptance_rate", "qualification_rate"])
def test_ranges_of_the_past_hold_the_later_truth_four_times_in_five(sample_card: Scorecard, rate: str) -> None:
    truths: dict[date, float | None] = {}
    window = timedelta(days=int(sample_card.facts["acceptance_window_days" if rate == "acceptance_rate" else "conversion_window_days"]))
    def truth_of(week: date) -> float | None:
        """Asked once for each week."""
        if week not in truths:
            truths[week] = later_truth(sample_card, rate, week, window)
        return truths[week]

    held = [
        said.low - 1e-9 <= truth <= said.high + 1e-9
        for at in (sample_card.as_of - timedelta(days=7 * back, hours=back * 37 % 163) for back in range(1, 60, 3))
        for said in ripening(sample_card, rate, at=at)
        if said.low is not None and said.week + timedelta(days=7) <= at.date() and (truth := truth_of(said.week)) is not None
    ]
    assert len(held) > 30
    assert 0.70 <= sum(held) / len(held) <= 0.90


def later_truth(card: Scorecard, rate: str, week: date, window: timedelta) -> float | None:
    """The site's own rate of a week that has ripened since; None of one that has not."""
    if datetime.combine(week + timedelta(days=8), datetime.min.time()) + window > card.as_of:
        return None
    return ask(card, rate, Period(week, week + timedelta(days=7))).row["value"]


def test_the_ranges_say_what_is_possible(sample_card: Scorecard) -> None:
    for rate in ("acceptance_rate", "qualification_rate", "won_rate"):
        for said in ripening(sample_card, rate):
            assert said.low is None or 0 <= said.low <= said.high <= 1
            if rate == "acceptance_rate":
                assert said.low >= said.so_far - 1e-12
                assert said.high <= (said.so_far * said.n + said.waiting) / said.n + 1e-12
