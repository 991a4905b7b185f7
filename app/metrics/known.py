"""Which of some accounts or leads are in a scorecard, that is, in its reader's part."""

from collections.abc import Sequence

from app.queries import QUERIES, read_file
from app.serving import Scorecard


def known(card: Scorecard, what: str, names: Sequence[str]) -> set[str]:
    """Those of some `account`s (ids or names) or `handoff`s (ids) that a scorecard holds, in small letters."""
    if not names:
        return set()
    sql = read_file(QUERIES / "support" / f"known_{what}.sql").body
    return {row["name"] for row in card.rows(sql, {"names": sorted({name.lower() for name in names})})}
