"""One build of a scorecard at a time, and a word beside it on how the last one ended."""

import contextlib
import functools
import inspect
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.errors import AccordError, CallerError
from app.settings import Settings

try:
    import fcntl
except ImportError:  # Windows, which has no such locks
    fcntl = None

if TYPE_CHECKING:
    from app.build import Built

LOCK = "build.lock"
LAST_BUILD = "last_build.json"
Build = Callable[..., "Built"]


def one_at_a_time(build: Build) -> Build:
    """Makes a build hold the lock of its scorecard from its first step to its last, and note how it ended. A check does neither.

    Adds the argument `wait`: whether to wait for the lock. Raises CallerError where another build holds it and there is no waiting.
    """
    signature = inspect.signature(build)

    @functools.wraps(build)
    def alone(settings: Settings, *others: object, wait: bool = False, **named: object) -> "Built":
        if not signature.bind(settings, *others, **named).arguments.get("keep", True):
            return build(settings, *others, **named)
        with _locked(settings.scorecard, wait):
            return _noted(settings.scorecard, lambda: build(settings, *others, **named))

    return alone


def note_end(scorecard: Path, result: str, sentence: str, seconds: float, **more: object) -> None:
    """Writes last_build.json: result (`ok` or `failed`), sentence, at, duration_s, and more. A disk that is full does not make it worse."""
    said = {"result": result, "sentence": sentence, "at": _now(), "duration_s": round(seconds, 1), **more}
    part = scorecard / f"{LAST_BUILD}.{os.getpid()}"
    with contextlib.suppress(OSError):
        try:
            part.write_text(json.dumps(said, indent=1))
            os.replace(part, scorecard / LAST_BUILD)
        finally:
            part.unlink(missing_ok=True)


def _noted(scorecard: Path, build: Callable[[], "Built"]) -> "Built":
    began = time.monotonic()
    try:
        built = build()
    except Exception as fault:
        said = str(fault) if isinstance(fault, AccordError) else f"A fault of the program ({type(fault).__name__}): {fault}"
        note_end(scorecard, "failed", said, time.monotonic() - began)
        raise
    rows = {name: sum(table[key] for table in built.tables) for name, key in (("read", "rows_read"), ("kept", "kept"), ("quarantined", "quarantined"))}
    note_end(scorecard, "ok", "Built.", time.monotonic() - began, generation=built.folder.name, rows=rows)
    return built


@contextlib.contextmanager
def _locked(scorecard: Path, wait: bool) -> Iterator[None]:
    """The lock is the kernel's: it ends with the process, however that ends. What the file says is for people."""
    try:
        scorecard.mkdir(parents=True, exist_ok=True)
        file = (scorecard / LOCK).open("ab+", buffering=0)  # nothing waits to be written when it is closed, perhaps on a full disk
    except OSError as fault:
        raise CallerError(f"{scorecard} cannot be written ({fault.strerror}): name another folder with --out.") from None
    with file:
        _take(file, scorecard, wait)
        _write(file, f"process {os.getpid()}, since {_now()}")
        try:
            yield
        finally:
            _write(file, "")


def _take(file: IO[bytes], scorecard: Path, wait: bool) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise CallerError(f"Another build of {scorecard} is under way ({_holder(file)}): wait for its end, or run this one with --wait.") from None
    except OSError as fault:
        raise CallerError(f"{scorecard} cannot be locked ({fault.strerror}): name a folder on another file system with --out.") from None


def _holder(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace").strip() or "just begun"


def _write(file: IO[bytes], text: str) -> None:
    with contextlib.suppress(OSError):
        file.truncate(0)
        file.write(text.encode())


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
