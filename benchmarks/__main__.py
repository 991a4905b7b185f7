"""Measures how fast Accord is, over invented companies of 150 thousand (S), 2 million (M) and 20 million touches (L).

Prints each figure with its runs, beside the floor measured in the same run and the target that it has. Never part of the tests.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks import build, load, pages, questions
from benchmarks.generate import SIZES, Company, make
from benchmarks.report import Measured, print_table, write_json

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("build", "questions", "pages", "load")


def main() -> None:
    """The command line."""
    arguments = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers it started end with it
    measured: list[Measured] = []
    facts = {"repo": str(arguments.repo), "sizes": arguments.size, "load_average": os.getloadavg()}
    for size in arguments.size:
        for part in _of_size(arguments, size):
            for one in part:
                one.name = f"{size}: {one.name}"
            measured += part
            if arguments.out:
                write_json(arguments.out, facts, measured)  # after each part, as a long run may be cut short
    print_table([*measured, *_growth(measured)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", nargs="+", choices=SIZES, default=["M"], help="how large a company, or several (M)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="what to measure (all)")
    parser.add_argument("--runs", type=int, default=7, help="how often each thing is measured (7)")
    parser.add_argument("--draws", type=int, default=40, help="how many random choices of filters each page's questions are asked with (40)")
    parser.add_argument("--viewers", type=int, nargs="+", default=[1, load.CROWD], metavar="N", help="how many viewers at once, one crowd after another (1 20)")
    parser.add_argument("--minutes", type=float, default=1.5, help="how long each crowd stays (1.5)")
    parser.add_argument("--repo", type=_here, default=ROOT, metavar="DIR", help="measure another checkout of Accord (this one)")
    parser.add_argument("--data", type=_here, default=ROOT / "data" / "bench", metavar="DIR", help="where the companies are kept (data/bench); made where missing")
    parser.add_argument("--scorecard", type=_here, metavar="DIR", help="ask this built scorecard instead of building one")
    parser.add_argument("--out", type=_here, metavar="FILE", help="write all runs as JSON, too")
    return parser


def _here(text: str) -> Path:
    return Path(text).absolute()


def _of_size(arguments: argparse.Namespace, size: str) -> Iterator[list[Measured]]:
    """What is measured over one company, part by part."""
    company, scratch = arguments.data / size, arguments.data / size / f"work-{os.getpid()}"
    try:
        if not (company / "increment").exists():
            yield _make(company, SIZES[size])
        if "build" in arguments.only:
            yield build.measure(arguments.repo, company, scratch, arguments.runs)
        scorecard = arguments.scorecard or scratch / "build"
        if set(arguments.only) - {"build"} and not scorecard.exists():
            yield [Measured("one full build", "s", [build.full(arguments.repo, company, scratch).wall_s])]
        if "questions" in arguments.only:
            yield questions.measure(arguments.repo, scorecard, arguments.draws)
        if "pages" in arguments.only:
            yield pages.measure(arguments.repo, scorecard, arguments.runs)
        if "load" in arguments.only:
            yield load.measure(arguments.repo, scorecard, arguments.viewers, arguments.minutes)
    finally:
        build.remove(scratch)


def _make(company: Path, touches: int) -> list[Measured]:
    start = time.perf_counter()
    make(Company(touches), company)
    return [Measured("company made", "s", [time.perf_counter() - start], target=60)]


def _growth(measured: list[Measured]) -> list[Measured]:
    """How much more the questions of a page take for ten times the rows."""
    medians = {one.name[0]: median(one.runs) for one in measured if one.name[2:] == " questions of a page"}
    if not {"M", "L"} <= medians.keys():
        return []
    return [Measured("questions, L for each of M", "times", [medians["L"] / medians["M"]], target=SIZES["L"] / SIZES["M"])]


if __name__ == "__main__":
    main()
