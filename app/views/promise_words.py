"""What became of promises, and what another level would be worth, in sentences that claim no more than the figures."""

from collections.abc import Mapping, Sequence

from app.charts import format as write
from app.metrics import Pile, WhatIf, Worth
from app.views import words

Row = Mapping[str, object]
STAGES = {
    "marketing": ("Inquiry to handover", "marketing"), "response": ("Handover to response", "sales"), "decision": ("Response to decision", "sales"),
    "deal": ("Accepted to deal", "sales"), "close": ("Deal to close", "sales"),
}  # fmt: skip
STEPS = {"back": "came back", "accepted": "was accepted then", "deal": "got a deal", "won": "was won"}
DAY_H = 24
OLD = 72  # hours; longer waits are told in days


def due(row: Row, rate: Row) -> str:
    """What became of the promise to answer, its four parts adding up."""
    head = f"Of {write.plural(row['offered'], 'lead')} offered, {write.count(row['in_time'])} were answered in time, {write.count(row['late'])} late"
    rest = f"{write.count(row['overdue'])} unanswered and overdue, {write.count(row['not_due'])} not due yet"
    return f"{head}, {rest}.{_share(rate)}"


def _share(rate: Row) -> str:
    return "" if rate["value"] is None else f" In time: {write.rate(rate['value'])} of those due ({write.interval(rate['low'], rate['high'])})."


def pile(found: Pile) -> str:
    """Whether answers pile up before the deadline; or that nobody can tell."""
    last = f"the last {write.hours(found.sla_hours / 10)} before the deadline"
    came = f"{write.plural(found.found, 'answer')} came in {last}"
    if found.verdict == "few":
        return f"Too few answers to tell whether they pile up before the deadline: {came}."
    usual = f"about {write.count(found.expected)} would be expected if the deadline made no difference"
    if found.verdict == "pile":
        return f"Answers pile up just before the deadline: {came}, where {usual}. Chance alone does not explain that."
    return f"No pile before the deadline beyond chance: {came}, and {usual}."


def never_worked(row: Row, days: object) -> str:
    """How many accepted leads sales did not touch, of those accepted long enough ago."""
    if row["value"] is None:
        return f"No lead was accepted {days} days ago or longer, so there is nothing to judge yet."
    count = round((1 - row["value"]) * row["n"])
    waiting = f" {write.count(row['waiting'])} more were accepted too lately to judge." if row["waiting"] else ""
    share = f"{write.rate(count / row['n'])}, {write.interval(1 - row['high'], 1 - row['low'])}"
    return f"{write.count(count)} of {write.plural(row['n'], 'accepted lead')} had no sales touch within {days} days of accepting ({share}).{waiting}"


def recycled(rows: Sequence[Row], days: object, currency: str) -> str:
    """What rejected leads came to later, so far, and as a share of those that had the time."""
    step = {row["step"]: row for row in rows}
    count = {name: write.count(row["leads"]) for name, row in step.items()}
    worth = f" ({write.money(step['won']['revenue'], currency)})" if step["won"]["leads"] else ""
    rejected = write.plural(step["rejected"]["leads"], "rejected lead")
    if not step["back"]["leads"]:
        return f"Of {rejected}, none came back so far. {_old_enough(step, days)}"
    so_far = (
        f"Of {rejected}, {count['back']} came back so far; of these {count['accepted']} were accepted then, "
        f"{count['deal']} have a deal, {count['won']} won{worth}."
    )
    return f"{so_far} {_old_enough(step, days)}"


def _old_enough(step: Mapping[str, Row], days: object) -> str:
    old = step["rejected"]["n"]
    if not old:
        return f"None was rejected {days} days ago or longer, so it is too early for a rate."
    rates = [f"{_rate(step[name])} {said}" for name, said in STEPS.items()]
    return f"Of the {write.count(old)} rejected at least {days} days ago, {words.listed(rates)}."


def _rate(row: Row) -> str:
    return f"{write.rate(row['value'])} ({_tight(row['low'], row['high'])})"


def _tight(low: float, high: float) -> str:
    """An interval with a decimal where whole numbers say too little."""
    return f"{low * 100:.1f}–{high * 100:.1f}{write.NBSP}%" if high < 0.1 else write.interval(low, high)


def wait(hours: float) -> str:
    """35 min, 2.3 h, 5 days."""
    return write.hours(hours) if hours < OLD else write.days(hours / DAY_H)


def short(hours: float) -> str:
    """The same where there is little room: 12 d."""
    return write.hours(hours) if hours < OLD else f"{hours / DAY_H:,.0f}{write.NBSP}d"


def stage(row: Row) -> str:
    """A stage in words, the leads that are still in it counted."""
    name = STAGES[row["stage"]][0]
    still = f"; {write.count(row['still'])} still are in it" if row["still"] else ""
    return f"{name}: {median(row)}, {most(row)}. {write.plural(row['n'], 'lead')}{still}"


