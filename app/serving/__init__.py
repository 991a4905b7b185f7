"""Opens the generation in service, sealed: read-only, no files, no network, no settings to change."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np
import pyarrow as pa

from app.access import EVERYTHING, Scope
from app.errors import NoScorecard, QueryError, QuestionError
from app.queries import QUERIES
from app.serving.parts import Parts, part_of_facts
from app.serving.watch import Cursors
from app.settings import read_settings

CURRENT = "CURRENT"
PART = "~"  # between the name of a build and that of a part of it
NO_RECORDS = "This tells of single records or of small groups, which your role (viewer) does not show."
Part = TypeVar("Part")
Result = TypeVar("Result")
_helpers = ThreadPoolExecutor(2, thread_name_prefix="accord-helps")


@dataclass(frozen=True)
class Scorecard:
    """One generation, open for questions.

    `facts` are what the build knew: as_of, timezone, currency, windows, sources, is_sample, built_at, off (sentences),
    supplied (conformed tables that some source gave). `cursors` are where it is asked. `columns` are the names in each table. `scope` is what of it is open: all,
    or one reader's part. `generation` says whose numbers these are, and is the key of every answer that is kept: the name of the build and,
    of a part, the part's.
    """

    generation: str
    as_of: datetime
    facts: dict
    cursors: Cursors = field(repr=False, compare=False)
    columns: Mapping[str, tuple[str, ...]] = field(repr=False, compare=False, default_factory=dict)
    scope: Scope = EVERYTHING
    is_guarded: bool = field(default=True, repr=False, compare=False)

    @property
    def build(self) -> str:
        """Name of the build that this is."""
        return self.generation.partition(PART)[0]

    @property
    def unguarded(self) -> "Scorecard":
        """For questions whose answer holds no record, and whose small groups are taken out before a viewer sees it."""
        return self if self.scope.sees_records else replace(self, is_guarded=False)

    def query(self, sql: str, params: dict[str, object]) -> pa.Table:
        """Asks one question on a cursor of its own. Raises QueryError where the SQL is at fault or takes too long."""
        return self._asked(sql, lambda cursor, asked: cursor.sql(asked, params=params or None).to_arrow_table())

    def rows(self, sql: str, params: dict[str, object]) -> list[dict[str, object]]:
        """The same for few rows, each by column name: a third cheaper, as a relation is planned twice. Raises QueryError as `query` does."""
        return self._asked(sql, lambda cursor, asked: _as_dicts(cursor.execute(asked, params or None)))

    def lists(self, sql: str, params: dict[str, object]) -> dict[str, tuple]:
        """The same by column, decimals as they are. Raises QueryError as `query` does."""
        return self._asked(sql, lambda cursor, asked: _as_columns(cursor.execute(asked, params or None)))

    def arrays(self, sql: str, params: dict[str, object]) -> dict[str, np.ndarray]:
        """The same by column, decimals as doubles. Raises QueryError as `query` does."""
        return self._asked(sql, lambda cursor, asked: cursor.execute(asked, params or None).fetchnumpy())

    def whole(self, table: str, order: str) -> list[dict[str, object]]:
        """All rows of a small table, read once."""
        if table not in self._whole:
            self._whole[table] = self.rows(f"from {table} order by {order}", {})
        return self._whole[table]

    @cached_property
    def _whole(self) -> dict[str, list[dict[str, object]]]:
        return {}

    def _asked(self, sql: str, ask: Callable[[duckdb.DuckDBPyConnection, duckdb.Statement], Result]) -> Result:
        if self.is_guarded and not self.scope.sees_records:
            raise QuestionError(NO_RECORDS)
        began = time.monotonic()
        try:
            with self.cursors.watched() as cursor:
                return ask(cursor, _parsed(sql))
        except duckdb.InterruptException:
            raise QueryError(f"The question was stopped after {time.monotonic() - began:.0f} seconds, as it took too long: choose a shorter period.") from None
        except duckdb.OutOfMemoryException:
            raise QueryError("The question was stopped, as it needs more memory than ACCORD_MEMORY_LIMIT allows: choose a shorter period.") from None
        except (duckdb.InternalException, duckdb.FatalException, duckdb.ConnectionException) as fault:
            _close()  # a failed assertion closes the whole connection for good: the next question opens another
            raise QueryError(f"The database engine failed on this question and was started anew: {str(fault).splitlines()[0]}") from fault
        except duckdb.Error as fault:
            raise QueryError(str(fault)) from fault

    def __hash__(self) -> int:
        return hash(self.generation)


def side_by_side(ask: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """What a long answer is made of, each part asked without the others, two at a time; in the order of the parts. Raises what the first of them raises."""
    return list(_helpers.map(ask, parts))


def latest_generation(folder: Path) -> str:
    """Name of the generation in service. Raises NoScorecard where there is none."""
    try:
        name = (folder / CURRENT).read_text().strip()
    except OSError:
        raise NoScorecard(f"There is no scorecard in {folder} yet: run `accord build`, or `accord demo` for the sample company.") from None
    if not name:
        raise NoScorecard(f"{folder / CURRENT} is empty, so that it names no scorecard: run `accord build`.")
    return name


def open_current(folder: Path, scope: Scope = EVERYTHING) -> Scorecard:
    """What a reader may see of the generation in service, opened once for all threads. Raises NoScorecard where there is none."""
    generation = folder / latest_generation(folder)
    with _lock:
        whole, parts = _open(generation), None if scope.is_everything else _parts(generation)
    return _open_part(whole, parts, scope) if parts else whole


_lock = threading.Lock()


def read_facts(folder: Path) -> dict:
    """What the build in service knew, without opening its tables. Raises NoScorecard where there is none."""
    return json.loads((folder / latest_generation(folder) / "build.json").read_text())


# A few generations stay open, so that questions under way end on the one they began with.
@lru_cache(maxsize=3)
def _open(folder: Path) -> Scorecard:
    facts = json.loads((folder / "build.json").read_text())
    con = _connect(folder)
    columns = con.execute("select table_name, list(column_name order by column_index) from duckdb_columns() where database_name = 'scorecard' group by all").fetchall()
    asked = Cursors(con, "set search_path = 'scorecard,memory'")  # its tables by their bare names, beside the macros: a view of each costs every question a sixth
    return Scorecard(folder.name, datetime.fromisoformat(facts["as_of"]), facts, asked, {table: tuple(names) for table, names in columns})


@lru_cache(maxsize=3)
def _parts(folder: Path) -> Parts:
    return Parts(_connect(folder))


def _open_part(whole: Scorecard, parts: Parts, scope: Scope) -> Scorecard:
    return replace(
        whole, generation=f"{whole.generation}{PART}{scope.key}", facts=part_of_facts(whole.facts, scope), cursors=parts.open(scope), scope=scope
    )


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    settings = read_settings()
    # What does not fit is not put on the disk. Questions come several at a time: one of its own for each is less work than all shared out.
    con = duckdb.connect(":memory:", config={"memory_limit": settings.memory_limit, "temp_directory": "", "threads": 1})
    con.execute(f"attach '{str(folder / 'scorecard.duckdb').replace(chr(39), chr(39) * 2)}' as scorecard (read_only)")
    con.execute((QUERIES / "engine" / "serving.sql").read_text())
    con.execute(f"set global max_execution_time = {settings.question_seconds * 1000:.0f}")  # without `global` it holds for no cursor
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    return con


def _close() -> None:
    for opened in (_open, _parts):
        opened.cache_clear()


@lru_cache(maxsize=4096)  # a page has up to forty, and others for each set of dimensions filtered on
def _parsed(sql: str) -> duckdb.Statement:
    """A question, parsed once, as that is a sixth of what a small one costs. Raises QueryError for all else: views and the attachment itself could
    be changed, by one for all.
    """
    statements = duckdb.extract_statements(sql)
    if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
        raise QueryError("A scorecard is asked, not changed: one select is all it takes.")
    return statements[0]


def _as_dicts(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _as_columns(cursor: duckdb.DuckDBPyConnection) -> dict[str, tuple]:
    names, rows = [column[0] for column in cursor.description], cursor.fetchall()
    return dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
