"""What lies between the engines: tables as Parquet, which Spark and DuckDB both know by the same names."""

import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from app.build.casts import literal, quoted
from app.build.spark.portable import to_spark
from app.errors import QueryError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession


class Lake:
    """Tables of one build. A table `lead` or `conformed.lead` is a temporary view `lead` or `conformed__lead` on Spark, whose rows lie in
    a folder of Parquet that DuckDB reads under the table's own name.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, spark: "SparkSession", folder: Path, timezone: str) -> None:
        self.con = con
        self.spark = spark
        self.folder = folder
        self.timezone = timezone
        self.views: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, sql: str) -> "DataFrame":
        """A query in Spark's own SQL; nothing is computed yet."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.spark.sql(sql)

    def ask(self, sql: str) -> "pa.Table":
        """The answer to a query in Spark's own SQL."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.run(sql).toArrow()

    def translate(self, sql: str, local: dict[str, str]) -> str:
        """A portable query for Spark; `local` names tables that only this query knows by such names."""
        return to_spark(sql, self.views | local, self.timezone)

    def place(self, name: str) -> Path:
        """Where the Parquet of a table lies."""
        return self.folder / view_of(name)

    def look(self, name: str, frame: "DataFrame") -> None:
        """Makes a table of a query that is computed whenever it is read; DuckDB does not know it."""
        frame.createOrReplaceTempView(view_of(name))
        self.views[name] = view_of(name)

    def keep(self, name: str, frame: "DataFrame") -> None:
        """Makes a table of a query: computed now, written as Parquet, known to both engines."""
        place = self.place(name)
        spare = place.with_name(f"{place.name}~")  # the query may read the table that it replaces
        frame.write.mode("overwrite").parquet(str(spare))
        shutil.rmtree(place, ignore_errors=True)
        spare.rename(place)
        self.look(name, self.spark.read.schema(frame.schema).parquet(str(place)))
        self.show(name)

    def columns(self, name: str) -> list[str]:
        """Names of a table's columns."""
        return self.spark.table(self.views[name]).columns

    def show(self, name: str, columns: list[str] | None = None, where: str = "true") -> None:
        """Lets DuckDB read a table's Parquet under the table's name; of its columns and rows only those named."""
        rows = f"read_parquet({literal(f'{self.place(name)}/*.parquet')}, hive_partitioning = false)"
        self.show_as(name, f"select {', '.join(map(quoted, columns)) if columns else '*'} from {rows} where {where}")

    def show_as(self, name: str, query: str) -> None:
        """Gives DuckDB a table that is worked out when it is read."""
        schema, _, table = name.rpartition(".")
        self.con.execute(f"create schema if not exists {quoted(schema or 'main')}")
        self.con.execute(f"create or replace view {quoted(schema or 'main')}.{quoted(table)} as {query}")

    def ship(self, name: str, query: str) -> None:
        """Gives Spark a table that DuckDB has made: the rows of a query of DuckDB's."""
        place = self.place(name)
        place.mkdir(exist_ok=True)
        self.con.execute(f"copy ({query}) to {literal(str(place / 'part.parquet'))} (format parquet)")
        self.look(name, self.spark.read.parquet(str(place)))

    def take(self, table: str, rows: "pa.Table") -> None:
        """Adds rows of Spark's to a table of DuckDB's, by their names."""
        self.con.register("taken", rows)
        self.con.execute(f"insert into {table} by name from taken")
        self.con.unregister("taken")


def view_of(name: str) -> str:
    """The name that a table has on Spark."""
    return name.replace(".", "__")


def cannot(name: str, fault: Exception) -> QueryError:
    """What is said where the SQL of a file is at fault."""
    return QueryError(f"{name}.sql: {fault}")
