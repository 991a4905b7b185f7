"""The personas page over the sample company and a real database of notes: numbers that add up, words that people keep, and what they hear."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import companies
import pytest
from streamlit.testing.v1 import AppTest
from test_pages import assert_sound, captions, drawn, heads, tiles

from app.charts import format as write
from app.metrics import Scorecard, ask, choices, presets
from app.notes import Author, FieldNote, Notes, Persona, open_notes
from app.views import notebook

ANN, BEN = Author("Ann", "marketing"), Author("Ben", "sales")
USUAL = "This quarter"
HOSTILE = '<script>alert(1)</script> [x](javascript:alert(1)) **b** =cmd()\n- second line \N{RIGHT-TO-LEFT OVERRIDE}\N{GRINNING FACE}'
ADDS_UP = ("lead_volume", "revenue", "deals_won", "pipeline_created", "open_pipeline", "sourced_revenue")


@pytest.fixture
def notes(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notes]:
    """An empty database of notes that the site writes to as well."""
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    url = f"sqlite:///{tmp_path / 'notes.db'}"
    yield from _with_notes(url, monkeypatch)


def _with_notes(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notes]:
    monkeypatch.setenv("ACCORD_NOTES_URL", url)
    notebook._url.cache_clear()
    notebook._failed.clear()
    yield open_notes(url)
    notebook._url.cache_clear()


def opened(by: Author | None = ANN, **address: str) -> AppTest:
    """The page as somebody sees it who has said who he is."""
    app = drawn("personas", **address)
    app.session_state["author"] = by
    return app.run()


def press(app: AppTest, key: str) -> AppTest:
    """Clicks the button of this key."""
    return app.button(key=key).click().run()


def numbers(app: AppTest) -> list[dict[str, dict]]:
    """The four tiles of each card by their titles, in the order of the page."""
    rows = [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.component_name == "accord_tiles"]
    return [{tile["title"]: tile for tile in row["tiles"]} for row in rows]


def texts(app: AppTest) -> list[str]:
    """What people wrote, as it goes to the browser: text that nothing reads as markup."""
    return [one.value for one in app.text]


@pytest.mark.parametrize("metric", ADDS_UP)
def test_the_parts_by_persona_add_up_to_the_whole(sample_card: Scorecard, metric: str) -> None:
    period = presets(sample_card)["Last quarter"]
    rows = ask(sample_card, metric, period, ("persona",)).rows
    assert len(rows) > 3
    assert sum(Decimal(str(row["value"])) for row in rows) == Decimal(str(ask(sample_card, metric, period).row["value"]))


def test_won_and_closed_by_persona_add_up_to_the_whole(sample_card: Scorecard) -> None:
    period = presets(sample_card)["Last quarter"]
    rows, whole = ask(sample_card, "win_rate", period, ("persona",)).rows, ask(sample_card, "win_rate", period).row
    assert sum(row["n"] for row in rows) == whole["n"] > 100
    assert round(sum(row["n"] * row["value"] for row in rows)) == round(whole["n"] * whole["value"])


def test_each_persona_has_a_card_and_the_rest_a_last_line(notes: Notes, sample_card: Scorecard) -> None:
    app = opened(None)
    assert_sound(app)
    rows = {row["persona"]: row["value"] for row in ask(sample_card, "lead_volume", presets(sample_card)[USUAL], ("persona",)).rows}
    known = sorted((name for name in rows if name), key=lambda name: -rows[name])
    assert [plain(head) for head in heads(app, 3)[2:]] == [*known, "No persona"]
    assert captions(app).count("Nobody has described this persona yet.") == len(known)
    cards = numbers(app)
    assert len(cards) == len(known) + 1
    said = [card["Share of leads"]["lines"][0][0]["text"] for card in cards]
    total = sum(rows.values())
    assert said == [f"{write.count(rows[name])} of {write.count(total)} leads" for name in (*known, None)]
    assert all(set(card) == {"Share of leads", "Acceptance rate", "Win rate", "Revenue"} for card in cards)
    assert cards[-1]["Revenue"]["records"].endswith("records?metric=revenue&persona=")


def test_a_number_of_a_card_leads_to_its_records(notes: Notes, sample_card: Scorecard) -> None:
    persona = ask(sample_card, "win_rate", presets(sample_card)[USUAL], ("persona",)).rows[0]
    (card,) = (card for card in numbers(opened()) if card["Win rate"]["records"] == f"records?metric=win_rate&persona={persona['persona'].replace(' ', '+')}")
    assert card["Win rate"]["value"] == write.rate(persona["value"])
    assert f"of {persona['n']} deals" in card["Win rate"]["lines"][0][0]["text"]


def test_a_filter_that_a_number_does_not_know_is_said_in_its_place(notes: Notes, sample_card: Scorecard) -> None:
    app = opened(team=choices(sample_card, "marketing_team")[0])
    assert_sound(app)
    gaps = {tile["gap"] for tile in tiles(app)}
    assert "“Win rate” cannot be split by marketing team." in gaps
    assert "" in gaps, "the numbers that know it stand"


def test_words_are_kept_in_whatever_case_the_name_is_written(notes: Notes) -> None:
    notes.add(Persona(name="END user", text="Uses it daily."), BEN)
    notes.add(FieldNote(text="Wants fewer clicks.", heard_on=date(2026, 11, 2), persona="end USER", segment="SMB"), BEN)
    notes.add(FieldNote(text="Came to the webinar.", heard_on=date(2026, 11, 9), persona="End user"), ANN)
    app = opened()
    assert_sound(app)
    assert sum(plain(head).casefold() == "end user" for head in heads(app, 3)) == 1
    assert texts(app) == ["Uses it daily.", "Came to the webinar.", "Wants fewer clicks."], "the newest first"
    lines = [plain(one.value) for one in app.markdown if "badge" in one.value]
    assert "Marketing" in lines[0] and "Ann · 9 Nov 2026" in lines[0]
    assert "Sales" in lines[1] and "Ben · 2 Nov 2026 · SMB" in lines[1]


def test_both_sides_describe_and_an_earlier_text_can_be_taken_back(notes: Notes) -> None:
    app = press(opened(ANN), "edit end user")
    app.text_area(key="persona end user 0").input("Uses it daily.")
    press(app, "persona end user 0 keep")
    assert_sound(app)
    assert texts(app) == ["Uses it daily."]
    app = press(opened(BEN), "edit end user")
    app.text_area(key="persona end user 0").input("Uses it, and is seldom asked.")
    press(app, "persona end user 0 keep")
    assert texts(app) == ["Uses it, and is seldom asked.", "Uses it daily."], "the text, and the earlier one"
    (back,) = (button for button in app.button if button.label == "Take this one back")
    back.click().run()
    assert texts(app)[0] == "Uses it daily."
    (kept,) = notes.find(Persona)
    assert (kept.version, kept.text, kept.created_by, kept.changed_by) == (3, "Uses it daily.", "Ann", "Ben")


def test_of_two_who_write_at_once_nobody_loses_a_word(notes: Notes) -> None:
    kept = notes.add(Persona(name="End user", text="First."), ANN)
    app = press(opened(BEN), "edit end user")
    area = app.text_area(key="persona end user 0")
    assert area.value == "First."
    area.input("Ben's words.")
    notes.change(kept, ANN, text="Ann's words.")
    press(app, "persona end user 0 keep")
    assert_sound(app)
    assert [one.text for one in notes.find(Persona)] == ["Ann's words."]
    assert app.text_area(key="persona end user 0").value == "Ben's words."
    assert any("Ann changed this meanwhile" in plain(line) for line in captions(app))
    assert "Ann's words." in texts(app)
    press(app, "persona end user 0 keep")
    assert [one.text for one in notes.find(Persona)] == ["Ben's words."]
    assert [change.entry["text"] for change in notes.history(kept)] == ["First.", "Ann's words.", "Ben's words."]


def test_who_has_not_said_who_he_is_keeps_what_he_typed(notes: Notes) -> None:
    app = press(opened(None), "edit end user")
    app.text_area(key="persona end user 0").input("Uses it daily.")
    press(app, "persona end user 0 keep")
    assert_sound(app)
    assert notes.find(Persona) == []
    assert app.text_area(key="persona end user 0").value == "Uses it daily."
    assert any("Say who you are first" in toast.value for toast in app.toast)


def test_a_note_of_the_field_is_kept_with_who_and_when(notes: Notes) -> None:
    app = opened(BEN)
    app.text_area(key="note end user 0 text").input(HOSTILE)
    app.date_input(key="note end user 0 day").set_value(date(2026, 11, 3))
    app.selectbox(key="note end user 0 segment").select("SMB")
    _submit(app, "note end user 0")
    assert_sound(app)
    (note,) = notes.find(FieldNote)
    assert (note.text, note.persona, note.segment, note.heard_on, note.created_by, note.created_side) == (
        HOSTILE, "End user", "SMB", date(2026, 11, 3), "Ben", "sales",
    )  # fmt: skip
    assert texts(app) == [HOSTILE]
    assert app.text_area(key="note end user 1 text").value == "", "the form is empty again"


def test_a_persona_can_be_added_removed_and_brought_back(notes: Notes) -> None:
    app = _add(opened(), 0, "Security lead", "Asks about audits.")
    assert "Security lead" in [plain(head) for head in heads(app, 3)]
    assert "No lead and no deal of the data has this persona." in captions(app)
    app = _add(app, 1, "security LEAD", "Again")
    assert any("“Security lead” is there already" in plain(line) for line in captions(app))
    press(app, "edit security lead")
    press(app, "persona security lead 0 remove")
    assert "Security lead" not in [plain(head) for head in heads(app, 3)]
    app = _add(opened(BEN), 0, "Security lead", "Back with new words.")
    assert texts(app)[0] == "Back with new words."
    (kept,) = notes.find(Persona)
    assert (kept.version, kept.created_by, kept.changed_by) == (3, "Ann", "Ben")


def test_hostile_names_and_long_texts_do_no_harm(notes: Notes) -> None:
    name = "<b>www.evil.example</b> [x](javascript:x) :smile: http://evil.example"
    notes.add(Persona(name=name, text="x" * 10_000), Author("**Eve** \N{RIGHT-TO-LEFT OVERRIDE}", "sales"))
    app = opened()
    assert_sound(app)
    assert texts(app) == ["x" * 10_000]
    (head,) = (head for head in heads(app, 3) if "evil" in head)
    assert plain(head) == name
    assert "www." not in head and "://" not in head, "nothing in it is taken for a link"
    assert r"\<b\>" in head and r"\[x\]\(javascript\:x\)" in head and r"\:smile\:" in head
    (line,) = (line for line in captions(app) if "Eve" in line)
    assert line.startswith("\N{FIRST STRONG ISOLATE}\\*\\*Eve") and "\N{RIGHT-TO-LEFT OVERRIDE}\N{POP DIRECTIONAL ISOLATE}, " in line


def test_where_notes_cannot_be_reached_the_numbers_stand(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    monkeypatch.setenv("ACCORD_NOTES_URL", f"sqlite:///{tmp_path}")  # a folder is no database
    notebook._url.cache_clear()
    notebook._failed.clear()
    app = drawn("personas")
    notebook._url.cache_clear()
    notebook._failed.clear()
    assert_sound(app)
    assert sum("cannot be opened" in line for line in captions(app)) == 1
    assert len(numbers(app)) > 3
    assert not [button for button in app.button if button.label in ("Describe", "Keep")]


def test_a_company_without_personas_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = {"lead": [{"lead_id": "1", "person_id": "1"}], "lead_event": [{"lead_id": "1", "person_id": "1", "stage": "handed_off", "occurred_at": "2026-03-02 10:00:00"}]}
    company = companies.build_company(tmp_path, lead)
    monkeypatch.setenv("ACCORD_SCORECARD", str(company.settings.scorecard))
    for _ in _with_notes(f"sqlite:///{tmp_path / 'notes.db'}", monkeypatch):
        app = opened(period="All time")
        assert not app.exception and not app.error
        assert heads(app, 3)[-1] == "No persona"
        (rest,) = numbers(app)
        assert rest["Share of leads"]["value"] == write.rate(1)


def _add(app: AppTest, turn: int, name: str, text: str) -> AppTest:
    app.text_input(key=f"add persona {turn} name").input(name)
    app.text_area(key=f"add persona {turn} text").input(text)
    return _submit(app, f"add persona {turn}")


def _submit(app: AppTest, form: str) -> AppTest:
    (keep,) = (button for button in app.button if button.form_id == form)
    return keep.click().run()


def plain(markdown: str) -> str:
    """What a line of Markdown shows: without the backslashes, and the marks that nobody sees."""
    unseen = {ord(mark): None for mark in "\\\N{WORD JOINER}\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"}
    return markdown.translate(unseen)
