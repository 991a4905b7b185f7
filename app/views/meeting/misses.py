"""Step 4: what did not go as planned, each line with what the other side answers; and rejected leads that marketing disputes."""

from collections.abc import Iterable

import streamlit as st

from app.charts import format as write
from app.meeting import words as say
from app.meeting.model import Forgotten, LateTeam, Misses, Rejected, RejectedLead, Shortfall
from app.notes import Answer, Dispute, Entry
from app.views import board, links, notebook, words
from app.views.board import Board, Card, Chip, Line
from app.views.meeting import forms, week
from app.views.meeting.place import Place

ANSWER = (("answer", "Answer"),)
DISPUTED = {"open": "disputed", "good_lead": "settled: it was a good lead", "rejection_stands": "settled: the rejection stands"}
STATES = {"open": "Still open", "good_lead": "It was a good lead", "rejection_stands": "The rejection stands"}
MOST_REASONS = 3


def show(place: Place) -> None:
    """Draws the four lists, or, where the address asks for them, the rejected leads."""
    found = week.misses(place.card, place.week)
    if place.chosen.get("look") == "rejected":
        _rejected_leads(place, found)
    else:
        _four(place, found)


# --- the four lists ------------------------------------------------------------------------------


def _four(place: Place, found: Misses) -> None:
    disputed = sum(lead.dispute is not None for lead in found.rejected_leads)
    every = f"All {write.plural(len(found.rejected_leads), 'lead')}{f', {disputed} disputed' if disputed else ''} ›" if found.rejected_leads else ""
    hours = f"{place.card.facts['response_sla_hours']:g}"
    cards = (
        _card("Short of the promise", "joint", (_short(place, one) for one in found.short), "Every number reached what was promised."),
        Card("Rejected, by campaign", every, place.href(look="rejected"), "marketing", lines=tuple(map(_rejected, found.rejected)), empty="No lead was rejected."),
        _card(f"Not answered in {hours} hours", "sales", map(_late, found.late), "Every lead was answered in time."),
        _card("Forgotten accounts", "sales", (_forgotten(place, one) for one in found.forgotten), "No major account is forgotten."),
    )
    board.draw("board misses", Board(cards, "1fr 1fr"), _act)
    titles = _titles(found)
    forms.foot(Answer, lambda held, key: _answer_fields(titles, held, key), lambda fields: Answer(**fields, week=place.week), lambda one: one.about != "dispute")


def _card(title: str, side: str, lines: Iterable[Line], empty: str) -> Card:
    shown = tuple(lines)
    return Card(title, write.count(len(shown)) if shown else "", side=side, lines=shown, empty=empty)


def _titles(found: Misses) -> dict[str, str]:
    """What can be answered, by its ref."""
    titles = {f"metric:{one.metric.name}": one.metric.title for one in found.short}
    titles |= {f"campaign:{one.campaign or ''}": one.campaign or "No campaign" for one in found.rejected}
    titles |= {f"response:{one.team or ''}": f"{one.team or 'No team'}: late answers" for one in found.late}
    return titles | {f"account:{one.account_id}": one.name or one.account_id for one in found.forgotten}


def _line(about: str, subject: str, answers: Iterable[Answer], **more: object) -> Line:
    return Line(ref=f"{about}:{subject}", acts=ANSWER, replies=tuple(forms.line(one) for one in answers), **more)


def _short(place: Place, one: Shortfall) -> Line:
    value, goal = write.beside(one.value, one.target, one.metric.unit, place.currency)
    when = "" if one.judged == place.week else f" · week of {write.day(one.judged)}, the newest that can be judged"
    return _line("metric", one.metric.name, one.answers, figure=value, tone="bad", text=one.metric.title, small=f"promised {goal}{when}")


def _rejected(one: Rejected) -> Line:
    named = [f"{reason} {count}" for reason, count in one.reasons[:MOST_REASONS]]
    more = [f"{len(one.reasons) - MOST_REASONS} more reasons"] if len(one.reasons) > MOST_REASONS else []
    figure = f"{write.count(one.rejected)} of {write.count(one.offered)}"
    return _line("campaign", one.campaign or "", one.answers, figure=figure, text=one.campaign or "No campaign", small=words.sentence(", ".join(named + more)))


def _late(one: LateTeam) -> Line:
    figure = f"{write.count(one.late + one.unanswered)} of {write.count(one.due)}"
    return _line("response", one.team or "", one.answers, figure=figure, text=one.team or "No team", small=words.sentence(say.late(one).split(": ", 1)[-1]))


def _forgotten(place: Place, one: Forgotten) -> Line:
    small = " · ".join(part for part in (words.sentence("; ".join(one.reasons)), one.owner or "no owner") if part)
    money = write.money(one.open_amount, place.currency)
    return _line("account", one.account_id, one.answers, figure=money, text=one.name or one.account_id, small=small, href=links.account(one.account_id))


