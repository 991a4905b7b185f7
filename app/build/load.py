"""Loads the tables of one source into `raw_<source>`, typed, and accounts for every row."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb

from app.build.casts import RawColumn, fault, literal, quoted, typed
from app.build.contract import Column, Table
from app.build.files import ExtractFile, inspect, plain
from app.errors import ExtractError

# `_origin` of a row is its file's number times this, plus the row's number in the file.
ROWS_PER_FILE = 10_000_000_000
SYNCED = ("_fivetran_synced", "_airbyte_extracted_at", "_airbyte_emitted_at", "_sdc_batched_at", "_sdc_extracted_at")
DELETED = ("is_deleted", "_fivetran_deleted")
DELETED_AT = ("_sdc_deleted_at", "_ab_cdc_deleted_at")


@dataclass
class Loaded:
    """What became of one source's extract."""

    source: str
    tables: list[str] = field(default_factory=list)
    missing: list[Table] = field(default_factory=list)
    absent_columns: dict[str, list[str]] = field(default_factory=dict)
    mapped: set[str] = field(default_factory=set)
    limits: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Loader:
    """Loads sources one after another into one DuckDB connection.

    Writes the tables file(file_no, source, table_name, path, rows_read), quarantine(source, table_name, origin, column_name,
    value, reason), and freshness: of each table the rows live, deleted and refused, its newest sync and newest event.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, takes_fields: bool = True) -> None:
        self.con = con
        self.takes_fields = takes_fields  # whether fields.csv may name other columns: not for the maps themselves
        self.files = 0
        con.execute("""
            create table file (file_no bigint, source varchar, table_name varchar, path varchar, rows_read bigint);
            create table quarantine (
                source varchar, table_name varchar, origin bigint, column_name varchar, value varchar, reason varchar);
            create table freshness (
                source varchar, table_name varchar, live bigint, deleted bigint, refused bigint, synced_at timestamp, newest_at timestamp);
        """)

    def load(
        self, source: str, found: dict[str, list[Path]], root: Path, contract: dict[str, Table], mapped: dict[tuple[str, str], str]
    ) -> Loaded:
        """Loads every table of the contract from the files `found` by plain table name; `mapped` gives (table, field) the
        company's own column, and `root` is the folder that sentences name files from.

        Raises ExtractError with a sentence for each fault of each file.
        """
        self.con.execute(f"create schema {quoted('raw_' + source)}")
        faults: list[str] = []
        report = Loaded(source)
        for table in contract.values():
            try:
                self._load_table(source, root, table, found.get(plain(table.name), []), mapped, report)
            except ExtractError as error:
                faults.extend(error.faults)
        if faults:
            raise ExtractError(*faults)
        known = {plain(name) for name in contract}
        report.notes += [f"{path.relative_to(root)} is no table that {source} reads: left alone." for name in found if name not in known for path in found[name]]
        return report

    def _load_table(
        self, source: str, root: Path, table: Table, paths: list[Path], mapped: dict[tuple[str, str], str], report: Loaded
    ) -> None:
        files = _inspect_all(paths, root)
        strangers = [file for file in files if _is_other_table(file, table)]
        needed = ", ".join(column.name for column in table.columns if column.tells_table)
        report.notes += [f"{file.label} has not the columns {needed}, so it is something else than {table.name}: left alone." for file in strangers]
        files = [file for file in files if file not in strangers]
        if not files:
            if table.is_required:
                raise ExtractError(f"{source} has no table {table.name} ({table.name}.parquet, .csv or .csv.gz): {table.purpose}.")
            report.missing.append(table)
        else:
            report.tables.append(table.name)
            report.absent_columns[table.name] = _absent(table, files, mapped)
        name = f"{quoted('raw_' + source)}.{quoted(table.name)}"
        columns = ", ".join(f"{quoted(column.name)} {column.type}" for column in table.columns)
        self.con.execute(f"create or replace temp table staged ({columns}, _origin bigint, _is_live boolean, _synced timestamp, "
                         "_fault struct(\"column\" varchar, \"value\" varchar, reason varchar))")  # fmt: skip
        for file in files:
            self._stage(source, table, file, mapped)
        self._quarantine_faults(source, table)
        if table.key:
            self._quarantine_duplicates(source, table)
        kept = ", ".join(quoted(column.name) for column in table.columns)
        self.con.execute(f"create table {name} as select {kept}, _origin from staged where _is_live and _fault is null")
        self._note_freshness(source, table, bool(files))

    def _stage(self, source: str, table: Table, file: ExtractFile, mapped: dict[tuple[str, str], str]) -> None:
        columns = self._match(table, file, mapped)
        self.files += 1
        values = [f"{typed(column, raw)} as {quoted(column.name)}" for column, raw in columns]
        declared = {plain(column.name) for column in table.columns}  # what a contract declares has no meaning of its own any more
        extras = {plain(name): _raw(file, name) for name in _names(file) if plain(name) not in declared}
        faults = [text for column, raw in columns if (text := fault(column, raw))]
        self.con.execute(f"""
            insert into staged by name
            with typed as (
                select *, {', '.join(values)}, {self.files * ROWS_PER_FILE} + _row as _origin,
                    {_live(extras)} as _is_live, {_synced(extras)} as _synced
                from ({_reading(file)})
            )
            select {', '.join(quoted(column.name) for column in table.columns)}, _origin, _is_live, _synced,
                {f"coalesce({', '.join(faults)})" if faults else 'null'} as _fault
            from typed
        """)
        self._account_for(source, table, file)

    def _match(self, table: Table, file: ExtractFile, mapped: dict[tuple[str, str], str]) -> list[tuple[Column, RawColumn | None]]:
        names = {plain(name): name for name in _names(file)}
        matched: list[tuple[Column, RawColumn | None]] = []
        for column in table.columns:
            own = mapped_column(table, column, mapped)
            if own and plain(own) not in names:
                raise ExtractError(
                    f"{file.label} has no column {own}, which fields.csv names for {table.name}.{column.field}. It has: {', '.join(file.columns)}."
                )
            candidates = [own] if own else [] if column.only_mapped else [column.name, *column.aliases]
            name = next((names[plain(c)] for c in candidates if plain(c) in names), None)
            if name is None and column.is_required:
                raise ExtractError(
                    f"{file.label} has no column {column.name}, without which its rows say nothing{self._hint(table, column)}. "
                    f"It has: {', '.join(file.columns)}."
                )
            matched.append((column, self._raw_column(column, file, name, bool(own))))
        return matched

    def _hint(self, table: Table, column: Column) -> str:
        return f" (a column of another name can be given in fields.csv as {table.name},{column.field})" if self.takes_fields else ""

    def _raw_column(self, column: Column, file: ExtractFile, name: str | None, is_own: bool) -> RawColumn | None:
        if name is None:
            return None
        raw = _raw(file, name)
        if not (is_own and column.is_instant and raw.type.startswith("TIMESTAMP")):
            return raw
        # A company's own date column often lands as a timestamp that is midnight in every row: those are days.
        days = self.con.execute(f"select bool_and(cast({raw.sql} as time) = time '00:00:00') from ({_reading(file)})").fetchone()
        return replace(raw, holds_day=bool(days and days[0]))

    def _account_for(self, source: str, table: Table, file: ExtractFile) -> None:
        base = self.files * ROWS_PER_FILE
        rejected = 0
        if file.is_csv:
            # A rejected line is no row of `staged`: number the kept rows around it, header line not counted.
            bad = dict(self.con.execute("select line - 1, max(error_message) from rejected_line group by line").fetchall())
            self.con.execute("drop table rejected_line; drop table rejecting_scan")
            if line := next((line for line, message in bad.items() if "unterminated quote" in message), None):
                raise ExtractError(f"{file.label}: a quote opened in row {line} is never closed, so what follows cannot be told apart into rows: close it, or unload the file again.")
            rejected = len(bad)
            if bad:
                self._renumber(base, sorted(bad))
                self.con.executemany(
                    "insert into quarantine values (?, ?, ?, null, null, ?)",
                    [(source, table.name, base + line, _csv_reason(message)) for line, message in bad.items()],
                )
        kept = self.con.execute("select count(*) from staged where _origin >= ?", [base]).fetchone()[0]
        self.con.execute("insert into file values (?, ?, ?, ?, ?)", [self.files, source, table.name, file.label, kept + rejected])

    def _renumber(self, base: int, bad: list[int]) -> None:
        self.con.execute("create or replace temp table bad_line as select unnest(?::bigint[]) as line", [bad])
        self.con.execute(f"""
            update staged set _origin = {base} + good.line
            from (
                select line, row_number() over (order by line) as place
                from range(1, (select count(*) from staged where _origin >= {base}) + {len(bad)} + 1) as t(line)
                where line not in (select line from bad_line)
            ) as good
            where _origin = {base} + good.place
        """)

    def _quarantine_faults(self, source: str, table: Table) -> None:
        self.con.execute(
            "insert into quarantine select ?, ?, _origin, _fault.column, _fault.value, _fault.reason from staged where _fault is not null",
            [source, table.name],
        )

    def _quarantine_duplicates(self, source: str, table: Table) -> None:
        key = quoted(table.key or "")
        good = "_is_live and _fault is null"
        counts = self.con.execute(f"select count(*), count(distinct {key}) from staged where {good}").fetchone()
        if counts is None or counts[0] == counts[1]:
            return
        values = ", ".join(f"coalesce(cast({quoted(column.name)} as varchar), '')" for column in table.columns)
        self.con.execute(
            f"""
            create or replace temp table surplus as
            select _origin, {key} as key from staged where {good}
            qualify row_number() over (partition by {key} order by _synced desc nulls last, concat_ws(chr(31), {values}) desc, _origin) > 1
            """
        )
        self.con.execute(
            "insert into quarantine select ?, ?, _origin, ?, key, 'occurs more than once; the newest row was kept' from surplus",
            [source, table.name, table.key],
        )
        self.con.execute("delete from staged where _origin in (select _origin from surplus)")

    def _note_freshness(self, source: str, table: Table, is_there: bool) -> None:
        if not is_there:
            return
        times = [quoted(c.name) for c in table.columns if c.type in ("TIMESTAMP", "DATE") and not c.may_lie_ahead]
        newest = f"greatest({', '.join(f'max({name}) filter (where _fault is null)' for name in times)}, null)" if times else "null"
        self.con.execute(
            f"""
            insert into freshness
            select ?, ?, count(*) filter (where _is_live and _fault is null), count(*) filter (where not _is_live and _fault is null),
                (select count(distinct origin) from quarantine where source = ? and table_name = ?),
                max(_synced), cast({newest} as timestamp)
            from staged
            """,
            [source, table.name, source, table.name],
        )


def _inspect_all(paths: list[Path], root: Path) -> list[ExtractFile]:
    files, faults = [], []
    for path in paths:
        try:
            files.append(inspect(path, root))
        except ExtractError as error:
            faults.extend(error.faults)
    if faults:
        raise ExtractError(*faults)
    return files


def mapped_column(table: Table, column: Column, mapped: dict[tuple[str, str], str]) -> str | None:
    """The company's own name of a column, from fields.csv."""
    return mapped.get((table.name, column.name)) or mapped.get((table.name, column.field))


