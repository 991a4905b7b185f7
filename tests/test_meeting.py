"""What the week's meeting says: a company worked out by hand, what must hold of every company, and the very words."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from companies import Company, build_company
from databases import ANN, BOB, opened
from test_properties import random_tables

from app import meeting
from app.filters import Period
from app.meeting import words
from app.meeting.model import Course, Fate, Forgotten, LateTeam, Leads, PathStep, Rejected, ScoreLine, Shortfall, Win, Wins
from app.meeting.model import Week as Point
from app.metrics import Level, Restated, Ripening, Scorecard, Signal, ask, catalogue, signal, target
from app.notes import Action, Annotation, Answer, Dispute, FieldNote, JointWork, Notes

A_WEEK = timedelta(days=7)
WEEK = date(2026, 6, 8)  # a Monday
AS_OF = "2026-06-18T12:00:00Z"
NBSP = "\N{NO-BREAK SPACE}"


def _event(lead: str, stage: str, at: str, reason: str = "") -> dict[str, object]:
    return {"lead_id": lead, "person_id": "P" + lead[1:], "stage": stage, "occurred_at": f"2026-{at}", "reason": reason}


def _touch(number: int, side: str, at: str, owner: str, campaign: str = "", channel: str = "call") -> dict[str, object]:
    return {"touch_id": f"t{number}", "person_id": "P7", "occurred_at": f"2026-{at}", "side": side, "channel": channel, "campaign_id": campaign, "owner_id": owner}


def _deal(deal: str, account: str, name: str, created: str, closed: str, is_won: bool, amount: object, owner: str) -> dict[str, object]:
    return {"opportunity_id": deal, "account_id": account, "name": name, "created_at": f"2026-{created}", "closed_at": f"2026-{closed}", "is_won": is_won,
            "is_closed": True, "amount": amount, "owner_id": owner}  # fmt: skip


TABLES = {
    "lead": [
        {"lead_id": f"L{number}", "person_id": f"P{number}", "name": f"Lead {number}", "channel": channel, "owner_id": owner, "opportunity_id": deal}
        for number, channel, owner, deal in (
            (1, "Events", "S1", ""), (2, "Events", "S1", ""), (3, "Web", "S2", ""), (4, "Web", "S2", ""),
            (5, "Web", "S2", ""), (6, "Web", "S1", ""), (7, "Events", "S1", "O1"),
        )
    ],
    "lead_event": [
        _event("L1", "handed_off", "06-08T09:00:00"), _event("L1", "accepted", "06-09T08:00:00"),
        _event("L2", "handed_off", "06-09T09:00:00"), _event("L2", "rejected", "06-12T09:00:00", "Bad fit"),
        _event("L3", "handed_off", "06-10T10:00:00"),
        _event("L4", "accepted", "06-11T10:00:00"),
        _event("L5", "handed_off", "06-14T23:59:59"), _event("L5", "rejected", "06-15T01:00:00"),
        _event("L6", "handed_off", "06-15T00:00:00"),
        _event("L7", "handed_off", "06-01T09:00:00"), _event("L7", "accepted", "06-02T09:00:00"),
    ],
    "person": [{"person_id": f"P{number}", "account_id": {3: "A2", 7: "A1"}.get(number, ""), "name": f"Lead {number}", "title": "CTO"} for number in range(1, 8)],
    "account": [{"account_id": "A1", "name": "Acme", "segment": "SMB", "owner_id": "S1"}, {"account_id": "A2", "name": "Bolt", "segment": "SMB"}],
    "touch": [
        _touch(1, "marketing", "05-20T12:00:00", "", "C1", "Events"), _touch(2, "sales", "06-02T08:00:00", "S1"), _touch(3, "sales", "06-05T08:00:00", "S2"),
        _touch(4, "marketing", "06-06T12:00:00", "", "C2", "Email"),
        _touch(5, "marketing", "06-01T08:00:00", "", "C1", "Events") | {"person_id": "P2"},
    ],
    "campaign": [
        {"campaign_id": "C1", "name": "Fair", "channel": "Events", "owner_id": "M1"}, {"campaign_id": "C2", "name": "Letter", "channel": "Email", "owner_id": "M2"},
    ],
    "opportunity": [
        _deal("O1", "A1", "Acme, first", "06-02T10:00:00", "06-10", True, 300, "S1"),
        _deal("O2", "", "By phone", "06-09T10:00:00", "06-09", True, "", ""),
        _deal("O3", "A1", "Acme, lost", "06-09T10:00:00", "06-10", False, 900, "S1"),
    ],
    "member": [
        {"member_id": "S1", "team_id": "T1", "name": "Ann"}, {"member_id": "S2", "team_id": "T2", "name": "Ben"},
        {"member_id": "M1", "team_id": "T3", "name": "Mia"}, {"member_id": "M2", "team_id": "T3", "name": "Max"},
    ],
    "team": [{"team_id": team, "name": name, "side": side} for team, name, side in (("T1", "East", "sales"), ("T2", "West", "sales"), ("T3", "Field", "marketing"))],
}  # fmt: skip
# June 2026 has 22 working days, five of them in the week: lead volume 10, revenue 500, influenced revenue 200.
MAPS = {
    "target": [
        {"metric": metric, "month": "2026-06-01", "team": "", "segment": "", "value": value}
        for metric, value in (("lead_volume", 44), ("acceptance_rate", 0.5), ("revenue", 2200), ("influenced_revenue", 880), ("undecided", 1), ("response_sla", 0.5))
    ],
    "tier": [{"account_id": "A1", "tier": "major"}, {"account_id": "A2", "tier": "major"}],
    "joint_work": [
        {"done_on": "2026-06-04", "kind": "ride_along", "marketing_member": "M1", "sales_member": "S1", "account_id": "A1"},
        {"done_on": "2026-06-07", "kind": "joint_meeting", "marketing_member": "M2", "sales_member": "S2", "account_id": "A1"},
        {"done_on": "2026-06-11", "kind": "joint_meeting", "marketing_member": "M2", "sales_member": "S2", "account_id": "A1"},
    ],
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The company that is worked out by hand."""
    return build_company(tmp_path_factory.mktemp("meeting"), TABLES, MAPS, as_of=AS_OF)


