"""What a chart says to those who do not see it: its numbers in words, made of the rows that it is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 12  # values that are said one by one
SIGNS = {"✓": "on target,", "✕": "off target,"}


@dataclass(frozen=True)
class Said:
    """A row in words; `value` is what the least and the most of many are found by, `is_odd`: it stands out and is said whatever the others are."""

    words: str
    value: float | None = None
    is_odd: bool = False


def spoken(title: str, rows: Sequence[Said], more: str = "") -> str:
    """The title, each row in words, and `more`. Of many rows the first and last, those of the least and the most, and those that stand out."""
    told = [row.words for row in rows if row.words] if len(rows) <= MOST else _summary(rows)
    return " ".join(_sentence(part) for part in (title, "; ".join(told), more) if part)


def worded(said: str, *more: str) -> str:
    """A row's words with what else is written at its mark, if the words do not say it already; signs are read out."""
    parts = [part for part in more if part and part not in said]
    return ", ".join([said, *(" ".join(SIGNS.get(word, word) for word in part.split(" ")) for part in parts)])


def _summary(rows: Sequence[Said]) -> list[str]:
    valued = [row for row in rows if row.value is not None]
    ends = [(f"{len(rows)} values, the first", rows[0]), ("the last", rows[-1])]
    least_most = [("the least", min(valued, key=_value)), ("the most", max(valued, key=_value))] if valued else []
    return [f"{name}: {row.words}" for name, row in (*ends, *least_most, *(("standing out", row) for row in rows if row.is_odd))]


def _value(row: Said) -> float:
    return float(row.value or 0)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
