"""Builds: each is a generation of its own, and how the extract is cut up, ordered or spelled changes no number."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from companies import Company, build_company, build_folder, settings_of, write_tables

from app.build import build, fingerprint
from app.errors import NoScorecard
from app.queries import QUERIES, read_folder
from app.sample import make_company
from app.serving import open_current, read_facts

ROWS = {
    "lead_event": "lead_id,stage,occurred_at\nA,handed_off,2026-03-02T09:00:00Z\nA,accepted,2026-03-03T09:00:00Z\n",
    "opportunity": "opportunity_id,created_at,closed_at,is_won,amount\nO1,2026-03-02,2026-03-09,true,100\n",
}
START, END = "2024-01-01", "2027-01-01"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A sample company of 400 leads, built as it was made: one Parquet file for each table."""
    folder = tmp_path_factory.mktemp("small")
    make_company(folder, seed=11, leads=400)
    return build_folder(folder)


@pytest.fixture(scope="module")
def numbers(small: Company) -> dict[str, object]:
    """All numbers of the small company."""
    found = small.all_numbers(START, END)
    assert found["lead_volume by "][0]["value"] > 50, "a company with something to count"
    return found


def test_columns_that_are_to_be_stored_as_they_are_are_so(small: Company) -> None:
    marts = {name: file.words("plain") for name, file in read_folder(QUERIES / "marts").items() if file.words("plain")}
    assert {"handoff", "deal", "won_channel", "touch_base"} <= marts.keys()
    ways = "select compression from pragma_storage_info($mart) where column_name = $column and segment_type <> 'VALIDITY'"
    with duckdb.connect(str(next(small.settings.scorecard.glob("gen-*/scorecard.duckdb"))), read_only=True) as con:
        for mart, columns in marts.items():
            for column in columns:
                found = {row[0] for row in con.execute(ways, {"mart": mart, "column": column}).fetchall()}
                assert found and found <= {"Uncompressed", "Constant"}, f"{mart}.{column} is {found}"


# --- generations -------------------------------------------------------------------------------


def test_the_next_build_is_a_new_generation_and_an_open_connection_still_answers(tmp_path: Path) -> None:
    first = build_company(tmp_path, ROWS)
    opened = first.card
    write_tables(tmp_path / "extracts", {"opportunity": ROWS["opportunity"] + "O2,2026-03-02,2026-03-09,true,50\n"})
    second = build_folder(tmp_path)
    assert second.built.folder != first.built.folder
    assert second.value("revenue") == 150
    assert opened.query("select cast(sum(amount) as double) as amount from deal", {}).to_pylist() == [{"amount": 100.0}]
    assert open_current(second.settings.scorecard).generation == second.built.folder.name


def test_a_reader_keeps_its_generation_through_many_builds(tmp_path: Path) -> None:
    company = build_company(tmp_path, ROWS)
    opened = company.card
    for _ in range(3):
        build_folder(tmp_path)
    assert len(list((tmp_path / "build").glob("gen-*"))) == 3, "old generations are dropped"
    assert opened.query("select count(*) as n from handoff", {}).to_pylist() == [{"n": 1}]


def test_the_same_extract_gives_the_same_numbers_and_the_same_fingerprint(tmp_path: Path) -> None:
    first = build_company(tmp_path, ROWS)
    second = build_folder(tmp_path)
    assert first.ask("revenue", by="month segment").rows == second.ask("revenue", by="month segment").rows
    assert first.built.facts["fingerprint"] == second.built.facts["fingerprint"] == fingerprint(first.settings)
    write_tables(tmp_path / "extracts", {"opportunity": ROWS["opportunity"] + "O2,2026-03-02,2026-03-09,true,50\n"})
    assert fingerprint(first.settings) != first.built.facts["fingerprint"]


def test_a_generation_is_never_changed_after_it_is_published(tmp_path: Path) -> None:
    first = build_company(tmp_path, ROWS)
    before = {path.name: path.read_bytes() for path in first.built.folder.iterdir()}
    assert set(before) == {"build.json", "scorecard.duckdb"}
    assert first.value("revenue") == 100
    build_folder(tmp_path)
    assert {path.name: path.read_bytes() for path in first.built.folder.iterdir()} == before


