"""Runs SQL models on Spark as app.build.models does on DuckDB."""

from typing import TYPE_CHECKING

from app.build.markov import removal_effects
from app.build.models import MAX_ROUNDS
from app.build.spark.lake import Lake, cannot
from app.build.staging import ROWS_PER_FILE
from app.errors import QueryError
from app.queries import SqlFile, in_order, tables_read

if TYPE_CHECKING:
    from pyspark.sql.connect.dataframe import DataFrame

FAULTS = ("_fault", "_fault_column", "_fault_value")


def run_models(lake: Lake, files: dict[str, SqlFile], schema: str = "", local: dict[str, str] | None = None) -> None:
    """Makes one table of each file; `local` are tables that these files alone know by such names. Raises QueryError where the SQL is at fault."""
    from pyspark.errors import PySparkException

    known = dict(local or {})
    for file in in_order(files):
        name = f"{schema}.{file.name}" if schema else file.name
        try:
            _run(lake, file, name, known, is_passing(file, files))
        except (PySparkException, QueryError) as fault:
            raise cannot(file.name, fault) from fault
        known[file.name] = lake.views[name]


def is_passing(file: SqlFile, files: dict[str, SqlFile]) -> bool:
    """Whether a model is worked out where it is read, as one other model alone reads it, and no page."""
    readers = [other for other in files.values() if file.name in tables_read(other.body) or file.name in other.words("repeat")]
    return "view" in file.header or file.header.get("publish") == "no" and len(readers) == 1 and "repeat" not in readers[0].header


def _run(lake: Lake, file: SqlFile, name: str, local: dict[str, str], is_passing: bool) -> None:
    if start := file.header.get("repeat"):
        _repeat(lake, file, name, local, start)
        return
    frame = lake.run(lake.translate(file.body, local))
    if file.header.get("solve") == "markov":
        lake.keep(name, _solved(lake, frame))
    elif "_fault" in frame.columns:
        _keep_the_good(lake, name, frame)
    elif is_passing:
        lake.look(name, frame)
    else:
        lake.keep(name, frame)


def _keep_the_good(lake: Lake, name: str, frame: "DataFrame") -> None:
    """Rows with a fault go to the quarantine instead."""
    lake.keep(name, frame)
    checked = f"{lake.views[name]}_checked"
    lake.spark.table(lake.views[name]).createOrReplaceTempView(checked)
    good = [column for column in frame.columns if column not in FAULTS]
    lake.look(name, lake.spark.table(checked).where("_fault is null").select(good))
    lake.show(name, good, "_fault is null")
    bad = lake.ask(f"select _origin as origin, _fault_column as column_name, _fault_value as value, _fault as reason from {checked} where _fault is not null")
    lake.con.register("bad", bad)
    lake.con.execute(f"""
        insert into quarantine by name
        select f.source, f.table_name, b.* from bad as b left join file as f on f.file_no = b.origin // {ROWS_PER_FILE}
    """)
    lake.con.unregister("bad")


def _solved(lake: Lake, frame: "DataFrame") -> "DataFrame":
    """Removal effects by scope and channel in the place of the counted steps."""
    import pyarrow as pa

    steps = sorted(tuple(row.values()) for row in frame.toArrow().to_pylist())
    effects = [
        {"scope": scope, "channel": channel, "effect": effect}
        for scope in dict.fromkeys(row[0] for row in steps)
        for channel, effect in removal_effects(row[1:] for row in steps if row[0] == scope).items()
    ]
    kinds = pa.schema([("scope", pa.string()), ("channel", pa.string()), ("effect", pa.float64())])
    return lake.spark.createDataFrame(pa.Table.from_pylist(effects, schema=kinds))


def _repeat(lake: Lake, file: SqlFile, name: str, local: dict[str, str], start: str) -> None:
    """Starts as a copy of another model, then asks itself again until nothing changes."""
    source = lake.views[name.removesuffix(file.name) + start]
    for turn in range(MAX_ROUNDS):
        frame = lake.run(lake.translate(file.body, local | {file.name: source}))
        lake.keep(f"{name}_{turn}", frame)
        now = lake.views[f"{name}_{turn}"]
        changed = lake.ask(f"select count(*) as n from (select * from {now} except select * from {source})").to_pylist()[0]["n"]
        source = now
        if not changed:
            lake.look(name, lake.spark.table(now))
            return
    raise QueryError(f"does not come to rest in {MAX_ROUNDS} rounds.")
