"""A clock that is turned back: the newest build is served, no earlier one goes before its time, and what people wrote keeps its order."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from companies import settings_of
from databases import ANN, BOB, DAY, opened
from kit import ALWAYS, check_tidy, numbers_of, served, write_extract
from nursery import Nursery

from app.build import build, incremental
from app.build.publish import KEEP
from app.metrics import ask
from app.notes import FieldNote, export_lines, import_lines, store
from app.operation.measures import exposition
from app.serving import latest_generation, open_current

TWO_YEARS_S = 2 * 365 * 86_400


def test_builds_after_the_clock_was_turned_back_take_their_place(builders: Nursery, tmp_path: Path) -> None:
    """The first ones were made two years ahead of the clock."""
    scorecard, order = tmp_path / "build", []
    for state, ahead in enumerate((TWO_YEARS_S, TWO_YEARS_S, 0, 0)):
        write_extract(tmp_path, state)
        told = builders.start("build", folder=tmp_path, clock_s=ahead).result()
        assert told["way"].startswith("brought up to date" if state else "built in full"), "what the build before left is of use"
        assert served(scorecard) == numbers_of(state)
        order.append(latest_generation(scorecard))
        assert sorted(path.name for path in scorecard.glob("gen-*")) == order[-KEEP:], "those before it can still be open"
        check_tidy(scorecard)
    assert b"accord_build_age_seconds" in exposition(scorecard)


def test_what_a_killed_check_left_goes_whatever_the_clock_says(builders: Nursery, tmp_path: Path) -> None:
    write_extract(tmp_path, 0)
    scorecard = tmp_path / "build"
    now = datetime.now()
    for name, at in (("check-20990101000000-abc", now + timedelta(days=700)), ("check-20200101000000-abc", now - timedelta(days=700)), ("check-now", now)):
        (scorecard / name).mkdir(parents=True)
        os.utime(scorecard / name, (at.timestamp(), at.timestamp()))
    builders.start("build", folder=tmp_path).result()
    assert [path.name for path in scorecard.glob("check-*")] == ["check-now"], "this one may be under way"


def test_a_moment_before_that_of_the_last_build_is_what_the_scorecard_is_true_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All leads were handed over early in March: in April their time to be accepted is over, on the 2nd it has hardly begun."""
    monkeypatch.setattr(incremental, "LARGEST", 1)  # it is small, and all of it is of the same days
    write_extract(tmp_path, 1)
    own = {"extracts": tmp_path / "extracts", "maps": tmp_path / "maps", "scorecard": tmp_path / "build"}
    found = []
    for day in ("2026-04-01", "2026-03-02T12:00:00Z", "2026-04-01"):
        way = build(settings_of(**own, as_of=day)).facts["way"].split(",")[0].split(":")[0]
        assert served(tmp_path / "build") == numbers_of(1)
        rate = ask(open_current(tmp_path / "build"), "acceptance_rate", ALWAYS).row
        found.append((way, rate["n"], rate["waiting"]))
    assert found == [("built in full", 21, 0), ("brought up to date", 0, 21), ("brought up to date", 21, 0)]


def test_notes_keep_their_order_of_versions_when_the_clock_is_turned_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(f"sqlite:///{tmp_path}/one.db") as one, opened(f"sqlite:///{tmp_path}/other.db") as other:
        note = one.add(FieldNote(heard_on=DAY, text="first"), ANN)
        import_lines(other, list(export_lines(one)))
        moments = iter([datetime(2024, 1, 1), datetime(2023, 1, 1)])
        monkeypatch.setattr(store, "_now", lambda: next(moments))
        note = one.change(note, BOB, text="second")
        later = one.add(FieldNote(heard_on=DAY, text="another"), ANN)
        assert [line.entry["text"] for line in one.history(note)] == ["first", "second"]
        assert {entry.id: entry.text for entry in one.find(FieldNote)} == {note.id: "second", later.id: "another"}
        done = import_lines(other, list(export_lines(one)))
        assert (done.newer, other.get(FieldNote, note.id).text) == (1, "second"), "newer is what came later, not what the clock says"