def test_the_served_file_is_sealed(tmp_path: Path) -> None:
    card = build_company(tmp_path, ROWS).card
    for sql in ("create table scorecard.x (a int)", "delete from scorecard.deal", "select * from read_csv('*')", "set threads = 1"):
        with pytest.raises(duckdb.Error):
            card.cursors.connection.cursor().execute(sql)


def test_facts_are_told(small: Company) -> None:
    facts = read_facts(small.settings.scorecard)
    assert facts["as_of"] == "2026-11-20 05:12:00"
    assert facts["sources"] == ["ad_reporting", "salesforce"]
    assert facts["is_sample"] is True
    assert {"lead_event", "opportunity", "spend", "touch"} <= set(facts["supplied"])
    assert facts["off"] == []


def test_without_a_build_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoScorecard, match="There is no scorecard in .* yet: run `accord build`, or `accord demo`"):
        open_current(tmp_path)
    (tmp_path / "CURRENT").write_text("")
    with pytest.raises(NoScorecard, match="CURRENT is empty, so that it names no scorecard: run `accord build`"):
        open_current(tmp_path)


# --- builds that fail ---------------------------------------------------------------------------

def test_what_a_fault_of_the_program_leaves_is_cleared_away(tmp_path: Path) -> None:
    company = build_company(tmp_path, ROWS)

    def stop(share: float, step: str) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(company.settings, stop)
    assert [path.name for path in company.settings.scorecard.glob("gen-*")] == [company.built.folder.name]
    assert not list(company.settings.scorecard.glob("CURRENT.*"))


# --- the same rows in other clothes ------------------------------------------------------------


def _tables(folder: Path) -> Iterator[tuple[str, str, Path]]:
    for path in sorted((folder / "extracts").glob("*/*.parquet")):
        yield path.parent.name, path.stem, path


