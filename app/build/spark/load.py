"""Loads the tables of one source on Spark, typed, and accounts for every row, as app.build.load does on DuckDB.

Parquet whose columns have types that both engines read alike is read by Spark. What has to be parsed (CSV, times and numbers as
text) or is of a rarer type is typed by DuckDB, file by file, with the queries of a DuckDB build: one text is never two values.
"""

import re

from app.build import staging
from app.build.casts import RawColumn, fault_in
from app.build.contract import Column
from app.build.files import ExtractFile, exact, plain
from app.build.load import STAGED, Loader, Seen
from app.build.spark.conform import spark_type
from app.build.spark.lake import Lake
from app.build.spark.portable import call
from app.build.staging import CLOSED, LIVE, ROWS_PER_FILE, Mapped, Matched, match, newest_in, state_in
from app.build.versions import DELETED_SINCE, OLDER, Place

CLASS = f"case when _fault is not null then 'refused' when _state = {LIVE} then 'kept' else 'spare' end"
CLASSES = ("kept", "refused", "spare", "older")
EARLIEST, LATEST = "timestamp_ntz '1990-01-01 00:00:00'", "timestamp_ntz '2100-01-01 00:00:00'"
WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
ZONED = {"TIMESTAMP WITH TIME ZONE"}
TIMES = {"TIMESTAMP", *ZONED}
# How Spark and DuckDB write a double that is no number of the contract's: very large, infinite or none.
DOUBLES = ((".0E", "E"), ("E", "e+"), ("NaN", "nan"), ("Infinity", "inf"))
# Types in a file that Spark turns into the contract's as DuckDB does, bit by bit.
ALIKE = {
    "VARCHAR": {"VARCHAR", *WHOLE},
    "BOOLEAN": {"BOOLEAN"},
    "DATE": {"DATE", *TIMES},
    "TIMESTAMP": {"DATE", *TIMES},
    "BIGINT": WHOLE,
    "DOUBLE": {"DOUBLE", "FLOAT", *WHOLE},
    "DECIMAL": {"DECIMAL", "DOUBLE", *WHOLE},
}


