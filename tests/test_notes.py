"""What people write is kept: by both kinds of databases, with its history, whoever else writes, whatever is written, and whoever is killed."""

import itertools
import json
import multiprocessing
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from companies import ROOT, build_company, build_folder, environment, run_accord
from databases import ANN, BOB, DAY, change_at_last, open_and_write, opened, write_some
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint, inspect

from app.build import Written, fingerprint
from app.errors import NotesError, Overtaken
from app.notes import KINDS, Action, Annotation, Answer, Author, Dispute, Entry, FieldNote, JointWork, Notes, Persona, export_lines, import_lines, is_there, open_notes
from app.notes.models import Base
from app.notes.store import MOST_WORDS

ENDS_WITHIN_S = 60
ONE_OF_EACH = (
    FieldNote(heard_on=DAY, text="they ask for SSO", persona="CTO", segment="SMB", account_id="A1", account_name="Acme", campaign="Spring"),
    Annotation(metric="lead_volume", week=DAY, text="trade fair"),
    Action(owner="Bob Ray", due_on=date(2026, 3, 9), metric="response_sla", decided_week=DAY, text="call within a day"),
    JointWork(done_on=DAY, kind="ride_along", marketing_member="Ann Lee", sales_member="Bob Ray"),
    Persona(name="CTO", text="decides alone"),
    Dispute(handoff_id="L1:1", week=DAY, company="Acme", text="this was a good lead"),
    Answer(about="metric", subject="lead_volume", week=DAY, text="we will look"),
)


def _new(entry: Entry) -> Entry:
    """Another of the same, as a form makes it."""
    return type(entry)(**{column.key: value for column in type(entry).__table__.columns if (value := getattr(entry, column.key)) is not None})


def _note(text: str = "heard") -> FieldNote:
    return FieldNote(heard_on=DAY, text=text)


def _told(notes: Notes, entry: Entry) -> list[tuple[object, ...]]:
    return [(line.version, line.what, line.by, line.side, line.entry["text"]) for line in notes.history(entry)]


# --- keeping -----------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ONE_OF_EACH, ids=lambda entry: entry.__tablename__)
def test_each_kind_is_kept_as_it_was_written(notes: Notes, entry: Entry) -> None:
    kept = notes.add(_new(entry), ANN)
    found = notes.get(type(entry), kept.id)
    written = {name: value for name, value in vars(entry).items() if not name.startswith("_")}
    assert {name: getattr(found, name) for name in written} == written
    assert (found.version, found.created_by, found.created_side, found.changed_by, found.is_removed) == (1, "Ann Lee", "marketing", "Ann Lee", False)
    assert found.created_at == found.changed_at == notes.history(kept)[0].at
    assert [one.id for one in notes.find(type(entry))] == [kept.id]


def test_every_kind_is_tried() -> None:
    assert {type(entry) for entry in ONE_OF_EACH} == set(KINDS.values())


def test_a_line_of_history_for_each_change_with_who_when_and_the_whole_entry(notes: Notes) -> None:
    entry = notes.add(_note("first"), ANN)
    changed = notes.change(entry, BOB, text="second", persona="CTO")
    removed = notes.remove(changed, ANN)
    assert notes.find(FieldNote) == []
    assert [one.id for one in notes.find(FieldNote, with_removed=True)] == [entry.id]
    restored = notes.restore(removed, BOB)
    assert [one.text for one in notes.find(FieldNote)] == ["second"]
    assert _told(notes, entry) == [
        (1, "added", "Ann Lee", "marketing", "first"),
        (2, "changed", "Bob Ray", "sales", "second"),
        (3, "removed", "Ann Lee", "marketing", "second"),
        (4, "restored", "Bob Ray", "sales", "second"),
    ]
    lines = notes.history(entry)
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert [line.entry["is_removed"] for line in lines] == [False, False, True, False]
    assert [line.entry["persona"] for line in lines] == [None, "CTO", "CTO", "CTO"]
    assert all(set(line.entry) == {column.key for column in FieldNote.__table__.columns} for line in lines)
    assert (restored.created_by, restored.changed_by, restored.version) == ("Ann Lee", "Bob Ray", 4)


