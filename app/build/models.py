"""Runs SQL models in the order they need each other, setting aside the rows that a model finds fault with."""

import re
from collections.abc import Collection, Mapping

import duckdb

from app.build.casts import literal, quoted
from app.build.markov import removal_effects
from app.build.staging import ROWS_PER_FILE
from app.errors import QueryError
from app.queries import QUERIES, SqlFile, in_order, read_folder

MAX_ROUNDS = 1000
AS_MADE = "as made"
BESIDE = ("_origin", "_fault", "_fault_column", "_fault_value")
SORTED_AT_ONCE = 3_000_000  # rows


def run_models(con: duckdb.DuckDBPyConnection, files: dict[str, SqlFile], schema: str = "main", shop: str = "") -> None:
    """Makes one table of each file in `schema`. A model may return `_origin`, `_fault_column`, `_fault_value` and `_fault`:
    rows with a fault go to the quarantine instead. With `shop`, what is published is made there, in the order in which pages ask.
    Raises QueryError where the SQL is at fault.
    """
    for file in in_order(files):
        try:
            if "only" in file.header:
                _run_on_part(con, file, f"{schema}.{file.name}", shop)
            elif shop and is_published(file) and not {"solve", "repeat"} & file.header.keys():
                _publish(con, file, f"{shop}.{file.name}")
            else:
                _run(con, file, f"{schema}.{file.name}")
        except duckdb.Error as fault:
            raise QueryError(f"{file.name}.sql: {fault}") from fault


def in_its_order(file: SqlFile) -> str:
    """The clause that puts a mart's rows in the order in which pages ask them."""
    order = file.header.get("order", "all")
    return "" if order == AS_MADE else f" order by {order}"


def is_published(file: SqlFile) -> bool:
    """Whether pages ask the table that a model makes."""
    return file.header.get("publish") != "no" and "view" not in file.header


def tables_of(con: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """Names of the tables and views of a schema of the connection's catalog."""
    query = "select table_name from information_schema.tables where table_catalog = current_catalog() and table_schema = ? order by all"
    return [row[0] for row in con.execute(query, [schema]).fetchall()]


def _publish(con: duckdb.DuckDBPyConnection, file: SqlFile, name: str) -> None:
    """Makes a published table; one of faulty rows too is worked out first, and then put in order part by part, as it is large."""
    columns = {row[0]: row[1] for row in con.execute(f"describe {file.body}").fetchall()}
    listed = make_table(con, name, columns, file.words("plain"))
    if "_fault" not in columns:
        con.execute(f"insert into {name} select {listed} from ({file.body}\n){in_its_order(file)}")
        return
    con.execute(f"create or replace temp table worked_out as select * replace (case when _fault is not null then _origin end as _origin) from ({file.body}\n)")
    _set_aside(con, "worked_out")
    for part in _parts(con, "worked_out", file.words("order")[0]):
        con.execute(f"insert into {name} select {listed} from worked_out where _fault is null and {part}{in_its_order(file)}")
    con.execute("drop table worked_out")


def make_table(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], plain: Collection[str] = ()) -> str:
    """Makes a published table without rows, of columns and their types but those BESIDE; those that are `plain` are not compressed. Returns its columns as
    SQL lists them.
    """
    own = {column: kind for column, kind in columns.items() if column not in BESIDE}
    declared = ", ".join(f"{quoted(column)} {kind}{' using compression uncompressed' if column in plain else ''}" for column, kind in own.items())
    con.execute(f"create or replace table {name} ({declared})")
    return ", ".join(map(quoted, own))


def _run_on_part(con: duckdb.DuckDBPyConnection, file: SqlFile, name: str, shop: str) -> None:
    """Makes a mart that rests on a part of another: the views between them see no more than that part, as an engine does not find out by itself."""
    table, _, condition = file.header["only"].partition(" where ")
    path, home = con.execute("select current_setting('search_path'), current_catalog()").fetchall()[0]
    con.execute(f"create schema shown; create view shown.{table} as from {shop or f'{home}.main'}.{table} where {condition}")
    con.execute(f"set search_path = '{home}.shown,{path}'")
    for view in in_order({name: view for name, view in read_folder(QUERIES / "marts").items() if "view" in view.header}):
        con.execute(f"create view shown.{view.name} as {view.body}")
    con.execute(f"create or replace table {name} as {file.body}")
    con.execute(f"set search_path = '{path}'; drop schema shown cascade")


def _parts(con: duckdb.DuckDBPyConnection, rows: str, column: str) -> list[str]:
    """Conditions that part rows by a column into ranges, none too large to be sorted in little memory, the lowest first."""
    count = max(1, round(con.execute(f"select count(*) from {rows}").fetchall()[0][0] / SORTED_AT_ONCE))
    shares = [place / count for place in range(1, count)]
    sample = f"select {column} as value from {rows} using sample 100000 rows"
    bounds = con.execute(f"select quantile_disc(value, $1::double[]) from ({sample})", [shares]).fetchall()[0][0] if shares else []
    texts = [literal(str(bound)) for bound in dict.fromkeys(bounds)]
    starts = [f"{column} >= {text}" for text in texts]
    ends = [f"{column} < {text}" for text in texts]
    return [" and ".join(pair) for pair in zip(["true", *starts], [*ends, "true"], strict=True)] if texts else ["true"]


def _run(con: duckdb.DuckDBPyConnection, file: SqlFile, name: str) -> None:
    if start := file.header.get("repeat"):
        _repeat(con, file, name, start)
        return
    if "view" in file.header:
        con.execute(f"create or replace view {name} as {file.body}")
        return
    if "passing" in file.header:  # worked out where it is read, which is once or twice, as it is large; `raw` is there only while a source's models are run
        body = re.sub(r"\braw\.", f"raw_{name.partition('.')[0]}.", file.body)
        con.execute(f"create or replace view {name} as {body}")
        return
    con.execute(f"create or replace table {name} as {file.body}")
    if file.header.get("solve") == "markov":
        _solve_markov(con, name)
    columns = {row[0] for row in con.execute(f"describe {name}").fetchall()}
    if "_fault" in columns:
        _set_aside(con, name)
        con.execute(f"delete from {name} where _fault is not null")
        _drop_columns(con, name, ["_fault", "_fault_column", "_fault_value"])


def _set_aside(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    con.execute(f"""
        insert into quarantine
        select f.source, f.table_name, m._origin, m._fault_column, m._fault_value, m._fault
        from {rows} as m left join file as f on f.file_no = m._origin // {ROWS_PER_FILE} where m._fault is not null
    """)


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