class SparkLoader(Loader):
    """Loads sources one after another; the tables about files and rows are DuckDB's, as in the loader it is made of."""

    reads_later = True

    def __init__(self, lake: Lake) -> None:
        super().__init__(lake.con)
        self.lake = lake

    def _load_whole(self, place: Place, files: list[Seen], mapped: Mapped) -> None:
        parts = [self._read(place, file, mapped) for file in files]
        self.lake.look(f"staged_{place.source}.{place.table.name}", self.lake.run(" union all ".join(parts) or _nothing(place)))
        if files:
            self._settle(place)
        else:
            self._make_raw(place, self.lake.views[f"staged_{place.source}.{place.table.name}"], "")

    def _quarantine_older(self, place: Place) -> None:
        """Done where the versions are told apart."""

    # --- one file --------------------------------------------------------------------------------

    def _read(self, place: Place, seen: Seen, mapped: Mapped) -> str:
        """Spark's query of one file's rows, typed, with the columns of BESIDE and the file's place among the table's."""
        assert seen.file is not None
        matched = match(self.con, place.table, seen.file, mapped, self.takes_fields)
        name = f"file_{seen.number}"
        if is_alike(place, seen.file, matched) and not self._has_old_times(seen.file):
            self._read_by_spark(place, seen, name)
            return _typed(place, seen, matched, self.lake.views[name], self.lake.timezone)
        self._read_by_duckdb(place, seen, mapped, name)
        columns = ", ".join(f"`{column.name}`" for column in place.table.columns)
        return f"""
            select {columns}, _origin, _synced, cast(_state as tinyint) as _state, _fault, {seen.nth} as _nth,
                {CLASS} as _class, cast(null as string) as _reason
            from {self.lake.views[name]}
        """

    def _has_old_times(self, file: ExtractFile) -> bool:
        """Whether times are kept in the way of old Spark and Impala, which has no zone that could be told."""
        return bool(self.con.execute("select 1 from parquet_schema(?) where type = 'INT96'", [exact(file.path)]).fetchall())

    def _read_by_spark(self, place: Place, seen: Seen, name: str) -> None:
        file = seen.file
        assert file is not None
        readable = {column: kind for column, kind in file.columns.items() if _kind(kind) in _READABLE}
        schema = ", ".join(f"{_name(column)} {spark_type('TIMESTAMP_LTZ' if kind in ZONED else kind)}" for column, kind in readable.items())
        self.lake.look(name, self.lake.spark.read.schema(schema).parquet(str(file.path)).select("*", "_metadata.row_index"))
        rows = self.con.execute("select sum(num_rows) from parquet_file_metadata(?)", [exact(file.path)]).fetchall()[0][0]
        self._note(place, seen, rows)

    def _read_by_duckdb(self, place: Place, seen: Seen, mapped: Mapped, name: str) -> None:
        self._stage(place, [seen], mapped)
        self.lake.ship(name, f"from {STAGED}")

    # --- which rows count ------------------------------------------------------------------------

    def _settle(self, place: Place) -> None:
        """Tells the rows that count from those that are faulty, deleted or older versions, as app.build.versions does."""
        staged = self.lake.views[f"staged_{place.source}.{place.table.name}"]
        counts = self._count(place, staged)
        has_versions = place.table.key is not None and counts["versions"] != counts["keys"]
        if has_versions:
            name = f"settled_{place.source}.{place.table.name}"
            self.lake.keep(name, self.lake.run(_with_versions(place, staged)))
            counts = self._count(place, self.lake.views[name])
            self._set_aside(place, self.lake.views[name])
            self._make_raw(place, self.lake.views[name], " where _class = 'kept'")
        else:
            if counts["refused"]:
                self._set_aside(place, staged)
            self._make_raw(place, staged, " where _class = 'kept'" if counts["refused"] or counts["spare"] else "")
        self._account(place, counts)

    def _make_raw(self, place: Place, rows: str, where: str) -> None:
        columns = ", ".join(f"`{column.name}`" for column in place.table.columns)
        self.lake.look(f"raw_{place.source}.{place.table.name}", self.lake.run(f"select {columns}, _origin, _synced from {rows}{where}"))

    def _count(self, place: Place, rows: str) -> dict[str, object]:
        """How many rows of each class there are, and what their newest sync and event are."""
        times = [f"`{c.name}`" for c in place.table.columns if c.type in ("TIMESTAMP", "DATE") and not c.may_lie_ahead]
        good = "filter (where _class in ('kept', 'spare'))"
        newest = f"greatest({', '.join(f'max(cast({name} as timestamp_ntz)) {good}' for name in times)}, null)" if times else "null"
        classes = ", ".join(f"count(*) filter (where _class = '{name}') as {name}" for name in CLASSES)
        versions = f"filter (where _fault is null and _state < {CLOSED})"
        return self.lake.ask(f"""
            select {classes}, max(_synced) {good} as synced_at, cast({newest} as timestamp_ntz) as newest_at,
                count(*) {versions} as versions, {f"count(distinct `{place.table.key}`) {versions}" if place.table.key else '0'} as keys
            from {rows}
        """).to_pylist()[0]  # fmt: skip

    def _set_aside(self, place: Place, settled: str) -> None:
        """Notes the faulty rows and the older versions."""
        this = f"{_text(place.source)} as source, {_text(place.table.name)} as table_name, _origin as origin"
        bad = self.lake.ask(f"select {this}, _fault.column as column_name, _fault.value, _fault.reason, _synced as synced_at from {settled} where _class = 'refused'")
        self.lake.take("refused", bad)
        if place.table.key:
            older = f"select {this}, {_text(place.table.key)} as column_name, cast(`{place.table.key}` as string) as value, _reason as reason"
            self.lake.take("quarantine", self.lake.ask(f"{older} from {settled} where _class = 'older'"))

    def _account(self, place: Place, counts: dict[str, object]) -> None:
        refused, synced_at = self.con.execute(
            "select count(distinct origin), max(synced_at) from refused where source = ? and table_name = ?", [place.source, place.table.name]
        ).fetchall()[0]
        newest_sync = max((time for time in (synced_at, counts["synced_at"]) if time is not None), default=None)
        self.con.execute(
            "insert into freshness values (?, ?, ?, ?, ?, ?, ?)",
            [place.source, place.table.name, counts["kept"], counts["spare"], counts["older"] + refused, newest_sync, counts["newest_at"]],
        )


