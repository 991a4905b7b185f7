"""Moves or backs up all notes as JSON lines: one line for each entry and each change, removed ones included."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, DateTime, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import NotesError
from app.notes.models import KINDS, Base, Change, Entry
from app.notes.store import Notes, plain_fields

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
                except (ValueError, KeyError, TypeError, IntegrityError) as fault:
                    raise NotesError(f"Line {number} cannot be imported: {_words(fault)}. Nothing was imported.") from None
    return done


def _import(session: Session, line: str, done: Imported) -> None:
    fields = json.loads(line)
    if not isinstance(fields, dict) or fields.get("table") not in TABLES:
        raise ValueError(f"it names no table of {', '.join(TABLES)}")
    row = _row(TABLES[fields.pop("table")], fields)
    done.read += 1
    held = session.scalar(select(Change).filter_by(id=row.id)) if isinstance(row, Change) else session.get(type(row), row.id)
    if held is None:
        session.add(row)
        done.added += 1
    elif isinstance(row, Entry) and (row.version, row.changed_at) > (held.version, held.changed_at):
        session.merge(row)
        done.newer += 1
    else:
        done.known += 1


def _row(kind: type[Base], fields: dict[str, object]) -> Base:
    columns = {column.key: column for column in kind.__table__.columns if column.key != "seq"}
    if strangers := sorted(fields.keys() - columns.keys()):
        raise ValueError(f"{kind.__tablename__} has no field {strangers[0]!r}")
    if missing := [name for name, column in columns.items() if fields.get(name) is None and not column.nullable]:
        raise ValueError(f"{kind.__tablename__} needs {missing[0]}")
    return kind(**{name: _value(columns[name].type, value) for name, value in fields.items()})


def _value(kind: object, value: object) -> object:
    if value is None or not isinstance(kind, (Date, DateTime)):
        return value
    return date.fromisoformat(str(value)) if isinstance(kind, Date) else datetime.fromisoformat(str(value))


def _words(fault: Exception) -> str:
    if isinstance(fault, json.JSONDecodeError):
        return f"it is no JSON ({fault.msg}, character {fault.pos + 1})"
    return " ".join(str(getattr(fault, "orig", None) or fault).split()).rstrip(".")
