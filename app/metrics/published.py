"""What earlier builds published, and what has changed since."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Restated:
    """A finished week of a joint metric whose value has changed since an earlier build published it (`said`, true at `said_as_of`, UTC).

    `came`, `left` and `altered` count the records that are counted now and were not, that were and are not, and that are counted
    differently.
    """

    metric: str
    week: date
    said: float | None
    said_as_of: datetime
    now: float | None
    came: int
    left: int
    altered: int
