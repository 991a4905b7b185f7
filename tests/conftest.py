"""What all tests share: the sample company, built once. Nothing of the tester's own settings reaches a test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import companies
import pytest
from databases import opened, postgresql_server
from hypothesis import settings

from app.build import build
from app.notes import Notes
from app.sample import make_company
from app.serving import Scorecard, open_current
from dev import find_postgresql

SAMPLE_SEED = 7
# The same cases each time, so that a run today and in a year agree; `--hypothesis-profile=default` looks for new ones.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")


# Begun first, so that a run does not end on one of them alone.
LONGEST = ("test_spark.py", "test_incremental.py", "test_access.py", "test_sign_in.py", "test_accessibility.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side, those of a file stay together. Those with a browser come last: the quick ones speak first, and the event
    loop that Playwright keeps open in its thread is in nobody's way.
    """
    items.sort(key=lambda item: ("browser" in item.path.parts, item.path.name not in LONGEST))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.path.name))


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_the_tester() -> Iterator[None]:
    """Takes ACCORD_ variables away for the whole run."""
    own = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("ACCORD_") and name not in companies.KEPT}
    yield
    os.environ.update(own)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company: a folder with extracts/, maps/ and build/."""
    folder = tmp_path_factory.mktemp("sample")
    make_company(folder, SAMPLE_SEED)
    build(companies.settings_of(extracts=folder / "extracts", maps=folder / "maps", scorecard=folder / "build"))
    return folder


@pytest.fixture(scope="session")
def sample_card(sample_folder: Path) -> Scorecard:
    """The sample company's scorecard, open."""
    return open_current(sample_folder / "build")


@pytest.fixture
def build_company() -> Callable[..., companies.Company]:
    """`build_company(folder, tables, maps, **settings)`: see companies.build_company."""
    return companies.build_company


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[..., str]]:
    """A PostgreSQL server for all tests: a function that makes an empty database and returns its URL. Skips where there is none."""
    programs = find_postgresql()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine (on Debian: apt-get install postgresql)")
    with postgresql_server(programs) as make:
        yield make


@pytest.fixture(params=["sqlite", "postgresql"])
def notes_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    return request.getfixturevalue("postgresql")() if request.param == "postgresql" else f"sqlite:///{tmp_path}/notes.db"


@pytest.fixture
def notes(notes_url: str) -> Iterator[Notes]:
    """Empty notes in each kind of database in turn."""
    with opened(notes_url) as empty:
        yield empty
