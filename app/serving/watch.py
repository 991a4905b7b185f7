"""Questions under way: how long each took, how it ended, and a way to end all of them."""

import contextlib
import time
from collections.abc import Callable, Iterator

import duckdb

Listener = Callable[[float, str], None]
listeners: list[Listener] = []  # called after each question with its seconds and `answered`, `interrupted` or `failed`
_running: set[duckdb.DuckDBPyConnection] = set()


@contextlib.contextmanager
def watched(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor for one question. Raises what the question raises."""
    began, result = time.perf_counter(), "failed"
    cursor = connection.cursor()
    _running.add(cursor)
    try:
        yield cursor
        result = "answered"
    except duckdb.InterruptException:
        result = "interrupted"
        raise
    finally:
        _running.discard(cursor)
        cursor.close()
        for tell in listeners:
            tell(time.perf_counter() - began, result)


def under_way() -> int:
    """How many questions are being answered at this moment."""
    return len(_running)


def interrupt_all() -> None:
    """Ends the questions under way; each raises as if it had taken too long."""
    for cursor in list(_running):
        with contextlib.suppress(duckdb.Error):  # it ended by itself meanwhile
            cursor.interrupt()
