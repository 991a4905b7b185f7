"""A disk without room: a build and a note are refused in a sentence, what was there stays, and all goes on once there is room."""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import ANN, DAY
from kit import check_tidy, numbers_of, served, write_extract
from nursery import Nursery, nursery

from app.errors import NotesError
from app.notes import FieldNote, open_notes

SIZE = 48 << 20
REFUSED = r"There is no room left for a build in .+: make some, or name another folder with --out\. The earlier scorecard stays\.\n"
NOT_BEGUN = r".+ cannot be written \(No space left on device\): name another folder with --out\.\n"


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where victims on the small disk see it; there is nothing for others."""
    return tmp_path_factory.mktemp("disk")


@pytest.fixture(scope="module")
def crowded(disk: Path) -> Iterator[Nursery]:
    """Where victims come from that have a small disk of their own, as any user of Linux may have one in a namespace."""
    if shutil.which("unshare") is None:
        pytest.skip("no program unshare, which gives a process a small disk of its own (on Debian: util-linux)")
    before = ("unshare", "--map-root-user", "--mount", "sh", "-c", f'mount -t tmpfs -o size={SIZE} accord "$0" && exec "$@"', str(disk))
    tried = subprocess.run([*before, "true"], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"this machine lets nobody mount a small disk of his own: {tried.stderr.strip()}")
    with nursery("app.build", "app.cli", "kit", before=before) as made:
        yield made


def leave_room(disk: str, left: int | None) -> None:
    """Fills the disk but for so many bytes, or empties it of what fills it."""
    ballast = Path(disk, "ballast")
    ballast.unlink(missing_ok=True)
    if left is not None:
        free = shutil.disk_usage(disk).free
        with ballast.open("wb") as file:
            file.write(bytes(max(0, free - left)))


def look(folder: str) -> dict[str, object]:
    """What is served on the small disk."""
    return served(Path(folder, "build"))


def look_for_rest(folder: str) -> None:
    """Fails where a build left something."""
    check_tidy(Path(folder, "build"))


def write_there(folder: str, state: int) -> None:
    """The company's extract, on the small disk too."""
    write_extract(Path(folder), state)


def test_a_build_without_room_says_so_and_the_earlier_scorecard_stays(crowded: Nursery, disk: Path, tmp_path: Path) -> None:
    """With ever more room, so that it gives out at ever later steps; every other one in full."""
    folder = disk / "company"
    own = {"extracts": tmp_path / "extracts", "maps": tmp_path / "maps", "scorecard": folder / "build"}
    write_extract(tmp_path, 0)
    crowded.call(leave_room, disk=disk, left=None)
    assert crowded.accord("build", **own).returncode == 0
    in_service = refused = 0
    for state, left in enumerate((0, 1 << 16, 1 << 20, 4 << 20, 6 << 20), 1):
        write_extract(tmp_path, state)
        crowded.call(leave_room, disk=disk, left=left)
        done = crowded.accord("build", *([] if state % 2 else ["--full"]), **own)
        if done.returncode == 0:
            in_service = state
        else:
            assert (done.returncode, bool(re.fullmatch(f"{REFUSED}|{NOT_BEGUN}", done.stderr))) == (2, True), (left, done.stderr)
            refused += 1
        assert _told(crowded.call(look, folder=folder)) == _told(numbers_of(in_service))
    assert refused >= 3
    crowded.call(leave_room, disk=disk, left=None)
    assert crowded.accord("build", **own).returncode == 0
    assert _told(crowded.call(look, folder=folder)) == _told(numbers_of(state))
    crowded.call(look_for_rest, folder=folder)


def _told(numbers: dict[str, object]) -> dict[str, object]:
    """As it comes out of a pipe."""
    return numbers | {"rows": {name: list(rows) for name, rows in numbers["rows"].items()}}


# --- notes ---------------------------------------------------------------------------------------


def write_until_full(disk: str, left: int) -> dict[str, object]:
    """Writes notes until there is no room, looks at what is there meanwhile, makes room, and goes on."""
    leave_room(disk, None)
    path = Path(disk, "notes", f"{left}.db")
    notes = open_notes(f"sqlite:///{path}")
    confirmed = {notes.add(_note(), ANN).id}
    leave_room(disk, left)
    while len(confirmed) < 5000:
        try:
            confirmed.add(notes.add(_note(), ANN).id)
        except NotesError as fault:
            sentence = str(fault)
            break
    meanwhile = {note.id for note in notes.find(FieldNote)}
    with pytest.raises(NotesError):
        notes.change(notes.find(FieldNote)[0], ANN, text="y" * 15_000)
    leave_room(disk, None)
    after = notes.add(_note(), ANN).id
    notes.engine.dispose()
    with sqlite3.connect(path) as file:
        sound = file.execute("pragma integrity_check").fetchall()
    there = {note.id for note in open_notes(f"sqlite:///{path}").find(FieldNote)}
    lost, more = len(confirmed - meanwhile) + len({*confirmed, after} - there), len(there - {*confirmed, after})
    return {"sentence": sentence, "confirmed": len(confirmed), "lost": lost, "more": more, "sound": sound}


def _note() -> FieldNote:
    return FieldNote(heard_on=DAY, text="x" * 15_000)


@pytest.mark.parametrize("left", [0, 1 << 14, 1 << 17, 1 << 20])
def test_notes_without_room_are_refused_in_a_sentence_and_confirmed_ones_stay(crowded: Nursery, disk: Path, left: int) -> None:
    told = crowded.call(write_until_full, disk=disk, left=left)
    assert re.fullmatch(r"This could not be kept: .*(disk is full|disk I/O error).*\. Nothing was changed; try again\.", told["sentence"])
    assert (told["lost"], told["more"], told["sound"]) == (0, 0, [["ok"]])
    assert told["confirmed"] >= 1


def open_on_full(disk: str) -> str:
    """What is said where notes are to be made on a full disk."""
    leave_room(disk, 0)
    try:
        open_notes(f"sqlite:///{disk}/none/yet.db")
    except NotesError as fault:
        return str(fault)
    finally:
        leave_room(disk, None)
    return ""


def test_notes_that_cannot_be_made_for_want_of_room_say_so(crowded: Nursery, disk: Path) -> None:
    assert re.fullmatch(r"The notes at .+ cannot be opened: .+ Set ACCORD_NOTES_URL to a database that can be written\.", crowded.call(open_on_full, disk=disk))