# --- by hand -----------------------------------------------------------------------------------


def test_weeks_are_complete_and_the_newest_comes_first(company: Company) -> None:
    assert meeting.last_week(company.card) == WEEK
    assert meeting.weeks(company.card) == [date(2026, 6, 8), date(2026, 6, 1)], "of the first handover"


def test_weeks_reach_back_to_the_first_record(sample_card: Scorecard) -> None:
    found = meeting.weeks(sample_card)
    assert found[0] == date(2026, 11, 9) and len(found) > 52
    assert all(one - other == A_WEEK for one, other in zip(found, found[1:], strict=False))
    assert any(_value(sample_card, metric, found[-1]) for metric in ("lead_volume", "inquiries", "pipeline_created"))


@pytest.mark.parametrize(("zone", "last"), [("UTC", date(2026, 6, 1)), ("Asia/Kolkata", WEEK), ("America/New_York", date(2026, 6, 1))])
def test_a_week_is_over_at_its_local_end(zone: str, last: date, tmp_path: Path) -> None:
    """Sunday 20:00 in London is Monday in Kolkata."""
    card = build_company(tmp_path, {"opportunity": TABLES["opportunity"]}, timezone=zone, as_of="2026-06-14T20:00:00Z").card
    assert meeting.last_week(card) == last


def test_what_became_of_every_lead(company: Company) -> None:
    assert meeting.leads(company.card, WEEK) == Leads(
        all=Fate(None, 5, 2, 2, 1),
        before=1,
        implied=1,
        by_channel=(Fate("Web", 3, 1, 1, 1), Fate("Events", 2, 1, 1, 0)),
        reasons=(("Bad fit", 1), ("no reason given", 1)),
        waiting_overdue=1,
    )


def test_a_win_has_the_turns_of_both_sides_and_thanks_both(company: Company) -> None:
    found = meeting.wins(company.card, WEEK)
    first, second = found.deals
    assert (found.amount, found.without_amount) == (300.0, 1)
    assert (first.name, first.account_name, first.amount, first.closed_on) == ("Acme, first", "Acme", 300.0, date(2026, 6, 10))
    assert (first.owner, first.segment, first.days, first.marketing_touches, first.sales_touches) == ("Ann", "SMB", 8, 2, 2)
    assert first.path == (
        PathStep(datetime(2026, 5, 20, 12), "marketing", "First touch by marketing", "Events, Fair", "Mia"),
        PathStep(datetime(2026, 6, 1, 9), "marketing", "Handed over to sales", "Fair", "Mia"),
        PathStep(datetime(2026, 6, 2, 9), "sales", "Accepted by sales", None, "Ann"),
        PathStep(datetime(2026, 6, 2, 10), "sales", "Deal opened", None, "Ann"),
        PathStep(datetime(2026, 6, 6, 12), "marketing", "Last touch by marketing", "Email, Letter", "Max"),
        PathStep(datetime(2026, 6, 7), "both", "Joint meeting", "the last of 2", "Max and Ben"),
        PathStep(datetime(2026, 6, 10, 23, 59, 59), "both", "Won", None, "Ann"),
    )
    # Mia: a touch, the handover, the ride-along. Max: a touch and the meeting. Ann: touch, handover, deal, ride-along. Ben: touch, meeting.
    assert (first.thanks_marketing, first.thanks_sales) == (("Mia", "Max"), ("Ann", "Ben"))
    assert (second.name, second.amount, second.days, second.owner) == ("By phone", None, 0, None)
    assert [step.what for step in second.path] == ["Deal opened", "Won"]
    assert (second.thanks_marketing, second.thanks_sales) == ((), ())


