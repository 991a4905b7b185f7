"""The project's macros, for what engines spell differently."""

import duckdb

from app.queries import QUERIES
from app.settings import Settings


def define_macros(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Defines the project's macros for this engine in the connection's catalog, with the settings that they rest on."""
    text = (QUERIES / "engine" / "duckdb.sql").read_text()
    con.execute(text.replace("$timezone", f"'{settings.timezone}'").replace("$date_order", f"'{settings.date_order}'"))
