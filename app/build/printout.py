"""What a build prints: a progress bar while it runs, and afterwards where every row went."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from app.build import Built

WIDTH = 24


def progress_bar(out: TextIO) -> Callable[[float, str], None]:
    """A progress function that draws a bar on a terminal, and writes nothing elsewhere."""

    def draw(share: float, step: str) -> None:
        if out.isatty():
            filled = round(share * WIDTH)
            out.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {share:4.0%} {step:<60}" + ("\n" if share >= 1 else ""))
            out.flush()

    return draw


def print_report(built: "Built", out: TextIO) -> None:
    """Rows read, kept and quarantined by table; then, in sentences, what was quarantined, unmapped, broken or is off."""
    rows = [(f"{t['source']}.{t['table_name']}", t["rows_read"], t["kept"], t["quarantined"], t["deleted"] or 0) for t in built.tables]
    rows.append(("all", *(sum(row[place] for row in rows) for place in range(1, 5))))
    width = max(len(row[0]) for row in rows)
    print(f"{'table':<{width}} {'read':>12} = {'kept':>12} + {'quarantined':>12}   of the kept, deleted", file=out)
    for name, read, kept, bad, deleted in rows:
        print(f"{name:<{width}} {read:>12,} = {kept:>12,} + {bad:>12,}   {deleted:>20,}", file=out)
    for title, lines in _remarks(built).items():
        if lines:
            print(f"\n{title}", *(f"  {line}" for line in lines), sep="\n", file=out)


def _remarks(built: "Built") -> dict[str, list[str]]:
    return {
        "Quarantined rows, by reason:": _by_reason(built.quarantine),
        "Words that no map knows (add them to the map, or they count for nothing):": [
            f"{row['map']}.csv lacks {row['value']!r}: {row['row_count']:,} rows" for row in built.unmapped
        ],
        "References that lead nowhere:": [f"{row['row_count']:,} {row['what']}; one is {row['example']}" for row in built.broken],
        "Switched off, or beyond what the data tells:": built.facts["off"],
        "Columns that were not there:": built.facts["absent"],
        "Noted:": built.notes,
    }


def _by_reason(quarantine: list[dict]) -> list[str]:
    counts = Counter((row["source"], row["table_name"], row["column_name"], row["reason"]) for row in quarantine)
    first = {(row["source"], row["table_name"], row["column_name"], row["reason"]): row for row in reversed(quarantine)}
    return [_quarantine_line(count, first[key]) for key, count in counts.most_common()]


def _quarantine_line(count: int, row: dict) -> str:
    column = f" {row['column_name']}" if row["column_name"] else ""
    value = f" {row['value']!r}" if row["value"] is not None else ""
    return f"{count:,} of {row['source']}.{row['table_name']}:{column}{value} {row['reason']} (first: {row['file']}, row {row['row_no']})"
