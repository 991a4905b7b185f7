"""Brings a scorecard up to date: builds again, by the same SQL, only the part of the company that is tied to what has changed.

Three catalogs lie side by side: `before` holds that part as the last build saw it, `work` as it is now, and `whole` shows all of the
company. What `before` made is taken out of a copy of the earlier scorecard, and what `work` made is put in. What rests on all of the
company is made anew in `whole`, or kept as counts that add up. Whatever this cannot follow is a reason to build in full.

The part are people: those who are tied, by what they are and by their deals, to a row that has changed, and those who have only done
something new. The deals of the first are made from what they are now; those of the second are the same as before but for their paths
(see affected_deal.sql): what is asked of them, and of other people in them, is shown beside the part as the build before left it, in the
schema `wide`.
"""

import shutil
from collections.abc import Iterable
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
from app.build.ties import OPPORTUNITY, Closure, TiedTable, restricted_models, rows_before, tied_tables
from app.build.versions import Place
from app.queries import QUERIES, SqlFile, in_order, read_file, read_folder, tables_read
from app.settings import Settings

LARGEST = 0.3  # share of all rows above which a full build is less work
REFERRED = ("account", "campaign", "member")  # what many rows name; always read whole
KEPT_MARTS = ("lead", "opportunity", "won_share")  # not published, but asked by the checks, or by what is made of the whole
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
        contracts = [(source.name, read_contract(source.sql / "schema.sql"), one.picks) for source, one in self.makers.ordered]
        return [table for contract in contracts for table in tied_tables(self.con, *contract)]

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

    @cached_property
    def unread(self) -> set[str]:
        """Accounts, where touches tell no more of them than the id, as nothing that makes touches reads them."""
        for source, _ in self.makers.ordered:
            models, contract = read_folder(source.sql), read_contract(source.sql / "schema.sql")
            keys = {f"raw.{table.name}" for table in contract.values() for column in table.columns if column.name == table.key and column.names == "account"}
            if any(reads_of(models)[name] & {"account", "raw.account", *keys} for name in (needed_by(models, {"touch"}) if "touch" in models else ())):
                return set()
        return {"account"}

    def is_part(self, source: str, model: str) -> bool:
        """Whether a source's model, or its conformed table, is made for a part only; `unmapped` is asked of the whole afterwards."""
        return model in self.parts[source] and model != "unmapped"

    def is_whole(self, source: str, model: str) -> bool:
        """Whether it is made of tables that are always read whole."""
        return model not in self.parts[source] and model != "unmapped"


def reads_of(models: dict[str, SqlFile]) -> dict[str, frozenset[str]]:
    """What each model reads: raw tables as raw.TABLE, other models by name."""
    return {name: tables_read(file.body) | {*file.words("repeat")} for name, file in models.items()}


def needed_by(models: dict[str, SqlFile], names: Iterable[str]) -> set[str]:
    """These models and all that they read, directly or through others."""
    reads, needed = reads_of(models), set(names)
    while more := set().union(*(reads[name] for name in needed)) & models.keys() - needed:
        needed |= more
    return needed


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
        for name in ("opportunity", "opportunity_person"):
            step.con.execute(f"delete from conformed.{name} where opportunity_id not in (from affected)")
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
    con.execute(f"create or replace table state.main.opportunity_person as {ROLES}")
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
    for source, _ in step.makers.ordered:
        of_deals = {f"raw.{table.table.name}" for table in step.tied if table.source == source.name and table.ties[0].kind == OPPORTUNITY}
        if restricted_models(reads_of(read_folder(source.sql)), of_deals) & {"person", "lead", "lead_event", "lead_owner", "touch"}:
            raise BuildInFull(f"{source.name} knows people by their deals")


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
        for table in read_contract(source.sql / "schema.sql").values():
            place = Place(source.name, table, "state")
            is_changed = catalog == "before" and table.name in (one.changes or {})
            if (source.name, table.name) not in tied:
                step.con.execute(f"create view {Place(source.name, table).raw} as {rows_before(place, place.raw) if is_changed else f'from {place.raw}'}")


def _close(step: Increment) -> Closure:
    closure = Closure(step.con, step.tied, step.leaves)
    _name_what_differs(step)
    closure.start_with_changes(closure.core)
    closure.start_with_times(closure.core, step.before, step.now)
    closure.start_with_names(closure.core, set())
    closure.expand()
    closure.keep("affected", OPPORTUNITY)
    closure.start_with_changes(closure.leaves)
    closure.start_with_times(closure.leaves, step.before, step.now)
    closure.start_with_names(closure.leaves, step.unread)
    closure.expand_to_leaves()
    for table in step.tied:
        step.con.execute("use work")
        closure.restrict(table)
        step.con.execute("use before")
        closure.restrict_before(table, "work")
    if (share := closure.share("work")) > LARGEST:
        raise BuildInFull(f"{share:.0%} of all rows belong together with what has changed")
    return closure


