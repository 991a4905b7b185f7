"""What the week's meeting asks beyond the metrics' own answers, of the very records that the metrics count."""

from app.filters import Period
from app.metrics.questions import ask_records
from app.queries import QUERIES, read_file
from app.serving import Scorecard

Rows = list[dict[str, object]]


def fates(card: Scorecard, period: Period) -> Rows:
    """Leads of a period by channel and campaign: handed_over, implied, accepted, rejected, waiting, and waiting_overdue (without a first
    response for longer than promised).
    """
    return _of_records(card, "fates", "lead_volume", period)


def rejected_leads(card: Scorecard, period: Period) -> Rows:
    """The rejected leads of a period with their ids and the reason, the latest decision first."""
    return _of_records(card, "rejected", "rejection_reasons", period)


def answered(card: Scorecard, period: Period) -> Rows:
    """By sales team, the most missed first: leads that an answer was due for, answered late, and unanswered."""
    return _of_records(card, "answered", "response_sla", period)


def wins(card: Scorecard, period: Period) -> Rows:
    """Deals won in a period, the largest first, with days from creation to close and the touches of each side."""
    return _of_records(card, "wins", "revenue", period)


def win_path(card: Scorecard, period: Period) -> Rows:
    """Turns on the way to the deals won in a period, in no order: opportunity_id, turn, at (UTC) or done_on, side, detail, campaign, by_whom,
    with_whom, times.
    """
    return _of_records(card, "win_path", "revenue", period)


def win_thanks(card: Scorecard, period: Period) -> Rows:
    """Members who had a part in the deals won in a period: opportunity_id, side, name, times; the largest part of each first."""
    return _of_records(card, "win_thanks", "revenue", period)


def promised(card: Scorecard) -> set[str]:
    """Names of the metrics that anything was ever promised of, to all."""
    return set(card.query(_sql("promised"), {})["metric"].to_pylist())


def _of_records(card: Scorecard, name: str, metric: str, period: Period) -> Rows:
    return ask_records(card, metric, period, None, lambda _: _sql(name)).to_pylist()


def _sql(name: str) -> str:
    return read_file(QUERIES / "meeting" / f"{name}.sql").body