def _raw(file: ExtractFile, name: str) -> RawColumn:
    return RawColumn(name, f"_raw{_names(file).index(name)}", file.columns.get(name, "TEXT"))


def _names(file: ExtractFile) -> list[str]:
    return [*file.columns, *(name for name in file.partitions if name not in file.columns)]


def _absent(table: Table, files: list[ExtractFile], mapped: dict[tuple[str, str], str]) -> list[str]:
    there = {plain(name) for file in files for name in _names(file)}
    return [
        column.name
        for column in table.columns
        if not column.only_mapped and not mapped_column(table, column, mapped) and not there & {plain(n) for n in (column.name, *column.aliases)}
    ]


def _is_other_table(file: ExtractFile, table: Table) -> bool:
    there = {plain(name) for name in file.columns}
    return any(column.tells_table and not there & {plain(n) for n in (column.name, *column.aliases)} for column in table.columns)


def _reading(file: ExtractFile) -> str:
    """A query of the file's columns as _raw0, _raw1, ... and the number of each row as _row, counted from 1."""
    path = literal(str(file.path))
    values = [quoted(name) if name in file.columns else literal(file.partitions[name]) for name in _names(file)]
    names = ", ".join(f"{value} as _raw{index}" for index, value in enumerate(values))
    if not file.is_csv:
        return f"select {names}, file_row_number + 1 as _row from read_parquet({path}, file_row_number = true, hive_partitioning = false)"
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in file.columns)
    return (
        f"select {names}, row_number() over () as _row from read_csv({path}, columns = {{{columns}}}, delim = {literal(file.delimiter or ',')}, "
        "header = true, quote = '\"', escape = '\"', auto_detect = false, nullstr = '', ignore_errors = true, store_rejects = true, "
        "rejects_table = 'rejected_line', rejects_scan = 'rejecting_scan')"
    )


