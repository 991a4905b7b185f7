"""Both engines make the same scorecard of the same extracts: every table, row for row and type for type.

One Spark Connect server serves all tests; without Java, or without PySpark, they are skipped. A company of any size is compared by
naming its folder (with extracts/ and maps/): PARITY_COMPANY=DIR python3 dev.py test tests/test_spark.py
"""

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
from companies import ROOT, Company, as_csv, build_folder, run_accord, settings_of, write_tables
from test_hubspot import TABLES as HUBSPOT
from test_hubspot import TEAMS
from test_marketo import PROGRAMS, activity, lead

from app.build.files import plain
from app.build.macros import define_macros
from app.build.spark.lake import Lake
from app.build.spark.session import connected, java, local_server, spark_home
from app.errors import CallerError, ExtractError, QueryError
from app.sample import make_company

CASES = ROOT / "tests" / "cases"
# The one number whose last digit is the engines' own, as it rests on a power; weights are summed with 15 decimals.
NEARLY, DIGITS = {"time_decay"}, 1e-14
OF_THE_BUILD = {"generation"}
SETTINGS = {"timezone": "Europe/Berlin", "as_of": "2026-06-01T00:00:00Z", "week_starts_on": "sunday", "fiscal_year_start_month": 2, "half_life_days": 10}
MAPS_OF = {
    "amounts_in_other_currencies_take_the_rate_of_their_day": ("fx",),
    "business_hours_are_local_over_the_day_the_clocks_change": ("business_hours", "holiday"),
    "the_cost_of_sales_is_what_both_sides_cost_for_each_unit_of_revenue": ("team_cost",),
    "coverage_holds_open_deals_against_what_is_missing_to_the_target": ("target",),
    "a_major_account_is_forgotten_for_any_of_four_reasons": ("tier",),
    "joint_work_is_counted_by_kind": ("joint_work",),
}


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Spark Connect server."""
    if java() is None:
        pytest.skip("no Java on this machine, which Spark runs on")
    if spark_home() is None:
        pytest.skip("PySpark is not installed (python3 dev.py test does so)")
    with local_server(settings_of(memory_limit="2GiB"), tmp_path_factory.mktemp("spark")) as url:
        yield url


# --- the scorecards --------------------------------------------------------------------------------


def test_the_sample_company_with_all_worked_cases_and_other_systems_beside_it_is_the_same_on_both(cluster: str, tmp_path: Path) -> None:
    """In one build, as half of what Spark takes is for its queries, whatever they read."""
    make_company(tmp_path / "sample", leads=1_000)
    awkward_company(tmp_path, tmp_path / "sample")
    compare(tmp_path, cluster, tmp_path, **SETTINGS)


@pytest.mark.skipif("PARITY_COMPANY" not in os.environ, reason="PARITY_COMPANY names no company")
def test_a_company_of_any_size_is_the_same_on_both(cluster: str, tmp_path: Path) -> None:
    compare(Path(os.environ["PARITY_COMPANY"]), cluster, tmp_path)


def compare(folder: Path, cluster: str, out: Path, **settings: object) -> None:
    """Builds a company on both engines, and finds no difference."""
    one = build_folder(folder, scorecard=out / "duckdb", **settings)
    two = build_folder(folder, scorecard=out / "spark", engine="spark", spark_url=cluster, **settings)
    assert two.built.facts["way"] == "built in full, on Spark"
    assert differences(one, two) == []
    told = [(built.tables, built.quarantine, built.unmapped, built.broken, built.notes) for built in (one.built, two.built)]
    assert told[0] == told[1]
    assert facts(one) == facts(two)


def facts(company: Company) -> Mapping[str, object]:
    """What a build says of itself, but for what is its own."""
    return {name: value for name, value in company.built.facts.items() if name not in ("way", "built_at", "fingerprint", "compared_with")}


def differences(one: Company, two: Company) -> list[str]:
    """What two scorecards do not have in common: tables, types, rows."""
    with duckdb.connect() as con:
        for name, company in (("one", one), ("two", two)):
            con.execute(f"attach '{company.built.folder}/scorecard.duckdb' as {name} (read_only)")
        kinds = [columns_of(con, name) for name in ("one", "two")]
        found = [f"{table}: {kinds[0].get(table)} and {kinds[1].get(table)}" for table in sorted({*kinds[0], *kinds[1]}) if kinds[0].get(table) != kinds[1].get(table)]
        return found or [line for table, columns in kinds[0].items() for line in rows_apart(con, table, [name for name in columns if name not in OF_THE_BUILD])]


def columns_of(con: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, dict[str, str]]:
    """Columns and their types by table or view."""
    query = "select table_name, column_name, data_type from information_schema.columns where table_catalog = ? order by table_name, ordinal_position"
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(query, [catalog]).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def rows_apart(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> list[str]:
    """Rows that only one of two tables has; numbers of NEARLY may differ in the last digit of a weight."""
    exact = ", ".join(f'"{name}"' for name in columns if name not in NEARLY)
    apart = [
        f"{table}: only {here} has {row}"
        for here, there in (("one", "two"), ("two", "one"))
        for row in con.execute(f'(select {exact} from {here}."{table}" except all select {exact} from {there}."{table}") order by all limit 3').fetchall()
    ]
    for name in NEARLY & {*columns}:
        one, two = (con.execute(f'select {name} from {side}."{table}" order by {exact}, {name}').fetchnumpy()[name] for side in ("one", "two"))
        if not apart and (far := abs(one - two) > DIGITS).any():
            apart.append(f"{table}.{name}: {one[far][:3]} and {two[far][:3]}")
    return apart


# --- one company of all that is awkward --------------------------------------------------------------


def awkward_company(folder: Path, sample: Path) -> None:
    """The sample company and every worked case in one, its ids being its own; with HubSpot, Marketo, and faulty, deleted and repeated rows beside them."""
    tables: dict[str, list[dict[str, str]]] = {}
    for number, case in enumerate(sorted(path for path in CASES.iterdir() if path.is_dir())):
        for path in sorted((case / "extracts").rglob("*.csv")):
            tables.setdefault(f"{path.parent.name}/{path.stem}", []).extend(_own_ids(row, number) for row in _rows(path))
    for row in _rows(sample / "maps" / "fields.csv"):
        tables[f"{row['source']}/{row['table']}"][0].setdefault(plain(row["column"]), "")  # columns that the map of the sample company names
    write_tables(folder / "csv", tables)
    for name in tables:
        _to_parquet(folder / "csv" / f"{name}.csv", folder / "extracts" / f"{name}" / "cases.parquet")
    for path in (sample / "extracts").rglob("*.parquet"):
        (folder / "extracts" / path.parent.name / path.stem).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / "extracts" / path.parent.name / path.stem / "sample.parquet")
    (folder / "maps").mkdir()
    own = [sample / "maps", *(CASES / case / "maps" for case in MAPS_OF)]
    for name in {path.stem for path in own[0].iterdir()}.union(*MAPS_OF.values()):
        rows = [row for home in own if home == own[0] or name in MAPS_OF[home.parent.name] for row in _rows(home / f"{name}.csv")]
        rows += csv.DictReader(io.StringIO(TEAMS)) if name == "team" else []
        (folder / "maps" / f"{name}.csv").write_bytes(as_csv([*{tuple(row.values())[:-1]: row for row in rows}.values()]))
    marketo = [lead(1, "ann@firm.test"), lead(2, "p1@firm.test"), lead(3, None)]
    forms = [activity(90, 1, "2026-02-01T09:00:00Z", primary_attribute_value="Guide 1.0.Form"), activity(91, 2, "2026-02-02T09:00:00Z", primary_attribute_value=None)]
    write_tables(folder / "extracts", {**HUBSPOT, **PROGRAMS, "marketo/lead": marketo, "marketo/activity_fill_out_form": forms})
    _write_faulty(folder / "extracts" / "salesforce" / "opportunity")


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _own_ids(row: dict[str, str], number: int) -> dict[str, str]:
    """Ids and addresses of one case are not those of another; queues (00G) are known by theirs. A column has one spelling in all cases."""
    is_own = lambda name, value: value and name.lower().endswith(("id", "email")) and not value.startswith("00G")  # noqa: E731
    return {plain(name): f"{number}-{value}" if is_own(name, value) else value for name, value in row.items()}


def _to_parquet(table: Path, target: Path) -> None:
    """As a warehouse unloads it: times are times, numbers numbers, where all rows agree."""
    target.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"copy (from read_csv('{table}', header = true, sample_size = -1)) to '{target}' (format parquet)")


def _write_faulty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"""
        copy (
            select *, 'EUR' as currency_iso_code, null::varchar as region_c from (values
                ('F1', timestamptz '2026-01-05 08:00:00.75+00', 1234.56785::double, true, true, date '2026-02-01', timestamptz '2026-05-01 00:00:00+00', false),
                ('F1', timestamptz '2026-01-05 08:00:00+00', 99.00005, true, false, date '2026-02-02', timestamptz '2026-05-02 00:00:00+00', false),
                ('F2', timestamptz '2026-01-06 08:00:00+00', 5.0, false, false, null, timestamptz '2026-05-01 00:00:00+00', false),
                ('F2', timestamptz '2026-01-06 08:00:00+00', 5.0, false, false, null, timestamptz '2026-05-02 00:00:00+00', true),
                ('F3', null, 6.0, false, false, null, timestamptz '2026-05-01 00:00:00+00', false),
                ('F4', timestamptz '1850-01-06 08:00:00+00', 7.0, false, false, null, timestamptz '2026-05-01 00:00:00+00', false),
                ('F5', timestamptz '2026-01-06 08:00:00+00', 1e18, false, false, null, timestamptz '2026-05-01 00:00:00+00', false),
                ('F5a', timestamptz '2026-01-06 08:00:00+00', 'nan', false, false, null, timestamptz '2026-05-01 00:00:00+00', false),
                ('F5b', timestamptz '2026-01-06 08:00:00+00', '-inf', false, false, null, timestamptz '2026-05-01 00:00:00+00', false),
                ('F5c', timestamptz '2026-01-06 08:00:00+00', -1.25e17, false, false, null, timestamptz '2026-05-01 00:00:00+00', false),
                ('F6', timestamptz '2026-01-06 08:00:00+00', 0.1 + 0.2, null, null, date '2150-01-01', timestamptz '2026-05-01 00:00:00+00', false),
                ('F7', timestamptz '2026-01-06 08:00:00+00', 8.0, true, true, date '2026-03-29', null, true),
                (chr(160) || ' F8 ', timestamptz '2026-01-06 08:00:00+00', 9.0, true, true, date '2026-10-25', null, false),
                ('F9', timestamptz '2026-01-06 08:00:00+00', 1.0, true, true, date '2026-04-01', timestamptz '2026-05-01 00:00:00+00', false),
                ('F9', timestamptz '2026-01-06 08:00:00+00', 2.0, true, true, date '2026-04-02', timestamptz '2026-05-01 00:00:00+00', false)
            ) as t(id, created_date, amount, is_closed, is_won, close_date, _fivetran_synced, _fivetran_deleted)
        ) to '{folder / "faulty.parquet"}' (format parquet)
    """)
    (folder / "broken.csv").write_text(
        'id,created_date,amount,currency_iso_code\nB1,2026-01-05,"1,234.5",\nB2,05/06/2026,x,USD\nB3,2026-01-05,1,,surplus\nB4,2026-01-05T08:00:00+02:00,3,EUR\n'
    )


# --- what the engines spell differently ----------------------------------------------------------------


@pytest.fixture(scope="module")
def lake(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """Tables that both engines read."""
    with duckdb.connect() as con, connected(cluster, settings_of()) as spark:
        con.execute("set timezone = 'UTC'; create schema m")
        yield Lake(con, spark, tmp_path_factory.mktemp("lake"), "UTC")


def same(lake: Lake, rows: str, *expressions: str, timezone: str = "UTC") -> list[str]:
    """Those of the expressions over the columns of t that differ between the engines for some of the rows (a query of DuckDB's)."""
    lake.timezone = timezone
    define_macros(lake.con, settings_of(timezone=timezone))
    lake.ship("t", rows)
    lake.show("t")
    query = f"select t.n, {', '.join(f'{text} as x{place}' for place, text in enumerate(expressions))} from t as t"
    lake.con.register("there", lake.ask(lake.translate(query, {})))
    lake.con.execute(f"create or replace temp table here as {query}")
    apart = lambda place: lake.con.execute(f"select count(*) from here inner join there using (n) where here.x{place} is distinct from there.x{place}").fetchall()[0][0]  # noqa: E731
    return [f"{text}: {count} rows" for place, text in enumerate(expressions) if (count := apart(place))]


# Of scripts that Unicode has since 2020 the engines know different letters.
CHARACTERS = "select i as n, chr(i::int) as c, 'x' || chr(i::int) || 'y' as w from range(1, 42951) r(i) where i not between 7296 and 7423"


def test_letters_and_blanks_are_the_same(lake: Lake) -> None:
    assert same(lake, CHARACTERS, "lower(t.c)", "lower(t.w || t.c)", "trim(t.c)", "trim(t.w || t.c)", "nullif(trim(t.c), '')", "length(t.w)", "substr(t.w, 2, 1)") == []


@pytest.mark.parametrize(
    "timezone", ["UTC", "Europe/Berlin", "America/New_York", "America/Havana", "America/Sao_Paulo", "Asia/Amman", "Pacific/Apia", "Australia/Lord_Howe"]
)
def test_days_begin_at_the_same_moment(lake: Lake, timezone: str) -> None:
    days = "select i as n, date '1990-01-01' + i::int as d, timestamp '1990-01-01' + to_seconds(i * 86400 + hash(i) % 86400) as at from range(16000) r(i)"
    found = same(lake, days, "accord_day_start(t.d)", "accord_local_day(t.at)", "accord_hours(t.at, accord_day_start(t.d))", timezone=timezone)
    assert found == []


def test_doubles_become_the_same_decimals(lake: Lake) -> None:
    value = "(hash(i) / 18446744073709551616.0 - 0.4) * power(10.0, i % 15) / (1 + i % 31)"
    numbers = f"select i as n, {value} as x, power(2.0, -(i % 3000) / 100.0) as w from range(100000) r(i)"
    assert same(lake, numbers, "accord_money(t.x)", "accord_weight(t.w)", "cast(accord_money(t.x) as decimal(20, 4))", "t.x / 3600.0", "cast(floor(t.x) as bigint)") == []


# --- what cannot be --------------------------------------------------------------------------------------


def test_a_faulty_extract_is_refused_in_the_same_words(cluster: str, tmp_path: Path) -> None:
    write_tables(tmp_path / "extracts", {"salesforce/lead": [{"id": "1"}]})
    said = []
    for engine in ("duckdb", "spark"):
        with pytest.raises(ExtractError) as refused:
            build_folder(tmp_path, engine=engine, spark_url=cluster)
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert "has no column created_date" in said[0]


def test_sql_that_is_not_portable_is_refused_with_its_file(cluster: str, tmp_path: Path) -> None:
    source = tmp_path / "sources" / "shop"
    source.mkdir(parents=True)
    (source / "schema.sql").write_text("create table lead (id varchar primary key, made timestamp);\ncomment on table lead is 'required: leads';\n")
    (source / "lead.sql").write_text("-- from: lead\nselect l.id as lead_id, median(l.made) as created_at from raw.lead as l group by l.id\n")
    write_tables(tmp_path / "extracts", {"shop/lead": [{"id": "1", "made": "2026-01-01T00:00:00Z"}]})
    with pytest.raises(QueryError, match=r"lead\.sql: Median is not in the portable subset"):
        build_folder(tmp_path, engine="spark", spark_url=cluster, sources=tmp_path / "sources")


def test_a_cluster_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    if spark_home() is None:
        pytest.skip("PySpark is not installed (python3 dev.py test does so)")
    with pytest.raises(CallerError, match="Spark does not answer at sc://localhost:1"), connected("sc://localhost:1", settings_of()):
        pass


def test_without_java_a_build_on_spark_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if spark_home() is None:
        pytest.skip("PySpark is not installed (python3 dev.py test does so)")
    write_tables(tmp_path / "extracts", {"salesforce/lead": [{"id": "1"}]})
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    done = run_accord("build", "--engine", "spark", extracts=tmp_path / "extracts", maps=tmp_path / "maps", scorecard=tmp_path / "build")
    assert done.returncode == 2
    assert "Java 17 or newer is not there" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_spark_nothing_of_it_is_imported() -> None:
    seen = "import sys, app.build, app.cli, app.serving; print(*sorted({name.split('.')[0] for name in sys.modules} & {'pyspark', 'sqlglot', 'grpc', 'py4j'}))"
    done = subprocess.run([sys.executable, "-c", seen], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
