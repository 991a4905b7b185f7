"""SQL expressions that turn a raw column into a typed one, and say what is wrong where that cannot be done."""

from collections.abc import Callable
from dataclasses import dataclass

from app.build.contract import Column

EARLIEST, LATEST = "timestamp '1990-01-01'", "timestamp '2100-01-01'"
WANTED = {
    "BOOLEAN": "true or false",
    "DATE": "a date such as 2026-11-20",
    "TIMESTAMP": "a time such as 2026-11-20T05:12:00Z",
    "TIME": "a time of day such as 09:00",
    "BIGINT": "a whole number such as 1200",
    "DOUBLE": "a number such as 1234.5",
}


@dataclass(frozen=True)
class RawColumn:
    """A column as it lies in a file: its name there, its name in SQL, its physical type, and whether it holds days in disguise."""

    name: str
    sql: str
    type: str
    holds_day: bool = False


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def present(raw: RawColumn) -> str:
    """The raw value, blanks being nothing. Plain text without blanks at its ends, which nearly all is, is not trimmed: that costs most."""
    text = raw.sql
    is_bare = f"{text} >= '!' and not suffix({text}, ' ') and strlen({text}) = length({text})"
    return f"case when {is_bare} then {text} else nullif(trim({text}), '') end" if raw.type in ("VARCHAR", "TEXT") else text


def typed(column: Column, raw: RawColumn | None) -> str:
    """SQL of the value in the type of the contract; NULL where it cannot be read."""
    if raw is None:
        return f"cast(null as {column.type})"
    if column.type == "VARCHAR":
        return _text(raw)
    if column.type in ("TIMESTAMP", "DATE"):
        return _time(column, raw)
    return _text_to(column.type, present(raw)) if raw.type in ("VARCHAR", "TEXT") else _cast(raw.sql, column.type)


def fault(column: Column, raw: RawColumn | None) -> str | None:
    """SQL of a struct that says what is wrong with the value, else NULL; None where nothing can be wrong."""
    if raw is None:
        return None
    value = quoted(column.name)
    return fault_in(column, value, value if column.type == "VARCHAR" else present(raw), lambda reason: _fault(raw, reason), (EARLIEST, LATEST))


def fault_in(column: Column, value: str, given: str, told: Callable[[str], str], span: tuple[str, str]) -> str | None:
    """The same in any engine's words: `value` is the typed value, `given` what stands in the file, `told` makes the struct of a reason,
    and times lie in the span from its first moment until before its last.
    """
    checks = []
    if column.is_required:
        checks.append(f"when {given} is null then {told('has no value')}")
    if column.type != "VARCHAR":
        checks.append(f"when {given} is not null and {value} is null then {told('is not ' + WANTED.get(column.type, 'a number such as 1234.50'))}")
    if column.type in ("TIMESTAMP", "DATE"):
        checks.append(f"when {value} < {span[0]} or {value} >= {span[1]} then {told('lies outside 1990 to 2099')}")
    return f"case {' '.join(checks)} end" if checks else None


def _fault(raw: RawColumn, reason: str) -> str:
    return f"{{'column': {literal(raw.name)}, 'value': cast({raw.sql} as varchar), 'reason': {literal(reason)}}}"


def _text(raw: RawColumn) -> str:
    if raw.type in ("DOUBLE", "FLOAT"):  # ids that a data frame made into floats, and what is missing into NaN
        whole = f"case when {raw.sql} = trunc({raw.sql}) then cast(try_cast({raw.sql} as bigint) as varchar) end"
        return f"case when isfinite({raw.sql}) then coalesce({whole}, cast({raw.sql} as varchar)) end"
    return present(raw) if raw.type in ("VARCHAR", "TEXT") else f"cast({raw.sql} as varchar)"


def _text_to(kind: str, value: str) -> str:
    if kind == "BOOLEAN":
        return f"accord_boolean({value})"
    return _cast(value if kind == "TIME" else f"accord_number({value})", kind)


def _cast(value: str, kind: str) -> str:
    """What is infinite or no number is no amount, and half of a thing no whole number."""
    cast = f"try_cast({value} as {kind})"
    holds = {"DOUBLE": f"isfinite({cast})", "BIGINT": f"try_cast({value} as double) % 1 = 0"}.get(kind)
    return f"case when {holds} then {cast} end" if holds else cast


def _time(column: Column, raw: RawColumn) -> str:
    value = present(raw)
    is_text = raw.type in ("VARCHAR", "TEXT")
    day = f"accord_day({value})" if is_text else f"try_cast({_without_zone(raw)} as date)"
    if column.type == "DATE":
        return day
    bound = "accord_day_end" if column.at_day_end else "accord_day_start"
    if column.holds_day or raw.holds_day or raw.type == "DATE":
        return f"{bound}({day})"
    if is_text:
        return f"case when accord_is_day({value}) then {bound}({day}) else accord_instant({value}) end"
    return f"date_trunc('second', try_cast({_without_zone(raw)} as timestamp))"


def _without_zone(raw: RawColumn) -> str:
    if "WITH TIME ZONE" in raw.type or raw.type.startswith("TIMESTAMPTZ"):
        return f"timezone('UTC', cast({raw.sql} as timestamptz))"
    return f"cast({raw.sql} as timestamp)" if raw.type.startswith("TIMESTAMP") else raw.sql
