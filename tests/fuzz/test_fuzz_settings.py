"""Settings, access.csv and arguments of commands, drawn at random: each does, or is refused in a sentence that names it, never with a traceback."""

import contextlib
import importlib
import io
import itertools
import json
import os
import re
import string
from collections.abc import Iterator, Mapping
from email.message import EmailMessage

import duckdb
import pytest
from companies import Company, build_company
from fuzzing import CASES, runs, words
from hypothesis import example, given
from hypothesis import strategies as st

from app.access import read_rules
from app.access.scope import PARTS, ROLES
from app.build import _make_calendar
from app.build.macros import define_macros
from app.cli import main
from app.digest.mail import post
from app.errors import AccessError, CallerError, SettingError
from app.filters import DIMENSIONS, MODELS, SCOPES, TIME_DIMENSIONS
from app.metrics import catalogue
from app.settings import Settings, read_settings

SESAME = "Sesam3+offne"
PLAIN = {"timezone": "UTC", "as_of": "2026-03-02T09:00:00", "memory_limit": "1GiB", "currency": "EUR"}
NEAR = ["0", "-1", "1", "1e9", "1e400", "nan", "inf", "0x10", "1_000", "٣", "true", "TRUE", "yes", "on", "[]", "{}", '{"a": 1}', "null", "UTC", "utc",
    "Europe/Berlin", "posixrules", "localtime",
        "Factory", "GMT+25", "../UTC", "2026-03-02", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01", "253402300800", "1e300", "4GiB",
            "0GB", "٣GiB", "99999999999999GB", "0.0000001MB",
        "1.5GiB\n", "EUR", "eur", "ÄÖÜ", "http://[", "https://", "https://a:b@c", "https://[::1", "http://localhost", "https://x y", "10.0.0.0/8", "10.1.0.0/8",
            "::/0,", ",", "10.0.0.0/33", "monday ", "MONDAY", "duckdb", "spark"]  # fmt: skip
NAMES = sorted(Settings.model_fields)


