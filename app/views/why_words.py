"""Why a number moved, in sentences that claim no more than the figures."""

from app.charts import format as write
from app.metrics import Bridge, Group, MixOrRate
from app.views import words

OWNERS = {"volume": "volume (marketing)", "acceptance": "acceptance (the handoff)", "qualification": "qualification (sales)", "size": "deal size (sales)"}
NAMES = {"volume": "volume", "acceptance": "acceptance", "qualification": "qualification", "size": "deal size"}
POINT = 0.01


def groups(by: str) -> str:
    """What people call the values of a dimension: segments, industries."""
    name = words.dimension(by)
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def points(value: float) -> str:
    """A difference of fractions in points, without its sign: 4.2."""
    return f"{abs(value) / POINT:.1f}"


def signed(value: float) -> str:
    """The same with its sign, and none where it rounds to nothing: +4.2."""
    size = points(value)
    return size if size == "0.0" else f"{'+' if value > 0 else write.MINUS}{size}"


def in_points(found: MixOrRate) -> tuple[float, float, float]:
    """Change, mix and rate in points to one decimal, that add up: the larger part takes the odd tenth."""
    change, mix, rate = (round(value / POINT, 1) for value in (found.change, found.mix, found.rate))
    if abs(found.mix) >= abs(found.rate):
        return change, round(change - rate, 1), rate
    return change, mix, round(change - mix, 1)


def moved(found: MixOrRate) -> str:
    """Whether a rate moved, and by what; or that it is too few to say."""
    text = _clear(found) if found.is_clear else _unclear(found)
    return " ".join(filter(None, (text, _paradox(found), _young(found))))


def _clear(found: MixOrRate) -> str:
    change, mix, rate = in_points(found)
    verb = "rose" if change > 0 else "fell"
    levels = f"from {_level(found.before)} to {_level(found.now)}"
    reasons = sorted(((mix, f"{_mix_reason(found)} (mix)"), (rate, f"{_rate_reason(found)} (rate)")), key=lambda part: -part[0] * change)
    (first, why), (second, other) = reasons
    head = f"{found.metric.title} {verb} by {abs(change):.1f} points, {levels}: "
    if not second:
        return f"{head}as good as all of it because {why}.{_rate_doubt(found)}"
    less = "and" if second * change > 0 else "less"
    return f"{head}{abs(first):.1f} because {why}, {less} {abs(second):.1f} because {other}.{_rate_doubt(found)}"


def _unclear(found: MixOrRate) -> str:
    text = (
        f"Too few to say whether the {_lower(found)} moved: {_level(found.before)} of {write.count(found.before['n'])} before, "
        f"{_level(found.now)} of {write.count(found.now['n'])} now. Its change lies between {_range(found.low, found.high)} points (95 % interval)."
    )
    if not found.is_rate_clear:
        return text
    way = "rose" if found.rate > 0 else "fell"
    held = f"With the mix held still, though, rates within the {groups(found.by)} {way} by {points(found.rate)} points"
    return f"{text} {held} (between {_range(found.rate_low, found.rate_high)})."


def _rate_doubt(found: MixOrRate) -> str:
    if found.is_rate_clear or points(found.rate) == "0.0":
        return ""
    if found.rate_low is None:
        return f" Each of the {groups(found.by)} has too few {_things(found)} to say whether rates moved."
    return f" The part of rate alone could be chance (between {_range(found.rate_low, found.rate_high)})."


def _mix_reason(found: MixOrRate) -> str:
    """The group that makes most of the mix, where one makes at least half of it."""
    lead = max(found.groups, key=lambda group: group.mix * (1 if found.mix > 0 else -1))
    if not found.mix or lead.mix / found.mix < 0.5 or points(lead.mix) == "0.0":
        return f"the shares of the {groups(found.by)} changed"
    share = "larger" if lead.w_now > lead.w_before else "smaller"
    rate = "higher" if lead.mix * (lead.w_now - lead.w_before) > 0 else "lower"
    return f"“{named(found, lead)}”, with a {rate} rate, has a {share} share of the {_things(found)}"


