"""The SQL files of queries/ and their headers: comment lines `-- key: value` before the first line of SQL."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from app.errors import QueryError
from app.filters import DIMENSIONS, MODELS, SCOPES, TIME_DIMENSIONS, Where

QUERIES = Path(__file__).resolve().parent.parent / "queries"
ANSWER = "-- answer"
WHOLE = "-- whole"  # what follows in a metric's file answers the same of records that are not split
MART = re.compile(r"{(\w+)(?: or (\w+))?(?: (by|in) (\w+))?}")
PLAIN = re.compile(
    r"with record as \(\s+select \* from {(\w+) by (\w+)} where (?:(.+?) and )?{filters}\s+\)\s+-- answer\s+select\s+{by}\s+(.+?)\s+from record\s+group by all", re.DOTALL
)
COLUMN = re.compile(r"(.+?) as (\w+)(?:,\s+|$)", re.DOTALL)
ADDING = ("k", "n", "waiting", "value", "without_amount")  # columns of a plain query that add up
COUNTS = re.compile(r"\b(count|sum)\((\*|\w+)\)(?: filter \(where ([^()]+)\))?")
ONCE = re.compile(r"select distinct {by} (.+?) from record")  # each record once, before it is counted
EACH_MODEL = "each"  # asked for, each model's credit is a column of its name
SLOT = "slot"  # the place of a period among several that are asked about together
SLOTS = "(select unnest(range(len($first_days::date[]))) as slot, unnest($first_days::date[]) as first_day, unnest($end_days::date[]) as end_day)"
TIMES = {*TIME_DIMENSIONS, SLOT}
Columns = Mapping[str, tuple[str, ...]]  # of each mart


@dataclass(frozen=True)
class SqlFile:
    """One SQL file: its name without ending, its header, its text without the header, and what stands below a line WHOLE."""

    name: str
    header: dict[str, str]
    body: str
    whole: str = ""

    def words(self, key: str) -> tuple[str, ...]:
        """A header entry that is a list, split at commas and blanks."""
        return tuple(filter(None, re.split(r"[,\s]+", self.header.get(key, ""))))


@cache
def read_file(path: Path) -> SqlFile:
    """One SQL file, read once. A header line that is indented carries on the one before it; one without a key is a remark."""
    header: dict[str, str] = {}
    key = ""
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if not line.startswith("--"):
            body, _, whole = "\n".join(lines[number:]).partition(f"\n{WHOLE}\n")
            return SqlFile(path.stem, header, body.strip(), whole.strip())
        text = line[2:].strip()
        match = re.match(r"([a-z_]+): (.*)", text)
        if match:
            key = match[1]
            header[key] = match[2]
        elif key and line.startswith("--    "):
            header[key] += " " + text
    raise QueryError(f"{path.name} has no SQL.")


def read_folder(folder: Path) -> dict[str, SqlFile]:
    """All SQL files of a folder by name, without schema.sql."""
    return {path.stem: read_file(path) for path in sorted(folder.glob("*.sql")) if path.stem != "schema"}


def record_part(sql: str) -> str:
    """The part of a metric's query that selects the records; the last CTE is `record`."""
    return sql.split(ANSWER)[0].rstrip().removesuffix(",")


def fill(
    sql: str, part: tuple[str, ...], by: tuple[str, ...], where: Where, model: str = MODELS[0], scope: str = SCOPES[0], columns: Columns | None = None
) -> str:
    """Fills the marks of a metric's query from the closed list of dimensions; values of the reader are bound, never written in.

    `part` are the dimensions by which a record is split (the header's dims_part). {MART by DAY} are the rows of a mart in the asked period,
    {MART in DAY} the same without their week, month and so on, {MART} all; where its `columns` are known, only those that the query names,
    as every one costs planning. {MART or COARSER ...} are rows of the coarser mart where it has all of `part` that is asked, what it lacks being null.
    Split by SLOT, {MART by DAY} are the rows of each of several periods.
    """
    weights = {"value": model} if model != EACH_MODEL else {name: name for name in MODELS}
    marks = {
        "{by}": listed(by),
        "{filters}": filters(where),
        "{by.whole}": listed(name for name in by if name not in part),
        "{filters.whole}": filters({name: values for name, values in where.items() if name not in part}),
        "{filters.part}": filters({name: values for name, values in where.items() if name in part}),
        "{splits.part}": _truth(any(name in part for name in by)),
        "{weights}": ", ".join(f"{name} as {value}" for value, name in weights.items()),
        "{values}": ", ".join(f"'{value}'" for value in weights),
        "{scope}": scope,
        **{f"{{asks.{name}}}": _truth(name in by or name in where) for name in DIMENSIONS},
    }
    for mark, text in marks.items():
        sql = sql.replace(mark, text)
    named = set(re.findall(r"\w+", re.sub(r"--.*", "", sql))) - ({"day"} - {*by, *where})
    split = {name for name in part if name in by or name in where}
    return MART.sub(lambda found: _rows(found[1], found[2], split, found[4], named if found[3] == "by" else named - TIMES, columns or {}), sql)


