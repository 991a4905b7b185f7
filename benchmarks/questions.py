"""Times the questions of a page: each page is drawn in this process with filters drawn from the closed lists, never asked before,
and what passes between a question and its answer is added up: while the page is drawn, and once more by themselves. Runs in a process of its own, which
takes `app` from any checkout.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.build import environment
from benchmarks.report import Measured

PAGES = ("scorecard", "marketing", "sales")
KEYS = ("segment", "region", "channel", "industry")
DRAWN_WITHIN_S = 300
WARM = 3
Choice = dict[str, str]


def measure(repo: Path, scorecard: Path, draws: int, seed: int = 1) -> list[Measured]:
    """Milliseconds that the questions of each page take together, and the whole of the server's work beside them."""
    from app.cli import ALLOCATOR  # here, as the process of its own takes `app` from `repo`

    command = [sys.executable, "-m", "benchmarks.questions", str(repo), "--draws", str(draws), "--seed", str(seed)]
    settings = {"ACCORD_SCORECARD": str(scorecard), "ACCORD_NOTES_URL": f"sqlite:///{scorecard.parent}/notes.db", "GLIBC_TUNABLES": ALLOCATOR}
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, env=environment(repo, **settings), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the questions could not be asked: {done.stderr[-2000:]}")
    pages = json.loads(done.stdout.splitlines()[-1])
    drawn, alone = ([run for page in pages.values() for run in page[name]] for name in ("asked_ms", "alone_ms"))
    return [
        Measured("questions of a page, by themselves", "ms", alone, target=50),
        Measured("questions of a page, by themselves, 95th percentile", "ms", alone, target=120, of="p95"),
        Measured("questions of a page, while it is drawn", "ms", drawn, target=50),
        Measured("questions of a page, while it is drawn, 95th percentile", "ms", drawn, target=120, of="p95"),
        *(Measured(f"questions of {name}", "ms", page["asked_ms"], note=f"{page['count']:.0f} questions") for name, page in pages.items()),
        *(Measured(f"whole run of {name}", "ms", page["run_ms"]) for name, page in pages.items()),
        *(Measured(f"whole run of {name}, processors", "ms", page["cpu_ms"]) for name, page in pages.items()),
    ]


class Clock:
    """Notes when questions are under way; where several are at once the time counts once."""

    def __init__(self) -> None:
        self.spans: list[tuple[float, float, Callable[[], object]]] = []  # start, end, and how to ask it again

    def timing(self, ask: Callable[..., object]) -> Callable[..., object]:
        """The same function, noted."""

        def timed(*arguments: object, **named: object) -> object:
            start = time.perf_counter()
            try:
                return ask(*arguments, **named)
            finally:
                self.spans.append((start, time.perf_counter(), lambda: ask(*arguments, **named)))

        return timed

    def take(self) -> tuple[float, int]:
        """Milliseconds with a question under way since the last call, and the number of questions."""
        total, until = 0.0, 0.0
        for start, end, _ in sorted(self.spans, key=lambda one: one[:2]):
            total += max(0.0, end - max(start, until))
            until = max(until, end)
        count = len(self.spans)
        self.spans.clear()
        return total * 1000, count

    def again(self) -> float:
        """Milliseconds that the questions since the last call take when two threads, as on the site, ask them with nothing else to do."""
        longest = sorted(self.spans, key=lambda one: one[0] - one[1])
        with ThreadPoolExecutor(2) as askers:
            list(askers.map(int, (0, 0)))  # the threads are there
            start = time.perf_counter()
            list(askers.map(lambda one: one[2](), longest))
            return (time.perf_counter() - start) * 1000


def choices_of(periods: list[str], values: dict[str, list[str]], seed: int) -> Iterator[Choice]:
    """What readers could choose: a period and a value of one to three filters; none twice."""
    chance, seen = random.Random(seed), set()
    while True:
        keys = chance.sample(KEYS, chance.randint(1, 3))
        chosen = {"period": chance.choice(periods)} | {key: chance.choice(values[key]) for key in sorted(keys)}
        if (mark := tuple(chosen.items())) not in seen:
            seen.add(mark)
            yield chosen


def _draw(repo: Path, name: str, chosen: Choice) -> None:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(repo / "streamlit_app.py"), default_timeout=DRAWN_WITHIN_S)
    for key, value in chosen.items():
        app.query_params[key] = value
    if name != "scorecard":
        app.switch_page(f"pages/{name}/{name}.py")
    app.run()
    if app.exception or app.error:
        raise RuntimeError(f"{name} with {chosen} failed: {[one.value for one in (*app.exception, *app.error)]}")


def _measured(repo: Path, name: str, chosen: Iterator[Choice], draws: int, clock: Clock) -> dict[str, object]:
    found: dict[str, list[float]] = {"asked_ms": [], "alone_ms": [], "run_ms": [], "cpu_ms": []}
    counts = []
    for _ in range(WARM):
        _draw(repo, name, next(chosen))
    clock.take()
    for _ in range(draws):
        start, cpu = time.perf_counter(), time.process_time()
        _draw(repo, name, next(chosen))
        found["run_ms"].append((time.perf_counter() - start) * 1000)
        found["cpu_ms"].append((time.process_time() - cpu) * 1000)
        found["alone_ms"].append(clock.again())
        asked, count = clock.take()
        found["asked_ms"].append(asked)
        counts.append(count)
    return found | {"count": sum(counts) / len(counts)}


def main() -> None:
    """Draws the pages of the checkout named and prints what was measured as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("repo", type=Path)
    parser.add_argument("--draws", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    sys.path.insert(0, str(arguments.repo))
    from app.metrics import choices, presets
    from app.serving import Scorecard, open_current

    card = open_current(Path(os.environ["ACCORD_SCORECARD"]))
    chosen = choices_of(list(presets(card)), {key: choices(card, key) for key in KEYS}, arguments.seed)
    clock = Clock()
    name = "_asked" if hasattr(Scorecard, "_asked") else "query"  # the one way to the engine; in older checkouts `query` itself
    setattr(Scorecard, name, clock.timing(getattr(Scorecard, name)))
    print(json.dumps({name: _measured(arguments.repo, name, chosen, arguments.draws, clock) for name in PAGES}))


if __name__ == "__main__":
    main()