def _rate_reason(found: MixOrRate) -> str:
    way = "rose" if found.rate > 0 else "fell"
    moves = [group.rate_now - group.rate_before for group in found.in_both]
    one_way = min(moves, default=0) > 0 or max(moves, default=0) < 0
    return f"rates within the {groups(found.by)} {way}{'' if one_way else ' on balance'}"


def _paradox(found: MixOrRate) -> str:
    if not found.is_paradox:
        return ""
    one, total = ("rose", "fell") if found.rate > 0 else ("fell", "rose")
    proof = "" if found.is_clear else " in these figures, which are too few to prove it"
    return f"Mind: within every {words.dimension(found.by)} the rate {one}, and the total {total}, by the mix alone{proof}."


def _young(found: MixOrRate) -> str:
    counts = [(int(row.get("waiting") or 0), when) for row, when in ((found.before, "before"), (found.now, "now"))]
    if not any(count for count, _ in counts):
        return ""
    listed = words.listed(f"{write.count(count)} {when}" for count, when in counts if count)
    return f"Not judged yet, and not counted: {listed}."


def named(found: MixOrRate, group: Group) -> str:
    """What people call a group."""
    return words.value(found.by, group.name)


def nothing(found: MixOrRate) -> str:
    """The sentence of a period without data."""
    which = "now" if found.before["value"] is not None else "in the earlier period"
    return f"Nothing that can be judged {which}, so there is no change to explain."


def _things(found: MixOrRate) -> str:
    return words.THINGS[found.metric.records][1]


def _lower(found: MixOrRate) -> str:
    return found.metric.title if found.metric.title.isupper() else found.metric.title[0].lower() + found.metric.title[1:]


def _level(row: dict) -> str:
    return f"{float(row['value']) * 100:.1f}{write.NBSP}%"


def _range(low: float, high: float) -> str:
    return f"{signed(low)} and {signed(high)}"


def bridged(found: Bridge, currency: str) -> str:
    """What the pipeline of handed-over leads changed by, and over which steps."""
    now, before = (write.money(cohort.pipeline, currency) for cohort in (found.now, found.before))
    if found.parts is None:
        return f"{now} of pipeline, {before} before. A step is nothing in one of the two periods, so the change cannot be split: {_products(found, currency)}."
    steps = [f"{money_change(value, currency)} {OWNERS[name]}" for name, value in found.parts.items()]
    way = "more" if found.change > 0 else "less"
    head = f"{write.money(abs(found.change), currency)} {way} pipeline" if found.change else "As much pipeline as before"
    return f"{head} ({before} before, {now} now): {words.listed(steps)}."


def money_change(value: float, currency: str) -> str:
    """+$1.2M."""
    return f"{'+' if value > 0 else ''}{write.money(value, currency)}"


def doubts(found: Bridge) -> str:
    """Which steps chance alone can explain; nothing is claimed of the others."""
    names = [NAMES[name] for name in found.within_chance]
    if len(names) == len(NAMES):
        return "Too few to say who moved it: chance alone can explain each step."
    return f"Chance alone can explain {words.listed(names)}." if names and found.parts else ""


def ages(found: Bridge) -> str:
    """As of when both periods are seen, and how much of each is undecided."""
    now, before = found.now, found.before
    if before.seen_at == now.seen_at:
        seen = "Both periods as they stand now, so the later one had less time"
    else:
        seen = f"The earlier period as it stood on {write.full_day(before.seen_at.date())}, so that both had as much time"
    return f"{seen}; undecided: {_undecided(now)}, {_undecided(before)} before."


def _undecided(cohort: object) -> str:
    return f"{write.count(cohort.undecided)} of {write.plural(cohort.leads, 'lead')}"


def _products(found: Bridge, currency: str) -> str:
    return "; ".join(f"{when} {_product(cohort.factors, currency)}" for when, cohort in (("now", found.now), ("before", found.before)))


def _product(factors: dict[str, float | None], currency: str) -> str:
    return " × ".join((write.plural(factors["volume"], "lead"), *(factor(name, factors[name], currency) for name in ("acceptance", "qualification", "size"))))


def factor(name: str, value: float | None, currency: str) -> str:
    """A factor of the bridge: 956, 59 %, $68K."""
    return write.number(value, {"volume": "count", "size": "money"}.get(name, "rate"), currency)