@dataclass(frozen=True)
class Plain:
    """A metric's query that does no more than count and add up rows of one mart in the period: the day it takes of them, which of them it
    takes (SQL), and its columns (SQL by name), those that add up and all of them.
    """

    mart: str
    day: str
    which: str
    columns: Mapping[str, str]
    all_columns: Mapping[str, str]


def plain(sql: str) -> Plain | None:
    """What a metric's query says if it is plain, else None."""
    found = PLAIN.fullmatch(sql)
    if not found or " or " in sql or set(re.findall(r"(\w+)\(", found[4])) - {"count", "sum", "coalesce", "accord_share"}:
        return None
    columns = {name: text for text, name in COLUMN.findall(found[4])}
    return Plain(found[1], found[2], found[3] or "true", {name: text for name, text in columns.items() if name in ADDING}, columns)


def at_once(plains: Mapping[str, Plain]) -> str:
    """One query in place of plain ones of the same mart and day: their columns, each METRIC__COLUMN. Groups without a row of a metric say 0.

    What is counted is worked out once for each row, as a column that is null in the others: however often the rows are then grouped.
    """
    [(mart, day)] = {(one.mart, one.day) for one in plains.values()}
    taken = {one.which for one in plains.values()}
    of_all = taken.pop() if len(taken) == 1 else "true"
    counted: dict[str, str] = {}
    columns = [
        f"{_counted(text, 'true' if one.which == of_all else one.which, counted)} as {metric}__{name}"
        for metric, one in plains.items() for name, text in one.columns.items()
    ]  # fmt: skip
    kept = f"with kept as (\n    select * from {{{mart} by {day}}} where {of_all} and {{filters}}\n)"
    record = f"record as (\n    select {{by}} {', '.join(f'{text} as {name}' for text, name in counted.items())} from kept\n)"
    return f"{kept},\n\n{record}\n\n{ANSWER}\nselect {{by}} {', '.join(columns)}\nfrom record\ngroup by all"


def _counted(text: str, which: str, counted: dict[str, str]) -> str:
    """A column of a plain query that counts those rows alone, by the columns that are `counted`, to which it adds those it needs."""

    def call(found: re.Match) -> str:
        only = " and ".join(test for test in (which, found[3]) if test and test != "true")
        value = "true" if found[2] == "*" else found[2]
        column = counted.setdefault(f"case when {only} then {value} end" if only else value, f"counted_{len(counted)}")
        return f"{found[1]}({column})"

    return COUNTS.sub(call, text)


def by_each(sql: str, dims: tuple[str, ...]) -> str:
    """A metric's query by week, as a whole and by each of several dimensions at once: side (a bit for each dimension, the first the highest,
    0 in the one that it is split by), grouped (its value), week. Where the query first takes each record once, that is once for each of these.
    """
    names = ", ".join(dims)
    heads = f"grouping({names}) as side, coalesce({names}) as grouped, week, " if dims else "0 as side, null as grouped, week, "
    if once := ONCE.search(sql):
        sql = sql.replace(once[0], f"select {heads}{once[1]} from record group by {_sets(dims, once[1])}")
        return sql.replace("{by}", "side, grouped, week, ")
    first, _, last = sql.rpartition("{by}")
    return first.replace("{by}", listed((*dims, "week"))) + heads + last.replace("group by all", f"group by {_sets(dims)}")


