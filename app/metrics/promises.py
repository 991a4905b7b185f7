"""What was promised, with what is still open in it: answers in time, accepted and worked, second chances, and the time with each side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import pyarrow as pa

from app.filters import Period, Where
from app.metrics.intervals import Z, as_rate
from app.metrics.questions import ask_of_records, list_of_records
from app.serving import Scorecard

Row = Mapping[str, object]
LAST = 10  # the tenth that ends with the deadline
LEAST_VARIANCE = 5  # of the answers expected in the last tenth; below it only a flood could be told from chance


@dataclass(frozen=True)
class Pile:
    """Answers by tenths of the SLA window, and the last tenth before the deadline against what those beside it explain.

    `answers` counts the answers of the tenths 1 to 20, `found` is that of the 10th. `expected` is how many came there if the deadline
    made no difference to the leads that waited then, `variance` that of this number.
    """

    sla_hours: float
    answers: tuple[int, ...]
    found: int
    expected: float
    variance: float

    @property
    def verdict(self) -> str:
        """`few`: can't tell; `pile`: more than chance and the clock explain (one-sided, 2.5 %); else `none`."""
        if self.variance < LEAST_VARIANCE:
            return "few"
        return "pile" if self.found - self.expected - 0.5 > Z * sqrt(self.variance) else "none"


def answers_due(card: Scorecard, period: Period, where: Where | None = None, by: Sequence[str] = ()) -> list[Row]:
    """The leads offered in a period in four parts that add up: offered = in_time + late + overdue (unanswered) + not_due."""
    return ask_of_records(card, "answers_due", "response_sla", period, where, by)


def answer_pile(card: Scorecard, period: Period, where: Where | None = None) -> Pile:
    """Whether answers pile up just before the deadline (the test stands in queries/support/answer_pile.sql)."""
    sla_hours = float(card.facts["response_sla_hours"])
    rows = ask_of_records(card, "answer_pile", "response_sla", period, where, sla_hours=sla_hours, timezone=card.facts["timezone"])
    first = rows[0]
    return Pile(sla_hours, tuple(row["answers"] for row in rows), first["found"], float(first["expected"]), float(first["variance"]))


def never_worked(card: Scorecard, period: Period, where: Where | None = None, most: int | None = None) -> pa.Table:
    """Accepted leads handed over in a period that sales did not touch within the window after accepting, the newest decision first; at `most` so many."""
    return list_of_records(card, "never_worked", "worked_after_acceptance", period, where, most)


def longest_waiting(card: Scorecard, where: Where | None = None, most: int | None = None) -> pa.Table:
    """Leads that nobody has decided on, the one that has waited longest first; at `most` so many."""
    return list_of_records(card, "longest_waiting", "undecided", None, where, most)


def recycled_yield(card: Scorecard, period: Period, where: Where | None = None) -> list[Row]:
    """What rejected leads of a period came to later: step (rejected, back, accepted, deal, won), leads so far and their revenue, and of the
    `n` rejected at least the conversion window ago the share that got so far, with its 95 % interval.
    """
    window_days = int(card.facts["conversion_window_days"])
    rows = ask_of_records(card, "recycled_yield", "rejection_reasons", period, where, window_days=window_days, as_of=card.as_of)
    return [as_rate(row) for row in rows]


def time_with(card: Scorecard, period: Period, where: Where | None = None) -> list[Row]:
    """Elapsed hours of each stage of the leads offered in a period: stage (marketing, response, decision, deal, close), n, those still in it,
    median and 90th percentile. Where `value_over` (or `p90_over`), that quantile is still open, and the hours are the longest so far.
    """
    return ask_of_records(card, "time_with", "response_time", period, where, as_of=card.as_of)
