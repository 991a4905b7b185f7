"""Extracts of every kind, drawn at random: each ends in a sentence about the file, or in tables in which every row is accounted for.

What a file holds is known from the code that wrote it, or from Python's own csv module, never from the program.
"""

import csv
import gzip
import io
import math
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from companies import build_folder, settings_of, write_tables
from fuzzing import runs, words
from hypothesis import example, given, note
from hypothesis import strategies as st

from app.build import Built
from app.build.contract import Table, read_contract
from app.build.files import find_tables
from app.build.load import Loader
from app.build.macros import define_macros
from app.build.staging import ROWS_PER_FILE
from app.errors import ExtractError
from app.queries import QUERIES

CANONICAL = read_contract(QUERIES / "sources" / "canonical" / "schema.sql")
BAD = object()  # what the program must not read
EARLIEST, END = datetime(1990, 1, 1), datetime(2100, 1, 1)


@dataclass
class Place:
    """A folder for one extract after another, and a database that reads them."""

    folder: Path
    con: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    names: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))

    def __post_init__(self) -> None:
        self.con.execute("set timezone = 'UTC'; set threads = 1")
        define_macros(self.con, settings_of())

    def load(self, files: dict[str, bytes], *tables: str) -> "Accounts":
        """What the build's loader makes of files of one source. Raises ExtractError."""
        source = f"s{next(self.names)}"
        home = self.folder / source
        try:
            for name, content in files.items():
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                (home / name).write_bytes(content)
            Loader(self.con).load(source, find_tables(home), self.folder, {name: CANONICAL[name] for name in tables}, {})
            return Accounts(self.con, source, CANONICAL[tables[0]])
        except Exception:
            self.con.close()
            self.con = duckdb.connect()
            self.__post_init__()
            raise
        finally:
            shutil.rmtree(home, ignore_errors=True)


