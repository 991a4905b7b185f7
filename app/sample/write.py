"""Putting the sample company on disk: whole, or not at all."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MARKER = """# An invented company

Lindenmark and everything in this folder is invented: its people, customers, deals, campaigns and amounts were drawn by
a seeded generator, so that the scorecard has something to show before it is pointed at real data. Any likeness to a
real company or person is chance. Same seed, same bytes. Delete the folder and the next start makes it again.
"""


def write_company(folder: Path, extracts: dict[str, pa.Table], maps: dict[str, list[tuple[object, ...]]]) -> None:
    """Write extracts ("source/table" to rows) and maps (name to rows, header first) below folder.

    Everything is written beside its place first and moved there at the end, extracts last: where there are extracts,
    the company is complete. Raises OSError if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    clear_leftovers(folder)
    making = folder / f".making-{os.getpid()}"
    making.mkdir()
    try:
        write_extracts(making / "extracts", extracts)
        write_maps(making / "maps", maps)
        publish(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def write_extracts(folder: Path, extracts: dict[str, pa.Table]) -> None:
    """One Parquet file for each table, and the marker."""
    for name, table in extracts.items():
        path = folder / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, compression="zstd")
    (folder / "SAMPLE.md").write_text(MARKER, encoding="utf-8")


def write_maps(folder: Path, maps: dict[str, list[tuple[object, ...]]]) -> None:
    """One CSV file for each map."""
    folder.mkdir()
    for name, rows in maps.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def publish(making: Path, folder: Path) -> None:
    """Swap what was made for what was there."""
    for name in ("extracts", "maps"):
        if (folder / name).exists():
            os.replace(folder / name, making / f"old-{name}")
    for name in ("maps", "extracts"):
        os.replace(making / name, folder / name)


def clear_leftovers(folder: Path) -> None:
    """Remove what runs left that were killed."""
    for path in folder.glob(".making-*"):
        if not is_running(path.name.removeprefix(".making-")):
            shutil.rmtree(path, ignore_errors=True)


def is_running(pid: str) -> bool:
    """Whether the process that made a leftover still lives (this one does not count: it has just begun)."""
    if not pid.isdigit() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
