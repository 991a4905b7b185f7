"""The SQL files of queries/ and their headers: comment lines `-- key: value` before the first line of SQL."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from app.errors import QueryError

QUERIES = Path(__file__).resolve().parent.parent / "queries"


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
