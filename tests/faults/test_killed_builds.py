"""Builds killed at any moment: what is served is of one build, the one before or the one that was killed, and the next build goes through."""

import json
import os
import random
import shutil
import time
from pathlib import Path

import pytest
from kit import check_tidy, numbers_of, served, write_extract
from nursery import Nursery

from app.build.publish import new_folder, publish
from app.build.state import state_path
from app.serving import latest_generation, read_facts

KILLED_BUILDS = 20
KILLED_WHILE_PUBLISHING = 80
KILLED_AFTER_IT_COUNTS = 25


def test_builds_killed_at_any_moment_leave_the_old_or_the_new_scorecard(builders: Nursery, draw: random.Random, tmp_path: Path) -> None:
    """Half of them at a moment of the clock, half at a step of the program, where those that touch files lie closer."""
    company = {"folder": tmp_path, "since": 0.0}
    steps = {}
    for state, full in enumerate((True, False)):
        write_extract(tmp_path, state)
        began = time.monotonic()
        steps[full] = builders.start("build", **company, full=full, killed_at=10**12).result()["steps"]
        took = time.monotonic() - began
    in_service, state, killed = 1, 1, 0
    while killed < KILLED_BUILDS:
        state += draw.random() < 0.7
        write_extract(tmp_path, state)
        full, by_clock, spared = draw.random() < 0.3, draw.random() < 0.5, draw.random() < 0.2
        step = 0 if by_clock or spared else draw.randint(1, steps[full])
        victim = builders.start("build", **company, full=full, killed_at=step)
        assert victim.hear() == {"began": True}
        if by_clock and not spared:
            time.sleep(draw.uniform(0, took))
        told = victim.kill() if by_clock and not spared else victim.rest_of_it()
        now = served(tmp_path / "build")
        if told:  # it has ended, before the signal came
            assert "way" in told[0], told
            assert now == numbers_of(state)
            check_tidy(tmp_path / "build")
        else:
            assert now in (numbers_of(in_service), numbers_of(state))
            killed += 1
        in_service = state if now == numbers_of(state) else in_service
    assert builders.start("build", folder=tmp_path).result()["way"]
    assert served(tmp_path / "build") == numbers_of(state)
    check_tidy(tmp_path / "build")


def test_builds_killed_at_any_touch_of_a_file_while_publishing_leave_the_old_or_the_new_scorecard(builders: Nursery, draw: random.Random, tmp_path: Path) -> None:
    """What is published is made beforehand, so that there is time to stop at each touch up to the one that counts, and at many later ones."""
    made = [_made(builders, tmp_path, state) for state in (0, 1)]
    company = {"folder": tmp_path, "since": 0.98}
    builders.start("build", **company, made=made[0]).result()
    in_service = step = killed = after = 0
    while after < KILLED_AFTER_IT_COUNTS:
        step += draw.randint(1, 3) if after else 1
        new = 1 - in_service
        assert builders.start("build", **company, made=made[new], killed_at=step).rest_of_it() == [{"began": True}], "it was killed"
        in_service = _in_service(tmp_path / "build", made)
        after += in_service == new
        killed += 1
        if draw.random() < 0.2:
            builders.start("build", **company, made=made[in_service]).result()
            assert _in_service(tmp_path / "build", made) == in_service
            check_tidy(tmp_path / "build")
    assert killed >= KILLED_WHILE_PUBLISHING
    assert builders.start("build", folder=tmp_path).result()["way"].startswith("built in full")
    assert served(tmp_path / "build") == numbers_of(1)
    check_tidy(tmp_path / "build")


def test_all_of_a_build_is_on_the_disk_before_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a loss of power leaves the old or the new one too, which no kill of a process can show."""
    done: list[str] = []
    flush, rename = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append(Path(f"/proc/self/fd/{handle}").resolve().name), flush(handle))[1])
    monkeypatch.setattr(os, "replace", lambda old, new: (done.append(f"-> {Path(new).name}"), rename(old, new))[1])
    folder = new_folder(tmp_path / "build")
    (folder / "scorecard.duckdb").write_text("all of it")
    publish(folder, {"as_of": "2026-03-02"})
    first, second = done.index("-> build.json"), done.index("-> CURRENT")
    assert {"scorecard.duckdb", "build.json.part"} <= {*done[:first]}
    assert {folder.name, f"CURRENT.{folder.name}", "build"} <= {*done[first:second]}
    assert done[second + 1 :] == ["build"]


def _made(builders: Nursery, folder: Path, state: int) -> Path:
    """A build of a state, put aside."""
    write_extract(folder, state)
    builders.start("build", folder=folder).result()
    assert served(folder / "build") == numbers_of(state)
    generation = latest_generation(folder / "build")
    aside = shutil.copytree(folder / "build" / generation, folder / f"made-{state}")
    shutil.copyfile(state_path(folder / "build", generation), aside / "state.duckdb")
    return aside


def _in_service(scorecard: Path, made: list[Path]) -> int:
    """Which of those made beforehand is served, whole to the last byte."""
    now = scorecard / latest_generation(scorecard)
    state = [(folder / "scorecard.duckdb").read_bytes() for folder in made].index((now / "scorecard.duckdb").read_bytes())
    assert read_facts(scorecard)["fingerprint"] == json.loads((made[state] / "build.json").read_text())["fingerprint"]
    return state
