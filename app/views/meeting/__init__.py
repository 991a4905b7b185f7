"""The weekly meeting: a fixed agenda in steps, each of them one screen, on a display that both teams look at."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import streamlit as st

from app import digest
from app.metrics import Scorecard
from app.views import cards, links, notebook, shell, words
from app.views.meeting import decisions, field, forms, leads, misses, score, week, wins
from app.views.meeting.place import KEYS, Place, weekspan

HERE = Path(__file__).parent
STEPS: dict[str, Callable[[Place], None]] = {
    "Scorecard": score.show,
    "Last week's leads": leads.show,
    "Wins together": wins.show,
    "Not as planned": misses.show,
    "From the field": field.show,
    "Decisions": decisions.show,
}
FORMS = {"html": ("Web page", "text/html"), "pdf": ("PDF", "application/pdf"), "png": ("Picture", "image/png"), "md": ("Markdown", "text/markdown")}
_AGENDA = st.components.v2.component(
    "accord_agenda",
    html='<div class="agenda"></div>',
    css=(HERE / "agenda.css").read_text(),
    js=links.PARTS_JS + (HERE / "agenda.js").read_text(),
)


def show() -> None:
    """Draws the step of the week that the address names."""
    st.html(HERE / "meeting.css")
    place = _asked(shell.question().card)
    st.session_state["came_from"] = ("meeting", place.href(**place.chosen))
    _head(place)
    _agenda(place)
    forms.leave(place)
    with st.container(key="stage"):
        cards.guarded(lambda: list(STEPS.values())[place.step - 1](place))


def _asked(card: Scorecard) -> Place:
    """Where the address is; what it asks for in vain is left out and said."""
    weeks, asked = week.weeks(card), st.query_params.to_dict()
    step, strangers = asked.get("step", "1"), []
    if step not in {str(number) for number in range(1, len(STEPS) + 1)}:
        strangers.append(f"step “{words.plain(step[:60])}”")
        step = "1"
    day = asked.get("week", weeks[0].isoformat())
    if day not in {one.isoformat() for one in weeks}:
        strangers.append(f"week “{words.plain(day[:60])}”")
        day = weeks[0].isoformat()
    if strangers:
        st.caption(f":material/info: The address asks for {words.listed(strangers)}, which this scorecard does not have: left out.")
    chosen = {name: asked[name] for name in KEYS if asked.get(name)}
    return Place(card, int(step), date.fromisoformat(day), bool(st.session_state.get("show_names")), chosen)


def _head(place: Place) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small", key="meeting_head"):
        with st.container(width="content", gap=None):
            st.markdown(f"## Week of {weekspan(place.week)}", anchors=False)
            st.caption(shell.data_line(place.card))
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            st.toggle("Show names", key="show_names", help="Names of leads are hidden on this page unless you switch them on here.")
            notebook.author_line()
            with st.popover("Take away", icon=":material/download:"):
                _take_away(place)


def _take_away(place: Place) -> None:
    """The digest, made only when it is asked for."""
    for form, (label, mime) in FORMS.items():
        st.download_button(
            label, lambda form=form: _digest(place, form), f"accord-week-{place.week.isoformat()}.{form}", mime, key=f"take {form}", on_click="ignore",
            width="stretch",
        )  # fmt: skip
    st.caption("The same week, without names of leads.")


def _digest(place: Place, form: str) -> bytes:
    return digest.render(week.hold(place.card, place.week), form, datetime.now(UTC).replace(tzinfo=None))


def _agenda(place: Place) -> None:
    weeks = week.weeks(place.card)
    known = set(weeks)
    earlier, later = (place.week + timedelta(days=days) for days in (-7, 7))
    _AGENDA(
        key="agenda",
        data={
            "step": place.step,
            "steps": [{"name": name, "href": place.href(step=number)} for number, name in enumerate(STEPS, 1)],
            "earlier": place.href(week=earlier) if earlier in known else "",
            "later": place.href(week=later) if later in known else "",
        },
    )
