"""Finds the files of an extract and looks into each before DuckDB does, so that every fault has a sentence."""

import codecs
import csv
import gzip
import os
import re
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb

from app.errors import ExtractError

ENDINGS = (".parquet", ".csv", ".csv.gz")
DELIMITERS = ",;\t|"
CHUNK = 1 << 20
csv.field_size_limit(1 << 30)  # notes may be longer than the usual 128 KB


@dataclass(frozen=True)
class ExtractFile:
    """One readable file: where it is, how it is called in sentences, its columns with their physical types, and the
    columns that its path gives (hive partitions: `year=2026`)."""

    path: Path
    label: str
    columns: dict[str, str]
    delimiter: str | None
    partitions: dict[str, str]

    @property
    def names(self) -> list[str]:
        """All columns, those that the path gives last."""
        return [*self.columns, *(name for name in self.partitions if name not in self.columns)]

    @property
    def is_csv(self) -> bool:
        """Whether it is text; else it is Parquet."""
        return self.delimiter is not None


def plain(name: str) -> str:
    """A name as it is compared: created_date, createddate and CreatedDate are one."""
    return re.sub("[^a-z0-9]", "", name.lower())


def find_tables(folder: Path) -> dict[str, list[Path]]:
    """Files by plain table name: `lead.parquet`, `Lead.csv.gz`, or a folder `lead/` of such files, also those that cannot be read.

    Raises ExtractError where a folder cannot be looked into.
    """
    found: dict[str, list[Path]] = {}
    for entry in files_in(folder):
        if entry.name.startswith("."):
            continue
        name = entry.name.split(".")[0].split("__")[-1]
        paths = files_in(entry, is_deep=True) or [entry] if entry.is_dir() else [entry]
        readable = [path for path in paths if path.name.endswith(ENDINGS) and not path.name.startswith((".", "_"))]
        if readable:
            found.setdefault(plain(name), []).extend(readable)
    return found


def files_in(folder: Path, is_deep: bool = False) -> list[Path]:
    """What lies in a folder; where `is_deep`, all files below it. Raises ExtractError where it cannot be looked into."""

    def refuse(fault: OSError) -> None:
        raise ExtractError(f"{fault.filename or folder} cannot be looked into ({fault.strerror}): check what it is and who may read it.") from None

    found: list[Path] = []
    for home, folders, names in os.walk(folder, onerror=refuse):
        found += [Path(home) / name for name in (names if is_deep else [*folders, *names])]
        if not is_deep:
            break
    return sorted(found)


def other_files(folder: Path) -> list[Path]:
    """Files that no table is read from, because of their ending."""
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.endswith(ENDINGS) and not p.name.startswith(".")]


def label_of(path: Path, root: Path) -> str:
    """How sentences call a file: its path below `root`."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else path.name


def exact(path: Path) -> str:
    """A path as DuckDB reads it, to which * ? and [ are patterns of names."""
    return re.sub(r"([*?[])", r"[\1]", str(path))


def stamp_of(path: Path) -> tuple[int, int] | None:
    """What changes with a file's content: its size in bytes and the time of its last change in nanoseconds; None if it cannot be read."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def inspect(path: Path, root: Path) -> ExtractFile:
    """Columns of one file. Raises ExtractError with a sentence if it is not what its name says."""
    label = label_of(path, root)
    try:
        if path.stat().st_size == 0:
            raise ExtractError(f"{label} is empty: unload it again, with a header line at least.")
        return _inspect_parquet(path, label) if path.suffix == ".parquet" else _inspect_csv(path, label)
    except OSError as fault:
        raise ExtractError(f"{label} cannot be read ({fault.strerror or fault}): check that the file is whole and may be read.") from None


def _inspect_parquet(path: Path, label: str) -> ExtractFile:
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(-4, 2)
        end = file.read(4)
    if start != b"PAR1" or end != b"PAR1":
        what = "was cut off" if start == b"PAR1" else "is not a Parquet file"
        raise ExtractError(f"{label} {what} (no Parquet mark at its {'end' if start == b'PAR1' else 'start'}): copy or unload it again.")
    try:
        rows = duckdb.execute("describe select * from read_parquet($path, hive_partitioning = false)", {"path": exact(path)}).fetchall()
    except duckdb.Error as fault:
        raise ExtractError(f"{label} is damaged ({first_line(fault)}): copy or unload it again.") from None
    return ExtractFile(path, label, _unambiguous({name: kind for name, kind, *_ in rows}, label), None, _partitions(label))


def _inspect_csv(path: Path, label: str) -> ExtractFile:
    line = 1
    head = b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in chain(_chunks(path), [b""]):
        head = head or chunk
        _refuse_foreign(chunk[:512] if chunk is head else b"", label)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as fault:
            line += chunk[: fault.start].count(b"\n")
            byte = fault.object[fault.start]
            raise ExtractError(
                f"{label} is not UTF-8: near line {line} stands byte 0x{byte:02X}, which is {bytes([byte]).decode('latin-1')!r} in Latin-1. "
                "Save it as UTF-8 (for instance: iconv -f latin1 -t utf-8)."
            ) from None
        line += chunk.count(b"\n")
    header = head.decode("utf-8-sig", errors="ignore")
    first = header.splitlines()[0] if header.strip() else ""
    delimiter = max(DELIMITERS, key=first.count)
    names = next(csv.reader([first], delimiter=delimiter), [])
    columns = _unambiguous({name.strip(): "TEXT" for name in names}, label, len(names))
    return ExtractFile(path, label, columns, delimiter, _partitions(label))


def without_blank_lines(file: ExtractFile, lines: dict[int, str]) -> dict[int, str]:
    """The same by the number of the row, where the keys are lines counted as DuckDB counts them: blank ones, which are no rows, too."""
    opener = gzip.open if file.path.name.endswith(".gz") else open
    with opener(file.path, "rt", encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text, delimiter=file.delimiter or ",")
        next(rows)
        blank = [line for line, row in enumerate(rows, 1) if not row and len(file.columns) > 1]
    return {line - bisect_left(blank, line): said for line, said in lines.items()}


def _partitions(label: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in label.split("/")[:-1] if "=" in part)


def _chunks(path: Path) -> Iterator[bytes]:
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "rb") as file:
        try:
            while chunk := file.read(CHUNK):
                yield chunk
        except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
            raise OSError(f"the gzip stream is broken: {fault}") from None


def _refuse_foreign(head: bytes, label: str) -> None:
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise ExtractError(f"{label} is a web page, not a CSV (it begins with {head.strip()[:15].decode('latin-1')!r}): was a sign-in page saved in its place?")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        raise ExtractError(f"{label} is not plain text in UTF-8 (it looks like UTF-16 or a spreadsheet): save it as CSV in UTF-8.")


def _unambiguous(columns: dict[str, str], label: str, count: int | None = None) -> dict[str, str]:
    seen: dict[str, str] = {}
    for name in columns:
        if other := seen.get(plain(name)):
            raise ExtractError(f"{label} has two columns that read the same, {other!r} and {name!r}: keep one of them.")
        seen[plain(name)] = name
    if count is not None and count != len(columns):
        raise ExtractError(f"{label} has the same column name twice in its header: keep one of them.")
    return columns


def first_line(fault: Exception) -> str:
    """What an engine says of a fault, without its hints."""
    return str(fault).strip().splitlines()[0]
