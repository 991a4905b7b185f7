"""The personas both teams agreed on: who they are in kept words, what became of their leads and deals, and what the field says of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import streamlit as st

from app import charts
from app.charts import Rate
from app.charts import format as write
from app.errors import NotesError
from app.notes import MOST_WORDS, FieldNote, Persona
from app.views import answers, cards, links, notebook, shell, tables, tiles, words
from app.views.answers import Gap, Question, Row

METRICS = ("lead_volume", "acceptance_rate", "win_rate", "revenue")
LINE, SCROLLS_FROM = 48, 8  # letters of a card's line; lines from which a text scrolls inside its card
TEXT_PX, NOTES_PX, EDITOR_PX = 176, 236, 200


@dataclass(frozen=True)
class Found:
    """A metric's rows by persona (None: of nobody whose persona is known), or the sentence why there are none."""

    rows: dict[str | None, Row]
    gap: str = ""

    @property
    def total(self) -> float:
        """What the rows of a sum add up to."""
        return sum(float(row["value"] or 0) for row in self.rows.values())


@dataclass
class Draft:
    """A text under somebody's hands: the entry it began from, and the newer one of somebody else that has been shown beside it."""

    base: Persona | None
    shown: Persona | None = None


def show() -> None:
    """Draws the page."""
    question = shell.question()
    found = {name: _ask(question, name) for name in METRICS}
    can_write = notebook.current() is not None
    _head(can_write)
    left, right = st.columns(2, gap="small")
    with left:
        cards.card(
            question, "Leads and acceptance", "acceptance_rate",
            lambda: _lanes(question, found, "lead_volume", "acceptance_rate", "accepted", "marketing"),
            "Bars: leads handed over. Points: share accepted, 95 % interval; dashed: all.",
        )  # fmt: skip
    with right:
        cards.card(
            question, "Revenue and win rate", "win_rate", lambda: _lanes(question, found, "revenue", "win_rate", "won", "sales"),
            "Bars: revenue. Points: share won of the deals closed, 95 % interval; dashed: all.",
        )  # fmt: skip
    with cards.threes():
        for name in _names(question, found):
            _card(question, found, name, can_write)
    _nobody(question, found)


def _ask(question: Question, name: str) -> Found:
    try:
        return Found(tables.by_key(answers.ask(question, name, ("persona",)).rows, "persona"))
    except Gap as gap:
        return Found({}, str(gap))


def _names(question: Question, found: dict[str, Found]) -> list[str]:
    """Personas of the data, those with the most leads first; then those that people alone know. Names that differ in case are one."""
    volume = found["lead_volume"].rows
    known = sorted(answers.choices(question.card, "persona"), key=lambda name: (-volume.get(name, {}).get("value", 0), name))
    written = [*(entry.name for entry in notebook.entries(Persona)), *(note.persona for note in notebook.entries(FieldNote) if note.persona)]
    names: dict[str, str] = {}
    for name in (*known, *sorted(written)):
        names.setdefault(_key(name), name)
    return [*names.values()]


def _key(name: str) -> str:
    return name.strip().casefold()


def _kept(name: str, with_removed: bool = False) -> Persona | None:
    """What is written of a persona."""
    return next((entry for entry in notebook.entries(Persona, with_removed) if _key(entry.name) == _key(name)), None)


# ---------------------------------------------------------------- numbers


def _lanes(question: Question, found: dict[str, Found], amount: str, rate: str, done: str, role: str) -> None:
    """A sum beside a rate, the largest sum first."""
    if not found[amount].rows:
        raise Gap(found[amount].gap)
    names = sorted({*found[amount].rows, *found[rate].rows}, key=lambda name: (name is None, -_value(found[amount], name), name or ""))
    unit = answers.find(amount).unit
    rows = []
    for name in names:
        said, row, size = words.value("persona", name), found[rate].rows.get(name, {}), _value(found[amount], name)
        label = write.number(size, unit, question.currency)
        rows.append(
            Rate(name or "", said, row.get("value"), row.get("low"), row.get("high"), write.number(row.get("value"), "rate"), role, size, label,
                 f"{said}: {label}, {tables.basis(row, done)}")
        )  # fmt: skip
    title = f"{answers.find(amount).title} and {answers.find(rate).title.lower()} by persona"
    cards.chart(charts.lanes(rows, title, answers.value(question, rate)), amount, "persona")


