"""The query that reads one file as rows of its table: typed, with where each row comes from, its state, and what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import duckdb

from app.build.casts import EARLIEST, LATEST, RawColumn, fault, literal, quoted, typed
from app.build.contract import Column, Table
from app.build.files import ExtractFile, exact, first_line, plain
from app.errors import ExtractError

# `_origin` of a row is its file's number times this, plus the row's number in the file.
ROWS_PER_FILE = 10_000_000_000
# What `_state` says of a row: it counts, its source deleted it, or it is a version that its loader has closed (history mode).
LIVE, DELETED, CLOSED = 0, 1, 2
BESIDE = '_origin bigint, _synced timestamp, _state tinyint, _fault struct("column" varchar, "value" varchar, reason varchar)'
SYNCED = ("_fivetran_synced", "_airbyte_extracted_at", "_airbyte_emitted_at", "_sdc_batched_at", "_sdc_extracted_at")
DELETED_FLAG = ("is_deleted", "_fivetran_deleted")
DELETED_AT = ("_sdc_deleted_at", "_ab_cdc_deleted_at")
_INSTANT = Column("_synced", "TIMESTAMP", False, (), "", False, False, False, False, False, ())

Mapped = Mapping[tuple[str, str], str]
Matched = list[tuple[Column, RawColumn | None]]


def mapped_column(table: Table, column: Column, mapped: Mapped) -> str | None:
    """The company's own name of a column, from fields.csv."""
    return mapped.get((table.name, column.name)) or mapped.get((table.name, column.field))


def match(con: duckdb.DuckDBPyConnection, table: Table, file: ExtractFile, mapped: Mapped, takes_fields: bool = True) -> Matched:
    """Which column of the file each column of the contract is read from. Raises ExtractError where a needed one is missing."""
    names = {plain(name): name for name in file.names}
    matched: Matched = []
    for column in table.columns:
        own = mapped_column(table, column, mapped)
        if own and plain(own) not in names:
            raise ExtractError(f"{file.label} has no column {own}, which fields.csv names for {table.name}.{column.field}. It has: {', '.join(file.columns)}.")
        candidates = [own] if own else [] if column.only_mapped else [column.name, *column.aliases]
        name = next((names[plain(c)] for c in candidates if plain(c) in names), None)
        if name is None and column.is_required:
            hint = f" (a column of another name can be given in fields.csv as {table.name},{column.field})" if takes_fields else ""
            raise ExtractError(f"{file.label} has no column {column.name}, without which its rows say nothing{hint}. It has: {', '.join(file.columns)}.")
        matched.append((column, _raw_column(con, column, file, name, bool(own))))
    return matched


def staging_query(table: Table, file: ExtractFile, number: int, matched: Matched, only: str = "") -> str:
    """SQL of the file's rows with the contract's columns and those of BESIDE. `only` is a condition on the contract's columns, each in braces,
    or on file_row_number (from 0, of Parquet), which the engine then asks before it makes anything else of a row.
    """
    values = [f"{typed(column, raw)} as {quoted(column.name)}" for column, raw in matched]
    declared = {plain(column.name) for column in table.columns}  # what a contract declares has no meaning of its own any more
    extras = {plain(name): _raw(file, name) for name in file.names if plain(name) not in declared}
    faults = [text for column, raw in matched if (text := fault(column, raw))]
    chosen = f" where {only.format_map({column.name: typed(column, raw) for column, raw in matched})}" if only else ""
    return f"""
        with typed as (
            select *, {', '.join(values)}, {number * ROWS_PER_FILE} + _row as _origin, {_synced(extras)} as _synced,
                cast({_state(extras)} as tinyint) as _state
            from ({_reading(file)}{chosen})
        )
        select {', '.join(quoted(column.name) for column in table.columns)}, _origin, _synced, _state,
            {f"coalesce({', '.join(faults)})" if faults else 'null'} as _fault
        from typed
    """


