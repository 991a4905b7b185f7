"""Builds a scorecard: extracts and maps in, a generation of tables out."""

import hashlib
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from app.build.contract import Table, read_contract
from app.build.files import find_tables, other_files
from app.build.load import ROWS_PER_FILE, Loaded, Loader, mapped_column, newest
from app.build.maps import Written, load_maps
from app.build.models import run_models
from app.build.people import join_people
from app.build.publish import new_folder, publish
from app.build.published import TABLES, publish_values
from app.build.reports import off_sentences, reports
from app.errors import ExtractError, MapError
from app.filters import WEEKDAYS
from app.queries import QUERIES, SqlFile, read_file, read_folder
from app.settings import Settings

Progress = Callable[[float, str], None]
SAMPLE_MARK = "SAMPLE.md"
NOTHING = Written()
NO_NUMBERS = {"scorecard", "sample", "memory_limit", "notes_url", "smtp_url", "digest_from", "digest_to"}  # settings that no number depends on


@dataclass(frozen=True)
class Source:
    """A source: its folder of SQL and its folder of extracts."""

    name: str
    sql: Path
    extracts: Path


@dataclass
class Built:
    """What a build found: rows for each table, notes for people, and where the generation lies (None after a check)."""

    folder: Path | None
    facts: dict[str, object]
    tables: list[dict[str, object]]
    quarantine: list[dict[str, object]]
    unmapped: list[dict[str, object]]
    broken: list[dict[str, object]]
    notes: list[str] = field(default_factory=list)


def build(settings: Settings, progress: Progress = lambda share, step: None, keep: bool = True, written: Written = NOTHING) -> Built:
    """Extracts, maps and what people wrote to scorecard. With keep=False nothing is published (a check).

    Raises ExtractError, MapError or SettingError with all that the caller has to mend; the earlier scorecard stays as it was.
    """
    sources = find_sources(settings)
    folder = new_folder(settings.scorecard)
    try:
        with duckdb.connect(str(folder / "work.duckdb")) as con:
            built = _build(con, settings, sources, folder, progress, written)
        (folder / "work.duckdb").unlink()
        if keep:
            progress(0.98, "publishing")
            publish(folder, built.facts)
            built.folder = folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    progress(1.0, "done")
    return built


def fingerprint(settings: Settings, written: Written = NOTHING) -> str:
    """A digest of all that a scorecard depends on: the files of the extracts and maps, the queries, the settings, and what people wrote."""
    digest = hashlib.sha256(settings.model_dump_json(exclude=NO_NUMBERS).encode() + repr(written.joint_work).encode())
    for folder in (settings.extracts, settings.maps, QUERIES, settings.sources or QUERIES, Path(__file__).parent):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            state = path.stat()
            digest.update(f"{path}:{state.st_size}:{state.st_mtime_ns}".encode())
    return digest.hexdigest()