def test_a_path_is_told_by_the_clocks_of_the_reporting_time_zone(tmp_path: Path) -> None:
    card = build_company(tmp_path, TABLES, MAPS, as_of=AS_OF, timezone="America/New_York").card
    deal = meeting.wins(card, WEEK).deals[0]
    assert next(step.at for step in deal.path if step.what == "Joint meeting") == datetime(2026, 6, 7)
    assert deal.path[-1].at.date() == deal.closed_on  # the last second of the local day is the next day in UTC


def test_a_lead_that_sales_took_without_an_offer_was_not_handed_over(tmp_path: Path) -> None:
    taken = [row for row in TABLES["lead_event"] if row["lead_id"] != "L7"] + [_event("L7", "accepted", "06-02T09:00:00")]
    path = meeting.wins(build_company(tmp_path, TABLES | {"lead_event": taken}, MAPS, as_of=AS_OF).card, WEEK).deals[0].path
    assert [step.what for step in path if "sales" in step.what] == ["Taken by sales without an offer"]


def test_what_did_not_go_as_planned(company: Company, notes: Notes) -> None:
    dispute = notes.add(Dispute(handoff_id="L2-1", week=WEEK, company="Acme", text="they have the budget"), ANN)
    for about, subject, week in (
        ("metric", "lead_volume", WEEK), ("metric", "lead_volume", WEEK - A_WEEK), ("campaign", "Fair", WEEK), ("campaign", "", WEEK),
        ("response", "West", WEEK), ("account", "A2", WEEK - A_WEEK), ("dispute", dispute.id, WEEK - A_WEEK),
    ):  # fmt: skip
        notes.add(Answer(about=about, subject=subject, week=week, text=f"{about} {subject[:4]} {week}"), BOB)
    found = meeting.misses(company.card, notes, WEEK)

    short = {one.metric.name: (one.judged, one.value, one.target, [answer.text for answer in one.answers]) for one in found.short}
    assert short == {"lead_volume": (WEEK, 5, 10.0, ["metric lead 2026-06-08"]), "revenue": (WEEK, 300.0, 500.0, [])}
    assert [one.metric.name for one in found.short] == ["lead_volume", "revenue"], "half is further off than two fifths"

    assert [(one.campaign, one.offered, one.rejected, one.reasons) for one in found.rejected] == [
        ("Fair", 1, 1, (("Bad fit", 1),)), (None, 3, 1, (("no reason given", 1),)),
    ]  # fmt: skip
    assert [[answer.subject for answer in one.answers] for one in found.rejected] == [["Fair"], [""]]
    assert [(lead.handoff_id, lead.reason, lead.campaign, lead.owner, lead.name, lead.channel) for lead in found.rejected_leads] == [
        ("L5-1", "no reason given", None, "Ben", "Lead 5", "Web"), ("L2-1", "Bad fit", "Fair", "Ann", "Lead 2", "Events"),
    ]  # fmt: skip
    assert [lead.dispute and lead.dispute.text for lead in found.rejected_leads] == [None, "they have the budget"]
    assert [len(lead.replies) for lead in found.rejected_leads] == [0, 1]

    assert [(team.team, team.due, team.late, team.unanswered, len(team.answers)) for team in found.late] == [("East", 2, 1, 0, 0), ("West", 2, 0, 1, 1)]
    assert [(one.name, one.reasons, one.owner, one.open_amount, len(one.answers)) for one in found.forgotten] == [
        ("Bolt", ("no active owner", "undecided lead past the SLA"), None, 0.0, 1)
    ]


def test_a_rate_that_needs_time_is_judged_by_its_newest_ripe_week(company: Company, notes: Notes) -> None:
    lines = {line.metric.name: line for line in meeting.score(company.card, notes, WEEK)}
    rate, volume = lines["acceptance_rate"], lines["lead_volume"]
    assert (rate.judged, rate.value, rate.n, rate.waiting, rate.target, rate.is_kept, rate.window_days) == (date(2026, 6, 1), 1.0, 1, 4, 0.5, True, 14)
    assert [(week.week, week.is_ripe) for week in rate.course[-2:]] == [(date(2026, 6, 1), True), (WEEK, False)]
    assert (volume.judged, volume.value, volume.waiting, volume.target, volume.is_kept, volume.window_days) == (WEEK, 5, 0, 10.0, False, None)
    assert len(volume.course) == 26 and volume.course[-1] == Point(WEEK, 5, None, None, None, True, False)
    assert (lines["joint_work"].target, lines["joint_work"].is_kept) == (None, None)
    assert lines["acceptance_rate"].signal.kind == "too_short"


