"""Published values: what a build said is kept by the next ones, and the meeting is told what has changed since, with the records that moved."""

import shutil
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from companies import Company, build_company, build_folder

from app.errors import QuestionError
from app.metrics import Restated, moved, restated

WEEK = date(2026, 3, 2)  # the week that is published and restated
SAID_AT = datetime(2026, 3, 31, 5)  # a Tuesday: what was handed over in WEEK can be judged since 22 March
SAID, NOW = "2026-03-31T05:00:00Z", "2026-04-07T05:00:00Z"

Row = dict[str, object]


def _leads(**decided: str | None) -> list[Row]:
    """Leads handed over on 3 March; accepted on the day given, or never."""
    rows: list[Row] = []
    for lead, day in decided.items():
        rows.append({"lead_id": lead, "stage": "handed_off", "occurred_at": "2026-03-03T09:00:00Z"})
        rows += [{"lead_id": lead, "stage": "accepted", "occurred_at": f"{day}T09:00:00Z"}] if day else []
    return rows


FIVE = {"A": "2026-03-04", "B": "2026-03-05", "C": None, "D": None, "E": "2026-03-30"}  # two of five accepted in time
DEALS = [
    {"opportunity_id": "O1", "name": "One", "created_at": "2026-02-01", "closed_at": "2026-03-04", "is_won": "true", "amount": 300},
    {"opportunity_id": "O2", "name": "Two", "created_at": "2026-02-01", "closed_at": "2026-03-05", "is_won": "true", "amount": 100},
]
TOUCH = [{"touch_id": "t1", "person_id": "P", "occurred_at": "2026-02-02T09:00:00Z", "side": "marketing"}]
PART = [{"opportunity_id": "O1", "person_id": "P"}]  # O1 is influenced: 300 of 400


def _build(folder: Path, as_of: str = NOW, leads: list[Row] | None = None, deals: list[Row] | None = None, **settings: object) -> Company:
    events = _leads(**FIVE) if leads is None else leads
    tables = {"lead_event": events, "opportunity": DEALS if deals is None else deals, "touch": TOUCH, "opportunity_person": PART, "person": [{"person_id": "P"}]}
    return build_company(folder, tables, as_of=as_of, **settings)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a company whose build of 31 March published five leads, 40 % accepted, 75 % of revenue influenced."""
    company = _build(tmp_path_factory.mktemp("said"), SAID)
    assert [company.value(name, "2026-03-02", "2026-03-09") for name in ("lead_volume", "acceptance_rate", "revenue_influence")] == [5, 0.4, 0.75]
    assert restated(company.card) == () and company.built.notes == []
    return company.folder


@pytest.fixture
def said(first: Path, tmp_path: Path) -> Path:
    """That company's folder, for one test alone."""
    return shutil.copytree(first, tmp_path, dirs_exist_ok=True)


def _moved(company: Company, metric: str, *columns: str, week: date = WEEK) -> list[tuple[object, ...]]:
    rows = moved(company.card, metric, week).to_pylist()
    return [tuple(row[name] for name in ("record_id", "moved", *columns)) for row in rows]


def _of(company: Company) -> Mapping[str, Restated]:
    found = restated(company.card)
    assert {line.week for line in found} <= {WEEK}
    return {line.metric: line for line in found}


# --- what moves a number -----------------------------------------------------------------------


def test_nothing_is_restated_by_the_same_extract_a_week_later(said: Path) -> None:
    later = _build(said)
    assert restated(later.card) == () and restated(later.card, WEEK) == ()
    assert moved(later.card, "lead_volume", WEEK).num_rows == 0


