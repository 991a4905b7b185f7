"""Small groups: what fewer than LEAST records say is taken out before a viewer sees it, and what subtraction would give away with it."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.access import LEAST
from app.filters import TIME_DIMENSIONS

FEW = f"Fewer than {LEAST} records: your role (viewer) does not show what so few say."
UNCOUNTED = "This number does not say how many records each part of it rests on, so your role (viewer) shows the whole alone."
Row = Mapping[str, object]


def is_small(size: int) -> bool:
    """Whether a group is too small to be shown; nothing at all is no group."""
    return 0 < size < LEAST


def size_of(row: Row, unit: str) -> int | None:
    """How many records a row of a metric rests on, those that still wait where no other counts; None where the row does not say."""
    size = row.get("value") if unit == "count" else row.get("n", row.get("handoffs"))
    return None if size is None else int(size) or int(row.get("waiting") or 0)


def without_small(rows: Sequence[Row], sizes: Sequence[int], by: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows of a split that a viewer sees. A day, week, month or quarter stays in its place without a number, any other group is left out."""
    hidden = _hidden([tuple(row[name] for name in by) for row in rows], sizes)
    keeps_place = any(name in TIME_DIMENSIONS for name in by)
    blank = [{name: value if name in by else None for name, value in row.items()} for row in rows]
    return tuple(blank[place] if place in hidden else row for place, row in enumerate(rows) if place not in hidden or keeps_place)


def _hidden(keys: Sequence[tuple], sizes: Sequence[int]) -> set[int]:
    """The small groups and, in each line whose total can be asked, as many of the next larger ones as hide them in a sum of at least LEAST."""
    hidden = {place for place, size in enumerate(sizes) if is_small(size)}
    lines = [line for line in _lines(keys) if len(line) > 1]
    while more := {place for line in lines for place in _next(line, sizes, hidden)}:
        hidden |= more
    return hidden


def _lines(keys: Sequence[tuple]) -> Iterable[list[int]]:
    """Groups that add up to a number which can be asked: those that are equal in all dimensions but some."""
    width = len(keys[0]) if keys else 0
    for kept in itertools.chain.from_iterable(itertools.combinations(range(width), number) for number in range(width)):
        lines: dict[tuple, list[int]] = defaultdict(list)
        for place, key in enumerate(keys):
            lines[tuple(key[column] for column in kept)].append(place)
        yield from lines.values()


def _next(line: Sequence[int], sizes: Sequence[int], hidden: set[int]) -> list[int]:
    """The group of a line to hide next, if its total less what is shown would tell of too few."""
    found = [place for place in line if place in hidden]
    if not found or (len(found) > 1 and sum(sizes[place] for place in found) >= LEAST):
        return []
    return sorted((place for place in line if place not in hidden and sizes[place]), key=lambda place: sizes[place])[:1]