def values() -> st.SearchStrategy[str]:
    """What an environment variable can hold."""
    return (st.sampled_from(NEAR) | words()).filter(lambda text: "\0" not in text)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A small company with a deal, two segments, and a name that nobody would choose."""
    deals = [{"opportunity_id": f"O{n}", "account_id": f"A{n % 3}", "created_at": f"2026-03-{n + 1:02}", "closed_at": "2026-04-02", "is_won": "true",
        "is_closed": "true", "amount": 10} for n in range(20)]
    accounts = [{"account_id": f"A{n}", "segment": segment, "name": segment} for n, segment in enumerate(("SMB", "'; drop table deal; --", ""))]
    events = [{"lead_id": f"L{n}", "stage": "handed_off", "occurred_at": f"2026-03-{n + 1:02}"} for n in range(20)]
    return build_company(tmp_path_factory.mktemp("fuzz"), {"opportunity": deals, "account": accounts, "lead_event": events})


@contextlib.contextmanager
def environment(said: Mapping[str, str]) -> Iterator[None]:
    """With these variables of ours and no others, and without a file .env."""
    for name, value in said.items():
        os.environ[f"ACCORD_{name.upper()}"] = value
    try:
        yield
    finally:
        for name in said:
            del os.environ[f"ACCORD_{name.upper()}"]


@pytest.fixture(scope="module", autouse=True)
def no_env_file() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Settings.model_config, "env_file", None)
        yield


def _refusal_is_sound(refusal: SettingError, said: Mapping[str, str]) -> None:
    for sentence in str(refusal).splitlines():
        assert sentence.endswith((".", "!")) and any(f"ACCORD_{name.upper()}" in sentence for name in said), sentence


@runs(700)
@example(said={"as_of": "0001-01-01T00:00:00+14:00"})
@example(said={"oidc_client_secret_file": "no such\nfile"})
@given(said=st.dictionaries(st.sampled_from(NAMES), values(), min_size=1, max_size=3))
def test_settings_are_settings_or_a_sentence_that_names_them(said: dict[str, str]) -> None:
    with environment(said):
        try:
            settings = read_settings()
        except SettingError as refusal:
            _refusal_is_sound(refusal, said)
            return
    for name, text in said.items():
        value = getattr(settings, name)
        assert str(value) == text or str(value) != str(Settings.model_fields[name].default) or _means_the_default(name, text), f"{name}: {text!r} was left aside"


def _means_the_default(name: str, text: str) -> bool:
    default = str(Settings.model_fields[name].default)
    return text == "" and default == "None" or text.strip().lower() in (default.lower(), f"{default}.0") or default == "False" and text.strip().lower() in ("0",
        "off", "f", "false", "n", "no")


@runs(150)
@example(name="memory_limit", text="\u0663GiB")
@example(name="memory_limit", text="99999999999999GB")
@example(name="timezone", text="localtime")
@given(name=st.sampled_from(["memory_limit", "timezone", "as_of", "half_life_days", "response_sla_hours", "currency", "fiscal_year_start_month",
    "question_seconds"]), text=values())
def test_settings_that_are_taken_can_be_worked_with(name: str, text: str) -> None:
    with environment({name: text}):
        try:
            settings = read_settings()
        except SettingError:
            return
    with duckdb.connect() as con, contextlib.suppress(SettingError):
        con.execute(f"set memory_limit = '{settings.memory_limit}'")
        define_macros(con, settings)
        con.execute("create schema map; create table map.business_hours (weekday varchar, opens time, closes time); create table map.holiday (day date)")
        if settings.as_of:
            _make_calendar(con, settings, settings.as_of)


LINES = st.sampled_from(["ACCORD_CURRENCY=EUR", "ACCORD_CURRENCY", "=", "export ACCORD_CURRENCY='EUR'", 'ACCORD_CURRENCY="E', "ACCORD_CURRENCY=${HOME}", "#",
    "", "ACCORD_CURRENCY=EUR\0", "accord_currency=EUR"]) | words(60)


@runs(200)
@example(lines=["ACCORD_DIGEST_FROM=Zoe"], end=b"\xeb")
@given(lines=st.lists(LINES, max_size=4), end=st.binary(max_size=3))
def test_a_file_of_settings_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.env"
    path.write_bytes("\n".join(lines).encode() + end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Settings.model_config, "env_file", path)
        try:
            read_settings()
        except SettingError as refusal:
            assert "ACCORD_" in str(refusal) or str(path) in str(refusal)


# --- secrets -------------------------------------------------------------------------------------

HOSTS = ["127.0.0.1:1", "localhost:1", "127.0.0.1:99999", "127.0.0.1:x", "[::1", "[::1]:1", "", ":1", "x y", "127.0.0.1:1@127.0.0.1:1", "@127.0.0.1:1",
    "/127.0.0.1:1", "127.0.0.1:-1"]


@st.composite
def urls(draw: st.DrawFn, *schemes: str) -> str:
    """Addresses with a password in them, in its place or not."""
    around = st.text(string.ascii_letters + "@:/?#[]%&=;+ \\'\"$", max_size=3)
    user, before, after = draw(st.sampled_from(["ann", "", "a b", "ann@x", "%41"])), draw(around), draw(around)
    path = draw(st.sampled_from(["", "/", "/db", "/db?sslmode=x", "/db?connect_timeout=x", "?x", "/;token=x", f"/db?password={SESAME}", "#"]))
    return f"{draw(st.sampled_from(schemes))}{user}:{before}{SESAME}{after}@{draw(st.sampled_from(HOSTS))}{path}"


@runs(250)
@example(url=f"postgresql://ann:x@{SESAME}@127.0.0.1:1/db")
@example(url=f"postgresql://:@/ {SESAME}@127.0.0.1:1/db")
@given(url=urls("postgresql://", "postgres://", "postgresql+psycopg://", "sqlite://", "mysql://", "", "postgresql:/"))
def test_the_password_of_the_notes_is_never_told(url: str) -> None:
    with environment({"notes_url": url}):
        status, out, err = run("notes", "export")
    assert (status, out) == (2, "")
    _tells_nothing(err)


@runs(150)
@given(url=urls("smtp://", "smtps://", "smtp:", "", "http://"))
def test_the_password_of_the_mail_server_is_never_told(url: str) -> None:
    with environment({"smtp_url": url, "digest_to": "a@example.com"}), pytest.raises(CallerError) as refusal:
        post(read_settings(), EmailMessage())
    _tells_nothing(str(refusal.value))


def _tells_nothing(sentence: str) -> None:
    assert "Sesam3" not in sentence and "offne" not in sentence and sentence.strip().endswith(".")


def run(*arguments: str) -> tuple[int | str | None, str, str]:
    """What a command says and how it ends."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            status = main(arguments)
        except SystemExit as end:
            status = end.code
    return status, out.getvalue(), err.getvalue()


