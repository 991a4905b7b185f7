"""Every pinned package is told in docs/dependencies.md, under a licence we may use, with nothing known against it that is not told."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from dependencies import ACCEPTED, ALLOWED, PAGE, UNCHECKED, is_affected, licence, pinned, read_advisories, rows_of, verdict, write

PACKAGES = pinned()
WRITTEN = rows_of(PAGE.read_text())
AGAIN = "run tests/dependencies.py again"

JINJA = """id: PYSEC-1
published: "2026-01-02T00:00:00Z"
modified: "2099-01-01T00:00:00Z"
affected:
- package: {name: Jinja2, ecosystem: PyPI}
  ranges:
  - type: ECOSYSTEM
    events: [{introduced: "0"}, {fixed: "2.9"}, {introduced: "3.0"}, {last_affected: "3.1.2"}]
  - type: GIT
    events: [{introduced: "0"}]
  versions: ["3.5.dev1"]
"""


def test_every_pinned_package_is_told_as_it_is_pinned() -> None:
    assert len(PACKAGES) > 80 and {"streamlit", "pytest", "pyspark"} <= {package.name for package in PACKAGES}
    assert {package.name: (",".join(package.versions), package.why) for package in PACKAGES} == {name: (row[0], row[2]) for name, row in WRITTEN.items()}, AGAIN


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_its_licence_is_one_we_may_use_and_what_the_package_itself_says(package: object) -> None:
    told = WRITTEN[package.name][1]
    assert set(re.findall(r"[\w.-]+", told)) - {"AND", "OR"} <= ALLOWED.keys(), told
    assert (licence(package.name) or told) == told, AGAIN


def test_nothing_is_known_against_a_pinned_version_but_what_is_lived_with() -> None:
    known = {(name, advisory) for name, row in WRITTEN.items() for advisory in re.findall(r"[A-Z]+-[\w-]+", row[3])}
    assert known == ACCEPTED.keys()
    assert not [name for name, row in WRITTEN.items() if UNCHECKED in row[3]], "new in the locks: run tests/dependencies.py with advisories"
    assert re.search(r"Checked on \d{4}-\d\d-\d\d against [\d,]+ advisories", PAGE.read_text())


@pytest.mark.parametrize(
    ("version", "is_held"), [("2.8", True), ("2.9", False), ("2.10.1", False), ("3.0", True), ("3.1.2", True), ("3.1.3", False), ("3.5.dev1", True)]
)
def test_an_advisory_holds_for_the_versions_it_names(tmp_path: Path, version: str, is_held: bool) -> None:
    (tmp_path / "one.yaml").write_text(JINJA)
    (advisory,) = read_advisories(tmp_path, date(2026, 2, 1)).by_package["jinja2"]
    assert is_affected(version, advisory) == is_held


def test_a_package_that_an_advisory_holds_for_is_told(tmp_path: Path) -> None:
    """Of both forms; what was withdrawn, or is of another registry, holds for nothing."""
    bad = {"id": "GHSA-2", "published": "2026-01-05T00:00:00Z", "affected": [{"package": {"name": "jinja2", "ecosystem": "PyPI"}, "ranges": [EVERY]}]}
    others = [bad | {"id": "GHSA-3", "withdrawn": "2026-01-06T00:00:00Z"}, bad | {"id": "GHSA-4", "affected": [{"package": {"name": "jinja2", "ecosystem": "npm"}}]}]
    (tmp_path / "one.yaml").write_text(JINJA)
    for entry in (bad, *others):
        (tmp_path / f"{entry['id']}.json").write_text(json.dumps(entry))
    found = read_advisories(tmp_path, date(2026, 2, 1))
    assert (found.count, found.newest) == (4, date(2026, 1, 5))
    (jinja,) = (package for package in PACKAGES if package.name == "jinja2")
    assert verdict(jinja, found) == "GHSA-2; 1 of other versions"
    page = write(found, date(2026, 2, 1), PAGE.read_text())
    assert rows_of(page)["jinja2"][3] == "GHSA-2; 1 of other versions" and rows_of(page)["duckdb"][3] == "none"
    assert "against 4 advisories of PyPA's database, the newest of 2026-01-05: they were 27 days old" in page


EVERY = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}


def test_a_raised_pin_is_not_checked_until_it_is() -> None:
    row = re.search(r"^\| jinja2 \| (\S+) ", PAGE.read_text(), re.M)
    before = PAGE.read_text().replace(row[0], row[0].replace(row[1], "0.1"))
    page = rows_of(write(None, date(2026, 2, 1), before))
    assert (page["jinja2"][3], page["duckdb"][3]) == (UNCHECKED, WRITTEN["duckdb"][3])
