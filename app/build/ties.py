"""Which rows of the raw tables belong together: those that share an id, as the comments of schema.sql say.

A part of the company that is closed under these ties can be built by itself, and gives the rows that it has in the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from app.build.casts import literal, quoted
from app.build.contract import Table

PERSON, OPPORTUNITY, ACCOUNT, EMAIL = "person", "opportunity", "account", "email"


@dataclass(frozen=True)
class Tie:
    """A column that holds ids of a kind, or a list of them with semicolons between."""

    column: str
    kind: str
    is_list: bool = False

    @property
    def ids(self) -> str:
        """SQL of the ids of a row; of several, one row each."""
        value = f"unnest(string_split({quoted(self.column)}, ';'))" if self.is_list else quoted(self.column)
        value = f"trim({value})" if self.is_list or self.kind == EMAIL else value
        return f"lower({value})" if self.kind == EMAIL else value


@dataclass(frozen=True)
class TiedTable:
    """A raw table whose rows belong to people or deals."""

    source: str
    table: Table
    ties: tuple[Tie, ...]
    names: tuple[Tie, ...]
    has_removed: bool
    has_added: bool

    @property
    def name(self) -> str:
        """Its name in SQL."""
        return f"{quoted(f'raw_{self.source}')}.{quoted(self.table.name)}"

    @property
    def added(self) -> str:
        """Its rows that the build before had not."""
        return self._in_state("added")

    @property
    def removed(self) -> str:
        """Its rows that only the build before had."""
        return self._in_state("removed")

    @property
    def rows(self) -> str:
        """A query of its rows of this build, and those that only the build before had."""
        return f"(from state.{self.name}{f' union all by name from {self.removed}' if self.has_removed else ''})"

    @property
    def differing(self) -> str:
        """A query of its rows that came or went since the build before."""
        sides = [side for side, is_there in ((self.added, self.has_added), (self.removed, self.has_removed)) if is_there]
        return "(" + " union all by name ".join(f"from {side}" for side in sides) + ")"

    def _in_state(self, role: str) -> str:
        return f"state.{quoted(f'{role}_{self.source}')}.{quoted(self.table.name)}"


def tied_tables(con: duckdb.DuckDBPyConnection, source: str, contract: dict[str, Table]) -> list[TiedTable]:
    """The tables of a source that have ties, with what is known of their changes."""
    added, removed = (_in_state(con, f"{side}_{source}") for side in ("added", "removed"))
    found = []
    for table in contract.values():
        ties = tuple(Tie(column.name, column.ties, column.lists == "semicolon") for column in table.columns if column.ties)
        names = tuple(Tie(column.name, column.names) for column in table.columns if column.names)
        if ties:
            found.append(TiedTable(source, table, ties, names, table.name in removed, table.name in added))
    return found


def _in_state(con: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    query = "select table_name from information_schema.tables where table_catalog = 'state' and table_schema = ?"
    return {row[0] for row in con.execute(query, [schema]).fetchall()}


class Closure:
    """Ids of what has changed and all that is tied to it, in the temporary table tied(kind, id).

    `leaves` are tables whose rows tell only what people did: they are asked last, as they are large and seldom tie two people.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, tables: list[TiedTable], leaves: set[str]) -> None:
        self.con = con
        self.tables = tables
        self.leaves = [table for table in tables if table.table.name in leaves]
        self.core = [table for table in tables if table.table.name not in leaves]
        con.execute("create or replace temp table tied (kind varchar, id varchar)")
        con.execute("create or replace temp table found (kind varchar, id varchar)")
        self._find_lonely()
        self.at_hand = {table: self._take_ids(number, table) for number, table in enumerate(tables) if len(self._ways(table)) > 1}

    def _take_ids(self, number: int, table: TiedTable) -> str:
        """The ids of a table that is asked again and again; of a leaf only those that stand together, as few do."""
        ways = self._ways(table)
        columns = ", ".join(dict.fromkeys([*(quoted(tie.column) for tie in ways), "_origin"]))
        several = ""
        if table in self.leaves and not any(tie.is_list for tie in ways):
            tells = [f"{quoted(tie.column)} in (select id from lonely)" if tie.kind == ACCOUNT else f"{quoted(tie.column)} is not null" for tie in ways]
            several = f" where {' + '.join(f'coalesce(cast({tell} as integer), 0)' for tell in tells)} > 1"
        self.con.execute(f"create or replace temp table at_hand_{number} as select {columns} from {table.rows}{several}")
        return f"at_hand_{number}"

    def _find_lonely(self) -> None:
        """Accounts with a deal that nobody belongs to: every touch of the account may be one of that deal, so the account ties."""
        both = [(table, one, two) for table in self.tables for one in table.ties for two in table.ties if (one.kind, two.kind) == (OPPORTUNITY, PERSON)]
        peopled = " union all ".join(f"select {one.ids} as id from state.{t.name} where {quoted(two.column)} is not null" for t, one, two in both)
        of_deals = [table for table in self.tables if {tie.kind for tie in table.ties} == {OPPORTUNITY}]
        accounts = " union all ".join(
            f"select {two.ids} as id from state.{t.name} where {one.ids} not in (select id from peopled where id is not null)"
            for t in of_deals for one in t.ties for two in t.names if two.kind == ACCOUNT
        )  # fmt: skip
        empty = "select cast(null as varchar) as id limit 0"
        self.con.execute(f"create or replace temp table lonely as with peopled as ({peopled or empty}) select distinct id from ({accounts or empty}) where id <> ''")
        self.has_lonely = bool(self.con.execute("select 1 from lonely limit 1").fetchall())

    def start_with_changes(self, tables: list[TiedTable]) -> None:
        """Starts with the rows that came or went."""
        for table in tables:
            if table.has_added or table.has_removed:
                self._find(table, table.differing)

    def start_with_times(self, tables: list[TiedTable], before: datetime, now: datetime) -> None:
        """Starts with the rows that have a time between the moments of the two builds: what lay ahead may be past now."""
        for table in tables:
            newest = self.con.execute("select max(newest_at) from state.main.freshness_before where source = ? and table_name = ?", [table.source, table.table.name])
            lies_ahead = any(row[0] is not None and row[0] > min(before, now) for row in newest.fetchall())
            times = [quoted(c.name) for c in table.table.columns if c.type in ("TIMESTAMP", "DATE") and (c.may_lie_ahead or lies_ahead)]
            if times and before != now:
                ahead = " or ".join(f"({name} > $1 and {name} <= $2)" for name in times)
                columns = ", ".join(dict.fromkeys(quoted(tie.column) for tie in self._ways(table)))
                self.con.execute(f"create or replace temp table hit as select {columns} from state.{table.name} where {ahead}", sorted([before, now]))
                self._find(table, "hit")

    def start_with_names(self, kind: str, ids: str) -> None:
        """Starts with the rows that name one of the ids (a query)."""
        for table in self.tables:
            for name in table.names:
                if name.kind == kind:
                    self._find(table, f"(from {table.rows} where {quoted(name.column)} in ({ids}))")

    def expand(self) -> None:
        """Follows the ties until nothing new is found."""
        unasked = "create or replace temp table unasked (kind varchar, id varchar)"
        self.con.execute(unasked)
        while self._take_found():
            self.con.execute("insert into unasked from frontier")
            self._follow(self.core, "frontier")
            if not self.con.execute("select 1 from (from found except from tied) limit 1").fetchall():
                self._follow(self.leaves, "unasked")
                self.con.execute(unasked)

    def keep(self, name: str, kind: str) -> None:
        """Leaves the ids of a kind that are tied so far in a temporary table."""
        self.con.execute(f"create or replace temp table {name} as select id from tied where kind = {literal(kind)}")

    def _ways(self, table: TiedTable) -> list[Tie]:
        return [*table.ties, *(name for name in table.names if self.has_lonely and name.kind == ACCOUNT)]

    def _find(self, table: TiedTable, rows: str) -> None:
        for tie in self._ways(table):
            lonely = " and id in (select id from lonely)" if tie.kind == ACCOUNT else ""
            self.con.execute(f"insert into found select distinct {literal(tie.kind)}, id from (select {tie.ids} as id from {rows}) where id <> ''{lonely}")

    def _take_found(self) -> bool:
        self.con.execute("create or replace temp table frontier as select distinct kind, id from found except from tied")
        self.con.execute("create or replace temp table found (kind varchar, id varchar)")
        return bool(self.con.execute("insert into tied from frontier").fetchall()[0][0])

    def _follow(self, tables: list[TiedTable], known: str) -> None:
        """Finds what the rows that have a known id are tied to besides."""
        kinds = {row[0] for row in self.con.execute(f"select distinct kind from {known}").fetchall()}
        for table in tables:
            ties = self._ways(table)
            asked = [tie for tie in ties if tie.kind in kinds]
            if len(ties) > 1 and asked:
                columns = ", ".join(dict.fromkeys(quoted(tie.column) for tie in ties))
                rows = self.at_hand[table]
                hits = " union all ".join(f"select {columns} from {rows} where {_among(tie, rows, known)}" for tie in asked)
                self.con.execute(f"create or replace temp table hit as {hits}")
                self._find(table, "hit")

    def restrict(self, table: TiedTable) -> None:
        """Makes the raw table in the connection's catalog, with those rows alone that are tied to what has changed, or new.

        All ties of a row are known or none is, so that its first one tells.
        """
        parts, unset = [], "true"
        single = [tie for tie in table.ties if not tie.is_list]
        for kind in dict.fromkeys(tie.kind for tie in single):
            alike = [tie for tie in single if tie.kind == kind]
            parts.append(f"from state.{table.name} where {unset} and coalesce({', '.join(tie.ids for tie in alike)}) in {_known(kind, 'tied')}")
            unset += "".join(f" and {quoted(tie.column)} is null" for tie in alike)
        for tie in (tie for tie in table.ties if tie.is_list):
            parts.append(f"from state.{table.name} where {unset} and {_among(tie, f'state.{table.name}', 'tied')}")
            unset += f" and {quoted(tie.column)} is null"
        if table.has_added:
            parts.append(f"from {table.added} where {unset}")
        self.con.execute(f"create table {table.name} as {' union all by name '.join(parts)}")

    def restrict_before(self, table: TiedTable, now: str) -> None:
        """Makes the same of the build before, from that of this build (in the catalog `now`) and what came and went."""
        added = f" where _origin not in (select _origin from {table.added})" if table.has_added else ""
        removed = f" union all by name from {table.removed}" if table.has_removed else ""
        self.con.execute(f"create table {table.name} as from {now}.{table.name}{added}{removed}")

    def forget(self) -> None:
        """Drops its tables."""
        for name in ("tied", "found", "frontier", "unasked", "hit", "lonely", *self.at_hand.values()):
            self.con.execute(f"drop table if exists temp.{name}")

    def share(self, catalog: str) -> float:
        """The share of all rows of these tables that the part holds."""
        return self._count(catalog) / max(1, self._count("state"))

    def _count(self, catalog: str) -> int:
        return sum(self.con.execute(f"select count(*) from {catalog}.{table.name}").fetchall()[0][0] for table in self.tables)


def _known(kind: str, known: str) -> str:
    return f"(select id from {known} where kind = {literal(kind)})"


def _among(tie: Tie, rows: str, known: str) -> str:
    if not tie.is_list:
        return f"{tie.ids} in {_known(tie.kind, known)}"
    return f"_origin in (select _origin from (select _origin, {tie.ids} as id from {rows}) where id in {_known(tie.kind, known)})"


def restricted_models(reads: dict[str, frozenset[str]], tied: Iterable[str]) -> set[str]:
    """Models that rest on tied tables (as raw.TABLE), directly or through others; `reads` says what each model reads."""
    found: set[str] = set()
    tied = set(tied)
    while more := {name for name, read in reads.items() if name not in found and read & (tied | found)}:
        found |= more
    return found
