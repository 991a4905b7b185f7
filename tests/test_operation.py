"""The site in service: what it tells whoever runs it, what it never tells, and how it starts, stops and builds by the clock."""

import asyncio
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from companies import ROOT, Company, build_company, environment, run_accord, settings_of, write_tables
from servers import Server, free_port, is_alive, serving, until

from app.build import build
from app.errors import CallerError
from app.notes import Annotation, Author, open_notes
from app.operation.headers import middleware
from app.operation.measures import read_last_build
from app.operation.routes import may_measure

TABLES = {"lead_event": [{"lead_id": name, "stage": stage, "occurred_at": "2026-03-02T09:00:00Z"} for name, stage in (("A", "handed_off"), ("B", "nonsense"))]}
SECRET_WORDS = ("Olga", "olga@example.com", "Confidential-Segment")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return build_company(tmp_path_factory.mktemp("served"), TABLES)


@pytest.fixture(scope="module")
def server(company: Company) -> Iterator[Server]:
    with serving(company.folder / "server.log", **_settings(company), metrics_from="10.1.0.0/16, fd00::/8") as started:
        yield started


def _settings(company: Company, **more: object) -> dict[str, object]:
    own = {name: getattr(company.settings, name) for name in ("scorecard", "extracts", "maps")}
    return own | {"notes_url": f"sqlite:///{company.folder}/notes.db"} | more


# --- health, readiness, measures ---------------------------------------------------------------


def test_it_lives_and_is_ready(server: Server) -> None:
    assert (server.get("/healthz").status, server.get("/healthz").text) == (200, "ok\n")
    assert (server.get("/readyz").status, server.get("/readyz").text) == (200, "ready\n")


def test_it_is_not_ready_without_a_scorecard_and_says_so(server: Server, company: Company) -> None:
    current = company.settings.scorecard / "CURRENT"
    aside = current.rename(current.with_suffix(".aside"))
    answer = server.get("/readyz")
    assert (answer.status, answer.text) == (503, "No scorecard has been built yet.\n")
    assert server.get("/healthz").status == 200
    aside.rename(current)
    assert server.get("/readyz").status == 200


def test_it_is_not_ready_without_its_notes_and_names_no_place(company: Company) -> None:
    with serving(company.folder / "noteless.log", **_settings(company, notes_url=f"postgresql://olga:pass@127.0.0.1:{free_port()}/notes")) as noteless:
        answer = noteless.get("/readyz")
        assert (answer.status, answer.text) == (503, "The database of what people write cannot be reached.\n")
        assert noteless.get("/healthz").status == 200


def test_open_pages_hear_of_a_line_and_of_a_build(server: Server, company: Company) -> None:
    states = [server.get("/newest").text]
    assert re.fullmatch("[0-9a-f]{16}", states[0]), "it tells nothing but that it is another one"
    open_notes(f"sqlite:///{company.folder}/notes.db").add(Annotation(metric="lead_volume", week=date(2026, 3, 2), text="A fair"), Author("Ada", "marketing"))
    until(lambda: server.get("/newest").text not in states)
    states.append(server.get("/newest").text)
    build(company.settings)
    until(lambda: server.get("/newest").text not in states)


def test_measures_tell_of_builds_readers_and_questions(server: Server) -> None:
    asked = server.measure("accord_question_seconds_count")
    with server.reader() as page:
        page.recv(timeout=60)
        until(lambda: server.measure("accord_sessions") == 1)
        until(lambda: server.measure("accord_question_seconds_count") > asked)
    until(lambda: server.measure("accord_sessions") == 0)
    told = server.measures()  # of one moment, as a question may still be under way
    assert 0 <= told["accord_build_age_seconds"] < 3600
    assert told["accord_data_age_seconds"] > 0
    assert told["accord_last_build_success"] == 1
    assert 0 <= told["accord_last_build_age_seconds"] < 3600
    assert told["accord_last_build_duration_seconds"] > 0
    assert [told[f'accord_last_build_rows{{state="{state}"}}'] for state in ("read", "kept", "quarantined")] == [2, 1, 1]
    assert told["accord_questions_interrupted_total"] == 0
    assert told['accord_question_seconds_bucket{le="+Inf"}'] == told["accord_question_seconds_count"]


