"""Generations: each build is a folder of its own, and a small file CURRENT names the one in service."""

import errno
import json
import os
import secrets
import shutil
import time
from pathlib import Path

import duckdb

from app.errors import CallerError

CURRENT = "CURRENT"
FACTS = "build.json"
KEEP = 3
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
CHECKS_WITHIN_S = 3600


def new_folder(scorecard: Path, kind: str = "gen") -> Path:
    """A folder for a build under way; its name sorts after those that are there, also where the clock has been turned back."""
    try:
        scorecard.mkdir(parents=True, exist_ok=True)
        later = [int(path.name.split("-")[1]) + 1 for path in scorecard.glob(f"{kind}-{'[0-9]' * 14}-*")]
        folder = scorecard / f"{kind}-{max([int(time.strftime('%Y%m%d%H%M%S', time.gmtime())), *later])}-{secrets.token_hex(3)}"
        folder.mkdir()
    except OSError as fault:
        raise CallerError(f"{scorecard} cannot be written ({fault.strerror}): name another folder with --out.") from None
    return folder


def publish(folder: Path, facts: dict[str, object]) -> None:
    """Puts a finished build into service. Until the last step, the earlier one stays; after it, the new one is whole, also after a loss of power."""
    part, pointer = folder / f"{FACTS}.part", folder.parent / f"{CURRENT}.{folder.name}"
    part.write_text(json.dumps(facts, indent=1, default=str))
    for path in folder.iterdir():
        _flush(path)
    os.replace(part, folder / FACTS)
    pointer.write_text(folder.name)
    for path in (folder, pointer, folder.parent):
        _flush(path)
    os.replace(pointer, folder.parent / CURRENT)
    _flush(folder.parent)


def _flush(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # which opens no folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tidy(scorecard: Path) -> None:
    """Drops all but the newest few generations and the state of the one in service, and what killed builds left. For who holds the lock:
    no other build is under way. A check takes no lock, so that only one begun long ago was killed.
    """
    try:
        current = (scorecard / CURRENT).read_text(errors="replace").strip()
    except OSError:
        current = ""
    folders = sorted(scorecard.glob("gen-*"))
    finished = [folder for folder in folders if (folder / FACTS).exists()]
    killed = [folder for folder in folders if folder not in finished]
    checks = [folder for folder in scorecard.glob("check-*") if _is_old(folder)]
    for folder in [*finished[:-KEEP], *killed, *checks]:
        if folder.name != current:
            shutil.rmtree(folder, ignore_errors=True)
    for path in [*scorecard.glob("state-*"), *scorecard.glob(f"{CURRENT}.*")]:
        if path.name.split(".")[0] != f"state-{current}":
            path.unlink(missing_ok=True)


def _is_old(folder: Path) -> bool:
    """Whether a check began so long ago, or by a clock that has been turned back since, that it is under way no more."""
    try:
        return abs(time.time() - folder.stat().st_mtime) > CHECKS_WITHIN_S
    except OSError:
        return False  # it has just ended


def want_of_room(fault: BaseException | None, scorecard: Path) -> CallerError | None:
    """What whoever runs a build can mend about its fault: room on the disk, or in memory; None for any other fault."""
    while fault and not isinstance(fault, CallerError):
        text = str(fault)
        if (isinstance(fault, OSError) and fault.errno in NO_ROOM) or (isinstance(fault, duckdb.Error) and any(os.strerror(number) in text for number in NO_ROOM)):
            return CallerError(f"There is no room left for a build in {scorecard}: make some, or name another folder with --out. The earlier scorecard stays.")
        if isinstance(fault, duckdb.OutOfMemoryException):
            return CallerError("The build needs more memory than ACCORD_MEMORY_LIMIT allows: raise it. The earlier scorecard stays.")
        fault = fault.__cause__ or fault.__context__
    return None
