"""Brings a scorecard up to date: builds again, by the same SQL, only the part of the company that is tied to what has changed.

Three catalogs lie side by side: `before` holds that part as the last build saw it, `work` as it is now, and `whole` shows all of the
company. What `before` made is taken out of a copy of the earlier scorecard, and what `work` made is put in. What rests on all of the
company is made anew in `whole`, or kept as counts that add up. Whatever this cannot follow is a reason to build in full.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import duckdb

from app.build.casts import literal
from app.build.conform import CANONICAL, Makers, Source, conform, run_source, show_raw, unite_unmapped
from app.build.contract import read_contract
from app.build.macros import define_macros
from app.build.models import in_its_order, run_models, tables_of
from app.build.state import BuildInFull
from app.build.ties import OPPORTUNITY, Closure, TiedTable, restricted_models, tied_tables
from app.queries import QUERIES, SqlFile, in_order, read_file, read_folder, tables_read
from app.settings import Settings

LARGEST = 0.3  # share of all rows above which a full build is less work
REFERRED = ("account", "campaign", "member")  # what many rows name; always read whole
KEPT_MARTS = ("lead", "opportunity")  # not published, but asked by the checks
COUNTS = "part"  # schema of the counts of a part


@dataclass
class Increment:
    """One build that rests on the one before: the connection with the catalogs `work` and `state`, and what was loaded."""

    con: duckdb.DuckDBPyConnection
    settings: Settings
    makers: Makers
    before: datetime
    now: datetime

    @cached_property
    def marts(self) -> dict[str, SqlFile]:
        """All marts by name."""
        return read_folder(QUERIES / "marts")

    @cached_property
    def tied(self) -> list[TiedTable]:
        """Raw tables of which only a part is read."""
        return [table for source, _ in self.makers.ordered for table in tied_tables(self.con, source.name, read_contract(source.sql / "schema.sql"))]

    @cached_property
    def parts(self) -> dict[str, set[str]]:
        """Of each source the models that are made for a part only."""
        found = {}
        for source, _ in self.makers.ordered:
            models = read_folder(source.sql)
            tied = {f"raw.{table.table.name}" for table in self.tied if table.source == source.name}
            own = {table.table.name for table in self.tied if table.source == source.name} if not models else set()
            found[source.name] = restricted_models(reads_of(models), tied) | own
        return found

    @cached_property
    def leaves(self) -> set[str]:
        """Raw tables that tell of touches alone."""
        found = set()
        for source, _ in self.makers.ordered:
            models = reads_of(read_folder(source.sql))
            for name in (table.table.name for table in self.tied if table.source == source.name):
                makes = (restricted_models(models, {f"raw.{name}"}) or {name}) & read_contract(CANONICAL).keys()
                found |= {name} if makes == {"touch"} else set()
        return found

    def is_part(self, source: str, model: str) -> bool:
        """Whether a source's model, or its conformed table, is made for a part only; `unmapped` is asked of the whole afterwards."""
        return model in self.parts[source] and model != "unmapped"

    def is_whole(self, source: str, model: str) -> bool:
        """Whether it is made of tables that are always read whole."""
        return model not in self.parts[source] and model != "unmapped"


def reads_of(models: dict[str, SqlFile]) -> dict[str, frozenset[str]]:
    """What each model reads: raw tables as raw.TABLE, other models by name."""
    return {name: tables_read(file.body) | {*file.words("repeat")} for name, file in models.items()}


def bring_up_to_date(step: Increment, earlier: Path, scorecard: Path) -> str:
    """Makes the new scorecard out of a copy of the `earlier`, and leaves the connection in the catalog `whole`.

    Returns a sentence about what was new. Raises BuildInFull where this build must not rest on the one before.
    """
    _refuse_what_cannot_be_followed(step)
    _make_before(step)
    for catalog in ("before", "work"):
        step.con.execute(f"use {catalog}")
        _show_whole_tables(step, catalog)
        conform(step.con, step.makers, step.is_whole)
    closure = _close(step)
    for catalog in ("before", "work"):
        step.con.execute(f"use {catalog}")
        conform(step.con, step.makers, step.is_part)
    closure.forget()
    shutil.copyfile(earlier, scorecard)
    step.con.execute(f"attach {literal(str(scorecard))} as scorecard")
    _make_marts(step)
    _merge(step)
    _keep(step)
    _show_whole(step)
    return _sentence(step)