def test_a_line_has_its_annotations_and_the_actions_that_were_due(company: Company, notes: Notes) -> None:
    for week in (WEEK, WEEK - A_WEEK, WEEK + A_WEEK, WEEK - 30 * A_WEEK):
        notes.add(Annotation(metric="lead_volume", week=week, text=f"{week}"), ANN)
    for due, state in ((WEEK - A_WEEK, "open"), (WEEK - A_WEEK, "done"), (WEEK, "done"), (WEEK + A_WEEK, "open")):
        notes.add(Action(owner="Ann", due_on=due, state=state, metric="lead_volume", decided_week=WEEK - 2 * A_WEEK, text=f"{due} {state}"), ANN)
    line = next(line for line in meeting.score(company.card, notes, WEEK) if line.metric.name == "lead_volume")
    assert [note.week for note in line.annotations] == [WEEK - A_WEEK, WEEK]
    assert {action.text for action in line.due} == {"2026-06-01 open", "2026-06-08 done"}


def test_decisions_are_decided_carried_over_or_closed(company: Company, notes: Notes) -> None:
    def action(text: str, decided: date, due: date, state: str = "open", done: date | None = None, metric: str | None = None) -> None:
        notes.add(Action(owner="Ann", due_on=due, state=state, metric=metric, decided_week=decided, done_on=done, text=text), ANN)

    action("today", WEEK, date(2026, 6, 25), metric="acceptance_rate")
    action("late", WEEK - A_WEEK, date(2026, 6, 17), metric="lead_volume")
    action("due today", WEEK - A_WEEK, date(2026, 6, 18), metric="undecided")
    action("done in time", WEEK - A_WEEK, date(2026, 6, 12), "done", date(2026, 6, 12), "no such number")
    action("dropped since", WEEK - A_WEEK, date(2026, 6, 13), "dropped", date(2026, 6, 16))
    action("done long ago", WEEK - 2 * A_WEEK, date(2026, 6, 2), "done", date(2026, 6, 7))
    action("not yet", WEEK + A_WEEK, date(2026, 6, 30))
    found = meeting.decisions(company.card, notes, WEEK)
    parts = [[one.action.text for one in part] for part in (found.decided, found.carried, found.closed)]
    assert parts == [["today"], ["late", "due today"], ["done in time", "dropped since"]]
    late, waiting = found.carried
    assert (late.then, late.now, [week.value for week in late.weeks], late.is_overdue) == (1, 5, [1, 5], True)
    assert (waiting.then, waiting.now, waiting.weeks, waiting.is_overdue) == (None, 2, (), False), "a state has no weeks: L3 and L6 wait now"
    today = found.decided[0]
    assert (today.then, today.now, [week.week for week in today.weeks]) == (1.0, 1.0, [date(2026, 6, 1)]), "no newer week can be judged yet"
    assert [one.metric for one in found.closed] == [None, None]


def test_the_field_is_heard_in_the_week_and_until_the_meeting(company: Company, notes: Notes) -> None:
    for heard in (WEEK - timedelta(days=1), WEEK, WEEK + timedelta(days=13), WEEK + timedelta(days=14)):
        notes.add(FieldNote(heard_on=heard, text=f"{heard}"), BOB)
        notes.add(JointWork(done_on=heard, kind="ride_along"), BOB)
    assert [note.heard_on for note in meeting.field(notes, WEEK)] == [date(2026, 6, 21), date(2026, 6, 8)]
    assert [work.done_on for work in meeting.joint_work(notes, WEEK)] == [date(2026, 6, 21), date(2026, 6, 8)]


# --- what must hold of every company -----------------------------------------------------------


