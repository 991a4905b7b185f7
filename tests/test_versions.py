"""Versions of one row in several files: which one counts; and loading what is new gives what loading everything gives."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from companies import Company, build_company, settings_of
from hypothesis import given, settings
from hypothesis import strategies as st

from app.build import define_macros, load
from app.build.conform import CANONICAL
from app.build.contract import read_contract
from app.build.files import find_tables
from app.build.load import Loader
from app.build.state import BuildInFull

HEAD = "opportunity_id,created_at,amount,_fivetran_synced,_fivetran_deleted\n"
OLDER = "occurs more than once; the newest row was kept"
DELETED_SINCE = "occurs more than once; the newest row says that it is deleted"

# --- which version counts ------------------------------------------------------------------------


def _deals(folder: Path, *files: str, head: str = HEAD) -> Company:
    """A company whose deals lie in files 0.csv, 1.csv, ..."""
    return build_company(folder, {f"canonical/opportunity/{number}.csv": head + text for number, text in enumerate(files)})


def _quarantined(company: Company) -> list[tuple[object, ...]]:
    return [(row["file"].rpartition("/")[2], row["row_no"], row["reason"]) for row in company.built.quarantine]


def _accounts(company: Company) -> tuple[object, ...]:
    row = company.table("opportunity")
    return row["rows_read"], row["kept"], row["quarantined"], row["deleted"]


def test_a_row_that_a_later_file_deletes_is_gone(tmp_path: Path) -> None:
    company = _deals(tmp_path, "O1,2026-01-01,5,2026-02-01,false\nO2,2026-01-01,7,2026-02-01,false\n", "O1,2026-01-01,5,2026-02-03,true\n")
    assert company.value("open_pipeline") == 7
    assert _quarantined(company) == [("0.csv", 1, DELETED_SINCE)]
    assert _accounts(company) == (3, 2, 1, 1)


def test_a_row_that_comes_back_counts_again(tmp_path: Path) -> None:
    company = _deals(tmp_path, "O1,2026-01-01,5,2026-02-01,false\n", "O1,2026-01-01,5,2026-02-03,true\n", "O1,2026-01-01,6,2026-02-05,false\n")
    assert company.value("open_pipeline") == 6
    assert _quarantined(company) == [("0.csv", 1, OLDER)]
    assert _accounts(company) == (3, 2, 1, 1)


def test_every_older_version_of_a_deleted_row_is_set_aside(tmp_path: Path) -> None:
    company = _deals(tmp_path, "O1,2026-01-01,5,2026-02-02,false\n", "O1,2026-01-01,6,2026-02-01,false\n", "O1,2026-01-01,6,2026-02-09,true\n")
    assert company.value("open_pipeline") in (None, 0)
    assert _quarantined(company) == [("0.csv", 1, DELETED_SINCE), ("1.csv", 1, DELETED_SINCE)]
    assert _accounts(company) == (3, 1, 2, 1)


def test_an_older_deletion_deletes_nothing(tmp_path: Path) -> None:
    company = _deals(tmp_path, "O1,2026-01-01,5,2026-02-02,false\n", "O1,2026-01-01,5,2026-02-01,true\n")
    assert company.value("open_pipeline") == 5
    assert _quarantined(company) == []
    assert _accounts(company) == (2, 2, 0, 1)


@pytest.mark.parametrize("synced", ["2026-02-02", ""], ids=["at one time", "at no time"])
def test_of_equally_new_versions_the_live_one_counts(tmp_path: Path, synced: str) -> None:
    company = _deals(tmp_path, f"O1,2026-01-01,5,{synced},true\n", f"O1,2026-01-01,5,{synced},false\n")
    assert company.value("open_pipeline") == 5
    assert _accounts(company) == (2, 2, 0, 1)


def test_a_deletion_that_cannot_be_read_deletes_nothing(tmp_path: Path) -> None:
    company = _deals(tmp_path, "O1,2026-01-01,5,2026-02-02,false\n", "O1,some day,5,2026-02-05,true\n")
    assert company.value("open_pipeline") == 5
    assert [reason for _, _, reason in _quarantined(company)] == ["is not a time such as 2026-11-20T05:12:00Z"]
    assert _accounts(company) == (2, 1, 1, 0)


def test_a_version_that_the_loader_closed_deletes_nothing(tmp_path: Path) -> None:
    """History mode: a closed version may be synced after the one that took its place, and says of itself what it likes."""
    head = HEAD.replace("\n", ",_fivetran_active\n")
    rows = "O1,2026-01-01,5,2026-02-02,false,true\n", "O1,2026-01-01,4,2026-02-03,false,false\nO1,2026-01-01,4,2026-02-03,true,false\n"
    company = _deals(tmp_path / "closed", *rows, head=head)
    assert company.value("open_pipeline") == 5
    assert _accounts(company) == (3, 3, 0, 2)
    company = _deals(tmp_path / "deleted", *rows, "O1,2026-01-01,5,2026-02-04,true,true\n", head=head)
    assert company.value("open_pipeline") in (None, 0), "the active version says that it is deleted"
    assert _accounts(company) == (4, 3, 1, 3)


# --- loading what is new ---------------------------------------------------------------------------

TABLES = {
    "opportunity": ("opportunity_id", "created_at", "amount", "_fivetran_synced", "_fivetran_deleted", "_fivetran_active"),
    "lead_event": ("lead_id", "stage", "occurred_at", "_fivetran_synced", "_fivetran_deleted"),
}
VALUES = {
    "opportunity_id": ["A", "B", "C", ""],
    "lead_id": ["A", "B", ""],
    "stage": ["handed_off", "accepted"],
    "created_at": ["2026-01-01", "2026-01-02", "some day"],
    "occurred_at": ["2026-01-01", "2026-01-02T10:00:00Z"],
    "amount": ["1", "2", "", "many"],
    "_fivetran_synced": ["2026-02-01", "2026-02-02", "2026-02-03", ""],
    "_fivetran_deleted": ["false", "true"],
    "_fivetran_active": ["true", "true", "false", ""],
}
Rows = list[tuple[str, ...]]


@st.composite
def extracts(draw: st.DrawFn) -> dict[str, tuple[bool, Rows]]:
    """Files by path without ending: whether Parquet, and the rows; a row that is too short stands for a broken line of a CSV."""
    files = {}
    for table, columns in TABLES.items():
        row = st.tuples(*(st.sampled_from(VALUES[name]) for name in columns))
        for number in draw(st.sets(st.integers(0, 4), max_size=4)):
            is_parquet = draw(st.booleans())
            rows = draw(st.lists(row if is_parquet else st.one_of(row, row, row.map(lambda values: values[:1])), max_size=6))
            files[f"{table}/{number}"] = (is_parquet, rows)
    return files


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, tuple[bool, Rows]]]:
    """Extracts one after another: files come, go, grow, or are written anew."""
    steps = [draw(extracts())]
    for _ in range(draw(st.integers(1, 3))):
        fresh, now = draw(extracts()), dict(steps[-1])
        for name, (is_parquet, rows) in fresh.items():
            fate = draw(st.sampled_from(["grow", "replace", "drop"]))
            if fate == "drop":
                now.pop(name, None)
            elif fate == "grow" and name in now and now[name][0] == is_parquet:
                now[name] = (is_parquet, now[name][1] + rows)
            else:
                now[name] = (is_parquet, rows)
        steps.append(now)
    return steps


def _write(con: duckdb.DuckDBPyConnection, folder: Path, before: dict[str, tuple[bool, Rows]], now: dict[str, tuple[bool, Rows]]) -> None:
    """Writes what has changed; each writing of a file has a time of its own."""
    (folder / "canonical").mkdir(parents=True, exist_ok=True)
    for name in before.keys() - now.keys() | {name for name in before.keys() & now.keys() if before[name][0] != now[name][0]}:
        _path(folder, name, before[name][0]).unlink()
    for name, (is_parquet, rows) in now.items():
        if before.get(name) != (is_parquet, rows):
            path = _path(folder, name, is_parquet)
            path.parent.mkdir(exist_ok=True)
            columns = TABLES[name.partition("/")[0]]
            _write_parquet(con, path, columns, rows) if is_parquet else path.write_text("\n".join([",".join(columns), *map(",".join, rows)]) + "\n")


def _path(folder: Path, name: str, is_parquet: bool) -> Path:
    return folder / "canonical" / f"{name}.{'parquet' if is_parquet else 'csv'}"


def _write_parquet(con: duckdb.DuckDBPyConnection, path: Path, columns: tuple[str, ...], rows: Rows) -> None:
    listed = ", ".join(f'"{name}" varchar' for name in columns)
    con.execute(f"create or replace temp table writing ({listed})")
    if rows:
        con.executemany(f"insert into writing values ({', '.join('?' for _ in columns)})", rows)
    con.execute(f"copy writing to '{path}' (format parquet)")


def _loaded(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, object]:
    """Loads what lies in `folder` and returns everything that loading says, and what changed."""
    contract = {name: table for name, table in read_contract(CANONICAL).items() if name in TABLES}
    report = Loader(con).load("canonical", find_tables(folder / "canonical"), folder, contract, {})
    said: dict[str, object] = {"tables": report.tables, "absent": report.absent_columns, "missing": [table.name for table in report.missing]}
    tables = ["file", "refused", "quarantine", "freshness", *(f"{role}_canonical.{name}" for role in ("raw", "spare") for name in TABLES)]
    hidden = {"file": "* exclude (mtime_ns)"}
    said |= {table: con.execute(f"select {hidden.get(table, '*')} from {table} order by all").fetchall() for table in tables}
    said["changes"] = report.changes
    return said


def _connection() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    define_macros(con, settings_of())
    return con


def _moved(con: duckdb.DuckDBPyConnection, changes: dict[str, load.Change]) -> Iterator[tuple[str, list[object], list[object]]]:
    for name in TABLES:
        added, removed = ([], []) if name not in changes else (con.execute(f"from {role}_canonical.{name}").fetchall() for role in ("added", "removed"))
        assert name not in changes or (len(added), len(removed)) == (changes[name].added, changes[name].removed)
        yield name, added, removed


def _check(steps: list[dict[str, tuple[bool, Rows]]]) -> None:
    con = _connection()
    with TemporaryDirectory() as home:
        folder, before = Path(home), {}
        earlier: dict[str, object] = {}
        for step in steps:
            _write(con, folder, before, step)
            with _connection() as fresh:
                wanted = _loaded(fresh, folder)
            try:
                con.execute("begin")
                found = _loaded(con, folder)
                con.execute("commit")
            except BuildInFull:
                con.close()
                con, earlier = _connection(), {}
                found = _loaded(con, folder)
            assert wanted.pop("changes") is None
            changes = found.pop("changes")
            assert found == wanted
            for name, added, removed in _moved(con, changes) if earlier else ():
                raw = f"raw_canonical.{name}"
                rest = [row for row in earlier[raw] if row not in removed]
                assert len(rest) + len(removed) == len(earlier[raw])
                assert sorted(map(repr, [*rest, *added])) == sorted(map(repr, wanted[raw]))
                assert not [row for row in added if row in removed], "what did not change is not said to have"
            before, earlier = step, wanted
    con.close()


@settings(max_examples=12, deadline=None)
@given(histories())
def test_loading_what_is_new_gives_what_loading_everything_gives(steps: list[dict[str, tuple[bool, Rows]]]) -> None:
    _check(steps)


@settings(max_examples=8, deadline=None)
@given(histories())
def test_so_it_does_for_tables_that_are_read_where_they_lie(steps: list[dict[str, tuple[bool, Rows]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "LARGE", 1)
        _check(steps)


def test_new_files_of_a_large_table_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "LARGE", 1)
    versions = [("A", "2026-01-01", "1", f"2026-02-0{number}", deleted, "true") for number, deleted in ((1, "false"), (2, "true"), (3, "false"))]
    _check([{f"opportunity/{nth}": (True, [row]) for nth, row in enumerate(versions[:count])} for count in (1, 2, 3)])


def test_two_files_whose_numbers_fall_together_keep_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "FILE_NUMBERS", 5)
    row = ("A", "2026-01-01", "1", "2026-02-01", "false", "true")
    files = {f"opportunity/{number}": (False, [(chr(65 + number), *row[1:])] * 2) for number in range(5)}
    first = {name: files[name] for name in list(files)[2:]}
    _check([first, files, {name: files[name] for name in list(files)[1:]}])


def test_files_that_have_not_changed_are_not_opened(tmp_path: Path) -> None:
    with _connection() as con:
        first = {"opportunity/0": (False, [("A", "2026-01-01", "1", "2026-02-01", "false", "true")])}
        _write(con, tmp_path, {}, first)
        _loaded(con, tmp_path)
        path = tmp_path / "canonical" / "opportunity" / "0.csv"
        stamp = path.stat()
        path.write_bytes(b"\xff" * stamp.st_size)  # nothing that can be read
        shutil.os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        _write(con, tmp_path, first, first | {"opportunity/1": (False, [("B", "2026-01-01", "1", "2026-02-01", "false", "true")])})
        said = _loaded(con, tmp_path)
        assert [row[0] for row in said["raw_canonical.opportunity"]] == ["A", "B"]
        assert (said["changes"]["opportunity"].added, said["changes"]["opportunity"].removed) == (1, 0)
