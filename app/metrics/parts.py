"""Sums in parts that are no dimension, as there are too many of them to choose from: leads by account, revenue by deal."""

from collections.abc import Mapping

from app.filters import Period, Where
from app.metrics.questions import ask_of_records, find_metric, rounded
from app.serving import Scorecard

PARTS = {"account": ("lead_volume", "leads_by_account"), "deal": ("revenue", "revenue_by_deal")}


def parts(card: Scorecard, kind: str, period: Period, where: Where | None = None) -> list[Mapping[str, object]]:
    """Leads by `account`, or revenue by `deal`: rows of id (None: no account), name and value, the largest first; they add up to the total.

    Raises QuestionError as `ask` does.
    """
    metric, query = PARTS[kind]
    rows = ask_of_records(card, query, metric, period, where)
    return rounded(find_metric(metric), rows)