def _name_what_differs(step: Increment) -> None:
    """Leaves in named(kind, id) the accounts, campaigns and users that have changed."""
    con = step.con
    con.execute("create or replace temp table named (kind varchar, id varchar); use before")
    for name in ("label_count", "lead_source"):
        con.execute(f"create view {name} as from state.main.{name}")
    chosen = {name: step.marts[name] for name in ("label", *REFERRED)}
    run_models(con, chosen)
    con.execute("use work")
    con.execute("create table label as from before.label")
    run_models(con, {name: step.marts[name] for name in REFERRED})
    if _differs(con, "team", "conformed.team"):
        raise BuildInFull("teams have changed")
    if len({bool(row[0]) for row in con.execute("select count(*) from before.member union all select count(*) from work.member").fetchall()}) > 1:
        raise BuildInFull("whether any users are known has changed")
    for name in REFERRED:
        key = read_contract(CANONICAL)[name].key or ""
        if any([_differs(con, name, relation, key, step.marts[name].words("apart")) for relation in (f"conformed.{name}", name)]):
            if not any(tie.kind == name for table in step.tied for tie in table.names):
                raise BuildInFull(f"{name}s have changed")
    _name_raw_that_differs(step)


def _differs(con: duckdb.DuckDBPyConnection, kind: str, relation: str, key: str = "1", apart: tuple[str, ...] = ()) -> bool:
    """Whether rows are not the same in both builds; their keys go to the table `named`. What stands `apart` is no matter, as no
    mart of a part reads it.
    """
    ignored = [*apart, *(["_origin"] if relation.startswith("conformed.") else [])]
    columns = f"* exclude ({', '.join(ignored)})" if ignored else "*"
    before, now = (f"select {columns} from {catalog}.{relation if '.' in relation else f'main.{relation}'}" for catalog in ("before", "work"))
    found = f"insert into named select '{kind}', {key} from (({before} except {now}) union all ({now} except {before}))"
    return bool(con.execute(found).fetchall()[0][0])


def _name_raw_that_differs(step: Increment) -> None:
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
        for table in (contract[name] for name in sorted(changed) if f"raw.{name}" in beside):
            kind = next((column.names for column in table.columns if column.name == table.key), "")
            if not kind:
                raise BuildInFull(f"{source.name}.{table.name} has changed")
            place = Place(source.name, table, "state")
            step.con.execute(f"insert into named select '{kind}', {place.key} from (from {place.added} union all by name from {place.removed})")


# --- the marts of the part ----------------------------------------------------------------------------


PART_FIRST = ("touch_base", "handoff_opportunity")  # what decides which deals have other paths, and what is needed for it


def _make_marts(step: Increment) -> None:
    """Marts of the part. Of what the build before made of it, only the people and leads and the counts are made again."""
    con, marts = step.con, step.marts
    for catalog in ("before", "work"):
        con.execute(f"use {catalog}; create schema {COUNTS}")
    con.execute("use before")
    run_models(con, {name: marts[name] for name in ("person", "lead")})
    con.execute("use work; create schema kept; create schema wide")
    for key, ids in KEYS.items():
        con.execute(f"create temp table gone_{key} as {ids}")
    late = late_marts(marts)
    made = [file for file in in_order(marts) if file.name not in late and "view" not in file.header]
    first = needed_by(marts, PART_FIRST)
    for file in made:
        if file.name in first:
            _make(step, file)
    _draw_affected_deals(step)
    for file in made:
        if file.name not in first:
            _make(step, file)


def _make(step: Increment, file: SqlFile) -> None:
    step.con.execute("set search_path = 'work.wide,work.main'")
    if "adds" in file.header:
        _add_up(step.con, file)
    else:
        run_models(step.con, {file.name: file})
    if file.name == "label":
        _refuse_changed_labels(step.con)
    if file.name in WIDENED_AFTER:
        _widen(step.con, WIDENED_AFTER[file.name])


