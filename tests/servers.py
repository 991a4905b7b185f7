"""The site as a process: started, asked over HTTP and by a reader's websocket, and stopped."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from companies import ROOT, environment
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import ClientConnection, connect

STARTS_WITHIN_S = 120
STOPS_WITHIN_S = 30  # eight seconds on a machine that has nothing else to do


@dataclass(frozen=True)
class Answer:
    """What an address answered."""

    status: int
    text: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Server:
    """One `accord serve`."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str, **headers: str) -> Answer:
        """One request; header names with _ for -."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return Answer(answer.status, answer.read().decode(), answer.headers)
        except urllib.error.HTTPError as answer:
            with answer:
                return Answer(answer.code, answer.read().decode(), answer.headers)

    def measures(self) -> dict[str, float]:
        """All lines of /metrics, of one moment."""
        lines = [line.rsplit(" ", 1) for line in self.get("/metrics").text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in lines}

    def measure(self, name: str) -> float:
        """One line of /metrics."""
        return self.measures()[name]

    def lines(self) -> list[dict[str, object]]:
        """What it has logged, after the greeting."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if not line.startswith("Serving ")]

    @contextlib.contextmanager
    def reader(self, query: str = "") -> Iterator[ClientConnection]:
        """A reader who opens the home page with this query in the address."""
        with connect(f"ws://127.0.0.1:{self.port}/_stcore/stream", max_size=None, open_timeout=60, close_timeout=1, ping_interval=None) as page:
            message = BackMsg()
            message.rerun_script.query_string = query
            page.send(message.SerializeToString())
            yield page

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal; returns the exit status."""
        self.process.send_signal(how)
        return self.process.wait(STOPS_WITHIN_S)


@contextlib.contextmanager
def serving(log: Path, port: int | None = None, **settings: object) -> Iterator[Server]:
    """`accord serve` over these settings, once it answers; killed at the end if it is still there."""
    port = port or free_port()
    with log.open("wb") as output:
        command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment(**settings), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    server = Server(process, port, log)
    try:
        until(lambda: process.poll() is not None or _is_up(server), STARTS_WITHIN_S)
        assert process.poll() is None, log.read_text()
        yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _is_up(server: Server) -> bool:
    try:
        return server.get("/healthz").text == "ok\n"
    except OSError:
        return False


def until(done: Callable[[], object], within_s: float = 60, log: Path | None = None) -> None:
    """Returns once it is so; fails where it never is, with the last words of a log."""
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:] if log else "it did not happen in time"
        time.sleep(0.05)


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Whether something answers at a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_alive(pid: int) -> bool:
    """Whether a process of this number is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
