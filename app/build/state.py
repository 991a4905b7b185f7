"""The state: what a build keeps so that the next one need only look at what is new.

It lies beside the generations as state-GENERATION.duckdb, named after the one in service. A build takes it under its own name
before it changes it, so that two builds never share one, and a killed build leaves none: then the next is built in full.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from app.build.casts import literal
from app.build.files import stamp_of
from app.build.publish import CURRENT
from app.queries import QUERIES
from app.settings import SIGN_IN, Settings

LONGEST = 50  # builds on one state: rows brought up to date lie behind the others, no longer in the order in which pages ask
# Settings that no number depends on.
NO_NUMBERS = {
    "scorecard", "sample", "memory_limit", "engine", "spark_url", "spark_url_file", "question_seconds", "metrics_from",
    "notes_url", "smtp_url", "digest_from", "digest_to", *SIGN_IN,
}


class BuildInFull(Exception):
    """Why a build cannot rest on the one before: half a sentence."""


@dataclass(frozen=True)
class Kept:
    """What an earlier build left in the state: its generation, the moment it was true at, how many builds rest on it."""

    generation: str
    as_of: datetime
    builds: int


def state_path(scorecard: Path, generation: str) -> Path:
    """Where the state of a generation lies."""
    return scorecard / f"state-{generation}.duckdb"


def claim_state(scorecard: Path, generation: str) -> str:
    """Takes the state of the generation in service for `generation`; returns the name of the one it was of.

    Raises BuildInFull where there is none.
    """
    try:
        current = (scorecard / CURRENT).read_text(errors="replace").strip()
    except OSError:
        raise BuildInFull("there was no earlier one") from None
    try:
        state_path(scorecard, current).rename(state_path(scorecard, generation))
    except OSError:
        raise BuildInFull("the earlier one left nothing to go on from") from None
    return current


def return_state(scorecard: Path, generation: str, current: str) -> None:
    """Gives back a state that was not changed."""
    state_path(scorecard, generation).rename(state_path(scorecard, current))


def basis(settings: Settings) -> str:
    """A digest of all that a scorecard depends on but the extracts, what people wrote, and the moment: maps, queries, settings, program."""
    digest = hashlib.sha256(f"{duckdb.__version__} {settings.model_dump_json(exclude=NO_NUMBERS | {'as_of'})}".encode())
    stamp_folders(digest, settings.maps, QUERIES, settings.sources or QUERIES, Path(__file__).parent)
    return digest.hexdigest()


def stamp_folders(digest: "hashlib._Hash", *folders: Path) -> None:
    """Adds the path, size and time of change of every file; what comes and goes meanwhile is no fault."""
    for folder in folders:
        for path in sorted(Path(home) / name for home, _, names in os.walk(folder) for name in names if not name.endswith(".pyc")):
            digest.update(f"{path}:{stamp_of(path)}".encode(errors="surrogateescape"))


def open_state(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Attaches the file as the catalog `state`; makes it where there is none."""
    try:
        con.execute(f"attach {literal(str(path))} as state")
    except duckdb.Error:
        raise BuildInFull("what the earlier one left cannot be read") from None


def read_state(con: duckdb.DuckDBPyConnection, current: str, basis: str, sources: list[str]) -> Kept:
    """What the state says of itself. Raises BuildInFull where it is of another build, or of other sources, settings, maps or queries."""
    try:
        text = con.execute("select kept from state.main.build_state").fetchall()[0][0]
    except (duckdb.Error, IndexError):
        raise BuildInFull("what the earlier one left cannot be read") from None
    said = json.loads(text)
    if said["generation"] != current:
        raise BuildInFull("what is there is not of the build in service")
    if said["basis"] != basis:
        raise BuildInFull("settings, maps, queries or the program have changed")
    if said["sources"] != sources:
        raise BuildInFull(f"sources have come or gone: {', '.join(sorted({*said['sources']} ^ {*sources}))}")
    if said["builds"] >= LONGEST:
        raise BuildInFull(f"{LONGEST} builds rest on one another by now")
    return Kept(said["generation"], datetime.fromisoformat(said["as_of"]), said["builds"])


def sign_state(con: duckdb.DuckDBPyConnection, basis: str, sources: list[str], generation: str, as_of: datetime, builds: int) -> None:
    """Says whose state it is from now on. `basis` is what it was when the build began: what has changed since, the next one reads."""
    kept = json.dumps({"generation": generation, "basis": basis, "sources": sources, "as_of": as_of.isoformat(), "builds": builds})
    con.execute("create or replace table state.main.freshness_before as from state.main.freshness")
    con.execute("create or replace table state.main.build_state as select ?::varchar as kept", [kept])
