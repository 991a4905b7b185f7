"""Opens the generation in service, sealed: read-only, no files, no network, no settings to change."""

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

from app.errors import NoScorecard, QueryError
from app.queries import QUERIES

CURRENT = "CURRENT"
LONGEST_QUESTION_MS = 30_000


@dataclass(frozen=True)
class Scorecard:
    """One generation, open for questions.

    `facts` are what the build knew: as_of, timezone, currency, windows, sources, is_sample, built_at, off (sentences),
    supplied (conformed tables that some source gave).
    """

    generation: str
    as_of: datetime
    facts: dict
    connection: duckdb.DuckDBPyConnection = field(repr=False, compare=False)

    def query(self, sql: str, params: dict[str, object]) -> pa.Table:
        """Asks one question on a cursor of its own. Raises QueryError where the SQL is at fault or takes too long."""
        cursor = self.connection.cursor()
        try:
            return cursor.sql(sql, params=params or None).to_arrow_table()
        except duckdb.InterruptException:
            raise QueryError(f"The question took longer than {LONGEST_QUESTION_MS // 1000} seconds and was stopped: choose a shorter period.") from None
        except (duckdb.InternalException, duckdb.FatalException) as fault:
            _open.cache_clear()  # a failed assertion closes the whole connection for good: the next question opens another
            raise QueryError(f"The database engine failed on this question and was started anew: {str(fault).splitlines()[0]}") from fault
        except duckdb.Error as fault:
            raise QueryError(str(fault)) from fault
        finally:
            cursor.close()

    def __hash__(self) -> int:
        return hash(self.generation)


def latest_generation(folder: Path) -> str:
    """Name of the generation in service. Raises NoScorecard where there is none."""
    try:
        return (folder / CURRENT).read_text().strip()
    except OSError:
        raise NoScorecard(f"There is no scorecard in {folder} yet: run `accord build`, or `accord demo` for the sample company.") from None


def open_current(folder: Path) -> Scorecard:
    """The generation in service, opened once for all threads. Raises NoScorecard where there is none."""
    with _lock:
        return _open(folder / latest_generation(folder))


_lock = threading.Lock()


def read_facts(folder: Path) -> dict:
    """What the build in service knew, without opening its tables. Raises NoScorecard where there is none."""
    return json.loads((folder / latest_generation(folder) / "build.json").read_text())


# A few generations stay open, so that questions under way end on the one they began with.
@lru_cache(maxsize=3)
def _open(folder: Path) -> Scorecard:
    facts = json.loads((folder / "build.json").read_text())
    con = duckdb.connect(":memory:", config={"memory_limit": "4GiB"})
    con.execute(f"attach '{str(folder / 'scorecard.duckdb').replace(chr(39), chr(39) * 2)}' as scorecard (read_only)")
    for (name,) in con.execute("select table_name from duckdb_tables() where database_name = 'scorecard'").fetchall():
        con.execute(f"create view {name} as from scorecard.{name}")
    con.execute((QUERIES / "engine" / "serving.sql").read_text())
    con.execute(f"set max_execution_time = {LONGEST_QUESTION_MS}")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    return Scorecard(folder.name, datetime.fromisoformat(facts["as_of"]), facts, con)
