"""Builds a scorecard: extracts and maps in, a generation of tables out."""

import hashlib
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from app.build.casts import literal
from app.build.conform import Makers, Source, conform, find_makers, show_raw, unite_unmapped
from app.build.contract import Table, read_contract
from app.build.files import files_in, find_tables, other_files
from app.build.incremental import Increment, bring_up_to_date, keep_whole, late_marts
from app.build.load import Loaded, Loader, Seen, changed, mapped_column, newest
from app.build.lock import one_at_a_time
from app.build.macros import define_macros
from app.build.maps import Written, load_maps
from app.build.models import in_its_order, is_published, make_table, run_models
from app.build.publish import new_folder, publish, tidy, want_of_room
from app.build.published import TABLES, publish_values
from app.build.reports import off_sentences, reports
from app.build.state import (
    NO_NUMBERS,
    BuildInFull,
    Kept,
    basis,
    claim_state,
    open_state,
    read_state,
    return_state,
    sign_state,
    stamp_folders,
    state_path,
)
from app.errors import ExtractError, MapError
from app.filters import WEEKDAYS
from app.queries import QUERIES, SqlFile, read_file, read_folder
from app.settings import Settings

Progress = Callable[[float, str], None]
SAMPLE_MARK = "SAMPLE.md"
NOTHING = Written()


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


@dataclass(frozen=True)
class Job:
    """One build: what it is made of, the folder of its generation, digests of what it rests on, taken before anything of it is read,
    and the files that are read where they lie until its end.
    """

    settings: Settings
    sources: list[Source]
    folder: Path
    written: Written
    progress: Progress
    basis: str
    fingerprint: str
    in_place: list[Seen] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Names of the sources."""
        return [source.name for source in self.sources]


@one_at_a_time
def build(settings: Settings, progress: Progress = lambda share, step: None, keep: bool = True, written: Written = NOTHING, full: bool = False) -> Built:
    """Extracts, maps and what people wrote to scorecard. With keep=False nothing is published (a check); with full=True nothing
    rests on the build before.

    Raises ExtractError, MapError or SettingError with all that the caller has to mend; the earlier scorecard stays as it was.
    """
    sources = find_sources(settings)
    if keep:
        tidy(settings.scorecard)
    rests_on = basis(settings), fingerprint(settings, written)
    job = Job(settings, sources, new_folder(settings.scorecard, "gen" if keep else "check"), written, progress, *rests_on)
    try:
        built = _build(job, None if keep and not full else "that was asked for")
        if keep:
            progress(0.98, "publishing")
            publish(job.folder, built.facts)
            tidy(settings.scorecard)
            built.folder = job.folder
    except BaseException as fault:
        shutil.rmtree(job.folder, ignore_errors=True)
        if sentence := want_of_room(fault, settings.scorecard) or (changed(job.in_place) if isinstance(fault, Exception) else None):
            raise sentence from fault
        raise
    if not keep:
        shutil.rmtree(job.folder, ignore_errors=True)
        state_path(settings.scorecard, job.folder.name).unlink(missing_ok=True)
    progress(1.0, "done")
    return built


def _build(job: Job, why_in_full: str | None) -> Built:
    if job.settings.engine == "spark":
        return _build_on_spark(job)
    if why_in_full is None:
        try:
            return _build_on(job)
        except BuildInFull as reason:
            why_in_full = str(reason)
            for path in job.folder.glob("scorecard.duckdb*"):
                path.unlink()
    return _build_in_full(job, why_in_full)


def _build_on(job: Job) -> Built:
    """A build that rests on the one before. Raises BuildInFull where there is none to rest on."""
    scorecard, generation = job.settings.scorecard, job.folder.name
    current = claim_state(scorecard, generation)
    state = state_path(scorecard, generation)
    is_changed = False
    try:
        with duckdb.connect() as con:
            open_state(con, state)
            kept = read_state(con, current, job.basis, job.names)
            con.execute("attach ':memory:' as work")
            step = _begin(con, job)
            is_changed = True
            return _go_on(con, job, step, kept, scorecard / current / "scorecard.duckdb")
    except BaseException:
        if is_changed:
            state.unlink(missing_ok=True)
        else:
            return_state(scorecard, generation, current)
        raise


def _build_in_full(job: Job, reason: str) -> Built:
    with duckdb.connect() as con:
        open_state(con, job.folder / "state.duckdb")
        con.execute("attach ':memory:' as work")
        step = _begin(con, job)
        job.progress(0.45, "reading people, leads and deals")
        for source in job.sources:
            show_raw(con, source)
        conform(con, step.makers)
        unite_unmapped(con, step.makers)
        job.progress(0.6, "counting")
        con.execute(f"attach {literal(str(job.folder / 'scorecard.duckdb'))} as scorecard; set search_path = 'work.main,scorecard.main'")
        run_models(con, read_folder(QUERIES / "marts"), shop="scorecard.main")
        keep_whole(con)
        built = _finish(con, job, step, f"built in full, as {reason}")
        sign_state(con, job.basis, job.names, job.folder.name, step.as_of, 0)
    (job.folder / "state.duckdb").rename(state_path(job.settings.scorecard, job.folder.name))
    return built


def _build_on_spark(job: Job) -> Built:
    """A build in full whose extracts and models are Spark's; DuckDB has the small tables, and then the marts. Raises CallerError without Spark."""
    from app.build.spark import SparkLoader, make_marts, open_lake

    with duckdb.connect() as con:
        open_state(con, job.folder / "state.duckdb")
        con.execute(f"attach {literal(str(job.folder / 'work.duckdb'))} as work")
        with open_lake(con, job.settings, job.folder / "spark") as lake:
            step = _begin(con, job, lambda _: SparkLoader(lake))
            job.progress(0.45, "reading people, leads and deals")
            make_marts(lake, step.makers)
        con.execute(f"attach {literal(str(job.folder / 'scorecard.duckdb'))} as scorecard")
        built = _finish(con, job, step, "built in full, on Spark")
    for name in ("work.duckdb", "state.duckdb"):
        (job.folder / name).unlink()
    shutil.rmtree(job.folder / "spark")
    return built


