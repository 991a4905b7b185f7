"""The project's macros, for what engines spell differently."""

import duckdb

from app.errors import SettingError
from app.queries import QUERIES
from app.settings import Settings


def define_macros(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Defines the project's macros for this engine in the connection's catalog, with the settings that they rest on. Raises SettingError for
    a time zone that Python knows and the engine does not.
    """
    try:
        con.execute("select timezone(?, timestamp '2000-01-01')", [settings.timezone])
    except duckdb.Error:
        raise SettingError(f"ACCORD_TIMEZONE cannot be {settings.timezone!r}: the engine knows no such time zone; write one like Europe/Berlin.") from None
    text = (QUERIES / "engine" / "duckdb.sql").read_text()
    con.execute(text.replace("$timezone", f"'{settings.timezone}'").replace("$date_order", f"'{settings.date_order}'"))
