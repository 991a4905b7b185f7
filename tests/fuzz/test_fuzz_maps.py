"""Maps, drawn at random, all of them at once: each row that cannot be is named with its file, row, column and value, and no other is."""

import re
from dataclasses import dataclass
from datetime import date

import duckdb
import pytest
from companies import settings_of
from fuzzing import runs, words
from hypothesis import given
from hypothesis import strategies as st

from app.build.contract import Column, read_contract
from app.build.macros import define_macros
from app.build.maps import DEFAULTS, KEYS, Written, load_maps
from app.errors import ExtractError, MapError

CONTRACT = read_contract(DEFAULTS / "schema.sql")
BAD = object()

Cell = tuple[str, object]
COMMON = st.sampled_from(["A", "B", "a ", "MQL", "New", "0", "EUR"]).map(lambda text: (text, text.strip()))
TEXT = COMMON | words().filter(lambda text: "\0" not in text and text.strip() == text and not any(one.isspace() for one in text)).map(lambda text: (text, text or None))
VALUES: dict[str, st.SearchStrategy[Cell]] = {
    "VARCHAR": TEXT,
    "BIGINT": st.integers(-(2**63), 2**63 - 1).map(lambda number: (str(number), number)) | st.sampled_from(["many", "2.5", "1e400", "NaN", "0x10", "1_000", "٣",
        str(2**63), "--1", "1 0"]).map(lambda text: (text, BAD)),
    "DOUBLE": st.floats(-1e15, 1e15).map(lambda number: (repr(number), number)) | st.sampled_from(["high", "NaN", "inf", "-inf", "1e400", "1,5", "5%",
        "$5"]).map(lambda text: (text, BAD)),
    "DECIMAL": st.decimals(0, 10**9, places=4).map(lambda number: (f"{number:f}", number)) | st.sampled_from(["NaN", "inf", "1e400", "9" * 20, "free",
        "1.2.3"]).map(lambda text: (text, BAD)),
    "DATE": st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)).map(lambda day: (day.isoformat(), day))
    | st.sampled_from(["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-021", "20260302", "infinity", "2026-13-01"]).map(lambda text: (text, BAD)),
    "TIME": st.times().map(lambda time: time.replace(second=0, microsecond=0)).map(lambda time: (time.strftime("%H:%M"), time)) | st.sampled_from(["noon",
        "25:00", "9", "09:60", "-1:00"]).map(lambda text: (text, BAD)),
}  # fmt: skip


@dataclass(frozen=True)
class Map:
    """A map's file and, of each of its rows, the columns at fault: an empty one where it has not as many fields as the header."""

    name: str
    content: str
    faults: tuple[frozenset[str], ...]
    values: tuple[tuple[object, ...], ...]


@st.composite
def maps(draw: st.DrawFn, name: str) -> Map:
    columns = CONTRACT[name].columns
    lines, faults, values = [",".join(f'"{column.name}"' for column in columns)], [], []
    may_fail = draw(st.integers(0, 9)) == 0  # each for itself, so that a quarter of the cases have no fault at all
    for _ in range(draw(st.integers(0, 3))):
        cells = [draw(_cell(column) if may_fail else _cell(column).filter(lambda cell, column=column: _is_good(column, cell))) for column in columns]
        is_ragged = may_fail and draw(st.integers(0, 9)) == 0
        lines.append(",".join('"' + text.replace('"', '""') + '"' for text, _ in cells) + ",more" * is_ragged)
        at_fault = {column.name for column, cell in zip(columns, cells, strict=True) if not _is_good(column, cell)}
        faults.append(frozenset({""}) if is_ragged else frozenset(at_fault))
        values.append(tuple(value for _, value in cells))
    return Map(name, "\n".join(lines) + "\n", tuple(faults), tuple(values))


def _is_good(column: Column, cell: Cell) -> bool:
    return cell[1] is not BAD and (cell[1] is not None or not column.is_required)


def _cell(column: Column) -> st.SearchStrategy[Cell]:
    if column.one_of:
        return st.sampled_from(column.one_of).map(lambda text: (text.upper(), text)) | st.sampled_from(["finance", "giant"]).map(lambda text: (text, BAD))
    kind = VALUES[column.type.partition("(")[0]]
    return kind | st.just(("", None))


@runs(45, times=len(CONTRACT))
@given(drawn=st.tuples(*(maps(name) for name in CONTRACT)))
def test_every_row_of_every_map_counts_as_it_stands_or_is_named(tmp_path_factory: pytest.TempPathFactory, drawn: tuple[Map, ...]) -> None:
    folder = tmp_path_factory.getbasetemp() / "maps"
    folder.mkdir(exist_ok=True)
    for one in drawn:
        (folder / f"{one.name}.csv").write_text(one.content, encoding="utf-8", newline="")
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'; set threads = 1")
        define_macros(con, settings_of())
        try:
            load_maps(con, folder, Written())
        except MapError as refusal:
            _names_what_is_at_fault(str(refusal), drawn)
            return
        for one in drawn:
            assert not any(one.faults), f"a fault in {one.name}.csv was let through"
            if one.name != "fields":  # its names are told in small letters
                names = ", ".join(f'"{column.name}"' for column in CONTRACT[one.name].columns)
                assert con.execute(f"select {names} from map.{one.name} order by _origin").fetchall() == [*one.values]


def _names_what_is_at_fault(refusal: str, drawn: tuple[Map, ...]) -> None:
    told = {(name, int(row), column or "") for name, row, column in re.findall(r"(\w+)\.csv, row (\d+)(?:, column (\w+))?:", refusal)}
    at_fault = {(one.name, place): columns for one in drawn for place, columns in enumerate(one.faults, 1) if columns}
    assert at_fault.keys() <= {(name, row) for name, row, _ in told}, "a row at fault is not named"
    for name, row, column in told:
        assert column in at_fault.get((name, row), ()) or _is_repeated(next(one for one in drawn if one.name == name), row), (name, row, column)
    if not told:
        assert re.search(r"^\w+\.csv says .+ times: keep one row of it\.$|^business_hours\.csv: \w+ closes at", refusal, re.M | re.S)


def _is_repeated(one: Map, row: int) -> bool:
    key = next((place for place, column in enumerate(CONTRACT[one.name].columns) if column.name == CONTRACT[one.name].key), None)
    return key is not None and sum(values[key] == one.values[row - 1][key] for values in one.values) > 1


@runs(25)
@given(name=st.sampled_from([*KEYS, "target", "fields", "joint_work"]), content=st.binary(max_size=40), is_headed=st.booleans())
def test_any_bytes_in_place_of_a_map_are_a_map_or_a_sentence_about_it(tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes, is_headed: bool) -> None:
    folder = tmp_path_factory.mktemp("maps")
    head = ",".join(column.name for column in CONTRACT[name].columns).encode() + b"\n"
    (folder / f"{name}.csv").write_bytes(head * is_headed + content)
    with duckdb.connect() as con:
        define_macros(con, settings_of())
        try:
            load_maps(con, folder, Written())
        except ExtractError as refusal:
            assert f"{name}.csv" in str(refusal)