@pytest.fixture(scope="module", params=("sample", 3, 11))
def card(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scorecard:
    """The sample company's scorecard, and two of companies drawn at random."""
    if request.param == "sample":
        return request.getfixturevalue("sample_card")
    zone = ("Asia/Kolkata", "America/New_York")[request.param % 2]
    fx = [{"currency": name, "from_date": "2025-01-01", "rate": 1.1} for name in ("EUR", "GBP")]
    folder, chosen = tmp_path_factory.mktemp("random"), {"as_of": "2026-06-01T00:00:00Z", "timezone": zone, "week_starts_on": "sunday"}
    return build_company(folder, random_tables(request.param), {"fx": fx}, **chosen).card


def _weeks(card: Scorecard) -> list[date]:
    found = meeting.weeks(card)
    return [*found[:3], *found[8:40:10]]


def _value(card: Scorecard, metric: str, week: date) -> object:
    return ask(card, metric, Period(week, week + A_WEEK)).row["value"]


def test_every_lead_is_told_once(card: Scorecard) -> None:
    for week in _weeks(card):
        found = meeting.leads(card, week)
        assert found.all.handed_over == _value(card, "lead_volume", week)
        assert found.before == _value(card, "lead_volume", week - A_WEEK)
        assert found.all.rejected == _value(card, "rejection_reasons", week) == sum(number for _, number in found.reasons)
        for fate in (found.all, *found.by_channel):
            assert fate.handed_over == fate.accepted + fate.rejected + fate.waiting
        added = [sum(getattr(fate, name) for fate in found.by_channel) for name in ("handed_over", "accepted", "rejected", "waiting")]
        assert added == [found.all.handed_over, found.all.accepted, found.all.rejected, found.all.waiting]
        sizes = [fate.handed_over for fate in found.by_channel]
        assert sizes == sorted(sizes, reverse=True)


def test_wins_are_the_revenue_and_each_path_ends_with_the_win(card: Scorecard) -> None:
    ours = set(card.query("select name from member", {})["name"].to_pylist())
    for week in _weeks(card):
        found = meeting.wins(card, week)
        assert len(found.deals) == _value(card, "deals_won", week)
        assert found.amount == (_value(card, "revenue", week) or 0)
        assert sum(deal.amount or 0 for deal in found.deals) == pytest.approx(found.amount, abs=0.01 * len(found.deals))
        assert found.without_amount == sum(deal.amount is None for deal in found.deals)
        for deal in found.deals:
            assert deal.path[-1].what == "Won" and len(deal.path) <= 7
            assert [step.at for step in deal.path[:-1]] == sorted(step.at for step in deal.path[:-1])
            for thanked in (deal.thanks_marketing, deal.thanks_sales):
                assert len(thanked) == len(set(thanked)) <= 4
            assert ours.issuperset(name for step in deal.path if step.by_whom for name in step.by_whom.split(" and ")), "no names of leads"


def test_misses_agree_with_the_metrics(card: Scorecard) -> None:
    for week in _weeks(card):
        found = meeting.misses(card, None, week)
        sla = ask(card, "response_sla", Period(week, week + A_WEEK)).row
        due = sum(team.due for team in found.late)
        assert due == sla["n"]
        assert (due - sum(team.late + team.unanswered for team in found.late)) / due == pytest.approx(sla["value"]) if due else sla["value"] is None
        assert sum(group.rejected for group in found.rejected) == len(found.rejected_leads) == _value(card, "rejection_reasons", week)
        assert len({lead.handoff_id for lead in found.rejected_leads}) == len(found.rejected_leads)
        assert Counter(lead.campaign for lead in found.rejected_leads) == {group.campaign: group.rejected for group in found.rejected}
        assert all(group.rejected == sum(number for _, number in group.reasons) <= group.offered for group in found.rejected)
        assert len(found.forgotten) == ask(card, "forgotten_accounts", None).row["value"]


def test_a_line_says_what_the_site_says(card: Scorecard) -> None:
    for week in _weeks(card)[:2]:
        for line in meeting.score(card, None, week):
            period = Period(line.judged, line.judged + A_WEEK)
            row = ask(card, line.metric.name, period).row
            assert (line.value, line.n or 0) == (row["value"], row.get("n") or 0)
            assert not row.get("waiting") and line.judged <= week
            assert line.target == target(card, line.metric.name, period, to_date=False)
            assert line.signal == signal(card, line.metric.name, line.judged)
            assert line.waiting == (ask(card, line.metric.name, Period(week, week + A_WEEK)).row.get("waiting") or 0)
            assert line.course[-1].week == week and len(line.course) == 26


def test_shortfalls_are_the_promises_not_kept(sample_card: Scorecard) -> None:
    week = meeting.last_week(sample_card)
    joint = {line.metric.name for line in meeting.score(sample_card, None, week) if line.is_kept is False}
    found = meeting.misses(sample_card, None, week).short
    assert joint and joint == {one.metric.name for one in found if one.metric.owner == "joint"}
    assert {one.metric.owner for one in found} == {"joint", "marketing", "sales"}
    sizes = [abs(one.value - one.target) / one.target for one in found]
    assert sizes == sorted(sizes, reverse=True)
    assert not any(one.metric.is_state for one in found)


def test_a_whole_meeting_is_its_parts(sample_card: Scorecard) -> None:
    week = meeting.last_week(sample_card)
    found = meeting.hold(sample_card, None, week)
    assert (found.week, found.as_of, found.currency, found.is_sample) == (date(2026, 11, 9), sample_card.as_of, "USD", True)
    assert (found.leads, found.wins) == (meeting.leads(sample_card, week), meeting.wins(sample_card, week))
    assert (found.score, found.misses) == (meeting.score(sample_card, None, week), meeting.misses(sample_card, None, week))
    assert (found.field, found.joint_work, found.decisions.carried) == ((), (), ())


@pytest.mark.parametrize("tables", [("opportunity",), ("lead_event",), ("account",), ("lead_event", "opportunity")])
def test_a_company_that_lacks_tables_still_meets(tables: tuple[str, ...], tmp_path: Path) -> None:
    card = build_company(tmp_path, {name: TABLES[name] for name in tables}, as_of=AS_OF).card
    with opened(f"sqlite:///{tmp_path}/notes.db") as notes:
        notes.add(Action(owner="Ann", due_on=WEEK, metric="acceptance_rate", decided_week=WEEK, text="call"), ANN)
        found = meeting.hold(card, notes, WEEK)
    assert (found.leads.off is None) == ("lead_event" in tables)
    assert (found.wins.off is None) == ("opportunity" in tables)
    assert len(found.wins.deals) == (2 if "opportunity" in tables else 0)
    assert found.leads.all.handed_over == (5 if "lead_event" in tables else 0)
    assert all(line.target is None and line.is_kept is None for line in found.score)
    assert found.misses.short == ()
    assert found.decisions.decided[0].action.text == "call"
    said = [*words.leads(found.leads), *words.wins(found.wins, "USD"), *(fact for line in found.score for fact in words.score_facts(line, "USD"))]
    assert all(said) and not any("None" in sentence for sentence in said)
    if "lead_event" not in tables:
        assert words.leads(found.leads) == ["The extracts hold no lead event, so this is unknown."]


# --- the words ---------------------------------------------------------------------------------


def _signal(kind: str, value: float | None = 142, low: float | None = 98.2, high: float | None = 171.4) -> Signal:
    return Signal(WEEK, value, kind, None if low is None else 134.8, low, high, 26)


def _line(metric: str = "lead_volume", **fields: object) -> ScoreLine:
    plain = {
        "metric": catalogue()[metric], "judged": WEEK, "value": 142, "n": None, "low": None, "high": None, "waiting": 0, "target": 150.0, "is_kept": False,
        "signal": _signal("ordinary"), "course": tuple(Point(week, 142, 18, None, None, True, False) for week in (WEEK - A_WEEK, WEEK)),
        "said": (), "annotations": (), "due": (),
    }  # fmt: skip
    return ScoreLine(**plain | fields)


@pytest.mark.parametrize(
    ("fields", "verdict", "promise", "value"),
    [
        ({}, "Below target", "Promise not kept", "142 leads, target 150"),
        ({"value": 150, "is_kept": True}, "On target", "Promise kept", "150 leads, target 150"),
        ({"value": 1, "target": None, "is_kept": None}, "No target", "Nothing was promised", "1 lead"),
        ({"value": None, "is_kept": None}, "No data", "A promise, and no data to judge it by", "no data, target 150"),
        ({"value": 129, "target": 129.05}, "Below target", "Promise not kept", "129 leads, target just above 129"),
        ({"metric": catalogue()["rejection_reasons"], "value": 12, "target": 10.0}, "Above target", "Promise not kept", "12 leads, target 10"),
        ({"metric": catalogue()["acceptance_rate"], "value": 0.6, "target": 0.64, "n": 143}, "Below target", "Promise not kept",
         f"60{NBSP}%, target 64{NBSP}%, from 143 leads"),
        ({"metric": catalogue()["revenue"], "value": 784_660.8, "target": 966_428.57, "n": 1}, "Below target", "Promise not kept", "€785K, target €966K, from 1 deal"),
    ],
)  # fmt: skip
def test_words_of_a_target(fields: dict[str, object], verdict: str, promise: str, value: str) -> None:
    line = replace(_line(), **fields)
    assert (words.verdict(line), words.promise(line), words.value(line, "EUR")) == (verdict, promise, value)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (_signal("ordinary"), "Ordinary variation: weeks lie between 98 and 171"),
        (_signal("signal_high"), "A signal: above what chance explains (98 to 171)"),
        (_signal("signal_low"), "A signal: below what chance explains (98 to 171)"),
        (_signal("shift_high"), "A signal: eight weeks in a row above the mean of 135"),
        (_signal("shift_low"), "A signal: eight weeks in a row below the mean of 135"),
        (replace(_signal("shift_high"), levels=(Level(WEEK - 20 * A_WEEK, 102.3, 80, 120, 12), Level(date(2026, 9, 7), 145.1, 111, 179, 8))),
         "A signal: since the week of 7 Sep weeks lie around 145, before around 102"),
        (_signal("too_short", low=None, high=None), "Too few weeks to tell"),
        (_signal("unripe", value=None), "No data, so nothing to judge"),
    ],
)
def test_words_of_a_signal(found: Signal, said: str) -> None:
    assert words.variation(_line(signal=found), "USD") == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "50 % so far, 24 leads still undecided; will land between 53 % and 58 % (80 of 100 such ranges hold)"),
        ({"waiting": 1, "low": 0.501, "high": 0.504}, "50 % so far, 1 lead still undecided; will land at about 50 % (80 of 100 such ranges hold)"),
        ({"low": None, "high": None}, "50 % so far, 24 leads still undecided; too few earlier weeks to say where it will land"),
        ({"so_far": None}, "no data so far, 24 leads still undecided; will land between 53 % and 58 % (80 of 100 such ranges hold)"),
    ],
)
def test_words_of_a_week_that_is_not_ripe(fields: dict[str, object], said: str) -> None:
    found = replace(Ripening(WEEK, 0.504, 121, 24, 0.556, 0.528, 0.579, 52), **fields)
    assert words.of_ripening(found).replace(NBSP, " ") == said
    course = (Point(WEEK, None, 0, None, None, False, False, found),)
    told = words.judged(_line("acceptance_rate", judged=WEEK - A_WEEK, course=course, waiting=121))
    assert ("; it will land" in told) == (found.low is not None)


