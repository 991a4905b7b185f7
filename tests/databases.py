"""Both kinds of databases that notes live in: a PostgreSQL server of the tests' own, and programs that write until they are killed."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg

from app.errors import Overtaken
from app.notes import Author, FieldNote, Notes, open_notes

ANN = Author("Ann Lee", "marketing")
BOB = Author("Bob Ray", "sales")
DAY = date(2026, 3, 2)


@contextmanager
def opened(url: str) -> Iterator[Notes]:
    """Notes whose connections are closed in the end."""
    notes = open_notes(url)
    try:
        yield notes
    finally:
        notes.engine.dispose()


@contextmanager
def postgresql_server(programs: str) -> Iterator[Callable[..., str]]:
    """Runs a server on a socket in a folder of its own; yields a function that makes an empty place for notes and returns its URL.

    `programs` is the folder of initdb and pg_ctl. They refuse root, so that root runs them as postgres.
    """
    folder = Path(tempfile.mkdtemp(prefix="accord-pg-"))
    user = _not_root()
    if user:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        command = [f"{programs}/{program}", "-D", str(folder / "data"), *arguments]
        with open(folder / "log", "ab") as log:
            done = subprocess.run(command, cwd=folder, user=user, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=120, check=False)
        assert done.returncode == 0, (folder / "log").read_text()

    try:
        run("initdb", "--auth=trust", "--username=accord", "--encoding=UTF8", "--no-locale", "--no-sync")
        run("pg_ctl", "start", "-w", "-o", f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=on")
        try:
            yield _maker_of_databases(folder)
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _not_root() -> str | None:
    """Whom root runs the server as: Debian's package makes postgres."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd  # not there on Windows, where nobody is root

    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _maker_of_databases(folder: Path) -> Callable[..., str]:
    """Each is a schema of one database, which is made in no time, or a database of its own where it takes options."""
    numbers = itertools.count()

    def make(options: str = "") -> str:
        name = f"notes_{next(numbers)}"
        with psycopg.connect(f"host={folder} user=accord dbname=postgres", autocommit=True) as connection:
            connection.execute(f"create database {name} {options}" if options else f"create schema {name}")
        return f"postgresql://accord@/{name}?host={folder}" if options else f"postgresql://accord@/postgres?host={folder}&options=-csearch_path%3D{name}"

    return make


# --- what runs in processes of its own ---------------------------------------------------------


def write_until_killed(url: str, confirmed: Connection) -> None:
    """Adds notes for ever, and says the id of each one as soon as it is kept."""
    notes = open_notes(url)
    while True:
        confirmed.send(notes.add(FieldNote(heard_on=DAY, text="heard"), BOB).id)


def write_some(url: str, said: Connection, name: str, entry_id: str, times: int) -> None:
    """Adds notes, and after each one changes the entry that all writers share, however often another is faster."""
    notes = open_notes(url)
    for number in range(times):
        notes.add(FieldNote(heard_on=DAY, text=f"{name} {number}"), Author(name, "sales"))
        change_at_last(notes, entry_id, Author(name, "sales"), f"{name} {number}")
    said.send("done")


def change_at_last(notes: Notes, entry_id: str, by: Author, text: str) -> None:
    """Changes an entry, starting again from what is there when somebody was faster."""
    entry = notes.get(FieldNote, entry_id)
    while True:
        try:
            notes.change(entry, by, text=text)
            return
        except Overtaken as overtaken:
            entry = overtaken.now


def open_and_write(url: str, said: Connection) -> None:
    """Opens notes that may not be there yet, in the same moment as others, and adds one."""
    said.recv()  # the starting shot
    said.send(open_notes(url).add(FieldNote(heard_on=DAY, text="first"), ANN).id)
