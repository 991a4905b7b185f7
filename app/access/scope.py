"""What one reader may see: a role, and the part of the company that it is about."""

import hashlib
from dataclasses import dataclass

ROLES = ("cro", "lead", "member", "viewer")  # the widest first
PARTS = ("segment", "sales_team", "marketing_team")  # the dimensions by which a company is divided among readers
LEAST = 5  # records: what fewer of them say is not shown to viewers


@dataclass(frozen=True)
class Scope:
    """A role of ROLES and its part of the company: any of these values of PARTS; no values are the whole company.

    cro: everything. lead: all of his part. member: the same, with teams in the place of colleagues' names. viewer: numbers alone, no
    records, and none of fewer than LEAST records.
    """

    role: str = ROLES[0]
    part: tuple[tuple[str, str], ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is kept from this reader."""
        return self.role == ROLES[0]

    @property
    def is_whole(self) -> bool:
        """Whether it is about the whole company."""
        return not self.part

    @property
    def sees_records(self) -> bool:
        """Whether single leads, deals, accounts and notes are shown."""
        return self.role != "viewer"

    @property
    def key(self) -> str:
        """A name that no other scope has: letters, digits and _; empty for everything."""
        if self.is_everything:
            return ""
        return f"{self.role}_{hashlib.sha256(repr(sorted(self.part)).encode()).hexdigest()[:16]}"


EVERYTHING = Scope()
