"""The lint of the SQL that both engines read: all files pass, what engines read differently is refused; and how it reads on Spark."""

from pathlib import Path

import duckdb
import pytest
from companies import ROOT

from app.build.spark.portable import call, faults, portable_files, to_spark
from app.errors import QueryError
from app.queries import read_file
from app.serving import latest_generation

FILES = [path for folder in ("queries/sources", "queries/marts", "tests/sources") for path in portable_files(ROOT / folder)]
TYPES = ("VARCHAR", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL(")

REFUSED = {
    "two statements": "select t.a from t as t; select t.a from t as t",
    "no select": "delete from t",
    "all columns": "select * from t as t",
    "all columns of a table": "select t.* from t as t",
    "all columns but one": "select * exclude (a) from t as t",
    "a column of no table": "select a from t as t",
    "an alias without as": "select t.a b from t as t",
    "a table alias without as": "select t.a from t t",
    "a short cast": "select t.a::integer as a from t as t",
    "a cast that may fail": "select try_cast(t.a as integer) as a from t as t",
    "a type that one engine has": "select cast(t.a as hugeint) as a from t as t",
    "a double as a decimal": "select cast(cast(t.a as double) / t.b as decimal(38, 10)) as a from t as t",
    "a percentile": "select percentile_cont(0.5) within group (order by t.a) as m from t as t",
    "a median": "select median(t.a) as m from t as t",
    "a difference of dates": "select date_diff('day', t.a, t.b) as d from t as t",
    "a list": "select list(t.a order by t.b) as l from t as t",
    "a list agg": "select string_agg(t.a, ',') as l from t as t",
    "a logarithm": "select log(t.a) as l from t as t",
    "the day of the week": "select isodow(t.a) as d from t as t",
    "a regular expression": "select regexp_replace(t.a, 'x', 'y') as r from t as t",
    "a hash": "select hash(t.a) as h from t as t",
    "a first value": "select first_value(t.a) over (partition by t.b order by t.c) as f from t as t",
    "a rank with ties": "select rank() over (order by t.a) as r from t as t",
    "a row number of no order": "select row_number() over (partition by t.a) as r from t as t",
    "a running sum": "select sum(t.a) over (order by t.b) as s from t as t",
    "a frame": "select sum(t.a) over (order by t.b rows between 1 preceding and current row) as s from t as t",
    "nulls first": "select row_number() over (order by t.a nulls first) as r from t as t",
    "qualify": "select t.a from t as t qualify row_number() over (order by t.a) = 1",
    "a natural join": "select t.a from t as t natural join u as u",
    "a join by names": "select t.a from t as t join u as u using (a)",
    "a join without condition": "select t.a from t as t join u as u",
    "a join in time": "select t.a from t as t asof join u as u on t.a >= u.a",
    "a right join": "select t.a from t as t right join u as u on u.a = t.a",
    "rows of a split inside a call": "select trim(unnest(string_split(t.a, ';'))) as a from t as t",
    "rows of a list": "select unnest(t.a) as a from t as t",
    "in a query": "select t.a from t as t where t.a in (select u.a from u as u)",
    "is true": "select t.a is true as a from t as t",
    "is distinct from": "select t.a is distinct from t.b as a from t as t",
    "a backslash": "select t.a from t as t where t.a = 'x\\y'",
    "a pattern that is a column": "select t.a like t.b as a from t as t",
    "a number with an exponent": "select t.a * 1e3 as a from t as t",
    "whole division": "select t.a // 2 as a from t as t",
    "a rest": "select t.a % 2 as a from t as t",
    "a week": "select cast(date_trunc('week', t.a) as date) as a from t as t",
    "a cut time": "select date_trunc('month', t.a) as a from t as t",
    "a floor as it is": "select floor(t.a) as a from t as t",
    "rounding": "select round(t.a, 2) as a from t as t",
    "a month's interval": "select t.a + interval 1 month as a from t as t",
    "limits": "select t.a from t as t limit 1",
    "values": "select v.a from (values (1)) as v(a)",
    "a list of literals": "select [1, 2] as a from t as t",
    "a struct": "select {'a': t.a} as a from t as t",
    "grouping by all": "select t.a from t as t group by all",
    "another macro": "select accord_share(t.a, t.b) as s from t as t",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_is_portable(path: Path) -> None:
    assert faults(read_file(path).body) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_engines_may_read_differently_is_refused(name: str) -> None:
    assert faults(REFUSED[name]), REFUSED[name]


def test_a_fault_says_what_and_where() -> None:
    assert faults("select median(t.a) as m from t as t") == ["Median is not in the portable subset: MEDIAN(t.a)"]
    with pytest.raises(QueryError, match="Columns are listed one by one"):
        to_spark("select * from t as t", {"t": "t"}, "UTC")


def test_marts_have_types_that_both_engines_and_parquet_know(sample_folder: Path) -> None:
    """sum(integer) is a HUGEINT on DuckDB, which Parquet has not: casts stand on outputs."""
    with duckdb.connect(str(sample_folder / "build" / latest_generation(sample_folder / "build") / "scorecard.duckdb"), read_only=True) as con:
        found = con.execute("select table_name, column_name, data_type from duckdb_columns() where not internal order by all").fetchall()
    assert [row for row in found if not row[2].startswith(TYPES)] == []


# --- how it reads on Spark -------------------------------------------------------------------------


def test_tables_take_the_names_of_views_and_parts_of_the_query_keep_theirs() -> None:
    sql = "with lead as (select r.id from raw.lead as r) select l.id, o.id as other from lead as l inner join owner as o on o.id = l.id"
    found = to_spark(sql, {"raw.lead": "raw_x__lead", "owner": "x__owner", "lead": "x__lead"}, "UTC")
    assert "FROM raw_x__lead AS r" in found
    assert "FROM lead AS l INNER JOIN x__owner AS o" in found


def test_a_table_that_is_not_there_is_named() -> None:
    with pytest.raises(QueryError, match="It reads raw.lead, which there is not"):
        to_spark("select r.id from raw.lead as r", {}, "UTC")


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("row_number() over (order by t.a)", "CAST(ROW_NUMBER() OVER (ORDER BY t.a NULLS LAST) AS BIGINT)"),
        ("count(*) filter (where t.a > 1) over (partition by t.b)", "COUNT(CASE WHEN t.a > 1 THEN 1 END) OVER (PARTITION BY t.b)"),
        ("max(t.c) filter (where t.a > 1) over (partition by t.b)", "MAX(CASE WHEN t.a > 1 THEN t.c END) OVER (PARTITION BY t.b)"),
        ("t.a * 22.5", "t.a * CAST(22.5 AS DOUBLE)"),
        ("cast(t.a as timestamp)", "CAST(t.a AS TIMESTAMP_NTZ)"),
        ("instr(t.a, '.')", "CAST(LOCATE('.', t.a) AS BIGINT)"),
        ("accord_hours(t.a, t.b)", "(CAST((TIMESTAMPDIFF(SECOND, t.a, t.b)) AS DOUBLE) / CAST(3600 AS DOUBLE))"),
        ("accord_local_day(t.a)", "(CAST(CONVERT_TIMEZONE('UTC', 'Europe/Berlin', t.a) AS DATE))"),
    ],
)
def test_constructs_are_written_as_spark_reads_them(written: str, wanted: str) -> None:
    assert to_spark(f"select {written} as x from t as t", {"t": "t"}, "Europe/Berlin") == f"SELECT {wanted} AS x FROM t AS t"


def test_a_macro_can_be_called_by_itself() -> None:
    assert call("accord_upper", "`a b`", "UTC") == "(UPPER(TRANSLATE(`a b`, 'ß', 'ẞ')))"