def keep_whole(con: duckdb.DuckDBPyConnection) -> None:
    """Leaves in the state what the next build needs of a full one; the connection is in the catalog that holds it."""
    for name, file in read_folder(QUERIES / "marts").items():
        if "adds" in file.header or name in KEPT_MARTS:
            con.execute(f"create or replace table state.main.{name} as from {name}")
    con.execute("create or replace table state.main.opportunity_person as select opportunity_id, person_id from conformed.opportunity_person")
    con.execute("create or replace table state.main.model_fault as from quarantine")


# --- what cannot be followed -----------------------------------------------------------------------


def _refuse_what_cannot_be_followed(step: Increment) -> None:
    canonical = read_contract(CANONICAL)
    of_people = [name for name, table in canonical.items() if any(column.ties for column in table.columns)]
    tellers = {schema for name in of_people for schema in step.makers.schemas[name]}
    known = {table.source for table in step.tied}
    for schema in sorted(tellers):
        if schema.removeprefix("raw_") not in known:
            raise BuildInFull(f"{schema} does not say which of its rows belong together")
    if len(tellers) > 1:
        raise BuildInFull("more than one source tells of people")


def _sentence(step: Increment) -> str:
    changes = [change for _, one in step.makers.ordered for change in (one.changes or {}).values()]
    added, removed = sum(change.added for change in changes), sum(change.removed for change in changes)
    return f"brought up to date: {added:,} rows are new or corrected, {removed:,} no longer stand, in {len(changes)} tables"


# --- the part ---------------------------------------------------------------------------------------


def _make_before(step: Increment) -> None:
    step.con.execute("attach ':memory:' as before; use before")
    define_macros(step.con, step.settings)
    step.con.execute("create schema map")
    step.con.execute("use work")
    maps = tables_of(step.con, "map")
    step.con.execute("use before")
    for name in maps:
        step.con.execute(f'create view map."{name}" as from work.map."{name}"')
    for name in ("calendar", "business_day", "file"):
        step.con.execute(f"create view {name} as from work.{name}")
    step.con.execute("create table quarantine as from work.quarantine limit 0")
    step.con.execute("create table setting as select * replace (cast(? as timestamp) as as_of) from work.setting", [step.before])


def _show_whole_tables(step: Increment, catalog: str) -> None:
    """Tables in which nothing ties are read whole, each as the build of the catalog saw them."""
    tied = {(table.source, table.table.name) for table in step.tied}
    for source, one in step.makers.ordered:
        step.con.execute(f"create schema raw_{source.name}")
        for name in read_contract(source.sql / "schema.sql"):
            if (source.name, name) in tied:
                continue
            rows = f'state.raw_{source.name}."{name}"'
            if catalog == "before" and name in (one.changes or {}):
                added, removed = (f'state.{side}_{source.name}."{name}"' for side in ("added", "removed"))
                rows = f"{rows} where _origin not in (select _origin from {added}) union all by name from {removed}"
            step.con.execute(f'create view raw_{source.name}."{name}" as from {rows}')


def _close(step: Increment) -> Closure:
    closure = Closure(step.con, step.tied, step.leaves)
    closure.start_with_changes(closure.core)
    closure.start_with_times(closure.core, step.before, step.now)
    _start_with_referred(step, closure)
    closure.expand()
    closure.keep("affected", OPPORTUNITY)
    closure.start_with_changes(closure.leaves)
    closure.start_with_times(closure.leaves, step.before, step.now)
    closure.expand()
    for table in step.tied:
        step.con.execute("use work")
        closure.restrict(table)
        step.con.execute("use before")
        closure.restrict_before(table, "work")
    if (share := closure.share("work")) > LARGEST:
        raise BuildInFull(f"{share:.0%} of all rows belong together with what has changed")
    return closure


