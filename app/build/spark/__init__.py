"""A build on Apache Spark: from the extracts to the marts, which then lie as Parquet and are views in DuckDB."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from app.build.casts import quoted
from app.build.conform import Makers
from app.build.models import run_models as run_views
from app.build.models import tables_of
from app.build.spark.conform import conform
from app.build.spark.lake import Lake
from app.build.spark.load import SparkLoader
from app.build.spark.models import run_models
from app.build.spark.session import open_session
from app.queries import QUERIES, read_folder
from app.settings import Settings

__all__ = ["Lake", "SparkLoader", "make_marts", "open_lake"]
HAVE_TIMES_OF_DAY = ("business_hours", "holiday")  # maps that the table business_day alone is made of


@contextlib.contextmanager
def open_lake(con: duckdb.DuckDBPyConnection, settings: Settings, folder: Path) -> Iterator[Lake]:
    """A place for the tables of one build, known to Spark and to DuckDB. Raises CallerError where Spark is not there."""
    with open_session(settings, folder / "server") as spark:
        yield Lake(con, spark, folder / "tables", settings.timezone)


def make_marts(lake: Lake, makers: Makers) -> None:
    """Makes all marts of the raw tables that a SparkLoader has made, and shows them and the conformed tables to DuckDB.

    Raises QueryError where the SQL is at fault.
    """
    for name in ("setting", "calendar", "business_day"):
        lake.ship(name, f"from {name}")
    for name in tables_of(lake.con, "map"):
        if name not in HAVE_TIMES_OF_DAY:
            lake.ship(f"map.{name}", f"from map.{quoted(name)}")
    conform(lake, makers)
    marts = read_folder(QUERIES / "marts")
    run_models(lake, marts)
    run_views(lake.con, {name: file for name, file in marts.items() if "view" in file.header})
    lake.con.execute("create table state.main.model_fault as from quarantine")