# --- access.csv ----------------------------------------------------------------------------------

WHO = st.sampled_from(["ann@example.com", "ANN@Example.com ", "@example.com", "claim:groups=x", "claim:=", "claim:a=b=c", "ann", "a b@c.d", "a@b@c.d", "", "@",
    "claim:x"]) | words(12)
ROW = st.tuples(WHO, st.sampled_from([*ROLES, "LEAD", "admin", ""]) | words(5), st.sampled_from([*PARTS, "", "", "region"]) | words(5), st.sampled_from(["SMB",
    "", ""]) | words(5))


@runs(500)
@given(rows=st.lists(ROW, max_size=5), heading=st.sampled_from(["who,role,dimension,value"] * 9 + ["WHO, Role ,dimension,value", "who,role", "",
    "who;role;dimension;value"]), blank=st.booleans())
def test_every_line_of_access_csv_counts_or_is_named(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], heading: str, blank: bool) -> None:
    path = tmp_path_factory.getbasetemp() / "access.csv"
    texts = ["\n" * (1 + blank) + ",".join('"' + field.replace('"', '""') + '"' for field in row) for row in rows]
    path.write_text("".join([heading, *texts]), encoding="utf-8", newline="")
    try:
        rules = read_rules(path)
    except AccessError as refusal:
        assert all(str(path) in sentence for sentence in str(refusal).split(".\n"))
        named = {int(number) for number in re.findall(r"access\.csv, row (\d+), column", str(refusal))}
        ends = {len(re.findall("\r\n|\r|\n", text)) + 1 for text in itertools.accumulate([heading, *texts])}
        assert named <= ends
        return
    assert rules.keys() == {who.strip().lower() for who, *_ in rows}
    for who, role, dimension, value in rows:
        entry = rules[who.strip().lower()]
        assert entry.role == role.strip().lower()
        assert not dimension.strip() or (dimension.strip().lower(), value.strip()) in entry.part


@runs(200)
@given(content=st.binary(max_size=60), is_headed=st.booleans())
def test_any_bytes_in_place_of_access_csv_let_nobody_in_unsaid(tmp_path_factory: pytest.TempPathFactory, content: bytes, is_headed: bool) -> None:
    path = tmp_path_factory.getbasetemp() / "access.csv"
    path.write_bytes(b"who,role,dimension,value\n" * is_headed + content)
    try:
        assert read_rules(path) == {} and not content.strip()
    except AccessError as refusal:
        assert str(path) in str(refusal)


# --- commands ------------------------------------------------------------------------------------

ODD_DAYS = st.sampled_from(["0001-01-01", "9999-12-31", "9999-12-27", "9999-10-01", "20260302", "2026-W10", "2026-W10-1", "2026-13-01", "", "-1", "tomorrow"])
DAYS = st.sampled_from(["2026-03-02", "2026-01-01", "2027-01-01"]) | ODD_DAYS | st.dates().map(str) | words(8)
DIMS = st.sampled_from(TIME_DIMENSIONS) | st.sampled_from([*DIMENSIONS, "", "colour", "segment; drop table deal", "value", "n", "day day"])
PAIRS = st.builds(lambda dim, mark, value: f"{dim}{mark}{value}", DIMS, st.sampled_from(["=", "=", "=", "", "=="]), DAYS | st.sampled_from(["SMB",
    "'; drop table deal; --", "L1", "0-2", "10", "marketing"]) | words(9))


@st.composite
def questions(draw: st.DrawFn) -> list[str]:
    """Arguments of `accord metric`."""
    said = ["metric", draw(st.sampled_from([*catalogue(), "colour", "", "revenue; --"]))]
    if draw(st.integers(0, 4)):
        said += ["--from", draw(st.just("2026-01-01") | DAYS), "--to", draw(st.just("2027-01-01") | DAYS)]
    for option, value in (("--by", DIMS), ("--where", PAIRS)):
        if chosen := draw(st.lists(value, max_size=2)):
            said += [option, *chosen]
    for option, value in (("--model", MODELS), ("--scope", SCOPES), ("--format", ("json", "csv", "table"))):
        if draw(st.booleans()):
            said += [option, draw(st.sampled_from(value) | words(5))]
    return said