def _start_with_referred(step: Increment, closure: Closure) -> None:
    """Starts with the rows that name an account, campaign or user that has changed."""
    con = step.con
    con.execute("use before")
    for name in ("label_count", "lead_source"):
        con.execute(f"create view {name} as from state.main.{name}")
    chosen = {name: step.marts[name] for name in ("label", *REFERRED)}
    run_models(con, chosen)
    con.execute("use work")
    con.execute("create table label as from before.label")
    run_models(con, {name: step.marts[name] for name in REFERRED})
    con.execute("create or replace temp table differing (id varchar)")
    if _differs(con, "conformed.team"):
        raise BuildInFull("teams have changed")
    if len({bool(row[0]) for row in con.execute("select count(*) from before.member union all select count(*) from work.member").fetchall()}) > 1:
        raise BuildInFull("whether any users are known has changed")
    for name in REFERRED:
        key = read_contract(CANONICAL)[name].key or ""
        if any([_differs(con, relation, key, step.marts[name].words("apart")) for relation in (f"conformed.{name}", name)]):
            if not any(tie.kind == name for table in step.tied for tie in table.names):
                raise BuildInFull(f"{name}s have changed")
            closure.start_with_names(name, "select id from differing")
            con.execute("delete from differing")
    _start_with_raw_referred(step, closure)


def _differs(con: duckdb.DuckDBPyConnection, relation: str, key: str = "1", apart: tuple[str, ...] = ()) -> bool:
    """Whether rows are not the same in both builds; their keys go to the table `differing`. What stands `apart` is no matter, as no
    mart of a part reads it.
    """
    ignored = [*apart, *(["_origin"] if relation.startswith("conformed.") else [])]
    columns = f"* exclude ({', '.join(ignored)})" if ignored else "*"
    before, now = (f"select {columns} from {catalog}.{relation if '.' in relation else f'main.{relation}'}" for catalog in ("before", "work"))
    found = f"insert into differing select {key} from (({before} except {now}) union all ({now} except {before}))"
    return bool(con.execute(found).fetchall()[0][0])


def _start_with_raw_referred(step: Increment, closure: Closure) -> None:
    """Raw tables that are read whole, but beside those of which a part is read: what names their changed rows changes too."""
    for source, one in step.makers.ordered:
        models, contract = read_folder(source.sql), read_contract(source.sql / "schema.sql")
        reads = reads_of(models)
        parts = {name for name in step.parts[source.name] if name in models and name != "unmapped"}
        beside = set().union(*(reads[name] for name in parts)) if parts else set()
        changed = {name for name in one.changes or {} if not any(column.ties for column in contract[name].columns)}
        unknown = restricted_models(reads, {f"raw.{name}" for name in changed}) - parts - set(read_contract(CANONICAL))
        if stranger := sorted(unknown & beside):
            raise BuildInFull(f"{source.name}'s {stranger[0]} has changed")
        for name in sorted(changed):
            if f"raw.{name}" in beside:
                kind = next((column.names for column in contract[name].columns if column.name == contract[name].key), "")
                if not kind:
                    raise BuildInFull(f"{source.name}.{name} has changed")
                key = f'select "{contract[name].key}" from state'
                closure.start_with_names(kind, f'{key}.added_{source.name}."{name}" union {key}.removed_{source.name}."{name}"')


# --- the marts of the part ----------------------------------------------------------------------------


def _make_marts(step: Increment) -> None:
    """Marts of the part. Of what the build before made of it, only the people and leads and the counts are made again."""
    con, marts = step.con, step.marts
    for catalog in ("before", "work"):
        con.execute(f"use {catalog}; create schema {COUNTS}")
    con.execute("use before")
    run_models(con, {name: marts[name] for name in ("person", "lead")})
    con.execute("use work")
    late = late_marts(marts)
    for file in in_order(marts):
        if file.name in late or "view" in file.header:
            continue
        if "adds" in file.header:
            _add_up(con, file)
        else:
            run_models(con, {file.name: file})
        if file.name == "label":
            _refuse_changed_labels(con)
        if file.name == "deal_person":
            _leave_affected_deals(step)


