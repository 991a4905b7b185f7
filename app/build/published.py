"""What each build published of the joint metrics, carried on from build to build, so that a later one can say what has changed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from app.build.casts import literal
from app.build.publish import CURRENT
from app.queries import QUERIES, SqlFile, fill, read_file, read_folder, record_part

WEEKS = 26  # before the week of `as_of`: what lies further back is not published again
TABLES = {"published": "as_of_day, generation, metric, week", "published_record": "generation, metric, week, record_id, nth"}


@dataclass(frozen=True)
class Issue:
    """One build's publication: its generation, the moment and local day and week it is true at, and the settings it rests on."""

    generation: str
    as_of: datetime
    as_of_day: date
    as_of_week: date
    basis: str


def publish_values(con: duckdb.DuckDBPyConnection, scorecard: Path, generation: str, supplied: set[str]) -> tuple[str | None, list[str]]:
    """Fills the tables `published` and `published_record` with what earlier builds said and what this one says.

    Returns the generation whose values these are compared with (None: none before it), and notes for people.
    """
    con.execute((QUERIES / "published" / "schema.sql").read_text())
    con.execute((QUERIES / "engine" / "serving.sql").read_text())
    issue = _issue(con, generation)
    notes = _carry_over(con, scorecard, issue)
    for name, counted in read_folder(QUERIES / "published").items():
        metric = read_file(QUERIES / "metrics" / f"{name}.sql")
        if supplied.issuperset(metric.words("needs")):
            _say(con, issue, metric, counted)
    before = con.execute(_support("published_before"), {"basis": issue.basis, "as_of_day": issue.as_of_day, "as_of_week": issue.as_of_week}).fetchone()
    con.execute(_support("published_tidy"), {"as_of_day": issue.as_of_day})
    return before[0] if before else None, notes


def _support(name: str) -> str:
    return read_file(QUERIES / "support" / f"{name}.sql").body


def _issue(con: duckdb.DuckDBPyConnection, generation: str) -> Issue:
    as_of, day, week, basis = con.execute("""
        select as_of, accord_local_day(as_of), accord_week_start(accord_local_day(as_of), first_weekday), concat_ws(' ', timezone, first_weekday, currency)
        from setting
    """).fetchall()[0]
    return Issue(generation, as_of, day, week, basis)


def _carry_over(con: duckdb.DuckDBPyConnection, scorecard: Path, issue: Issue) -> list[str]:
    """Takes over what the build in service knows, but for an earlier build of the same day, whose place this one takes."""
    try:
        current = (scorecard / CURRENT).read_text(errors="replace").strip()
    except OSError:
        return []
    path = literal(str(scorecard / current / "scorecard.duckdb"))
    try:
        with duckdb.connect() as reader:  # an engine of its own: what is wrong with that file stays there
            reader.execute(f"attach {path} as earlier (read_only)")
            for name in reversed(TABLES):
                same_day = "select generation from earlier.published where as_of_day = $day"
                _take(con, name, reader.sql(f"from earlier.{name} where generation not in ({same_day})", params={"day": issue.as_of_day}))
    except duckdb.Error:
        return [f"What earlier builds published cannot be read from {current}, so nothing is compared with it."]
    return []


def _take(con: duckdb.DuckDBPyConnection, name: str, rows: duckdb.DuckDBPyRelation) -> None:
    con.register("carried", rows.to_arrow_table())
    con.execute(f"insert into {name} by name from carried")
    con.unregister("carried")


def _say(con: duckdb.DuckDBPyConnection, issue: Issue, metric: SqlFile, counted: SqlFile) -> None:
    """What this build says of one metric, from the metric's own query, and of the records that it counts."""
    part, by = metric.words("dims_part"), ("week",)
    span = {"from_day": issue.as_of_week - timedelta(weeks=WEEKS), "to_day": issue.as_of_week + timedelta(weeks=1)}
    con.execute("create or replace temp table answer (week date, value double, n bigint, k bigint, waiting bigint)")
    con.execute(f"insert into answer by name {fill(metric.body, part, by, {})}", span)
    con.execute(_support("published_week"), vars(issue) | span | {"metric": metric.name, "unit": metric.header["unit"]})
    listing = fill(f"{record_part(metric.body)}\n\n{counted.body}", part, by, {})
    con.execute(
        f"insert into published_record select $generation, $metric, week, record_id, nth, state, amount from ({listing})",
        span | {"generation": issue.generation, "metric": metric.name},
    )
