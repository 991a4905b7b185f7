"""One account: where the crowd and the individual meet."""

import pyarrow as pa

from app.errors import QuestionError
from app.queries import QUERIES, read_file
from app.serving import Scorecard

CHAPTERS = ("people", "story", "handoffs", "deals", "next")


def find_accounts(card: Scorecard, words: str = "", most: int = 20) -> list[dict[str, object]]:
    """Accounts whose name contains the words (or whose id they are), those with open deals first: account_id, name, segment, region,
    tier, owner, open_amount, won_amount.
    """
    return card.rows(_sql("search"), {"words": words.strip(), "most": most})


def account(card: Scorecard, account_id: str) -> dict[str, object]:
    """What an account is: name, segment, region, industry, tier, owner, won and open amounts, reasons to call it forgotten.

    Raises QuestionError where there is no such account.
    """
    rows = card.rows(_sql("facts"), {"account_id": account_id})
    if not rows:
        raise QuestionError(f"There is no account {account_id!r} in this scorecard.")
    return rows[0]


def chapters(card: Scorecard, account_id: str) -> dict[str, pa.Table]:
    """The account's people, story (both sides in time), handoffs, deals, and what is to be done next by whom."""
    return {name: card.query(_sql(name), {"account_id": account_id}) for name in CHAPTERS}


def _sql(name: str) -> str:
    return read_file(QUERIES / "account" / f"{name}.sql").body