def _leave_affected_deals(step: Increment) -> None:
    """Most deals of the part are there for their people's sake, and what came or went concerns them no more: they stay as they are."""
    con = step.con
    columns = [column.name for column in read_contract(CANONICAL)["touch"].columns] + ["_source_no"]
    same = " and ".join(f"b.{name} is not distinct from n.{name}" for name in columns)
    con.execute(
        f"""
        create temp table moved as
        with side as (
            select b.person_id, b.account_id, b.occurred_at from before.conformed.touch as b anti join work.conformed.touch as n on {same}
            union all
            select n.person_id, n.account_id, n.occurred_at from work.conformed.touch as n anti join before.conformed.touch as b on {same}
            union all
            select n.person_id, n.account_id, n.occurred_at from work.conformed.touch as n where n.occurred_at > $1 and n.occurred_at <= $2
        )

        select distinct t.person_id, coalesce(p.account_id, t.account_id) as account_id, t.occurred_at
        from side as t
        left join person as p on p.person_id = t.person_id
        """,
        sorted([step.before, step.now]),
    )
    con.execute(f"insert into affected {read_file(QUERIES / 'engine' / 'affected_deal.sql').body}")
    con.execute("delete from opportunity where opportunity_id not in (select id from affected)")
    _show_earlier_paths(step)


def _show_earlier_paths(step: Increment) -> None:
    """The paths of these deals as the build before left them."""
    con = step.con
    con.execute("use before")
    con.execute("create view deal_touch_base as from scorecard.main.deal_touch_base where opportunity_id in (select id from affected)")
    con.execute("use work")