@pytest.mark.parametrize(
    ("low", "high", "is_kept", "said"),
    [
        (0.52, 0.68, False, "Promise not kept, within chance"), (0.52, 0.63, False, "Promise not kept"), (0.6, 0.7, True, "Promise kept, within chance"),
        (0.65, 0.7, True, "Promise kept"), (None, None, False, "Promise not kept"),
    ],
)  # fmt: skip
def test_a_promise_that_few_leads_cannot_judge_is_said_to_be_within_chance(low: float | None, high: float | None, is_kept: bool, said: str) -> None:
    assert words.promise(_line("acceptance_rate", value=0.6, target=0.64, low=low, high=high, is_kept=is_kept)) == said


def test_words_of_a_week_that_is_not_the_last() -> None:
    course = tuple(Point(week, 0.5, n, None, None, ripe, False) for week, n, ripe in ((WEEK - A_WEEK, 40, True), (WEEK, 18, False)))
    rate = _line("acceptance_rate", course=course, window_days=14)
    assert words.judged(rate) == ""
    earlier = replace(rate, judged=WEEK - A_WEEK, waiting=23)
    assert words.judged(earlier) == f"Week of 1 Jun: the newest whose leads all had their 14{NBSP}days; 23 of 41 of last week are still inside the window"
    assert words.judged(replace(earlier, waiting=1)).endswith("1 of 19 of last week is still inside the window")
    assert words.judged(replace(rate, waiting=23)) == "None of the last weeks can be judged yet; 23 of 41 of last week are still inside the window"
    assert words.judged(_line(course=())) == ""