def fingerprint(settings: Settings, written: Written = NOTHING) -> str:
    """A digest of all that a scorecard depends on: the files of the extracts and maps, the queries, the settings, and what people wrote."""
    digest = hashlib.sha256(settings.model_dump_json(exclude=NO_NUMBERS).encode() + repr(written.joint_work).encode())
    stamp_folders(digest, settings.extracts, settings.maps, QUERIES, settings.sources or QUERIES, Path(__file__).parent)
    return digest.hexdigest()


def find_sources(settings: Settings) -> list[Source]:
    """Sources that lie in the extracts folder. Raises ExtractError where there are none, or one is unknown."""
    known = known_sources(settings)
    if not settings.extracts.is_dir():
        hint = f"put one folder for each source there ({', '.join(known)}), or name another with --extracts"
        raise ExtractError(f"There is no folder of extracts at {settings.extracts}: {hint}.")
    folders = [path for path in files_in(settings.extracts) if path.is_dir() and not path.name.startswith(".")]
    strangers = [path.name for path in folders if path.name not in known]
    if strangers:
        hint = "A folder of SQL of that name in ACCORD_SOURCES would make it one."
        raise ExtractError(f"{settings.extracts.name}/{strangers[0]} is no source this program knows ({', '.join(known)}). {hint}")
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


@dataclass(frozen=True)
class Begun:
    """What a build has found before it makes its marts: the moment it is true at, what was loaded, and who makes what of it."""

    as_of: datetime
    loaded: list[Loaded]
    makers: Makers
    own_maps: list[str]


def _begin(con: duckdb.DuckDBPyConnection, job: Job, make_loader: Callable[[duckdb.DuckDBPyConnection], Loader] = Loader) -> Begun:
    """Loads maps and extracts; leaves the connection in the catalog `work`, which shows what `state` holds of the extracts."""
    con.execute("use work; set timezone = 'UTC'; set enable_progress_bar = false")
    con.execute(f"set memory_limit = '{job.settings.memory_limit}'")
    con.execute(f"set temp_directory = {literal(str(job.folder / 'spill'))}")
    job.progress(0.02, "maps")
    define_macros(con, job.settings)
    own_maps = load_maps(con, job.settings.maps, job.written)
    mapped = _mapped_columns(con, job.settings, job.sources)
    loaded = _load_all(con, job, mapped, make_loader)
    for name in ("file", "freshness"):
        con.execute(f"create view {name} as from state.main.{name}")
    con.execute("create table quarantine as from state.main.quarantine limit 0")
    as_of = job.settings.as_of or newest(con)
    if as_of is None:
        raise ExtractError("The extracts hold no row with a time, so there is no moment they are true at: set ACCORD_AS_OF, or unload rows.")
    _make_calendar(con, job.settings, as_of)
    return Begun(as_of, loaded, find_makers(job.sources, loaded), own_maps)


