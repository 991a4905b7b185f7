"""The filter bar: period and filters, the same on every page, all of it in the page's address."""

from datetime import date, timedelta

import streamlit as st

from app.filters import Period
from app.metrics import Scorecard
from app.views import answers, source, words
from app.views.answers import Question
from app.views.memory import once

FRONT = ("segment", "region", "channel")
MORE = ("industry", "team", "owner")
KEYS = (*FRONT, *MORE)
NONE = "(none)"
CUSTOM = "Custom days"
FILTER_PX, DAYS_PX = 158, 212


def draw(card: Scorecard) -> Question:
    """Draws the bar and returns what is chosen.

    Every filter that is in use is drawn and none is hidden in a popover, as a filter that is not drawn drops out of the address.
    """
    _note_strangers(card)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key="filters"):
        preset, period = _period(card)
        shows_all = bool(st.session_state.get("more"))
        for key in KEYS:
            if shows_all or key in FRONT or _is_used(key):
                _filter(card, key)
        if not shows_all:
            st.button("More", icon=":material/tune:", help=f"Filter by {words.listed(MORE)}", on_click=_show_more)
        if preset != _usual(card) or any(st.session_state.get(key) for key in KEYS):
            st.button(
                "Reset",
                icon=":material/close:",
                type="tertiary",
                on_click=reset,
                help=f"Back to {_usual(card).lower()}, without filters",
            )
    st.session_state["address"] = address()
    return Question(card, preset, period, _where(card))


def unfiltered(card: Scorecard) -> Question:
    """The usual period and all of the company, for pages that draw no bar."""
    st.session_state["address"] = address()
    return Question(card, _usual(card), answers.presets(card)[_usual(card)], ())


def reset() -> None:
    """Takes every filter out and returns to the usual period."""
    st.session_state.update({key: [] for key in KEYS if key in st.session_state})
    st.session_state["period"] = _usual(source.current())
    st.session_state.pop("more", None)
    _forget()


def key_of(dimension: str) -> str | None:
    """The filter that chooses values of a dimension; None where the bar has none."""
    key = "team" if dimension in ("marketing_team", "sales_team") else dimension
    return key if key in KEYS else None


def address() -> dict[str, str | list[str]]:
    """What is chosen, as it stands in an address; the usual period is left out."""
    chosen: dict[str, str | list[str]] = {key: st.session_state[key] for key in KEYS if st.session_state.get(key)}
    period, days = st.session_state.get("period"), st.session_state.get("days", ())
    if period and period != _usual(source.current()):
        chosen["period"] = period
    if period == CUSTOM and len(days) == 2:
        chosen["days"] = [day.isoformat() for day in days]
    return chosen


@once(1_000)
def options(card: Scorecard, key: str) -> list[str]:
    """The closed list of a filter's values."""
    dimensions = ("marketing_team", "sales_team") if key == "team" else (key,)
    values = [value for dimension in dimensions for value in answers.choices(card, dimension)]
    return [*dict.fromkeys(values), NONE]


def _usual(card: Scorecard) -> str:
    return next(iter(answers.presets(card)))


def _period(card: Scorecard) -> tuple[str, Period]:
    presets = answers.presets(card)
    preset = st.selectbox(
        "Period",
        [*presets, CUSTOM],
        key="period",
        bind="query-params",
        label_visibility="collapsed",
        width=FILTER_PX,
        on_change=_forget,
    )
    if preset in presets:
        return preset, presets[preset]
    first, last = presets["All time"].start, presets["All time"].end - timedelta(days=1)
    usual = (presets[_usual(card)].start, last)
    days = st.date_input(
        "Days",
        usual,
        first,
        last,
        key="days",
        bind="query-params",
        label_visibility="collapsed",
        width=DAYS_PX,
        format="YYYY-MM-DD",
    )
    return CUSTOM, _whole(days, last)


def _whole(days: tuple[date, ...], last: date) -> Period:
    """Both days are inside; while only the first is chosen, up to the last there is."""
    first, end = min(days, default=last), max(days) if len(days) == 2 else last
    return Period(first, end + timedelta(days=1))


def _is_used(key: str) -> bool:
    return bool(st.session_state.get(key)) or key in st.query_params


def _show_more() -> None:
    st.session_state["more"] = True


def _filter(card: Scorecard, key: str) -> None:
    st.multiselect(
        key.capitalize(), options(card, key), key=key, bind="query-params", placeholder=key.capitalize(), label_visibility="collapsed",
        width=FILTER_PX, on_change=_forget, format_func=lambda value: f"No {key}" if value == NONE else value,
    )  # fmt: skip


def _where(card: Scorecard) -> answers.Chosen:
    where: dict[str, tuple[str, ...]] = {}
    for key in KEYS:
        for value in st.session_state.get(key) or []:
            dimension = _side(card, value) if key == "team" else key
            where[dimension] = (*where.get(dimension, ()), "" if value == NONE else value)
    return tuple(sorted(where.items()))


def _side(card: Scorecard, team: str) -> str:
    return "marketing_team" if team in answers.choices(card, "marketing_team") else "sales_team"


def _note_strangers(card: Scorecard) -> None:
    """Remembers what the address asks for that does not exist; Streamlit takes it out of the address by itself."""
    strangers = [
        f"{key} “{words.plain(value[:60])}”"
        for key in KEYS
        for value in st.query_params.get_all(key)
        if value not in options(card, key)
    ]
    period = st.query_params.get("period")
    if period and period not in (*answers.presets(card), CUSTOM):
        strangers.append(f"period “{words.plain(period[:60])}”")
    if strangers:
        st.session_state["strangers"] = (
            f"The address asks for {words.listed(strangers)}, which this scorecard does not have: left out."
        )


def _forget() -> None:
    st.session_state.pop("strangers", None)
