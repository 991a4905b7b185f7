"""Times builds, each in a process of its own, beside one scan of every column that they use."""

import csv
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.report import Measured

ALWAYS = {"_fivetran_synced", "is_deleted", "_fivetran_deleted"}  # what a build reads of every table beyond the contract
SMALL_LIMIT = "2GiB"


@dataclass(frozen=True)
class Spent:
    """What a process took: seconds on the clock, seconds of processors, and the most memory it held (GiB)."""

    wall_s: float
    cpu_s: float
    peak_gib: float


def measure(repo: Path, company: Path, scratch: Path, runs: int) -> list[Measured]:
    """A full build, one with little memory, and one after a day more, of a checkout; `scratch` is emptied."""
    floor = scan(company, runs)
    whole = [full(repo, company, scratch) for _ in range(runs)]
    day = _next_day(repo, company, scratch, runs)
    return [
        Measured("full build", "s", [one.wall_s for one in whole], floor, 12),
        Measured("full build, processors", "s", [one.cpu_s for one in whole]),
        Measured("full build, memory", "GiB", [one.peak_gib for one in whole], target=8, of="max"),
        *_within_little(repo, company, scratch, floor),
        Measured("build after one more day", "s", [one.wall_s for one in day], floor),
        Measured("build after one more day, processors", "s", [one.cpu_s for one in day]),
        Measured("build after one more day, memory", "GiB", [one.peak_gib for one in day]),
        Measured("one scan of the columns", "s", floor),
    ]


def _within_little(repo: Path, company: Path, scratch: Path, floor: list[float]) -> list[Measured]:
    try:
        spent = full(repo, company, scratch, SMALL_LIMIT)
    except RuntimeError as fault:
        print(fault, file=sys.stderr)
        return [Measured(f"full build within {SMALL_LIMIT}", "finished", [0])]
    return [Measured(f"full build within {SMALL_LIMIT}", "s", [spent.wall_s], floor, note=f"finished, peak {spent.peak_gib:.1f} GiB")]


def scan(company: Path, runs: int) -> list[float]:
    """Seconds to read every column once that the sources' contracts name, from the same files with as many threads."""
    queries = [query for source in sorted((company / "extracts").iterdir()) for query in _scans(source, company / "maps")]
    taken = []
    for _ in range(runs):
        with duckdb.connect() as con:
            start = time.perf_counter()
            for query in queries:
                con.execute(query).fetchall()
            taken.append(time.perf_counter() - start)
    return taken


def _scans(source: Path, maps: Path) -> list[str]:
    contract = Path(__file__).parent.parent / "queries" / "sources" / source.name / "schema.sql"
    with duckdb.connect() as con:
        con.execute(contract.read_text())
        named: dict[str, set[str]] = {}
        for table, column in con.execute("select table_name, column_name from duckdb_columns() where not internal").fetchall():
            named.setdefault(table, set(ALWAYS)).add(column)
    with (maps / "fields.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["source"] == source.name:
                named[row["table"]].add(row["column"])
    return [_scan(source / table, columns) for table, columns in named.items() if (source / table).is_dir()]


def _scan(folder: Path, wanted: set[str]) -> str:
    """The largest value of a column cannot be told without reading all of it."""
    with duckdb.connect() as con:
        there = [row[0] for row in con.execute(f"describe select * from '{folder}/*.parquet'").fetchall()]
    return f"select {', '.join(f'max({column})' for column in there if column in wanted)} from '{folder}/*.parquet'"


def full(repo: Path, company: Path, scratch: Path, limit: str = "") -> Spent:
    """A full build into scratch/build, of nothing that was there before."""
    _empty(scratch)
    return run_build(repo, company / "extracts", company / "maps", scratch / "build", limit)


def _next_day(repo: Path, company: Path, scratch: Path, runs: int) -> list[Spent]:
    """Builds of the company a day later, each beside the build of the day before."""
    spent = []
    for _ in range(runs):
        if not (scratch / "before").exists():
            _empty(scratch)
            shutil.copytree(company / "extracts", scratch / "extracts", copy_function=os.link)
            run_build(repo, scratch / "extracts", company / "maps", scratch / "build")
            shutil.copytree(scratch / "build", scratch / "before")
            shutil.copytree(company / "increment", scratch / "extracts", dirs_exist_ok=True)
        remove(scratch / "build")
        shutil.copytree(scratch / "before", scratch / "build")
        spent.append(run_build(repo, scratch / "extracts", company / "maps", scratch / "build"))
    return spent


def remove(folder: Path) -> None:
    """Takes a folder away, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def _empty(folder: Path) -> None:
    remove(folder)
    folder.mkdir(parents=True)


def environment(repo: Path, **settings: str) -> dict[str, str]:
    """This process's environment without its ACCORD_ settings, with others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")}
    return kept | {"PYTHONPATH": str(repo)} | settings


def run_build(repo: Path, extracts: Path, maps: Path, out: Path, limit: str = "") -> Spent:
    """Builds with a checkout's own code. Raises RuntimeError with its last words where it fails."""
    command = [sys.executable, "-m", "app", "build", "--extracts", str(extracts), "--maps", str(maps), "--out", str(out)]
    settings = {"ACCORD_NOTES_URL": f"sqlite:///{out.parent}/no-notes.db"} | ({"ACCORD_MEMORY_LIMIT": limit} if limit else {})
    log = out.parent / "build.log"
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=repo, env=environment(repo, **settings), stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the build ended with status {process.returncode}: {log.read_text(errors='replace')[-2000:]}")
    return Spent(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024**2)