def _load_all(
    con: duckdb.DuckDBPyConnection, job: Job, mapped: dict[str, dict[tuple[str, str], str]], make_loader: Callable[[duckdb.DuckDBPyConnection], Loader]
) -> list[Loaded]:
    """All or nothing, so that a state survives what the caller has to mend."""
    con.execute("use state")
    define_macros(con, job.settings)
    con.execute("begin")
    loader = make_loader(con)
    loaded = []
    for place, source in enumerate(job.sources):
        job.progress(0.05 + 0.4 * place / len(job.sources), f"reading {source.name}")
        loaded.append(_load(loader, source, job.settings.extracts, mapped.get(source.name, {})))
        job.in_place.extend(loaded[-1].in_place)
    con.execute("commit; use work")
    return loaded


def _go_on(con: duckdb.DuckDBPyConnection, job: Job, step: Begun, kept: Kept, earlier: Path) -> Built:
    job.progress(0.45, "bringing up to date")
    way = bring_up_to_date(Increment(con, job.settings, step.makers, kept.as_of, step.as_of), earlier, job.folder / "scorecard.duckdb")
    built = _finish(con, job, step, way)
    sign_state(con, job.basis, job.names, job.folder.name, step.as_of, kept.builds + 1)
    return built


def _finish(con: duckdb.DuckDBPyConnection, job: Job, step: Begun, way: str) -> Built:
    """Reports, publishes and writes; the connection is in the catalog in which every name is that of the whole company."""
    job.progress(0.85, "writing")
    if fault := changed(job.in_place):
        raise fault
    con.execute("create or replace table quarantine as from state.main.quarantine union all by name from state.main.model_fault")
    report = reports(con, step.loaded)
    absent = [line for one in step.loaded for line in _absences(one)]
    compared_with, notes = publish_values(con, job.settings.scorecard, job.folder.name, set(step.makers.supplied))
    facts = {"way": way, "absent": absent, "compared_with": compared_with} | _facts(job, step)
    _write(con, job.settings, read_folder(QUERIES / "marts"), is_new=not way.startswith("brought"))
    notes += [*job.written.notes, *(note for one in step.loaded for note in one.notes)]
    notes += [f"{path.relative_to(job.settings.extracts)} was not read: tables are .parquet, .csv or .csv.gz." for s in job.sources for path in other_files(s.extracts)]
    return Built(None, {**facts, "notes": notes}, report["tables"], report["quarantine"], report["unmapped"], report["broken"], notes)


def _absences(loaded: Loaded) -> list[str]:
    """What a build misses without refusing: columns that would be read if they were there."""
    return [f"{loaded.source}.{table} has no column {', '.join(names)}: taken as empty." for table, names in loaded.absent_columns.items() if names]


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


def _facts(job: Job, step: Begun) -> dict[str, object]:
    return {
        "as_of": step.as_of,
        "built_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "sources": [source.name for source in job.sources],
        "is_sample": (job.settings.extracts / SAMPLE_MARK).exists(),
        "off": off_sentences(step.loaded, set(step.makers.supplied)),
        "supplied": sorted(step.makers.supplied),
        "own_maps": step.own_maps,
        "fingerprint": job.fingerprint,
        **{name: getattr(job.settings, name) for name in FACTS},
    }


FACTS = (
    "timezone", "week_starts_on", "fiscal_year_start_month", "currency", "acceptance_window_days", "conversion_window_days",
    "influence_window_days", "worked_window_days", "half_life_days", "response_sla_hours",
)


def _write(con: duckdb.DuckDBPyConnection, settings: Settings, marts: dict[str, SqlFile], is_new: bool) -> None:
    """Copies what pages ask into the generation's own file, in the order they ask it, but for what was made there."""
    published = {name: in_its_order(file) for name, file in marts.items() if is_published(file)}
    there = late_marts(marts) | {name for name, file in marts.items() if "by" in file.header}
    if is_new:
        there = {row[0] for row in con.execute("select table_name from duckdb_tables() where database_name = 'scorecard'").fetchall()}
    others = {"setting": "all", "table_report": "all", "quarantine_report": "all", "unmapped": "all", "broken_reference": "all", **TABLES, "calendar": "day"}
    for name, order in (published | {name: f" order by {order}" for name, order in others.items()}).items():
        if name not in there:
            columns = {row[0]: row[1] for row in con.execute(f"describe {name}").fetchall()}
            listed = make_table(con, f"scorecard.main.{name}", columns, marts[name].words("plain") if name in marts else ())
            con.execute(f"insert into scorecard.main.{name} select {listed} from {name}{order}")
    con.execute("use scorecard")
    define_macros(con, settings)
    run_models(con, {name: file for name, file in marts.items() if "view" in file.header})
    con.execute("use work; detach scorecard")
