"""What people wrote, as far as one reader may see what it is about."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.metrics import Scorecard, choices, known
from app.notes import Dispute, Entry, Notes

E = TypeVar("E", bound=Entry)


class Readable:
    """Notes for reading alone: entries about an account, a lead, a segment, a campaign or a team outside a reader's part are not there."""

    def __init__(self, notes: Notes, card: Scorecard) -> None:
        self._notes, self._card = notes, card

    def find(self, kind: type[E], with_removed: bool = False) -> list[E]:
        """As Notes.find."""
        return visible(self._card, self._notes.find(kind, with_removed), lambda: self._notes.find(Dispute, True))


def readable(notes: Notes | None, card: Scorecard) -> Notes | Readable | None:
    """The notes as the reader of a scorecard may read them."""
    return notes if notes is None or card.scope.is_everything else Readable(notes, card)


def visible(card: Scorecard, entries: Sequence[E], disputes: Callable[[], Sequence[Dispute]]) -> list[E]:
    """Those of some entries that the reader of a scorecard may read; answers to a dispute go with it. A viewer reads none."""
    if not card.scope.sees_records:
        return []
    if card.scope.is_whole:
        return list(entries)
    subjects = {kind: [one.subject for one in entries if getattr(one, "about", None) == kind] for kind in ("account", "campaign", "response", "dispute")}
    argued = [one for one in disputes() if one.id in subjects["dispute"]] if subjects["dispute"] else []
    seen = _Seen(card, entries, subjects["account"], argued)
    return [one for one in entries if seen.shows(one)]


class _Seen:
    """What a part holds of all that some entries name, asked once."""

    def __init__(self, card: Scorecard, entries: Sequence[Entry], accounts: Sequence[str], disputes: Sequence[Dispute]) -> None:
        named = [value for one in entries for value in (getattr(one, "account_id", None), getattr(one, "account_name", None)) if value]
        leads = [one.handoff_id for one in (*entries, *disputes) if getattr(one, "handoff_id", None)]
        self.accounts, self.leads = known(card, "account", [*named, *accounts]), known(card, "handoff", leads)
        self.disputes = {one.id for one in disputes if one.handoff_id.lower() in self.leads}
        self.values = {name: {value.lower() for value in choices(card, name)} for name in ("segment", "campaign", "sales_team")}

    def shows(self, entry: Entry) -> bool:
        """Whether all that an entry names is in the part."""
        account = getattr(entry, "account_id", None) or getattr(entry, "account_name", None)
        if account and account.lower() not in self.accounts:
            return False
        if (lead := getattr(entry, "handoff_id", None)) and lead.lower() not in self.leads:
            return False
        if any(value.lower() not in self.values[name] for name in ("segment", "campaign") if (value := getattr(entry, name, None))):
            return False
        return self._shows_answer(getattr(entry, "about", None), getattr(entry, "subject", None) or "")

    def _shows_answer(self, about: str | None, subject: str) -> bool:
        if about == "dispute":
            return subject in self.disputes
        inside = {"account": self.accounts, "campaign": self.values["campaign"], "response": self.values["sales_team"]}
        return about not in inside or not subject or subject.lower() in inside[about]