def _live(extras: dict[str, RawColumn]) -> str:
    tests = [f"not coalesce({_flag(extras[plain(name)])}, false)" for name in DELETED if plain(name) in extras]
    tests += [f"{extras[plain(name)].sql} is null" for name in DELETED_AT if plain(name) in extras]
    if active := extras.get(plain("_fivetran_active")):
        tests.append(f"coalesce({_flag(active)}, true)")
    return " and ".join(tests) or "true"


def _flag(raw: RawColumn) -> str:
    return f"accord_boolean(cast({raw.sql} as varchar))"


def _synced(extras: dict[str, RawColumn]) -> str:
    instant = Column("_synced", "TIMESTAMP", False, (), "", False, False, False, False, False, ())
    times = [typed(instant, extras[plain(name)]) for name in SYNCED if plain(name) in extras]
    if load := extras.get(plain("_dlt_load_id")):  # seconds since 1970, as text
        times.append(f"date_trunc('second', make_timestamp(cast(try_cast({load.sql} as double) * 1000000 as bigint)))")
    return f"greatest({', '.join(times)}, null)" if times else "cast(null as timestamp)"


def _csv_reason(message: str) -> str:
    return message.replace("Expected Number of Columns:", "the header has").replace(" Found:", " columns, this row") if "Expected" in message else message


def newest(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """The newest sync over all rows of all tables, deleted ones too; else the newest event."""
    row = con.execute("select coalesce(max(synced_at), max(newest_at)) from freshness").fetchone()
    return row[0] if row else None
