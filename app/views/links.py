"""Ways from one page to another, as addresses: everything a page shows is in its address, so a link is a whole question.

Streamlit's own st.switch_page cannot carry what widgets keep in the address and leaves a step in the browser's history for
each of them; so a link is followed by the browser, the way its back button does it, in one step and without a reload.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote_plus

import pyarrow as pa
import streamlit as st

from app.charts.theme import ROLES
from app.filters import DIMENSIONS, TIME_DIMENSIONS, read_day
from app.views import answers, bar, source

HOME = "scorecard"
STANDS_FOR = "accord.any.value"
LOOSE = tuple(name for name in DIMENSIONS if bar.key_of(name) is None)
PARTS_JS = f"const ROLES = {json.dumps(ROLES)}\n{(Path(__file__).parent / 'parts.js').read_text()}"
_FOLLOWER = st.components.v2.component(
    "accord_follower",
    html="<span></span>",
    js=PARTS_JS + "\nexport default function ({ data }) {\n  if (data?.href) follow(data.href)\n}\n",
)
# A provider sends everybody back to the first page; where he wanted to go the browser keeps, for this tab alone.
_WANTED = st.components.v2.component(
    "accord_wanted",
    html="<span></span>",
    js=PARTS_JS
    + """
export default function ({ data }) {
  const here = location.pathname + location.search
  if (data.keeps) return void sessionStorage.setItem("accord_wanted", here)
  const wanted = sessionStorage.getItem("accord_wanted")
  sessionStorage.removeItem("accord_wanted")
  const isSentHere = location.pathname.endsWith("/") // to the first page
  if (wanted && isSentHere && wanted !== here && wanted !== location.pathname) follow(wanted)
}
""",
)


def href(page: str, **more: str | list[str]) -> str:
    """The address of a page with what the bar has chosen and whatever `more` says, relative to any other page."""
    return _address("./" if page == HOME else page, st.session_state.get("address", {}) | more)


def _address(page: str, asked: Mapping[str, str | list[str]]) -> str:
    return f"{page}?" + "&".join(f"{key}={_quoted(value)}" for key, values in asked.items() for value in ([values] if isinstance(values, str) else values))


_quoted = lru_cache(10_000)(quote_plus)  # a page says the same hundreds of times over


def records(metric: str, **values: object) -> str:
    """The address of the records behind a number, of one value for each dimension named; what the bar can choose, it chooses."""
    more: dict[str, str] = {"metric": metric}
    for name, value in values.items():
        key = bar.key_of(name)
        more[key or name] = str(value or (bar.NONE if key else ""))
    return href("records", **more)


def week_records(metric: str, week: date) -> str:
    """The address of the records behind a number of one week, without filters."""
    days = [week.isoformat(), (week + timedelta(days=6)).isoformat()]
    return _address("records", {"metric": metric, "period": bar.CUSTOM, "days": days})


def account(account_id: object) -> str:
    """The address of an account's story."""
    return href("account", account=str(account_id or ""))


def to_account(table: pa.Table) -> Callable[[int], str | None] | None:
    """The address of the account's story of the row at a place, where the records have accounts."""
    if "account_id" not in table.column_names:
        return None
    ids = table["account_id"].to_pylist()
    to = each(account)
    return lambda place: to(ids[place]) if ids[place] else None


def definition(metric: str) -> str:
    """The address of a metric's definition."""
    return href("definitions", metric=metric)


def each(make: Callable[[str], str]) -> Callable[[object], str]:
    """What `make` gives for a value, for hundreds of values: the address around the value is worked out once."""
    before, after = make(STANDS_FOR).split(STANDS_FOR)
    return lambda value: f"{before}{_quoted(str(value))}{after}" if value else make("")


def go(address: str) -> None:
    """Follows an address once this run has drawn."""
    st.session_state["go"] = address


def follow() -> None:
    """Lets the browser follow what was asked for in this run."""
    if address := st.session_state.pop("go", None):
        _FOLLOWER(key=f"follow {address}", data={"href": address}, height=1)


def keep_wanted() -> None:
    """Lets the browser keep the address that somebody came with before he has signed in."""
    _WANTED(key="wanted", data={"keeps": True}, height=1)


def go_to_wanted() -> None:
    """Follows that address, once in a session, when he has signed in."""
    if "is_there" not in st.session_state:
        st.session_state["is_there"] = True
        _WANTED(key="wanted", data={"keeps": False}, height=1)


def asked_metric() -> str | None:
    """The metric that the address names, if there is such a one."""
    name = st.query_params.get("metric", "")
    return name if name in answers.metrics.catalogue() else None


def asked_values() -> dict[str, str]:
    """Values of dimensions that the address names and the bar does not have."""
    return {
        name: st.query_params[name]
        for name in LOOSE
        if name in st.query_params and _is_possible(name, st.query_params[name])
    }


def _is_possible(name: str, value: str) -> bool:
    if name in TIME_DIMENSIONS:
        return _is_day(value)
    return value == "" or value in answers.choices(source.current(), name)


def _is_day(value: str) -> bool:
    try:
        return bool(read_day(value))
    except ValueError:
        return False