def test_late_rows(said: Path) -> None:
    late = _build(said, leads=_leads(**FIVE, F="2026-03-04", G=None))
    found = restated(late.card)
    assert found == (
        Restated("lead_volume", WEEK, said=5, said_as_of=SAID_AT, now=7, came=2, left=0, altered=0),
        Restated("acceptance_rate", WEEK, said=0.4, said_as_of=SAID_AT, now=3 / 7, came=2, left=0, altered=0),
    ), "and revenue influence is as it was"
    assert [line.now for line in found] == [late.value(line.metric, "2026-03-02", "2026-03-09") for line in found], "now is what the site says"
    assert restated(late.card, WEEK) == found and restated(late.card, date(2026, 3, 9)) == ()
    handed = datetime(2026, 3, 3, 9)
    assert _moved(late, "lead_volume", "said", "now", "outcome", "handed_at") == [
        ("F", "came late", None, "handed over", "accepted", handed),
        ("G", "came late", None, "handed over", "undecided", handed),
    ]
    assert _moved(late, "acceptance_rate", "said", "now") == [("F", "came late", None, "accepted in time"), ("G", "came late", None, "not accepted in time")]


def test_a_deleted_row(said: Path) -> None:
    without = {lead: day for lead, day in FIVE.items() if lead != "A"}
    gone = _build(said, leads=_leads(**without))
    found = _of(gone)
    assert (found["lead_volume"].said, found["lead_volume"].now, found["lead_volume"].left) == (5, 4, 1)
    assert (found["acceptance_rate"].said, found["acceptance_rate"].now, found["acceptance_rate"].left) == (0.4, 0.25, 1)
    assert _moved(gone, "acceptance_rate", "said", "now", "name", "handed_at") == [("A", "is gone", "accepted in time", None, None, None)]


def test_a_corrected_decision(said: Path) -> None:
    corrected = _build(said, leads=_leads(**FIVE | {"C": "2026-03-06"}))
    found = _of(corrected)
    assert list(found) == ["acceptance_rate"], "there are as many leads as there were"
    assert found["acceptance_rate"] == Restated("acceptance_rate", WEEK, 0.4, SAID_AT, 0.6, came=0, left=0, altered=1)
    assert _moved(corrected, "acceptance_rate", "said", "now", "outcome") == [
        ("C", "counts differently", "not accepted in time", "accepted in time", "accepted"),
    ]


def test_a_swap_that_leaves_the_number_is_told_too(said: Path) -> None:
    other = {lead: day for lead, day in FIVE.items() if lead != "C"}
    swapped = _of(_build(said, leads=_leads(**other, Z=None)))
    assert (swapped["lead_volume"].said, swapped["lead_volume"].now, swapped["lead_volume"].came, swapped["lead_volume"].left) == (5, 5, 1, 1)


def test_a_lead_whose_day_is_corrected_is_shown_as_it_is_now(said: Path) -> None:
    rows = _leads(**FIVE)
    moved_on = [row | {"occurred_at": "2026-03-10T09:00:00Z"} if row["lead_id"] == "D" else row for row in rows]
    company = _build(said, leads=moved_on)
    first = [line for line in restated(company.card) if line.metric == "lead_volume"]
    assert [(line.week, line.said, line.now, line.came, line.left) for line in first] == [(date(2026, 3, 9), 0, 1, 1, 0), (WEEK, 5, 4, 0, 1)], "newest first"
    assert _moved(company, "lead_volume", "handed_at") == [("D", "is gone", datetime(2026, 3, 10, 9))]


def test_a_history_that_is_filled_in_moves_no_other_week(said: Path) -> None:
    """Lead A turns out to have been handed over in January, so that of March is its second."""
    then = {"handed_off": "2026-01-06T09:00:00Z", "rejected": "2026-01-07T09:00:00Z"}
    earlier = [{"lead_id": "A", "stage": stage, "occurred_at": moment} for stage, moment in then.items()]
    found = restated(_build(said, leads=[*earlier, *_leads(**FIVE)]).card)
    assert {line.week for line in found} == {date(2026, 1, 5)}
    assert [(line.metric, line.said, line.now, line.came) for line in found] == [("lead_volume", 0, 1, 1), ("acceptance_rate", None, 0, 1)]


