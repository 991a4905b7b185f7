"""A number week by week: its line and limits, and what people say explains a week, as it comes to every page that draws the number."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from companies import build_company
from streamlit.testing.v1 import AppTest
from test_pages import ONE_LEAD, assert_sound, captions, drawn, heads, parts, tiles

from app.filters import Period
from app.meeting import words
from app.metrics import Scorecard, ask, catalogue, landings, presets, signal, weekly, won_by_cohort
from app.notes import Annotation, Author, Notes, open_notes
from app.views import notebook

ANN, BEN = Author("Ann", "marketing"), Author("Ben", "sales")
WITHOUT_WEEKS = {"undecided", "open_pipeline", "forgotten_accounts", "coverage"}
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) =cmd()\n\N{RIGHT-TO-LEFT OVERRIDE}\N{GRINNING FACE}"


@pytest.fixture
def site_notes(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notes]:
    """An empty database of notes that the site writes to as well."""
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    url = f"sqlite:///{tmp_path / 'notes.db'}"
    monkeypatch.setenv("ACCORD_NOTES_URL", url)
    notebook._url.cache_clear()
    notebook._failed.clear()
    yield open_notes(url)
    notebook._url.cache_clear()


def records(by: Author | None = ANN, **address: str | list[str]) -> AppTest:
    """The records page as somebody sees it who has said who he is."""
    app = drawn("records", **address)
    app.session_state["author"] = by
    return app.run()


def charts(app: AppTest) -> list[str]:
    """What the charts of a page say to those who cannot see them."""
    return [one["alt"] for one in parts(app, "chart")]


def judgement(app: AppTest) -> str:
    """The sentence under the line."""
    (said,) = (line.replace("\\", "") for line in captions(app) if line.startswith("Week of "))
    return said


def newest_whole(card: Scorecard, metric: str) -> date:
    """The first day of the newest week that is over and in which nothing waits."""
    return max(row["week"] for row in weekly(card, metric, card.as_of.date()) if row["ripe"] and not row["in_progress"])


@pytest.mark.parametrize("metric", catalogue())
def test_every_number_of_weeks_is_drawn_week_by_week(site_notes: Notes, metric: str) -> None:
    app = records(None, metric=metric)
    assert_sound(app)
    assert ("Week by week" in heads(app, 3)) == (metric not in WITHOUT_WEEKS)
    assert len(charts(app)) == (metric not in WITHOUT_WEEKS) or "Too few weeks for a line." in captions(app)


def test_the_sentence_judges_the_newest_week_that_is_over(site_notes: Notes, sample_card: Scorecard) -> None:
    week = newest_whole(sample_card, "lead_volume")
    found = signal(sample_card, "lead_volume", week)
    app = records(metric="lead_volume")
    said = judgement(app)
    assert f"{week.day} {week:%b %Y}: {found.value:.0f}." in said
    assert ("Ordinary variation" in said) == (found.kind == "ordinary")
    assert f"{week.day} {week:%b %Y}: {found.value:.0f}." in charts(app)[0]


def test_the_line_ends_with_the_period_and_keeps_the_filters(site_notes: Notes, sample_card: Scorecard) -> None:
    last = presets(sample_card)["Last quarter"].end - timedelta(days=1)
    rows = weekly(sample_card, "lead_volume", last, {"segment": ("SMB",)}, 26)
    judged = rows[-1]["week"]
    app = records(metric="lead_volume", period="Last quarter", segment="SMB")
    assert judgement(app).startswith(f"Week of {judged.day} {judged:%b %Y}: {rows[-1]['value']}.")


def test_a_mark_is_kept_shown_and_removed_by_its_author_alone(site_notes: Notes, sample_card: Scorecard) -> None:
    week = newest_whole(sample_card, "lead_volume")
    app = records(ANN, metric="lead_volume")
    assert app.selectbox(key="mark lead_volume 0 week").value == week
    app.text_area(key="mark lead_volume 0 text").set_value(HOSTILE)
    next(button for button in app.button if button.label == "Keep").click().run()
    assert_sound(app)
    (kept,) = site_notes.find(Annotation)
    assert (kept.metric, kept.week, kept.text, kept.created_by, kept.created_side) == ("lead_volume", week, HOSTILE, "Ann", "marketing")
    assert [text.value for text in app.text] == [HOSTILE]  # as text, which nothing reads as markup
    assert app.text_area(key="mark lead_volume 1 text").value == ""
    assert "<script>" in charts(app)[0]

    other = records(BEN, metric="lead_volume")
    assert [text.value for text in other.text] == [HOSTILE]
    assert f"remove {kept.id}" not in {button.key for button in other.button}
    app.button(key=f"remove {kept.id}").click().run()
    assert_sound(app)
    assert site_notes.find(Annotation) == [] and len(site_notes.find(Annotation, with_removed=True)) == 1
    assert not app.text


def test_who_has_not_said_who_he_is_keeps_nothing_and_loses_no_words(site_notes: Notes) -> None:
    app = records(None, metric="lead_volume")
    app.text_area(key="mark lead_volume 0 text").set_value("A fair")
    next(button for button in app.button if button.label == "Keep").click().run()
    assert site_notes.find(Annotation) == []
    assert app.text_area(key="mark lead_volume 0 text").value == "A fair"


def test_a_mark_shows_on_the_tiles_and_on_the_pace(site_notes: Notes, sample_card: Scorecard) -> None:
    week = newest_whole(sample_card, "lead_volume")
    site_notes.add(Annotation(metric="lead_volume", week=week, text="A fair"), ANN)
    for page in ("scorecard", "marketing"):
        (tile,) = (tile for tile in tiles(drawn(page)) if tile["title"] == "Lead volume")
        assert [point["label"] for point in tile["line"] if point["note"]] == [f"{week.day} {week:%b}"]
        assert "A fair" in tile["marks"] and "A fair" in tile["alt"]
    paces = [alt for alt in charts(drawn("marketing")) if "dashed: the target" in alt or "No target is set" in alt]
    assert [f"Marks: week of {week.day} {week:%b}:" in alt and "A fair" in alt for alt in paces] == [True, False]


def test_the_pace_of_a_long_period_has_a_point_for_each_week_and_for_what_is_noted(site_notes: Notes, sample_card: Scorecard) -> None:
    week, period = newest_whole(sample_card, "lead_volume"), presets(sample_card)["All time"]
    site_notes.add(Annotation(metric="lead_volume", week=week, text="A fair"), ANN)
    (chart,) = (one for one in parts(drawn("marketing", period="All time"), "chart") if "Marks: week of" in one["alt"])
    points = {datetime.fromtimestamp(row["at"] / 1000, UTC).date(): row for row in chart["rows"]}
    today = sample_card.as_of.date()
    assert week in points and {period.start, today, period.end - timedelta(days=1)} <= {*points}
    assert len(points) < period.days / 6
    known = [day for day, row in points.items() if "value" in row]
    assert max(known) == today
    for day in (*known[::20], known[-1]):
        assert points[day]["value"] == ask(sample_card, "lead_volume", Period(period.start, day + timedelta(days=1))).row["value"]
    for day in range(7):
        assert (today - timedelta(days=day) in points) == (day == 0 or today - timedelta(days=day) == week)


def test_where_notes_cannot_be_reached_the_numbers_stand(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    monkeypatch.setenv("ACCORD_NOTES_URL", f"sqlite:///{tmp_path / 'file' / 'notes.db'}")
    notebook._url.cache_clear()
    notebook._failed.clear()
    app = drawn("records", metric="lead_volume")
    notebook._url.cache_clear()
    notebook._failed.clear()
    assert_sound(app)
    assert len(charts(app)) == 1
    assert "Explain a week" not in json.dumps([button.label for button in app.button])
    assert any(":material/cloud_off:" in line for line in captions(app))


# --- what is not ripe --------------------------------------------------------------------------


def test_a_week_that_is_not_ripe_says_where_it_will_land(site_notes: Notes, sample_card: Scorecard) -> None:
    lands = landings(sample_card, "acceptance_rate")
    app = records(metric="acceptance_rate")
    assert_sound(app)
    assert "boxes: where a week will land, right 80 times in 100" in " ".join(captions(app))
    assert judgement(app).startswith("Week of 26 Oct 2026:"), "the newest ripe week is judged, whatever stands after it"
    rows = {row["key"]: row for row in rows_of(app)}
    for week, found in lands.items():
        row = rows[week.isoformat()]
        assert (row["open"], row["whole"], row["lands"], row["lands_low"], row["lands_high"]) == (found.so_far, None, found.expected, found.low, found.high)
        assert row["tip"] == f"Week of {week.day} {week:%b %Y}: {words.of_ripening(found)}, target 64\N{NO-BREAK SPACE}%"
    assert all(row["lands"] is None for key, row in rows.items() if date.fromisoformat(key) not in lands)


def test_a_tile_says_where_the_last_week_will_land_and_takes_no_unripe_week_as_its_value(site_notes: Notes, sample_card: Scorecard) -> None:
    (tile,) = (tile for tile in tiles(drawn("scorecard")) if tile["title"] == "Acceptance rate")
    now = ask(sample_card, "acceptance_rate", presets(sample_card)["This quarter"]).row
    last = max(landings(sample_card, "acceptance_rate").items())[1]
    assert tile["value"] == f"{now['value'] * 100:.0f}\N{NO-BREAK SPACE}%"
    said = ["".join(part["text"] for part in line) for line in tile["lines"]]
    assert f"+{now['waiting']} still inside the 14-day window; the week of {last.week.day} {last.week:%b} {words.lands(last)}" in said
    assert [point["label"] for point in tile["line"] if point["lands"]] == ["2 Nov", "9 Nov"]
    assert [point["state"] for point in tile["line"] if point["lands"]] == ["open", "open"]
    assert (", within chance" in said[0]) == (now["low"] <= 0.64 <= now["high"]), said[0]


def test_an_unripe_rate_has_no_headline_and_no_verdict(site_notes: Notes) -> None:
    (tile,) = (tile for tile in tiles(drawn("sales")) if tile["title"] == "Qualification rate")
    assert (tile["value"], tile["mark"]) == ("", None)
    assert tile["gap"].startswith("No data yet:") and tile["gap"].endswith("still inside the 180-day window.")


def test_cohorts_show_ripe_weeks_as_the_site_counts_them_and_grey_ones_with_their_range(site_notes: Notes, sample_card: Scorecard) -> None:
    app = drawn("sales")
    assert_sound(app)
    assert "How each week's leads ripen" in heads(app, 3)
    lanes = {alt.split(",")[0]: place for place, alt in enumerate(charts(app)) if "by week of handover" in alt}
    assert list(lanes) == ["Accepted", "With a deal", "Won"]
    week = date(2026, 3, 2)
    for lane, metric in (("Accepted", "acceptance_rate"), ("With a deal", "qualification_rate")):
        rows = {row["key"]: row for row in rows_of(app, lanes[lane])}
        assert rows[week.isoformat()]["whole"] == ask(sample_card, metric, Period(week, week + timedelta(days=7))).row["value"]
        assert rows["2026-11-09"]["whole"] is None and rows["2026-11-09"]["lands_low"] < rows["2026-11-09"]["lands_high"]
    won = {row["key"]: row for row in rows_of(app, lanes["Won"])}
    (cohort,) = won_by_cohort(sample_card, Period(week, week + timedelta(days=7)))
    assert won[week.isoformat()]["whole"] == cohort["value"]
    assert won["2026-11-09"]["whole"] is None
    assert len(won) == 51, "a year of weeks that are over"


@pytest.mark.parametrize("address", [{"period": "Last quarter"}, {"segment": "SMB", "channel": "Events"}, {"period": "This week"}])
def test_cohorts_heed_filters_and_periods(site_notes: Notes, address: dict[str, str]) -> None:
    assert_sound(drawn("sales", **address))


def test_a_company_without_deals_is_told_why_it_has_no_cohorts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = build_company(tmp_path, ONE_LEAD)
    monkeypatch.setenv("ACCORD_SCORECARD", str(company.settings.scorecard))
    app = drawn("sales")
    assert_sound(app)
    assert any("The extracts hold no opportunity" in line for line in captions(app))


def rows_of(app: AppTest, place: int = 0) -> list[dict]:
    """The rows of a chart of a page; what a row does not have is None."""
    rows = parts(app, "chart")[place]["rows"]
    names = {name for row in rows for name in row}
    return [{name: row.get(name) for name in names} for row in rows]
