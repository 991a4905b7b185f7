"""What people write, as the pages see it: read once for each change, written in the name of whoever sits here."""

import json
import time
from collections.abc import Callable
from functools import cache
from urllib.parse import quote, unquote

import streamlit as st

from app.errors import NotesError, Overtaken
from app.meeting import readable
from app.metrics import Scorecard
from app.notes import SIDES, Annotation, Author, Entry, Notes, open_notes
from app.settings import read_settings
from app.views import reader, source, words
from app.views.memory import once

RETRY_S = 15  # how long a database that could not be reached is left alone
COOKIE = "accord_author"
_REMEMBER = st.components.v2.component(
    "accord_author",
    html="<span></span>",
    js="export default ({ data }) => {\n  document.cookie = `${data.name}=${data.value}; max-age=31536000; path=/; samesite=lax`\n}\n",  # one line would be a file's name
)
_failed: dict[str, object] = {}  # the last fault and when it was, so that no page waits for a dead database again and again


def current() -> Notes | None:
    """The notes of this site; None where they cannot be reached (`fault` says why)."""
    if time.monotonic() - _failed.get("at", -RETRY_S) < RETRY_S:
        return None
    try:
        return open_notes(_url())
    except NotesError as fault:
        _fail(fault)
        return None


def fault() -> str | None:
    """Why the notes cannot be reached; None where they can."""
    return None if current() else str(_failed["fault"])


def stamp() -> int:
    """A number that grows with every change anybody makes; -1 while the notes cannot be reached."""
    notes = current()
    try:
        return notes.stamp() if notes else -1
    except NotesError as fault:
        _fail(fault)
        return -1


def look() -> None:
    """Reads the stamp for this run, once, so that all of a page is of one moment and asks the database no more than it must."""
    st.session_state["noted"] = stamp()


def noted() -> int:
    """The stamp of what this run shows."""
    return st.session_state["noted"] if "noted" in st.session_state else stamp()


def entries(kind: type[Entry], with_removed: bool = False) -> tuple[Entry, ...]:
    """All entries of a kind, the oldest first; none while the notes cannot be reached."""
    now, notes = noted(), current()
    try:
        return _entries(source.current(), now, _url(), kind, with_removed) if notes and now >= 0 else ()
    except NotesError as fault:
        _fail(fault)
        return ()


def annotations(metric: str) -> tuple[Annotation, ...]:
    """What people wrote about a metric's weeks, the oldest first."""
    return tuple(entry for entry in entries(Annotation) if entry.metric == metric)


def author() -> Author | None:
    """Who sits here, if he has said so: in this session, or earlier in this browser."""
    if "author" not in st.session_state:
        st.session_state["author"] = _remembered()
    known = st.session_state["author"]
    return Author(reader.name(), known.side) if known and reader.name() else known


def author_line(key: str = "author") -> Author | None:
    """A small button that says who writes and lets him change it; returns who that is."""
    known = author()
    label = f"{known.name[:24]}, {known.side}" if known else "Who are you?"
    with st.popover(words.plain(label), icon=":material/person:", key=f"{key} popover"):
        name = reader.name() or st.text_input("Your name", known.name if known else "", key=f"{key} name", max_chars=80)
        side = st.segmented_control("Your side", SIDES, default=known.side if known else None, key=f"{key} side", format_func=str.capitalize)
        if name.strip() and side:
            st.session_state["author"] = Author(name.strip(), side)
            if st.session_state["author"] != known:
                st.rerun()
        st.caption("It stands beside what you write, and this browser remembers it.")
    if known:
        _REMEMBER(key=f"{key} cookie", data={"name": COOKIE, "value": quote(json.dumps([known.name, known.side]))}, width=1, height=1)
    return known


def keep(entry: Entry, by: Author | None) -> bool:
    """Writes a new entry and says "Kept" once it is on the disk; else says why not, and False."""
    return _write(lambda notes: notes.add(entry, _known(by)), "Kept")


def change(entry: Entry, by: Author | None, **fields: object) -> bool:
    """Changes an entry as it was read; where somebody was faster, says so and changes nothing."""
    return _write(lambda notes: notes.change(entry, _known(by), **fields), "Kept")


def remove(entry: Entry, by: Author | None) -> bool:
    """Takes an entry out of sight, and offers it back in `entries(kind, with_removed=True)`."""
    return _write(lambda notes: notes.remove(entry, _known(by)), "Removed; it can be brought back")


def restore(entry: Entry, by: Author | None) -> bool:
    """Brings a removed entry back."""
    return _write(lambda notes: notes.restore(entry, _known(by)), "Back again")


def overtaken() -> Entry | None:
    """Where the last write came after somebody else's: the entry as that one left it."""
    return st.session_state.get("overtaken")


def form_key(name: str) -> str:
    """The key for the fields of a form: another one once its entry is kept, so that they are empty again, and never before."""
    return f"{name} {st.session_state.get(f'forms of {name}', 0)}"


def done(name: str) -> None:
    """Empties a form: its entry has been kept."""
    st.session_state[f"forms of {name}"] = st.session_state.get(f"forms of {name}", 0) + 1


def tell() -> None:
    """Toasts what became of what was written since the last run."""
    for text, icon in st.session_state.pop("told", []):
        st.toast(words.plain(text), icon=icon)


def _write(write: Callable[[Notes], Entry], said: str) -> bool:
    told = st.session_state.setdefault("told", [])
    st.session_state.pop("overtaken", None)
    try:
        notes = current()
        if notes is None:
            raise NotesError(str(_failed["fault"]))
        if not reader.scope().sees_records:
            raise NotesError("Your role (viewer) reads numbers, and does not write.")
        write(notes)
    except Overtaken as overtaken:
        told.append((str(overtaken), ":material/group:"))
        st.session_state["overtaken"] = overtaken.now
        return False
    except NotesError as fault:
        told.append((str(fault), ":material/error:"))
        return False
    told.append((said, ":material/check:"))
    return True


def _known(by: Author | None) -> Author:
    if by is None:
        raise NotesError("Say who you are first: your name stands beside what you write.")
    return by


def _remembered() -> Author | None:
    try:
        name, side = json.loads(unquote(st.context.cookies.get(COOKIE, "")))
    except (ValueError, TypeError):  # whatever stands in a cookie
        return None
    return Author(str(name)[:80], side) if side in SIDES and str(name).strip() else None


def _fail(fault: NotesError) -> None:
    _failed.update(at=time.monotonic(), fault=fault)


@cache
def _url() -> str:
    return read_settings().notes_url


@once(100)
def _entries(card: Scorecard, stamp: int, url: str, kind: type[Entry], with_removed: bool) -> tuple[Entry, ...]:
    return tuple(readable(open_notes(url), card).find(kind, with_removed))