def test_an_amount_and_a_close_date_that_are_corrected(said: Path) -> None:
    dearer = _build(said, deals=[DEALS[0], DEALS[1] | {"amount": 200}])
    assert _of(dearer) == {"revenue_influence": Restated("revenue_influence", WEEK, 0.75, SAID_AT, 0.6, came=0, left=0, altered=1)}
    assert _moved(dearer, "revenue_influence", "said", "now", "said_amount", "amount", "name") == [
        ("O2", "counts differently", "not influenced", "not influenced", 100, 200, "Two"),
    ]
    lost = _build(said, "2026-04-14T05:00:00Z", deals=[DEALS[0], DEALS[1] | {"amount": 200, "closed_at": "2026-03-12"}])
    assert [(line.week, line.said, line.now, line.came, line.left) for line in restated(lost.card)] == [(date(2026, 3, 9), None, 0, 1, 0), (WEEK, 0.6, 1, 0, 1)]
    assert _moved(lost, "revenue_influence", "closed_on") == [("O2", "is gone", date(2026, 3, 12))]


def test_a_week_that_ripened_is_not_restated(tmp_path: Path) -> None:
    young = _build(tmp_path, "2026-03-17T05:00:00Z")
    assert young.ask("acceptance_rate", "2026-03-02", "2026-03-09").row["waiting"] == 5, "four hours are left to accept them"
    ripe = _build(tmp_path, "2026-03-24T05:00:00Z")
    assert ripe.value("acceptance_rate", "2026-03-02", "2026-03-09") == 0.4
    assert restated(ripe.card) == ()


# --- which builds are compared -----------------------------------------------------------------


def test_what_is_said_again_is_no_longer_restated(said: Path) -> None:
    late = _leads(**FIVE, F=None)
    assert len(restated(_build(said, leads=late).card)) == 2
    assert restated(_build(said, "2026-04-14T05:00:00Z", leads=late).card) == ()


def test_builds_of_one_week_are_compared_with_that_of_a_week_ago(said: Path) -> None:
    """Rows come late on every day: each build is held against the one that the last meeting saw, not against yesterday's."""
    leads = dict(FIVE)
    for day, name in (("06", "F"), ("07", "G"), ("08", "H")):
        leads[name] = None
        company = _build(said, f"2026-04-{day}T05:00:00Z", leads=_leads(**leads))
        found = _of(company)["lead_volume"]
        assert (found.said, found.said_as_of, found.now, found.came) == (5, SAID_AT, len(leads), len(leads) - 5)
    next_tuesday = _of(_build(said, "2026-04-14T05:00:00Z", leads=_leads(**leads, I=None)))["lead_volume"]
    assert (next_tuesday.said, next_tuesday.now, next_tuesday.came) == (7, 9, 2), "last Tuesday said 7"
    assert next_tuesday.said_as_of == datetime(2026, 4, 7, 5)


def test_a_later_build_of_a_day_takes_the_earlier_ones_place(said: Path) -> None:
    for leads in (_leads(**FIVE, F=None), _leads(**FIVE, F=None, G=None)):
        company = _build(said, leads=leads)
    entries = company.card.query("select as_of_day, count(distinct generation) as builds from published group by all order by all", {}).to_pylist()
    assert [(row["as_of_day"], row["builds"]) for row in entries] == [(date(2026, 3, 31), 1), (date(2026, 4, 7), 1)]
    assert _of(company)["lead_volume"].said == 5
    assert _of(_build(said, "2026-04-14T05:00:00Z"))["lead_volume"].said == 7


