"""What a meeting says, in sentences: plain text for the page and the digest alike, and never more than the figures hold."""

from app.charts import format as write
from app.charts.format import THINGS, listed, sentence
from app.meeting.course import A_WEEK
from app.meeting.model import Course, Forgotten, LateTeam, Leads, Rejected, ScoreLine, Shortfall, Win, Wins
from app.metrics import Metric, Restated, Ripening, Signal, holds

TOGETHER = {"ride_along": "Ride-along", "joint_content": "Joint content", "joint_meeting": "Joint meeting", "persona_workshop": "Persona workshop"}


def verdict(line: ScoreLine) -> str:
    """On target, or on which side of it."""
    if line.is_kept is None:
        return "No target" if line.target is None else "No data"
    missed = "Below target" if line.metric.better == "up" else "Above target"
    return "On target" if line.is_kept else missed


def value(line: ScoreLine, currency: str) -> str:
    """142 leads, target 150."""
    return _with_basis(line.metric, _beside(line.metric, line.value, line.target, currency, "target"), line.n)


def promise(line: ScoreLine) -> str:
    """Whether what was promised for the judged week was kept."""
    if line.is_kept is None:
        return "Nothing was promised" if line.target is None else "A promise, and no data to judge it by"
    return ("Promise kept" if line.is_kept else "Promise not kept") + within_chance(line)


def within_chance(line: ScoreLine) -> str:
    """Said of a rate whose 95 % interval holds its target: kept or not, so few records do not tell."""
    return ", within chance" if holds(line.low, line.high, line.target) else ""


def variation(line: ScoreLine, currency: str) -> str:
    """Whether the judged week is a signal or ordinary variation."""
    return of_signal(line.signal, line.metric.unit, currency)


def of_signal(found: Signal, unit: str, currency: str) -> str:
    """Whether a week is a signal or ordinary variation."""
    if found.kind == "too_short":
        return "Too few weeks to tell"
    if found.value is None or found.kind == "unripe" or found.mean is None:
        return "No data, so nothing to judge"
    low, mean, high = (write.number(limit, unit, currency) for limit in (found.low, found.mean, found.high))
    side = "above" if found.kind.endswith("high") else "below"
    if found.levels:
        before, since = (write.number(level.mean, unit, currency) for level in found.levels)
        return f"A signal: since the week of {write.day(found.levels[1].first)} weeks lie around {since}, before around {before}"
    if found.kind.startswith("shift"):
        return f"A signal: eight weeks in a row {side} the mean of {mean}"
    return f"Ordinary variation: weeks lie between {low} and {high}" if found.kind == "ordinary" else f"A signal: {side} what chance explains ({low} to {high})"


def of_ripening(found: Ripening) -> str:
    """A week that is not ripe: 50 % so far, 24 leads still undecided; will land between 53 % and 58 % (80 of 100 such ranges hold)."""
    so_far = f"{write.number(found.so_far, 'rate')} so far, {write.plural(found.waiting, 'lead')} still undecided"
    return f"{so_far}; {lands(found)}" + (" (80 of 100 such ranges hold)" if found.low is not None else "")


def lands(found: Ripening) -> str:
    """Will land between 53 % and 58 %."""
    if found.low is None:
        return "too few earlier weeks to say where it will land"
    low, high = write.rate(found.low), write.rate(found.high)
    return f"will land between {low} and {high}" if low != high else f"will land at about {low}"


def judged(line: ScoreLine) -> str:
    """Which week a rate that needs time is judged by, and what still waits; nothing where it is the meeting's week."""
    if not line.course or line.judged == line.course[-1].week:
        return _waits(line, "None of the last weeks can be judged yet; ") if line.waiting else ""
    had = f"the newest whose {_things(line.metric)} all had their {write.days(line.window_days)}" if line.window_days else "the newest in which nothing waits"
    return _waits(line, f"Week of {write.day(line.judged)}: {had}; ") if line.waiting else f"Week of {write.day(line.judged)}: {had}"