@pytest.mark.parametrize("path", ["/metrics", "/_stcore/metrics", "/metrics/"])
def test_measures_are_not_for_everybody(server: Server, path: str) -> None:
    for header in ("X_Forwarded_For", "X_Real_Ip", "Forwarded", "X_Forwarded_Host"):
        answer = server.get(path, **{header: "203.0.113.7"})
        assert answer.status == 403, header
        assert "accord_" not in answer.text


def test_measures_are_for_the_networks_that_are_named(server: Server) -> None:
    """The web server takes a proxy on this machine at its word about who asks."""
    assert server.get("/metrics", X_Forwarded_For="10.1.2.3").status == 200
    assert server.get("/metrics", X_Forwarded_For="10.2.2.3").status == 403
    assert server.get("/metrics", X_Forwarded_For="10.1.2.3, 203.0.113.7").status == 403, "the first of them can be invented"


@pytest.mark.parametrize(
    ("client", "may"),
    [("127.0.0.1", True), ("::1", True), ("10.1.255.1", True), ("fd00::7", True), ("10.2.0.1", False), ("203.0.113.7", False), ("", False), ("name", False)],
)
def test_who_may_measure(client: str, may: bool) -> None:
    allowed = may_measure(settings_of(metrics_from="10.1.0.0/16,fd00::/8"))
    assert allowed({"type": "http", "client": (client, 1), "headers": []}) is may


def test_no_measure_names_anybody(server: Server) -> None:
    labels = set(re.findall(r'(\w+)="', server.get("/metrics").text))
    assert labels <= {"le", "state"}


def test_networks_that_cannot_be_are_refused(company: Company) -> None:
    done = run_accord("serve", **_settings(company, metrics_from="everybody"))
    assert done.returncode == 2
    assert "ACCORD_METRICS_FROM cannot be 'everybody'" in done.stderr


@pytest.mark.parametrize("path", ["/", "/healthz", "/metrics", "/static/no-such-file", "/app/static/icon.svg", "/_stcore/health"])
def test_every_answer_carries_the_headers_of_safety(server: Server, path: str) -> None:
    headers = server.get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'" and policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy["script-src"]


@pytest.mark.parametrize(
    ("site_url", "expected"),
    [
        ("https://accord.example.com", [b"a=1; Path=/; Secure", b"b=2; secure; HttpOnly"]),
        ("http://127.0.0.1:8501", [b"a=1; Path=/", b"b=2; secure; HttpOnly"]),
        (None, [b"a=1; Path=/", b"b=2; secure; HttpOnly"]),
    ],
)
def test_a_site_over_tls_gives_its_cookies_to_nobody_without(site_url: str | None, expected: list[bytes]) -> None:
    cookies = [(b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2; secure; HttpOnly")]

    async def two_cookies(scope: object, receive: object, send: Callable) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(cookies)})

    async def kept(message: dict) -> None:
        sent.extend(value for name, value in message["headers"] if name == b"set-cookie")

    sent: list[bytes] = []
    guard = middleware(settings_of(site_url=site_url))[0]
    asyncio.run(guard.cls(two_cookies, *guard.args, **guard.kwargs)({"type": "http", "path": "/", "headers": []}, None, kept))
    assert sent == expected


# --- logs --------------------------------------------------------------------------------------


