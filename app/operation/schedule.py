"""Builds by the clock: `accord build --every 15m`."""

import logging
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from app.build.lock import note_end
from app.settings import ROOT

STOPS_WITHIN_S = 10
log = logging.getLogger("app.operation")


def build_every(seconds: int, command: list[str], scorecard: Path) -> int:
    """Runs a build now, and then whenever a whole interval has passed since the start and none is under way, until told to stop.

    Each is a process of its own, so that its memory is given back and nothing that ends it ends the schedule. Returns 0.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: stop.set())
    began = time.monotonic()
    while not stop.is_set():
        _build(command, scorecard, stop)
        stop.wait(seconds - (time.monotonic() - began) % seconds)
    log.info("stopped")
    return 0


def _build(command: list[str], scorecard: Path, stop: threading.Event) -> None:
    began = time.monotonic()
    status = _run(command, stop)
    took = time.monotonic() - began
    if status < 0 and not stop.is_set():
        note_end(scorecard, "failed", f"The build was ended by signal {-status}; 9 is often a want of memory.", took)
    result = "ok" if status == 0 else "stopped" if stop.is_set() else "failed"
    log.log(logging.ERROR if result == "failed" else logging.INFO, "build ended", extra={"result": result, "status": status, "duration_s": round(took, 1)})


def _run(command: list[str], stop: threading.Event) -> int:
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": paths}) as build:
        while build.poll() is None:
            if stop.wait(0.1):
                build.terminate()
                try:
                    build.wait(STOPS_WITHIN_S)
                except subprocess.TimeoutExpired:
                    build.kill()
        return build.returncode