@runs(500)
@example(arguments=["metric", "lead_volume", "--from", "2026-01-01", "--to", "2027-01-01", "--where", "week=9999-12-31"])
@example(arguments=["metric", "lead_volume", "--from", "2026-01-01", "--to", "2027-01-01", "--where", "week=2026-W10"])
@example(arguments=["metric", "lead_volume", "--from", "2026-01-01", "--to", "2027-01-01", "--where", "day=20260302"])
@example(arguments=["metric", "lead_volume", "--from", "0001-01-01", "--to", "9999-12-31", "--by", "day"])
@given(arguments=questions())
def test_questions_on_the_command_line_are_answered_or_refused(company: Company, arguments: list[str]) -> None:
    with environment({"scorecard": str(company.settings.scorecard)}):
        status, out, err = run(*arguments)
    _is_sound(status, out, err)
    if status == 0 and "json" in arguments:
        assert {"metric", "from", "to", "as_of", "unit", "rows"} == json.loads(out).keys()


OTHERS = ["demo", "build", "serve", "check", "metrics", "digest", "notes", "export", "import", "--port", "--extracts", "--maps", "--out", "--engine", "--week",
    "--reader", "--send", "--wait", "--full", "--help", "-h", "-", "--", "x.md", "x.exe", "/nowhere/x.pdf", "/dev/null"]


@runs(150)
@given(words_said=st.lists(st.sampled_from(OTHERS) | DAYS, max_size=5))
def test_any_words_behind_accord_are_done_or_refused(tmp_path_factory: pytest.TempPathFactory, company: Company, words_said: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp()
    said = {name: str(folder / "nowhere") for name in ("extracts", "maps", "scorecard", "sample")} | {"notes_url": f"sqlite:///{folder}/notes.db"}
    with environment(said), contextlib.chdir(tmp_path_factory.mktemp("here")):
        if not {"demo", "serve"} & {*words_said}:
            _is_sound(*run(*words_said))


def _is_sound(status: object, out: str, err: str) -> None:
    assert status in (0, 2), err
    assert (status == 2) <= (out == "" and err.strip() != "")
    assert "Traceback" not in err


LINES_OF_NOTES = st.sampled_from(['{"table": "field_note"}', '{"table": "change"}', "{}", "[]", "null", "1e999", '{"table": null}', '{"table": ["action"]}',
    "{" * 3000, '"\\ud800"', '{"table": "action", "id": "\\u0000"}',
    '{"table": "field_note", "id": 1}', '{"table": "field_note", "heard_on": "2026-13-01"}', '{"table":"field_note","version":99999999999999999999}'])  # fmt: skip
FIELDS = st.sampled_from(["id", "version", "text", "heard_on", "created_at", "created_by", "created_side", "changed_at", "changed_by", "changed_side",
    "removed", "segment", "account_id", "entry", "kind", "at", "colour"])
MOMENTS = st.sampled_from(["2026-03-02", "2026-03-02T09:00:00+14:00", "0001-01-01T00:00:00+14:00"])
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | words(8) | MOMENTS | st.lists(st.none(), max_size=1)
TABLES = st.sampled_from(["field_note", "change", "action", "persona"])
ENTRIES = st.builds(lambda table, more: json.dumps({"table": table} | more), TABLES, st.dictionaries(FIELDS, VALUES))


@runs(200)
@example(lines=['{"table": "action", "created_at": "0001-01-01T00:00:00+14:00"}'])
@given(lines=st.lists(LINES_OF_NOTES | words(20) | ENTRIES, max_size=3))
def test_notes_are_imported_whole_or_not_at_all(company: Company, tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "notes.jsonl").write_text("\n".join(lines), encoding="utf-8", newline="")
    with environment({"notes_url": f"sqlite:///{folder}/imported.db"}):
        status, out, err = run("notes", "import", str(folder / "notes.jsonl"))
    _is_sound(status, out, err)
    count = sum(bool(line.strip()) for line in "\n".join(lines).replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert out.startswith(f"{count:,} lines read") if status == 0 else "Nothing was imported" in err


# --- all of it -----------------------------------------------------------------------------------


def test_these_are_at_least_five_thousand_cases() -> None:
    """Those of all fuzz tests; each case is one file, one address, one request, one set of settings or arguments."""
    for name in ("addresses", "extracts", "maps"):
        importlib.import_module(f"test_fuzz_{name}")
    print(f"{sum(CASES.values()):,} cases: {CASES}")
    assert sum(CASES.values()) >= 5000
