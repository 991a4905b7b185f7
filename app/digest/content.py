"""What the digest says and in which order, as plain data that every form lays out: sections of parts.

A part is a heading, lines, a picture, a metric (with its weeks for those who see no picture), items (with what people said), or a table.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from app.charts import Drawing, Stack, stacks, weekly
from app.charts.format import count, day, full_day, listed, moment, money, number, plural
from app.digest.plain import harmless
from app.meeting import picture, words
from app.meeting.model import Course, Fate, Leads, Meeting, RejectedLead, ScoreLine, Week, Win

MOST = 12  # things in a list; the page has them all
WEEKS_IN_WORDS = 8
COURSE_PX = 150
RULINGS = {"open": "Not settled yet", "good_lead": "Settled: it was a good lead", "rejection_stands": "Settled: the rejection stands"}
Part = dict[str, object]


class Written(Protocol):
    """Anything that a person wrote."""

    text: str
    created_by: str
    created_side: str
    created_at: datetime


def told(meeting: Meeting, made_at: datetime) -> tuple[dict, dict[str, Drawing]]:
    """The digest as data that is harmless in every form, and its charts by name."""
    charts = {f"course-{line.metric.name}": course(line, meeting.currency) for line in meeting.score}
    if meeting.leads.by_channel:
        charts["fates"] = fates(meeting.leads)
    sections = {
        "Scorecard": _scorecard(meeting), "Last week's leads": _leads(meeting.leads), "Wins together": _wins(meeting), "Not as planned": _misses(meeting),
        "From the field": _field(meeting), "Decisions": _decisions(meeting),
    }  # fmt: skip
    data = {
        "title": f"Marketing and sales, week of {full_day(meeting.week)}",
        "about": f"Data as of {moment(meeting.as_of, 'UTC')}",
        "made": f"Made {full_day(made_at)}, {made_at:%H:%M} UTC",
        "notice": "This is the sample company: all names and numbers are invented." if meeting.is_sample else "",
        "sections": [{"title": title, "parts": list(parts)} for title, parts in sections.items()],
    }
    return harmless(data), charts


def course(line: ScoreLine, currency: str) -> Drawing:
    """The weeks of a joint metric, with its limits and the marks that people set."""
    points = picture.points(line, currency)
    so_far = {True: " so far", False: ""}
    spoken = "; ".join(f"{full_day(point.week)} {point.label}{so_far[point.is_open and point.value is not None]}" for point in points)
    title = f"{line.metric.title} by week: {spoken}."
    return weekly(points, line.metric.owner, line.metric.unit, title, currency=currency, height=COURSE_PX, **picture.limits(line.signal))


def fates(leads: Leads) -> Drawing:
    """What became of the leads of each channel."""
    rows = []
    for fate in leads.by_channel:
        name, total, *labels = _fate(fate)
        rows.append(Stack(None, name, (fate.accepted, fate.rejected, fate.waiting), tuple(labels), total))
    spoken = "; ".join(f"{row.name} {row.total}: {row.labels[0]} accepted, {row.labels[1]} rejected, {row.labels[2]} waiting" for row in rows)
    return stacks(rows, f"Leads by channel: {spoken}.")


def _scorecard(meeting: Meeting) -> Iterator[Part]:
    for line in meeting.score:
        unit = line.metric.unit
        value, promise = number(line.value, unit, meeting.currency), words.promise(line)
        yield {
            "kind": "metric", "title": line.metric.title, "value": value, "tone": {True: "good", False: "bad", None: "label"}[line.is_kept],
            "verdict": words.verdict(line) + ("" if line.target is None else f": {promise[:1].lower()}{promise[1:]}"),
            "lines": [fact for fact in words.score_facts(line, meeting.currency) if fact not in (value, promise)],
            "picture": f"course-{line.metric.name}", "weeks": _last_weeks(line.course, unit, meeting.currency), "said": _said(line.annotations, "week"),
        }  # fmt: skip


def _last_weeks(weeks: Sequence[Week], unit: str, currency: str) -> list[list[str]]:
    rows = [[full_day(week.week), _value(week, unit, currency)] for week in weeks[-WEEKS_IN_WORDS:]]
    return [["Week of", "Value"], *rows] if rows else []


def _value(week: Week, unit: str, currency: str) -> str:
    if week.landing:
        return words.of_ripening(week.landing)
    return number(week.value, unit, currency) + ("" if week.is_ripe or week.value is None else " so far")


def _leads(leads: Leads) -> Iterator[Part]:
    yield _lines(words.leads(leads))
    if leads.by_channel:
        yield _heading("What became of them, by channel: accepted, rejected, waiting")
        yield {"kind": "picture", "name": "fates"}
        yield _table(("Channel", "Handed over", "Accepted", "Rejected", "Waiting"), [*map(_fate, leads.by_channel), ("All", *_fate(leads.all)[1:])])
    if leads.reasons:
        yield _heading("Why leads were rejected")
        yield _table(("Reason", "Leads"), [(reason, count(times)) for reason, times in leads.reasons])


def _fate(fate: Fate) -> tuple[str, ...]:
    return (fate.name or "No channel", *map(count, (fate.handed_over, fate.accepted, fate.rejected, fate.waiting)))


def _wins(meeting: Meeting) -> Iterator[Part]:
    yield _lines(words.wins(meeting.wins, meeting.currency))
    yield from _some([_win(win, meeting.currency) for win in meeting.wins.deals], "deal")


def _win(win: Win, currency: str) -> Part:
    path = " \N{RIGHTWARDS ARROW} ".join(f"{day(step.at)} {step.what}" + (f" ({step.detail})" if step.detail else "") for step in win.path)
    return _item(win.name, [words.way(win), path, words.thanks(win)], "joint", figure="" if win.amount is None else money(win.amount, currency))


def _misses(meeting: Meeting) -> Iterator[Part]:
    misses, currency = meeting.misses, meeting.currency
    groups = {
        "Fell short of what was promised": ([_item(one.metric.title, [words.shortfall(one, currency)], "bad", one.answers) for one in misses.short], "number"),
        "Rejected leads, by campaign": ([_item(one.campaign or "No campaign", [words.rejected(one)], "marketing", one.answers) for one in misses.rejected], "campaign"),
        "Rejections that are disputed": ([_dispute(lead) for lead in misses.rejected_leads if lead.dispute], "dispute"),
        "Responses, by team": ([_item(one.team or "No team", [words.late(one)], "sales", one.answers) for one in misses.late], "team"),
        "Forgotten accounts": ([_item(one.name or one.account_id, [words.forgotten(one, currency)], "sales", one.answers) for one in misses.forgotten], "account"),
    }  # fmt: skip
    for title, (items, thing) in groups.items():
        if items:
            yield _heading(title)
            yield from _some(items, thing)
    if not any(items for items, _ in groups.values()):
        yield _lines(["Everything that was promised was kept"])


def _dispute(lead: RejectedLead) -> Part:
    """By company and campaign: the person stays unnamed."""
    ruling = RULINGS[lead.dispute.state] + (f": {lead.dispute.resolution}" if lead.dispute.resolution else "")
    facts = [f"Rejected: {lead.reason}", ", ".join(filter(None, (lead.campaign, lead.persona, lead.segment))), ruling]
    return _item(lead.company or "A lead of no company", facts, "marketing", (lead.dispute, *lead.replies))


def _field(meeting: Meeting) -> Iterator[Part]:
    heard = []
    for note in meeting.field:
        about = ", ".join(filter(None, (note.persona, note.segment, note.account_name, note.campaign)))
        heard.append(_item(about or f"Heard by {note.created_side}", [], note.created_side, (note,), "heard_on"))
    done = [_item(_done(work), [work.text], "joint") for work in meeting.joint_work]
    yield _items(heard) if heard else _lines(["No notes for this week"])
    if done:
        yield _heading("Done together")
        yield _items(done)


def _done(work: object) -> str:
    people = listed([*filter(None, (work.marketing_member, work.sales_member))] or ["nobody named"])
    about = ", ".join(filter(None, (work.account_name, work.campaign)))
    return f"{words.TOGETHER.get(work.kind, work.kind)}, {day(work.done_on)}: {people}" + (f" ({about})" if about else "")


def _decisions(meeting: Meeting) -> Iterator[Part]:
    decided = meeting.decisions
    groups = {"Decided for this week": decided.decided, "Carried over": decided.carried, "Done or dropped since the last meeting": decided.closed}
    for title, courses in groups.items():
        if courses:
            yield _heading(title)
            yield _items([_action(one, meeting.currency) for one in courses])
    if not any(groups.values()):
        yield _lines(["No actions are open"])


def _action(found: Course, currency: str) -> Part:
    action = found.action
    values = [number(week.value, found.metric.unit, currency) for week in found.weeks[-WEEKS_IN_WORDS:]] if found.metric else []
    facts = [f"{action.owner}, {words.when(found)}", words.course(found, currency), f"Week by week: {', '.join(values)}" if len(values) > 1 else ""]
    return _item(action.text, facts, "bad" if found.is_overdue else "good" if action.state == "done" else "label") | {"is_done": action.state == "done"}


def _lines(texts: Sequence[str]) -> Part:
    return {"kind": "lines", "lines": [*filter(None, texts)]}


def _heading(text: str) -> Part:
    return {"kind": "heading", "text": text}


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Part:
    return {"kind": "table", "head": head, "rows": rows}


def _item(head: str, lines: Sequence[str], tone: str, said: Sequence[Written] = (), day_of: str = "", figure: str = "") -> Part:
    return {"head": head, "lines": [*filter(None, lines)], "tone": tone, "said": _said(said, day_of), "figure": figure, "is_done": False}


def _items(items: Sequence[Part]) -> Part:
    return {"kind": "items", "items": items}


def _some(items: Sequence[Part], thing: str) -> Iterator[Part]:
    """The first of a long list, and all that somebody said something to."""
    shown = [item for place, item in enumerate(items) if place < MOST or item["said"]]
    yield _items(shown)
    if len(shown) < len(items):
        yield _lines([f"{plural(len(items) - len(shown), f'more {thing}')} on the page"])


def _said(written: Sequence[Written], day_of: str = "") -> list[dict[str, str]]:
    """What people said, with who and when: `day_of` is the field that holds the day meant, else the day of writing counts."""
    day_words = {"week": "week of {}", "heard_on": "heard {}", "": "{}"}[day_of]
    said = []
    for one in written:
        when = day_words.format(full_day(getattr(one, day_of or "created_at")))
        said.append({"who": f"{one.created_by} ({one.created_side}), {when}", "side": one.created_side, "text": one.text})
    return said
