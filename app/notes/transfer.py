"""Moves or backs up all notes as JSON lines: one line for each entry and each change, removed ones included."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import JSON, Column, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from app.errors import NotesError
from app.notes.models import KINDS, Base, Change
from app.notes.store import Notes, cause, check, plain_fields

TABLES: dict[str, type[Base]] = {**KINDS, "change": Change}


@dataclass
class Imported:
    """What an import did: lines read = added + newer (replaced an older version) + known (already there, or older than ours)."""

    read: int = 0
    added: int = 0
    newer: int = 0
    known: int = 0


def export_lines(notes: Notes) -> Iterator[str]:
    """All entries and all changes, each as one line of JSON."""
    with notes._reads() as session:
        for name, kind in TABLES.items():
            order = (kind.seq,) if kind is Change else (kind.created_at, kind.id)
            for row in session.scalars(select(kind).order_by(*order)).yield_per(1000):
                fields = {key: value for key, value in plain_fields(row).items() if key != "seq"}
                yield json.dumps({"table": name, **fields}, ensure_ascii=False)


def import_lines(notes: Notes, lines: Iterable[str]) -> Imported:
    """Adds what is not there, and takes the newer version of what is; all of it or, on the first fault, nothing.

    Raises NotesError naming the line and what is wrong with it.
    """
    done = Imported()
    with notes._writes() as session:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    _import(session, line, done)
                    session.flush()
                except (ValueError, OverflowError, RecursionError, NotesError, IntegrityError, DataError) as fault:
                    raise NotesError(f"Line {number} cannot be imported: {_words(fault)}. Nothing was imported.") from None
    return done


def _import(session: Session, line: str, done: Imported) -> None:
    fields = json.loads(line)
    kind = TABLES.get(str(fields.pop("table", None))) if isinstance(fields, dict) else None
    if kind is None:
        raise ValueError(f"it names no table of {', '.join(TABLES)}")
    row = _row(kind, fields)
    done.read += 1
    held = session.scalar(select(Change).filter_by(id=row.id)) if kind is Change else session.get(kind, row.id, with_for_update=True)
    if held is None:
        session.add(row)
        done.added += 1
    elif kind is not Change and (row.version, row.changed_at) > (held.version, held.changed_at):
        session.merge(row)
        done.newer += 1
    else:
        done.known += 1


def _row(kind: type[Base], fields: dict[str, object]) -> Base:
    columns = {column.key: column for column in kind.__table__.columns if column.key != "seq"}
    if strangers := sorted(fields.keys() - columns.keys()):
        raise ValueError(f"{kind.__tablename__} has no field {strangers[0]!r}")
    row = kind(**{name: _value(column, fields.get(name)) for name, column in columns.items()})
    check(row)
    return row


def _value(column: Column, value: object) -> object:
    """A value as its column holds it; times with a zone as UTC. Raises ValueError for a value of another type."""
    wanted = dict if isinstance(column.type, JSON) else column.type.python_type
    if value is None:
        return None
    if wanted is datetime:
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    if wanted is date:
        return date.fromisoformat(str(value))
    if type(value) is not wanted or (wanted is int and not 0 < value < 2**31):
        raise ValueError(f"{column.key} cannot be {str(value)[:60]!r}")
    return value


def _words(fault: Exception) -> str:
    if isinstance(fault, json.JSONDecodeError):
        return f"it is no JSON ({fault.msg}, character {fault.pos + 1})"
    return cause(fault)
