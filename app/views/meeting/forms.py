"""What people write on the meeting page: a form in one row at the foot of a step, to add a line or to change the one that was chosen.

The fields are emptied only once the database has confirmed; where somebody was faster, his version is shown and the typed one stays.
"""

from collections.abc import Callable
from datetime import date, datetime

import streamlit as st

from app.charts import format as write
from app.metrics import find_accounts
from app.notes import KINDS, Entry
from app.views import notebook, words
from app.views.board import Line
from app.views.meeting.place import Place

Fields = dict[str, object]
Draw = Callable[[Entry | None, str], Fields]
EDIT = (("edit", "Edit"),)
MOST_REMOVED, MOST_ACCOUNTS = 20, 50
TEXT_PX = 68


def leave(place: Place) -> None:
    """An entry that was opened for editing is closed when its step or week is left."""
    here = (place.step, place.week)
    if st.session_state.get("editing at") != here:
        stop()
    st.session_state["editing at"] = here


def stop() -> None:
    """Closes what was opened for editing."""
    for name in ("editing", "theirs"):
        st.session_state.pop(name, None)


def edited(kind: type[Entry]) -> Entry | None:
    """The entry of a kind that is open for editing."""
    held = st.session_state.get("editing")
    return held if isinstance(held, kind) else None


def act(name: str, ref: str) -> None:
    """A button of a line: opens its entry for editing."""
    entry = find(ref)
    if entry and name == "edit":
        stop()
        st.session_state["editing"] = entry


def find(ref: str) -> Entry | None:
    """The entry that a line's `ref` names, as it now is."""
    kind, _, entry_id = ref.partition(":")
    return next((one for one in notebook.entries(KINDS[kind]) if one.id == entry_id), None) if kind in KINDS else None


def line(entry: Entry, **more: object) -> Line:
    """What somebody wrote, with who and when, in the colour of his side; `more` overrides."""
    usual = {"text": entry.text, "small": signed(entry), "tone": entry.created_side, "ref": ref(entry), "acts": EDIT}
    return Line(**usual | more)


def ref(entry: Entry) -> str:
    """What a line's buttons hand back."""
    return f"{entry.__tablename__}:{entry.id}"


def signed(entry: Entry) -> str:
    """Ada, sales · 12 Nov, 10:05 UTC · changed by Bo 13 Nov, 09:00 UTC."""
    said = f"{entry.created_by}, {entry.created_side} · {moment(entry.created_at)}"
    return said if entry.version == 1 else f"{said} · changed by {entry.changed_by} {moment(entry.changed_at)}"


def moment(at: datetime) -> str:
    """12 Nov, 10:05 UTC."""
    return f"{write.day(at)}, {at:%H:%M} UTC"


def foot(kind: type[Entry], draw: Draw, make: Callable[[Fields], Entry], removed: Callable[[Entry], bool] = lambda entry: True) -> None:
    """The form of a step. `draw` draws the fields and returns them by name, `make` makes a new entry of them; `removed`
    picks those that are offered back.
    """
    if fault := notebook.fault():
        st.markdown(f":gray[:material/cloud_off: {words.plain(fault)} The numbers stand; nothing can be written until then.]")
        return
    held = edited(kind)
    name = f"{kind.__tablename__} {held.id if held else 'new'}"
    _warn(held)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        key = notebook.form_key(name)
        with st.form(key, border=False):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                fields = draw(held, key)
                kept = st.form_submit_button("Keep", type="primary", help=None if notebook.author() else "Say who you are first, at the top right.")
                gone = held is not None and st.form_submit_button("Remove")
                left = held is not None and st.form_submit_button("Cancel")
        _removed(kind, removed)
    if left:
        stop()
        st.rerun()
    if gone or kept:
        _write(name, held, make(fields) if held is None else None, fields, gone)


