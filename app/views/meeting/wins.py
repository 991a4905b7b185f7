"""Step 3: deals won, the path both sides walked to each, and who to thank; and what was done together."""

from app.charts import format as write
from app.meeting import words as say
from app.meeting.model import PathStep, Win, Wins
from app.metrics import choices
from app.notes import JOINT_WORK_KINDS, Entry, JointWork
from app.views import board, links
from app.views.board import Board, Card, Line, Turn
from app.views.meeting import forms, week
from app.views.meeting.place import Place

DEALS, MOST_TURNS = 3, 8


def show(place: Place) -> None:
    """Draws the step."""
    found = week.wins(place.card, place.week)
    done = week.joint_work(place.card, place.week)
    together = Card("Done together", lines=tuple(_work(one) for one in done), empty="Nothing was written down for this week yet: the row below is for it.")
    board.draw("board wins", Board((_won(place, found), together), "2.7fr 1fr"), forms.act)
    forms.foot(JointWork, lambda held, key: _fields(place, held, key), lambda fields: JointWork(**fields))


def _won(place: Place, found: Wins) -> Card:
    pages = -(-len(found.deals) // DEALS)
    asked = place.chosen.get("deal", "1")
    page = int(asked) if asked.isdecimal() and 1 <= int(asked) <= pages else 1
    shown = found.deals[(page - 1) * DEALS : page * DEALS]
    ends = f"{(page - 1) * DEALS + 1} to {(page - 1) * DEALS + len(shown)} of {len(found.deals)}: next ›" if pages > 1 else ""
    lines = tuple(_deal(place, deal) for deal in shown)
    return Card(" · ".join(say.wins(found, place.currency)), ends, place.href(deal=str(page % pages + 1)) if pages > 1 else "", "joint", lines=lines)


def _deal(place: Place, deal: Win) -> Line:
    name = deal.name if not deal.account_name or deal.account_name in deal.name else f"{deal.account_name}: {deal.name}"
    small = " · ".join(part for part in (say.way(deal), say.thanks(deal)) if part)
    amount = write.money(deal.amount, place.currency) if deal.amount is not None else "–"
    return Line(name, amount, small, href=links.account(deal.account_id) if deal.account_id else "", path=_path(deal.path))


def _path(steps: tuple[PathStep, ...]) -> tuple[Turn, ...]:
    """The first turns and the last ones; of a long way the middle is left out, and said."""
    turns = [_turn(step) for step in steps]
    if len(turns) <= MOST_TURNS:
        return tuple(turns)
    left = len(turns) - MOST_TURNS + 1
    return (*turns[: MOST_TURNS // 2 - 1], Turn("label", "…", f"{left} more"), *turns[-(MOST_TURNS // 2) :])


def _turn(step: PathStep) -> Turn:
    tip = " · ".join(part for part in (step.what, step.detail, step.by_whom and f"by {step.by_whom}") if part)
    return Turn({"both": "joint"}.get(step.side, step.side), write.day(step.at), step.what[:1].upper() + step.what[1:], tip)


def _work(entry: JointWork) -> Line:
    who = " and ".join(name for name in (entry.marketing_member, entry.sales_member) if name)
    said = ": ".join(part for part in (say.TOGETHER[entry.kind], entry.text) if part)
    small = " · ".join(part for part in (write.day(entry.done_on), who, entry.account_name, forms.signed(entry)) if part)
    return forms.line(entry, text=said, small=small, tone="")


def _fields(place: Place, held: Entry | None, key: str) -> forms.Fields:
    kind = forms.choice(key, held, "Kind", "kind", list(JOINT_WORK_KINDS), 150, say.TOGETHER.get, JOINT_WORK_KINDS[0])
    day = forms.day(key, held, "Day", "done_on", place.last_day)
    marketing = forms.word(key, held, "From marketing", "marketing_member", 130)
    sales = forms.choice(key, held, "From sales", "sales_member", choices(place.card, "owner"), 150)
    account = forms.account(place, key, held)
    return {"kind": kind, "done_on": day, "marketing_member": marketing, "sales_member": sales, **account, "text": forms.text(key, held, "What you did together")}

