"""Period and filters: the same on every page, and all of it is the page's address, from which it is read."""

from contextlib import suppress
from datetime import date, timedelta

import streamlit as st

from app.filters import Period, read_day
from app.metrics import Scorecard
from app.views import answers, words
from app.views.answers import Question
from app.views.memory import once

FRONT = ("segment", "region", "channel")
MORE = ("industry", "team", "owner")
KEYS = (*FRONT, *MORE)
UNFILTERED = ("meeting",)  # pages about the whole company's week, with a head of their own and no filters
NONE = "(none)"
CUSTOM = "Custom days"


def read(card: Scorecard) -> Question:
    """What the address asks for. What this scorecard does not have is left out; `in_vain` says so."""
    presets, asked = answers.presets(card), _asked(card)
    st.session_state["address"] = asked
    preset = asked.get("period", usual(card))
    return Question(card, preset, presets.get(preset) or _days(card), _where(card, asked))


def unfiltered(card: Scorecard) -> Question:
    """The usual period and all of the company, for pages without filters; what was chosen stays for the next."""
    st.session_state.setdefault("address", {})
    return Question(card, usual(card), answers.presets(card)[usual(card)], ())


def in_vain(card: Scorecard) -> str:
    """What the address asks for and this scorecard does not have, as a sentence; '' where there is nothing."""
    strangers = [f"{key} “{value[:60]}”" for key in KEYS for value in st.query_params.get_all(key) if value not in options(card, key)]
    period = st.query_params.get("period")
    if period and period not in (*answers.presets(card), CUSTOM):
        strangers.append(f"period “{period[:60]}”")
    if period == CUSTOM and "days" in st.query_params and "days" not in st.session_state["address"]:
        strangers.append(f"days “{' to '.join(st.query_params.get_all('days'))[:60]}”")
    return f"The address asks for {words.listed(strangers)}, which this scorecard does not have: left out." if strangers else ""


def key_of(dimension: str) -> str | None:
    """The filter that chooses values of a dimension; None where the bar has none."""
    key = "team" if dimension in ("marketing_team", "sales_team") else dimension
    return key if key in KEYS else None


@once(1_000)
def options(card: Scorecard, key: str) -> list[str]:
    """The closed list of a filter's values."""
    dimensions = ("marketing_team", "sales_team") if key == "team" else (key,)
    values = [value for dimension in dimensions for value in answers.choices(card, dimension)]
    return [*dict.fromkeys(values), NONE]


def usual(card: Scorecard) -> str:
    """The period of an address that names none."""
    return next(iter(answers.presets(card)))


def usual_start(card: Scorecard) -> date:
    """Its first day."""
    return answers.presets(card)[usual(card)].start


def all_days(card: Scorecard) -> tuple[date, date]:
    """The first and the last day that can be chosen."""
    whole = answers.presets(card)["All time"]
    return whole.start, whole.end - timedelta(days=1)


def _asked(card: Scorecard) -> dict[str, str | list[str]]:
    """The part of the address that is about filters and that this scorecard has; the usual period is left out."""
    asked: dict[str, str | list[str]] = {}
    for key in KEYS:
        if values := [value for value in dict.fromkeys(st.query_params.get_all(key)) if value in options(card, key)]:
            asked[key] = values
    period = st.query_params.get("period")
    if period != usual(card) and period in (*answers.presets(card), CUSTOM):
        asked["period"] = period
    if period == CUSTOM and (days := _days_of_address(card)):
        asked["days"] = [day.isoformat() for day in days]
    return asked


def _days_of_address(card: Scorecard) -> tuple[date, date] | None:
    """The first and the last day that the address names, as far as there are such days."""
    first, last = all_days(card)
    with suppress(ValueError):
        start, end = sorted(map(read_day, st.query_params.get_all("days")))
        return (max(start, first), min(end, last)) if start <= last and end >= first else None
    return None


def _days(card: Scorecard) -> Period:
    """Both days are inside."""
    start, end = _days_of_address(card) or (usual_start(card), all_days(card)[1])
    return Period(start, end + timedelta(days=1))


def _where(card: Scorecard, asked: dict[str, str | list[str]]) -> answers.Chosen:
    where: dict[str, tuple[str, ...]] = {}
    for key in KEYS:
        for value in asked.get(key, ()):
            dimension = _side(card, value) if key == "team" else key
            where[dimension] = (*where.get(dimension, ()), "" if value == NONE else value)
    return tuple(sorted(where.items()))


def _side(card: Scorecard, team: str) -> str:
    return "marketing_team" if team in answers.choices(card, "marketing_team") else "sales_team"
