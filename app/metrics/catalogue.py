"""The catalogue of metrics, read from the headers of queries/metrics/*.sql."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from app.errors import QueryError
from app.filters import DIMENSIONS
from app.queries import ANSWER, ONCE, QUERIES, Plain, SqlFile, plain, read_folder, record_part

OWNERS = ("joint", "marketing", "sales")
UNITS = ("count", "money", "rate", "ratio", "hours", "days")


@dataclass(frozen=True)
class Metric:
    """One metric: what it says, whose it is, and the query that is the only place it is computed."""

    name: str
    title: str
    says: str
    formula: str
    owner: str
    unit: str
    better: str
    dims: tuple[str, ...]
    dims_part: tuple[str, ...]
    records: str
    needs: tuple[str, ...]
    is_state: bool
    adds_up: bool
    sql: str
    whole_sql: str = ""

    def sentence(self, settings: Mapping[str, object]) -> str:
        """What it says, with the windows of the settings filled in."""
        return re.sub(r"{(\w+)}", lambda match: f"{settings[match[1]]:g}", self.says)

    def of(self, names: Iterable[str]) -> "Metric":
        """The metric with the query that answers by and of these dimensions: a cheaper one where its records are not split, if it has one."""
        return self._whole if self.whole_sql and {*self.dims_part}.isdisjoint(names) else self

    @cached_property
    def _whole(self) -> "Metric":
        return replace(self, sql=self.whole_sql, whole_sql="")

    @property
    def adds_over_time(self) -> bool:
        """Whether the values of days add up to that of a period; also of what has overlapping parts."""
        return self.unit in ("count", "money") and (self.adds_up or bool(self.dims_part))

    @property
    def is_by_marts(self) -> bool:
        """Whether its period stands in marks alone, so that several periods can be asked together."""
        return "$from_day" not in self.sql

    @cached_property
    def sums(self) -> tuple[str, ...]:
        """Its columns where those of days add up to those of a period: k and n of a rate, counts and sums of what is on one day; else none."""
        answer = self.sql.split(ANSWER)[1]
        columns = tuple(re.findall(r"\bas (\w+)", answer))
        known = {"k", "n", "waiting"} if self.unit == "rate" else {"value", "n", "without_amount"} if self.unit in ("count", "money") else set()
        return columns if known.issuperset(columns) and "distinct" not in answer else ()

    @cached_property
    def waits(self) -> bool:
        """Whether it says how many of its records are still to be judged."""
        return "as waiting" in self.sql.split(ANSWER)[1]

    @cached_property
    def is_one_select(self) -> bool:
        """Whether its answer is a single select over its records, so that it can be asked by several dimensions at once."""
        return not self.dims_part and self.sql.count("{by}") == self.sql.count("group by all") == 1

    @property
    def counts_first(self) -> bool:
        """Whether it takes each record once and then adds up in a select, so that it can be asked by several dimensions at once."""
        return bool(ONCE.search(self.sql)) and "{splits.part}" not in self.sql and self.sql.count("{by}") == 2 and self.sql.count("group by all") == 1

    @cached_property
    def plain(self) -> Plain | None:
        """What its query counts, where it does no more than that, so that it can be asked at once with others of the same rows."""
        return plain(self.sql)

    @property
    def record_sql(self) -> str:
        """The part of the query that selects the records; the last CTE is `record`."""
        return record_part(self.sql)


@cache
def catalogue() -> dict[str, Metric]:
    """All metrics by name, in the order they are shown. Raises QueryError where a header breaks the contract."""
    files = read_folder(QUERIES / "metrics")
    ordered = sorted(files.values(), key=lambda file: int(file.header.get("order", "999")))
    return {file.name: _metric(file) for file in ordered}


def list_file(name: str) -> Path:
    """The SQL file of the list that shows records of a kind."""
    return QUERIES / "lists" / f"{name}.sql"


def _metric(file: SqlFile) -> Metric:
    _check(file)
    head = file.header
    return Metric(
        name=file.name,
        title=head["title"],
        says=head["says"],
        formula=head["formula"],
        owner=head["owner"],
        unit=head["unit"],
        better=head["better"],
        dims=file.words("dims"),
        dims_part=file.words("dims_part"),
        records=head["records"],
        needs=file.words("needs"),
        is_state=head.get("state") == "yes",
        adds_up=head["unit"] in ("count", "money") and head.get("total", "no" if "dims_part" in head else "yes") == "yes",
        sql=file.body,
        whole_sql=file.whole,
    )


def _check(file: SqlFile) -> None:
    closed = {"owner": OWNERS, "unit": UNITS, "better": ("up", "down", "none")}
    for key in ("title", "says", "formula", "records", "dims", *closed):
        if key not in file.header:
            raise QueryError(f"queries/metrics/{file.name}.sql has no header line `-- {key}:`.")
    for key, values in closed.items():
        if file.header[key] not in values:
            raise QueryError(f"queries/metrics/{file.name}.sql: {key} is {file.header[key]!r}, not one of {', '.join(values)}.")
    if strangers := set(file.words("dims")) - set(DIMENSIONS):
        raise QueryError(f"queries/metrics/{file.name}.sql: no such dimension: {', '.join(sorted(strangers))}.")
    if ANSWER not in file.body or not list_file(file.header["records"]).exists():
        raise QueryError(f"queries/metrics/{file.name}.sql needs a line `{ANSWER}` and a list of its records in queries/lists.")