def find_sources(settings: Settings) -> list[Source]:
    """Sources that lie in the extracts folder. Raises ExtractError where there are none, or one is unknown."""
    known = known_sources(settings)
    if not settings.extracts.is_dir():
        raise ExtractError(f"There is no folder of extracts at {settings.extracts}: put one folder for each source there ({', '.join(known)}), or name another with --extracts.")
    folders = [path for path in sorted(settings.extracts.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    strangers = [path.name for path in folders if path.name not in known]
    if strangers:
        raise ExtractError(f"{settings.extracts.name}/{strangers[0]} is no source this program knows ({', '.join(known)}). A folder of SQL of that name in ACCORD_SOURCES would make it one.")
    if not folders:
        loose = sorted(path.name for path in settings.extracts.glob("*.*") if path.name != SAMPLE_MARK)
        hint = f" Move {loose[0]} into the folder of its source." if loose else ""
        raise ExtractError(f"The folder of extracts at {settings.extracts} is empty: put a folder for each source there ({', '.join(known)}).{hint}")
    sources = [Source(path.name, known[path.name], path) for path in folders]
    for source in sources:
        if not find_tables(source.extracts):
            raise ExtractError(f"{settings.extracts.name}/{source.name} holds no tables (.parquet, .csv or .csv.gz): put the extract there.")
    return sources


def known_sources(settings: Settings) -> dict[str, Path]:
    """Folders of SQL by source name: those that ship, and those of ACCORD_SOURCES, which win."""
    homes = [QUERIES / "sources", *([settings.sources] if settings.sources else [])]
    return {path.parent.name: path.parent for home in homes for path in sorted(home.glob("*/schema.sql"))}


def _build(con: duckdb.DuckDBPyConnection, settings: Settings, sources: list[Source], folder: Path, progress: Progress, written: Written) -> Built:
    con.execute("set timezone = 'UTC'")
    con.execute(f"set memory_limit = '{settings.memory_limit}'")
    con.execute(f"set temp_directory = '{folder / 'spill'}'")
    con.execute("set enable_progress_bar = false")
    progress(0.02, "maps")
    define_macros(con, settings)
    own_maps = load_maps(con, settings.maps, written)
    mapped = _mapped_columns(con, settings, sources)
    loader = Loader(con)
    loaded = []
    for place, source in enumerate(sources):
        progress(0.05 + 0.4 * place / len(sources), f"reading {source.name}")
        loaded.append(_load(loader, source, settings.extracts, mapped.get(source.name, {})))
    as_of = settings.as_of or newest(con)
    if as_of is None:
        raise ExtractError("The extracts hold no row with a time, so there is no moment they are true at: set ACCORD_AS_OF, or unload rows.")
    _make_calendar(con, settings, as_of)
    supplied = _conform(con, sources, loaded, progress)
    progress(0.6, "counting")
    marts = read_folder(QUERIES / "marts")
    run_models(con, marts)
    progress(0.85, "writing")
    report = reports(con, loaded)
    off = off_sentences(loaded, supplied)
    absent = [line for one in loaded for line in _absences(one)]
    compared_with, notes = publish_values(con, settings.scorecard, folder.name, supplied)
    facts = {"absent": absent, "compared_with": compared_with} | _facts(settings, as_of, sources, off, supplied, own_maps, written)
    _write(con, marts, folder)
    notes += [*written.notes, *(note for one in loaded for note in one.notes)]
    notes += [f"{path.relative_to(settings.extracts)} was not read: tables are .parquet, .csv or .csv.gz." for s in sources for path in other_files(s.extracts)]
    return Built(None, {**facts, "notes": notes}, report["tables"], report["quarantine"], report["unmapped"], report["broken"], notes)


def _absences(loaded: Loaded) -> list[str]:
    """What a build misses without refusing: columns that would be read if they were there."""
    return [f"{loaded.source}.{table} has no column {', '.join(names)}: taken as empty." for table, names in loaded.absent_columns.items() if names]


def define_macros(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Defines the project's macros for this engine, with the settings that they rest on."""
    text = (QUERIES / "engine" / "duckdb.sql").read_text()
    con.execute(text.replace("$timezone", f"'{settings.timezone}'").replace("$date_order", f"'{settings.date_order}'"))


def _mapped_columns(con: duckdb.DuckDBPyConnection, settings: Settings, sources: list[Source]) -> dict[str, dict[tuple[str, str], str]]:
    known, present = known_sources(settings), {source.name for source in sources}
    mapped: dict[str, dict[tuple[str, str], str]] = {}
    faults = []
    rows = con.execute('select source, "table", field, "column" from map.fields order by _origin').fetchall()
    for source, table, name, column in rows:
        if source not in known:
            faults.append(f"fields.csv names the source {source!r}; there are: {', '.join(known)}.")
        elif source in present:
            faults += _unknown_field(read_contract(known[source] / "schema.sql"), source, table, name)
        mapped.setdefault(source, {})[table, name] = column
    if faults:
        raise MapError(*faults)
    return mapped


def _unknown_field(contract: dict[str, Table], source: str, table: str, name: str) -> list[str]:
    if table not in contract:
        return [f"fields.csv names the table {table!r} of {source}; there are: {', '.join(contract)}."]
    fields = sorted({word for column in contract[table].columns for word in (column.name, column.field)})
    return [] if name in fields else [f"fields.csv names the field {name!r} of {source}'s {table}; there are: {', '.join(fields)}."]


def _load(loader: Loader, source: Source, root: Path, mapped: dict[tuple[str, str], str]) -> Loaded:
    contract = read_contract(source.sql / "schema.sql")
    loaded = loader.load(source.name, find_tables(source.extracts), root, contract, mapped)
    loaded.mapped = {f"{table.name}.{column.name}" for table in contract.values() for column in table.columns if mapped_column(table, column, mapped)}
    return loaded


def _make_calendar(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: datetime) -> None:
    windows = ("acceptance_window_days", "conversion_window_days", "influence_window_days", "worked_window_days", "fiscal_year_start_month")
    con.execute(
        f"""
        create table setting as select cast(? as timestamp) as as_of, ? as timezone, ? as currency,
            cast(? as integer) as first_weekday, cast(? as double) as response_sla_hours,
            cast({settings.half_life_days} as double) as half_life_days,
            {', '.join(f'cast({getattr(settings, name)} as integer) as {name}' for name in windows)}
        """,
        [as_of, settings.timezone, settings.currency, WEEKDAYS.index(settings.week_starts_on) + 1, settings.response_sla_hours],
    )
    for name in ("calendar", "business_day"):
        body = read_file(QUERIES / "engine" / f"{name}.sql").body
        con.execute(f"create table {name} as {body.replace('$timezone', repr(settings.timezone))}")


def _conform(con: duckdb.DuckDBPyConnection, sources: list[Source], loaded: list[Loaded], progress: Progress) -> set[str]:
    """Runs each source's SQL and joins what they make into the schema `conformed`; returns the tables that some source supplies."""
    contract = read_contract(QUERIES / "sources" / "canonical" / "schema.sql")
    supplied: set[str] = set()
    makers: dict[str, list[str]] = {name: [] for name in [*contract, "unmapped"]}
    ordered = _deals_first(sources, loaded)
    for place, (source, one) in enumerate(ordered):
        progress(0.45 + 0.15 * place / len(sources), f"reading {source.name} as people, leads and deals")
        models = read_folder(source.sql)
        one.limits = [file.header["cannot"] for file in models.values() if "cannot" in file.header]
        _run_source(con, source.name, models)
        for table in contract.keys() | {"unmapped"}:
            if table in models:
                makers[table].append(source.name)
                supplied |= {table} if _is_supplied(models[table], one) else set()
            elif not models and table in one.tables:  # a source without SQL supplies conformed tables as they stand
                makers[table].append(f"raw_{source.name}")
                supplied.add(table)
    numbers = {schema: number for number, (source, _) in enumerate(ordered) for schema in (source.name, f"raw_{source.name}")}
    con.execute("create schema conformed")
    for name, table in contract.items():
        _union(con, table, makers[name], numbers)
    if len(makers["person"]) > 1:
        join_people(con, contract)
    selects = [f"select map, value, row_count from {schema}.unmapped" for schema in makers["unmapped"]]
    con.execute(f"create table unmapped as {' union all '.join(selects) or 'select null::varchar as map, null::varchar as value, null::bigint as row_count limit 0'}")
    return supplied


def _deals_first(sources: list[Source], loaded: list[Loaded]) -> list[tuple[Source, Loaded]]:
    """CRMs before what lies beside them: where two sources tell the same, the first one's rows are kept."""
    return sorted(zip(sources, loaded, strict=True), key=lambda pair: not _has_deals(*pair))


def _has_deals(source: Source, one: Loaded) -> bool:
    models = read_folder(source.sql)
    return _is_supplied(models["opportunity"], one) if "opportunity" in models else "opportunity" in one.tables


def _run_source(con: duckdb.DuckDBPyConnection, name: str, models: dict[str, SqlFile]) -> None:
    """In a source's SQL, `raw.lead` is its own raw table and a bare name one of its own models."""
    if not models:
        return
    con.execute(f"create schema if not exists raw; create schema {name}")
    tables = [row[0] for row in con.execute("select table_name from duckdb_tables() where schema_name = ?", [f"raw_{name}"]).fetchall()]
    for table in tables:
        con.execute(f'create or replace view raw."{table}" as from raw_{name}."{table}"')
    con.execute(f"set search_path = '{name},main'")
    run_models(con, models, name)
    con.execute("set search_path = 'main'; drop schema raw cascade")


def _is_supplied(model: SqlFile, loaded: Loaded) -> bool:
    """Whether what a model is made from is there: a table, or table.column for one that must be mapped."""
    return any(word in loaded.tables or word in loaded.mapped for word in model.words("from"))


def _union(con: duckdb.DuckDBPyConnection, table: Table, schemas: list[str], numbers: dict[str, int]) -> None:
    columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
    con.execute(f"create table conformed.{table.name} ({columns}, _origin bigint, _source_no integer)")
    for schema in schemas:
        con.execute(f"insert into conformed.{table.name} by name select {_known_columns(con, table, schema)}, {numbers[schema]} as _source_no from {schema}.{table.name} as t")
    if table.key and len(schemas) > 1:
        _quarantine_second(con, table)


def _known_columns(con: duckdb.DuckDBPyConnection, table: Table, schema: str) -> str:
    there = {row[0] for row in con.execute(f"describe {schema}.{table.name}").fetchall()}
    return ", ".join(f't."{name}"' for name in [*(column.name for column in table.columns), "_origin"] if name in there)


def _quarantine_second(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """One id in two sources: the first source's row stays, and the second is reported unless it says the same."""
    row = "row(" + ", ".join(f'"{column.name}"' for column in table.columns) + ")"
    con.execute(f"""
        create or replace temp table second as
        select rowid as row_no, _origin, {table.key} as key,
            {row} is not distinct from first_value({row}) over (partition by {table.key} order by rowid) as is_same
        from conformed.{table.name}
        qualify row_number() over (partition by {table.key} order by rowid) > 1
    """)
    con.execute(f"""
        insert into quarantine
        select f.source, f.table_name, s._origin, '{table.key}', s.key, 'is in another source too, whose row was kept'
        from second as s left join file as f on f.file_no = s._origin // {ROWS_PER_FILE}
        where not s.is_same
    """)
    con.execute(f"delete from conformed.{table.name} where rowid in (select row_no from second)")


def _facts(settings: Settings, as_of: datetime, sources: list[Source], off: list[str], supplied: set[str], own_maps: list[str], written: Written) -> dict[str, object]:
    return {
        "as_of": as_of,
        "built_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "sources": [source.name for source in sources],
        "is_sample": (settings.extracts / SAMPLE_MARK).exists(),
        "off": off,
        "supplied": sorted(supplied),
        "own_maps": own_maps,
        "fingerprint": fingerprint(settings, written),
        **{name: getattr(settings, name) for name in FACTS},
    }


FACTS = (
    "timezone", "week_starts_on", "fiscal_year_start_month", "currency", "acceptance_window_days", "conversion_window_days",
    "influence_window_days", "worked_window_days", "half_life_days", "response_sla_hours",
)  # fmt: skip


def _write(con: duckdb.DuckDBPyConnection, marts: dict[str, SqlFile], folder: Path) -> None:
    """Copies what pages ask into the generation's own file, in the order they ask it."""
    path = folder / "scorecard.duckdb"
    con.execute(f"attach '{path}' as scorecard")
    published = {name: file.header.get("order", "all") for name, file in marts.items() if file.header.get("publish") != "no"}
    reports_too = {"setting": "all", "table_report": "all", "quarantine_report": "all", "unmapped": "all", "broken_reference": "all"}
    for name, order in (published | reports_too | TABLES | {"calendar": "day"}).items():
        con.execute(f"create table scorecard.{name} as from {name} order by {order}")
    con.execute("detach scorecard")
