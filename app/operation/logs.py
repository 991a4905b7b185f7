"""Logs: one JSON object a line, on standard error, and nothing about a person in it.

What a program passes along (arguments of a message, the text of an exception) may be a name, an address or the value of a filter. So of a
message only its fixed text is written, of an exception its kinds and places, and of all else the fields named here.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

FIELDS = ("duration_s", "page", "port", "result", "status")
EMAIL = re.compile(r"[^\s@\"'<>]+@[^\s@\"'<>]+")
MOST_PLACES = 12


class JsonLines(logging.Formatter):
    """`generation` tells which scorecard is in service, for every line."""

    def __init__(self, generation: Callable[[], str | None] = lambda: None) -> None:
        super().__init__()
        self._generation = generation

    def format(self, record: logging.LogRecord) -> str:
        """One line: at, level, event, logger, generation, the FIELDS that were given, and of an exception `error` and `places`."""
        return json.dumps(self._line(record))

    def _line(self, record: logging.LogRecord) -> dict[str, object]:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": EMAIL.sub("...", str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__),
            "logger": record.name,
            "generation": self._generation(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1]:
            line |= _fault(record.exc_info[1])
        return line


class PlainLines(JsonLines):
    """The same facts for somebody at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """A sentence, and of an exception its kinds and the place where it was raised."""
        line = self._line(record)
        why = f": {', '.join(line['error'])}, at {line['places'][-1] if line['places'] else 'an unknown place'}" if "error" in line else ""
        return f"{record.levelname.capitalize()}: {line['event']}{why}"


def _fault(fault: BaseException) -> dict[str, object]:
    chain, one = [], fault
    while one is not None and len(chain) < MOST_PLACES:
        chain.append(type(one).__name__)
        one = one.__cause__ or one.__context__
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(fault.__traceback__)]
    return {"error": chain, "places": places[-MOST_PLACES:]}


def set_up(generation: Callable[[], str | None] = lambda: None, *others: logging.Handler, is_plain: bool = False) -> None:
    """From here on all loggers of this process write such lines, libraries' from a warning on; `others` get every record, too. `is_plain`:
    sentences, of faults alone.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines() if is_plain else JsonLines(generation))
    handler.setLevel(logging.ERROR if is_plain else logging.NOTSET)
    handlers = [handler, *others]
    logging.basicConfig(level=logging.WARNING, handlers=handlers, force=True)
    logging.getLogger("app").setLevel(logging.INFO)
    logging.captureWarnings(True)


def take_over_streamlit() -> None:
    """The same for Streamlit and uvicorn, who give each of their loggers a way out of its own."""
    from streamlit import logger
    from uvicorn.config import LOGGING_CONFIG

    def ours(one: logging.Logger) -> None:
        one.handlers[:] = logging.getLogger().handlers

    logger.setup_formatter = ours
    logger.update_formatter()
    logger.set_log_level(logging.WARNING)
    LOGGING_CONFIG["loggers"].clear()