def _act(name: str, ref: str) -> None:
    if name == "answer":
        forms.stop()
        st.session_state[f"{notebook.form_key('answer new')} about"] = ref
    else:
        forms.act(name, ref)


def _answer_fields(titles: dict[str, str], held: Entry | None, key: str) -> forms.Fields:
    if held:
        return {"text": forms.text(key, held, "Your answer")}
    ref = st.selectbox(
        "Answer to", list(titles), None, key=f"{key} about", placeholder="Answer to", label_visibility="collapsed", width=260, format_func=lambda one: titles[one],
    )  # fmt: skip
    about, _, subject = (ref or "").partition(":")
    return {"text": forms.text(key, held, "What the other side says to it: what happened, what helps"), "about": about, "subject": subject}


# --- rejected leads ------------------------------------------------------------------------------


def _rejected_leads(place: Place, found: Misses) -> None:
    chosen = next((lead for lead in found.rejected_leads if lead.handoff_id == place.chosen.get("lead")), None)
    lines = tuple(_lead(place, lead, lead is chosen) for lead in found.rejected_leads)
    cards = (Card(f"{write.plural(len(lines), 'rejected lead')}: choose one", lines=lines, empty="No lead was rejected."), _thread(place, chosen))
    board.draw("board rejected", Board(cards, "1fr 1fr", (Chip("‹ Back to the four lists", place.href()),)), forms.act)
    if chosen and chosen.dispute is None:
        forms.foot(Dispute, _new_dispute, lambda fields: Dispute(**fields, **_about(place, chosen)), lambda one: one.handoff_id == chosen.handoff_id)
    elif chosen and forms.edited(Dispute):
        forms.foot(Dispute, _dispute_fields, lambda fields: Dispute(**fields, **_about(place, chosen)))
    elif chosen:
        subject = chosen.dispute.id
        reply = lambda fields: Answer(**fields, about="dispute", subject=subject, week=place.week)  # noqa: E731
        forms.foot(Answer, lambda held, key: {"text": forms.text(key, held, "Reply to it")}, reply, lambda one: one.subject == subject)


def _about(place: Place, lead: RejectedLead) -> forms.Fields:
    return {"handoff_id": lead.handoff_id, "week": place.week, "company": lead.company}


def _new_dispute(held: Entry | None, key: str) -> forms.Fields:
    return {"text": forms.text(key, held, "Marketing: this was a good lead, because")}


def _lead(place: Place, lead: RejectedLead, is_chosen: bool) -> Line:
    mark, tone = ("●", "marketing") if lead.dispute and lead.dispute.state == "open" else ("✓", "label") if lead.dispute else ("✕", "label")
    parts = (words.sentence(lead.reason), lead.owner and f"by {lead.owner}", lead.campaign, lead.dispute and DISPUTED[lead.dispute.state])
    small = " · ".join(part for part in parts if part)
    return Line(_who(place, lead), small=small, mark=mark, tone=tone, href=place.href(look="rejected", lead=lead.handoff_id), is_chosen=is_chosen)


def _who(place: Place, lead: RejectedLead) -> str:
    person = ", ".join(part for part in (lead.name, lead.title) if part) if place.names else ""
    return " · ".join(part for part in (lead.company or "No company", person) if part)


def _thread(place: Place, lead: RejectedLead | None) -> Card:
    if lead is None:
        return Card("The other side's view", empty="Choose a lead. Marketing may say why it was a good one; sales replies; both settle it.")
    facts = " · ".join(part for part in (lead.persona, lead.segment, lead.channel, f"handed over {write.day(lead.handed_at)}") if part)
    rejected = Line(f"Sales: {lead.reason}", small=" · ".join(part for part in (lead.owner, write.day(lead.decided_at)) if part), mark="✕", tone="sales")
    lines = [Line(small=facts), rejected]
    if lead.dispute:
        lines.append(forms.line(lead.dispute, mark="●", tone="marketing", acts=(("edit", "Settle or edit"),)))
        lines += [forms.line(reply, mark="●") for reply in lead.replies]
        if lead.dispute.state != "open":
            lines.append(Line(STATES[lead.dispute.state], small=lead.dispute.resolution or "", mark="✓", tone="good"))
    way = links.account(lead.account_id) if lead.account_id else ""
    return Card(_who(place, lead), "Account ›" if way else "", way, lines=tuple(lines))


def _dispute_fields(held: Entry | None, key: str) -> forms.Fields:
    text = _new_dispute(held, key)
    state = forms.choice(key, held, "Outcome", "state", list(STATES), 190, lambda one: STATES[one])
    return text | {"state": state, "resolution": forms.text(key, held, "What both agreed on", "resolution") or None}
