"""Questions under way: how long each took, how it ended, and a way to end all of them."""

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator

import duckdb

IDLE = 32  # cursors of a connection that are kept for the next questions
Listener = Callable[[float, str], None]
listeners: list[Listener] = []  # called after each question with its seconds and `answered`, `interrupted` or `failed`
_running: set[duckdb.DuckDBPyConnection] = set()


class Cursors:
    """The cursors of a connection, each for one question at a time. One is set up (by `setup`, SQL) when it is made, and asked again if its question was answered."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, setup: str = "") -> None:
        self.connection = connection
        self._setup = setup
        self._idle: deque[duckdb.DuckDBPyConnection] = deque(maxlen=IDLE)

    @contextlib.contextmanager
    def watched(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one question. Raises what the question raises."""
        began, result = time.perf_counter(), "failed"
        cursor = self._take()
        _running.add(cursor)
        try:
            yield cursor
            result = "answered"
        except duckdb.InterruptException:
            result = "interrupted"
            raise
        finally:
            _running.discard(cursor)
            if result == "answered":
                self._idle.append(cursor)
            else:
                cursor.close()
            for tell in listeners:
                tell(time.perf_counter() - began, result)

    def _take(self) -> duckdb.DuckDBPyConnection:
        with contextlib.suppress(IndexError):
            return self._idle.pop()
        cursor = self.connection.cursor()
        if self._setup:
            cursor.execute(self._setup)
        return cursor


def under_way() -> int:
    """How many questions are being answered at this moment."""
    return len(_running)


def interrupt_all() -> None:
    """Ends the questions under way; each raises as if it had taken too long."""
    for cursor in list(_running):
        with contextlib.suppress(duckdb.Error):  # it ended by itself meanwhile
            cursor.interrupt()
