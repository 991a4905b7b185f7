"""Extracts that cannot be read, or change while they are: one state of them is built, every row accounted for, or nothing, in a sentence."""

import gzip
import itertools
import os
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from companies import settings_of
from kit import check_tidy, numbers_of, put, served, write_extract
from nursery import Nursery, nursery

from app.build import build

STATE = 3


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company in a state, built."""
    folder = tmp_path_factory.mktemp("company")
    write_extract(folder, STATE)
    build(_settings(folder))
    return folder


def _settings(folder: Path) -> object:
    return settings_of(extracts=folder / "extracts", maps=folder / "maps", scorecard=folder / "build")


# --- what cannot be read -------------------------------------------------------------------------


def _folder_in_its_place(home: Path) -> None:
    (home / "opportunity.csv").unlink()
    (home / "opportunity.csv").mkdir()


def _link_to_nowhere(home: Path) -> None:
    (home / "opportunity.csv").unlink()
    (home / "opportunity.csv").symlink_to(home / "nowhere.csv")


def _link_to_nowhere_among_others(home: Path) -> None:
    (home / "lead_event" / "more-1.csv").unlink()
    (home / "lead_event" / "more-1.csv").symlink_to(home / "nowhere.csv")


def _link_to_itself(home: Path) -> None:
    (home / "opportunity.csv").unlink()
    (home / "opportunity.csv").symlink_to(home / "opportunity.csv")


def _gzip_cut_short(home: Path) -> None:
    rows = (home / "opportunity.csv").read_bytes()
    (home / "opportunity.csv").unlink()
    (home / "opportunity.csv.gz").write_bytes(gzip.compress(rows)[:-20])


def _parquet_cut_short(home: Path) -> None:
    duckdb.sql(f"from read_csv('{home}/opportunity.csv')").write_parquet(f"{home}/opportunity.parquet")
    (home / "opportunity.csv").unlink()
    os.truncate(home / "opportunity.parquet", 300)


def _map_that_leads_nowhere(home: Path) -> None:
    (home.parents[1] / "maps" / "channel.csv").symlink_to(home / "nowhere.csv")


def _map_that_is_a_folder(home: Path) -> None:
    (home.parents[1] / "maps" / "channel.csv").mkdir()


def _file_of_another(home: Path) -> None:
    (home / "opportunity.csv").chmod(0)


def _folder_of_another(home: Path) -> None:
    (home / "lead_event").chmod(0)


def _source_of_another(home: Path) -> None:
    home.chmod(0)


def _maps_of_another(home: Path) -> None:
    (home.parents[1] / "maps").chmod(0)


BROKEN = (
    _folder_in_its_place, _link_to_nowhere, _link_to_nowhere_among_others, _link_to_itself, _gzip_cut_short, _parquet_cut_short, _map_that_leads_nowhere,
    _map_that_is_a_folder, _file_of_another, _folder_of_another, _source_of_another, _maps_of_another,
)  # fmt: skip


@pytest.fixture(scope="module")
def strangers() -> Iterator[Nursery]:
    """Where builds come from to whom what belongs to others is closed: root's too."""
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root reads everything, and there is no program setpriv to take that away (on Debian: util-linux)")
        before = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    with nursery("app.build", "companies", before=before) as made:
        yield made