@pytest.mark.parametrize(
    ("weeks_ago", "moved", "said"),
    [
        (1, (9, 0, 0), "Last week we said 142; it is 151 now: 9 leads came late"),
        (1, (0, 1, 2), "Last week we said 142; it is 151 now: 1 lead is gone and 2 leads count differently"),
        (3, (1, 2, 1), "Of the week of 18 May we said 142; it is 151 now: 1 lead came late, 2 leads are gone and 1 lead counts differently"),
        (3, (0, 0, 0), "Of the week of 18 May we said 142; it is 151 now"),
    ],
)
def test_words_of_a_restated_week(weeks_ago: int, moved: tuple[int, int, int], said: str) -> None:
    one = Restated("lead_volume", WEEK - weeks_ago * A_WEEK, 142, datetime(2026, 6, 1), 151, *moved)
    assert words.restated(_line(), one, "USD") == said


def test_words_of_actions_due() -> None:
    actions = tuple(Action(state=state) for state in ("done", "open", "done"))
    assert words.due(_line(due=actions)) == "2 of 3 actions due by then are done"
    assert words.due(_line(due=actions[:1])) == "1 of 1 action due by then is done"
    assert words.due(_line()) == ""


def test_facts_of_a_line_are_in_order_and_none_is_empty() -> None:
    late = Restated("lead_volume", WEEK - A_WEEK, 142, datetime(2026, 6, 1), 151, 9, 0, 0)
    assert words.score_facts(_line(said=(late,)), "USD") == [
        "142 leads, target 150", "Promise not kept", "Ordinary variation: weeks lie between 98 and 171", "Last week we said 142; it is 151 now: 9 leads came late",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Leads(Fate(None, 125, 65, 36, 24), 116, 4, (), (), 6),
         ["125 leads handed over, 9 more than in the week before", "So far 65 accepted, 36 rejected, 24 waiting", "4 of them sales took without an offer",
          "6 without a first response for longer than promised"]),
        (Leads(Fate(None, 1, 1, 0, 0), 3, 0, (), (), 0), ["1 lead handed over, 2 fewer than in the week before", "So far 1 accepted, 0 rejected, 0 waiting"]),
        (Leads(Fate(None, 2, 1, 1, 0), 2, 0, (), (), 0), ["2 leads handed over, as many as in the week before", "So far 1 accepted, 1 rejected, 0 waiting"]),
        (Leads(Fate(None, 0, 0, 0, 0), 3, 0, (), (), 0), ["No lead was handed over in this week; 3 in the week before"]),
    ],
)  # fmt: skip
def test_words_of_leads(found: Leads, said: list[str]) -> None:
    assert words.leads(found) == said


