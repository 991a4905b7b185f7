"""What a build says about its input: rows by table, quarantine, unmapped values, broken references, what is off."""

import duckdb

from app.build.load import ROWS_PER_FILE, Loaded
from app.build.models import run_models
from app.queries import QUERIES, read_folder

_TABLES = """
    create or replace table table_report as
    with bad as (
        select source, table_name, count(distinct origin) as quarantined from quarantine group by source, table_name
    ),

    lines as (
        select source, table_name, count(*) as files, cast(sum(rows_read) as bigint) as rows_read from file group by source, table_name
    )

    -- Kept is counted, not subtracted, so that a row lost on the way would show: what loading left over, without what
    -- the models set aside afterwards.
    select l.source, l.table_name, l.files, l.rows_read, f.live + f.deleted - (coalesce(b.quarantined, 0) - f.refused) as kept,
        coalesce(b.quarantined, 0) as quarantined, f.deleted, f.synced_at, f.newest_at
    from lines as l
    left join bad as b on b.source = l.source and b.table_name = l.table_name
    left join freshness as f on f.source = l.source and f.table_name = l.table_name
    order by l.source, l.table_name
"""

_QUARANTINE = f"""
    create or replace table quarantine_report as
    select q.source, q.table_name, f.path as file, q.origin % {ROWS_PER_FILE} as row_no, q.column_name, q.value, q.reason
    from quarantine as q
    left join file as f on f.file_no = q.origin // {ROWS_PER_FILE}
    order by all
"""

_BROKEN = "create or replace table broken_reference (what varchar, row_count bigint, example varchar)"


def reports(con: duckdb.DuckDBPyConnection, loaded: list[Loaded]) -> dict[str, list[dict[str, object]]]:
    """Makes table_report, quarantine_report and broken_reference, and returns them with `unmapped` as rows."""
    checks = read_folder(QUERIES / "checks")
    con.execute("create schema checks")
    run_models(con, checks, "checks")
    con.execute(_BROKEN)
    for name, check in checks.items():
        con.execute(
            f"insert into broken_reference select ?, count(*), min(offender) from checks.{name} having count(*) > 0",
            [check.header["says"]],
        )
    con.execute(_TABLES)
    con.execute(_QUARANTINE)
    names = {"tables": "table_report", "quarantine": "quarantine_report", "unmapped": "unmapped", "broken": "broken_reference"}
    return {key: _rows(con, f"from {table} order by all") for key, table in names.items()}


def off_sentences(loaded: list[Loaded], supplied: set[str]) -> list[str]:
    """What is switched off because an optional table is missing, and what a source can never tell, a sentence each."""
    absent = [(one.source, table) for one in loaded for table in one.missing if table.purpose and not _elsewhere(one, table.name, supplied)]
    missing = [f"{source} has no table {table.name}: {table.purpose}." for source, table in absent]
    return missing + [f"{one.source} cannot tell {limit}." for one in loaded for limit in one.limits]


def _elsewhere(loaded: Loaded, table: str, supplied: set[str]) -> bool:
    """A canonical table that another source supplies is not missed."""
    return loaded.source == "canonical" and table in supplied


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, object]]:
    cursor = con.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
