"""Runs each source's SQL on Spark and joins what they make into the conformed tables, as app.build.conform does on DuckDB."""

from app.build.casts import quoted
from app.build.conform import CANONICAL, UNMAPPED, Makers
from app.build.contract import Table, read_contract
from app.build.spark.lake import Lake
from app.build.spark.models import run_models
from app.build.staging import ROWS_PER_FILE
from app.queries import QUERIES, read_file, read_folder

TYPES = {"VARCHAR": "string", "TIMESTAMP": "timestamp_ntz"}


def conform(lake: Lake, makers: Makers) -> None:
    """Runs the models of all sources and fills the schema `conformed` and the table `unmapped`."""
    contract = read_contract(CANONICAL)
    for source, _ in makers.ordered:
        raw = {f"raw.{name.partition('.')[2]}": view for name, view in lake.views.items() if name.startswith(f"raw_{source.name}.")}
        run_models(lake, read_folder(source.sql), source.name, raw)
    for name, table in contract.items():
        _union(lake, table, makers.schemas[name], makers.numbers)
    if len(makers.schemas["person"]) > 1:
        _join_people(lake, contract)
    selects = [f"select map, value, row_count from {schema}.unmapped" for schema in makers.schemas["unmapped"]]
    lake.con.execute(f"create table unmapped as {' union all '.join(selects) or UNMAPPED}")


def spark_type(kind: str) -> str:
    """A type of the contract in Spark's words."""
    return TYPES.get(kind, kind)


def _union(lake: Lake, table: Table, schemas: tuple[str, ...], numbers: dict[str, int]) -> None:
    name = f"conformed.{table.name}"
    selects = [_select(lake, table, f"{schema}.{table.name}", numbers[schema]) for schema in schemas]
    nothing = ", ".join(f"cast(null as {spark_type(column.type)}) as `{column.name}`" for column in table.columns)
    none = f"select {nothing}, cast(null as bigint) as _origin, cast(null as int) as _source_no where false"
    frame = lake.run(" union all ".join(selects) or none)
    if table.key and len(schemas) > 1:
        lake.keep(f"{name}_all", frame)
        _quarantine_second(lake, table)
    elif len(schemas) > 1 or any(schema.startswith("raw_") for schema in schemas):
        lake.keep(name, frame)
    else:
        lake.look(name, frame)
        lake.show_as(name, _shown(lake, table, *((schemas[0], numbers[schemas[0]]) if schemas else ())))


def _shown(lake: Lake, table: Table, schema: str = "", number: int = 0) -> str:
    """The same for DuckDB, where one source or none makes the table."""
    there = {*lake.columns(f"{schema}.{table.name}")} if schema else set()
    columns = {column.name: column.type for column in table.columns} | {"_origin": "BIGINT"}
    values = ", ".join(f"cast({quoted(name) if name in there else 'null'} as {kind}) as {quoted(name)}" for name, kind in columns.items())
    return f"select {values}, cast({number} as integer) as _source_no {f'from {schema}.{table.name}' if schema else 'where false'}"


def _select(lake: Lake, table: Table, name: str, number: int) -> str:
    there = set(lake.columns(name))
    values = [f"cast({f't.`{c.name}`' if c.name in there else 'null'} as {spark_type(c.type)}) as `{c.name}`" for c in table.columns]
    origin = "t._origin" if "_origin" in there else "null"
    return f"select {', '.join(values)}, cast({origin} as bigint) as _origin, cast({number} as int) as _source_no from {lake.views[name]} as t"


def _quarantine_second(lake: Lake, table: Table) -> None:
    """One id in two sources: the first source's row stays, and the second is reported unless it says the same."""
    columns = ", ".join(f"`{column.name}`" for column in table.columns)
    order = f"_source_no, {', '.join(f'`{column.name}` nulls last' for column in table.columns)}, _origin"
    lake.keep(f"conformed.{table.name}_ranked", lake.run(f"""
        select {columns}, _origin, _source_no,
            row_number() over (partition by `{table.key}` order by {order}) as _place,
            struct({columns}) <=> first_value(struct({columns})) over (partition by `{table.key}` order by {order}) as _is_same
        from {lake.views[f'conformed.{table.name}_all']}
    """))  # fmt: skip
    ranked = lake.views[f"conformed.{table.name}_ranked"]
    lake.keep(f"conformed.{table.name}", lake.run(f"select {columns}, _origin, _source_no from {ranked} where _place = 1"))
    second = lake.ask(f"select _origin as origin, `{table.key}` as value from {ranked} where _place > 1 and not _is_same")
    _quarantine(lake, second, table.key or "", "is in another source too, whose row was kept")


def _quarantine(lake: Lake, rows: object, column: str, reason: str) -> None:
    lake.con.register("bad", rows)
    lake.con.execute(
        f"""
        insert into quarantine
        select f.source, f.table_name, b.origin, ?, b.value, ?
        from bad as b left join file as f on f.file_no = b.origin // {ROWS_PER_FILE}
        """,
        [column, reason],
    )
    lake.con.unregister("bad")


# --- people --------------------------------------------------------------------------------------


def _join_people(lake: Lake, contract: dict[str, Table]) -> None:
    """As app.build.people.join_people."""
    lake.keep("same_person", lake.run(lake.translate(_engine("same_person"), {})))
    for table in contract.values():
        if table.name != "person" and any(column.name == "person_id" for column in table.columns):
            name = f"conformed.{table.name}"
            columns = ", ".join("coalesce(s.kept_id, t.person_id) as person_id" if column == "person_id" else f"t.`{column}`" for column in lake.columns(name))
            lake.keep(name, lake.run(f"select {columns} from {lake.views[name]} as t left join same_person as s on s.person_id = t.person_id"))
    lake.keep("conformed.person", lake.run(lake.translate(_engine("one_person"), {})))
    lake.keep("same_touch", lake.run(lake.translate(_engine("same_touch"), {})))
    second = lake.ask("select _origin as origin, touch_id as value from same_touch")
    _quarantine(lake, second, "id", "is a touch that another source tells of too, whose row was kept")
    touches = lake.views["conformed.touch"]
    lake.keep("conformed.touch", lake.run(f"select t.* from {touches} as t left anti join same_touch as s on s.touch_id = t.touch_id"))


def _engine(name: str) -> str:
    return read_file(QUERIES / "engine" / f"{name}.sql").body
