"""Attribution beyond one model: do the models agree, what marketing sourced by other definitions, and does it all add up."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.filters import MODELS, SCOPES, Period, Where
from app.metrics.intervals import as_rate
from app.metrics.questions import NO_TOUCH, ask, ask_models, ask_support
from app.serving import Scorecard

CENT = 0.005


@dataclass(frozen=True)
class Reconciliation:
    """Money that must add up: attributed + no touch = revenue, and the parts by segment = the total (reporting currency)."""

    attributed: float
    no_touch: float
    by_segment: float
    revenue: float

    @property
    def holds(self) -> bool:
        """Whether both sums are the revenue, to the cent."""
        return abs(self.attributed + self.no_touch - self.revenue) < CENT and abs(self.by_segment - self.revenue) < CENT


def reconcile(card: Scorecard, period: Period, where: Where | None, credit: Mapping[str | None, float], revenue: float) -> Reconciliation:
    """Checks the credit of each channel, and the revenue, that are on the screen. `where` must hold no filter on touches."""
    by_segment = ask(card, "revenue", period, ("segment",), where).rows
    return Reconciliation(
        attributed=sum(money for channel, money in credit.items() if channel != NO_TOUCH),
        no_touch=credit.get(NO_TOUCH, 0.0),
        by_segment=sum(float(row["value"]) for row in by_segment),
        revenue=revenue,
    )


def by_model(card: Scorecard, period: Period, by: str, where: Where | None, scope: str = SCOPES[0]) -> list[dict[str, object]]:
    """Credit of each value of a dimension in every model: the dimension, a column for each model, low and high (money)."""
    credit: dict[object, dict[str, float]] = {}
    for model, found in ask_models(card, "attributed_revenue", period, by, where, scope).items():
        for row in found:
            credit.setdefault(row[by], {})[model] = float(row["value"])
    rows = [{by: value} | {model: found.get(model, 0.0) for model in MODELS} for value, found in credit.items()]
    return [row | {"low": min(row[m] for m in MODELS), "high": max(row[m] for m in MODELS)} for row in rows]


def verdicts(card: Scorecard, period: Period, where: Where | None, scope: str = SCOPES[0], most: int | None = None) -> list[dict[str, object]]:
    """Deals won with a touch, first those that the models do not agree on, the largest first, at `most` so many: opportunity_id, name, account_id,
    account_name, amount, closed_on, owner, channels (each that some model credits most), verdicts (how many those are; 1 where all models
    agree); and in each row how many `deals` there are in all, and how many of them are `disputed`.
    """
    return ask_support(card, "verdicts", "revenue", period, where, scope=scope, most=most)


def sourced(card: Scorecard, period: Period, where: Where | None) -> list[dict[str, object]]:
    """Sourced revenue by three definitions: definition, value, n deals, revenue. The first, by handoff, is the one that counts."""
    return ask_support(card, "sourced", "revenue", period, where)


def joint_work_win_rate(card: Scorecard, period: Period, where: Where | None = None) -> list[dict[str, object]]:
    """Win rate with and without joint work at the account before the close: had_joint_work, value, n, low, high. No proof of cause."""
    return [as_rate(row) for row in ask_support(card, "joint_work_win_rate", "win_rate", period, where)]