def _value(found: Found, name: str | None) -> float:
    return float((found.rows.get(name) or {}).get("value") or 0)


def _numbers(question: Question, found: dict[str, Found], name: str | None, size: str) -> None:
    """The four numbers of a persona, each leading to its records."""
    makers = {"lead_volume": _leads, "revenue": _revenue}
    shown = [_tile(question, metric, found[metric], name, makers.get(metric, _rate)) for metric in METRICS]
    tiles.show(f"numbers {name!r}", shown, size)


def _tile(question: Question, metric: str, found: Found, name: str | None, fill: Callable[..., None]) -> tiles.Tile:
    shown = tiles.blank(question, metric, links.records(metric, persona=name))
    if found.rows:
        fill(question, metric, found, name, shown)
    else:
        shown.gap = found.gap
    return shown


def _leads(question: Question, metric: str, found: Found, name: str | None, shown: tiles.Tile) -> None:
    shown.title = "Share of leads"
    shown.value = write.rate(_value(found, name) / found.total)
    shown.lines = [[{"text": f"{write.count(_value(found, name))} of {write.plural(found.total, 'lead')}"}]]


def _rate(question: Question, metric: str, found: Found, name: str | None, shown: tiles.Tile) -> None:
    row = found.rows.get(name) or {"value": None}
    shown.value = write.number(row["value"], "rate")
    of, none = ("ripe leads", "no ripe lead") if metric == "acceptance_rate" else ("deals", "no deal closed")
    won = row["value"] is not None and f"{write.count(round(row['value'] * row['n']))} of {write.count(row['n'])} {of}, {write.interval(row['low'], row['high'])}"
    young = row.get("waiting") and f"+{write.count(row['waiting'])} not ripe yet"
    shown.lines = [[{"text": text}] for text in (won or none, young) if text]


def _revenue(question: Question, metric: str, found: Found, name: str | None, shown: tiles.Tile) -> None:
    deals = (found.rows.get(name) or {}).get("n", 0)
    share = f"{write.rate(_value(found, name) / found.total)} of all, " if found.total else ""
    shown.value = write.money(_value(found, name), question.currency)
    shown.lines = [[{"text": f"{share}{write.plural(deals, 'deal')} won"}]]


def _nobody(question: Question, found: dict[str, Found]) -> None:
    """The quiet last line: what belongs to no persona, so that the parts add up."""
    leads, revenue = found["lead_volume"].total, found["revenue"].total
    if not any(None in one.rows for one in found.values()):
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown("### No persona", anchors=False)
        together = f"{write.plural(round(leads), 'lead')} and {write.money(revenue, question.currency)}"
        st.caption(words.plain(f"Leads and deals of people whose persona nobody knows. With them the parts add up to the whole: {together}."))
        _numbers(question, found, None, "small quiet")


# ---------------------------------------------------------------- what people write


def _head(can_write: bool) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
        if not can_write:
            st.caption(words.plain(f"The numbers stand, but what people wrote cannot be shown: {notebook.fault()}"))
            return
        st.caption("Who we sell to, in words both teams keep. A deal has the persona of its lead, else of its primary person.")
        with st.container(horizontal=True, width="content", gap="xsmall"):
            _adding()
            with st.container(width="content", gap=None):
                notebook.author_line()


def _adding() -> None:
    key = notebook.form_key("add persona")
    with st.popover("Add a persona", icon=":material/person_add:", key=f"{key} popover"), st.form(key, border=False):
        st.text_input("Name", key=f"{key} name", max_chars=120, placeholder="Security lead")
        st.text_area("Who they are", key=f"{key} text", max_chars=MOST_WORDS, height=120, placeholder="What they answer for, what they fear, what wins them")
        if said := st.session_state.pop("persona said", ""):
            st.caption(f":red[{words.plain(said)}]")
        st.form_submit_button("Keep", type="primary", on_click=_add, args=(key,))


