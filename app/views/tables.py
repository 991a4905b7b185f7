"""Tables: their columns as people read them, rows that can be chosen, and CSV that is safe to open."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from os.path import commonprefix

import pyarrow as pa

from app.charts import format as write
from app.views import sheet, words
from app.views.answers import Row

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MOST_ROWS = 16  # in sight
MONEY = {"USD": "$%,.0f", "EUR": "€%,.0f", "GBP": "£%,.0f"}


def by_key(rows: Iterable[Row], dimension: str) -> dict[object, Row]:
    """Rows by their value of a dimension."""
    return {row[dimension]: row for row in rows}


def number(row: Row | None) -> float | None:
    """A row's value; None where there is no row."""
    return None if row is None or row["value"] is None else float(row["value"])


def percent(row: Row | None) -> float | None:
    """A row's share in hundredths."""
    share = number(row)
    return None if share is None else share * 100


def basis(row: Row, done: str) -> str:
    """420 of 676 accepted, 58-66 %."""
    if not row or row.get("value") is None:
        return f"no data on how many were {done}"
    return f"{write.count(round(row['value'] * row['n']))} of {write.count(row['n'])} {done}, {write.interval(row['low'], row['high'])}"


@dataclass(frozen=True)
class Column:
    """How a column is written: its kind, its name (None: as in the data), the form of its numbers, and, of bars, whose and up to how much."""

    kind: str = "text"
    label: str | None = None
    form: str = ""
    side: str = ""
    most: float = 0


def text(large: bool = False) -> Column:
    """A column of words."""
    return Column("large" if large else "text")


def whole(label: str | None = None) -> Column:
    """A column of whole numbers."""
    return Column("number", label, "%,d")


def hours(label: str | None = None) -> Column:
    """A column of hours."""
    return Column("number", label, "%.1f h")


def share(label: str | None = None) -> Column:
    """A column of hundredths."""
    return Column("number", label, "%.0f %%")


def money(currency: str, label: str | None = None) -> Column:
    """A column of the reporting currency."""
    return Column("number", label, MONEY.get(currency, f"{currency} %,.0f"))


def day(label: str | None = None) -> Column:
    """A column of days."""
    return Column("day", label)


def bar(form: str, most: float, side: str) -> Column:
    """A column of bars up to `most` in a side's colour."""
    return Column("bar", None, form, side, max(float(most), 1.0))


def choosable(
    key: str, data: Mapping[str, Sequence[object]], columns: Mapping[str, Column], to: Callable[[int], str | None], most_rows: int = MOST_ROWS
) -> None:
    """A table whose rows lead on: `to` makes the address of the row at a place."""
    rows = len(next(iter(data.values()), ()))
    _put(data, columns, key.capitalize(), [to(place) for place in range(rows)], most_rows)


def listing(
    table: pa.Table, currency: str, alt: str, most_rows: int = MOST_ROWS, to: Callable[[int], str | None] | None = None, **labels: str
) -> None:
    """Rows as they are, under the column names people use; columns in which nothing stands are left out. `labels` rename; `to` makes
    the address of the row at a place.
    """
    shown = table.select([name for name in table.column_names if table[name].null_count < table.num_rows and name != "account_id"])
    columns = {name: _column(name, currency, labels.get(name)) for name in shown.column_names}
    data = {name: shown[name].to_pylist() for name in shown.column_names}
    _put(data, columns, alt, [to(place) for place in range(shown.num_rows)] if to else None, most_rows)


def _put(
    data: Mapping[str, Sequence[object]], columns: Mapping[str, Column], alt: str, hrefs: Sequence[str | None] | None, most_rows: int
) -> None:
    """A table: cells as they are written, those of numbers and times with what they are sorted by. Outside of a sheet it is an element by itself."""
    kinds = [replace(columns.get(name, Column()), label=columns[name].label if name in columns and columns[name].label else name) for name in data]
    cells = [_column_written(values, column.form) for column, values in zip(kinds, data.values(), strict=True)]
    heads = [{"label": one.label, "kind": one.kind, "side": one.side, "most": one.most} for one in kinds]
    rows = [list(row) for row in zip(*cells, strict=True)]
    start = commonprefix([href for href in hrefs or () if href])  # said once, as it is most of what a table of hundreds of rows weighs
    ends = hrefs and [href and href.removeprefix(start) for href in hrefs]
    part = {"kind": "table", "alt": alt, "columns": heads, "rows": rows, "start": start, "ends": ends, "seen": min(max(len(rows), 1), most_rows)}
    sheet.put(part) if sheet.is_open() else sheet.single(f"table {alt}", lambda: sheet.put(part))


def _column_written(values: Sequence[object], form: str) -> list[object]:
    """Numbers as the column's form has them: `%,d`, `$%,.0f`, `%.0f %%`."""
    if not form:
        return [_written(value) for value in values]
    before, _, rest = form.partition("%")
    digits, kind, after = (rest.partition(letter) for letter in ("d", "f") if letter in rest).__next__()
    spec, after = f"{digits}{'.0f' if kind == 'd' else 'f'}", after.replace("%%", "%")
    return [None if value is None else [f"{before}{value:{spec}}{after}", float(value)] for value in values]


def _written(value: object) -> object:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ["✓" if value else "", int(value)]
    if isinstance(value, datetime):
        return [f"{write.full_day(value)}, {value:%H:%M}", value.isoformat()]
    if isinstance(value, date):
        return [write.full_day(value), value.isoformat()]
    return [f"{value:,}", float(value)]


def as_csv(table: pa.Table) -> bytes:
    """All rows with the column names people use. A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([words.column(name) for name in table.column_names])
    for batch in table.to_batches(max_chunksize=10_000):
        writer.writerows(
            [_cell(value) for value in row]
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        )
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _column(name: str, currency: str, label: str | None) -> Column:
    usual, kind = words.COLUMNS.get(name, (words.column(name), "text"))
    forms = {"count": "%,d", "number": "%.0f", "hours": "%.1f", "money": MONEY.get(currency, f"{currency} %,.0f")}
    return Column("number" if kind in forms else "plain" if kind == "text" else kind, label or usual, forms.get(kind, ""))
