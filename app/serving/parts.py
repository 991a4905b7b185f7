"""What of a generation one reader may see. All restricted readers share an engine that knows no table of its own: each scope has a schema
in it, with a view for every table that queries/access has a rule for. A table without a rule is not there.
"""

import threading
from functools import lru_cache

import duckdb

from app.access import Scope
from app.queries import QUERIES, SqlFile, in_order, read_file, read_folder, tables_read
from app.serving.watch import Cursors

ACCESS = QUERIES / "access"
OF_THE_WHOLE = ("spend",)  # conformed tables that belong to no part of a company


class Parts:
    """The parts of one generation that are open, each in the schema that its scope's key names. They end with the generation."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._open: dict[Scope, Cursors] = {}
        self._lock = threading.Lock()

    def open(self, scope: Scope) -> Cursors:
        """Where to ask, once the schema of this scope is there."""
        with self._lock:
            if scope not in self._open:
                cursor = self.connection.cursor()
                cursor.begin()
                _fill(cursor, scope)
                cursor.commit()
                self._open[scope] = Cursors(self.connection, f"use {scope.key}")
            return self._open[scope]


def rules() -> dict[str, SqlFile]:
    """The rule of each table that restricted readers may see some of."""
    return read_folder(ACCESS)


@lru_cache(maxsize=1)
def _rules_in_order() -> list[SqlFile]:
    return in_order(rules())


def _fill(cursor: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    cursor.execute(f"create schema {scope.key}")
    cursor.execute(f"use {scope.key}")
    cursor.execute("create table part (dimension varchar, value varchar)")
    values = read_file(ACCESS / "parts" / "values.sql").body
    for dimension, value in scope.part:
        cursor.execute(values, {"dimension": dimension, "value": value})
    for path in (ACCESS / "roles" / f"{scope.role}.sql", ACCESS / "parts" / f"{'whole' if scope.is_whole else 'part'}.sql"):
        cursor.execute(read_file(path).body)
    there = {row[0] for row in cursor.execute("select table_name from information_schema.tables where table_catalog = 'scorecard'").fetchall()}
    for rule in _rules_in_order():
        if rule.name not in there and f"scorecard.{rule.name}" in tables_read(rule.body):
            continue  # a build of an earlier version, which did not publish it
        cursor.execute(f"create {'table' if rule.header.get('kept') else 'view'} {rule.name} as {rule.body}")


def part_of_facts(facts: dict, scope: Scope) -> dict:
    """What a build knew, as far as it is about a reader's part: costs and earlier builds' values are those of the whole company.

    `withheld` names the tables that the extracts supply and a part does not have.
    """
    if scope.is_whole:
        return facts if scope.sees_records else facts | {"compared_with": None}
    withheld = [table for table in OF_THE_WHOLE if table in facts["supplied"]]
    return facts | {"supplied": [table for table in facts["supplied"] if table not in withheld], "withheld": withheld, "compared_with": None}
