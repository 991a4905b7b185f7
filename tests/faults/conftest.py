"""What tests of faults are given."""

import os
import random
import sys
from collections.abc import Iterator

import pytest
from nursery import Nursery, nursery

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]  # its signals, pipes and small disks


@pytest.fixture(scope="module")
def builders() -> Iterator[Nursery]:
    """Where builds to be killed come from."""
    with nursery("app.build", "app.cli", "companies") as made:
        yield made


@pytest.fixture
def draw() -> random.Random:
    """The moments of a test, the same each time; `FAULTS_SEED=...` chooses others."""
    seed = os.environ.get("FAULTS_SEED", "7")
    print(f"FAULTS_SEED={seed}")
    return random.Random(seed)
