"""What the numbers rest on: every row read is kept or set aside with a reason, and what is missing is said."""

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from app.charts import format as write
from app.metrics import data_report
from app.views import cards, shell, tables, words
from app.views.answers import Question

MOST_ROWS = 1_000


def show() -> None:
    """Draws the page."""
    question = shell.question()
    report = _report(question.card.generation, question.card)
    st.caption(_build_line(question))
    _section("Rows read = kept + quarantined", lambda: _tables(question, report["tables"]))
    if not question.card.scope.is_everything:
        _section("Quarantined rows, unknown values, broken references", _kept_back)
        return
    _section("Quarantined rows", lambda: _rows(question, report["quarantine"], "Quarantined rows", "No row was set aside."))
    with st.grid(2, min_column_width=420, gap="small"):
        _section(
            "Values that no map knows",
            lambda: _rows(question, report["unmapped"], "Values that no map knows", "Every status, source and campaign type is in the maps."),
        )
        _section("Broken references", lambda: _rows(question, report["broken"], "Broken references", "Every reference leads to a record."))
    _section("Switched off, or beyond what the data tells", lambda: _off(question))


@st.cache_resource(max_entries=4, show_spinner=False)
def _report(generation: str, _card: object) -> dict[str, pa.Table]:
    return data_report(_card)


def _build_line(question: Question) -> str:
    facts = question.card.facts
    built = str(facts["built_at"])[:16].replace("T", " ")
    return f"Built {built} UTC from {', '.join(_source(one) for one in facts['sources'])}; true at {write.moment(question.card.as_of, 'UTC')}."


def _source(one: object) -> str:
    return str(one["name"] if isinstance(one, dict) else one)


def _section(title: str, draw: object) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"### {title}", anchors=False)
        cards.guarded(draw)


def _tables(question: Question, table: pa.Table) -> None:
    read, kept, aside = (pc.sum(table[name]).as_py() or 0 for name in ("rows_read", "kept", "quarantined"))
    mark = ":green[✓ adds up]" if read == kept + aside else ":red[✕ does not add up]"
    st.markdown(f"{write.count(read)} rows read = {write.count(kept)} kept + {write.count(aside)} quarantined, {mark}")
    fits = pc.equal(table["rows_read"], pc.add(table["kept"], table["quarantined"]))
    marked = table.append_column("adds_up", pc.if_else(fits, "✓", "✕"))
    tables.listing(marked, question.currency, "Rows of each table", 30, source="System")


def _kept_back() -> None:
    st.caption("They hold values of rows as they came, of the whole company, so they are shown to the role cro alone.")


def _rows(question: Question, table: pa.Table, name: str, none: str) -> None:
    if not table.num_rows:
        st.caption(f":green[✓] {none}")
        return
    tables.listing(table.slice(0, MOST_ROWS), question.currency, name, 10, source="System")
    if table.num_rows > MOST_ROWS:
        st.caption(f"The first {write.count(MOST_ROWS)} of {write.count(table.num_rows)}.")


def _off(question: Question) -> None:
    for sentence in question.card.facts["off"]:
        st.markdown(f"- {words.plain(sentence)}")
    if not question.card.facts["off"]:
        st.caption(":green[✓] Nothing: every table a metric needs is there.")
