"""The SQL files of queries/ and their headers: comment lines `-- key: value` before the first line of SQL."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from app.errors import QueryError
from app.filters import DIMENSIONS, MODELS, SCOPES, TIME_DIMENSIONS, Where

QUERIES = Path(__file__).resolve().parent.parent / "queries"
ANSWER = "-- answer"


@dataclass(frozen=True)
class SqlFile:
    """One SQL file: its name without ending, its header, and its text without the header."""

    name: str
    header: dict[str, str]
    body: str

    def words(self, key: str) -> tuple[str, ...]:
        """A header entry that is a list, split at commas and blanks."""
        return tuple(filter(None, re.split(r"[,\s]+", self.header.get(key, ""))))


def read_file(path: Path) -> SqlFile:
    """One SQL file. A header line that is indented carries on the one before it; one without a key is a remark."""
    header: dict[str, str] = {}
    key = ""
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if not line.startswith("--"):
            return SqlFile(path.stem, header, "\n".join(lines[number:]).strip())
        text = line[2:].strip()
        match = re.match(r"([a-z_]+): (.*)", text)
        if match:
            key = match[1]
            header[key] = match[2]
        elif key and line.startswith("--    "):
            header[key] += " " + text
    raise QueryError(f"{path.name} has no SQL.")


def read_folder(folder: Path) -> dict[str, SqlFile]:
    """All SQL files of a folder by name, without schema.sql."""
    return {path.stem: read_file(path) for path in sorted(folder.glob("*.sql")) if path.stem != "schema"}


def record_part(sql: str) -> str:
    """The part of a metric's query that selects the records; the last CTE is `record`."""
    return sql.split(ANSWER)[0].rstrip().removesuffix(",")


def fill(sql: str, part: tuple[str, ...], by: tuple[str, ...], where: Where, model: str = MODELS[0], scope: str = SCOPES[0]) -> str:
    """Fills the marks of a metric's query from the closed list of dimensions; values of the reader are bound, never written in.

    `part` are the dimensions by which a record is split (the header's dims_part).
    """
    marks = {
        "{by}": listed(by),
        "{filters}": filters(where),
        "{by.whole}": listed(name for name in by if name not in part),
        "{filters.whole}": filters({name: values for name, values in where.items() if name not in part}),
        "{filters.part}": filters({name: values for name, values in where.items() if name in part}),
        "{splits.part}": _truth(any(name in part for name in by)),
        "{model}": model,
        "{scope}": scope,
        **{f"{{asks.{name}}}": _truth(name in by or name in where) for name in DIMENSIONS},
    }
    for mark, text in marks.items():
        sql = sql.replace(mark, text)
    return sql


def listed(names: Iterable[str]) -> str:
    """Columns at the head of a select list."""
    return "".join(f"{name}, " for name in names)


def filters(where: Where) -> str:
    """The condition for chosen values, each bound as $f_DIMENSION."""
    tests = [
        f"{name} in (select unnest($f_{name}::date[]))" if name in TIME_DIMENSIONS else f"list_contains($f_{name}::varchar[], coalesce(cast({name} as varchar), ''))"
        for name in where
    ]
    return " and ".join(tests) or "true"


def _truth(holds: bool) -> str:
    return "true" if holds else "false"


@cache
def tables_read(sql: str) -> frozenset[str]:
    """Names of the tables a select reads (schema.table or table), without its own CTEs."""
    parsed = json.loads(duckdb.execute("select json_serialize_sql($1::varchar)", [sql]).fetchall()[0][0])
    if parsed.get("error"):
        raise QueryError(f"SQL cannot be parsed: {parsed.get('error_message')}")
    names: set[str] = set()
    ctes: set[str] = set()
    _collect(parsed["statements"], names, ctes)
    return frozenset(names - ctes)


def _collect(node: object, names: set[str], ctes: set[str]) -> None:
    if isinstance(node, list):
        for item in node:
            _collect(item, names, ctes)
    elif isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            names.add(".".join(filter(None, [node.get("schema_name"), node["table_name"]])))
        for cte in (node.get("cte_map") or {}).get("map", []):
            ctes.add(cte["key"])
        for value in node.values():
            _collect(value, names, ctes)


def in_order(files: dict[str, SqlFile]) -> list[SqlFile]:
    """Files so that each comes after those it reads. Raises QueryError on a circle."""
    reads = {name: (tables_read(file.body) | {*file.words("repeat")}) & files.keys() - {name} for name, file in files.items()}
    done: list[SqlFile] = []
    while reads:
        ready = sorted(name for name, needed in reads.items() if not needed & reads.keys())
        if not ready:
            raise QueryError(f"These SQL files read each other in a circle: {', '.join(sorted(reads))}.")
        done += [files[name] for name in ready]
        reads = {name: needed for name, needed in reads.items() if name not in ready}
    return done
