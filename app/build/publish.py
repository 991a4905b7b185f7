"""Generations: each build is a folder of its own, and a small file CURRENT names the one in service."""

import json
import os
import secrets
import shutil
import time
from pathlib import Path

from app.errors import CallerError

CURRENT = "CURRENT"
KEEP = 3


def new_folder(scorecard: Path) -> Path:
    """A folder for a build under way; its name sorts by time."""
    try:
        scorecard.mkdir(parents=True, exist_ok=True)
        folder = scorecard / f"gen-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        folder.mkdir()
    except OSError as fault:
        raise CallerError(f"{scorecard} cannot be written ({fault.strerror}): name another folder with --out.") from None
    return folder


def publish(folder: Path, facts: dict[str, object]) -> None:
    """Puts a finished build into service. Until the last step, the earlier one stays; after it, the new one is whole."""
    (folder / "build.json").write_text(json.dumps(facts, indent=1, default=str))
    for path in folder.iterdir():
        _flush(path)
    pointer = folder.parent / f"{CURRENT}.{folder.name}"
    pointer.write_text(folder.name)
    _flush(pointer)
    os.replace(pointer, folder.parent / CURRENT)
    _tidy(folder.parent, folder.name)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _tidy(scorecard: Path, current: str) -> None:
    """Drops what no page can still have open: all but the newest few generations, and what killed builds left an hour ago."""
    folders = sorted(scorecard.glob("gen-*"))
    finished = [folder for folder in folders if (folder / "build.json").exists()]
    dead = [folder for folder in folders if folder not in finished and time.time() - folder.stat().st_mtime > 3600]
    for folder in [*finished[:-KEEP], *dead]:
        if folder.name != current:
            shutil.rmtree(folder, ignore_errors=True)
