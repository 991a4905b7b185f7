"""Loads the maps: a company's own file where there is one, else the default that ships."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from app.build.contract import Table, read_contract
from app.build.files import files_in, plain
from app.build.load import Loader
from app.build.staging import ROWS_PER_FILE
from app.errors import MapError
from app.queries import QUERIES

DEFAULTS = QUERIES / "maps"
# What tells one row of a map from another, so that no word is mapped twice.
KEYS = {
    "business_hours": "weekday", "lead_status": "status", "channel": "source", "team": "role", "segment": "employees_from", "tier": "account_id",
    "fx": "currency || from_date",
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """What people wrote on the site and a build counts: rows of joint_work.csv's columns; and what there is to say of it."""

    joint_work: tuple[dict[str, object], ...] = ()
    notes: tuple[str, ...] = ()


def load_maps(con: duckdb.DuckDBPyConnection, folder: Path, written: Written) -> list[str]:
    """Makes the schema `map` with a table for each map, what people wrote included; returns the names of the company's own files.

    Raises MapError with a sentence for each row that says something impossible.
    """
    contract = read_contract(DEFAULTS / "schema.sql")
    there = {path.name for path in files_in(folder)} if folder.exists() else set()
    own = {name: folder / f"{name}.csv" for name in contract if f"{name}.csv" in there}
    strangers = sorted(name for name in there if name.endswith(".csv") and name.removesuffix(".csv") not in contract)
    if strangers:
        raise MapError(f"{folder.name}/{strangers[0]} is no map. There are: {', '.join(f'{name}.csv' for name in contract)}.")
    read = own | {name: path for name in contract if name not in own and _says_something(path := DEFAULTS / f"{name}.csv")}
    Loader(con, takes_fields=False).load("map", {plain(name): [path] for name, path in read.items()}, folder.parent, contract, {})
    faults = [_sentence(*row) for row in con.execute(_FAULTS).fetchall()]
    for name in read:
        faults += _impossible(con, name, contract[name]) + _repeated(con, name)
    faults += _closed_before_open(con)
    if faults:
        raise MapError(*faults)
    con.execute("create schema map")
    for name in contract:
        con.execute(f'create table map."{name}" as from raw_map."{name}"')
    for row in written.joint_work:
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        con.execute(f"insert into map.joint_work ({names}) values ({marks})", list(row.values()))
    con.execute('update map.fields set source = lower(source), "table" = lower("table"), field = lower(field)')
    for role in ("raw", "spare", "added", "removed"):
        con.execute(f"drop schema {role}_map cascade")
    con.execute("drop table file; drop table refused; drop table quarantine; drop table freshness; drop table standing")
    return sorted(own)


def _says_something(path: Path) -> bool:
    """Most defaults are a line of names, which need not be read."""
    return path.read_text(encoding="utf-8").count("\n") > 1


_FAULTS = f"""
    select f.path, q.origin % {ROWS_PER_FILE}, q.column_name, q.value, q.reason
    from quarantine as q inner join file as f on f.file_no = q.origin // {ROWS_PER_FILE} order by all
"""


def _sentence(path: str, row: int, column: str | None, value: str | None, reason: str) -> str:
    where = f"{path}, row {row}" + (f", column {column}" if column else "")
    return f"{where}: {value!r} {reason}." if value is not None else f"{where}: {reason}."


def _impossible(con: duckdb.DuckDBPyConnection, name: str, table: Table) -> list[str]:
    faults = []
    for column in (column for column in table.columns if column.one_of):
        con.execute(f'update raw_map."{name}" set "{column.name}" = lower("{column.name}")')
        query = f'select _origin % {ROWS_PER_FILE}, "{column.name}" from raw_map."{name}" where "{column.name}" not in (select unnest(?::varchar[])) order by 1'
        faults += [
            f"{name}.csv, row {row}, column {column.name}: {value!r} is none of {', '.join(column.one_of)}."
            for row, value in con.execute(query, [list(column.one_of)]).fetchall()
        ]
    return faults


def _closed_before_open(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute("select weekday, opens, closes from raw_map.business_hours where closes <= opens order by all").fetchall()
    return [f"business_hours.csv: {weekday} closes at {closes}, not after it opens at {opens}." for weekday, opens, closes in rows]


def _repeated(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    if name not in KEYS:
        return []
    query = f'select min({KEYS[name]}), count(*) from raw_map."{name}" group by lower(cast({KEYS[name]} as varchar)) having count(*) > 1 order by 1'
    return [f"{name}.csv says {value!r} {count} times: keep one row of it." for value, count in con.execute(query).fetchall()]