def _add(key: str) -> None:
    name, text = st.session_state[f"{key} name"].strip(), st.session_state[f"{key} text"]
    held = _kept(name, with_removed=True)
    if held and not held.is_removed:
        st.session_state["persona said"] = f"“{held.name}” is there already: change its words on its card."
    elif _write_words(name, text, held):
        notebook.done("add persona")


def _write_words(name: str, text: str, held: Persona | None) -> bool:
    """Writes over what is held, also what was removed; else something new."""
    if held:
        return notebook.change(held, notebook.author(), text=text, is_removed=False)
    return notebook.keep(Persona(name=name, text=text), notebook.author())


def _card(question: Question, found: dict[str, Found], name: str, can_write: bool) -> None:
    entry = _kept(name)
    with st.container(border=True, height="stretch", gap="xsmall", key=f"persona {_key(name)}"):
        _title(name, entry, can_write)
        if can_write:
            cards.guarded(lambda: _words(question, name, entry))
        if any(name in one.rows for one in found.values()):
            _numbers(question, found, name, "small quiet")
        else:
            is_known = name in answers.choices(question.card, "persona")
            st.caption("No lead and no deal of this persona in this period." if is_known else "No lead and no deal of the data has this persona.")
        if can_write:
            cards.guarded(lambda: _field(question, name))


def _title(name: str, entry: Persona | None, can_write: bool) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"):
        st.markdown(f"### {words.plain(' '.join(name.split()))}", anchors=False, width="content")
        if can_write and _draft(name) is None:
            label = "" if entry and entry.text else "Describe"
            st.button(label, icon=":material/edit:", type="tertiary", key=f"edit {_key(name)}", help="Say who they are", on_click=_begin, args=(name, entry))


def _begin(name: str, entry: Persona | None) -> None:
    st.session_state[f"draft {_key(name)}"] = Draft(entry)


def _isolated(text: str) -> str:
    """One line of somebody's text inside a line of ours: no Markdown, and no mark in it turns the rest of the line around."""
    return words.plain(write.brief(text, len(text)))


def _draft(name: str) -> Draft | None:
    return st.session_state.get(f"draft {_key(name)}")


def _words(question: Question, name: str, entry: Persona | None) -> None:
    """Who they are, or the field to say so."""
    if (draft := _draft(name)) is not None:
        _editor(question, name, entry, draft)
    elif entry is None or not entry.text:
        st.caption("Nobody has described this persona yet.")
    else:
        _scrolling(entry.text, TEXT_PX)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(f"{_isolated(entry.changed_by)}, {write.full_day(entry.changed_at)}", width="content")
            if entry.version > 1:
                _earlier(name, entry)


def _scrolling(text: str, height: int) -> None:
    """Text as it was written; a long one scrolls inside."""
    with st.container(height=height if _lines(text) > SCROLLS_FROM else "content", border=False):
        st.text(text)


