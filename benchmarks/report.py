"""Measurements as a table for people and as JSON: medians with what surrounds them, beside the floor and the target."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median


@dataclass
class Measured:
    """One thing measured several times: `runs` in `unit`; `floor` are the runs of what it is held against.

    `target` is the most that it may be: a multiple of the floor's median where there is a floor, else in its own unit; `of` names
    the run that is held against it (median, p95, max).
    """

    name: str
    unit: str
    runs: list[float]
    floor: list[float] = field(default_factory=list)
    target: float | None = None
    of: str = "median"
    note: str = ""

    @property
    def value(self) -> float:
        """The figure that counts."""
        return figures(self.runs)[self.of]

    @property
    def ratio(self) -> float | None:
        """How many times the floor it is."""
        return self.value / median(self.floor) if self.floor else None

    @property
    def is_within(self) -> bool | None:
        """Whether it keeps its target; None where it has none."""
        held = self.value if self.ratio is None else self.ratio
        return None if self.target is None else held <= self.target


def figures(runs: Sequence[float]) -> dict[str, float]:
    """Least, median, 95th and 99th percentile, most."""
    ordered = sorted(runs)
    at = lambda share: ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]  # noqa: E731
    return {"min": ordered[0], "median": median(ordered), "p95": at(0.95), "p99": at(0.99), "max": ordered[-1]}


def print_table(measured: Sequence[Measured]) -> None:
    """One line for each thing measured."""
    head = ("", "unit", "runs", "min", "median", "p95", "max", "floor", "ratio", "target", "", "")
    rows = [head, *(_line(one) for one in measured)]
    wide = [max(len(row[place]) for row in rows) for place in range(len(head))]
    for row in rows:
        print("  ".join(text.ljust(wide[place]) if place in (0, 1, 10, 11) else text.rjust(wide[place]) for place, text in enumerate(row)).rstrip())


def _line(one: Measured) -> tuple[str, ...]:
    shown = figures(one.runs)
    floor, ratio = (write(median(one.floor)), f"{one.ratio:.2f}") if one.ratio is not None else ("", "")
    target = "" if one.target is None else f"{write(one.target)}{' x' if one.floor else ''}"
    kept = {None: "", True: "within", False: "NOT within"}[one.is_within]
    held = "" if one.of == "median" or not kept else f" ({one.of})"
    return (one.name, one.unit, str(len(one.runs)), *(write(shown[name]) for name in ("min", "median", "p95", "max")), floor, ratio, target, kept + held, one.note)


def write(value: float) -> str:
    """Three figures, no more."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def write_json(path: Path, facts: dict[str, object], measured: Sequence[Measured]) -> None:
    """Everything measured, with every run, and the machine it was measured on."""
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    rows = [asdict(one) | figures(one.runs) | {"ratio": one.ratio, "is_within": one.is_within} for one in measured]
    path.write_text(json.dumps({**facts, "machine": machine, "measured": rows}, indent=1, default=str) + "\n", encoding="utf-8")
