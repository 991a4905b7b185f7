"""The command line as a person runs it: what it prints, and how it refuses."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from companies import build_company, run_accord, run_program, settings_of, write_tables

from app.cli import _sample_settings, main
from app.filters import Period
from app.metrics import ask, catalogue
from app.serving import Scorecard

DAYS = ("--from", "2026-07-01", "--to", "2026-10-01")
PERIOD = Period(date(2026, 7, 1), date(2026, 10, 1))
HEAD = ["metric", "from", "to", "as_of", "unit", "rows"]


def _json(folder: Path, *arguments: str) -> dict[str, object]:
    done = run_accord("metric", *arguments, "--format", "json", scorecard=folder / "build")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def _refused(*arguments: str, run: Callable[..., CompletedProcess[str]] = run_accord, **settings: object) -> str:
    """The one sentence on standard error; nothing on standard output, status 2, no traceback."""
    done = run(*arguments, **settings)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def test_json_of_a_rate(sample_folder: Path, sample_card: Scorecard) -> None:
    answer = _json(sample_folder, "acceptance_rate", *DAYS, "--by", "segment")
    assert list(answer) == HEAD
    assert {name: answer[name] for name in HEAD[:-1]} == {
        "metric": "acceptance_rate", "from": "2026-07-01", "to": "2026-10-01", "as_of": "2026-11-20T05:12:00Z", "unit": "rate",
    }  # fmt: skip
    assert [list(row) for row in answer["rows"]] == [["segment", "value", "n", "low", "high", "waiting"]] * len(answer["rows"])
    names = [row["segment"] for row in answer["rows"]]
    assert names == sorted(names, key=lambda name: (name is None, name or ""))
    assert answer["rows"] == [dict(row) for row in ask(sample_card, "acceptance_rate", PERIOD, ("segment",)).rows]


def test_json_of_money_has_two_decimals(sample_folder: Path) -> None:
    answer = _json(sample_folder, "revenue", *DAYS, "--by", "month", "owner", "--where", "segment=SMB", "segment=Enterprise", "--where", "tier=standard")
    assert answer["unit"] == "money"
    assert {tuple(row) for row in answer["rows"]} == {("month", "owner", "value", "n")}
    assert all(isinstance(row["value"], float) and round(row["value"], 2) == row["value"] for row in answer["rows"])
    assert [row["month"] for row in answer["rows"]] == sorted(row["month"] for row in answer["rows"])
    assert {row["month"] for row in answer["rows"]} == {"2026-07-01", "2026-08-01", "2026-09-01"}


def test_json_of_each_metric_is_what_the_page_shows(sample_folder: Path, sample_card: Scorecard) -> None:
    for name in ("response_time", "win_rate", "undecided"):
        wanted = [{key: value for key, value in row.items() if key != "without_amount"} for row in ask(sample_card, name, PERIOD).rows]
        assert _json(sample_folder, name, *DAYS)["rows"] == wanted
    assert list(_json(sample_folder, "response_time", *DAYS)["rows"][0]) == ["value", "n", "value_over", "p90", "p90_over"]
    assert list(_json(sample_folder, "win_rate", *DAYS)["rows"][0]) == ["value", "n", "low", "high", "value_by_amount"]


def test_a_state_needs_no_period(sample_folder: Path) -> None:
    answer = _json(sample_folder, "undecided", "--by", "age")
    assert (answer["from"], answer["to"]) == (None, None)
    assert [row["age"] for row in answer["rows"]] == ["0-2", "3-7", "8-14", "15-30", "over 30"]


def test_no_data_is_null(sample_folder: Path) -> None:
    row = _json(sample_folder, "acceptance_rate", "--from", "2020-01-01", "--to", "2020-02-01")["rows"][0]
    assert row == {"value": None, "n": 0, "low": None, "high": None, "waiting": 0}


def test_csv(sample_folder: Path) -> None:
    done = run_program("metric", "lead_volume", *DAYS, "--by", "week", "--format", "csv", scorecard=sample_folder / "build")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["week", "value"]
    assert [row[0] for row in rows[1:3]] == ["2026-06-29", "2026-07-06"]
    assert all(row[1].isdigit() for row in rows[1:])
    assert "\r" not in done.stdout


def test_table(sample_folder: Path) -> None:
    done = run_accord("metric", "lead_volume", *DAYS, "--by", "segment", scorecard=sample_folder / "build")
    assert re.fullmatch(r"segment +value\n(\S* +\d+\n)+", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("leads", *DAYS), r"There is no metric 'leads'\. There are: lead_volume, acceptance_rate, .*"),
        (("lead_volume", *DAYS, "--by", "colour"), r"lead_volume has no dimension 'colour'\. It has: day, week, month, .*"),
        (("revenue", *DAYS, "--where", "campaign=x"), r"revenue has no dimension 'campaign'\. It has: .*"),
        (("lead_volume", *DAYS, "--where", "segment=Tiny"), r"No segment is 'Tiny'\. There are: Enterprise, Mid-market, SMB\."),
        (("lead_volume", *DAYS, "--where", "segment"), r"--where 'segment' is not of the form DIM=VALUE\."),
        (("lead_volume", *DAYS, "--where", "week=soon"), r"'soon' is no week: write its first day, such as 2026-11-16\."),
        (("lead_volume",), r"lead_volume needs a period: give --from and --to\."),
        (("lead_volume", "--from", "2026-07-01"), r"--from and --to go together\."),
        (("attributed_revenue", *DAYS, "--model", "magic"), r"There is no model 'magic'\. There are: linear, first, last, .*"),
        (("lead_volume", "--from", "2026-07-02", "--to", "2026-07-01"), r"The period from 2026-07-02 to 2026-07-01 has no day: .*"),
    ],
)
def test_questions_that_cannot_be(
    sample_folder: Path, arguments: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ACCORD_SCORECARD", str(sample_folder / "build"))
    assert main(["metric", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(words, said.err.strip())


def test_a_refused_question_has_status_2_and_no_traceback(sample_folder: Path) -> None:
    assert _refused("metric", "leads", *DAYS, run=run_program, scorecard=sample_folder / "build").startswith("There is no metric 'leads'. There are: ")


def test_a_day_that_is_none(sample_folder: Path) -> None:
    sentence = _refused("metric", "lead_volume", "--from", "tomorrow", "--to", "2026-07-01", scorecard=sample_folder / "build")
    assert sentence.endswith("argument --from: 'tomorrow' is no day; write it like 2026-11-20")


def test_an_unknown_command_lists_the_commands() -> None:
    assert "demo" in _refused("fly") and "metric" in _refused("fly")


def test_no_scorecard_yet(tmp_path: Path) -> None:
    refused = _refused("metric", "revenue", *DAYS, scorecard=tmp_path)
    assert re.fullmatch(r"There is no scorecard in .* yet: run `accord build`, or `accord demo` for the sample company\.", refused)
    assert "There is no scorecard" in _refused("serve", scorecard=tmp_path)


def test_a_setting_that_cannot_be(tmp_path: Path) -> None:
    sentence = _refused("metric", "revenue", *DAYS, scorecard=tmp_path, timezone="Mars/Olympus")
    assert sentence == "ACCORD_TIMEZONE cannot be 'Mars/Olympus': no such time zone; write one like Europe/Berlin or America/New_York."


def test_metrics_lists_every_metric() -> None:
    done = run_accord("metrics")
    assert done.returncode == 0
    for metric in catalogue().values():
        block = re.search(rf"^{metric.name}\n((?: {{4}}.*\n)+)", done.stdout, re.M)
        assert block is not None
        assert f"Unit: {metric.unit}" in block[1] and f"Whose: {metric.owner}" in block[1]
        assert all(dim in block[1] for dim in metric.dims)
    assert "{" not in done.stdout, "windows are filled in"


def test_build_prints_where_every_row_went(tmp_path: Path) -> None:
    write_tables(tmp_path / "extracts", {"lead_event": "lead_id,stage,occurred_at\nA,handed_off,2026-03-02\nB,handed_off,never\n"})
    done = run_accord("build", "--extracts", str(tmp_path / "extracts"), "--maps", str(tmp_path / "maps"), "--out", str(tmp_path / "build"))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^canonical\.lead_event +2 = +1 \+ +1 +0$", done.stdout, re.M)
    assert re.search(r"^all +2 = +1 \+ +1 +0$", done.stdout, re.M)
    assert "1 of canonical.lead_event: occurred_at 'never' is not a time such as 2026-11-20T05:12:00Z (first: canonical/lead_event.csv, row 2)" in done.stdout
    assert "canonical has no table opportunity: without it there is no pipeline, revenue or influence." in done.stdout
    assert re.search(r"^Built .*gen-.*, true at 2026-03-02 00:00 UTC\.$", done.stdout, re.M)
    assert (tmp_path / "build" / "CURRENT").exists()


def test_folders_on_the_command_line_are_relative_to_the_caller(tmp_path: Path) -> None:
    write_tables(tmp_path / "extracts", {"lead_event": "lead_id,stage,occurred_at\nA,handed_off,2026-03-02\n"})
    done = run_program("build", "--extracts", "extracts", "--maps", "maps", "--out", "here", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "here" / "CURRENT").exists()


def test_a_failed_build_is_a_sentence_and_leaves_the_earlier_one(tmp_path: Path) -> None:
    company = build_company(tmp_path, {"lead_event": "lead_id,stage,occurred_at\nA,handed_off,2026-03-02\n"})
    write_tables(tmp_path / "extracts", {"lead_event": "<html>"})
    folders = {"extracts": tmp_path / "extracts", "maps": tmp_path / "maps", "scorecard": tmp_path / "build"}
    assert _refused("build", **folders).startswith("canonical/lead_event.csv is a web page, not a CSV")
    assert _refused("check", **folders).startswith("canonical/lead_event.csv is a web page, not a CSV")
    assert company.value("lead_volume") == 1


def test_check_builds_nothing(tmp_path: Path) -> None:
    write_tables(tmp_path / "extracts", {"lead_event": "lead_id,stage,occurred_at\nA,handed_off,2026-03-02\n"})
    done = run_accord("check", "--extracts", str(tmp_path / "extracts"), "--maps", str(tmp_path), scorecard=tmp_path / "build")
    assert done.returncode == 0
    assert "Nothing was built: this was a check." in done.stdout
    assert not (tmp_path / "build" / "CURRENT").exists()
    assert [path.name for path in (tmp_path / "build").iterdir()] == [], "a check leaves nothing behind"


def test_a_metric_that_is_off_says_why_on_standard_error(tmp_path: Path) -> None:
    company = build_company(tmp_path, {"lead_event": "lead_id,stage,occurred_at\nA,handed_off,2026-03-02\n"})
    done = run_accord("metric", "revenue", *DAYS, "--format", "json", scorecard=company.settings.scorecard)
    assert done.returncode == 0
    assert done.stderr == "The extracts hold no opportunity, so this is unknown.\n"
    assert json.loads(done.stdout)["rows"] == [{"value": None}]


def test_what_is_written_while_trying_the_sample_company_stays_beside_it(tmp_path: Path) -> None:
    assert _sample_settings(settings_of(sample=tmp_path)).notes_url == f"sqlite:///{tmp_path}/notes/notes.db"
    named = settings_of(sample=tmp_path, notes_url="sqlite:///mine.db")
    assert _sample_settings(named).notes_url == "sqlite:///mine.db"
