"""Makes an invented company of any size: what Fivetran would have unloaded of its Salesforce, straight to Parquet.

`python -m benchmarks.generate FOLDER --touches 2000000` writes FOLDER/extracts, FOLDER/maps and FOLDER/increment: what the next
day brings (new, late, changed, corrected and deleted rows), laid out so that it can be copied over the extracts.
Same touches, seed and version of DuckDB: same rows.
"""

import argparse
import csv
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template

import duckdb

from app.sample.maps import words_of_the_company

SQL = Path(__file__).parent / "company"
SIZES = {"S": 150_000, "M": 2_000_000, "L": 20_000_000}
AS_OF = datetime(2026, 11, 20, 5, 12, tzinfo=UTC)
ROWS_PER_FILE = 2_500_000
DAY = 86_400
# Tables by what their rows are numbered by; the number of a thing never changes, so an increment can name it again.
NUMBERED = {
    "account": "accounts", "contact": "contacts", "lead": "leads", "opportunity": "deals", "campaign": "campaigns",
    "campaign_member": "members", "task": "tasks", "event": "events",
}  # fmt: skip
WHOLE = ("lead_history", "opportunity_contact_role", "user", "user_role", "campaign_report")
TOUCHES = ("members", "tasks", "events")
MAPS = ("target", "tier", "fx", "team_cost", "joint_work")


@dataclass(frozen=True)
class Company:
    """An invented company: how many touches it has about when AS_OF comes, and the seed it is drawn from."""

    touches: int
    seed: int = 1

    def sizes(self) -> dict[str, int]:
        """How many there are of each thing at AS_OF."""
        growth = (self.touches / SIZES["S"]) ** 0.4
        return {
            "deals": max(self.touches // 100, 20), "accounts": max(self.touches // 200, 10), "campaigns": min(2_000, round(200 * growth)),
            "sellers": 5 * round(6 * growth), "marketers": 5 * round(3 * growth),
            "members": round(self.touches * 0.40 / 0.83), "tasks": round(self.touches * 0.48 / 0.987), "events": round(self.touches * 0.12),
        }  # fmt: skip


def make(company: Company, folder: Path) -> None:
    """Writes the company as of AS_OF into folder/extracts and folder/maps, and its next day into folder/increment; what was there is replaced."""
    for name in ("extracts", "maps", "increment"):
        shutil.rmtree(folder / name, ignore_errors=True)
    write(company, folder / "extracts", 0, int(AS_OF.timestamp()))
    write_maps(company, folder / "maps")
    write(company, folder / "increment", int(AS_OF.timestamp()), int(AS_OF.timestamp()) + DAY, beside=folder / "extracts")


def write(company: Company, folder: Path, since: int, as_of: int, beside: Path | None = None) -> None:
    """Writes what the connector brought after `since` until `as_of` (seconds since 1970); its files are numbered on from those of `beside`."""
    con = _connect(company, since, as_of)
    jobs = [job for table in (*NUMBERED, *WHOLE) for job in _jobs(con, table, folder, beside or folder, since)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: _copy(con.cursor(), *job), jobs))
    con.close()


def write_maps(company: Company, folder: Path) -> None:
    """Writes the company's maps as CSV."""
    folder.mkdir(parents=True)
    con = _connect(company, 0, int(AS_OF.timestamp()))
    for name in MAPS:
        con.execute(f"copy ({(SQL / 'maps' / f'{name}.sql').read_text()}) to '{folder / name}.csv' (header)")
    con.close()
    for name, rows in words_of_the_company().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def _connect(company: Company, since: int, as_of: int) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false; set preserve_insertion_order = true; set timezone = 'UTC'")
    con.execute(Template((SQL / "macros.sql").read_text()).substitute(company.sizes(), seed=company.seed, since=since, as_of=as_of))
    for fact in ("lead_fact", "deal_fact"):
        con.execute((SQL / f"{fact}.sql").read_text())
    return con


def _jobs(con: duckdb.DuckDBPyConnection, table: str, folder: Path, beside: Path, since: int) -> Iterator[tuple[str, Path]]:
    """The queries of a table and the files they fill."""
    home = "ad_reporting" if table == "campaign_report" else "salesforce"
    number = len(list((beside / home / table).glob("*.parquet")))
    text = (SQL / f"{table}.sql").read_text()
    if table in WHOLE:
        yield text, folder / home / table / f"{number + 1:04}.parquet"
        return
    what = NUMBERED[table]
    for place, numbers in enumerate(_numbers(con, what, since)):
        yield text.replace(f"chosen('{what}')", f"({numbers})"), folder / home / table / f"{number + place + 1:04}.parquet"


def _numbers(con: duckdb.DuckDBPyConnection, what: str, since: int) -> Iterator[str]:
    """Queries (one for each file) of the numbers to write, and why a row is written once more."""
    count = "accounts" if what == "contacts" else what
    before = f"{count}() * part_before(since() - {31 * DAY})"
    last, early = con.execute(f"select cast(ceil({count}() * part_before(as_of())) as bigint), cast(floor({before}) as bigint)").fetchall()[0]
    first = max(early, 0) if since and what in TOUCHES else 0
    if what == "contacts":
        last *= 2
    for start in range(first, last, ROWS_PER_FILE):
        text = f"select i, cast(null as varchar) as why from range({start}, {min(start + ROWS_PER_FILE, last)}) as t(i)"
        if start == first:
            text += "".join(f" union all {more}" for more in _once_more(what, last, since))
        yield text


def _once_more(what: str, last: int, since: int) -> Iterator[str]:
    if what == "contacts":
        yield "select first_deal_contact() + d.i as i, cast(null as varchar) as why from deal_fact as d"
    for place, why in enumerate(("corrected", "deleted") if since else ("faulty", "twice")):
        yield f"select distinct cast(floor({last} * r(n, {110 + 2 * place} + {since} % 7)) as bigint) as i, '{why}' as why from range({3 + last // 50_000}) as t(n)"


def _copy(con: duckdb.DuckDBPyConnection, text: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    brought = f"select * from ({text}) where epoch(_fivetran_synced) > since() and epoch(_fivetran_synced) <= as_of()"
    con.execute(f"copy ({brought}) to '{path}' (format parquet, compression zstd)")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make an invented company of any size.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--touches", type=int, default=SIZES["S"])
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    make(Company(arguments.touches, arguments.seed), arguments.folder)


if __name__ == "__main__":
    main()