@pytest.mark.parametrize("spoil", BROKEN, ids=lambda spoil: spoil.__name__.strip("_"))
def test_what_cannot_be_read_is_said_and_the_earlier_scorecard_stays(strangers: Nursery, company: Path, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    for name in ("extracts", "maps"):
        shutil.copytree(company / name, tmp_path / name)
    home = tmp_path / "extracts" / "canonical"
    spoil(home)
    try:
        told = strangers.start("build", folder=tmp_path, scorecard=company / "build").result()
    finally:
        for path in (tmp_path / "maps", home, home / "lead_event"):
            path.chmod(0o755)
    assert re.fullmatch(r"\S+ (cannot be (read|looked into) \(.+\): check .+\.|was cut off .+: copy or unload it again\.)", told["refused"])
    assert served(company / "build") == numbers_of(STATE)


# --- what changes meanwhile ----------------------------------------------------------------------


def write_deals(folder: Path, state: int) -> None:
    """The deals of another state, renamed into place as its loader should, as the file that is there: CSV or Parquet."""
    write_extract(folder / "aside", state)
    new = folder / "aside" / "extracts" / "canonical" / "opportunity.csv"
    there = next((folder / "extracts" / "canonical").glob("opportunity.*"))
    if there.suffix == ".parquet":
        duckdb.sql(f"from read_csv('{new}')").write_parquet(f"{new}.parquet")
        new = Path(f"{new}.parquet")
    new.replace(there)


def _more(folder: Path) -> None:
    write_deals(folder, STATE + 1)


def _fewer(folder: Path) -> None:
    write_deals(folder, STATE - 1)


def _gone(folder: Path) -> None:
    next((folder / "extracts" / "canonical").glob("opportunity.*")).unlink()


def _begun_anew(folder: Path) -> None:
    """Written where it lies, and only half of it is there yet."""
    path = next((folder / "extracts" / "canonical").glob("opportunity.*"))
    os.truncate(path, path.stat().st_size // 2)


def as_parquet(folder: Path) -> None:
    """Lets the deals lie in Parquet."""
    path = folder / "extracts" / "canonical" / "opportunity.csv"
    duckdb.sql(f"from read_csv('{path}')").write_parquet(str(path.with_suffix(".parquet")))
    path.unlink()


# Steps from the first look into the file to the end of its reading; of a large one, to the end of the build.
LAST_STEP = {"csv": 2200, "parquet": 2200, "parquet in place": 200_000}


@pytest.mark.parametrize("kind", LAST_STEP)
def test_a_file_that_changes_while_it_is_read_is_read_whole_or_not_at_all(builders: Nursery, company: Path, tmp_path: Path, draw: random.Random, kind: str) -> None:
    large = {"large": 1} if kind == "parquet in place" else {}
    refused = 0
    for number, change in enumerate([_more, _fewer, _gone, _begun_anew]):
        folder = shutil.copytree(company, tmp_path / str(number))
        if kind != "csv":
            as_parquet(folder)
        opened = next((folder / "extracts" / "canonical").glob("opportunity.*"))
        victim = builders.start("build", folder=folder, full=True, opened=opened, stopped_at=draw.randint(1, LAST_STEP[kind]), **large)
        assert [victim.hear(), victim.hear()] == [{"began": True}, {"stopped": True}]
        change(folder)
        victim.go_on()
        told = victim.result()
        assert "way" in told or re.fullmatch(r"canonical/opportunity\.\w+ changed while it was read: build again\. .+", told["refused"]), told
        assert served(folder / "build") == numbers_of(STATE), "all that was read was there before the change"
        refused += "refused" in told
    assert refused


def keep_changing(folder: str, seed: int) -> None:
    """Changes an extract until it is killed: as its loader should, and as it should not."""
    draw, home, line = random.Random(seed), Path(folder, "extracts", "canonical"), "Z{},handed_off,2026-03-03T09:00:00Z\n"
    for number in itertools.count():
        write_deals(Path(folder), STATE + number % 2)
        with (home / "lead_event" / "more-1.csv").open("a") as file:
            file.write(line.format(number))
        with (home / "lead_event" / "more-2.csv").open("w") as file:
            for text in ("lead_id,stage,occ", "urred_at\nM2,handed_off,2026-03-03T09:00:00Z\n"):
                file.write(text)
                file.flush()
                time.sleep(draw.random() * 0.02)
        time.sleep(draw.random() * 0.05)


def test_an_extract_that_never_rests_gives_a_whole_scorecard_or_a_sentence(builders: Nursery, company: Path, tmp_path: Path, draw: random.Random) -> None:
    folder = shutil.copytree(company, tmp_path / "restless")
    writer = builders.start("call", function=f"{__name__}:keep_changing", folder=folder, seed=draw.random())
    for full in (True, False, False):
        told = builders.start("build", folder=folder, full=full).result()
        assert "way" in told or re.search(r" changed while it was read: build again\. | has no column | is empty: ", told["refused"]), told
        now = served(folder / "build")
        assert now["revenue"] in (numbers_of(STATE)["revenue"], numbers_of(STATE + 1)["revenue"])
        assert now["lead_volume"] >= numbers_of(STATE)["lead_volume"] - 1
    assert writer.kill() == []
    write_extract(folder, STATE)
    assert "way" in builders.start("build", folder=folder).result()
    assert served(folder / "build") == numbers_of(STATE)


def test_a_map_that_changes_while_a_build_runs_is_read_by_the_next(company: Path, tmp_path: Path) -> None:
    """What the next build would rest on was made with the map as it was."""
    folder = shutil.copytree(company, tmp_path / "company")

    def change(share: float, step: str) -> None:
        if share >= 0.45:
            put(folder / "maps" / "segment.csv", [{"employees_from": 0, "segment": "All"}])

    build(_settings(folder), change, full=True)
    assert build(_settings(folder)).facts["way"] == "built in full, as settings, maps, queries or the program have changed"
    check_tidy(folder / "build")