def _add_up(con: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    """The counts of the whole: those of the build before, less what the part counted then, and what it counts now."""
    count, name = file.header["adds"], file.name
    for catalog in ("before", "work"):
        con.execute(f"use {catalog}")
        run_models(con, {name: file}, COUNTS)
    keys = ", ".join(row[0] for row in con.execute(f"describe {COUNTS}.{name}").fetchall() if row[0] != count)
    con.execute(f"""
        create table {name} as
        select {keys}, cast(sum({count}) as bigint) as {count} from (
            select {keys}, {count} from state.main.{name}
            union all select {keys}, {count} from work.{COUNTS}.{name}
            union all select {keys}, -{count} from before.{COUNTS}.{name}
        ) group by all having sum({count}) <> 0
    """)
    now, before = f"select {keys} from {name}", f"select {keys} from state.main.{name}"
    if name == "lead_source" and con.execute(f"({now} except {before}) union all ({before} except {now})").fetchall():
        raise BuildInFull("another source supplies leads than before")


def _refuse_changed_labels(con: duckdb.DuckDBPyConnection) -> None:
    changed = con.execute("""
        select n.kind, n.label, b.label from label as n inner join before.label as b on b.kind = n.kind and b.key = n.key
        where n.label <> b.label order by all limit 1
    """).fetchall()
    if changed:
        kind, label, before = changed[0]
        raise BuildInFull(f"the {kind} {before!r} is mostly spelled {label!r} by now")


def late_marts(marts: dict[str, SqlFile]) -> set[str]:
    """Published marts that are asked of all of the company: they read what a part has only some rows of."""
    reads = reads_of(marts)
    replaced = {name for name, file in marts.items() if "by" in file.header}
    views = {name for name, file in marts.items() if "view" in file.header}
    late: set[str] = set()
    while more := {
        name for name, file in marts.items()
        if name not in late | replaced | views and "adds" not in file.header and file.header.get("publish") != "no" and reads[name] & (replaced | views | late)
    }:  # fmt: skip
        late |= more
    return late


# --- the whole ----------------------------------------------------------------------------------------

CHECKED = ("person", "handoff_base", "deal")  # one for each key
KEYS = {
    "person_id": "select person_id as id from before.main.person union select person_id from before.main.lead",
    "lead_id": "select lead_id as id from before.main.lead",
    "opportunity_id": "select distinct id from affected",
}


def _merge(step: Increment) -> None:
    """Takes the rows of the part out of the scorecard and puts those in that it has now."""
    con = step.con
    con.execute("use work")
    for key, ids in KEYS.items():
        con.execute(f"create temp table gone_{key} as {ids}")
    con.execute("begin")
    for name, file in step.marts.items():
        if (key := file.header.get("by")) and name not in KEPT_MARTS:
            _replace(con, f"scorecard.main.{name}", key, name, in_its_order(file))
    con.execute("commit")


def _replace(con: duckdb.DuckDBPyConnection, target: str, key: str, name: str, order: str = "") -> None:
    con.execute(f"delete from {target} where {key} in (select id from gone_{key})")
    if name in CHECKED and con.execute(f"select 1 from {target} where {key} in (select {key} from work.main.{name}) limit 1").fetchall():
        raise BuildInFull(f"rows of {name} belong to more than was followed")
    con.execute(f"insert into {target} by name select columns(lambda c: c <> '_origin') from work.main.{name}{order}")


def _keep(step: Increment) -> None:
    """Brings the state up to date likewise."""
    con = step.con
    con.execute("begin")
    for name, file in step.marts.items():
        if "adds" in file.header:
            con.execute(f"create or replace table state.main.{name} as from work.main.{name}")
    for name in KEPT_MARTS:
        key = step.marts[name].header["by"]
        con.execute(f"delete from state.main.{name} where {key} in (select id from gone_{key})")
        con.execute(f"insert into state.main.{name} by name from work.main.{name}")
    con.execute("delete from state.main.opportunity_person where opportunity_id in (select opportunity_id from before.conformed.opportunity_person)")
    con.execute("insert into state.main.opportunity_person select opportunity_id, person_id from work.conformed.opportunity_person")
    origins = " union all ".join(["select origin as _origin from before.main.quarantine", *(f"select _origin from before.{table.name}" for table in step.tied)])
    con.execute(f"delete from state.main.model_fault where origin in ({origins})")
    con.execute("insert into state.main.model_fault by name from work.main.quarantine")
    con.execute("commit")


def _show_whole(step: Increment) -> None:
    """Makes the catalog `whole`, in which every name is that of the whole company, and in it what must be asked of the whole."""
    con = step.con
    con.execute("attach ':memory:' as whole; use work")
    names, maps = tables_of(con, "main"), tables_of(con, "map")
    con.execute("use whole; create schema conformed; create schema map")
    define_macros(con, step.settings)
    late = late_marts(step.marts)
    for name in names:
        if name == "quarantine":
            continue
        header = step.marts[name].header if name in step.marts else {}
        home = "state" if name in KEPT_MARTS else "scorecard" if "by" in header else "work"
        con.execute(f"create view {name} as from {home}.main.{name}")
    for name in maps:
        con.execute(f'create view map."{name}" as from work.map."{name}"')
    con.execute("create view conformed.opportunity_person as from state.main.opportunity_person")
    run_models(con, {name: file for name, file in step.marts.items() if name in late or "view" in file.header})
    for source, _ in step.makers.ordered:
        _ask_unmapped(step, source)
    unite_unmapped(con, step.makers)


def _ask_unmapped(step: Increment, source: Source) -> None:
    """What no map knows, from all raw rows, with the models that the question rests on."""
    models = read_folder(source.sql)
    if "unmapped" not in models:
        return
    show_raw(step.con, source)
    reads, needed = reads_of(models), {"unmapped"}
    while more := set().union(*(reads[name] for name in needed)) & models.keys() - needed:
        needed |= more
    run_source(step.con, source.name, {name: models[name] for name in needed})
