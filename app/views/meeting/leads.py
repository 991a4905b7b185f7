"""Step 2: the week's leads: how many, from where, and what became of every one."""

import streamlit as st

from app import charts
from app.charts import Bar, Stack
from app.charts import format as write
from app.meeting.model import Fate, Leads
from app.views import answers, board, cards, links, words
from app.views.board import Board, Card, Chip, Line
from app.views.meeting import week
from app.views.meeting.place import Place

MOST_BARS, MOST_LEADS = 7, 200
MARKS = {"accepted": ("✓", "good"), "rejected": ("✕", "bad"), "waiting": ("●", "label")}


def show(place: Place) -> None:
    """Draws the step."""
    found = week.leads(place.card, place.week)
    board.draw("strip fates", Board(_fates(place, found), "1.6fr 1fr 1fr 1fr", is_low=True))
    with st.container(key="board_parts"):
        left, middle, right = st.columns([1.1, 0.9, 1.15], gap="small")
        with left, st.container(border=True, height="stretch", gap="xsmall"):
            st.markdown("### From where", anchors=False)
            cards.guarded(lambda: _channels(place, found))
        with middle, st.container(border=True, height="stretch", gap="xsmall"):
            st.markdown("### Why rejected", anchors=False)
            cards.guarded(lambda: _reasons(found))
        with right:
            cards.guarded(lambda: _list(place))


def _fates(place: Place, found: Leads) -> tuple[Card, ...]:
    change = found.all.handed_over - found.before
    against = f"{write.count(abs(change))} {'more' if change > 0 else 'fewer'} than the week before" if change else "as many as the week before"
    offered = f" · {write.count(found.implied)} taken without an offer" if found.implied else ""
    handed = Card("Handed over", figure=write.count(found.all.handed_over), unit="leads", side="joint", whole=place.href(), lines=_said(against + offered))
    late = f"{write.count(found.waiting_overdue)} longer than promised" if found.waiting_overdue else ""
    return (handed, *(_fate(place, found.all, name, late if name == "waiting" else "") for name in MARKS))


def _fate(place: Place, fate: Fate, name: str, note: str) -> Card:
    number = getattr(fate, name)
    share = f"{write.rate(number / fate.handed_over)} of them" if fate.handed_over else ""
    side = {"accepted": "sales", "rejected": "bad"}.get(name, "label")
    chosen = place.chosen.get("outcome") == name
    there = place.href() if chosen else place.href(**place.chosen | {"outcome": name})
    return Card(name.capitalize(), figure=write.count(number), unit=share, side=side, whole=there, lines=_said(note), is_chosen=chosen)


def _said(text: str) -> tuple[Line, ...]:
    return (Line(small=text),) if text else ()


def _channels(place: Place, found: Leads) -> None:
    if not found.by_channel:
        raise answers.Gap("No lead was handed over in this week.")
    shown = found.by_channel if len(found.by_channel) <= MOST_BARS else found.by_channel[: MOST_BARS - 1]
    rest = found.by_channel[len(shown) :]
    rows = [_stack(words.value("channel", one.name), one.name or "", [one]) for one in shown]
    rows += [_stack(f"{len(rest)} others", None, rest)] if rest else []
    drawing = charts.stacks(rows, "Leads by channel: accepted, rejected, waiting", large=True)
    cards.plot(drawing, "channels", lambda channel: place.href(**place.chosen | {"channel": channel}) if channel else None)


def _stack(name: str, key: str | None, fates: object) -> Stack:
    parts = [sum(getattr(one, part) for one in fates) for part in MARKS]
    tip = f"{name}: {', '.join(f'{write.count(number)} {part}' for number, part in zip(parts, MARKS, strict=True))}"
    labels = tuple(f"{mark}{write.count(number)}" for number, (mark, _) in zip(parts, MARKS.values(), strict=True))
    return Stack(key, name, tuple(parts), labels, write.count(sum(parts)), tip)


def _reasons(found: Leads) -> None:
    if not found.reasons:
        raise answers.Gap("No lead of this week was rejected so far.")
    shown = found.reasons if len(found.reasons) <= MOST_BARS else found.reasons[: MOST_BARS - 1]
    rest = sum(number for _, number in found.reasons[len(shown) :])
    rows = [*shown, *([(f"{len(found.reasons) - len(shown)} other reasons", rest)] if rest else [])]
    bars = [Bar(None, words.sentence(name), number, write.count(number), "bad", tip=f"{name}: {write.plural(number, 'lead')}") for name, number in rows]
    cards.plot(charts.bars(bars, "Reasons for rejection", large=True), "reasons")


def _list(place: Place) -> None:
    chosen = {name: place.chosen[name] for name in ("channel", "outcome") if name in place.chosen}
    table = week.records(place.card, place.week, **({"channel": chosen["channel"]} if "channel" in chosen else {}))
    rows = [row for row in table.to_pylist() if chosen.get("outcome") in (None, _outcome(row))]
    title = f"{'Every lead' if not chosen else write.plural(len(rows), 'lead')}"
    chips = tuple(Chip(f"{words.sentence(value)} ✕", place.href(**{other: chosen[other] for other in chosen if other != name}), True) for name, value in chosen.items())
    lines = [_lead(place, row) for row in rows[:MOST_LEADS]]
    more = f"and {write.count(len(rows) - MOST_LEADS)} more" if len(rows) > MOST_LEADS else "All columns"
    card = Card(title, more, links.week_records("lead_volume", place.week), lines=tuple(lines), empty="None of these.")
    board.draw("board leads", Board((card,), chips=chips))


def _outcome(row: dict[str, object]) -> str:
    return row["outcome"] if row["outcome"] in MARKS else "waiting"


def _lead(place: Place, row: dict[str, object]) -> Line:
    mark, tone = MARKS[_outcome(row)]
    who = " ".join(str(row[name]) for name in ("name", "title") if place.names and row.get(name))
    text = " · ".join(part for part in (row.get("account_name") or row.get("company") or "No company", who) if part)
    fate = words.sentence(f"{_outcome(row)}: {row['reason']}" if row.get("reason") else _outcome(row))
    small = " · ".join(str(part) for part in (fate, row.get("campaign") or row.get("channel"), row.get("owner")) if part)
    return Line(str(text), small=small, mark=mark, tone=tone, href=links.account(row["account_id"]) if row.get("account_id") else "")