# What the build before left.
KEPT_IN = {
    "touch_base": "scorecard", "handoff_base": "scorecard", "deal_touch_base": "scorecard", "person": "scorecard",
    "opportunity": "state", "opportunity_person": "state",
}  # fmt: skip
# What the marts of deals ask of people and deals beyond the part, which are as the build before left them.
WIDE = {
    "opportunity": "from kept.opportunity where opportunity_id in (from drawn)",
    "person": """
        from kept.person
        where person_id in (select person_id from work.conformed.opportunity_person) and person_id not in (from gone_person_id)""",
    "handoff_opportunity": """
        select handoff_id, opportunity_id from kept.handoff_base
        where opportunity_id not in (from affected) and (opportunity_id in (from drawn) or handoff_id in (select handoff_id from work.main.handoff_decided))""",
    "handoff_decided": """
        select handoff_id, person_id from kept.handoff_base
        where opportunity_id in (from drawn) and handoff_id not in (select handoff_id from work.main.handoff_decided)""",
    "handoff_base": """
        from kept.handoff_base
        where opportunity_id in (from drawn) and handoff_id not in (select handoff_id from work.main.handoff_base)""",
    "touch_base": """
        from kept.touch_base
        where person_id not in (from gone_person_id) and (person_id in (select person_id from deal_person) or account_id in (
            select account_id from opportunity where account_id is not null and opportunity_id not in (select opportunity_id from deal_person)))""",
}
# The mart after which another can be widened; the others are at once.
WIDENED_AFTER = {"handoff_base": "handoff_base", "deal_person": "touch_base"}


def _widen(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute(f"create table work.wide.{name} as from work.main.{name} union all by name {WIDE[name]}")


def _draw_affected_deals(step: Increment) -> None:
    """Draws in the deals that are as they were but for their paths."""
    con = step.con
    for name, home in KEPT_IN.items():
        con.execute(f"create view kept.{name} as from {home}.main.{name}")
    con.execute(f"create temp table moved as {_engine('moved_touch')}", sorted([step.before, step.now]))
    con.execute(f"create temp table drawn as {_engine('affected_deal')}")
    con.execute("create temp table gone_opportunity_id as from affected union from drawn")
    con.execute("insert into work.conformed.opportunity_person by name from kept.opportunity_person where opportunity_id in (from drawn)")
    for name in WIDE.keys() - WIDENED_AFTER.values():
        _widen(con, name)
    con.execute("create view before.main.deal_touch_base as from scorecard.main.deal_touch_base where opportunity_id in (from gone_opportunity_id)")


def _engine(name: str) -> str:
    return read_file(QUERIES / "engine" / f"{name}.sql").body


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

KEPT = (
    ("lead", "lead_id", "gone_lead_id"), ("opportunity", "opportunity_id", "affected"), ("opportunity_person", "opportunity_id", "affected"),
    ("won_share", "opportunity_id", "gone_opportunity_id"),
)  # fmt: skip
ROLES = "select opportunity_id, person_id, is_primary from conformed.opportunity_person"
CHECKED = ("person", "handoff_base", "deal")  # one for each key
KEYS = {
    "person_id": "select person_id as id from before.main.person union select person_id from before.main.lead",
    "lead_id": "select lead_id as id from before.main.lead",
}


def _merge(step: Increment) -> None:
    """Takes the rows of the part out of the scorecard and puts those in that it has now."""
    con = step.con
    con.execute("use work; begin")
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
    for name, key, gone in KEPT:
        con.execute(f"delete from state.main.{name} where {key} in (from {gone})")
    for name in KEPT_MARTS:
        con.execute(f"insert into state.main.{name} by name from work.main.{name}")
    con.execute(f"insert into state.main.opportunity_person {ROLES} where opportunity_id in (from affected)")
    origins = " union all ".join(["select origin as _origin from before.main.quarantine", *(f"select _origin from before.{table.name}" for table in step.tied)])
    con.execute(f"delete from state.main.model_fault where origin in ({origins})")
    con.execute("insert into state.main.model_fault by name from work.main.quarantine")
    con.execute("commit")


SEES_WHOLE = "set search_path = 'whole.main,scorecard.main'"  # what is made of the whole is made in the scorecard


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
    con.execute(f"create view conformed.opportunity_person as from state.main.opportunity_person; {SEES_WHOLE}")
    run_models(con, {name: file for name, file in step.marts.items() if name in late or "view" in file.header}, shop="scorecard.main")
    for source, _ in step.makers.ordered:
        _ask_unmapped(step, source)
    unite_unmapped(con, step.makers)
    con.execute(SEES_WHOLE)


def _ask_unmapped(step: Increment, source: Source) -> None:
    """What no map knows, from all raw rows, with the models that the question rests on."""
    models = read_folder(source.sql)
    if "unmapped" in models:
        show_raw(step.con, source)
        run_source(step.con, source.name, {name: models[name] for name in needed_by(models, {"unmapped"})})
