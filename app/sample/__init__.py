"""The sample company: an invented B2B software firm, told as its warehouse would unload it."""

from __future__ import annotations

from pathlib import Path

from app.sample.company import build
from app.sample.write import write_company

__all__ = ["make_company"]


def make_company(folder: Path, seed: int = 7, leads: int = 25_000) -> None:
    """Write the sample company's extracts and maps below folder; the same seed gives the same bytes.

    leads is how many leads it has in two and a half years; everything else grows with it (50 at least).
    Raises ValueError for fewer, OSError if the folder cannot be written.
    """
    if leads < 50:
        raise ValueError(f"a sample company needs at least 50 leads, not {leads}")
    extracts, maps = build(seed, leads)
    write_company(Path(folder), extracts, maps)
