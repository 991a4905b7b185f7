"""What all tests share: the sample company, built once. Nothing of the tester's own settings reaches a test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import companies
import pytest

from app.build import build
from app.sample import make_company
from app.serving import Scorecard, open_current

SAMPLE_SEED = 7


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