def test_who_was_overtaken_is_told_by_whom_and_nothing_is_overwritten(notes: Notes) -> None:
    read_by_both = notes.add(_note("first"), ANN)
    notes.change(read_by_both, BOB, text="of Bob")
    for late in (lambda: notes.change(read_by_both, ANN, text="of Ann"), lambda: notes.remove(read_by_both, ANN)):
        with pytest.raises(Overtaken, match="^Bob Ray has changed this meanwhile") as overtaken:
            late()
        assert (overtaken.value.now.text, overtaken.value.now.version) == ("of Bob", 2)
    assert notes.get(FieldNote, read_by_both.id).text == "of Bob"
    assert notes.change(overtaken.value.now, ANN, text="of both").version == 3


def test_a_persona_is_there_once_whoever_writes_of_it(notes: Notes) -> None:
    kept = notes.add(Persona(name="CTO", text="decides"), ANN)
    with pytest.raises(Overtaken) as overtaken:
        notes.add(Persona(name=" cto ", text="decides nothing"), BOB)
    assert (overtaken.value.now.id, overtaken.value.now.text) == (kept.id, "decides")
    assert notes.change(kept, BOB, name="Cto", text="decides with others").version == 2
    with pytest.raises(NotesError, match="keeps its name"):
        notes.change(notes.get(Persona, kept.id), BOB, name="CFO")
    assert notes.add(Persona(name="CT\0 \ud800", text="odd"), ANN).name == "CT\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}"


def test_the_stamp_grows_with_each_change_and_only_then(notes: Notes) -> None:
    seen = [notes.stamp()]
    entry = notes.add(_note(), ANN)
    seen.append(notes.stamp())
    with pytest.raises(NotesError):
        notes.add(_note(" "), ANN)
    notes.find(FieldNote)
    changed = notes.change(entry, ANN, text="more")
    seen.append(notes.stamp())
    with pytest.raises(Overtaken):
        notes.change(entry, BOB, text="late")
    seen.append(notes.stamp())
    notes.remove(changed, BOB)
    seen.append(notes.stamp())
    assert seen == [0, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("entry", "by", "words"),
    [
        (_note(" \n"), ANN, "The text is missing."),
        (FieldNote(text="x"), ANN, "The heard on is missing."),
        (_note(), Author("  ", "sales"), "Say who you are first: your name stands beside what you write."),
        (_note(), Author("Eve", "finance"), "'finance' is no side; there are: marketing, sales."),
        (JointWork(done_on=DAY, kind="lunch"), ANN, "'lunch' is no kind; there are: ride_along, joint_content, joint_meeting, persona_workshop."),
        (Persona(text="nobody"), ANN, "The name is missing."),
        (_note("x" * (MOST_WORDS + 1)), ANN, "The text has 20,001 characters; up to 20,000 are kept. Nothing was saved: shorten it."),
        (FieldNote(heard_on=DAY, text="x", persona="y" * 401), ANN, "The persona has 401 characters; up to 400 are kept. Nothing was saved: shorten it."),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_in_a_sentence(notes: Notes, entry: Entry, by: Author, words: str) -> None:
    with pytest.raises(NotesError, match=f"^{re.escape(words)}$"):
        notes.add(_new(entry), by)
    assert (notes.stamp(), notes.find(type(entry), with_removed=True)) == (0, [])


def test_a_change_that_cannot_be_leaves_all_as_it_was(notes: Notes) -> None:
    entry = notes.add(_note("first"), ANN)
    for fields in ({"text": ""}, {"text": "x" * 20_001}, {"heard_on": None}, {"version": 7}, {"created_by": "Eve"}, {"colour": "red"}):
        with pytest.raises(NotesError):
            notes.change(entry, BOB, **fields)
    assert _told(notes, entry) == [(1, "added", "Ann Lee", "marketing", "first")]
    assert notes.get(FieldNote, entry.id).changed_by == "Ann Lee"


# --- what people write -------------------------------------------------------------------------

TEXTS = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) **not bold** $x^2$ :red[no]",
    "=cmd|' /C calc'!A0",
    "abc\N{RIGHT-TO-LEFT OVERRIDE}fed\N{RIGHT-TO-LEFT MARK}",
    "é" * 10_000,
    "x" * MOST_WORDS,
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} \N{GRINNING FACE}",
    "e\N{COMBINING ACUTE ACCENT}, and é",
    "one\ntwo\r\nthree\ttab\x1b[31m\x85\u2028end",
    "'; drop table field_note; --",
    "\ufeff%s {0} :name ? \\",
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:12]))
def test_text_survives_as_it_is(notes: Notes, text: str, tmp_path: Path) -> None:
    kept = notes.add(_note(text), Author(text[:200], "sales"))
    assert kept.text == text
    assert notes.get(FieldNote, kept.id).text == text
    assert (notes.history(kept)[0].entry["text"], notes.history(kept)[0].by) == (text, text[:200].strip())
    file = tmp_path / "notes.jsonl"
    file.write_text("".join(f"{line}\n" for line in export_lines(notes)), encoding="utf-8", newline="\n")
    with opened(f"sqlite:///{tmp_path}/other.db") as other, file.open(encoding="utf-8") as lines:
        assert import_lines(other, lines).added == 2
        assert other.get(FieldNote, kept.id).text == text


