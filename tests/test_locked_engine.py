"""The engine that answers pages: asked, and nothing else. Each rule is tried on the real thing."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from companies import Company, build_company

from app.errors import QueryError
from app.serving import open_current, watch

ENDLESS = "select sum(hash(a.range * b.range)) as n from range(100000000) as a, range(100000) as b"
TABLES = {"lead_event": [{"lead_id": "A", "stage": "handed_off", "occurred_at": "2026-03-02T09:00:00Z"}]}
SHORT_S = 0.5


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return build_company(tmp_path_factory.mktemp("locked"), TABLES)


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A company of its own, opened with little time and memory."""
    monkeypatch.setenv("ACCORD_QUESTION_SECONDS", str(SHORT_S))
    monkeypatch.setenv("ACCORD_MEMORY_LIMIT", "60MiB")
    return build_company(tmp_path, TABLES)


@pytest.fixture
def heard() -> Iterator[list[tuple[float, str]]]:
    """What a listener is told of each question."""
    told: list[tuple[float, str]] = []

    def tell(seconds: float, result: str) -> None:
        told.append((seconds, result))

    watch.listeners.append(tell)
    yield told
    watch.listeners.remove(tell)


def _refused(company: Company, sql: str) -> str:
    before = sorted(company.folder.rglob("*"))
    with pytest.raises(QueryError) as fault:
        company.card.query(sql, {})
    assert sorted(company.folder.rglob("*")) == before, "nothing new lies on the disk"
    assert company.card.rows("select 1 as n", {}) == [{"n": 1}], "the next question is answered"
    return str(fault.value)


@pytest.mark.parametrize(
    "sql",
    [
        "create table mine as select 1 as n",
        "create temp table mine as select 1 as n",
        "create or replace view handoff as select 1 as n",
        "insert into scorecard.calendar select * from scorecard.calendar",
        "delete from scorecard.calendar",
        "drop view handoff",
        "detach scorecard",
        "checkpoint scorecard",
        "copy handoff to 'out.csv'",
        "export database 'out'",
        "attach 'other.duckdb'",
        "install httpfs",
        "load httpfs",
        "set memory_limit = '90GiB'",
        "set global max_execution_time = 0",
        "reset global lock_configuration",
        "pragma threads = 64",
        "set variable mine = 1",
        "use memory",
        "begin",
        "prepare mine as select 1",
        "call pragma_version()",
        "select 1 as n; drop view handoff",
    ],
)
def test_only_a_question_is_answered(company: Company, sql: str) -> None:
    assert "asked, not changed" in _refused(company, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('{folder}/extracts/canonical/lead_event.csv')",
        "select content from read_text('{folder}/build/CURRENT')",
        "select * from read_parquet('https://example.com/a.parquet')",
        "select * from read_json('s3://bucket/a.json')",
        "select * from glob('{folder}/*')",
        "select * from sniff_csv('{folder}/extracts/canonical/lead_event.csv')",
        "select * from parquet_metadata('{folder}/a.parquet')",
    ],
)
def test_no_question_reaches_a_file_or_the_network(company: Company, sql: str) -> None:
    said = _refused(company, sql.format(folder=company.folder))
    assert "disabled by configuration" in said, said


@pytest.mark.parametrize(
    "sql",
    [
        "set memory_limit = '90GiB'",
        "set global max_execution_time = 0",
        "set enable_external_access = true",
        "set global threads = 64",
        "set lock_configuration = false",
        "install httpfs",
        "load httpfs",
        "attach '{folder}/other.duckdb'",
        "copy (select 1) to '{folder}/out.csv'",
        "insert into scorecard.calendar select * from scorecard.calendar",
        "drop table scorecard.calendar",
    ],
)
def test_the_engine_itself_refuses_what_is_no_question(company: Company, sql: str) -> None:
    """Even where the first line is passed: straight to a cursor."""
    cursor = company.card.cursors.connection.cursor()
    with pytest.raises(Exception, match="(?i)configuration|disabled|read-only"):
        cursor.execute(sql.format(folder=company.folder))
    cursor.close()
    assert not list(company.folder.glob("o*"))


def test_a_question_that_takes_too_long_is_stopped_and_says_so(narrow: Company, heard: list[tuple[float, str]]) -> None:
    for ask in (narrow.card.query, narrow.card.rows):
        with pytest.raises(QueryError, match=r"stopped after \d+ seconds, as it took too long: choose a shorter period"):
            ask(ENDLESS, {})
    assert narrow.card.rows("select 1 as n", {}) == [{"n": 1}]
    assert [result for _, result in heard] == ["interrupted", "interrupted", "answered"]
    assert heard[0][0] >= SHORT_S


def test_others_are_answered_while_one_takes_too_long(narrow: Company) -> None:
    stopped: list[str] = []

    def ask() -> None:
        try:
            narrow.card.query(ENDLESS, {})
        except QueryError as fault:
            stopped.append(str(fault))

    slow = threading.Thread(target=ask)
    slow.start()
    _until(lambda: watch.under_way() == 1)
    assert narrow.card.rows("select 1 as n", {}) == [{"n": 1}]
    slow.join()
    assert len(stopped) == 1 and watch.under_way() == 0


def test_all_questions_can_be_ended_at_once(company: Company) -> None:
    ended: list[str] = []

    def ask() -> None:
        try:
            company.card.query(ENDLESS, {})
        except QueryError as fault:
            ended.append(str(fault))

    several = [threading.Thread(target=ask) for _ in range(3)]
    for one in several:
        one.start()
    _until(lambda: watch.under_way() == 3)
    watch.interrupt_all()
    for one in several:
        one.join()
    assert len(ended) == 3
    assert company.card.rows("select 1 as n", {}) == [{"n": 1}]


def test_a_question_that_needs_too_much_memory_is_stopped_and_says_so(narrow: Company) -> None:
    said = _refused(narrow, "select list(range) as n from range(50000000)")
    assert "more memory than ACCORD_MEMORY_LIMIT allows" in said


def test_what_does_not_fit_in_memory_is_not_put_on_the_disk(company: Company) -> None:
    assert company.card.rows("select current_setting('temp_directory') as n", {}) == [{"n": ""}]


def test_an_engine_that_failed_for_good_is_opened_anew(tmp_path: Path) -> None:
    """DuckDB closes a database whose assertion failed; closing it by hand is the same to whoever asks next."""
    company = build_company(tmp_path, TABLES)
    failed = company.card
    failed.cursors.connection.close()
    with pytest.raises(QueryError, match="started anew"):
        failed.rows("select 1 as n", {})
    assert open_current(company.settings.scorecard).rows("select count(*) as n from handoff", {}) == [{"n": 1}]


def _until(done: object) -> None:
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)