def _sets(dims: tuple[str, ...], *more: str) -> str:
    """By week, as a whole and by each dimension, always with `more`."""
    sets = [", ".join((*name, "week", *more)) for name in ((), *((dim,) for dim in dims))]
    return f"grouping sets ({', '.join(f'({columns})' for columns in sets)})"


def _rows(fine: str, coarser: str | None, split: set[str], day: str | None, named: set[str], columns: Columns) -> str:
    mart = coarser if coarser in columns and split <= {*columns[coarser]} else fine
    there = columns.get(mart, ())
    kept = [f"{mart}.{name}" if name in there else f"null as {name}" for name in columns.get(fine, ()) if name in named] or [f"{mart}.*"]
    if day is None:
        return f"(select {', '.join(kept)} from {mart})"
    starts = [f"calendar.{name}" for name in TIME_DIMENSIONS if name in named - {"day"}]
    kept += [*starts, *([f"{day} as day"] if "day" in named else []), *([SLOT] if SLOT in named else [])]
    calendar = f" inner join calendar on calendar.day = {mart}.{day}" if starts else ""
    slots = f" inner join {SLOTS} on {day} >= first_day and {day} < end_day" if SLOT in named else ""
    return f"(select {', '.join(kept)} from {mart}{calendar}{slots} where {day} >= $from_day and {day} < $to_day) as {mart}"


def listed(names: Iterable[str]) -> str:
    """Columns at the head of a select list."""
    return "".join(f"{name}, " for name in names)


def filters(where: Where) -> str:
    """The condition for chosen values, each bound by its name in `filter_params`; '' is no value."""
    return " and ".join(_filter(name, values)[0] for name, values in where.items()) or "true"


def filter_params(where: Where) -> dict[str, object]:
    """The values that `filters` binds, by their names."""
    return {bound: value for name, values in where.items() for bound, value in _filter(name, values)[1].items()}


def _filter(name: str, values: tuple[str, ...]) -> tuple[str, dict[str, object]]:
    """The condition for one dimension and what it binds: each value by itself, as a list would be searched for every row."""
    if name in TIME_DIMENSIONS:
        return f"{name} in (select unnest($f_{name}::date[]))", {f"f_{name}": list(values)}
    bound = {f"f_{name}_{number}": value for number, value in enumerate(values, 1)}
    text = f"cast({name} as varchar)"
    held = f"coalesce({text}, '')" if "" in values else text
    return f"{held} in ({', '.join(f'${one}' for one in bound)})" if bound else "false", bound


def _truth(holds: bool) -> str:
    return "true" if holds else "false"


@cache
def tables_read(sql: str) -> frozenset[str]:
    """Names of the tables a select reads (schema.table or table), without its own CTEs."""
    parsed = json.loads(duckdb.execute("select json_serialize_sql($1::varchar)", [sql]).fetchall()[0][0])
    if parsed.get("error"):
        raise QueryError(f"SQL cannot be parsed: {parsed.get('error_message')}")
    names: set[str] = set()
    ctes: set[str] = set()
    _collect(parsed["statements"], names, ctes)
    return frozenset(names - ctes)


def _collect(node: object, names: set[str], ctes: set[str]) -> None:
    if isinstance(node, list):
        for item in node:
            _collect(item, names, ctes)
    elif isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            names.add(".".join(filter(None, [node.get("schema_name"), node["table_name"]])))
        for cte in (node.get("cte_map") or {}).get("map", []):
            ctes.add(cte["key"])
        for value in node.values():
            _collect(value, names, ctes)


def in_order(files: dict[str, SqlFile]) -> list[SqlFile]:
    """Files so that each comes after those it reads. Raises QueryError on a circle."""
    reads = {name: (tables_read(file.body) | {*file.words("repeat")}) & files.keys() - {name} for name, file in files.items()}
    done: list[SqlFile] = []
    while reads:
        ready = sorted(name for name, needed in reads.items() if not needed & reads.keys())
        if not ready:
            raise QueryError(f"These SQL files read each other in a circle: {', '.join(sorted(reads))}.")
        done += [files[name] for name in ready]
        reads = {name: needed for name, needed in reads.items() if name not in ready}
    return done
