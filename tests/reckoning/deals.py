"""Section 5: which touches a deal had, and what part of it each gets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from .company import Company, Opportunity, Touch
from .handoffs import Handoff, handoffs

Weights = list[float]


@dataclass(frozen=True, eq=False)
class Deal:
    """An opportunity with the handoff it belongs to and its eligible touches of both sides, in time order."""

    opportunity: Opportunity
    handoff: Handoff | None
    eligible: tuple[Touch, ...]
    is_by_account: bool
    dims: dict[str, str | None]

    @property
    def money(self) -> float:
        """Section 7: a deal without an amount adds nothing to money."""
        return self.opportunity.amount or 0.0

    @property
    def marketing_touches(self) -> tuple[Touch, ...]:
        return tuple(touch for touch in self.eligible if touch.side == "marketing")

    def touches(self, scope: str) -> tuple[Touch, ...]:
        """The touches that compete for credit: marketing's only, or both sides' (joint)."""
        return {"marketing": self.marketing_touches, "joint": self.eligible}[scope]


@lru_cache(maxsize=8)
def deals(company: Company) -> tuple[Deal, ...]:
    """Every opportunity that is not quarantined."""
    handoff_of = {handoff.opportunity_id: handoff for handoff in handoffs(company) if handoff.opportunity_id}
    account_people: dict[str | None, set[str]] = defaultdict(set)
    for person in company.people.values():
        account_people[person.account_id].add(person.person_id)
    return tuple(
        _deal(opportunity, handoff_of.get(opportunity.opportunity_id), account_people, company)
        for opportunity in company.opportunities.values()
    )


def _deal(
    opportunity: Opportunity, handoff: Handoff | None, account_people: dict[str | None, set[str]], company: Company
) -> Deal:
    # Its people: opportunity people, and the person of its handoff.
    people = set(company.people_of_opportunity.get(opportunity.opportunity_id, ()))
    if handoff:
        people.add(handoff.person_id)
    # Section 7: account touches stand in only where an opportunity has no people at all.
    is_by_account = not people
    if is_by_account and opportunity.account_id:
        people = account_people[opportunity.account_id]
    touches = [touch for person_id in people for touch in company.touches_of.get(person_id, ())]
    # Eligible: from the window before created_at until closed_at (as_of while open), both ends included.
    since = opportunity.created_at - timedelta(days=company.settings.influence_window_days)
    until = (opportunity.close_at if opportunity.is_closed else company.as_of) or company.as_of
    eligible = sorted(
        (touch for touch in touches if since <= touch.at <= until), key=lambda touch: (touch.at, touch.touch_id)
    )
    return Deal(opportunity, handoff, tuple(eligible), is_by_account, _dims(opportunity, handoff, company))


def _dims(opportunity: Opportunity, handoff: Handoff | None, company: Company) -> dict[str, str | None]:
    """Section 7: segment, region, industry, tier of its account; its own lead source; team of its owner."""
    account = company.accounts.get(opportunity.account_id or "")
    return {
        "segment": account.segment if account else None,
        "region": account.region if account else None,
        "industry": account.industry if account else None,
        "tier": account.tier if account else None,
        "persona": handoff.dims["persona"] if handoff else _persona(opportunity, company),
        "source": opportunity.source,
        "channel": company.channel_for(opportunity.source),
        "owner": company.user_name(opportunity.owner_id),
        "sales_team": company.team_on("sales", opportunity.owner_id),
    }


def _persona(opportunity: Opportunity, company: Company) -> str | None:
    """A deal of no handoff: of its primary person; else the one that most of its people have, of equals the one whose person has
    the smallest id. Those whose persona is unknown have no say.
    """
    for people in (company.primary_of_opportunity, company.people_of_opportunity):
        spoken = {
            person_id: persona
            for person_id in sorted(people.get(opportunity.opportunity_id, ()))
            if (persona := company.persona_of(person_id))
        }
        if spoken:
            everyone = [company.persona_of(one) for one in company.people_of_opportunity[opportunity.opportunity_id]]
            return max(spoken.values(), key=everyone.count)  # of equals max keeps the first
    return None


# ---------------------------------------------------------------- credit


def credit(deal: Deal, model: str, scope: str, company: Company) -> list[tuple[Touch, float]]:
    """Each competing touch with its share of the deal; the shares add up to 1. Empty where no touch competes."""
    touches = deal.touches(scope)
    if not touches:
        return []
    raw = _MODELS[model](deal, touches, scope, company)
    whole = sum(raw)
    return [(touch, weight / whole) for touch, weight in zip(touches, raw, strict=True)]


def _last_until(touches: Sequence[Touch], moment: datetime | None) -> int | None:
    """Place of the last touch at or before a moment."""
    places = [place for place, touch in enumerate(touches) if moment is not None and touch.at <= moment]
    return places[-1] if places else None


def _anchored(anchor_weights: dict[str, float], rest: float) -> Callable[..., Weights]:
    """A model of anchors: a touch that is several gets the sum; touches that are none share the rest.

    Anchors that do not exist are dropped, and so is the rest where there is none: `credit` scales
    what is left to 1, which gives the missing part to what exists in proportion to its weight.
    """

    def weigh(deal: Deal, touches: Sequence[Touch], scope: str, company: Company) -> Weights:
        places = {
            "FT": 0,
            "LC": _last_until(touches, deal.handoff.handed_at if deal.handoff else None),
            "OC": _last_until(touches, deal.opportunity.created_at),
            "CW": len(touches) - 1,
        }
        weights = [0.0] * len(touches)
        anchors = set()
        for anchor, weight in anchor_weights.items():
            place = places[anchor]
            if place is not None:
                weights[place] += weight
                anchors.add(place)
        others = [place for place in range(len(touches)) if place not in anchors]
        for place in others:
            weights[place] = rest / len(others)
        return weights

    return weigh


def _linear(deal: Deal, touches: Sequence[Touch], scope: str, company: Company) -> Weights:
    return [1.0] * len(touches)


def _time_decay(deal: Deal, touches: Sequence[Touch], scope: str, company: Company) -> Weights:
    """2 ^ (-days before the close / half-life), a day being 24 hours."""
    close = deal.opportunity.close_at or company.as_of
    days = [(close - touch.at).total_seconds() / 86400 for touch in touches]
    return [2 ** (-(before - min(days)) / company.settings.half_life_days) for before in days]


def _by_channel(touches: Sequence[Touch], worth: Callable[[str | None], float]) -> Weights:
    """A channel's worth, shared equally by its touches in the deal."""
    count = Counter(touch.channel for touch in touches)
    return [worth(touch.channel) / count[touch.channel] for touch in touches]


