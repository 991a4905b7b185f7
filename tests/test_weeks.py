"""A number week by week: its line and limits, and what people say explains a week, as it comes to every page that draws the number."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import assert_sound, captions, drawn, heads, tiles

from app.metrics import Scorecard, catalogue, presets, signal, weekly
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
    return [one.proto.alt for one in app.get("vega_lite_chart")]


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
    assert ("Week by week" in heads(app, 4)) == (metric not in WITHOUT_WEEKS)
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
    paces = [alt for alt in charts(drawn("marketing")) if "so far" in alt]
    assert [f"Marks: week of {week.day} {week:%b}:" in alt and "A fair" in alt for alt in paces] == [True, False]


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
