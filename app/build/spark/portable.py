"""The SQL that two engines read alike: what it may hold, and its translation for Apache Spark.

A list of what may not be used misses things, so this one lists what may: whatever is not named here is refused.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.tokens import TokenType

from app.errors import QueryError
from app.queries import QUERIES

_ROWS = (exp.Select, exp.Union, exp.With, exp.CTE, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Table, exp.Subquery, exp.Distinct)
_NAMES = (exp.Identifier, exp.Column, exp.Alias, exp.TableAlias, exp.Star)
_VALUES = (exp.Literal, exp.Null, exp.Boolean, exp.Interval, exp.Var, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Case, exp.If, exp.Paren)
_TESTS = (exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Is, exp.Like, exp.Exists)
_SUMS = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.DPipe)
_FUNCTIONS = (
    exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Length, exp.Reverse, exp.Replace,
    exp.Translate, exp.StrPosition, exp.ConcatWs, exp.Split, exp.Explode, exp.Floor, exp.Pow, exp.TimestampTrunc,
)  # fmt: skip
_AGGREGATES = (exp.Count, exp.Sum, exp.Min, exp.Max, exp.ArgMin, exp.ArgMax, exp.LogicalOr, exp.LogicalAnd)
_WINDOWS = (exp.Window, exp.RowNumber, exp.Lag, exp.Lead)
ALLOWED = frozenset({*_ROWS, *_NAMES, *_VALUES, *_TESTS, *_SUMS, *_FUNCTIONS, *_AGGREGATES, exp.Filter, *_WINDOWS, exp.Anonymous})
TYPES = frozenset({"TEXT", "INT", "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMPNTZ", "DECIMAL"})
JOINS = frozenset({("", ""), ("", "INNER"), ("LEFT", ""), ("FULL", "OUTER"), ("", "CROSS")})
UNITS = frozenset({"MINUTE", "HOUR", "DAY"})


# --- what may be used ----------------------------------------------------------------------------


def faults(sql: str) -> list[str]:
    """What keeps an SQL text from being read alike by both engines, a sentence each; none where it is portable."""
    try:
        parsed = sqlglot.parse(sql, read="duckdb")
    except sqlglot.errors.ParseError as fault:
        return [f"It cannot be parsed: {str(fault).splitlines()[0]}"]
    if len(parsed) != 1 or not isinstance(parsed[0], (exp.Select, exp.Union)):
        return ["It is not one select."]
    found = [sentence for node in parsed[0].walk() for sentence in _faults_of(node)]
    return list(dict.fromkeys([*found, *_short_spellings(sql, parsed[0])]))


def _faults_of(node: exp.Expression) -> Iterator[str]:
    if type(node) not in ALLOWED:
        yield f"{type(node).__name__} is not in the portable subset: {_shown(node)}"
    elif check := _CHECKS.get(type(node)):
        yield from (f"{reason}: {_shown(node)}" for reason in check(node))


def _shown(node: exp.Expression) -> str:
    return node.sql(dialect="duckdb")[:100]


def _star(node: exp.Star) -> Iterator[str]:
    if not isinstance(node.parent, exp.Count):
        yield "Columns are listed one by one"


def _column(node: exp.Column) -> Iterator[str]:
    if not node.table or node.args.get("db"):
        yield "A column says which table it is of"


def _data_type(node: exp.DataType) -> Iterator[str]:
    if node.this.name not in TYPES or node.args.get("nested"):
        yield f"There are casts to {', '.join(sorted(TYPES))}"
    elif node.this.name == "DECIMAL" and (len(node.expressions) != 2 or int(node.expressions[0].name) > 38):
        yield "A decimal has at most 38 digits, and says how many"


def _cast(node: exp.Cast) -> Iterator[str]:
    if node.args.get("safe") or node.args.get("format"):
        yield "A cast that fails must fail on both engines"
    inner = [] if isinstance(node.this, exp.Anonymous) else node.this.find_all(exp.Div, exp.Pow, exp.Cast)
    if node.to.this.name == "DECIMAL" and any(not isinstance(one, exp.Cast) or one.to.this.name == "DOUBLE" for one in inner):
        yield "A double becomes a decimal by accord_money or accord_weight, as engines round differently"


def _join(node: exp.Join) -> Iterator[str]:
    if (node.side, node.kind) not in JOINS or node.args.get("using") or node.args.get("method"):
        yield "Joins are inner, left, full outer or cross, on a condition"
    elif bool(node.args.get("on")) == (node.kind == "CROSS"):
        yield "Only a cross join has no condition"


def _window(node: exp.Window) -> Iterator[str]:
    ordered, inner = node.args.get("order"), node.this
    is_place = isinstance(inner, (exp.RowNumber, exp.Lag, exp.Lead))
    if node.args.get("spec") or node.args.get("alias"):
        yield "A window has no frame and no name"
    if is_place and not ordered:
        yield "What depends on the order of rows says their order"
    if not is_place and ordered:
        yield "A sum or count goes over the whole partition"
    if not is_place and not isinstance(inner, (*_AGGREGATES, exp.Filter)):
        yield "Of window functions there are row_number, lag, lead and the aggregates"


def _bare_place(node: exp.Expression) -> Iterator[str]:
    if not isinstance(node.parent, exp.Window):
        yield "It needs a window"


def _literal(node: exp.Literal) -> Iterator[str]:
    if node.is_string and "\\" in node.this:
        yield "A backslash means something else to each engine"
    if not node.is_string and not re.fullmatch(r"\d+(\.\d+)?", node.this):
        yield "Numbers are written as digits"


def _like(node: exp.Like) -> Iterator[str]:
    if not isinstance(node.expression, exp.Literal):
        yield "The pattern of a like is a literal"


def _is(node: exp.Is) -> Iterator[str]:
    if not isinstance(node.expression, exp.Null):
        yield "There is only `is null`"


def _in(node: exp.In) -> Iterator[str]:
    if node.args.get("query") or node.args.get("unnest") or node.args.get("field"):
        yield "An `in` has a list of values"


def _split(node: exp.Split) -> Iterator[str]:
    if not isinstance(node.parent, exp.Explode) or not node.expression.is_string:
        yield "A text is split by a literal, into rows"


def _explode(node: exp.Explode) -> Iterator[str]:
    if not isinstance(node.this, exp.Split) or not isinstance(node.parent, exp.Alias):
        yield "Rows of a split text are a column of their own, with nothing round them"


def _interval(node: exp.Interval) -> Iterator[str]:
    if str(node.unit).upper().removesuffix("S") not in UNITS or not node.this or not node.this.name.isdigit():
        yield f"An interval is a number of {', '.join(sorted(UNITS)).lower()}s"


def _trunc(node: exp.TimestampTrunc) -> Iterator[str]:
    if not isinstance(node.parent, exp.Cast) or node.parent.to.this.name != "DATE" or str(node.unit) != "MONTH":
        yield "Only a day is cut to the first of its month, as a date"


def _filter(node: exp.Filter) -> Iterator[str]:
    if not isinstance(node.this, _AGGREGATES):
        yield "A filter belongs to an aggregate"


def _ordered(node: exp.Ordered) -> Iterator[str]:
    if node.args.get("with_fill") or node.args.get("nulls_first"):
        yield "Nulls come last"


def _function(node: exp.Anonymous) -> Iterator[str]:
    if node.name.lower() not in macros():
        yield "It is neither in the portable subset nor a macro of queries/engine"


def _group(node: exp.Group) -> Iterator[str]:
    if any(value for name, value in node.args.items() if name != "expressions"):
        yield "What is grouped by is listed"


def _floor(node: exp.Floor) -> Iterator[str]:
    if not isinstance(node.parent, exp.Cast):
        yield "A floor is a double here and a whole number there: cast it"


def _table(node: exp.Table) -> Iterator[str]:
    if not isinstance(node.this, exp.Identifier) or node.args.get("catalog") or any(node.args.get(part) for part in ("joins", "sample", "pivots", "laterals")):
        yield "Tables are named, with at most a schema"


_CHECKS = {
    exp.Star: _star, exp.Column: _column, exp.DataType: _data_type, exp.Cast: _cast, exp.Join: _join, exp.Window: _window,
    exp.RowNumber: _bare_place, exp.Lag: _bare_place, exp.Lead: _bare_place, exp.Literal: _literal, exp.Like: _like, exp.Is: _is, exp.In: _in,
    exp.Split: _split, exp.Explode: _explode, exp.Interval: _interval, exp.TimestampTrunc: _trunc, exp.Filter: _filter, exp.Ordered: _ordered,
    exp.Anonymous: _function, exp.Floor: _floor, exp.Group: _group, exp.Table: _table,
}  # fmt: skip


def _short_spellings(sql: str, parsed: exp.Expression) -> list[str]:
    tokens = [token.token_type for token in sqlglot.tokenize(sql, read="duckdb")]
    written = tokens.count(TokenType.ALIAS)
    casts = re.findall(r"\bcast\s*\(", re.sub(r"--[^\n]*|'[^']*'", "", sql), re.I)
    wanted = len(list(parsed.find_all(exp.Alias))) + len(list(parsed.find_all(exp.TableAlias))) + len(casts)
    short = ["A cast is written out: cast(x as TYPE)."] if TokenType.DCOLON in tokens else []
    return short if written == wanted else [*short, "Every alias is given with `as`."]


# --- translation ---------------------------------------------------------------------------------


@cache
def macros() -> dict[str, tuple[tuple[str, ...], str]]:
    """The project's macros for Spark: their parameters and their text, by name."""
    text = re.sub(r"--[^\n]*", "", (QUERIES / "engine" / "spark.sql").read_text())
    found = re.findall(r"create macro (\w+)\(([^)]*)\) as\s+(.*?);", text, re.S)
    return {name: (tuple(re.split(r",\s*", parameters)), body.strip()) for name, parameters, body in found}