def _shapley(deal: Deal, touches: Sequence[Touch], scope: str, company: Company) -> Weights:
    """Equal over the distinct channels of the deal."""
    return _by_channel(touches, lambda channel: 1.0)


def _markov(deal: Deal, touches: Sequence[Touch], scope: str, company: Company) -> Weights:
    effects = removal_effects(company, scope)
    weights = _by_channel(touches, lambda channel: float(effects[channel]))
    # If all channels of a deal have RE 0, linear.
    return weights if any(weights) else _linear(deal, touches, scope, company)


_MODELS: dict[str, Callable[..., Weights]] = {
    "first": _anchored({"FT": 1}, rest=0),
    "last": _anchored({"CW": 1}, rest=0),
    "linear": _linear,
    "u_shaped": _anchored({"FT": 40, "LC": 40}, rest=20),
    "w_shaped": _anchored({"FT": 30, "LC": 30, "OC": 30}, rest=10),
    "full_path": _anchored({"FT": 22.5, "LC": 22.5, "OC": 22.5, "CW": 22.5}, rest=10),
    "time_decay": _time_decay,
    "shapley": _shapley,
    "markov": _markov,
}
MODELS = tuple(_MODELS)


# ---------------------------------------------------------------- markov

Step = tuple[object, object]
_START, _WON, _LOST = ("start",), ("won",), ("lost",)


@lru_cache(maxsize=16)
def removal_effects(company: Company, scope: str) -> dict[str | None, Fraction]:
    """RE of each channel, over the eligible paths of all closed opportunities, won and lost."""
    paths = [
        ([touch.channel for touch in deal.touches(scope)], deal.opportunity.is_won)
        for deal in deals(company)
        if deal.opportunity.is_closed
    ]
    return effects_of([(path, is_won) for path, is_won in paths if path])


def effects_of(paths: Sequence[tuple[Sequence[str | None], bool]]) -> dict[str | None, Fraction]:
    """RE = 1 - P(won without the channel) / P(won), in exact fractions."""
    steps: Counter[Step] = Counter()
    for path, is_won in paths:
        # A channel is wrapped, so that none can be taken for start, won or lost.
        states = [_START, *(("channel", name) for name in path), _WON if is_won else _LOST]
        steps.update(pairwise(states))
    whole = _chance_of_winning(steps, removed=None)
    channels = {name for path, _ in paths for name in path}
    if whole == 0:
        return {name: Fraction(0) for name in channels}
    return {name: 1 - _chance_of_winning(steps, removed=("channel", name)) / whole for name in channels}


def _chance_of_winning(steps: Counter[Step], removed: object) -> Fraction:
    """P(won) from the start: p = sum of chance(state to next) x p(next), a step into a removed channel being lost."""
    leaving: Counter[object] = Counter()
    for (state, _), count in steps.items():
        leaving[state] += count
    states = [state for state in leaving if state != removed]
    place = {state: index for index, state in enumerate(states)}
    # Row i says p[i] - sum of chance x p[next] = chance of stepping straight to won.
    matrix = [[Fraction(int(i == j)) for j in range(len(states))] for i in range(len(states))]
    straight = [Fraction(0)] * len(states)
    for (state, following), count in steps.items():
        if state in place:
            chance = Fraction(count, leaving[state])
            if following == _WON:
                straight[place[state]] += chance
            elif following in place:
                matrix[place[state]][place[following]] -= chance
    return _solve(matrix, straight)[place[_START]] if _START in place else Fraction(0)


def _solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Gauss and Jordan, exactly. Every state reaches an end, so there is always a pivot."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        top = rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(size):
            if row != column and (factor := rows[row][column]):
                rows[row] = [value - factor * above for value, above in zip(rows[row], top, strict=True)]
    return [line[-1] for line in rows]
