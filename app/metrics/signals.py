"""Is a week a signal, or ordinary variation? Process-behaviour (XmR) limits of METRICS.md section 6."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Signal:
    """Whether a week is a signal or ordinary variation.

    `kind`: signal_high or signal_low (outside a limit), shift_high or shift_low (8 in a row on one side of the mean), ordinary, or
    too_short (fewer than 8 complete weeks). `mean`, `low`, `high` are the centre and the limits (of a rate kept inside 0 to 1, of a
    count at least 0), `weeks` the baseline weeks they rest on.
    """

    week: date
    value: float | None
    kind: str
    mean: float | None
    low: float | None
    high: float | None
    weeks: int
