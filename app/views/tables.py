"""Tables: their columns as people read them, rows that can be chosen, and CSV that is safe to open."""

import csv
import io
from collections.abc import Callable, Iterable

import pandas as pd
import pyarrow as pa
import streamlit as st

from app.charts import format as write
from app.views import words
from app.views.answers import Row

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
ROW_PX, HEAD_PX, MOST_ROWS = 31, 34, 16
BLANK = "–"
# Table bars know no theme: these two read well on light and on dark.
BAR_COLORS = {"marketing": "#6366f1", "sales": "#14968a"}
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


def text(large: bool = False) -> object:
    """A column of words."""
    return st.column_config.TextColumn(width="large" if large else "medium")


def whole(label: str | None = None) -> object:
    """A column of whole numbers."""
    return st.column_config.NumberColumn(label, format="%,d")


def hours(label: str | None = None) -> object:
    """A column of hours."""
    return st.column_config.NumberColumn(label, format="%.1f h")


def share(label: str | None = None) -> object:
    """A column of hundredths."""
    return st.column_config.NumberColumn(label, format="%.0f %%")


def money(currency: str, label: str | None = None) -> object:
    """A column of the reporting currency."""
    return st.column_config.NumberColumn(label, format=MONEY.get(currency, f"{currency} %,.0f"))


def bar(form: str, most: float, side: str) -> object:
    """A column of bars up to `most` in a side's colour."""
    return st.column_config.ProgressColumn(
        format=form, min_value=0, max_value=max(float(most), 1.0), color=BAR_COLORS[side]
    )


def choosable(
    key: str, frame: pd.DataFrame, columns: dict[str, object], follow: Callable[[int], None], most_rows: int = MOST_ROWS
) -> None:
    """A table whose rows lead on: `follow` gets the row's place."""

    def chosen() -> None:
        if places := st.session_state[key].selection.rows:
            follow(places[0])

    st.dataframe(
        frame, hide_index=True, column_config=columns, key=key, on_select=chosen, selection_mode="single-row",
        height=HEAD_PX + ROW_PX * min(len(frame), most_rows), placeholder=BLANK, alt=key.capitalize(),
    )  # fmt: skip


def listing(table: pa.Table, currency: str, alt: str, most_rows: int = MOST_ROWS, follow: Callable[[int], None] | None = None, **labels: str) -> None:
    """Rows as they are, under the column names people use; columns in which nothing stands are left out. `labels` rename; `follow`
    gets the place of a row that is chosen.
    """
    shown = table.select([name for name in table.column_names if table[name].null_count < table.num_rows and name != "account_id"])
    columns = {name: _column(name, currency, labels.get(name)) for name in shown.column_names}
    height = HEAD_PX + ROW_PX * min(max(shown.num_rows, 1), most_rows)

    def chosen() -> None:
        if follow and (places := st.session_state[alt].selection.rows):
            follow(places[0])

    choice = {"on_select": chosen, "selection_mode": "single-row", "key": alt} if follow else {}
    st.dataframe(shown, hide_index=True, column_config=columns, height=height, placeholder=BLANK, alt=alt, **choice)


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


def _column(name: str, currency: str, label: str | None) -> object:
    usual, kind = words.COLUMNS.get(name, (words.column(name), "text"))
    makers = {
        "count": whole,
        "number": lambda label: st.column_config.NumberColumn(label, format="%.0f"),
        "hours": lambda label: st.column_config.NumberColumn(label, format="%.1f"),
        "money": lambda label: money(currency, label),
        "moment": lambda label: st.column_config.DatetimeColumn(label, format="D MMM YYYY, HH:mm"),
        "day": lambda label: st.column_config.DateColumn(label, format="D MMM YYYY"),
        "flag": st.column_config.CheckboxColumn,
        "text": st.column_config.TextColumn,
    }
    return makers[kind](label or usual)