def test_words_of_wins() -> None:
    win = Win("O1", "Acme", None, None, 300.0, WEEK, "Ann", None, 62, 7, 12, (), ("Mia",), ("Ann", "Ben", "Cem"))
    assert words.wins(Wins((win,), 12_400.0, 0), "USD") == ["1 deal won, worth $12.4K"]
    assert words.wins(Wins((win, win), 300.0, 1), "USD") == ["2 deals won, worth $300", "1 of them without an amount, which adds nothing"]
    assert words.wins(Wins((), 0.0, 0), "USD") == ["No deal was won in this week"]
    ways = {
        (62, 7, 12): f"Won in 62{NBSP}days after 7 touches by marketing and 12 by sales",
        (1, 1, 1): f"Won in 1{NBSP}day after 1 touch by marketing and 1 by sales",
        (0, 0, 2): "Won on the day it was opened after 2 touches by sales, none by marketing on record",
        (None, 1, 0): "Won after 1 touch by marketing, none by sales on record",
        (5, 0, 0): f"Won in 5{NBSP}days, with no touch on record",
    }
    assert {key: words.way(replace(win, days=key[0], marketing_touches=key[1], sales_touches=key[2])) for key in ways} == ways
    assert words.thanks(win) == "Thanks to Mia of marketing, and Ann, Ben and Cem of sales"
    assert words.thanks(replace(win, thanks_marketing=())) == "Thanks to Ann, Ben and Cem of sales"
    assert words.thanks(replace(win, thanks_marketing=(), thanks_sales=())) == ""


def test_words_of_what_did_not_go_as_planned() -> None:
    sla = Shortfall(catalogue()["response_sla"], WEEK, 0.7, 0.8, 121, ())
    assert words.shortfall(sla, "USD") == f"70{NBSP}%, promised 80{NBSP}%, from 121 leads, in the week of 8 Jun"
    assert words.rejected(Rejected("Fair", 8, 3, (("Bad fit", 2), ("no reason given", 1)), ())) == "3 of 8 leads offered were rejected: Bad fit (2), no reason given (1)"
    assert words.rejected(Rejected(None, 1, 1, (("Bad fit", 1),), ())) == "1 of 1 lead offered was rejected: Bad fit (1)"
    assert words.late(LateTeam("East", 43, 13, 3, ())) == "16 of 43 leads: 13 answered later than promised, 3 not answered yet"
    assert words.late(LateTeam("East", 4, 0, 1, ())) == "1 of 4 leads: 1 not answered yet"
    assert words.late(LateTeam("East", 4, 0, 0, ())) == "All 4 leads answered as promised"
    assert words.late(LateTeam("East", 1, 0, 0, ())) == "1 lead, answered as promised"
    assert words.forgotten(Forgotten("A1", "Acme", ("no active owner", "undecided lead past the SLA"), None, 0.0, ()), "USD") == (
        "No active owner and undecided lead past the SLA; no owner; nothing open"
    )
    assert words.forgotten(Forgotten("A1", "Acme", ("open deal without a touch in 30 days",), "Ann", 12_400.0, ()), "USD") == (
        "Open deal without a touch in 30 days; owner Ann; $12.4K open"
    )


@pytest.mark.parametrize(
    ("metric", "then", "now", "weeks", "said"),
    [
        ("acceptance_rate", 0.58, 0.64, 3, f"Acceptance rate: 58{NBSP}% when it was decided, 64{NBSP}% now (+6.0{NBSP}points)"),
        ("lead_volume", 100, 90, 2, f"Lead volume: 100 when it was decided, 90 now (−10{NBSP}%)"),
        ("lead_volume", 0, 4, 2, "Lead volume: 0 when it was decided, 4 now"),
        ("acceptance_rate", 0.58, 0.58, 1, f"Acceptance rate: 58{NBSP}% when it was decided, and no later week to judge by yet"),
        ("undecided", None, 4, 0, "Undecided leads: 4 now, no data from when it was decided"),
        ("acceptance_rate", None, None, 0, "Acceptance rate: no data"),
        (None, None, None, 0, "No number was named"),
    ],
)
def test_words_of_an_actions_number(metric: str | None, then: float | None, now: float | None, weeks: int, said: str) -> None:
    course = tuple(Point(WEEK + number * A_WEEK, then, None, None, None, True, False) for number in range(weeks))
    assert words.course(Course(Action(), metric and catalogue()[metric], then, now, course, False), "USD") == said


def test_words_of_when_an_action_is_due() -> None:
    said: Callable[..., str] = lambda overdue=False, **fields: words.when(Course(Action(due_on=WEEK, **fields), None, None, None, (), overdue))  # noqa: E731
    assert said(state="open") == "due 8 Jun"
    assert said(True, state="open") == "due 8 Jun, overdue"
    assert said(state="done", done_on=WEEK) == "done 8 Jun"
    assert said(state="dropped") == "dropped"
