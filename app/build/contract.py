"""Contracts: what tables and columns a source, or the maps, may have, read from a file schema.sql."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Column:
    """One column of a contract. The comment's vocabulary is described in queries/sources/canonical/schema.sql."""

    name: str
    type: str
    is_required: bool
    aliases: tuple[str, ...]
    field: str
    holds_day: bool
    at_day_end: bool
    may_lie_ahead: bool
    only_mapped: bool
    tells_table: bool
    one_of: tuple[str, ...]
    ties: str = ""
    lists: str = ""
    names: str = ""

    @property
    def is_instant(self) -> bool:
        """Whether values are moments in time."""
        return self.type == "TIMESTAMP"


@dataclass(frozen=True)
class Table:
    """One table of a contract, with its purpose in words."""

    name: str
    columns: tuple[Column, ...]
    key: str | None
    is_required: bool
    purpose: str


@cache
def read_contract(path: Path) -> dict[str, Table]:
    """Tables of a schema.sql by name, in the file's order."""
    with duckdb.connect() as con:
        con.execute(path.read_text())
        names = con.execute("select table_name, comment from duckdb_tables() order by table_oid").fetchall()
        return {name: _table(con, name, comment or "") for name, comment in names}


def _table(con: duckdb.DuckDBPyConnection, name: str, comment: str) -> Table:
    keys = con.execute(
        "select constraint_column_names[1] from duckdb_constraints() where table_name = ? and constraint_type = 'PRIMARY KEY'",
        [name],
    ).fetchone()
    columns = con.execute(
        "select column_name, data_type, is_nullable, comment from duckdb_columns() where table_name = ? order by column_index",
        [name],
    ).fetchall()
    need, _, purpose = comment.partition(": ")
    return Table(name, tuple(_column(*row) for row in columns), keys[0] if keys else None, need == "required", purpose)


def _column(name: str, kind: str, is_nullable: bool, comment: str | None) -> Column:
    words = dict(pair.strip().split("=", 1) for pair in (comment or "").split(";") if "=" in pair)
    return Column(
        name=name,
        type=kind,
        is_required=not is_nullable,
        aliases=tuple(filter(None, [words.get("or")])),
        field=words.get("field", name),
        holds_day=words.get("holds") == "day",
        at_day_end=words.get("day") == "end",
        may_lie_ahead=words.get("ahead") == "yes",
        only_mapped=words.get("mapped") == "only",
        tells_table=words.get("tells") == "table",
        one_of=tuple(words["one_of"].split("|")) if "one_of" in words else (),
        ties=words.get("ties", ""),
        lists=words.get("lists", ""),
        names=words.get("names", ""),
    )