def _warn(held: Entry | None) -> None:
    theirs = st.session_state.get("theirs")
    if held and theirs:
        what = "removed it" if theirs.is_removed else f"wrote: {theirs.text[:300]}"
        st.markdown(f":red[:material/group:] Meanwhile {words.plain(theirs.changed_by)} {words.plain(what)}  \nYours is below. Keep it to replace that, or cancel.")


def _write(name: str, held: Entry | None, new: Entry | None, fields: Fields, gone: bool) -> None:
    by, base = notebook.author(), st.session_state.get("theirs") or held
    if new is not None:
        is_kept = notebook.keep(new, by)
    else:
        is_kept = notebook.remove(base, by) if gone else notebook.change(base, by, **fields, is_removed=False)  # kept is kept, whoever removed it meanwhile
    if is_kept:
        notebook.done(name)
        stop()
    else:
        st.session_state["theirs"] = notebook.overtaken()
    st.rerun()


def _removed(kind: type[Entry], wanted: Callable[[Entry], bool]) -> None:
    """Those that were removed, to be brought back."""
    entries = [entry for entry in notebook.entries(kind, with_removed=True) if entry.is_removed and wanted(entry)][-MOST_REMOVED:]
    if not entries:
        return
    with st.popover(f"Removed ({len(entries)})", type="tertiary"):
        for entry in reversed(entries):
            with st.container(horizontal=True, vertical_alignment="center"):
                said = entry.text or entry.created_by
                st.markdown(f"{words.plain(said[:120])}{'…' if len(said) > 120 else ''}  \n:gray[removed by {words.plain(entry.changed_by)}, {moment(entry.changed_at)}]")
                st.button("Bring back", key=f"restore {entry.id}", on_click=lambda entry=entry: notebook.restore(entry, notebook.author()))


# --- fields --------------------------------------------------------------------------------------


def text(key: str, held: Entry | None, label: str, name: str = "text") -> str:
    """The words themselves."""
    given = getattr(held, name, "") or "" if held else ""
    return st.text_area(label, given, key=f"{key} {name}", placeholder=label, label_visibility="collapsed", height=TEXT_PX)


def word(key: str, held: Entry | None, label: str, name: str, width: int) -> str | None:
    """A short field; None where it is empty."""
    given = getattr(held, name) or "" if held else ""
    return st.text_input(label, given, key=f"{key} {name}", placeholder=label, label_visibility="collapsed", width=width) or None


def choice(key: str, held: Entry | None, label: str, name: str, options: list[str], width: int, says: Callable[[str], str] = str, usual: str | None = None) -> str | None:
    """One of a list, or none; a value that is no longer in the list stays."""
    given = getattr(held, name) if held else usual
    listed = options if given is None or given in options else [given, *options]
    place = listed.index(given) if given is not None else None
    return st.selectbox(label, listed, place, key=f"{key} {name}", placeholder=label, label_visibility="collapsed", width=width, format_func=says)


def day(key: str, held: Entry | None, label: str, name: str, usual: date) -> date:
    """A day."""
    given = getattr(held, name) if held else usual
    return st.date_input(label, given, key=f"{key} {name}", label_visibility="collapsed", width=125, format="YYYY-MM-DD", help=label) or usual


def account(place: Place, key: str, held: Entry | None) -> Fields:
    """An account by its name; one that the scorecard knows by that name is linked."""
    given = held.account_name if held else None
    known = [str(row["name"]) for row in find_accounts(place.card, "", MOST_ACCOUNTS)]
    listed = known if given is None or given in known else [given, *known]
    name = st.selectbox(
        "Account", listed, listed.index(given) if given else None, key=f"{key} account", placeholder="Account", label_visibility="collapsed", width=170,
        accept_new_options=True,
    )  # fmt: skip
    found = [row for row in find_accounts(place.card, name, MOST_ACCOUNTS) if row["name"] == name] if name else []
    return {"account_name": name, "account_id": str(found[0]["account_id"]) if len(found) == 1 else None}