def tables_of(parsed: exp.Expression) -> list[exp.Table]:
    """The tables that a query reads, without the names of its own parts."""
    return [source for scope in traverse_scope(parsed) for source in scope.sources.values() if isinstance(source, exp.Table)]


def to_spark(sql: str, views: dict[str, str], timezone: str) -> str:
    """The query for Spark: `views` names the view that stands for each table (`lead`, `raw.lead`). Raises QueryError where it is not portable."""
    if found := faults(sql):
        raise QueryError("\n".join(found))
    parsed = sqlglot.parse_one(sql, read="duckdb")
    for table in tables_of(parsed):
        name = ".".join(filter(None, [table.db, table.name]))
        if name not in views:
            raise QueryError(f"It reads {name}, which there is not.")
        table.set("db", None)
        table.set("this", exp.to_identifier(views[name]))
    translated = parsed.transform(_for_spark).transform(_expand, timezone)
    return translated.sql(dialect="spark")


def _for_spark(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Window):
        return _counted_from(node)
    if isinstance(node, (exp.Trim, exp.Lower, exp.Upper)):
        return exp.Anonymous(this=f"accord_{node.key}", expressions=[node.this])
    if isinstance(node, (exp.Length, exp.StrPosition)):
        return exp.cast(node, "BIGINT", dialect="spark") if not isinstance(node.parent, exp.Cast) else node
    if isinstance(node, exp.Literal) and not node.is_string and "." in node.this:
        return exp.cast(node.copy(), "DOUBLE") if not isinstance(node.parent, exp.Cast) else node
    return node


