"""Makes one person of the people that several sources know by the same e-mail."""

import duckdb

from app.build.contract import Table
from app.build.staging import ROWS_PER_FILE
from app.queries import QUERIES, read_file


def join_people(con: duckdb.DuckDBPyConnection, contract: dict[str, Table]) -> None:
    """People of the schema `conformed` whose e-mails agree across sources become the first source's, and whatever names
    the others names that one. People of one source are left as it tells them apart.
    """
    con.execute(f"create table same_person as {_engine('same_person')}")
    for table in contract.values():
        if table.name != "person" and any(column.name == "person_id" for column in table.columns):
            con.execute(f"""
                update conformed.{table.name} as t set person_id = s.kept_id
                from same_person as s where s.person_id = t.person_id
            """)
    con.execute(f"create or replace table conformed.person as {_engine('one_person')}")
    _set_aside_same_touches(con)


def _set_aside_same_touches(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"create or replace temp table second as {_engine('same_touch')}")
    con.execute(f"""
        insert into quarantine
        select f.source, f.table_name, s._origin, 'id', s.touch_id,
            'is a touch that another source tells of too, whose row was kept'
        from second as s left join file as f on f.file_no = s._origin // {ROWS_PER_FILE}
    """)
    con.execute("delete from conformed.touch where touch_id in (select touch_id from second)")


def _engine(name: str) -> str:
    return read_file(QUERIES / "engine" / f"{name}.sql").body