def test_what_no_database_keeps_is_marked_and_never_fails(notes: Notes) -> None:
    mark = "\N{REPLACEMENT CHARACTER}"
    assert notes.add(_note("a\0b"), ANN).text == f"a{mark}b"
    assert notes.add(_note("a\ud800b \udc00"), ANN).text == f"a{mark}b {mark}"
    assert notes.add(_note("\ud83d\ude00"), ANN).text == "\N{GRINNING FACE}", "two halves are a character"
    assert notes.add(_note("  in the middle  "), ANN).text == "in the middle"


@pytest.fixture(scope="module")
def pair(postgresql: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Notes, Notes]]:
    """Notes in SQLite and in PostgreSQL, side by side."""
    with opened(f"sqlite:///{tmp_path_factory.mktemp('pair')}/notes.db") as one, opened(postgresql()) as other:
        yield one, other


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), min_size=1))
def test_any_text_goes_round_through_both_databases(pair: tuple[Notes, Notes], text: str) -> None:
    halved = "".join("\N{REPLACEMENT CHARACTER}" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)
    if re.search("[\ud800-\udbff][\udc00-\udfff]", text) or not halved.strip():
        return  # halves that make a character, and nothing at all: tried above
    for one, other in (pair, pair[::-1]):
        kept = one.add(_note(text), ANN)
        assert one.get(FieldNote, kept.id).text == halved.strip()
        lines = [line for line in export_lines(one) if kept.id in line]
        assert (len(lines), import_lines(other, lines).added) == (2, 2)
        assert other.get(FieldNote, kept.id).text == halved.strip()
        assert [line for line in export_lines(other) if kept.id in line] == lines


# --- many at once ------------------------------------------------------------------------------

# Workers are forked from a server of their own that has the program loaded.
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload(["app.notes"])


def _start(work: Callable[..., None], url: str, *arguments: object) -> tuple[multiprocessing.Process, object]:
    ours, theirs = WORKERS.Pipe()
    worker = WORKERS.Process(target=work, args=(url, theirs, *arguments), daemon=True)
    worker.start()
    theirs.close()
    return worker, ours


def _said(worker: tuple[multiprocessing.Process, object]) -> object:
    process, pipe = worker
    assert pipe.poll(ENDS_WITHIN_S), "it did not end"
    said = pipe.recv()
    process.join(ENDS_WITHIN_S)
    pipe.close()
    return said


def _nothing_was_lost(notes: Notes, shared: Entry, writers: int, times: int) -> None:
    assert len(notes.find(FieldNote)) == 1 + writers * times
    assert notes.stamp() == 1 + 2 * writers * times
    lines = notes.history(shared)
    assert [line.version for line in lines] == list(range(1, 2 + writers * times))
    assert all(line.entry["text"].startswith(line.by) for line in lines[1:])
    assert len({line.entry["text"] for line in lines}) == 1 + writers * times
    assert notes.get(FieldNote, shared.id).text == lines[-1].entry["text"]


def test_two_threads_that_write_at_once_lose_nothing(notes: Notes) -> None:
    shared = notes.add(_note("shared"), ANN)
    faults = []

    def write(name: str) -> None:
        try:
            for number in range(15):
                notes.add(_note(f"{name} {number}"), Author(name, "sales"))
                change_at_last(notes, shared.id, Author(name, "sales"), f"{name} {number}")
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ENDS_WITHIN_S)
    assert faults == []
    _nothing_was_lost(notes, shared, writers=2, times=15)


def test_two_processes_that_write_at_once_lose_nothing(notes: Notes, notes_url: str) -> None:
    shared = notes.add(_note("shared"), ANN)
    workers = [_start(write_some, notes_url, name, shared.id, 15) for name in ("one", "two")]
    assert [_said(worker) for worker in workers] == ["done", "done"]
    _nothing_was_lost(notes, shared, writers=2, times=15)


