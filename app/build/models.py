"""Runs SQL models in the order they need each other, setting aside the rows that a model finds fault with."""

from dataclasses import replace

import duckdb

from app.build.markov import removal_effects
from app.build.staging import ROWS_PER_FILE
from app.errors import QueryError
from app.queries import SqlFile, in_order

MAX_ROUNDS = 1000


def run_models(con: duckdb.DuckDBPyConnection, files: dict[str, SqlFile], schema: str = "main", shop: str = "") -> None:
    """Makes one table of each file in `schema`. A model may return `_origin`, `_fault_column`, `_fault_value` and `_fault`:
    rows with a fault go to the quarantine instead. With `shop`, what is published is made there, in the order in which pages ask.
    Raises QueryError where the SQL is at fault.
    """
    for file in in_order(files):
        try:
            if shop and is_published(file) and not {"solve", "repeat"} & file.header.keys():
                _run(con, replace(file, body=f"select * from ({file.body}\n) order by {file.header.get('order', 'all')}"), f"{shop}.{file.name}")
                _drop_columns(con, f"{shop}.{file.name}", ["_origin"])
            else:
                _run(con, file, f"{schema}.{file.name}")
        except duckdb.Error as fault:
            raise QueryError(f"{file.name}.sql: {fault}") from fault


def is_published(file: SqlFile) -> bool:
    """Whether pages ask the table that a model makes."""
    return file.header.get("publish") != "no" and "view" not in file.header


def tables_of(con: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """Names of the tables and views of a schema of the connection's catalog."""
    query = "select table_name from information_schema.tables where table_catalog = current_catalog() and table_schema = ? order by all"
    return [row[0] for row in con.execute(query, [schema]).fetchall()]


def _run(con: duckdb.DuckDBPyConnection, file: SqlFile, name: str) -> None:
    if start := file.header.get("repeat"):
        _repeat(con, file, name, start)
        return
    if "view" in file.header:
        con.execute(f"create or replace view {name} as {file.body}")
        return
    con.execute(f"create or replace table {name} as {file.body}")
    if file.header.get("solve") == "markov":
        _solve_markov(con, name)
    columns = {row[0] for row in con.execute(f"describe {name}").fetchall()}
    if "_fault" in columns:
        con.execute(f"""
            insert into quarantine
            select f.source, f.table_name, m._origin, m._fault_column, m._fault_value, m._fault
            from {name} as m left join file as f on f.file_no = m._origin // {ROWS_PER_FILE} where m._fault is not null
        """)
        con.execute(f"delete from {name} where _fault is not null")
        _drop_columns(con, name, ["_fault", "_fault_column", "_fault_value"])


def _drop_columns(con: duckdb.DuckDBPyConnection, name: str, columns: list[str]) -> None:
    for column in columns:
        con.execute(f"alter table {name} drop column if exists {column}")


def _solve_markov(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Puts removal effects by scope and channel in the place of the counted steps."""
    steps = con.execute(f"select scope, from_state, to_state, steps from {name} order by all").fetchall()
    con.execute(f"create or replace table {name} (scope varchar, channel varchar, effect double)")
    for scope in dict.fromkeys(row[0] for row in steps):
        effects = removal_effects(row[1:] for row in steps if row[0] == scope)
        con.executemany(f"insert into {name} values (?, ?, ?)", [(scope, *effect) for effect in effects.items()])


def _repeat(con: duckdb.DuckDBPyConnection, file: SqlFile, name: str, start: str) -> None:
    """Starts as a copy of another model, then asks itself again until nothing changes."""
    con.execute(f"create or replace table {name} as from {start}")
    for _ in range(MAX_ROUNDS):
        con.execute(f"create or replace temp table next_round as {file.body}")
        changed = con.execute(f"select count(*) from (from next_round except from {name})").fetchall()[0][0]
        con.execute(f"create or replace table {name} as from next_round")
        if not changed:
            return
    raise QueryError(f"{file.name}.sql does not come to rest in {MAX_ROUNDS} rounds.")
