"""What the tests of faults share: a tiny company whose numbers can be worked out by hand, and what must hold after each fault."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from companies import as_csv

import app.serving
from app.filters import Period
from app.metrics import ask
from app.serving import Scorecard, latest_generation, open_current

ALWAYS = Period(date(2020, 1, 1), date(2030, 1, 1))
BESIDE = {"CURRENT", "build.lock", "last_build.json"}  # what lies beside the generations and the state


# --- the company ---------------------------------------------------------------------------------

LEADS, DEALS = 20, 10


def write_extract(folder: Path, state: int) -> None:
    """The company in a state: its base, one lead in a file of its own for each number up to it, and as many small deals in one file."""
    home = folder / "extracts" / "canonical"
    (home / "lead_event").mkdir(parents=True, exist_ok=True)
    (folder / "maps").mkdir(exist_ok=True)
    base = [{"lead_id": f"L{n}", "stage": "handed_off", "occurred_at": "2026-03-02T09:00:00Z"} for n in range(LEADS)]
    put(home / "lead_event" / "base.csv", [*base, {"lead_id": "X", "stage": "nonsense", "occurred_at": "2026-03-02T09:00:00Z"}])
    for n in range(1, state + 1):
        put(home / "lead_event" / f"more-{n}.csv", [{"lead_id": f"M{n}", "stage": "handed_off", "occurred_at": "2026-03-03T09:00:00Z"}])
    deals = [(f"O{n}", 100) for n in range(DEALS)] + [(f"P{n}", 10) for n in range(state)]
    won = {"created_at": "2026-03-02", "closed_at": "2026-03-09", "is_won": True}
    put(home / "opportunity.csv", [{"opportunity_id": name, "amount": amount} | won for name, amount in deals])


def put(path: Path, rows: list[Mapping[str, object]]) -> None:
    """Writes a file of an extract as its loader should: whole, under another name, and then in place of the older one."""
    content = as_csv(rows)
    if not path.exists() or path.read_bytes() != content:
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        part.replace(path)


def numbers_of(state: int) -> dict[str, object]:
    """What the scorecard of a state says, worked out by hand."""
    rows = {"lead_event": (LEADS + 1 + state, LEADS + state, 1), "opportunity": (DEALS + state, DEALS + state, 0)}
    return {"lead_volume": LEADS + state, "revenue": 100 * DEALS + 10 * state, "rows": rows}


# --- what must hold ------------------------------------------------------------------------------


def served(scorecard: Path) -> dict[str, object]:
    """What a reader is served now, opened anew as a server does that has just been started, once it is found to be whole."""
    app.serving._close()
    card = open_current(scorecard)
    check_whole(scorecard, card)
    value = {name: ask(card, name, ALWAYS).row["value"] for name in ("lead_volume", "revenue")}
    return value | {"rows": {row["table_name"]: (row["rows_read"], row["kept"], row["quarantined"]) for row in card.rows("from table_report where rows_read > 0", {})}}


def check_whole(scorecard: Path, card: Scorecard) -> None:
    """One generation, all of one build: its report agrees with its tables and its facts with its settings."""
    folder = scorecard / latest_generation(scorecard)
    assert sorted(path.name for path in folder.iterdir()) == ["build.json", "scorecard.duckdb"]
    assert card.rows("select as_of from setting", {}) == [{"as_of": card.as_of}]
    for table in card.columns:
        card.rows(f'select count(*), max(columns(*)::varchar) from "{table}"', {})  # reads every block
    report = card.rows("from table_report where rows_read > 0", {})
    assert all(row["rows_read"] == row["kept"] + row["quarantined"] for row in report)
    counted = card.rows("select (select count(*) from handoff) as handoffs, (select count(*) from deal) as deals, (select count(*) from quarantine_report) as bad", {})[0]
    kept = {row["table_name"]: row["kept"] for row in report}
    assert (counted["handoffs"], counted["deals"]) == (kept["lead_event"], kept["opportunity"])
    assert counted["bad"] == sum(row["quarantined"] for row in report)


def check_tidy(scorecard: Path) -> None:
    """After a build that went through nothing lies about that an earlier, killed one left."""
    current = latest_generation(scorecard)
    assert {path.name for path in scorecard.iterdir() if not path.name.startswith("gen-")} <= BESIDE | {f"state-{current}.duckdb"}
    assert all((folder / "build.json").exists() for folder in scorecard.glob("gen-*"))
    assert (scorecard / "build.lock").read_text() == ""