class Accounts:
    """Where each row of a table went: file and number of row of those that count, that are deleted or closed, and in quarantine."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: str, table: Table) -> None:
        self.con, self.source, self.table = con, source, table
        self.kept = self._rows(f"select _origin from raw_{source}.{table.name}")
        self.aside = self._rows(f"select _origin from spare_{source}.{table.name} where _reason is null")
        self.quarantined = self._rows("select distinct origin from quarantine where source = ? and table_name = ?", [source, table.name])
        self.read = sum(count for (count,) in con.execute("select rows_read from file where source = ?", [source]).fetchall())

    def _rows(self, query: str, values: list[object] | None = None) -> list[int]:
        return [origin % ROWS_PER_FILE for (origin,) in self.con.execute(query, values or []).fetchall()]

    def rows(self) -> dict[int, tuple[object, ...]]:
        """What was read of the rows that count, by their number."""
        names = ", ".join(f'"{column.name}"' for column in self.table.columns)
        found = self.con.execute(f"select _origin % {ROWS_PER_FILE}, {names} from raw_{self.source}.{self.table.name}").fetchall()
        return {row[0]: row[1:] for row in found}

    def balance(self, rows: int) -> None:
        """Every row is in one place, and in one alone."""
        assert self.read == rows
        assert sorted([*self.kept, *self.aside, *self.quarantined]) == list(range(1, rows + 1))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("extracts"))


# --- values, each with what it is, by the hand that wrote it --------------------------------------


def _texts() -> st.SearchStrategy[tuple[str, object]]:
    return words().filter(lambda text: "\0" not in text).map(lambda text: (text, _bare(text)))


def _bare(text: str) -> str | None:
    """Without blanks around it, which are no part of a value."""
    blanks = "".join({one for one in text if unicodedata.category(one) == "Zs"})
    return (text.strip(blanks) if blanks else text) or None


def _ids() -> st.SearchStrategy[tuple[str, object]]:
    few = st.sampled_from(["A", "B", "a", "A ", "Ä", "A\u0308", "001", "1", "1.0", "  "]).map(lambda text: (text, _bare(text)))
    return few | _texts()


def _times() -> st.SearchStrategy[tuple[str, object]]:
    zones = st.none() | st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    forms = st.sampled_from(["T", " "])
    good = st.builds(_time_as_text, st.datetimes(EARLIEST + timedelta(days=1), END - timedelta(days=2)), zones, forms)
    bad = st.sampled_from(["yesterday", "2026-02-30", "2026-13-01T00:00:00Z", "0001-01-01", "9999-12-31", "1989-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "now",
        "today", "epoch",
                           "infinity", "-infinity", "2026-03-02 25:00", "2026-03-02garbage", "20260302", "1772442000", "294247-01-10", "-290308-12-21",
                               "2026-03-02 (BC)", "nan", "\u0662\u0660"])  # fmt: skip
    return good | bad.map(lambda text: (text, BAD)) | st.sampled_from(["", "  "]).map(lambda text: (text, None))


def _time_as_text(moment: datetime, zone: timezone | None, between: str) -> tuple[str, object]:
    instant = moment.replace(tzinfo=zone or UTC).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return moment.replace(tzinfo=zone).isoformat(between), instant


def _amounts() -> st.SearchStrategy[tuple[str, object]]:
    plain = st.decimals(-(10**15), 10**15, places=4, allow_nan=False).map(lambda value: (f"{value:f}", value))
    grouped = st.integers(-(10**12), 10**12).map(lambda value: (f"{value:,}", Decimal(value)))
    bad = st.sampled_from(["NaN", "nan", "inf", "-inf", "Infinity", "$5", "5 EUR", "1.234,50", "1,23", "9" * 17, "1e400", "1e17", "0x10", "0b1", "1_000", "--5",
        "1 000", "five", "\u0663", "5-", "(5)"])  # fmt: skip
    return plain | grouped | bad.map(lambda text: (text, BAD)) | st.just(("", None))


def _scores() -> st.SearchStrategy[tuple[str, object]]:
    good = st.floats(-1e12, 1e12).map(lambda value: (repr(value), value))
    bad = st.sampled_from(["NaN", "nan", "-nan", "inf", "-inf", "Infinity", "1e400", "-1e400", "0x10", "1_000", "high", "1,5", "٣"])
    return good | bad.map(lambda text: (text, BAD)) | st.sampled_from(["", " "]).map(lambda text: (text, None))


def _flags() -> st.SearchStrategy[tuple[str, object]]:
    said = {"true": True, "TRUE": True, "t": True, "1": True, "Yes": True, "false": False, "0": False, "no": False, "F": False, "": None, "  ": None,
        "maybe": BAD, "2": BAD, "-1": BAD, "on": BAD}
    return st.sampled_from(list(said.items()))


KINDS = {"VARCHAR": _texts, "TIMESTAMP": _times, "DECIMAL(20,4)": _amounts, "DOUBLE": _scores, "BOOLEAN": _flags}


@dataclass(frozen=True)
class Extract:
    """One CSV file: its bytes and ending, and of each of its rows what its values are (None: it has not as many fields as the header)."""

    ending: str
    content: bytes
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...] | None, ...]


@st.composite
def extracts(draw: st.DrawFn, table: str) -> Extract:
    """A file with quotes, line breaks, blank lines, ragged rows, columns in any order, and values of every kind."""
    contract = CANONICAL[table]
    needed = [column for column in contract.columns if column.is_required or column.name == contract.key]
    others = [column for column in contract.columns if column not in needed and column.name != "closed_at"]  # whose days end at their last second
    chosen = draw(st.permutations([*needed, *draw(st.lists(st.sampled_from(others), max_size=4, unique=True))]))
    stranger = draw(st.sampled_from(["", "Colour", "x" * 70, "größe"]))
    cells = [_ids() if column.name == contract.key else KINDS[column.type]() for column in chosen] + ([_texts()] if stranger else [])
    rows: list[tuple[object, ...] | None] = []
    lines: list[list[str]] = []
    for row in draw(st.lists(st.tuples(*cells), max_size=6)):
        texts = [text for text, _ in row]
        ragged = draw(st.sampled_from([0] * 9 + [-1 if len(texts) > 1 else 0, 1, 3]))
        lines.append(texts[:-1] if ragged < 0 else texts + ["more"] * ragged)
        rows.append(None if ragged else tuple(value for _, value in row))
    spell = draw(st.sampled_from([str, str.upper, lambda name: name.title().replace("_", ""), lambda name: f" {name.replace('_', ' ')} "]))
    names = [*(spell(column.name) for column in chosen), *([stranger] if stranger else [])]
    content, ending = _written(draw, names, lines)
    return Extract(ending, content, tuple(column.name for column in chosen), tuple(rows))


def _written(draw: st.DrawFn, names: list[str], lines: list[list[str]]) -> tuple[bytes, str]:
    delimiter, newline, is_quoted = draw(st.sampled_from(",;\t|" if len(names) > 1 else ",")), draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans())
    ends = st.sampled_from([1, 1, 1, 1, 2] if len(names) > 1 else [1])  # a blank line of one column is a row without a value
    text = "".join(_line(line, delimiter, is_quoted) + newline * draw(ends) for line in [names, *lines])
    text = text if draw(st.booleans()) else text.removesuffix(newline)
    content = text.encode("utf-8-sig" if draw(st.booleans()) else "utf-8")
    return (gzip.compress(content, 1), "csv.gz") if draw(st.booleans()) else (content, "csv")


def _line(fields: list[str], delimiter: str, is_quoted: bool) -> str:
    special = {delimiter, '"', "\r", "\n"}
    bare = [field for field in fields if not is_quoted and special.isdisjoint(field) and len(fields) > 1]
    return delimiter.join(field if field in bare else '"' + field.replace('"', '""') + '"' for field in fields)


@pytest.mark.parametrize("table", ["opportunity", "lead", "lead_event", "touch"])
@runs(100, times=4)
@given(data=st.data())
def test_every_row_of_a_csv_is_read_as_it_stands_or_quarantined(place: Place, table: str, data: st.DataObject) -> None:
    file = data.draw(extracts(table))
    note(file.content)
    accounts = place.load({f"{table}.{file.ending}": file.content}, table)
    accounts.balance(len(file.rows))
    good = {number: row for number, row in enumerate(file.rows, 1) if row is not None and _is_good(CANONICAL[table], file.columns, row)}
    kept = accounts.rows()
    assert kept.keys() <= good.keys(), "a row with a fault counts"
    for number, row in kept.items():
        said = dict(zip((column.name for column in CANONICAL[table].columns), row, strict=True))
        assert {name: said[name] for name in file.columns} == dict(zip(file.columns, good[number], strict=False))
        assert all(value is None for name, value in said.items() if name not in file.columns), "a value from nowhere"
    key = CANONICAL[table].key
    if key is None:
        assert kept.keys() == good.keys()
    else:
        ids = Counter(row[file.columns.index(key)] for row in good.values())
        assert Counter(good[number][file.columns.index(key)] for number in kept) == dict.fromkeys(ids, 1)


def _is_good(table: Table, names: tuple[str, ...], row: tuple[object, ...]) -> bool:
    values = dict(zip(names, row, strict=False))
    return BAD not in values.values() and all(values[c.name] is not None for c in table.columns if c.is_required or c.name == table.key)


def test_what_casts_would_take_for_a_number_or_a_day_is_quarantined(place: Place) -> None:
    scores = ["0x10", "1_000", "NaN", "inf", "1e400", "7.5"]
    accounts = place.load({"lead.csv": "".join(["lead_id,score\n", *(f"L{text},{text}\n" for text in scores)]).encode()}, "lead")
    assert accounts.quarantined == [1, 2, 3, 4, 5] and accounts.kept == [6]
    days = ["2026-03-021", "2026-03-02garbage", "2026-03-02 (BC)", "2026-03-02 09:00", "2026-03"]
    accounts = place.load({"spend.csv": "".join(["spent_on,amount\n", *(f"{text},5\n" for text in days)]).encode()}, "spend")
    assert sorted(accounts.quarantined) == [1, 2, 3] and accounts.kept == [4, 5]


def test_ids_as_floats_are_neither_rounded_nor_made_of_nothing(place: Place) -> None:
    file = pa.table({"lead_id": [1.0, 1.5, 2.0, math.nan], "owner_id": [math.nan, 3.0, 2.5, 1e16]})
    accounts = place.load({"lead.parquet": _bytes_of(file)}, "lead")
    owner = [column.name for column in CANONICAL["lead"].columns].index("owner_id")
    assert {(row[0], row[owner]) for row in accounts.rows().values()} == {("1", None), ("1.5", "3"), ("2", "2.5")}
    assert accounts.quarantined == [4]


def test_a_stamp_of_the_load_that_no_clock_can_show_is_none(place: Place) -> None:
    rows = "L1,1e30,2026-03-02\nL2,1772442000.5,9999-12-31\nL3,never,infinity\n"
    accounts = place.load({"lead.csv": f"lead_id,_dlt_load_id,_fivetran_synced\n{rows}".encode()}, "lead")
    accounts.balance(3)
    synced = place.con.execute(f"select max(_synced), count(_synced) from raw_{accounts.source}.lead").fetchall()
    assert synced == [(datetime(2026, 3, 2, 9), 2)]


# --- bytes that no program wrote ---------------------------------------------------------------

HEAD = "lead_id,stage,occurred_at\n"
BYTES = [b'"', b'""', b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xc3", b",", b";", b"\xef\xbb\xbf", b"\xff\xfe", b" ", b"\x1a", b"'", b"\\", b"x" * 5000,
    b'"\n"', b"\xe2\x80\xa8", b"<html>", b"PAR1", b"\x1f\x8b"]


@st.composite
def spoilt(draw: st.DrawFn, sound: bytes) -> bytes:
    """Bytes put in, taken out and cut off."""
    content = sound
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 9))
        put = draw(st.sampled_from(BYTES) | st.binary(max_size=4))
        content = content[:at] + put + content[at + length :] if draw(st.booleans()) else content[:at] + put + content[at:]
    return content[: draw(st.integers(0, len(content)))] if draw(st.integers(0, 4)) == 0 else content


ROWS = "".join(f"L{number},handed_off,2026-03-{number:02}T09:00:00Z\n" for number in range(1, 6)) + 'L6,"working",2026-03-06\n"L\n7",working,"2026-03-06"\n'


@runs(150)
@example(content=(HEAD + "L1,handed_off,2026-03-01\r\nL2,handed_off\n,2026-03-02\n").encode())  # line ends of two kinds
@example(content=(HEAD + "L1,handed_off,2026-03-01\nL2\n").encode() + b"\xc3")  # half a character at the end
@example(content=(HEAD + "L1,handed_off,2026-03-01\n\n\nL2\nL3,handed_off,2026-03-02\n").encode())  # blank lines before a row that is refused
@given(content=spoilt((HEAD + ROWS).encode()))
def test_a_spoilt_csv_ends_in_a_sentence_or_in_rows_that_are_all_accounted_for(place: Place, content: bytes) -> None:
    accounts = _refused_or_balanced(place, "lead_event.csv", content)
    count = _rows_by_python(content) if accounts else None
    assert count is None or accounts.read == count


def _refused_or_balanced(place: Place, name: str, content: bytes) -> Accounts | None:
    """Where every row of a file went; None where it is refused, in sentences about it."""
    note(content)
    try:
        accounts = place.load({name: content}, "lead_event")
    except ExtractError as refusal:
        for sentence in str(refusal).splitlines():
            assert name in sentence and sentence.endswith((".", "?", "!")), sentence
        return None
    accounts.balance(accounts.read)
    return accounts


def _rows_by_python(content: bytes) -> int | None:
    """Rows as Python's csv module counts them; None where it finds fault itself."""
    text = content.decode("utf-8-sig")
    delimiter = max(",;\t|", key=text.splitlines()[0].count)
    try:
        return sum(bool(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)) - 1
    except csv.Error:
        return None


