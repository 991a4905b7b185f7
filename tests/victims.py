"""A process that has the program loaded and forks others off itself, in no time: those that a test kills, starves of room, or lets meet.

Run as `python victims.py MODULE ...` with a socket for its standard input; each message is a job of JOBS with its arguments, and carries
the pipe in which its process tells how far it is. It opens no database itself, so that a fork has nothing of it in hand.
"""

import contextlib
import io
import json
import os
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

from app.errors import CallerError

Tell = Callable[..., None]
FILES = {"posix", "fcntl"}  # modules whose functions touch files


def main() -> None:
    """Forks until the other end of the socket is closed."""
    signal.signal(signal.SIGCHLD, _reap)
    for name in sys.argv[1:]:
        import_module(name)
    control = socket.socket(fileno=0)
    while True:
        text, pipes, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not text:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _work(pipes[0], json.loads(text))
        os.close(pipes[0])
        control.send(str(pid).encode())


def _reap(number: int, frame: object) -> None:
    """Nobody else waits for them: the end of their pipe says that they are gone."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _work(pipe: int, job: dict[str, object]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def tell(**said: object) -> None:
        os.write(pipe, json.dumps(said, default=str).encode() + b"\n")

    try:
        JOBS[job.pop("do")](tell, **job)
    except BaseException as fault:
        tell(fault=f"{type(fault).__name__}: {fault}", at=traceback.format_exc())
    os._exit(0)


def at_step(number: int, act: Callable[[], None], touches: bool = True) -> list[int]:
    """Acts at the n-th step from now on, and returns the count of steps: just before and just after each call of a function of C that
    touches a file or folder, or of any.
    """
    steps = [0]

    def count(frame: object, event: str, called: object) -> None:
        if event in ("c_call", "c_return") and (not touches or called is open or called.__module__ in FILES or isinstance(called.__self__, io.IOBase)):
            steps[0] += 1
            if steps[0] == number:
                act()

    sys.setprofile(count)
    return steps


def end_at_once() -> None:
    """As an operator's `kill -9`, or the kernel's for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


# --- builds --------------------------------------------------------------------------------------


def build_company(
    tell: Tell, folder: str, full: bool = False, since: float = 0.0, killed_at: int = 0, made: str = "", opened: str = "", stopped_at: int = 0,
    large: int = 0, clock_s: int = 0, **settings: object,
) -> None:
    """A build. It is killed at a step after a share of it, or stopped at a step after it has opened a file, until it is told to go on. Where
    it is `made` already, that scorecard takes the place of what it would compute. A table may be `large` sooner, and the clock wrong.
    """
    from companies import settings_of

    from app import build as room
    from app.build import load

    counted: list[list[int]] = []

    def watch(share: float, step: str) -> None:
        if share >= since and not opened and not counted:
            counted.append(at_step(killed_at, end_at_once))
        if share >= 0.98 and opened:
            sys.setprofile(None)

    def listen(event: str, told: tuple[object, ...]) -> None:
        if event == "open" and opened and str(told[0]) == opened and not counted:
            counted.append(at_step(stopped_at, lambda: _stop(tell), touches=False))

    sys.addaudithook(listen)
    if made:
        room._build = lambda job, why: _as_made(job, Path(made))
    load.LARGE = large or load.LARGE
    _turn_clock(clock_s)
    home = Path(folder)
    chosen = settings_of(**{"extracts": home / "extracts", "maps": home / "maps", "scorecard": home / "build"} | settings)
    tell(began=True)
    try:
        said = {"way": room.build(chosen, watch, full=full).facts["way"]}
    except CallerError as fault:
        said = {"refused": str(fault)}
    sys.setprofile(None)
    tell(**said, steps=counted[0][0] if counted else 0)


def _stop(tell: Tell) -> None:
    tell(stopped=True)
    os.kill(os.getpid(), signal.SIGSTOP)


def _turn_clock(seconds: int) -> None:
    """Lets the program read another time than it is."""
    real, parts = time.time, time.gmtime
    time.time = lambda: real() + seconds
    time.gmtime = lambda at=None: parts(time.time() if at is None else at)


def _as_made(job: object, made: Path) -> object:
    """What another build computed, under the name of this one."""
    from app.build import Built
    from app.build.state import state_path

    shutil.copyfile(made / "scorecard.duckdb", job.folder / "scorecard.duckdb")
    shutil.copyfile(made / "state.duckdb", state_path(job.settings.scorecard, job.folder.name))
    return Built(None, json.loads((made / "build.json").read_text()), [], [], [], [])


def command(tell: Tell, arguments: list[str], env: dict[str, str], cwd: str, output: str, errors: str) -> None:
    """`accord ...` as from a shell; tells the exit status."""
    from app.cli import main as accord

    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    _say_to(output, errors)
    sys.argv = ["accord", *arguments]
    try:
        status = accord(arguments)
    except SystemExit as end:  # the parser's
        status = end.code
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    tell(status=status)


def _say_to(output: str, errors: str) -> None:
    for number, path in ((1, output), (2, errors)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)


def call(tell: Tell, function: str, **arguments: object) -> None:
    """A function of one of the tests' modules; tells what it returns."""
    module, _, name = function.partition(":")
    tell(result=getattr(import_module(module), name)(**arguments))


def serve(tell: Tell, port: int, env: dict[str, str], output: str) -> None:
    """The site, as `accord serve` becomes it."""
    from app.site import main as serve_site

    os.environ.update(env)
    _say_to(output, output)
    sys.argv = ["accord", "--server.port", str(port)]
    serve_site()


def write_notes(tell: Tell, url: str, killed_at: int = 0) -> None:
    """Writes notes for ever, and tells the id of each as soon as it is kept; killed at a step of it."""
    from databases import write_until_killed

    at_step(killed_at, end_at_once, touches=False)
    write_until_killed(url, SimpleNamespace(send=lambda kept: tell(kept=kept)))


JOBS: dict[str, Callable[..., None]] = {"build": build_company, "command": command, "call": call, "serve": serve, "notes": write_notes}

if __name__ == "__main__":
    main()
    os._exit(0)
