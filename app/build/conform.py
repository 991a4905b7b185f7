"""Runs each source's SQL and joins what they make into the conformed tables."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from app.build.contract import Table, read_contract
from app.build.load import Loaded
from app.build.models import run_models, tables_of
from app.build.people import join_people
from app.build.staging import ROWS_PER_FILE
from app.queries import QUERIES, SqlFile, read_folder

CANONICAL = QUERIES / "sources" / "canonical" / "schema.sql"
UNMAPPED = "select cast(null as varchar) as map, cast(null as varchar) as value, cast(null as bigint) as row_count limit 0"


@dataclass(frozen=True)
class Source:
    """A source: its folder of SQL and its folder of extracts."""

    name: str
    sql: Path
    extracts: Path


@dataclass(frozen=True)
class Makers:
    """Who makes what: sources with what was loaded of them, in the order in which they speak, and for each conformed table (and
    `unmapped`) the schemas that have it."""

    ordered: tuple[tuple[Source, Loaded], ...]
    schemas: dict[str, tuple[str, ...]]
    supplied: frozenset[str]

    @property
    def numbers(self) -> dict[str, int]:
        """The place of each schema's source."""
        return {schema: number for number, (source, _) in enumerate(self.ordered) for schema in (source.name, f"raw_{source.name}")}


def find_makers(sources: list[Source], loaded: list[Loaded]) -> Makers:
    """Which conformed tables are made by whom, and which are supplied, as what they are made from is there."""
    contract = read_contract(CANONICAL)
    schemas: dict[str, tuple[str, ...]] = dict.fromkeys([*contract, "unmapped"], ())
    supplied: set[str] = set()
    ordered = tuple(_deals_first(sources, loaded))
    for source, one in ordered:
        models = read_folder(source.sql)
        one.limits = [file.header["cannot"] for file in models.values() if "cannot" in file.header]
        for table in schemas:
            if table in models:
                schemas[table] += (source.name,)
                supplied |= {table} if _is_supplied(models[table], one) else set()
            elif not models and table in one.tables:  # a source without SQL supplies conformed tables as they stand
                schemas[table] += (f"raw_{source.name}",)
                supplied.add(table)
    return Makers(ordered, schemas, frozenset(supplied))