OPEN = {"response": "unanswered", "decision": "answered and undecided", "deal": "accepted without a deal", "close": "with an open deal"}


def open_now(rows: Sequence[Row]) -> str:
    """How many of the leads are in which stage now."""
    parts = [f"{write.count(row['still'])} {OPEN[row['stage']]}" for row in rows if row["stage"] in OPEN and row["still"]]
    return f"Still waiting: {words.listed(parts)}." if parts else ""


def median(row: Row) -> str:
    """half within 5 days; or that half are not through."""
    return "half or more are not through" if row["value_over"] else f"half within {wait(row['value'])}"


def most(row: Row) -> str:
    """9 of 10 within 12 days; or that this is not known yet."""
    return "more than 1 in 10 are not through" if row["p90_over"] else f"9 of 10 within {wait(row['p90'])}"


def worth(found: WhatIf, currency: str) -> str:
    """What the level of the next better group would have meant, of the group where it is most; or that nobody can tell."""
    if found.lever.name == "response_sla" and not found.groups:
        return _no_gain(found)
    clear = [one for one in found.groups if one.verdict == "clear"]
    if not clear:
        return _unclear(found)
    one = clear[0]
    name, better, levels = words.value(found.by, one.name), words.value(found.by, one.better[found.by]), _levels(one)
    more = f"about {write.money(one.pipeline, currency)} more pipeline ({write.money(one.low, currency)} to {write.money(one.high, currency)})"
    return f"If the {_lower(found)} of {name} were {levels[1]} like that of {better}, not {levels[0]}, {_then(found)} {more}. This is arithmetic, not a promise."


def _then(found: WhatIf) -> str:
    if found.lever.name == "acceptance_rate":
        return "the same leads would have meant"
    return "and more leads were accepted as those answered in time are, that would have meant"


def _levels(one: Worth) -> tuple[str, str]:
    return write.beside(one.row["value"], one.better["value"], "rate", "")


def _unclear(found: WhatIf) -> str:
    groups = _groups(found)
    if len(found.groups) < 2:
        return f"Can't tell: there are no two {groups} to hold against each other."
    verdicts = {one.verdict for one in found.groups}
    if "young" in verdicts:
        return f"Can't tell: too few older leads of these {groups} to know what an accepted one comes to."
    if "chance" in verdicts:
        return f"Can't tell: the {groups} differ by no more than chance does, so none is known to be better than another."
    return f"Can't tell: too few leads to hold one of the {groups} against another."


def _no_gain(found: WhatIf) -> str:
    if found.in_time is None or found.not_in_time is None:
        return "Can't tell: there are no leads answered in time to hold against others."
    return f"Can't tell: {answered(found)} That may be chance, so nothing is known to hang on it."


def answered(found: WhatIf) -> str:
    """Acceptance of leads answered in time, and of the others."""
    shares = [f"{write.rate(row['value'])} of {write.count(row['n'])}" for row in (found.in_time, found.not_in_time)]
    return f"leads answered in time were accepted in {shares[0]} cases, the others in {shares[1]}."


def doubts(found: WhatIf) -> str:
    """The groups of which nothing is said, and why; and what the arithmetic rests on."""
    named = {verdict: [words.value(found.by, one.name) for one in found.groups if one.verdict == verdict] for verdict in REASONS}
    said = [REASONS[verdict].format(_some(names)) for verdict, names in named.items() if names and len(found.groups) > 1]
    return " ".join([*said, *_basis(found)])


REASONS = {
    "best": "None is better than {}.", "chance": "Not beyond chance below a better one: {}.", "few": "Too few leads: {}.",
    "young": "Too few older leads or deals: {}.",
}  # fmt: skip
MOST_NAMED, MANY = 4, 6


def _some(names: Sequence[str]) -> str:
    return words.listed(names) if len(names) <= MOST_NAMED else f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"


def _basis(found: WhatIf) -> list[str]:
    if not any(one.verdict == "clear" for one in found.groups):
        return []
    own = f"Extra leads × the share of its own that became deals × its own mean deal, both of leads of {words.period(found.basis)}; lines: 95 % range."
    many = [f"Of so many {_groups(found)} some stand apart by chance alone."] if len(found.groups) > MANY else []
    if found.lever.name == "acceptance_rate":
        return [own, *many]
    why = "Not proof of cause: a lead that nobody answers cannot be accepted, and promising ones may be answered sooner."
    return [own, words.sentence(answered(found)), why, *many]


def _groups(found: WhatIf) -> str:
    name = words.dimension(found.by)
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def _lower(found: WhatIf) -> str:
    return "acceptance rate" if found.lever.name == "acceptance_rate" else "share answered in time"
