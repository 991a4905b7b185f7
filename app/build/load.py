"""Loads the tables of one source into `raw_<source>`, typed, and accounts for every row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import duckdb

from app.build.casts import quoted
from app.build.contract import Table
from app.build.files import ExtractFile, exact, inspect, label_of, plain, stamp_of, without_blank_lines
from app.build.staging import BESIDE, ROWS_PER_FILE, Mapped, mapped_column, match, staging_query, why_unreadable
from app.build.state import BuildInFull
from app.build.versions import Change, Fetch, Place, settle, settle_change, show_large, standing
from app.errors import ExtractError

FILE_NUMBERS = 1 << 29  # times ROWS_PER_FILE is still a bigint
LARGE = 500_000  # rows from which on a table of Parquet files is not copied but read where it lies
STAGED = "staged"
Stamp = tuple[int, int] | None
Pick = Callable[[str], str]  # a query of the rows that count and fulfil a condition, in which columns stand in braces
Standing = tuple[int, datetime | None, datetime | None]  # rows that count, their newest sync and event


@dataclass
class Loaded:
    """What became of one source's extract. `changes` are the tables that changed since the build before, None where there is none."""

    source: str
    tables: list[str] = field(default_factory=list)
    missing: list[Table] = field(default_factory=list)
    absent_columns: dict[str, list[str]] = field(default_factory=dict)
    mapped: set[str] = field(default_factory=set)
    limits: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: dict[str, Change] | None = None
    in_place: list["Seen"] = field(default_factory=list)  # files that are read on until the build ends
    picks: dict[str, Pick] = field(default_factory=dict)  # of tables that are read where they lie


@dataclass(frozen=True)
class Seen:
    """A file of a table: its number, its place among the table's files, and what is in it, None where that is loaded already."""

    path: Path
    label: str
    number: int
    nth: int
    names: tuple[str, ...]
    stamp: Stamp
    file: ExtractFile | None

    @property
    def is_csv(self) -> bool:
        """Whether it is text; else it is Parquet."""
        return self.path.suffix != ".parquet"


