"""What the tests of faults share: victims to kill, a tiny company whose numbers can be worked out by hand, and what must hold after each fault."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from companies import ROOT, as_csv, environment
from servers import until

import app.serving
from app.filters import Period
from app.metrics import ask
from app.serving import Scorecard, latest_generation, open_current

HERE = Path(__file__).parent
ENDS_WITHIN_S = 60
ALWAYS = Period(date(2020, 1, 1), date(2030, 1, 1))
BESIDE = {"CURRENT", "build.lock", "last_build.json"}  # what lies beside the generations and the state


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
        until(lambda: Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
        os.kill(self.pid, signal.SIGCONT)

    def rest_of_it(self) -> list[dict[str, object]]:
        """What it says until its end."""
        said = list(iter(self.hear, None))
        os.close(self.pipe)
        return said

    def result(self) -> dict[str, object]:
        """The last it says, having ended by itself."""
        said = self.rest_of_it()
        assert said, "it was killed, and nobody meant to"
        assert "fault" not in said[-1], said[-1].get("at")
        return said[-1]


class Nursery:
    """Where victims come from: see victims.py. `before` is what its command stands behind, as `unshare -rm`."""

    def __init__(self, *modules: str, before: tuple[str, ...] = ()) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        env = environment() | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE.parent))), "OPENBLAS_NUM_THREADS": "1"}
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

    def accord(self, output: Path, *arguments: str, **settings: object) -> tuple[int, str]:
        """`accord ...` with these settings: its exit status and all it said."""
        output.unlink(missing_ok=True)
        status = self.start("command", arguments=arguments, env=said(**settings), output=output).result()["status"]
        return status, output.read_text()

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


# --- the company ---------------------------------------------------------------------------------

LEADS, DEALS = 20, 10


def write_extract(folder: Path, state: int) -> None:
    """The company in a state: its base, one lead in a file of its own for each number up to it, and as many small deals in one file."""
    home = folder / "extracts" / "canonical"
    (home / "lead_event").mkdir(parents=True, exist_ok=True)
    (folder / "maps").mkdir(exist_ok=True)
    base = [{"lead_id": f"L{n}", "stage": "handed_off", "occurred_at": "2026-03-02T09:00:00Z"} for n in range(LEADS)]
    put(home / "lead_event" / "base.csv", [*base, {"lead_id": "X", "stage": "nonsense", "occurred_at": "2026-03-02T09:00:00Z"}])
    for n in range(1, state + 1):
        put(home / "lead_event" / f"more-{n}.csv", [{"lead_id": f"M{n}", "stage": "handed_off", "occurred_at": "2026-03-03T09:00:00Z"}])
    deals = [(f"O{n}", 100) for n in range(DEALS)] + [(f"P{n}", 10) for n in range(state)]
    won = {"created_at": "2026-03-02", "closed_at": "2026-03-09", "is_won": True}
    put(home / "opportunity.csv", [{"opportunity_id": name, "amount": amount} | won for name, amount in deals])


def put(path: Path, rows: list[Mapping[str, object]]) -> None:
    """Writes a file of an extract as its loader should: whole, under another name, and then in place of the older one."""
    content = as_csv(rows)
    if not path.exists() or path.read_bytes() != content:
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        part.replace(path)


def numbers_of(state: int) -> dict[str, object]:
    """What the scorecard of a state says, worked out by hand."""
    rows = {"lead_event": (LEADS + 1 + state, LEADS + state, 1), "opportunity": (DEALS + state, DEALS + state, 0)}
    return {"lead_volume": LEADS + state, "revenue": 100 * DEALS + 10 * state, "rows": rows}


# --- what must hold ------------------------------------------------------------------------------


def served(scorecard: Path) -> dict[str, object]:
    """What a reader is served now, opened anew as a server does that has just been started, once it is found to be whole."""
    app.serving._close()
    card = open_current(scorecard)
    check_whole(scorecard, card)
    value = {name: ask(card, name, ALWAYS).row["value"] for name in ("lead_volume", "revenue")}
    return value | {"rows": {row["table_name"]: (row["rows_read"], row["kept"], row["quarantined"]) for row in card.rows("from table_report where rows_read > 0", {})}}


def check_whole(scorecard: Path, card: Scorecard) -> None:
    """One generation, all of one build: its report agrees with its tables and its facts with its settings."""
    folder = scorecard / latest_generation(scorecard)
    assert sorted(path.name for path in folder.iterdir()) == ["build.json", "scorecard.duckdb"]
    assert card.rows("select as_of from setting", {}) == [{"as_of": card.as_of}]
    for table in card.columns:
        card.rows(f'select count(*), max(columns(*)::varchar) from "{table}"', {})  # reads every block
    report = card.rows("from table_report where rows_read > 0", {})
    assert all(row["rows_read"] == row["kept"] + row["quarantined"] for row in report)
    counted = card.rows("select (select count(*) from handoff) as handoffs, (select count(*) from deal) as deals, (select count(*) from quarantine_report) as bad", {})[0]
    kept = {row["table_name"]: row["kept"] for row in report}
    assert (counted["handoffs"], counted["deals"]) == (kept["lead_event"], kept["opportunity"])
    assert counted["bad"] == sum(row["quarantined"] for row in report)


def check_tidy(scorecard: Path) -> None:
    """After a build that went through nothing lies about that an earlier, killed one left."""
    current = latest_generation(scorecard)
    assert {path.name for path in scorecard.iterdir() if not path.name.startswith("gen-")} <= BESIDE | {f"state-{current}.duckdb"}
    assert all((folder / "build.json").exists() for folder in scorecard.glob("gen-*"))
    assert (scorecard / "build.lock").read_text() == ""
