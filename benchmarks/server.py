"""The site of a checkout over a scorecard, and the empty page beside it, each served by a process of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.build import environment

STARTS_WITHIN_S = 60
STOPS_WITHIN_S = 10


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    address: str
    process: int

    def memory_mib(self) -> float:
        """What it holds in memory."""
        return int(Path(f"/proc/{self.process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextlib.contextmanager
def site(repo: Path, scorecard: Path) -> Iterator[Server]:
    """`accord serve` of a checkout, warm: each of its files was asked for once."""
    notes = f"sqlite:///{scorecard.parent}/notes.db"
    with _serving(["-m", "app", "serve", "--port"], repo, environment(repo, ACCORD_SCORECARD=str(scorecard), ACCORD_NOTES_URL=notes)) as server:
        yield server


@contextlib.contextmanager
def empty_page(repo: Path) -> Iterator[Server]:
    """The empty page, served with the checkout's own configuration of the server."""
    page = Path(__file__).with_name("empty_page.py")
    with _serving(["-m", "streamlit", "run", str(page), "--server.headless", "true", "--server.port"], repo, environment(repo)) as server:
        yield server


@contextlib.contextmanager
def _serving(command: list[str], repo: Path, settings: dict[str, str]) -> Iterator[Server]:
    port = _free_port()
    address = f"http://localhost:{port}"
    log = subprocess.DEVNULL
    server = subprocess.Popen([sys.executable, *command, str(port)], cwd=repo, env=settings, stdin=log, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_healthy(server, address)
        yield Server(address, server.pid)
    finally:
        _stop(server)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            if answer.read().strip() == b"ok":
                return
        time.sleep(0.1)
    raise RuntimeError(f"a server did not start within {STARTS_WITHIN_S} seconds: {server.args}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, how)
            server.wait(timeout=STOPS_WITHIN_S)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