# --- types -----------------------------------------------------------------------------------------


_READABLE = {"VARCHAR", "BOOLEAN", "DATE", "DOUBLE", "FLOAT", "DECIMAL", *WHOLE, *TIMES}


def _kind(kind: str) -> str:
    return kind.partition("(")[0]


def is_alike(place: Place, file: ExtractFile, matched: Matched) -> bool:
    """Whether Spark can read the file and gives the values that DuckDB gives."""
    if file.is_csv or file.partitions:
        return False
    declared = {plain(column.name) for column in place.table.columns}
    beside = [name for name in file.names if plain(name) not in declared and plain(name) in _SPECIAL]
    is_typed = all(raw is None or _kind(raw.type) in ALIKE.get(_kind(column.type), set()) for column, raw in matched)
    return is_typed and all(_is_plain(file, name) for name in beside)


_FLAGS = {plain(name) for name in (*staging.DELETED_FLAG, "_fivetran_active")}
_MOMENTS = {plain(name) for name in staging.SYNCED}
_DELETED_AT = {plain(name) for name in staging.DELETED_AT}
_SPECIAL = _FLAGS | _MOMENTS | _DELETED_AT | {plain("_dlt_load_id")}


def _is_plain(file: ExtractFile, name: str) -> bool:
    kind = file.columns[name]
    if plain(name) in _FLAGS:
        return kind == "BOOLEAN"
    if plain(name) in _DELETED_AT:
        return _kind(kind) in _READABLE
    return plain(name) in _MOMENTS and kind in TIMES


def _nothing(place: Place) -> str:
    columns = ", ".join(f"cast(null as {spark_type(column.type)}) as `{column.name}`" for column in place.table.columns)
    fault = "cast(null as struct<column: string, value: string, reason: string>) as _fault"
    return f"""
        select {columns}, cast(null as bigint) as _origin, cast(null as timestamp_ntz) as _synced, cast(0 as tinyint) as _state, {fault},
            0 as _nth, '' as _class, '' as _reason
        where false
    """


def _typed(place: Place, seen: Seen, matched: Matched, view: str, timezone: str) -> str:
    """The same as staging_query, for columns of types that both engines read alike."""
    file = seen.file
    assert file is not None
    columns = [f"{_value(column, raw, timezone)} as `{column.name}`" for column, raw in matched]
    declared = {plain(column.name) for column in place.table.columns}
    extras = {plain(name): _name(name) for name in file.names if plain(name) not in declared}
    moments = [_second(extras[plain(name)]) for name in staging.SYNCED if plain(name) in extras]
    synced = newest_in(moments, (EARLIEST, LATEST))
    state = state_in(extras, extras.__getitem__)
    faults = [text for column, raw in matched if (text := _fault(column, raw))]
    fault = f"coalesce({', '.join(faults)})" if faults else "cast(null as struct<column: string, value: string, reason: string>)"
    names = ", ".join(f"`{column.name}`" for column in place.table.columns)
    kept = ", ".join(dict.fromkeys(f"{_name(raw.name)} as `{_raw(raw)}`" for _, raw in matched if raw))
    return f"""
        select *, {CLASS} as _class, cast(null as string) as _reason
        from (select {names}, _origin, _synced, _state, {fault} as _fault, {seen.nth} as _nth from (
            select {', '.join([*columns, kept] if kept else columns)}, cast({seen.number * ROWS_PER_FILE} + row_index + 1 as bigint) as _origin,
                cast({synced} as timestamp_ntz) as _synced, cast({state} as tinyint) as _state
            from {view}
        ))
    """


