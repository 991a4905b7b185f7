"""Writes docs/dependencies.md: every pinned package, its licence, why it is here, and what is known against it. It needs no network:

    .venv/bin/python tests/dependencies.py --advisories FOLDER

FOLDER is a copy of PyPA's advisory database, or OSV's export for PyPI, unpacked. Without it the page is written anew from the locks, and what is new
in them stays "not checked", which tests/test_dependencies.py refuses. Licences are read from the packages that are installed; of others
(those of Apache Spark, where that is not installed, and of other systems) what the page said before is kept.
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import metadata
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
LOCKS = {"requirements": "the site", "requirements-dev": "tests", "requirements-spark": "builds on Spark", "requirements-pyspark": "builds on Spark"}
UNKNOWN, UNCHECKED = "not known here", "not checked"
PINNED = re.compile(r"^([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==(\S+)(.*?)(?=^\S|\Z)", re.M | re.S)
ROW = re.compile(r"^\| (\S+) \| (\S+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)

# What each licence asks of who runs or passes on Accord. Another one needs a decision first.
ALLOWED = {
    "0BSD": "nothing", "Apache-2.0": "keep the notices", "BSD-2-Clause": "keep the notice", "BSD-3-Clause": "keep the notice", "CC0-1.0": "nothing",
    "LGPL-3.0-only": "keep it a package that can be replaced, as it is", "MIT": "keep the notice", "MIT-0": "nothing", "MIT-CMU": "keep the notice",
    "MPL-2.0": "changes to its own files stay open; none are made", "PSF-2.0": "keep the notice", "Zlib": "keep the notice",
}  # fmt: skip
# What packages say in words of their own that SPDX has another name for.
SPOKEN = {
    "3-Clause BSD License": "BSD-3-Clause", "Apache 2.0": "Apache-2.0", "Apache License 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause", "MIT License": "MIT", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}  # fmt: skip
# Read in the package's own licence files: metadata of the first says none (axe-core, which lies inside, is Mozilla's), and of the others depends on the system.
READ = {"axe-playwright-python": "MIT AND MPL-2.0", "colorama": "BSD-3-Clause", "wheel": "MIT"}
# Advisories that hold for a pinned version and are lived with: (package, advisory) and why. None at present.
ACCEPTED: dict[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Package:
    """A pinned package: its versions (more than one where Pythons differ), what for, who asks for it ("" is we ourselves)."""

    name: str
    versions: tuple[str, ...]
    used_by: str
    asked_by: tuple[str, ...]

    @property
    def why(self) -> str:
        """Why it is here, in words."""
        others = [name for name in self.asked_by if name]
        direct = [f"asked for by us ({self.used_by})"] if "" in self.asked_by else [f"for {self.used_by}"]
        return "; ".join(direct + ([f"needed by {', '.join(others)}"] if others else []))


@dataclass
class Advisories:
    """What a database of advisories knows: its newest entry's day, how many there are, and those of each package."""

    newest: date = date.min
    count: int = 0
    by_package: dict[str, list[Mapping]] = field(default_factory=dict)


def pinned(locks: Mapping[str, str] = LOCKS, folder: Path = ROOT) -> list[Package]:
    """All packages of all locks by name; of a package in several, the first that pins it says what for."""
    found: dict[str, Package] = {}
    for lock, used_by in locks.items():
        text = (folder / f"{lock}.lock").read_text()
        for name, version, rest in PINNED.findall(text):
            before = found.get(name)
            asked = {"" if one.startswith("-r ") else one for one in _via(rest)} or {""}
            versions = dict.fromkeys((*(before.versions if before else ()), version))
            found[name] = Package(name, tuple(versions), before.used_by if before else used_by, tuple(sorted({*(before.asked_by if before else ()), *asked})))
    return sorted(found.values(), key=lambda one: one.name)


def _via(rest: str) -> list[str]:
    """Who asks for a package, by the comments of its lock; a constraint file asks for nothing."""
    said = rest.partition("# via")[2]
    return [name for line in said.splitlines() if (name := line.strip(" #")) and not name.startswith("-c ")]


def licence(name: str) -> str | None:
    """An installed package's licence as SPDX writes it, by its own metadata; None if nobody can tell here. Raises KeyError where it says none we know."""
    if name in READ:
        return READ[name]
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if expression := said.get("License-Expression"):
        return expression
    if (short := said.get("License", "")) in {*ALLOWED, *SPOKEN}:
        return SPOKEN.get(short, short)
    classes = {one.rpartition(" :: ")[2] for one in said.get_all("Classifier", []) if one.startswith("License ::")} - {"OSI Approved"}
    return " OR ".join(sorted(SPOKEN[one] for one in classes)) or SPOKEN[short]


def read_advisories(folder: Path, today: date) -> Advisories:
    """Every advisory of a folder of OSV files (YAML or JSON) that is not withdrawn. Days that are still to come are slips of somebody's pen."""
    found = Advisories()
    for entry in _entries(folder):
        found.count += 1
        days = [date.fromisoformat(str(entry[name])[:10]) for name in ("modified", "published") if name in entry]
        found.newest = max([found.newest, *(day for day in days if day <= today)])
        for affected in entry.get("affected", []):
            package = affected.get("package", {})
            if package.get("ecosystem") == "PyPI" and "withdrawn" not in entry:
                found.by_package.setdefault(canonicalize_name(package["name"]), []).append({**affected, "id": entry["id"]})
    return found