class Loader:
    """Loads sources one after another into one DuckDB connection.

    Writes the tables file (file_no, source, table_name, path, rows_read, and what tells whether it has changed), refused (the rows
    with a fault), quarantine (source, table_name, origin, column_name, value, reason: the refused rows and older versions), and
    freshness: of each table the rows live, deleted and refused, its newest sync and newest event. Where the connection holds what an
    earlier build loaded with the same contract, only what has changed since is read.
    """

    reads_later = False  # whether rows are read after the loading too

    def __init__(self, con: duckdb.DuckDBPyConnection, takes_fields: bool = True) -> None:
        self.con = con
        self.takes_fields = takes_fields  # whether fields.csv may name other columns: not for the maps themselves
        self.numbers: dict[int, str] = {}
        con.execute("""
            create table if not exists file (
                file_no bigint, source varchar, table_name varchar, path varchar, rows_read bigint,
                nth bigint, columns varchar[], size_b bigint, mtime_ns bigint);
            create table if not exists refused (
                source varchar, table_name varchar, origin bigint, column_name varchar, value varchar, reason varchar, synced_at timestamp);
            create table if not exists freshness (
                source varchar, table_name varchar, live bigint, deleted bigint, refused bigint, synced_at timestamp, newest_at timestamp);
            create table if not exists standing (source varchar, table_name varchar, live bigint, synced_at timestamp, newest_at timestamp);
            create or replace table quarantine (
                source varchar, table_name varchar, origin bigint, column_name varchar, value varchar, reason varchar);
        """)

    def load(self, source: str, found: dict[str, list[Path]], root: Path, contract: dict[str, Table], mapped: Mapped) -> Loaded:
        """Loads every table of the contract from the files `found` by plain table name; `mapped` gives (table, field) the
        company's own column, and `root` is the folder that sentences name files from.

        Raises ExtractError with a sentence for each fault of each file, and BuildInFull where what has changed cannot be told.
        """
        is_increment = self._make_schemas(source)
        faults: list[str] = []
        report = Loaded(source, changes={} if is_increment else None)
        for table in contract.values():
            try:
                self._load_table(Place(source, table), root, found.get(plain(table.name), []), mapped, report)
            except ExtractError as error:
                faults.extend(error.faults)
                if isinstance(error.__cause__, (duckdb.Error, ExtractError)):
                    break  # the transaction is over
        if faults:
            raise ExtractError(*faults)
        known = {plain(name) for name in contract}
        report.notes += [f"{path.relative_to(root)} is no table that {source} reads: left alone." for name in found if name not in known for path in found[name]]
        self.con.execute("insert into quarantine select * exclude (synced_at) from refused where source = ?", [source])
        return report

    def _make_schemas(self, source: str) -> bool:
        """Whether an earlier build loaded this source."""
        is_there = bool(self.con.execute("select 1 from duckdb_schemas() where schema_name = ?", [f"raw_{source}"]).fetchall())
        for role in ("added", "removed"):
            self.con.execute(f"drop schema if exists {quoted(f'{role}_{source}')} cascade")
        for role in ("raw", "spare", "added", "removed"):
            self.con.execute(f"create schema if not exists {quoted(f'{role}_{source}')}")
        return is_there

    def _load_table(self, place: Place, root: Path, paths: list[Path], mapped: Mapped, report: Loaded) -> None:
        table = place.table
        files = self._look(place, root, paths, report)
        if files:
            report.tables.append(table.name)
            report.absent_columns[table.name] = _absent(table, files, mapped)
        elif table.is_required:
            raise ExtractError(f"{place.source} has no table {table.name} ({table.name}.parquet, .csv or .csv.gz): {table.purpose}.")
        else:
            report.missing.append(table)
        read = [seen for seen in files if seen.file]
        try:
            self._load_rows(place, root, files, mapped, report)
        except (duckdb.Error, ExtractError) as fault:
            if sentence := changed(read):
                raise sentence from fault
            raise
        if sentence := changed(read):
            raise sentence
        if self.reads_later or (files and self._is_large(place)):
            report.in_place += files
        self._quarantine_older(place)

    def _load_rows(self, place: Place, root: Path, files: list[Seen], mapped: Mapped, report: Loaded) -> None:
        if report.changes is None:
            return self._load_whole(place, files, mapped)
        if change := self._load_change(place, root, files, mapped):
            report.changes[place.table.name] = change
        if self._is_large(place):
            self._show_large(place, root, files, mapped, report)
        if change:
            self._note_freshness(place, bool(files), has_changed=True)

    def _load_whole(self, place: Place, files: list[Seen], mapped: Mapped) -> None:
        self.con.execute(f"create table {place.spare} ({place.declared}, _origin bigint, _synced timestamp, _state tinyint, _reason varchar)")
        if not files:
            self.con.execute(f"create table {place.raw} ({place.declared}, _origin bigint, _synced timestamp)")
            return
        if not any(file.is_csv for file in files):
            rows = sum(self._note(place, file, _count(self.con, file)) for file in files)
            with _told_of(*files):
                settle(self.con, place, self._reading(files, place, mapped), is_large=rows >= LARGE)
        else:
            self._stage(place, files, mapped)
            settle(self.con, place, STAGED)
        if self.takes_fields:
            self._note_freshness(place, is_there=True)

    def _reading(self, files: list[Seen], place: Place, mapped: Mapped, only: str = "") -> str:
        """A query of all rows of Parquet files, or those that fulfil a condition."""
        return "(" + " union all ".join(f"select * from ({self._staging_query(place, seen, mapped, only)})" for seen in files) + ")"

    def _load_change(self, place: Place, root: Path, files: list[Seen], mapped: Mapped) -> Change | None:
        """Loads the files that are new or changed and drops those that are gone; None where there are none."""
        this = [place.source, place.table.name]
        new = [file for file in files if file.file]
        kept = {file.number for file in files} - {file.number for file in new}
        dropped = [number for (number,) in self.con.execute("select file_no from file where source = ? and table_name = ?", this).fetchall() if number not in kept]
        is_large = self._is_large(place)
        if is_large and (dropped or any(file.is_csv for file in new)):
            raise BuildInFull(f"files of the large table {place.source}.{place.table.name} have changed or are gone")
        if not new and not dropped:
            return None
        self.con.execute("delete from file where source = ? and table_name = ? and list_contains(?, file_no)", [*this, dropped])
        self.con.execute(f"delete from refused where source = ? and table_name = ? and list_contains(?, origin // {ROWS_PER_FILE})", [*this, dropped])
        self._stage(place, new, mapped)
        if files:
            self.con.executemany("update file set nth = ? where file_no = ?", [(file.nth, file.number) for file in files])
        return settle_change(self.con, place, STAGED, dropped, self._fetching(place, root, files, mapped) if is_large else None)

    def _fetching(self, place: Place, root: Path, files: list[Seen], mapped: Mapped) -> Fetch:
        """Reads single rows of a large table from its files."""
        opened = {seen.number: _opened(seen, root) for seen in files}

        def fetch(origins: list[int]) -> str:
            rows: dict[int, list[str]] = {}
            for origin in origins:
                rows.setdefault(origin // ROWS_PER_FILE, []).append(str(origin % ROWS_PER_FILE - 1))
            queries = [self._staging_query(place, opened[number], mapped, f"file_row_number in ({', '.join(numbers)})") for number, numbers in rows.items()]
            return f"({' union all '.join(f'select * from ({query})' for query in queries)})"

        return fetch

    def _is_large(self, place: Place) -> bool:
        query = "select 1 from duckdb_views() where database_name = current_catalog() and schema_name = ? and view_name = ?"
        return bool(self.con.execute(query, [f"raw_{place.source}", place.table.name]).fetchall())

    def _show_large(self, place: Place, root: Path, files: list[Seen], mapped: Mapped, report: Loaded) -> None:
        """The files of a large table may have become more, or lie elsewhere by now."""
        opened = [_opened(seen, root) for seen in files]
        show_large(self.con, place, self._reading(opened, place, mapped))
        report.picks[place.table.name] = lambda only: standing(replace(place, catalog="state"), self._reading(opened, place, mapped, only))

    # --- files -----------------------------------------------------------------------------------

    def _look(self, place: Place, root: Path, paths: list[Path], report: Loaded) -> list[Seen]:
        """The files of a table; those that are loaded already and have not changed since are not opened."""
        loaded = self._loaded_files(place) if report.changes is not None else {}
        looked: list[tuple[Path, Stamp, ExtractFile | None]] = []
        faults: list[str] = []
        for path in paths:
            try:
                known, stamp = loaded.get(label_of(path, root)), stamp_of(path)  # taken first, so that a change while it is read shows
                looked.append((path, stamp, None if known and known[1] == stamp else inspect(path, root)))
            except ExtractError as error:
                faults.extend(error.faults)
        if faults:
            raise ExtractError(*faults)
        strangers = [file for _, _, file in looked if file and _is_other_table(file, place.table)]
        needed = ", ".join(column.name for column in place.table.columns if column.tells_table)
        report.notes += [f"{file.label} has not the columns {needed}, so it is something else than {place.table.name}: left alone." for file in strangers]
        return [self._see(nth, path, root, stamp, file, loaded) for nth, (path, stamp, file) in enumerate(looked) if file is None or file not in strangers]

    def _loaded_files(self, place: Place) -> dict[str, tuple[int, Stamp, tuple[str, ...]]]:
        query = "select path, file_no, size_b, mtime_ns, columns from file where source = ? and table_name = ?"
        rows = self.con.execute(query, [place.source, place.table.name]).fetchall()
        return {path: (number, (size, time), tuple(names)) for path, number, size, time, names in rows}

    def _see(self, nth: int, path: Path, root: Path, stamp: Stamp, file: ExtractFile | None, loaded: dict[str, tuple[int, Stamp, tuple[str, ...]]]) -> Seen:
        label = label_of(path, root)
        number = self._number(label)
        if file is None and loaded[label][0] == number:
            return Seen(path, label, number, nth, loaded[label][2], stamp, None)
        file = file or inspect(path, root)
        return Seen(path, label, number, nth, tuple(file.names), stamp, file)

    def _number(self, label: str) -> int:
        """The number of a file follows from its path, so that it is the same whenever and beside whatever the file came."""
        number = int.from_bytes(blake2b(label.encode(errors="surrogateescape"), digest_size=8).digest()) % FILE_NUMBERS
        while self.numbers.setdefault(number, label) != label:
            number = (number + 1) % FILE_NUMBERS
        return number

    def _stage(self, place: Place, files: list[Seen], mapped: Mapped) -> None:
        """Reads files into the table STAGED and counts their rows."""
        self.con.execute(f"create or replace temp table {STAGED} ({place.declared}, {BESIDE})")
        for seen in files:
            with _told_of(seen):
                read = self.con.execute(f"insert into {STAGED} by name {self._staging_query(place, seen, mapped)}").fetchall()[0][0]
            self._note(place, seen, read + (self._refuse_lines(place, seen, read) if seen.is_csv else 0))

    def _staging_query(self, place: Place, seen: Seen, mapped: Mapped, only: str = "") -> str:
        assert seen.file is not None
        return staging_query(place.table, seen.file, seen.number, match(self.con, place.table, seen.file, mapped, self.takes_fields), only)

    def _note(self, place: Place, seen: Seen, rows: int) -> int:
        self.con.execute(
            "insert into file values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [seen.number, place.source, place.table.name, seen.label, rows, seen.nth, list(seen.names), *(seen.stamp or (None, None))],
        )
        return rows

    # --- lines that are no rows --------------------------------------------------------------------

    def _refuse_lines(self, place: Place, seen: Seen, read: int) -> int:
        """A rejected line is no row of what was staged: the rows around it are numbered anew, header line and blank ones not counted."""
        bad = dict(self.con.execute("select line - 1, max(error_message) from rejected_line group by line").fetchall())
        self.con.execute("drop table rejected_line; drop table rejecting_scan")
        if line := next((line for line, message in bad.items() if "unterminated quote" in message), None):
            raise ExtractError(
                f"{seen.label}: a quote opened in row {line} is never closed, so what follows cannot be told apart into rows: close it, or unload the file again."
            )
        if bad:
            bad = without_blank_lines(seen.file, bad)
            base = seen.number * ROWS_PER_FILE
            self._renumber(base, sorted(bad), read)
            self.con.executemany(
                "insert into refused values (?, ?, ?, null, null, ?, null)",
                [(place.source, place.table.name, base + line, _csv_reason(message)) for line, message in bad.items()],
            )
        return len(bad)

    def _renumber(self, base: int, bad: list[int], read: int) -> None:
        self.con.execute("create or replace temp table bad_line as select unnest(?::bigint[]) as line", [bad])
        self.con.execute(f"""
            update {STAGED} set _origin = {base} + good.line
            from (
                select line, row_number() over (order by line) as place
                from range(1, {read + len(bad) + 1}) as t(line)
                where line not in (select line from bad_line)
            ) as good
            where _origin = {base} + good.place
        """)

    # --- accounts ----------------------------------------------------------------------------------

    def _quarantine_older(self, place: Place) -> None:
        if place.table.key:
            self.con.execute(
                f"insert into quarantine select ?, ?, _origin, ?, {place.key}, _reason from {place.spare} where _reason is not null",
                [place.source, place.table.name, place.table.key],
            )

    def _note_freshness(self, place: Place, is_there: bool, has_changed: bool = False) -> None:
        this = [place.source, place.table.name]
        self.con.execute("delete from freshness where source = ? and table_name = ?", this)
        if not is_there:
            return
        live, synced_at, newest_at = self._standing(place, has_changed)
        self.con.execute(
            f"""
            insert into freshness
            with good as (
                select $live::bigint as live, 0 as deleted, 0 as refused, $synced_at::timestamp as synced_at, $newest_at::timestamp as newest_at
                union all
                select 0, count(*), 0, max(_synced), {_newest(place)} from {place.spare} where _reason is null
                union all
                select 0, 0, count(*), null, null from {place.spare} where _reason is not null
                union all
                select 0, 0, count(distinct origin), max(synced_at), null from refused where source = $source and table_name = $table_name
            )
            select $source, $table_name, sum(live), sum(deleted), sum(refused), max(synced_at), max(newest_at) from good
            """,
            {"source": place.source, "table_name": place.table.name, "live": live, "synced_at": synced_at, "newest_at": newest_at},
        )

    def _standing(self, place: Place, has_changed: bool) -> Standing:
        """The rows that count and their newest times: what was there before, with what came, unless one of the newest went."""
        this = [place.source, place.table.name]
        before = self.con.execute("select live, synced_at, newest_at from standing where source = ? and table_name = ?", this).fetchall()
        now = _carried(before[0], self._measured(place, place.added), self._measured(place, place.removed)) if before and has_changed else None
        now = now or self._measured(place, place.raw)
        self.con.execute("delete from standing where source = ? and table_name = ?", this)
        self.con.execute("insert into standing values (?, ?, ?, ?, ?)", [*this, *now])
        return now

    def _measured(self, place: Place, rows: str) -> Standing:
        return self.con.execute(f"select count(*), max(_synced), {_newest(place)} from {rows}").fetchall()[0]


def _newest(place: Place) -> str:
    """SQL of the newest time of what has happened in a table's rows."""
    times = [quoted(c.name) for c in place.table.columns if c.type in ("TIMESTAMP", "DATE") and not c.may_lie_ahead]
    return f"cast(greatest({', '.join(f'max({name})' for name in times)}, null) as timestamp)" if times else "cast(null as timestamp)"


def _carried(before: Standing, came: Standing, went: Standing) -> Standing | None:
    """Rows and newest times after a change; None where one of the newest may have gone."""
    if any(gone is not None and (was is None or gone >= was) for was, gone in zip(before[1:], went[1:], strict=True)):
        return None
    synced_at, newest_at = (max((time for time in pair if time is not None), default=None) for pair in zip(before[1:], came[1:], strict=True))
    return before[0] + came[0] - went[0], synced_at, newest_at


@contextmanager
def _told_of(*files: Seen) -> Iterator[None]:
    """What makes the engine give up while it reads is looked for in each file alone. Raises ExtractError if it is there."""
    try:
        yield
    except duckdb.Error as fault:
        for seen in files:
            if seen.file and (why := why_unreadable(seen.file)):
                raise ExtractError(f"{seen.label} {why}") from fault
        raise


def changed(files: list[Seen]) -> ExtractError | None:
    """What there is to say of the first file that is not what it was when it was first looked at; None where there is none."""
    seen = next((seen for seen in files if stamp_of(seen.path) != seen.stamp), None)
    if seen is None:
        return None
    return ExtractError(f"{seen.label} changed while it was read: build again. (A loader that writes elsewhere and renames what is whole makes such times short.)")


def _opened(seen: Seen, root: Path) -> Seen:
    return replace(seen, file=seen.file or inspect(seen.path, root))


def _count(con: duckdb.DuckDBPyConnection, seen: Seen) -> int:
    return con.execute("select count(*) from read_parquet(?, hive_partitioning = false)", [exact(seen.path)]).fetchall()[0][0]


def _absent(table: Table, files: list[Seen], mapped: Mapped) -> list[str]:
    there = {plain(name) for file in files for name in file.names}
    return [
        column.name
        for column in table.columns
        if not column.only_mapped and not mapped_column(table, column, mapped) and not there & {plain(n) for n in (column.name, *column.aliases)}
    ]


def _is_other_table(file: ExtractFile, table: Table) -> bool:
    there = {plain(name) for name in file.columns}
    return any(column.tells_table and not there & {plain(n) for n in (column.name, *column.aliases)} for column in table.columns)


def _csv_reason(message: str) -> str:
    return message.replace("Expected Number of Columns:", "the header has").replace(" Found:", " columns, this row") if "Expected" in message else message


def newest(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """The newest sync over all rows of all tables, deleted ones too; else the newest event."""
    row = con.execute("select coalesce(max(synced_at), max(newest_at)) from freshness").fetchone()
    return row[0] if row else None