def show_raw(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Shows a source's raw tables, which lie in the state, in the connection's catalog."""
    con.execute(f"create schema raw_{source.name}")
    for name in read_contract(source.sql / "schema.sql"):
        con.execute(f'create view raw_{source.name}."{name}" as from state.raw_{source.name}."{name}"')


def conform(con: duckdb.DuckDBPyConnection, makers: Makers, is_wanted: Callable[[str, str], bool] | None = None) -> None:
    """Runs the models of each source and fills the schema `conformed`; only those wanted, and the tables that they alone make.

    Each source's raw tables lie in the schema raw_SOURCE of the connection's catalog.
    """
    contract = read_contract(CANONICAL)
    con.execute("create schema if not exists conformed")
    for source, _ in makers.ordered:
        models = read_folder(source.sql)
        run_source(con, source.name, {name: file for name, file in models.items() if is_wanted is None or is_wanted(source.name, name)})
    has_one_source_of_people = len(makers.schemas["person"]) <= 1
    for name, table in contract.items():
        schemas = makers.schemas[name]
        if len(schemas) == 1 and has_one_source_of_people and is_wanted is None:
            _show(con, table, schemas[0], makers.numbers[schemas[0]])
        else:
            _union(con, table, tuple(s for s in schemas if is_wanted is None or is_wanted(s.removeprefix("raw_"), name)), makers.numbers)
    if not has_one_source_of_people:
        join_people(con, contract)


def unite_unmapped(con: duckdb.DuckDBPyConnection, makers: Makers) -> None:
    """Makes the table `unmapped` of what the sources say."""
    selects = [f"select map, value, row_count from {schema}.unmapped" for schema in makers.schemas["unmapped"]]
    con.execute(f"create table unmapped as {' union all '.join(selects) or UNMAPPED}")


def run_source(con: duckdb.DuckDBPyConnection, name: str, models: dict[str, SqlFile]) -> None:
    """In a source's SQL, `raw.lead` is its own raw table and a bare name one of its own models."""
    if not models:
        return
    (home,) = con.execute("select current_catalog()").fetchall()[0]
    con.execute(f"create schema if not exists raw; create schema if not exists {name}")
    for table in tables_of(con, f"raw_{name}"):
        con.execute(f'create or replace view raw."{table}" as from raw_{name}."{table}"')
    con.execute(f"set search_path = '{home}.{name},{home}.main'")
    run_models(con, models, name)
    con.execute(f"use {home}; drop schema raw cascade")


def _deals_first(sources: list[Source], loaded: list[Loaded]) -> list[tuple[Source, Loaded]]:
    """CRMs before what lies beside them: where two sources tell the same, the first one's rows are kept."""
    return sorted(zip(sources, loaded, strict=True), key=lambda pair: not _has_deals(*pair))


def _has_deals(source: Source, one: Loaded) -> bool:
    models = read_folder(source.sql)
    return _is_supplied(models["opportunity"], one) if "opportunity" in models else "opportunity" in one.tables


def _is_supplied(model: SqlFile, loaded: Loaded) -> bool:
    """Whether what a model is made from is there: a table, or table.column for one that must be mapped."""
    return any(word in loaded.tables or word in loaded.mapped for word in model.words("from"))


def _show(con: duckdb.DuckDBPyConnection, table: Table, schema: str, number: int) -> None:
    """A table that one source makes is not copied."""
    there = _columns_of(con, table, schema)
    columns = [(column.name, column.type) for column in table.columns] + [("_origin", "bigint")]
    values = ", ".join(f'cast({f"""t."{name}" """ if name in there else "null"} as {kind}) as "{name}"' for name, kind in columns)
    con.execute(f"create view conformed.{table.name} as select {values}, cast({number} as integer) as _source_no from {schema}.{table.name} as t")


def _union(con: duckdb.DuckDBPyConnection, table: Table, schemas: tuple[str, ...], numbers: dict[str, int]) -> None:
    columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
    con.execute(f"create table if not exists conformed.{table.name} ({columns}, _origin bigint, _source_no integer)")
    for schema in schemas:
        columns = _known_columns(con, table, schema)
        con.execute(f"insert into conformed.{table.name} by name select {columns}, {numbers[schema]} as _source_no from {schema}.{table.name} as t")
    if table.key and len(schemas) > 1:
        _quarantine_second(con, table)


def _known_columns(con: duckdb.DuckDBPyConnection, table: Table, schema: str) -> str:
    there = _columns_of(con, table, schema)
    return ", ".join(f't."{name}"' for name in [*(column.name for column in table.columns), "_origin"] if name in there)


def _columns_of(con: duckdb.DuckDBPyConnection, table: Table, schema: str) -> set[str]:
    return {row[0] for row in con.execute(f"describe {schema}.{table.name}").fetchall()}


def _quarantine_second(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """One id in two sources: the first source's row stays, and the second is reported unless it says the same."""
    columns = [f'"{column.name}"' for column in table.columns]
    row = f"row({', '.join(columns)})"
    in_turn = f"partition by {table.key} order by _source_no, {', '.join(f'{name} nulls last' for name in columns)}, _origin"
    con.execute(f"""
        create or replace temp table second as
        select rowid as row_no, _origin, {table.key} as key, {row} is not distinct from first_value({row}) over ({in_turn}) as is_same
        from conformed.{table.name}
        qualify row_number() over ({in_turn}) > 1
    """)
    con.execute(f"""
        insert into quarantine
        select f.source, f.table_name, s._origin, '{table.key}', s.key, 'is in another source too, whose row was kept'
        from second as s left join file as f on f.file_no = s._origin // {ROWS_PER_FILE}
        where not s.is_same
    """)
    con.execute(f"delete from conformed.{table.name} where rowid in (select row_no from second)")
