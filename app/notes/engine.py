"""Opens the database of what people write: SQLite by default, PostgreSQL by URL, brought to the newest schema when opened."""

import threading
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app.errors import NotesError
from app.notes.store import Notes, cause
from app.settings import ROOT

MIGRATIONS = Path(__file__).parent / "migrations"
WAITS_S = 30  # for another writer
CONNECTS_S = 10
LOCK = 4_717_011  # of PostgreSQL: who migrates first


def open_notes(url: str) -> Notes:
    """The notes at a database URL, made or brought to the newest schema where need be; opened once for all threads.

    Raises NotesError where the database cannot be reached or written, or was written by a newer program.
    """
    with _lock:
        return _open(url)


def is_there(url: str) -> bool:
    """Whether there is something to open; a file of SQLite is made by the first who writes. Raises NotesError where the URL cannot be."""
    place = _place(url)
    return place.get_backend_name() != "sqlite" or Path(place.database or "").exists()


_lock = threading.Lock()


@lru_cache(maxsize=4)
def _open(url: str) -> Notes:
    place = _place(url)
    shown = place.set(query={})  # prints without password
    try:
        engine = _engine(place)
        with engine.begin() as connection:
            _migrate(connection)
    except CommandError as fault:
        engine.dispose()
        raise NotesError(f"The notes at {shown} were written by a newer version of Accord: run that one ({fault}).") from None
    except (SQLAlchemyError, OSError) as fault:
        raise NotesError(f"The notes at {shown} cannot be opened: {cause(fault)}. Set ACCORD_NOTES_URL to a database that can be written.") from None
    return Notes(engine)


def _place(url: str) -> URL:
    """The URL with our driver; a relative file of SQLite is relative to the project."""
    try:
        place = make_url(url)
        if place.get_backend_name() in ("postgresql", "postgres"):
            if url.count("@") > 1 or "@" in (place.database or ""):  # what is part of the password would be shown as a host
                raise NotesError("ACCORD_NOTES_URL has an @ or a / too many (not shown: it may hold a password): in a password they are written %40 and %2F.")
            return place.set(drivername="postgresql+psycopg")
        if place.get_backend_name() == "sqlite" and place.database and place.database != ":memory:":
            return place.set(database=str(ROOT / place.database))
    except (ArgumentError, ValueError):  # ValueError: of a port that is no number
        pass
    raise NotesError("ACCORD_NOTES_URL is no database URL: write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.")


def _engine(place: URL) -> Engine:
    if place.get_backend_name() != "sqlite":
        return create_engine(place, pool_pre_ping=True, connect_args={"connect_timeout": CONNECTS_S, "client_encoding": "utf8"})
    Path(place.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(place, connect_args={"timeout": WAITS_S})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: object, record: object) -> None:
    """Readers and one writer side by side (WAL); what is confirmed is on the disk (synchronous=FULL)."""
    connection.isolation_level = None  # transactions are ours to begin
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Who will write waits its turn at the start: a reader that turns writer later would fail instead of waiting."""
    connection.exec_driver_sql("begin" if connection.get_execution_options().get("only_reads") else "begin immediate")


def _migrate(connection: Connection) -> None:
    """All steps up to the newest, in the caller's transaction; of several programs that start at once the others wait."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, ScriptDirectory.from_config(config).get_current_head() or "head")