def _name(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _raw(raw: RawColumn) -> str:
    return f"raw of {re.sub('`', '', raw.name)}"


def _value(column: Column, raw: RawColumn | None, timezone: str) -> str:
    """The value in the type of the contract; NULL where it cannot be read."""
    if raw is None:
        return f"cast(null as {spark_type(column.type)})"
    name, kind = _name(raw.name), _kind(raw.type)
    if column.type == "VARCHAR":
        return _filled(name) if kind == "VARCHAR" else f"cast({name} as string)"
    if column.type in ("TIMESTAMP", "DATE"):
        return _time(column, raw, timezone)
    if _kind(column.type) == "DECIMAL" and kind == "DOUBLE":
        return _decimal(name, column.type)
    if column.type == "DOUBLE" and kind in ("DOUBLE", "FLOAT"):
        return f"case when abs({name}) < double('infinity') then cast({name} as double) end"
    return f"try_cast({name} as {spark_type(column.type)})"


def _filled(name: str) -> str:
    """Text, blanks being nothing."""
    return f"nullif({call('accord_trim', name, 'UTC')}, '')"


def _decimal(name: str, kind: str) -> str:
    """DuckDB multiplies by ten to the scale and rounds, half away from nothing; whole numbers above 2^53 are taken in two parts."""
    digits, scale = (int(number) for number in re.findall(r"\d+", kind))
    scaled = f"round({name} * 1e{scale}D, 0)"
    high = f"floor({scaled} / 4294967296D)"
    whole = f"cast(cast({high} as bigint) as decimal(18, 0)) * cast(4294967296 as decimal(10, 0)) + cast({scaled} - {high} * 4294967296D as decimal(10, 0))"
    return f"case when abs({name}) < 1e{digits - scale}D then try_cast(({whole}) * cast(1e-{scale} as decimal({scale + 1}, {scale})) as {kind}) end"


def _time(column: Column, raw: RawColumn, timezone: str) -> str:
    name = _name(raw.name)
    moment = f"cast({name} as timestamp_ntz)" if raw.type in TIMES else name
    if column.type == "DATE":
        return f"cast({moment} as date)"
    if column.holds_day or raw.holds_day or raw.type == "DATE":
        return call("accord_day_end" if column.at_day_end else "accord_day_start", f"cast({moment} as date)", timezone)
    return _second(name)


def _second(name: str) -> str:
    return f"cast(date_trunc('second', cast({name} as timestamp_ntz)) as timestamp_ntz)"


def _fault(column: Column, raw: RawColumn | None) -> str | None:
    """As app.build.casts.fault."""
    if raw is None:
        return None
    name = f"`{_raw(raw)}`"
    given = _filled(name) if raw.type == "VARCHAR" else name
    return fault_in(column, f"`{column.name}`", given, lambda reason: _struct(raw, reason), (EARLIEST, LATEST))


def _struct(raw: RawColumn, reason: str) -> str:
    text = f"cast(`{_raw(raw)}` as string)"
    if raw.type in ZONED:
        text += " || '+00'"
    for theirs, ours in (DOUBLES if raw.type in ("DOUBLE", "FLOAT") else ()):
        text = f"replace({text}, '{theirs}', '{ours}')"
    return f"named_struct('column', {_text(raw.name)}, 'value', {text}, 'reason', {_text(reason)})"


def _text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _with_versions(place: Place, staged: str) -> str:
    """All rows once more, those that are older versions being told, and why they are reported."""
    values = ", ".join(f"`{column.name}` desc nulls last" for column in place.table.columns)
    return f"""
        with version as (
            select _origin, row_number() over newest_first as _place, first_value(_state) over newest_first as _newest
            from {staged} where _fault is null and _state < {CLOSED}
            window newest_first as (partition by `{place.table.key}` order by _synced desc nulls last, _state, {values}, _nth, _origin)
        )
        select s.* except (_class, _reason), case when s._class = 'kept' and v._place > 1 then 'older' else s._class end as _class,
            case when s._class = 'kept' and v._place > 1 then if(v._newest = {LIVE}, {_text(OLDER)}, {_text(DELETED_SINCE)}) end as _reason
        from {staged} as s left join version as v on v._origin = s._origin
    """