@runs(60)
@example(content=gzip.compress((HEAD + ROWS * 30).encode(), mtime=0).replace(b"\x00\x02", b"\xff\x02", 1)[:60] + b"\xff" * 40)  # a stream that zlib refuses
@given(content=spoilt(gzip.compress((HEAD + ROWS * 30).encode(), mtime=0)))
def test_a_spoilt_gzip_ends_in_a_sentence_or_in_rows_that_are_all_accounted_for(place: Place, content: bytes) -> None:
    _refused_or_balanced(place, "lead_event.csv.gz", content)


# --- Parquet of every type ---------------------------------------------------------------------

MOMENT = st.datetimes(datetime(1800, 1, 1), datetime(2200, 1, 1))
SMALL = st.integers(-120, 120)
TYPES: dict[pa.DataType, st.SearchStrategy] = {
    pa.string(): words(), pa.large_string(): words(), pa.dictionary(pa.int8(), pa.string()): words(), pa.binary(): st.binary(max_size=9), pa.bool_(): st.booleans(),
    pa.int8(): SMALL, pa.int64(): st.integers(-(2**63), 2**63 - 1), pa.uint64(): st.integers(0, 2**64 - 1), pa.float32(): st.floats(width=32),
        pa.float64(): st.floats(),
    pa.decimal128(38, 0): st.integers(-(10**38) + 1, 10**38 - 1).map(Decimal), pa.decimal128(20, 10): st.decimals(-(10**9), 10**9, places=10), pa.date32(): st.dates(),
    pa.timestamp("s"): MOMENT, pa.timestamp("ms", "UTC"): MOMENT, pa.timestamp("us", "America/New_York"): MOMENT, pa.timestamp("ns"): MOMENT,
        pa.timestamp("us"): st.datetimes(),
    pa.timestamp("ns", "Asia/Kolkata"): MOMENT, pa.time64("us"): st.times(), pa.duration("s"): SMALL.map(lambda seconds: timedelta(seconds=seconds)),
        pa.null(): st.none(),
    pa.list_(pa.string()): st.lists(words(5), max_size=2), pa.struct([("a", pa.int32()), ("b", pa.string())]): st.fixed_dictionaries({"a": SMALL, "b": words(5)}),
    pa.map_(pa.string(), pa.int32()): st.dictionaries(words(5), SMALL, max_size=2).map(lambda pairs: [*pairs.items()]),
}  # fmt: skip