def why_unreadable(file: ExtractFile) -> str | None:
    """Half a sentence on why a file cannot be read to its end; None where it can."""
    with duckdb.connect() as con:
        try:
            con.execute(f"select bit_xor(hash(columns(*))) from ({_reading(file)})")
        except duckdb.Error as fault:
            if "parser" in str(fault):
                return "cannot be told apart into rows: it has line ends of two kinds, or quotes in odd places. Unload it again."
            return f"is damaged ({first_line(fault)}): copy or unload it again."
    return None


def _raw_column(con: duckdb.DuckDBPyConnection, column: Column, file: ExtractFile, name: str | None, is_own: bool) -> RawColumn | None:
    if name is None:
        return None
    raw = _raw(file, name)
    if not (is_own and column.is_instant and raw.type.startswith("TIMESTAMP")):
        return raw
    # A company's own date column often lands as a timestamp that is midnight in every row: those are days.
    days = con.execute(f"select bool_and(cast({raw.sql} as time) = time '00:00:00') from ({_reading(file)})").fetchone()
    return replace(raw, holds_day=bool(days and days[0]))


def _raw(file: ExtractFile, name: str) -> RawColumn:
    return RawColumn(name, f"_raw{file.names.index(name)}", file.columns.get(name, "TEXT"))


def _reading(file: ExtractFile) -> str:
    """A query of the file's columns as _raw0, _raw1, ... and the number of each row as _row, counted from 1."""
    path = literal(exact(file.path))
    values = [quoted(name) if name in file.columns else literal(file.partitions[name]) for name in file.names]
    names = ", ".join(f"{value} as _raw{index}" for index, value in enumerate(values))
    if not file.is_csv:
        return f"select {names}, file_row_number + 1 as _row from read_parquet({path}, file_row_number = true, hive_partitioning = false)"
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in file.columns)
    compression = "gzip" if file.path.name.endswith(".gz") else "none"  # what DuckDB takes for the ending is another thing where a name holds a ?
    return (
        f"select {names}, row_number() over () as _row from read_csv({path}, columns = {{{columns}}}, delim = {literal(file.delimiter or ',')}, "
        f"compression = '{compression}', header = true, quote = '\"', escape = '\"', auto_detect = false, nullstr = '', ignore_errors = true, store_rejects = true, "
        "rejects_table = 'rejected_line', rejects_scan = 'rejecting_scan')"
    )


def _state(extras: dict[str, RawColumn]) -> str:
    return state_in({name: raw.sql for name, raw in extras.items()}, lambda name: _flag(extras[name]))


def state_in(there: Mapping[str, str], flag: Callable[[str], str]) -> str:
    """What `_state` says, in any engine's words: `there` are the columns beyond the contract by plain name, `flag` the truth of one of them."""
    gone = [f"coalesce({flag(name)}, false)" for name in map(plain, DELETED_FLAG) if name in there]
    gone += [f"{there[name]} is not null" for name in map(plain, DELETED_AT) if name in there]
    active = plain("_fivetran_active")
    closed = f"when not coalesce({flag(active)}, true) then {CLOSED} " if active in there else ""
    deleted = f"when {' or '.join(gone)} then {DELETED} " if gone else ""
    return f"case {closed}{deleted}else {LIVE} end" if closed or deleted else str(LIVE)


def newest_in(times: list[str], span: tuple[str, str]) -> str:
    """The newest of some times, in any engine's words; a broken stamp would be the moment all is true at, so that those outside the span are none."""
    within = [f"case when {time} >= {span[0]} and {time} < {span[1]} then {time} end" for time in times]
    return f"greatest({', '.join(within)}, null)" if within else "cast(null as timestamp)"


def _flag(raw: RawColumn) -> str:
    return raw.sql if raw.type == "BOOLEAN" else f"accord_boolean(cast({raw.sql} as varchar))"


def _synced(extras: dict[str, RawColumn]) -> str:
    times = [typed(_INSTANT, extras[plain(name)]) for name in SYNCED if plain(name) in extras]
    if load := extras.get(plain("_dlt_load_id")):  # seconds since 1970, as text
        seconds = f"try_cast({load.sql} as double)"
        times.append(f"case when {seconds} between 0 and 1e10 then date_trunc('second', make_timestamp(cast({seconds} * 1000000 as bigint))) end")
    return newest_in(times, (EARLIEST, LATEST))