def test_logs_are_lines_of_json_without_a_word_of_anybody(company: Company) -> None:
    slow = _slow(company, "logs")
    query = f"owner={SECRET_WORDS[0]}&q={SECRET_WORDS[1]}&segment={SECRET_WORDS[2]}&period={SECRET_WORDS[0]}"
    with serving(slow.folder / "server.log", **_settings(slow, question_seconds=0.3)) as server:
        for asked in ("", query):
            with server.reader(asked) as page:
                page.recv(timeout=60)
                pages = _pages_drawn(server)
                until(lambda before=pages: _pages_drawn(server) > before)
        assert server.measure("accord_questions_interrupted_total") >= 1
        assert server.measure("accord_errors_total") >= 1
        assert server.stop() == 0
        lines = server.lines()
    assert {"at", "level", "event", "logger", "generation"} <= set(lines[0])
    events = [line["event"] for line in lines]
    assert (events.count("started"), events.count("stopped")) == (1, 1)
    assert all(line["generation"] == slow.card.build for line in lines)
    fault = next(line for line in lines if line["level"] == "error")
    assert "QueryError" in fault["error"] and any("serving" in place for place in fault["places"])
    assert not [word for word in SECRET_WORDS if word in server.log.read_text()]


def _pages_drawn(server: Server) -> int:
    return sum(line["event"] in ("page drawn", "a page failed") for line in server.lines())


LOGS = f"""
import logging
from app.operation import logs
logs.set_up()
log = logging.getLogger("app.some")
log.warning("reader %s failed", "{SECRET_WORDS[0]}", extra={{"duration_s": 0.5, "owner": "{SECRET_WORDS[0]}"}})
try:
    raise ValueError("{SECRET_WORDS[2]}")
except ValueError:
    log.exception("it failed for {SECRET_WORDS[1]}")
logging.getLogger("streamlit.other").info("not of interest")
"""


