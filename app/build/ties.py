"""Which rows of the raw tables belong together: those that share an id, as the comments of schema.sql say.

A part of the company that is closed under these ties can be built by itself, and gives the rows that it has in the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from app.build.casts import literal, quoted
from app.build.contract import Table
from app.build.load import Pick
from app.build.versions import Place

OPPORTUNITY, EMAIL = "opportunity", "email"


@dataclass(frozen=True)
class Tie:
    """A column that holds ids of a kind, or a list of them with semicolons between."""

    column: str
    kind: str
    is_list: bool = False

    @property
    def ids(self) -> str:
        """SQL of the ids of a row; of several, one row each."""
        return self._ids(quoted(self.column))

    @property
    def in_braces(self) -> str:
        """The same with the column in braces."""
        return self._ids(f"{{{self.column}}}")

    def _ids(self, column: str) -> str:
        value = f"unnest(string_split({column}, ';'))" if self.is_list else column
        value = f"trim({value})" if self.is_list or self.kind == EMAIL else value
        return f"lower({value})" if self.kind == EMAIL else value


@dataclass(frozen=True)
class TiedTable(Place):
    """A raw table of the state whose rows belong to people or deals. `pick` gives those of its rows that fulfil a condition, where it is large."""

    ties: tuple[Tie, ...] = ()
    names: tuple[Tie, ...] = ()
    has_removed: bool = False
    has_added: bool = False
    pick: Pick | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """Its name in any catalog."""
        return Place(self.source, self.table).raw

    @property
    def rows(self) -> str:
        """A query of its rows of this build, and those that only the build before had."""
        return f"(from {self.raw}{f' union all by name from {self.removed}' if self.has_removed else ''})"

    @property
    def differing(self) -> str:
        """A query of its rows that came or went since the build before."""
        sides = [side for side, is_there in ((self.added, self.has_added), (self.removed, self.has_removed)) if is_there]
        return "(" + " union all by name ".join(f"from {side}" for side in sides) + ")"

    def where(self, condition: str) -> str:
        """A query of its rows that fulfil a condition, in which columns stand in braces."""
        return self.pick(condition) if self.pick else f"from {self.raw} where {_columns(condition, self)}"


def tied_tables(con: duckdb.DuckDBPyConnection, source: str, contract: dict[str, Table], picks: dict[str, Pick]) -> list[TiedTable]:
    """The tables of a source that have ties, with what is known of their changes, and how large ones are read."""
    added, removed = (_in_state(con, f"{side}_{source}") for side in ("added", "removed"))
    found = []
    for table in contract.values():
        ties = tuple(Tie(column.name, column.ties, column.lists == "semicolon") for column in table.columns if column.ties)
        names = tuple(Tie(column.name, column.names) for column in table.columns if column.names)
        if ties:
            found.append(TiedTable(source, table, "state", ties, names, table.name in removed, table.name in added, picks.get(table.name)))
    return found


def _in_state(con: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    query = "select table_name from information_schema.tables where table_catalog = 'state' and table_schema = ?"
    return {row[0] for row in con.execute(query, [schema]).fetchall()}


class Closure:
    """Ids of what has changed and all that is tied to it, in the temporary table tied(kind, id).

    `leaves` are tables whose rows tell only what people did: they are asked when all else is found, and then deals tie nobody any more,
    as what people did does not change to whom a deal belongs.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, tables: list[TiedTable], leaves: set[str]) -> None:
        self.con = con
        self.leaves = [table for table in tables if table.table.name in leaves and all(tie.kind != OPPORTUNITY for tie in table.ties)]
        self.core = [table for table in tables if table not in self.leaves]
        self.apart: set[str] = set()
        for name in ("tied", "found", "unasked"):
            con.execute(f"create or replace temp table {name} (kind varchar, id varchar)")
        self.at_hand = {table: self._take_ids(number, table) for number, table in enumerate(tables) if len(table.ties) > 1}

    def _take_ids(self, number: int, table: TiedTable) -> str:
        """The ids of a table that is asked again and again; of a leaf only those that stand together, as few do."""
        columns = ", ".join(dict.fromkeys([*(quoted(tie.column) for tie in table.ties), "_origin"]))
        several = ""
        if table in self.leaves and not any(tie.is_list for tie in table.ties):
            several = f" where {' + '.join(f'cast({quoted(tie.column)} is not null as integer)' for tie in table.ties)} > 1"
        self.con.execute(f"create or replace temp table at_hand_{number} as select {columns} from {table.rows}{several}")
        return f"at_hand_{number}"

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
                columns = ", ".join(dict.fromkeys(quoted(tie.column) for tie in table.ties))
                self.con.execute(f"create or replace temp table hit as select {columns} from {table.raw} where {ahead}", sorted([before, now]))
                self._find(table, "hit")

    def start_with_names(self, tables: list[TiedTable], unread: set[str]) -> None:
        """Starts with the rows that name something that is in the table named(kind, id), but for the kinds that are `unread`."""
        kinds = {row[0] for row in self.con.execute("select distinct kind from named").fetchall()} - unread
        for table in tables:
            for name in table.names:
                if name.kind in kinds:
                    self._find(table, f"(from {table.rows} where {quoted(name.column)} in {_known(name.kind, 'named')})")

    def expand(self) -> None:
        """Follows the ties of all but leaves until nothing new is found."""
        while self._take_found():
            self._follow(self.core, "frontier")

    def expand_to_leaves(self) -> None:
        """Follows all ties but those of deals until nothing new is found."""
        self.apart = {OPPORTUNITY}
        self.expand()
        while self.con.execute("select 1 from unasked limit 1").fetchall():
            self._follow(self.leaves, "unasked")
            self.con.execute("delete from unasked")
            self.expand()

    def keep(self, name: str, kind: str) -> None:
        """Leaves the ids of a kind that are tied so far in a temporary table."""
        self.con.execute(f"create or replace temp table {name} as select id from tied where kind = {literal(kind)}")

    def _find(self, table: TiedTable, rows: str) -> None:
        for tie in table.ties:
            if tie.kind not in self.apart:
                self.con.execute(f"insert into found select distinct {literal(tie.kind)}, id from (select {tie.ids} as id from {rows}) where id <> ''")

    def _take_found(self) -> bool:
        self.con.execute("create or replace temp table frontier as select distinct kind, id from found except from tied")
        self.con.execute("create or replace temp table found (kind varchar, id varchar)")
        self.con.execute("insert into unasked from frontier")
        return bool(self.con.execute("insert into tied from frontier").fetchall()[0][0])

    def _follow(self, tables: list[TiedTable], known: str) -> None:
        """Finds what the rows that have a known id are tied to besides."""
        kinds = {row[0] for row in self.con.execute(f"select distinct kind from {known}").fetchall()}
        for table in tables:
            asked = [tie for tie in table.ties if tie.kind in kinds]
            if len(table.ties) > 1 and asked:
                columns = ", ".join(dict.fromkeys(quoted(tie.column) for tie in table.ties))
                rows = self.at_hand[table]
                hits = " union all ".join(f"select {columns} from {rows} where {_among(tie, rows, known)}" for tie in asked)
                self.con.execute(f"create or replace temp table hit as {hits}")
                self._find(table, "hit")

    def restrict(self, table: TiedTable) -> None:
        """Makes the raw table in the connection's catalog, with those rows alone that are tied to what has changed, or new.

        All ties of a row are known or none is, so that its first one tells; those of deals are known if all that is tied to them is.
        """
        parts, unset = [], "true"
        single = [tie for tie in table.ties if not tie.is_list]
        for kind in dict.fromkeys(tie.kind for tie in single):
            alike = [tie for tie in single if tie.kind == kind]
            parts.append(table.where(f"{unset} and coalesce({', '.join(tie.in_braces for tie in alike)}) in {_known(kind, 'tied')}"))
            unset += "".join(f" and {{{tie.column}}} is null" for tie in alike)
        for tie in (tie for tie in table.ties if tie.is_list):
            parts.append(f"from {table.raw} where {_columns(unset, table)} and {_among(tie, table.raw, 'tied')}")
            unset += f" and {{{tie.column}}} is null"
        if table.has_added:
            parts.append(f"from {table.added} where {_columns(unset, table)}")
        self.con.execute(f"create table {table.name} as {' union all by name '.join(parts)}")

    def restrict_before(self, table: TiedTable, now: str) -> None:
        """Makes the same of the build before, from that of this build (in the catalog `now`) and what came and went."""
        self.con.execute(f"create table {table.name} as {rows_before(table, f'{now}.{table.name}', table.has_added, table.has_removed)}")

    def forget(self) -> None:
        """Drops its tables."""
        for name in ("tied", "found", "frontier", "unasked", "hit", *self.at_hand.values()):
            self.con.execute(f"drop table if exists temp.{name}")

    def share(self, catalog: str) -> float:
        """The share of all rows of these tables that the part holds."""
        return self._count(catalog) / max(1, self._count("state"))

    def _count(self, catalog: str) -> int:
        return sum(self.con.execute(f"select count(*) from {catalog}.{table.name}").fetchall()[0][0] for table in (*self.core, *self.leaves))


def rows_before(place: Place, rows: str, has_added: bool = True, has_removed: bool = True) -> str:
    """A query of a raw table's rows as the build before had them, from those of this build."""
    added = f" where _origin not in (select _origin from {place.added})" if has_added else ""
    return f"from {rows}{added}{f' union all by name from {place.removed}' if has_removed else ''}"


def _columns(condition: str, place: Place) -> str:
    return condition.format_map({column.name: quoted(column.name) for column in place.table.columns})


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
