"""What earlier builds published, and what has changed since."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa

from app.errors import QuestionError
from app.metrics.catalogue import catalogue
from app.metrics.questions import find_metric
from app.queries import QUERIES, fill, read_file
from app.serving import Scorecard


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


def restated(card: Scorecard, week: date | None = None) -> tuple[Restated, ...]:
    """Weeks (or that one week) that the build of a week before had published as final and that are not what it said, the newest first.

    A week that could not be judged then is none: it ripened, and nothing was restated.
    """
    if card.facts.get("compared_with") is None:
        return ()
    rows = card.rows(_with_moved(_read("restated")), _builds(card) | {"week": week, "metrics": list(catalogue())})
    return tuple(Restated(**row) for row in rows)


def moved(card: Scorecard, metric: str, week: date) -> pa.Table:
    """The records behind a restated week: record_id, moved (came late, is gone, counts differently), what was `said` of each and what
    holds `now`, and the record as it now is. Raises QuestionError for a metric whose values are not kept.
    """
    found = find_metric(metric)
    path = QUERIES / "published" / f"{metric}.sql"
    if not path.exists():
        raise QuestionError(f"Builds do not keep what they publish of {metric}.")
    listing = f"{found.record_sql},\n\ncounted as (\n{read_file(path).body}\n)\n\n{_with_moved(_read(f'moved_{found.records}'))}"
    span = {"from_day": week, "to_day": week + timedelta(days=7)}
    return card.query(fill(listing, found.dims_part, ("week",), {}, columns=card.columns), _builds(card) | span | {"metric": metric})


def _builds(card: Scorecard) -> dict[str, object]:
    return {"said": card.facts.get("compared_with"), "now": card.generation}


def _read(name: str) -> str:
    return read_file(QUERIES / "support" / f"{name}.sql").body


def _with_moved(sql: str) -> str:
    return sql.replace("{moved}", _read("moved"))