def test_a_log_line_holds_no_argument_no_text_of_a_fault_and_no_address() -> None:
    done = subprocess.run([sys.executable, "-c", LOGS], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    first, second = (json.loads(line) for line in done.stderr.splitlines())
    assert (first["event"], first["duration_s"], first["level"]) == ("reader %s failed", 0.5, "warning")
    assert (second["event"], second["error"]) == ("it failed for ...", ["ValueError"])
    assert not [word for word in SECRET_WORDS if word in done.stderr]
    script = LOGS.replace("set_up()", "set_up(is_plain=True)")
    plain = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    assert plain.stderr == "Error: it failed for ...: ValueError, at <string>:8 <module>\n"


# --- starting and stopping ---------------------------------------------------------------------


def test_a_second_server_on_a_port_says_so_in_a_sentence(server: Server, company: Company) -> None:
    done = run_accord("serve", "--port", str(server.port), **_settings(company))
    assert done.returncode == 2
    assert re.fullmatch(rf"Port {server.port} cannot be served on \(.+\): end what uses it, or name another with --port\.", done.stderr.strip())
    assert server.get("/healthz").status == 200


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_stops_at_a_signal_with_status_0(company: Company, how: signal.Signals) -> None:
    with serving(company.folder / f"{how.name}.log", **_settings(company)) as server:
        with server.reader() as page:
            page.recv(timeout=60)
            assert server.stop(how) == 0
        assert _ended_by_itself(server)


def test_a_server_under_load_stops_within_seconds_though_questions_would_go_on(company: Company) -> None:
    slow = _slow(company, "load")
    with serving(slow.folder / "server.log", **_settings(slow, question_seconds=600)) as server:
        with server.reader() as one, server.reader() as other:
            for page in (one, other):
                page.recv(timeout=60)
            until(lambda: server.measure("accord_sessions") == 2 and server.measure("accord_questions_under_way") >= 1)
            began = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - began < 25, "the question alone would take hours"
        assert _ended_by_itself(server)


def _ended_by_itself(server: Server) -> bool:
    events = [line["event"] for line in server.lines()]
    return "stopped" in events and not any(event.startswith("stopped at once") for event in events)


def _slow(company: Company, name: str) -> Company:
    """The same company, in whose scorecard a question that every page asks has no end."""
    folder = company.folder / f"slow-{name}"
    shutil.copytree(company.settings.scorecard, folder / "build", ignore=lambda _, names: [one for one in names if one.startswith("state-")])
    generation = (folder / "build" / "CURRENT").read_text()
    with duckdb.connect(str(folder / "build" / generation / "scorecard.duckdb")) as con:
        con.execute("alter table calendar rename to days")
        con.execute("create view calendar as from days where (select sum(hash(a.range * b.range)) from range(100000000) as a, range(100000000) as b) > 0")
    return Company(folder, company.built, company.settings.model_copy(update={"scorecard": folder / "build"}))


# --- the lock, and how the last build ended ----------------------------------------------------

HOLDS = """
import fcntl, sys, time
file = open(sys.argv[1], "a+")
fcntl.flock(file, fcntl.LOCK_EX)
file.write("process 4711, since 2026-01-02T03:04:05Z")
file.flush()
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture
def held(company: Company) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of the scorecard."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDS, str(company.settings.scorecard / "build.lock")], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    yield holder
    holder.kill()
    holder.wait()
    holder.stdout.close()


def test_two_builds_never_meet(company: Company, held: subprocess.Popen[str]) -> None:
    before = (company.settings.scorecard / "CURRENT").read_text()
    done = run_accord("build", **_settings(company))
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(r"Another build of .+ is under way \(process 4711, since 2026-01-02T03:04:05Z\): wait for its end, or run this one with --wait\.", done.stderr)
    assert (company.settings.scorecard / "CURRENT").read_text() == before
    assert read_last_build(company.settings.scorecard)["result"] == "ok", "a build that did not begin has no end"


def test_a_check_needs_no_lock(company: Company, held: subprocess.Popen[str]) -> None:
    assert run_accord("check", **_settings(company)).returncode == 0


def test_a_build_that_waits_begins_when_the_other_dies(company: Company, held: subprocess.Popen[str]) -> None:
    before = (company.settings.scorecard / "CURRENT").read_text()
    waiting = subprocess.Popen([sys.executable, "-m", "app", "build", "--wait"], cwd=ROOT, env=environment(**_settings(company)), stdout=subprocess.DEVNULL)
    time.sleep(3)
    assert waiting.poll() is None
    held.kill()
    assert waiting.wait(120) == 0
    assert (company.settings.scorecard / "CURRENT").read_text() != before
    assert (company.settings.scorecard / "build.lock").read_text() == ""


def test_the_lock_lies_around_the_whole_build(tmp_path: Path) -> None:
    """Seen from its progress: at each step nobody else could take it."""
    company = build_company(tmp_path, TABLES)
    taken: list[bool] = []

    def look(share: float, step: str) -> None:
        with (tmp_path / "build" / "build.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                taken.append(False)
            except BlockingIOError:
                taken.append(True)

    build(company.settings, look)
    assert len(taken) > 3 and all(taken)


def test_how_the_last_build_ended_is_known_also_when_it_failed(tmp_path: Path) -> None:
    company = build_company(tmp_path, TABLES)
    good = read_last_build(company.settings.scorecard)
    assert (good["result"], good["rows"], good["generation"]) == ("ok", {"read": 2, "kept": 1, "quarantined": 1}, company.built.folder.name)
    shutil.rmtree(tmp_path / "extracts" / "canonical")
    with pytest.raises(CallerError):
        build(company.settings)
    bad = read_last_build(company.settings.scorecard)
    assert bad["result"] == "failed" and "extracts" in bad["sentence"] and bad["duration_s"] >= 0
    assert bad["at"] >= good["at"]
    assert not list(company.settings.scorecard.glob("last_build.json.*"))
    assert company.card.build == company.built.folder.name, "the earlier scorecard stays"


# --- builds by the clock -----------------------------------------------------------------------


def test_builds_by_the_clock_go_on_after_failures_and_deaths_and_stop_gently(tmp_path: Path) -> None:
    company = build_company(tmp_path, TABLES)
    scorecard = company.settings.scorecard
    first = (scorecard / "CURRENT").read_text()
    log = tmp_path / "every.log"
    with log.open("wb") as output:
        every = subprocess.Popen([sys.executable, "-m", "app", "build", "--every", "1s"], cwd=ROOT, env=environment(**_settings(company)), stdout=output, stderr=output)
    try:
        until(lambda: (scorecard / "CURRENT").read_text() != first)

        aside = (tmp_path / "extracts" / "canonical").rename(tmp_path / "aside")
        until(lambda: read_last_build(scorecard)["result"] == "failed")
        aside.rename(tmp_path / "extracts" / "canonical")
        until(lambda: read_last_build(scorecard)["result"] == "ok")

        until(lambda: _killed((scorecard / "build.lock").read_text()))
        until(lambda: "signal 9" in read_last_build(scorecard)["sentence"])
        until(lambda: read_last_build(scorecard)["result"] == "ok")

        every.send_signal(signal.SIGTERM)
        assert every.wait(30) == 0
    finally:
        every.kill()
        every.wait()
    results = [json.loads(line)["result"] for line in log.read_text().splitlines() if line.startswith("{") and "build ended" in line]
    assert {"ok", "failed"} <= set(results)
    for name in ("CURRENT", "last_build.json"):
        assert (scorecard / name).exists()


def _killed(held_by: str) -> bool:
    """Kills the build that holds the lock, if one does."""
    found = re.search(r"process (\d+)", held_by)
    if found:
        os.kill(int(found[1]), signal.SIGKILL)
    return bool(found)


@pytest.mark.parametrize("later_s", [0, 0.15, 0.3, 0.6])
def test_a_build_that_is_told_to_stop_takes_away_what_it_began(later_s: float, tmp_path: Path) -> None:
    """Wherever it is: between two queries, or in the middle of one, of which the engine speaks in its own way."""
    write_tables(tmp_path / "extracts", {"lead_event": "lead_id,stage,occurred_at\n" + "".join(f"L{n},handed_off,2026-03-02T09:00:00Z\n" for n in range(300_000))})
    scorecard = tmp_path / "build"
    env = environment(extracts=tmp_path / "extracts", maps=tmp_path / "maps", scorecard=scorecard)
    running = subprocess.Popen([sys.executable, "-m", "app", "build"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: list(scorecard.glob("gen-*")))
    time.sleep(later_s)
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 130
    assert not list(scorecard.glob("gen-*")) and not (scorecard / "CURRENT").exists()
    assert not is_alive(running.pid)


@pytest.mark.parametrize("span", ["0m", "15", "m", "1d", "-5m", "1.5h", "999999s"])
def test_a_span_that_cannot_be_is_refused(span: str) -> None:
    done = run_accord("build", f"--every={span}")
    assert done.returncode == 2 or done.stderr
    assert "is no span of time; write it like 30s, 15m or 6h" in done.stderr


# --- what ships for operating it ---------------------------------------------------------------


def test_the_container_file_copies_what_is_there_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "deploy" / "Containerfile").read_text().splitlines()
    copied = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    assert copied and all((ROOT / name).exists() for name in copied)
    assert {"app", "pages", "queries", "static", ".streamlit", "streamlit_app.py", "requirements.lock"} <= set(copied)
    assert next(line for line in lines if line.startswith("USER ")) == "USER 10001:10001"
    assert any(line.startswith("HEALTHCHECK") for line in lines)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
@pytest.mark.parametrize("unit", ["accord@8501.service", "accord-build.service"])
def test_systemd_takes_the_units(tmp_path: Path, unit: str) -> None:
    for path in (ROOT / "deploy" / "systemd").iterdir():
        text = re.sub(r"/opt/accord/\.venv/bin/accord", "/bin/true", path.read_text())
        (tmp_path / path.name).write_text(re.sub(r"^(User|Group)=.+$", r"\1=root", text, flags=re.M))
    shutil.copy(tmp_path / "accord@.service", tmp_path / "accord@8501.service")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_runbook_knows_every_measure_and_no_other(server: Server) -> None:
    told = {name.removesuffix("_total") for name in re.findall(r"^# TYPE (accord_\w+) ", server.get("/metrics").text, re.M)}
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    named = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in re.findall(r"\baccord_(?!process\b)\w+", runbook)}
    assert told == named
