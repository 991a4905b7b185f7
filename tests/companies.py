"""Small companies written as rows, built with settings passed one by one, and asked; and the command line as a person runs it."""

import csv
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.build import Built, build
from app.filters import Period
from app.metrics import Answer, ask, catalogue
from app.serving import Scorecard, open_current
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
KEPT = {"ACCORD_CHROMIUM"}  # says where the browser is, nothing about the numbers
_NOTES = tempfile.TemporaryDirectory(prefix="accord-notes-")  # stays empty unless a site is started without notes of its own

ASKED = ("month", "channel", "owner", "industry", "reason")

Rows = Sequence[Mapping[str, object]] | str | bytes
Tables = Mapping[str, Rows]


def settings_of(**values: object) -> Settings:
    """Settings with defaults for all that is not given, whatever a file .env says."""
    return Settings(_env_file=None, **values)


@dataclass(frozen=True)
class Company:
    """A small company: where it lies, what its build said, and its numbers."""

    folder: Path
    built: Built
    settings: Settings

    @property
    def card(self) -> Scorecard:
        """Its scorecard, open."""
        return open_current(self.settings.scorecard)

    def ask(self, metric: str, start: str = "2020-01-01", end: str = "2030-01-01", by: str = "", **where: str | Sequence[str]) -> Answer:
        """One question; days are ISO dates, `by` is names with blanks between."""
        chosen = {name: (values,) if isinstance(values, str) else tuple(values) for name, values in where.items()}
        return ask(self.card, metric, Period(date.fromisoformat(start), date.fromisoformat(end)), by.split(), chosen)

    def value(self, metric: str, start: str = "2020-01-01", end: str = "2030-01-01", **where: str) -> object:
        """The one value of a question without dimensions."""
        return self.ask(metric, start, end, **where).row["value"]

    def table(self, name: str) -> dict[str, object]:
        """What the build reported of one raw table."""
        return next(row for row in self.built.tables if row["table_name"] == name)

    def all_numbers(self, start: str = "2020-01-01", end: str = "2030-01-01") -> dict[str, object]:
        """Every metric, whole and by some of its dimensions."""
        period = Period(date.fromisoformat(start), date.fromisoformat(end))
        return {
            f"{name} by {dim}": [dict(row) for row in ask(self.card, name, period, (dim,) if dim else ()).rows]
            for name, metric in catalogue().items()
            for dim in ("", *ASKED)
            if not dim or dim in metric.dims
        }


def write_tables(folder: Path, tables: Tables) -> None:
    """Writes CSV files: `lead` is canonical's, `salesforce/lead` another source's; text and bytes are written as they stand."""
    for name, rows in tables.items():
        source, _, table = name.rpartition("/")
        path = folder / (source or "canonical") / (table if "." in table else f"{table}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_csv(rows))


def as_csv(rows: Rows) -> bytes:
    """Rows as a CSV file; None is an empty field."""
    if isinstance(rows, bytes):
        return rows
    if isinstance(rows, str):
        return rows.encode()
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def build_company(folder: Path, tables: Tables, maps: Tables | None = None, **settings: object) -> Company:
    """Writes a company's extracts and maps below `folder` and builds it there."""
    write_tables(folder / "extracts", tables)
    (folder / "maps").mkdir(parents=True, exist_ok=True)
    for name, rows in (maps or {}).items():
        (folder / "maps" / f"{name}.csv").write_bytes(as_csv(rows))
    return build_folder(folder, **settings)


def build_folder(folder: Path, **settings: object) -> Company:
    """Builds the company whose extracts/ and maps/ lie in `folder`, into its build/."""
    chosen = settings_of(**{"extracts": folder / "extracts", "maps": folder / "maps", "scorecard": folder / "build", **settings})
    return Company(folder, build(chosen), chosen)


def environment(**settings: object) -> dict[str, str]:
    """This process's environment with every setting said, so that neither a shell nor a file .env nor the tester's own notes have a word."""
    said = {name: field.default for name, field in Settings.model_fields.items()} | {"notes_url": f"sqlite:///{_NOTES.name}/notes.db"} | settings
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_") or name in KEPT}
    return plain | {f"ACCORD_{name.upper()}": str(value) for name, value in said.items() if value is not None}


def run_accord(*arguments: str, cwd: Path = ROOT, **settings: object) -> subprocess.CompletedProcess[str]:
    """`accord ...` in a process of its own, in which the program is loaded already."""
    if sys.platform != "linux":
        return run_program(*arguments, cwd=cwd, **settings)
    from nursery import at_hand  # which asks this module for an environment

    return at_hand().accord(*arguments, cwd=cwd, **settings)


def run_program(*arguments: str, cwd: Path = ROOT, **settings: object) -> subprocess.CompletedProcess[str]:
    """`python -m app` as a person runs it."""
    command = [sys.executable, "-m", "app", *arguments]
    env = environment(**settings) | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)
