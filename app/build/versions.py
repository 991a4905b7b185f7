"""Which of a table's rows count: of the versions of one key the newest, unless that one says that the row is deleted.

All good rows of a table lie in two tables, the kept ones in `raw_SOURCE` and the others (deleted, closed, older versions) in
`spare_SOURCE`, so that a later build can decide anew where versions come or go.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import duckdb

from app.build.casts import literal, quoted
from app.build.contract import Table
from app.build.staging import CLOSED, LIVE, ROWS_PER_FILE

OLDER = "occurs more than once; the newest row was kept"
DELETED_SINCE = "occurs more than once; the newest row says that it is deleted"


@dataclass(frozen=True)
class Place:
    """Where one raw table lies, in a catalog or that of the connection, with all that belongs to it."""

    source: str
    table: Table
    catalog: str = ""

    @property
    def raw(self) -> str:
        """The rows that count."""
        return self._in("raw")

    @property
    def spare(self) -> str:
        """The good rows that do not; `_reason` says why an older version is quarantined."""
        return self._in("spare")

    @property
    def added(self) -> str:
        """Rows of `raw` that the build before did not have."""
        return self._in("added")

    @property
    def removed(self) -> str:
        """Rows of `raw` that only the build before had."""
        return self._in("removed")

    @property
    def key(self) -> str:
        """The key, as an SQL identifier."""
        return quoted(self.table.key or "")

    @property
    def columns(self) -> list[str]:
        """The contract's columns and those that tell one version of a row from another, as SQL identifiers."""
        return [*(quoted(column.name) for column in self.table.columns), "_origin", "_synced"]

    @property
    def declared(self) -> str:
        """The contract's columns with their types."""
        return ", ".join(f"{quoted(column.name)} {column.type}" for column in self.table.columns)

    def listed(self, alias: str = "") -> str:
        """The columns of `raw`."""
        return ", ".join(f"{alias}{name}" for name in self.columns)

    def _in(self, role: str) -> str:
        return f"{self.catalog and f'{self.catalog}.'}{quoted(f'{role}_{self.source}')}.{quoted(self.table.name)}"


def settle(con: duckdb.DuckDBPyConnection, place: Place, rows: str, is_large: bool = False) -> None:
    """Makes `raw` of those of `rows` (a table or query of all that the staging queries give) that count, and `spare` of the others.

    Where `is_large`, `raw` is a view, so that what lies in Parquet is not written again.
    """
    key = f"hash({place.key})" if place.table.key else "null"
    repeated = f"select {key} as key from {rows} group by key having count(*) > 1" if place.table.key else "select null as key limit 0"
    con.execute(f"create or replace temp table repeated as {repeated}")
    is_odd = f"(_fault is not null or _state <> {LIVE} or coalesce({key} in (from repeated), false))"
    if not _count(con, f"create or replace temp table odd as select * from {rows} where {is_odd}") and not is_large:
        con.execute(f"create table {place.raw} as select {place.listed()} from {rows}")
        return
    refuse(con, place, "odd")
    con.execute("delete from odd where _fault is not null")
    con.execute(f"create or replace temp table version as {_ranked(place, 'odd') if place.table.key else NO_VERSION}")
    con.execute(f"insert into {place.spare} by name {_spared(place, 'odd')}")
    if is_large:
        show_large(con, place, rows)
        return
    con.execute(f"create table {place.raw} as select {place.listed()} from {rows} where not {is_odd}")
    con.execute(f"insert into {place.raw} select {place.listed()} from odd where _origin not in (select _origin from {place.spare})")


def show_large(con: duckdb.DuckDBPyConnection, place: Place, rows: str) -> None:
    """Makes `raw` a view of those of `rows` that count."""
    (home,) = con.execute("select current_catalog()").fetchall()[0]  # a view is also asked from other catalogs
    con.execute(f"create or replace view {place.raw} as {standing(replace(place, catalog=home), rows)}")


def standing(place: Place, rows: str) -> str:
    """A query of those of `rows` that are neither refused nor spare; the place says in which catalog these lie."""
    refused = f"select r.origin from {place.catalog}.main.refused as r where r.source = {literal(place.source)} and r.table_name = {literal(place.table.name)}"
    return f"select {place.listed()} from {rows} where _origin not in (select _origin from {place.spare}) and _origin not in ({refused})"


def refuse(con: duckdb.DuckDBPyConnection, place: Place, staged: str) -> None:
    """Notes the rows that have a fault."""
    con.execute(
        f"""
        insert into refused
        select ?, ?, _origin, _fault.column, _fault.value, _fault.reason, _synced from {staged} where _fault is not null
        """,
        [place.source, place.table.name],
    )


@dataclass(frozen=True)
class Change:
    """How many rows of a raw table came and went since the build before; a corrected row is one of each."""

    added: int
    removed: int


Fetch = Callable[[list[int]], str]  # a query of the rows of a raw table by their _origin
FEW = 10_000  # rows that are fetched one by one