def test_many_that_open_new_notes_at_once_make_them_once(notes_url: str) -> None:
    workers = [_start(open_and_write, notes_url) for _ in range(6)]
    for _, pipe in workers:
        pipe.send("go")
    ids = {_said(worker) for worker in workers}
    with opened(notes_url) as notes:
        assert {entry.id for entry in notes.find(FieldNote)} == ids
        assert (len(ids), notes.stamp()) == (6, 6)


def test_who_reads_does_not_wait_for_who_writes(notes: Notes) -> None:
    notes.add(_note("kept"), ANN)

    def lines() -> Iterator[str]:
        yield _line()
        yield _line(id="n2")
        assert [entry.text for entry in notes.find(FieldNote)] == ["kept"], "in the middle of an import"

    import_lines(notes, lines())
    assert len(notes.find(FieldNote)) == 3


# --- the database ------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_of_the_models(notes: Notes) -> None:
    with notes.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
        made = {table: {one["name"] for one in inspect(connection).get_check_constraints(table)} for table in Base.metadata.tables}
    wanted = {name: {one.name for one in table.constraints if isinstance(one, CheckConstraint)} for name, table in Base.metadata.tables.items()}
    assert made == wanted
    assert wanted["action"] == {"state_is_known"}


def test_sqlite_writes_ahead_and_waits_for_the_disk(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/deep/down/notes.db") as notes, notes.engine.connect() as connection:
        asked = [connection.exec_driver_sql(f"pragma {name}").scalar() for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")]
    assert asked == ["wal", 2, 30_000, 1]


def test_a_database_of_postgresql_without_an_encoding_keeps_text_too(postgresql: Callable[..., str]) -> None:
    with opened(postgresql("template template0 encoding 'SQL_ASCII' locale 'C'")) as notes:
        assert notes.get(FieldNote, notes.add(_note("ü \N{GRINNING FACE}"), ANN).id).text == "ü \N{GRINNING FACE}"


def test_notes_of_a_newer_program_are_refused(notes: Notes, notes_url: str) -> None:
    notes.add(_note(), ANN)
    with notes.engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    notes.engine.dispose()
    done = run_accord("notes", "export", notes_url=notes_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"The notes at .* were written by a newer version of Accord: run that one \(.*9999.*\)\.\n", done.stderr)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://ann:sesame@127.0.0.1:1/notes?sslpassword=sesame", r"The notes at \S+://ann:\*\*\*@127.0.0.1:1/notes cannot be opened: connection failed: .*"),
        ("sqlite:///{folder}", r"The notes at sqlite:///.* cannot be opened: unable to open database file\. Set ACCORD_NOTES_URL to .*"),
        ("sqlite:///{folder}/file/notes.db", r"The notes at sqlite:///.* cannot be opened: .*file.*\. Set ACCORD_NOTES_URL to .*"),
        ("sqlite:///{folder}/file", r"The notes at sqlite:///.* cannot be opened: file is not a database\. Set ACCORD_NOTES_URL to .*"),
        *((url, "ACCORD_NOTES_URL is no database URL: .*") for url in ("postgresql://ann:ses@ame:x/y", "sqlite:///", "sqlite:///:memory:", "mysql://ann:sesame@host/db")),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_opened_is_a_sentence_without_the_password(tmp_path: Path, url: str, words: str) -> None:
    (tmp_path / "file").write_text("no database, but a text of some length that is none of its header's")
    with pytest.raises(NotesError) as fault:
        open_notes(url.format(folder=tmp_path))
    assert re.fullmatch(words, str(fault.value))
    assert "sesame" not in str(fault.value)


def test_a_disk_that_cannot_be_written_is_a_sentence_and_keeps_what_there_was(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/notes.db") as notes:
        notes.add(_note("kept"), ANN)
        with notes.engine.connect() as connection:
            pages = connection.exec_driver_sql("pragma page_count").scalar()
            connection.exec_driver_sql(f"pragma max_page_count = {pages}")  # as if the disk were full, for this connection
        with pytest.raises(NotesError, match=r"^This could not be kept: database or disk is full\. Nothing was changed; try again\.$"):
            for _ in range(100):
                notes.add(_note("x" * 10_000), ANN)
        assert notes.find(FieldNote)[0].text == "kept"
        assert notes.stamp() == len(notes.find(FieldNote))


def test_connections_that_the_server_cut_are_made_anew(postgresql: Callable[..., str]) -> None:
    url = postgresql()
    with opened(url) as notes:
        notes.add(_note(), ANN)
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
        assert len(notes.find(FieldNote)) == 1, "a new connection is made where the old one was cut"


# --- moving and backing up ---------------------------------------------------------------------


@pytest.fixture
def other(notes_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notes]:
    """Empty notes in a database of the other kind."""
    with opened(f"sqlite:///{tmp_path}/other.db" if notes_url.startswith("postgresql") else request.getfixturevalue("postgresql")()) as other:
        yield other


@pytest.fixture
def full(notes: Notes) -> Notes:
    """Notes with one of each kind, some of it changed, removed and brought back."""
    kept = [notes.add(_new(entry), by) for entry, by in zip(ONE_OF_EACH, itertools.cycle((ANN, BOB)))]
    notes.change(kept[2], ANN, state="done", done_on=date(2026, 3, 5))
    notes.remove(kept[0], BOB)
    notes.restore(notes.remove(kept[5], BOB), ANN)
    return notes


def test_an_export_goes_into_the_other_kind_of_database_and_comes_out_the_same(full: Notes, other: Notes) -> None:
    lines = list(export_lines(full))
    assert len(lines) == 7 + 7 + 4
    done = import_lines(other, lines)
    assert (done.read, done.added, done.newer, done.known) == (18, 18, 0, 0)
    assert sorted(export_lines(other)) == sorted(lines)
    assert other.find(FieldNote) == [] and other.find(FieldNote, with_removed=True)[0].text == "they ask for SSO"
    assert other.find(Action)[0].done_on == date(2026, 3, 5)
    assert [line.what for line in other.history(other.find(Dispute)[0])] == ["added", "removed", "restored"]
    assert other.change(other.find(Annotation)[0], BOB, text="more").version == 2


def test_a_second_import_changes_nothing(full: Notes, other: Notes) -> None:
    lines = list(export_lines(full))
    import_lines(other, lines)
    for notes in (full, other):
        done = import_lines(notes, lines)
        assert (done.read, done.added, done.newer, done.known) == (18, 0, 0, 18)
        assert list(export_lines(notes)) == lines
        assert notes.stamp() == 11


def test_the_newer_version_wins_whichever_way_it_is_moved(notes: Notes, other: Notes) -> None:
    entry = notes.add(_note("old"), ANN)
    old = list(export_lines(notes))
    import_lines(other, old)
    notes.change(entry, BOB, text="new")
    done = import_lines(notes, old)
    assert (done.added, done.newer, done.known) == (0, 0, 2)
    assert notes.find(FieldNote)[0].text == "new"
    done = import_lines(other, export_lines(notes))
    assert (done.read, done.added, done.newer, done.known) == (3, 1, 1, 1)
    assert [entry.text for entry in other.find(FieldNote)] == ["new"]
    assert list(export_lines(other)) == list(export_lines(notes))


def _line(**changed: object) -> str:
    fields = {
        "table": "field_note", "id": "n1", "version": 1, "created_at": "2026-03-02T10:00:00", "created_by": "Ann", "created_side": "marketing",
        "changed_at": "2026-03-02T10:00:00", "changed_by": "Ann", "is_removed": False, "text": "heard", "heard_on": "2026-03-02",
    }  # fmt: skip
    return json.dumps({name: value for name, value in (fields | changed).items() if value != "left out"})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{not json", r"it is no JSON \(.*, character 2\)"),
        ("[1]", "it names no table of field_note, .*, change"),
        ("[" * 50_000, ".*"),
        (_line(table="users"), "it names no table of field_note, .*, change"),
        (_line(table=["x"]), "it names no table of field_note, .*, change"),
        (_line(colour="red"), "field_note has no field 'colour'"),
        (_line(heard_on="left out"), "The heard on is missing"),
        (_line(heard_on="2026-02-30"), "day is out of range for month"),
        (_line(created_at="yesterday"), "Invalid isoformat string: 'yesterday'"),
        (_line(text=""), "The text is missing"),
        (_line(text=5), "text cannot be '5'"),
        (_line(version="1"), "version cannot be '1'"),
        (_line(version=10**30), "version cannot be '10+'"),
        (_line(is_removed=1), "is_removed cannot be '1'"),
        (_line(text="x" * 20_001), "The text has 20,001 characters; .*"),
        (_line(created_side="finance"), "'finance' is no created side; there are: marketing, sales"),
        (_line(table="joint_work", heard_on="left out", done_on="2026-03-02", kind="lunch"), "'lunch' is no kind; .*"),
    ],
    ids=range(17),
)  # fmt: skip
def test_of_a_faulty_file_nothing_is_imported(notes: Notes, line: str, words: str) -> None:
    with pytest.raises(NotesError) as fault:
        import_lines(notes, [_line(id="good"), "", line, _line(id="good too")])
    assert re.fullmatch(f"Line 3 cannot be imported: {words}. Nothing was imported.", str(fault.value))
    assert notes.find(FieldNote) == []


def test_lines_written_by_another_program_are_cleaned_as_if_typed(notes: Notes) -> None:
    import_lines(notes, [_line(text=" a\0b \ud800 ", created_at="2026-03-02T10:00:00+02:00", changed_at="2026-03-02T08:00:00Z")])
    entry = notes.get(FieldNote, "n1")
    assert entry.text == "a\N{REPLACEMENT CHARACTER}b \N{REPLACEMENT CHARACTER}"
    assert entry.created_at.isoformat() == entry.changed_at.isoformat() == "2026-03-02T08:00:00"


# --- the command line --------------------------------------------------------------------------


def test_export_and_import_on_the_command_line(full: Notes, notes_url: str, other: Notes, tmp_path: Path) -> None:
    other_url = other.engine.url.render_as_string(hide_password=False)
    shown = run_accord("notes", "export", notes_url=notes_url)
    assert (shown.returncode, shown.stderr, shown.stdout.splitlines()) == (0, "", list(export_lines(full)))
    for _ in range(2):  # the second replaces the first
        done = run_accord("notes", "export", "--out", "backup.jsonl", cwd=tmp_path, notes_url=notes_url)
        assert (done.returncode, done.stderr, done.stdout) == (0, "", f"18 lines written to {tmp_path / 'backup.jsonl'}\n")
    assert (tmp_path / "backup.jsonl").read_text(encoding="utf-8") == shown.stdout
    assert [path.name for path in tmp_path.glob(".backup*")] == []
    for words in ("18 added + 0 newer + 0 known", "0 added + 0 newer + 18 known"):
        done = run_accord("notes", "import", "backup.jsonl", cwd=tmp_path, notes_url=other_url)
        assert (done.returncode, done.stderr, done.stdout) == (0, "", f"18 lines read = {words}\n")
    assert list(export_lines(other)) == list(export_lines(full))


def test_import_from_standard_input_with_whatever_mark_in_front(tmp_path: Path) -> None:
    env = environment(notes_url=f"sqlite:///{tmp_path}/notes.db")
    command = [sys.executable, "-m", "app", "notes", "import", "-"]
    done = subprocess.run(command, cwd=ROOT, env=env, input=f"\ufeff{_line()}\r\n".encode(), capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", b"1 lines read = 1 added + 0 newer + 0 known\n")


def test_what_export_and_import_refuse(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/notes.db"
    (tmp_path / "utf16.jsonl").write_bytes(_line().encode("utf-16"))
    (tmp_path / "cut.jsonl").write_text(_line() + "\n" + _line(id="n2")[:50])

    def refused(*arguments: str) -> str:
        done = run_accord("notes", *arguments, cwd=tmp_path, notes_url=url)
        assert (done.returncode, done.stdout) == (2, "")
        return done.stderr

    assert refused("export").startswith("There are no notes yet: ")
    assert not is_there(url), "an export makes no database"
    assert refused("import", "nowhere.jsonl") == "nowhere.jsonl cannot be read: No such file or directory.\n"
    assert refused("import", "utf16.jsonl").startswith("utf16.jsonl is no text in UTF-8")
    assert refused("import", "cut.jsonl").startswith("Line 2 cannot be imported: it is no JSON (")
    assert refused("export", "--out", "no/such/folder/x").endswith("x cannot be written: No such file or directory.\n")
    assert refused("export", "--out", ".").endswith(" cannot be written: Is a directory.\n")
    assert sqlite3.connect(tmp_path / "notes.db").execute("select count(*) from field_note").fetchone() == (0,)
    assert refused("export", "sideways")


def test_a_reader_who_goes_away_ends_an_export_without_a_word(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/notes.db"
    with opened(url) as notes:
        for _ in range(30):
            notes.add(_note("x" * 10_000), ANN)
    command = [sys.executable, "-m", "app", "notes", "export"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(notes_url=url), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as export:
        assert export.stdout.read(100).startswith(b'{"table": "field_note"')
        export.stdout.close()
        assert (export.wait(ENDS_WITHIN_S), export.stderr.read()) == (0, b"")


# --- joint work in the numbers -----------------------------------------------------------------

COMPANY = {
    "lead_event": "lead_id,stage,occurred_at\nA,handed_off,2026-03-02T09:00:00Z\n",
    "account": "account_id,name\nA1,Acme\n",
    "member": "member_id,name\nm1,Ann Lee\ns1,Bob Ray\n",
}
WORK = {"joint_work": "done_on,kind,marketing_member,sales_member,account_id,campaign_id,note\n2026-03-03,joint_content,m1,s1,A1,,from the file\n"}


@pytest.mark.parametrize("notes_url", ["sqlite"], indirect=True)
def test_joint_work_that_people_wrote_counts_from_the_next_build_on(notes: Notes, notes_url: str, tmp_path: Path) -> None:
    company = build_company(tmp_path, COMPANY, WORK, as_of="2026-06-01")
    talk = {"account_id": "A1", "account_name": "Acme", "text": "good talk"}
    folders = {"extracts": tmp_path / "extracts", "maps": tmp_path / "maps", "scorecard": tmp_path / "build", "notes_url": notes_url, "as_of": "2026-06-01"}
    assert company.value("joint_work") == 1
    kept = notes.add(JointWork(done_on=DAY, kind="ride_along", marketing_member="ann lee", sales_member="Bob Ray", **talk), ANN)
    notes.add(JointWork(done_on=DAY, kind="ride_along", marketing_member="Zoë", account_name="Nobody's", campaign="Spring"), ANN)
    notes.remove(notes.add(JointWork(done_on=DAY, kind="ride_along"), ANN), ANN)
    built = run_accord("build", **folders)
    assert built.returncode == 0
    assert "Joint work: 2 written on the site, besides joint_work.csv." in built.stdout
    assert company.ask("joint_work", by="kind").rows == ({"kind": "joint_content", "value": 1}, {"kind": "ride_along", "value": 2})
    rows = company.card.query("select * exclude (kind) from joint_work order by done_on, note", {}).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (DAY, "Zoë", None, "Nobody's", "Nobody's", "Spring", ""),
        (DAY, "Ann Lee", "Bob Ray", "A1", "Acme", None, "good talk"),
        (date(2026, 3, 3), "Ann Lee", "Bob Ray", "A1", "Acme", None, "from the file"),
    ]
    notes.remove(kept, BOB)
    assert run_accord("build", **folders).returncode == 0
    assert company.value("joint_work") == 2


def test_a_build_without_the_database_goes_on_and_says_so(tmp_path: Path) -> None:
    company = build_company(tmp_path, COMPANY, WORK)
    folders = {"extracts": tmp_path / "extracts", "maps": tmp_path / "maps", "scorecard": tmp_path / "build"}
    built = run_accord("build", **folders, notes_url="postgresql://ann:sesame@127.0.0.1:1/notes")
    assert built.returncode == 0
    assert "Joint work that people wrote on the site is not counted this time. The notes at postgresql+psycopg://ann:***@127.0.0.1:1/notes cannot be" in built.stdout
    assert company.card.facts["notes"][0].startswith("Joint work that people wrote on the site is not counted this time.")
    assert "sesame" not in str(company.card.facts) + built.stdout + built.stderr
    assert company.value("joint_work") == 1
    built = run_accord("build", **folders, notes_url=f"sqlite:///{tmp_path}/none.db")
    assert (built.returncode, is_there(f"sqlite:///{tmp_path}/none.db")) == (0, False), "a build makes no database"


def test_the_fingerprint_notices_joint_work(tmp_path: Path) -> None:
    company = build_company(tmp_path, COMPANY)
    written = Written(({"done_on": DAY, "kind": "ride_along"},))
    assert fingerprint(company.settings) != fingerprint(company.settings, written)
    assert fingerprint(company.settings, written) == fingerprint(company.settings, Written(({"done_on": DAY, "kind": "ride_along"},), ("said",)))
    assert build_folder(tmp_path).value("joint_work") == 0
