"""Writing and reading entries. A write is one transaction with its line of history; when it returns, it is on the disk."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.errors import NotesError, Overtaken
from app.notes.models import SIDES, Base, Change, Entry, Persona

MOST_WORDS = 20_000
OWN = ("id", "version", "created_at", "created_by", "created_side", "changed_at", "changed_by", "is_removed")
NAMESPACE = uuid.UUID("6f1d7a4e-6d8e-4c39-9c5b-0a5b4f0d1c11")
E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class Author:
    """Who writes, and for which side (`marketing` or `sales`)."""

    name: str
    side: str


class Notes:
    """One database of entries."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # What one reading sees is of one moment, however many tables it asks; SQLite does so by itself.
        moment = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        self._reading = engine.execution_options(only_reads=True, **moment)

    def stamp(self) -> int:
        """How many changes there have been: another number means that something new is to be seen."""
        with self._reads() as session:
            return session.scalar(select(func.count()).select_from(Change)) or 0

    def add(self, entry: E, by: Author) -> E:
        """Keeps a new entry. Raises NotesError where a field is missing or cannot be, Overtaken for a persona that is there."""
        now = _now()
        entry.id = persona_id(entry.name or "") if isinstance(entry, Persona) else uuid.uuid4().hex
        entry.version, entry.is_removed = 1, False
        entry.created_at = entry.changed_at = now
        entry.created_by = entry.changed_by = _author(by)
        entry.created_side = by.side
        _fill_defaults(entry)
        check(entry)
        try:
            with self._writes() as session:
                session.add(entry)
                session.add(_change(entry, "added", by, now))
        except IntegrityError:
            raise Overtaken(self._current(type(entry), entry.id)) from None
        return entry

    def change(self, entry: E, by: Author, **fields: object) -> E:
        """Changes fields of an entry as it was read, and returns it as it now is.

        Raises Overtaken where somebody changed it meanwhile, NotesError where a field cannot be.
        """
        return self._become(entry, by, "changed", fields)

    def remove(self, entry: E, by: Author) -> E:
        """Takes an entry out of sight; `restore` brings it back. Raises as `change`."""
        return self._become(entry, by, "removed", {"is_removed": True})

    def restore(self, entry: E, by: Author) -> E:
        """Brings a removed entry back. Raises as `change`."""
        return self._become(entry, by, "restored", {"is_removed": False})

    def find(self, kind: type[E], with_removed: bool = False, **values: object) -> list[E]:
        """Entries of a kind with these values, the oldest first."""
        query = select(kind).filter_by(**values) if with_removed else select(kind).filter_by(is_removed=False, **values)
        with self._reads() as session:
            return list(session.scalars(query.order_by(kind.created_at, kind.id)))

    def get(self, kind: type[E], entry_id: str) -> E | None:
        """An entry by its id, removed or not."""
        with self._reads() as session:
            return session.get(kind, entry_id)

    def history(self, entry: Entry) -> list[Change]:
        """All changes of an entry, the oldest first."""
        query = select(Change).filter_by(kind=entry.__tablename__, entry_id=entry.id).order_by(Change.version, Change.seq)
        with self._reads() as session:
            return list(session.scalars(query))

    def _become(self, entry: E, by: Author, what: str, fields: dict[str, object]) -> E:
        now, kind = _now(), type(entry)
        if strangers := [name for name in fields if name in OWN and name != "is_removed" or name not in kind.__table__.columns]:
            raise NotesError(f"{kind.__tablename__} has no field {strangers[0]} to change.")
        with self._writes() as session:
            held = session.get(kind, entry.id, with_for_update=True)
            if held is None:
                raise NotesError(f"There is no {kind.__tablename__} {entry.id}.")
            if held.version != entry.version:
                session.expunge(held)
                raise Overtaken(held)
            for name, value in fields.items():
                setattr(held, name, value)
            held.version, held.changed_at, held.changed_by = held.version + 1, now, _author(by)
            check(held)
            session.add(_change(held, what, by, now))
        return held

    def _current(self, kind: type[E], entry_id: str) -> E:
        held = self.get(kind, entry_id)
        if held is None:
            raise NotesError(f"This {kind.__tablename__} could not be kept: the database refused it.")
        return held

    @contextmanager
    def _reads(self) -> Iterator[Session]:
        try:
            with Session(self._reading, expire_on_commit=False) as session:
                yield session
                session.expunge_all()
        except SQLAlchemyError as fault:
            raise NotesError(f"The notes cannot be read just now: {cause(fault)}.") from fault

    @contextmanager
    def _writes(self) -> Iterator[Session]:
        """One transaction; what it wrote is on the disk when it ends. Raises NotesError where the database cannot be written."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except IntegrityError:
            raise
        except SQLAlchemyError as fault:
            raise NotesError(f"This could not be kept: {cause(fault)}. Nothing was changed; try again.") from fault


def plain_fields(entry: Entry) -> dict[str, object]:
    """All fields of an entry as JSON can hold them."""
    values = {column.key: getattr(entry, column.key) for column in type(entry).__table__.columns}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def persona_id(name: str) -> str:
    """One persona for each name, case and outer blanks aside, whoever writes of it first."""
    return uuid.uuid5(NAMESPACE, clean(name).strip().casefold()).hex


def clean(words: str) -> str:
    """The same text, without the two things no database keeps: NUL and halves of a character."""
    return words.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def check(row: Base) -> None:
    """Cleans the texts of an entry or a change. Raises NotesError with the sentence of the first field that cannot be."""
    for column in type(row).__table__.columns:
        value = getattr(row, column.key)
        if isinstance(value, str):
            value = clean(value).strip()
            setattr(row, column.key, value)
            most = getattr(column.type, "length", None) or MOST_WORDS
            if len(value) > most:
                raise NotesError(f"The {_words(column.key)} has {len(value):,} characters; up to {most:,} are kept. Nothing was saved: shorten it.")
        if (value is None and not column.nullable and column.key != "seq") or (column.key in row.required and not value):
            raise NotesError(f"The {_words(column.key)} is missing.")
    for name, values in row.closed.items():
        if getattr(row, name) not in values:
            raise NotesError(f"{getattr(row, name)!r} is no {_words(name)}; there are: {', '.join(values)}.")
    if isinstance(row, Persona) and row.id != persona_id(row.name):
        raise NotesError("A persona keeps its name, as its notes go by it: write another persona.")


def cause(fault: Exception) -> str:
    """The driver's own words in one line, without the statement."""
    return " ".join(str(getattr(fault, "orig", None) or fault).split()).rstrip(".?")


def _change(entry: Entry, what: str, by: Author, at: datetime) -> Change:
    return Change(
        id=uuid.uuid4().hex, kind=entry.__tablename__, entry_id=entry.id, version=entry.version, what=what, at=at, by=_author(by), side=by.side,
        entry=plain_fields(entry),
    )  # fmt: skip


def _author(by: Author) -> str:
    name = clean(by.name).strip()
    if not name:
        raise NotesError("Say who you are first: your name stands beside what you write.")
    if by.side not in SIDES:
        raise NotesError(f"{by.side!r} is no side; there are: {', '.join(SIDES)}.")
    return name[:200]


def _fill_defaults(entry: Entry) -> None:
    """Defaults are set here and not by the database, so that the line of history has them."""
    for column in type(entry).__table__.columns:
        if getattr(entry, column.key) is None and column.default is not None:
            setattr(entry, column.key, column.default.arg)


def _words(column: str) -> str:
    return column.replace("_", " ")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