def restated(line: ScoreLine, one: Restated, currency: str) -> str:
    """Last week we said 142; it is 151 now: 9 leads came late."""
    was_last = bool(line.course) and one.week == line.course[-1].week - A_WEEK
    said, now = (write.number(number, line.metric.unit, currency) for number in (one.said, one.now))
    if one.said is not None and one.now is not None:
        said, now = write.beside(one.said, one.now, line.metric.unit, currency)
    when = "Last week we said" if was_last else f"Of the week of {write.day(one.week)} we said"
    moved = [
        f"{write.plural(number, *THINGS[line.metric.records])} {what if number == 1 else whats}"
        for number, what, whats in ((one.came, "came late", "came late"), (one.left, "is gone", "are gone"), (one.altered, "counts differently", "count differently"))
        if number
    ]
    return f"{when} {said}; it is {now} now" + (f": {listed(moved)}" if moved else "")


def due(line: ScoreLine) -> str:
    """How many of the actions that were due are done; nothing where none was."""
    done = sum(action.state == "done" for action in line.due)
    return f"{write.count(done)} of {write.plural(len(line.due), 'action')} due by then {'is' if done == 1 else 'are'} done" if line.due else ""


def score_facts(line: ScoreLine, currency: str) -> list[str]:
    """All that is to be said of a joint metric, the verdict aside, the most important first."""
    said = restated(line, line.said[0], currency) if line.said else ""
    return [fact for fact in (value(line, currency), promise(line), variation(line, currency), judged(line), said, due(line)) if fact]


def leads(found: Leads) -> list[str]:
    """How many leads, against the week before, and what became of them so far."""
    if found.off:
        return [found.off]
    if not found.all.handed_over:
        return [f"No lead was handed over in this week; {write.count(found.before)} in the week before"]
    counts = {"accepted": found.all.accepted, "rejected": found.all.rejected, "waiting": found.all.waiting}
    facts = [
        f"{write.plural(found.all.handed_over, 'lead')} handed over, {_against(found.all.handed_over, found.before)}",
        "So far " + ", ".join(f"{write.count(number)} {what}" for what, number in counts.items()),
    ]
    if found.implied:
        facts.append(f"{write.count(found.implied)} of them sales took without an offer")
    if found.waiting_overdue:
        facts.append(f"{write.count(found.waiting_overdue)} without a first response for longer than promised")
    return facts


def wins(found: Wins, currency: str) -> list[str]:
    """How many deals were won and what they are worth."""
    if found.off:
        return [found.off]
    if not found.deals:
        return ["No deal was won in this week"]
    facts = [f"{write.plural(len(found.deals), 'deal')} won, worth {write.money(found.amount, currency)}"]
    if found.without_amount:
        facts.append(f"{write.count(found.without_amount)} of them without an amount, which adds nothing")
    return facts


def way(win: Win) -> str:
    """Won in 62 days after 7 touches by marketing and 12 by sales."""
    took = "Won" if win.days is None else "Won on the day it was opened" if win.days == 0 else f"Won in {write.days(win.days)}"
    if not win.marketing_touches and not win.sales_touches:
        return f"{took}, with no touch on record"
    if win.marketing_touches and win.sales_touches:
        return f"{took} after {write.plural(win.marketing_touches, 'touch', 'touches')} by marketing and {write.count(win.sales_touches)} by sales"
    side, other, number = ("marketing", "sales", win.marketing_touches) if win.marketing_touches else ("sales", "marketing", win.sales_touches)
    return f"{took} after {write.plural(number, 'touch', 'touches')} by {side}, none by {other} on record"


def thanks(win: Win) -> str:
    """Thanks to those of both sides who had a part; nothing where nobody is known."""
    sides = [f"{listed(names)} of {side}" for side, names in (("marketing", win.thanks_marketing), ("sales", win.thanks_sales)) if names]
    return f"Thanks to {', and '.join(sides)}" if sides else ""


def shortfall(short: Shortfall, currency: str) -> str:
    """70 %, promised 80 %, from 121 leads, in the week of 9 Nov."""
    beside = _with_basis(short.metric, _beside(short.metric, short.value, short.target, currency, "promised"), short.n)
    return f"{beside}, in the week of {write.day(short.judged)}"


