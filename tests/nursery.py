"""Processes of the tests that start in no time, as they are forked off one that has the program loaded: to ask, to kill, to starve of room."""

import atexit
import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from companies import ROOT, environment

HERE = Path(__file__).parent
ENDS_WITHIN_S = 60
LASTS_S = 120  # the longest command


class Victim:
    """A process to kill; what it tells comes line by line."""

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid, self.pipe, self.rest = pid, pipe, b""

    def hear(self, within_s: float = ENDS_WITHIN_S) -> dict[str, object] | None:
        """What it says next; None once it has ended, of which the last line may be cut short."""
        until = time.monotonic() + within_s
        while b"\n" not in self.rest:
            assert select.select([self.pipe], [], [], max(0, until - time.monotonic()))[0], "it says nothing"
            more = os.read(self.pipe, 1 << 16)
            if not more:
                return None
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        return json.loads(line)

    def kill(self) -> list[dict[str, object]]:
        """Ends it at once; returns what it had still said."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return self.rest_of_it()

    def go_on(self) -> None:
        """Lets it go on that has stopped itself."""
        from servers import until

        until(lambda: Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
        os.kill(self.pid, signal.SIGCONT)

    def rest_of_it(self, within_s: float = ENDS_WITHIN_S) -> list[dict[str, object]]:
        """What it says until its end."""
        said = list(iter(lambda: self.hear(within_s), None))
        os.close(self.pipe)
        return said

    def result(self, within_s: float = ENDS_WITHIN_S) -> dict[str, object]:
        """The last it says, having ended by itself."""
        said = self.rest_of_it(within_s)
        assert said, "it was killed, and nobody meant to"
        assert "fault" not in said[-1], said[-1].get("at")
        return said[-1]


class Nursery:
    """Where victims come from: see victims.py. `before` is what its command stands behind, as `unshare -rm`."""

    def __init__(self, *modules: str, before: tuple[str, ...] = ()) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        env = environment() | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE), str(HERE / "faults"))), "OPENBLAS_NUM_THREADS": "1"}
        with theirs:
            self.process = subprocess.Popen([*before, sys.executable, str(HERE / "victims.py"), *modules], cwd=ROOT, env=env, stdin=theirs)

    def start(self, do: str, **arguments: object) -> Victim:
        """A process that does a job of victims.JOBS."""
        ours, theirs = os.pipe()
        socket.send_fds(self.control, [json.dumps({"do": do} | arguments, default=str).encode()], [theirs])
        os.close(theirs)
        return Victim(int(self.control.recv(100)), ours)

    def call(self, function: Callable[..., object], **arguments: object) -> object:
        """What a function of one of the tests' modules returns where the victims are."""
        return self.start("call", function=f"{function.__module__}:{function.__name__}", **arguments).result()["result"]

    def accord(self, *arguments: str, cwd: Path = ROOT, **settings: object) -> subprocess.CompletedProcess[str]:
        """`accord ...` with these settings, from its start to its end."""
        with tempfile.TemporaryDirectory(prefix="accord-said-") as home:
            output, errors = Path(home, "output"), Path(home, "errors")
            told = self.start("command", arguments=arguments, env=environment(**settings), cwd=cwd, output=output, errors=errors).result(LASTS_S)
            return subprocess.CompletedProcess(arguments, told["status"], output.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8"))

    def close(self) -> None:
        """Ends it, not those it made."""
        self.control.close()
        self.process.wait(ENDS_WITHIN_S)


def said(**settings: object) -> dict[str, str]:
    """Settings as variables of an environment."""
    return {name: value for name, value in environment(**settings).items() if name.startswith("ACCORD_")}


@contextlib.contextmanager
def nursery(*modules: str, before: tuple[str, ...] = ()) -> Iterator[Nursery]:
    """A nursery, closed in the end."""
    made = Nursery(*modules, before=before)
    try:
        yield made
    finally:
        made.close()


@functools.cache
def at_hand() -> Nursery:
    """Where the commands of all tests come from."""
    made = Nursery("app.build.printout", "app.cli", "app.digest", "app.meeting", "app.metrics", "app.notes")
    atexit.register(made.close)
    return made