def settle_change(con: duckdb.DuckDBPyConnection, place: Place, staged: str, numbers: list[int], fetch: Fetch | None = None) -> Change:
    """Brings `raw` and `spare` up to date: `staged` holds all rows of the files that are new or changed, `numbers` are the files whose
    earlier rows they replace. Only keys of rows that differ are decided anew. What came and went is left in `added` and `removed`.
    Where `raw` is a view, which the caller makes anew, `fetch` reads single rows of it.
    """
    refuse(con, place, staged)
    _keep_the_difference(con, place, staged, numbers)
    _gather(con, place, staged, fetch)
    con.execute(f"create or replace temp table version as {_ranked(place, 'pool') if place.table.key else NO_VERSION}")
    leaving = f"""
        select {place.listed('o.')} from old as o where o._is_kept
        union all
        select {place.listed('p.')} from pool as p inner join version as v on v._origin = p._origin where p._is_kept and v._nth > 1
    """
    removed = _count(con, f"create table {place.removed} as {leaving}")
    added = _count(con, f"""
        create table {place.added} as
        select {place.listed('p.')} from pool as p left join version as v on v._origin = p._origin
        where not p._is_kept and p._state = {LIVE} and coalesce(v._nth, 1) = 1
    """)
    if fetch is None:
        con.execute(f"delete from {place.raw} where _origin in (select _origin from {place.removed})")
        con.execute(f"insert into {place.raw} by name from {place.added}")
    con.execute(f"delete from {place.spare} where _origin in (select _origin from old union all select _origin from pool)")
    con.execute(f"insert into {place.spare} by name {_spared(place, 'pool')}")
    con.execute(f"insert into {place.spare} by name select {place.listed()}, _state, null as _reason from {staged} where _state = {CLOSED}")
    return Change(added, removed)


NO_VERSION = "select cast(null as bigint) as _origin, cast(null as bigint) as _nth, cast(null as tinyint) as _newest limit 0"


def _keep_the_difference(con: duckdb.DuckDBPyConnection, place: Place, staged: str, numbers: list[int]) -> None:
    """Leaves in `staged` the good rows that the build before had not, and in `old` those that are there no more."""
    of_files = " or ".join(f"_origin between {number * ROWS_PER_FILE} and {(number + 1) * ROWS_PER_FILE - 1}" for number in numbers) or "false"
    con.execute(f"""
        create or replace temp table old as
        select {place.listed()}, cast({LIVE} as tinyint) as _state, true as _is_kept from {place.raw} where {of_files}
        union all
        select {place.listed()}, _state, false as _is_kept from {place.spare} where {of_files}
    """)
    equal = " and ".join(f"s.{name} is not distinct from o.{name}" for name in [*place.columns, "_state"])
    con.execute(f"create or replace temp table same as select s._origin from {staged} as s inner join old as o on {equal} where s._fault is null")
    con.execute(f"delete from {staged} where _fault is not null or _origin in (from same)")
    con.execute("delete from old where _origin in (from same)")


def _gather(con: duckdb.DuckDBPyConnection, place: Place, staged: str, fetch: Fetch | None) -> None:
    """Makes `pool` of the new rows and of the earlier ones that stay and have a key that occurs in the difference."""
    con.execute(f"create or replace temp table pool as select {place.listed()}, _state, false as _is_kept from {staged} where _state < {CLOSED}")
    if not place.table.key:
        return
    con.execute(f"""
        create or replace temp table touched as
        select {place.key} as key from pool union select {place.key} as key from old where _state < {CLOSED}
    """)
    stays = f"{place.key} in (from touched) and _origin not in (select _origin from old)"
    kept = f"{place.raw} where {stays}"
    if fetch:  # first the keys alone are read
        origins = [row[0] for row in con.execute(f"select _origin from {kept}").fetchall()]
        kept = fetch(origins) if 0 < len(origins) <= FEW else kept if origins else f"{place.raw} where false"
    con.execute(f"""
        insert into pool by name
        select {place.listed()}, {LIVE} as _state, true as _is_kept from {kept}
        union all by name
        select {place.listed()}, _state, false as _is_kept from {place.spare} where {stays} and _state < {CLOSED}
    """)


def _count(con: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Runs a statement that makes or fills a table, and returns its number of rows."""
    row = con.execute(statement).fetchone()
    return row[0] if row else 0


def _ranked(place: Place, rows: str, only: str = "true") -> str:
    """A query of the versions among `rows` with their place (1 is the newest) and the state of the newest of their key."""
    values = ", ".join(f"c.{quoted(column.name)} desc nulls last" for column in place.table.columns)
    return f"""
        select c._origin, row_number() over newest_first as _nth, first_value(c._state) over newest_first as _newest
        from {rows} as c
        inner join file as f on f.file_no = c._origin // {ROWS_PER_FILE}
        where c._state < {CLOSED} and {only}
        window newest_first as (
            partition by c.{place.key} order by c._synced desc nulls last, c._state, {values}, f.nth, c._origin
        )
    """


def _spared(place: Place, rows: str) -> str:
    """A query of those of `rows` that do not count, with the reason where an older version is to be reported."""
    return f"""
        select {place.listed('r.')}, r._state,
            case when r._state = {LIVE} and v._newest = {LIVE} then {literal(OLDER)} when r._state = {LIVE} then {literal(DELETED_SINCE)} end as _reason
        from {rows} as r
        left join version as v on v._origin = r._origin
        where r._state <> {LIVE} or v._nth > 1
    """