def test_only_records_that_can_be_asked_for_are_kept(said: Path) -> None:
    for day in ("07", "14", "21", "28"):
        company = _build(said, f"2026-04-{day}T05:00:00Z")
    kept = company.card.query("select distinct as_of_day from published semi join published_record using (generation) order by all", {})["as_of_day"].to_pylist()
    assert kept == [date(2026, 4, 21), date(2026, 4, 28)]
    days = company.card.query("select count(distinct as_of_day) as days, min(week) as first from published", {}).to_pylist()
    assert days == [{"days": 5, "first": date(2025, 9, 29)}], "all values stay, from 26 weeks before their week on"


def test_an_extract_that_is_older_is_compared_with_none_that_is_newer(said: Path) -> None:
    _build(said, leads=_leads(**FIVE, F=None))
    older = _build(said, "2026-03-24T05:00:00Z")
    assert restated(older.card) == ()
    assert _of(_build(said, "2026-04-14T05:00:00Z"))["lead_volume"].said == 6, "what the newest said was not lost"


@pytest.mark.parametrize("changed", [{"week_starts_on": "sunday"}, {"timezone": "Asia/Tokyo"}, {"currency": "EUR"}])
def test_weeks_and_amounts_of_other_settings_are_not_compared(said: Path, changed: dict[str, str]) -> None:
    other = _build(said, leads=_leads(**FIVE, F=None), **changed)
    assert restated(other.card) == () and other.built.notes == []
    again = _build(said, "2026-04-14T05:00:00Z", **changed)
    assert [(line.metric, line.said, line.now) for line in restated(again.card)][0] == ("lead_volume", 6, 5), "the next is compared with its like"


def test_a_window_that_changes_restates_what_it_changes(said: Path) -> None:
    longer = _build(said, acceptance_window_days=28)
    assert _of(longer)["acceptance_rate"] == Restated("acceptance_rate", WEEK, 0.4, SAID_AT, 0.6, 0, 0, 1)


# --- builds that cannot be read ----------------------------------------------------------------


def test_the_first_build_has_nothing_to_compare(tmp_path: Path) -> None:
    first = build_company(tmp_path, {"lead_event": _leads(**FIVE)}, as_of=NOW)
    assert first.built.notes == [] and restated(first.card) == ()
    assert moved(first.card, "lead_volume", WEEK).num_rows == 0
    metrics = first.card.query("select distinct metric from published order by all", {})["metric"].to_pylist()
    assert metrics == ["acceptance_rate", "lead_volume"], "nothing is said of what no source supplies"


@pytest.mark.parametrize("harm", ["cut short", "emptied", "not a database", "gone", "of an older program"])
def test_an_earlier_build_that_cannot_be_read_is_told_and_stops_nothing(said: Path, harm: str) -> None:
    generation = (said / "build" / "CURRENT").read_text()
    path = said / "build" / generation / "scorecard.duckdb"
    if harm == "gone":
        shutil.rmtree(path.parent)
    elif harm == "of an older program":
        with duckdb.connect(str(said / "older.duckdb")) as con:
            con.execute("create table published (metric varchar)")
        (said / "older.duckdb").replace(path)
    else:
        path.write_bytes({"cut short": path.read_bytes()[:5000], "emptied": b"", "not a database": b"x" * 20_000}[harm])
    company = _build(said, leads=_leads(**FIVE, F=None))
    assert company.built.notes == [f"What earlier builds published cannot be read from {generation}, so nothing is compared with it."]
    assert restated(company.card) == () and company.value("lead_volume") == 6
    assert _of(_build(said, "2026-04-14T05:00:00Z"))["lead_volume"].said == 6, "from then on there is something to compare with again"


def test_a_scorecard_of_an_older_program_has_nothing_restated(said: Path) -> None:
    card = _build(said, leads=_leads(**FIVE, F=None)).card
    card.facts.pop("compared_with")
    assert restated(card) == ()


def test_records_are_kept_of_the_joint_metrics_alone(said: Path) -> None:
    with pytest.raises(QuestionError, match="Builds do not keep what they publish of revenue"):
        moved(build_folder(said, as_of=NOW).card, "revenue", WEEK)