def _counted_from(node: exp.Window) -> exp.Expression:
    """Row numbers as BIGINT, and a filter inside what is counted, as Spark has none in windows."""
    inner = node.this
    if isinstance(inner, exp.RowNumber):
        return node if isinstance(node.parent, exp.Cast) and node.parent.to.this.name == "BIGINT" else exp.cast(node.copy(), "BIGINT")
    if isinstance(inner, exp.Filter):
        aggregate = inner.this.copy()
        value = exp.Literal.number(1) if isinstance(aggregate.this, exp.Star) else aggregate.this
        aggregate.set("this", exp.Case(ifs=[exp.If(this=inner.expression.this.copy(), true=value.copy())]))
        node.set("this", aggregate)
    return node


def _expand(node: exp.Expression, timezone: str) -> exp.Expression:
    """A macro's text in the place of its call."""
    if not isinstance(node, exp.Anonymous) or node.name.lower() not in macros():
        return node
    parameters, body = macros()[node.name.lower()]
    if len(parameters) != len(node.expressions):
        raise QueryError(f"{node.name} has {len(parameters)} parameters.")
    given = dict(zip(parameters, node.expressions, strict=True))
    parsed = sqlglot.parse_one(body.replace("$timezone", f"'{timezone}'"), read="spark")
    filled = parsed.transform(lambda inner: given[inner.name].copy() if isinstance(inner, exp.Column) and inner.name in given else inner)
    return exp.paren(filled.transform(_expand, timezone), copy=False)


def call(name: str, argument: str, timezone: str) -> str:
    """A call of a macro with one argument, in Spark's SQL."""
    return _expand(exp.Anonymous(this=name, expressions=[sqlglot.parse_one(argument, read="spark")]), timezone).sql(dialect="spark")


def portable_files(folder: Path) -> list[Path]:
    """The SQL files below a folder that must be portable: all but the contracts."""
    return sorted(path for path in folder.rglob("*.sql") if path.name != "schema.sql")