def _entries(folder: Path) -> Iterator[Mapping]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yaml", ".json"):
            text = path.read_text(encoding="utf-8")
            entry = json.loads(text) if path.suffix == ".json" else yaml.load(text, loader)  # noqa: S506 (a safe loader)
            if isinstance(entry, dict) and "affected" in entry:
                yield entry


def is_affected(version: str, affected: Mapping) -> bool:
    """Whether an advisory holds for a version, as OSV defines it: it is listed, or lies in a range."""
    ranges = [one["events"] for one in affected.get("ranges", []) if one["type"] == "ECOSYSTEM"]
    return version in affected.get("versions", []) or any(_is_inside(Version(version), events) for events in ranges)


def _is_inside(version: Version, events: Sequence[Mapping[str, str]]) -> bool:
    inside = False
    for kind, at in sorted((pair for event in events for pair in event.items()), key=lambda pair: Version(pair[1])):
        if kind == "introduced" and version >= Version(at):
            inside = True
        elif (kind == "fixed" and version >= Version(at)) or (kind == "last_affected" and version > Version(at)):
            inside = False
    return inside


def verdict(package: Package, advisories: Advisories) -> str:
    """What is known against a package's pinned versions."""
    known = advisories.by_package.get(canonicalize_name(package.name), [])
    held = sorted({one["id"] for one in known if any(is_affected(version, one) for version in package.versions)})
    earlier = len({one["id"] for one in known}) - len(held)
    said = [f"{', '.join(held)}"] if held else ["none"]
    return "; ".join(said + ([f"{earlier} of other versions"] if earlier else []))


def rows_of(page: str) -> dict[str, tuple[str, str, str, str]]:
    """A page's rows by package: versions, licence, why, what is known."""
    return {name: rest for name, *rest in (tuple(part.strip() for part in row) for row in ROW.findall(page)) if name != "package" and not name.startswith("-")}


def write(advisories: Advisories | None, checked_on: date, before: str) -> str:
    """The page; what this machine cannot tell is as it was `before`."""
    old, rows = rows_of(before), []
    for package in pinned():
        versions = ",".join(package.versions)
        was = old.get(package.name, ("", UNKNOWN, "", UNCHECKED))
        known = verdict(package, advisories) if advisories else was[3] if was[0] == versions else UNCHECKED
        rows.append(f"| {package.name} | {versions} | {licence(package.name) or was[1]} | {package.why} | {known} |")
    asks = "\n".join(f"| {name} | {ask} |" for name, ask in ALLOWED.items())
    lived = "\n".join(f"- {name}, {advisory}: {why}" for (name, advisory), why in ACCEPTED.items()) or "None at present."
    done = _done(advisories, checked_on) if advisories else re.search(r"<!-- checked -->\n(.*?)\n<!-- /checked -->", before, re.S)[1]
    return PAGE_TEXT.format(rows="\n".join(rows), asks=asks, lived=lived, done=done)


def _done(advisories: Advisories, checked_on: date) -> str:
    age = (checked_on - advisories.newest).days
    return (
        f"Checked on {checked_on} against {advisories.count:,} advisories of PyPA's database, the newest of {advisories.newest}: they were {age:,} days old. "
        "“None”\nsays that nothing known by then holds for the pinned version, and nothing of what was found since."
    )


PAGE_TEXT = """# Dependencies

Written by `tests/dependencies.py`, held to the locks by `tests/test_dependencies.py`: every pinned package stands here with its version, its licence is
one of those below, and none is pinned in a version that an advisory holds for, unless that is lived with and said here.

<!-- checked -->
{done}
<!-- /checked -->

To check again, without a network: get a copy of PyPA's advisory database (the repository `pypa/advisory-database`) or of OSV's export for PyPI to this machine, and

```
.venv/bin/python tests/dependencies.py --advisories FOLDER
```

Do so after each change of a pin, and with fresh advisories before each release and at least once a month in service. Where an advisory holds for a
pinned version, raise the pin; where there is no fix, say in `ACCEPTED` of `tests/dependencies.py` why it can be lived with.

Advisories lived with: {lived}

## Packages

| package | version | licence | why it is here | known against it |
|---|---|---|---|---|
{rows}

Two versions: the first for Python 3.11, the second for newer ones. Streamlit brings its own JavaScript, and PySpark its own Java libraries; neither is
listed by package here. Of others there are, besides, the fonts: Inter (`static/`, `app/digest/fonts/`) and Noto (`app/digest/fonts/`), OFL-1.1, with
their licences beside them.

## Licences

| licence | asks of whoever runs Accord, or passes it on |
|---|---|
{asks}
"""


def main() -> None:
    """Writes the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--advisories", type=Path, metavar="FOLDER", help="a copy of a database of advisories, as OSV writes them")
    folder = parser.parse_args().advisories
    PAGE.write_text(write(read_advisories(folder, date.today()) if folder else None, date.today(), PAGE.read_text() if PAGE.exists() else ""))


if __name__ == "__main__":
    main()