def _lines(text: str) -> int:
    return sum(1 + len(line) // LINE for line in text.split("\n"))


def _earlier(name: str, entry: Persona) -> None:
    """Texts that stood here before, the newest first, each of which can be taken back."""
    try:
        changes = notebook.current().history(entry)[::-1]
    except NotesError:
        return
    texts = {change.entry["text"]: change for change in changes if change.entry["text"] not in ("", entry.text)}
    if not texts:
        return
    with st.popover("Earlier", icon=":material/history:", type="tertiary", key=f"earlier {_key(name)}"):
        for text, change in texts.items():
            st.caption(f"{_isolated(change.by)}, {write.moment(change.at, 'UTC')}")
            _scrolling(text, TEXT_PX)
            st.button("Take this one back", key=f"back {change.id}", on_click=notebook.change, args=(entry, notebook.author()), kwargs={"text": text})


def _editor(question: Question, name: str, entry: Persona | None, draft: Draft) -> None:
    key = notebook.form_key(f"persona {_key(name)}")
    if entry and entry.version != (draft.base.version if draft.base else 0):
        draft.shown = entry
    if draft.shown:
        st.caption(f":orange[:material/group:] {_isolated(draft.shown.changed_by)} changed this meanwhile. It now reads:")
        _scrolling(draft.shown.text, TEXT_PX)
    st.text_area(
        "Who they are", draft.base.text if draft.base else "", key=key, height=EDITOR_PX, max_chars=MOST_WORDS, label_visibility="collapsed",
        placeholder="What they answer for, what they fear, what wins them, what loses them",
    )  # fmt: skip
    with st.container(horizontal=True, gap="xsmall"):
        st.button("Keep", type="primary", key=f"{key} keep", on_click=_keep_words, args=(name, key))
        st.button("Leave it", type="tertiary", key=f"{key} leave", on_click=_leave, args=(name,))
        if entry and name not in answers.choices(question.card, "persona"):
            st.button("Remove persona", type="tertiary", key=f"{key} remove", on_click=_remove, args=(name, entry))


def _keep_words(name: str, key: str) -> None:
    """What somebody else wrote meanwhile stays until it has stood beside the text and this is pressed again."""
    draft = _draft(name)
    if _write_words(name, st.session_state[key], draft.base or _kept_removed(name)):
        _leave(name)
    elif theirs := notebook.overtaken():
        draft.base = draft.shown = theirs


def _kept_removed(name: str) -> Persona | None:
    held = _kept(name, with_removed=True)
    return held if held and held.is_removed else None


def _leave(name: str) -> None:
    st.session_state.pop(f"draft {_key(name)}", None)
    notebook.done(f"persona {_key(name)}")


def _remove(name: str, entry: Persona) -> None:
    if notebook.remove(entry, notebook.author()):
        _leave(name)


# ---------------------------------------------------------------- from the field


def _field(question: Question, name: str) -> None:
    """What the field says of a persona, the newest first, and the way to say more."""
    notes = sorted(_notes(name), key=lambda note: (note.heard_on, note.created_at), reverse=True)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"):
        st.markdown("#### From the field", anchors=False, width="content")
        _noting(question, name)
    if not notes:
        st.caption("Nothing heard of them yet.")
        return
    lines = sum(2 + _lines(note.text) for note in notes)
    with st.container(height=NOTES_PX if lines > SCROLLS_FROM else "content", border=False, gap="xsmall"):
        for note in notes:
            segment = f" · {_isolated(note.segment)}" if note.segment else ""
            side = f":{words.COLORS[note.created_side]}-badge[{note.created_side.capitalize()}]"
            st.markdown(f":small[{side} {_isolated(note.created_by)} · {write.full_day(note.heard_on)}{segment}]")
            st.text(note.text)


def _notes(name: str) -> Iterator[FieldNote]:
    return (note for note in notebook.entries(FieldNote) if note.persona and _key(note.persona) == _key(name))


def _noting(question: Question, name: str) -> None:
    key = notebook.form_key(f"note {_key(name)}")
    with st.popover("Add a note", icon=":material/add:", type="tertiary", key=f"{key} popover"), st.form(key, border=False):
        st.text_area("What did you hear?", key=f"{key} text", max_chars=MOST_WORDS, height=120, placeholder="In their words, if you can")
        st.selectbox("Segment", answers.choices(question.card, "segment"), None, key=f"{key} segment", placeholder="Any")
        st.date_input("Heard on", date.today(), key=f"{key} day", format="YYYY-MM-DD")
        st.form_submit_button("Keep", type="primary", on_click=_add_note, args=(name, key))


def _add_note(name: str, key: str) -> None:
    text, segment, day = (st.session_state[f"{key} {field}"] for field in ("text", "segment", "day"))
    if notebook.keep(FieldNote(text=text, segment=segment, heard_on=day, persona=name), notebook.author()):
        notebook.done(f"note {_key(name)}")