def rejected(group: Rejected) -> str:
    """5 of 8 leads offered were rejected: Bad timing (2), No budget (2)."""
    reasons = ", ".join(f"{reason} ({write.count(number)})" for reason, number in group.reasons)
    return f"{write.count(group.rejected)} of {write.plural(group.offered, 'lead')} offered {'was' if group.rejected == 1 else 'were'} rejected: {reasons}"


def late(team: LateTeam) -> str:
    """16 of 43 leads: 13 answered later than promised, 3 not answered yet."""
    missed = team.late + team.unanswered
    if not missed:
        return f"{write.plural(team.due, 'lead')}, answered as promised" if team.due == 1 else f"All {write.plural(team.due, 'lead')} answered as promised"
    parts = ((team.late, "answered later than promised"), (team.unanswered, "not answered yet"))
    return f"{write.count(missed)} of {write.plural(team.due, 'lead')}: " + ", ".join(f"{write.count(number)} {what}" for number, what in parts if number)


def forgotten(account: Forgotten, currency: str) -> str:
    """Why an account is called forgotten, who owns it, and what is open there."""
    owner = f"owner {account.owner}" if account.owner else "no owner"
    worth = f"{write.money(account.open_amount, currency)} open" if account.open_amount else "nothing open"
    return f"{sentence(listed(account.reasons))}; {owner}; {worth}"


def course(found: Course, currency: str) -> str:
    """What the number of an action was when it was decided and is now; that it moved proves no cause."""
    if found.metric is None:
        return "No number was named"
    title, unit = found.metric.title, found.metric.unit
    then, now = (write.number(number, unit, currency) for number in (found.then, found.now))
    if found.now is None and found.then is None:
        return f"{title}: no data"
    if found.then is None:
        return f"{title}: {now} now, no data from when it was decided"
    if len(found.weeks) < 2:
        return f"{title}: {then} when it was decided, and no later week to judge by yet"
    return f"{title}: {then} when it was decided, {now} now{_moved(found)}"


def when(found: Course) -> str:
    """When an action is due, or what became of it."""
    action = found.action
    if action.state == "open":
        return f"due {write.day(action.due_on)}" + (", overdue" if found.is_overdue else "")
    return action.state + (f" {write.day(action.done_on)}" if action.done_on else "")


def _beside(metric: Metric, value: float | None, goal: float | None, currency: str, called: str) -> str:
    if value is None or goal is None:
        return _counted(metric, value, write.number(value, metric.unit, currency)) + ("" if goal is None else f", {called} {write.number(goal, metric.unit, currency)}")
    shown, aim = write.beside(value, goal, metric.unit, currency)
    if shown == aim and value != goal:
        aim = f"just {'above' if goal > value else 'below'} {aim}"
    return f"{_counted(metric, value, shown)}, {called} {aim}"


def _counted(metric: Metric, value: float | None, shown: str) -> str:
    """A count with what it counts."""
    if value is None or metric.unit != "count":
        return shown
    return f"{shown} {THINGS[metric.records][value != 1]}"


def _with_basis(metric: Metric, text: str, n: int | None) -> str:
    return f"{text}, from {write.plural(n, *THINGS[metric.records])}" if n else text


def _waits(line: ScoreLine, before: str) -> str:
    whole = line.waiting + (line.course[-1].n or 0)
    text = f"{write.count(line.waiting)} of {write.count(whole)} of last week {'is' if line.waiting == 1 else 'are'} still inside the window"
    found = line.course[-1].landing
    return before + text + (f"; it {lands(found)}" if found and found.low is not None else "")


def _things(metric: Metric) -> str:
    return THINGS[metric.records][1]


def _against(now: int, before: int) -> str:
    if now == before:
        return "as many as in the week before"
    return f"{write.count(abs(now - before))} {'more' if now > before else 'fewer'} than in the week before"


def _moved(found: Course) -> str:
    if found.now is None or found.then is None or not (found.then or found.metric.unit == "rate"):
        return ""
    by = found.now - found.then if found.metric.unit == "rate" else (found.now - found.then) / abs(found.then)
    return f" ({write.change(by, found.metric.unit)})"