@st.composite
def parquet(draw: st.DrawFn, table: str) -> pa.Table:
    """A table whose columns have the names of the contract and the types of anything."""
    contract, rows = CANONICAL[table], draw(st.integers(0, 4))
    needed = [column.name for column in contract.columns if column.is_required or column.name == contract.key]
    others = [column.name for column in contract.columns if column.name not in needed] + ["_fivetran_synced", "_fivetran_deleted", "_dlt_load_id",
        "_sdc_deleted_at", "größe"]
    columns = {}
    for name in [*needed, *draw(st.lists(st.sampled_from(others), max_size=3, unique=True))]:
        kind = draw(st.sampled_from([*TYPES]))
        values = draw(st.lists(st.none() | TYPES[kind], min_size=rows, max_size=rows))
        columns[name] = pa.array(values, kind) if not pa.types.is_dictionary(kind) else pa.array(values, pa.string()).dictionary_encode()
    return pa.table(columns)


def _bytes_of(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


@pytest.mark.parametrize("table", ["opportunity", "lead"])
@runs(80, times=2)
@given(data=st.data())
def test_every_row_of_a_parquet_of_any_types_is_kept_or_quarantined(place: Place, table: str, data: st.DataObject) -> None:
    file = data.draw(parquet(table))
    accounts = place.load({f"{table}.parquet": _bytes_of(file)}, table)
    accounts.balance(file.num_rows)
    names = [column.name for column in CANONICAL[table].columns]
    for number, row in accounts.rows().items():
        for name, value in zip(names, row, strict=True):
            said = file[name][number - 1] if name in file.column_names else pa.scalar(None)
            assert (value is None) == _is_nothing(said), f"{name}: {said!r} became {value!r}"
            assert not isinstance(value, float) or math.isfinite(value)
            if isinstance(value, Decimal) and pa.types.is_integer(said.type):
                assert value == said.as_py()


def _is_nothing(value: pa.Scalar) -> bool:
    said = None if not value.is_valid else value.as_py()
    return said is None or isinstance(said, str) and _bare(said) is None or isinstance(said, float) and not math.isfinite(said)


# --- several files, and names of any kind ------------------------------------------------------

NAMES = ["2026.csv", "a b.csv", "it's.csv", "[1].csv", "a*.csv", "?.csv", "{a,b}.csv", "year=2026/x.csv", "year=2026/month=01/x.csv", "größe.csv", "$x.csv",
    "%41.csv", "\u202e.csv", "x.y.csv", "a\\b.csv", "-.csv", '".csv', "_x.csv", ".x.csv", "x.txt", "x.CSV"]
COUNTED = st.integers(0, 3)


@runs(60)
@example(files={"a*.csv": 1, "[1].csv": 1, "?.csv": 2, "x.y.csv": 3}, end="")  # names that are patterns of others
@example(files={"?.csv": 3, "{a,b}.csv": 1}, end=".gz")
@given(files=st.dictionaries(st.sampled_from(NAMES), COUNTED, min_size=1, max_size=5), end=st.sampled_from(["", ".gz"]))
def test_files_of_any_name_are_read_or_named(place: Place, files: dict[str, int], end: str) -> None:
    texts = {name: HEAD + "".join(f"L{nth}-{number},handed_off,2026-03-02\n" for number in range(count)) for nth, (name, count) in enumerate(files.items())}
    content = {f"lead_event/{name}{end}": gzip.compress(text.encode(), 1) if end else text.encode() for name, text in texts.items()}
    accounts = place.load(content, "lead_event")
    read = [name for name in files if f"{name}{end}".endswith((".csv", ".csv.gz")) and not name.startswith((".", "_"))]
    assert accounts.read == sum(files[name] for name in read) == len(accounts.kept)


# --- whole builds ------------------------------------------------------------------------------

RAW = {
    "lead": ("Id", "CreatedDate", "Status", "LeadSource", "Email", "IsDeleted", "IsConverted", "ConvertedOpportunityId", "_fivetran_synced"),
    "opportunity": ("Id", "CreatedDate", "CloseDate", "IsWon", "IsClosed", "Amount", "CurrencyIsoCode", "AccountId", "IsDeleted"),
    "contact": ("Id", "AccountId", "Email", "Title"),
    "campaign_member": ("Id", "CampaignId", "LeadId", "ContactId", "CreatedDate", "HasResponded"),
    "task": ("Id", "WhoId", "WhatId", "CreatedDate", "TaskSubtype", "Status"),
}
SAID = {
    "Currency": ["USD", "EUR", "XXX", "usd", ""], "Date": ["2026-03-02T09:00:00Z", "2026-03-05", "2026-03-02 09:00", "03/04/2026", "2098-01-01", "9999-12-31",
        "1970-01-01", "soon", ""],
    "Id": ["L1", "L2", "O1", "O2", "C1", "A1", "", " ", "\u00e4", "'", "null"], "Is": ["true", "false", "1", "maybe", ""], "Has": ["true", ""],
        "Amount": ["100", "1,000.50", "-5", "9" * 30, "NaN", "ten", ""],
    "Status": ["MQL", "Open - Not Contacted", "Weird", "\u202e", ""], "_fivetran": ["2026-04-01", "9999-01-01", "-infinity", ""], "": ["Web", "x@example.com",
        "x" * 200, ""],
}  # fmt: skip


@st.composite
def companies(draw: st.DrawFn) -> dict[str, tuple[bytes, int]]:
    """Files of Salesforce beside canonical ones, each with how many rows it has."""
    files = {}
    for table, columns in RAW.items():
        pools = [next(SAID[word] for word in SAID if word in column) for column in columns]
        rows = draw(st.lists(st.tuples(*(st.sampled_from(pool) for pool in pools)), min_size=1, max_size=8))
        text = "".join(_line(list(line), ",", False) + "\n" for line in [columns, *rows])
        files[f"salesforce/{table}.csv"] = (text.encode(), len(rows))
    for table in draw(st.lists(st.sampled_from(["touch", "spend", "member", "account", "person"]), max_size=2, unique=True)):
        contract = CANONICAL[table]
        cells = [(_ids() if column.is_required and column.type == "VARCHAR" else KINDS.get(column.type,
            _times)()).map(lambda pair: pair[0]) for column in contract.columns]
        rows = draw(st.lists(st.tuples(*cells), max_size=4))
        text = "".join(_line(list(line), ";", True) + "\n" for line in [[column.name for column in contract.columns], *rows])
        files[f"canonical/{table}.csv"] = (text.encode(), len(rows))
    return files


@runs(3)
@given(files=companies(), again=companies())
def test_every_row_of_a_company_is_in_the_builds_report(tmp_path_factory: pytest.TempPathFactory, files: dict[str, tuple[bytes, int]], again: dict[str,
    tuple[bytes, int]]) -> None:
    """Built in full, and brought up to date with other files."""
    folder = tmp_path_factory.mktemp("company")
    for drawn in (files, again):
        shutil.rmtree(folder / "extracts", ignore_errors=True)
        write_tables(folder / "extracts", {name: content for name, (content, _) in drawn.items()})
        try:
            company = build_folder(folder)
        except ExtractError as refusal:
            assert "no row with a time" in str(refusal)
            continue
        _is_balanced(company.built, {name: count for name, (_, count) in drawn.items()})
        for metric in ("lead_volume", "revenue", "attributed_revenue"):
            company.ask(metric)


def _is_balanced(built: Built, counts: dict[str, int]) -> None:
    assert {f"{row['source']}/{row['table_name']}.csv": row["rows_read"] for row in built.tables} == counts
    for row in built.tables:
        assert row["rows_read"] == row["kept"] + row["quarantined"] and row["kept"] >= (row["deleted"] or 0)
    listed = {(row["file"], row["row_no"]) for row in built.quarantine}
    assert all(1 <= number <= counts[file] for file, number in listed)
    assert len(listed) == sum(row["quarantined"] for row in built.tables)