def _rewritten(small: Company, folder: Path, write: Callable[[duckdb.DuckDBPyConnection, str, Path], None]) -> Company:
    """The small company with each table written anew: `write(con, table of DuckDB, path without ending)`."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        for source, table, path in _tables(small.folder):
            (folder / "extracts" / source).mkdir(parents=True, exist_ok=True)
            con.execute(f"create or replace table t as from read_parquet('{path}')")
            write(con, table, folder / "extracts" / source / table)
    return build_folder(folder, maps=small.settings.maps)


def _same(found: dict[str, object], wanted: dict[str, object]) -> None:
    assert [name for name in wanted if found[name] != wanted[name]] == []


def _shuffled_files(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """A folder of three files, rows in any order."""
    path.mkdir()
    con.execute("create or replace table t as from t order by hash(rowid + 3)")
    for number in random.Random(table).sample(range(3), 3):
        con.execute(f"copy (from t where rowid % 3 = {number}) to '{path}/part{number}.parquet' (format parquet)")


def _hive_folder(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """A folder of folders, as warehouses unload, with a column that the path alone gives; columns like createddate."""
    _renamed(con, lambda name: name.replace("_", ""))
    for number in (0, 1):
        part = path / f"shard={number}"
        part.mkdir(parents=True)
        con.execute(f"copy (from t where rowid % 2 = {number}) to '{part}/data_0.parquet' (format parquet)")


def _csv_of_the_api(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """CreatedDate and Rejection_Reason__c in LeadHistory.csv."""
    _renamed(con, _camel)
    con.execute(f"copy t to '{path.parent}/{table.title().replace('_', '')}.csv' (header)")


def _gzip(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    con.execute(f"copy t to '{path}.csv.gz' (header, compression gzip)")


def _camel(name: str) -> str:
    return name.removesuffix("_c").title().replace("_", "") + ("__c" if name.endswith("_c") else "")


def _renamed(con: duckdb.DuckDBPyConnection, spell: Callable[[str], str]) -> None:
    """Spells all columns anew but those that a loader adds (_fivetran_synced)."""
    names = [row[0] for row in con.execute("describe t").fetchall()]
    columns = ", ".join(f'"{name}" as "{name if name.startswith("_") else spell(name)}"' for name in names)
    con.execute(f"create or replace table t as select {columns} from t")


@pytest.mark.parametrize(
    "write", [_shuffled_files, _hive_folder, _csv_of_the_api, _gzip], ids=lambda write: write.__name__.strip("_")
)
def test_the_same_rows_give_the_same_numbers(small: Company, numbers: dict[str, object], tmp_path: Path, write: Callable[..., None]) -> None:
    again = _rewritten(small, tmp_path, write)
    _same(again.all_numbers(START, END), numbers)
    rows = {row["table_name"]: (row["rows_read"], row["kept"], row["quarantined"]) for row in small.built.tables}
    assert {row["table_name"]: (row["rows_read"], row["kept"], row["quarantined"]) for row in again.built.tables} == rows


def test_two_sources_side_by_side_add_up(tmp_path: Path) -> None:
    tables = {
        **ROWS,
        "salesforce/lead": "Id,CreatedDate,Status\nL1,2026-03-01T09:00:00Z,MQL\n",
        "salesforce/opportunity": "Id,CreatedDate,CloseDate,IsWon,Amount\nO1,2026-03-01,2026-03-02,true,7\nO2,2026-03-01,2026-03-02,true,9\n",
    }
    company = build_company(tmp_path, tables)
    assert company.value("lead_volume") == 2
    assert company.value("revenue") == 109
    assert [(row["source"], row["row_no"], row["reason"]) for row in company.built.quarantine] == [
        ("salesforce", 1, "is in another source too, whose row was kept")
    ]
    assert all(row["rows_read"] == row["kept"] + row["quarantined"] for row in company.built.tables)


def test_a_source_of_ones_own_takes_sql_alone(tmp_path: Path) -> None:
    sql = tmp_path / "sources" / "pipedrive"
    sql.mkdir(parents=True)
    (sql / "schema.sql").write_text(
        "create table deals (id varchar primary key, add_time timestamp not null, won_time timestamp, value decimal(20, 4));\n"
        "comment on table deals is 'required: the deals';\n"
    )
    (sql / "opportunity.sql").write_text(
        "-- from: deals\nselect d.id as opportunity_id, d.add_time as created_at, d.won_time as closed_at,\n"
        "    d.won_time is not null as is_won, d.won_time is not null as is_closed, d.value as amount\nfrom raw.deals as d\n"
    )
    company = build_company(
        tmp_path, {"pipedrive/deals": "id,add_time,won_time,value\n1,2026-03-01,2026-03-05,70\n2,2026-03-01,,30\n"}, sources=sql.parent
    )
    assert company.value("revenue") == 70
    assert company.value("open_pipeline") == 30
    assert company.built.facts["sources"] == ["pipedrive"]


def test_as_of_is_the_newest_sync_deleted_rows_too_else_the_newest_event(tmp_path: Path) -> None:
    synced = """lead_id,stage,occurred_at,is_deleted,_fivetran_synced
A,handed_off,2026-03-02,false,2026-03-05T01:00:00Z
B,handed_off,2026-03-02,true,2026-03-06T01:00:00Z
"""
    company = build_company(tmp_path / "synced", {"lead_event": synced})
    assert str(company.built.facts["as_of"]) == "2026-03-06 01:00:00"
    company = build_company(tmp_path / "events", {"lead_event": ROWS["lead_event"], "opportunity": "opportunity_id,created_at,closed_at\nO1,2026-03-01,2027-01-01\n"})
    assert str(company.built.facts["as_of"]) == "2026-03-03 09:00:00", "an expected close says nothing about how fresh the extract is"
    company = build_company(tmp_path / "said", {"lead_event": ROWS["lead_event"]}, as_of="2026-04-01T00:00:00+02:00")
    assert str(company.built.facts["as_of"]) == "2026-03-31 22:00:00"


def test_a_scorecard_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    write_tables(tmp_path / "extracts", ROWS)
    with pytest.raises(Exception, match="cannot be written .*: name another folder with --out"):
        build(settings_of(extracts=tmp_path / "extracts", maps=tmp_path, scorecard=tmp_path / "file" / "build"))
