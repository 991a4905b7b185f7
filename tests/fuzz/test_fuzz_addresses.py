"""Addresses drawn at random, for readers of every role: no page fails, no text is taken for markup, and no row outside a reader's part is shown."""

import json
import random
import re
import socket
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import companies
import pytest
from companies import Company, build_company
from fuzzing import HOSTILE, runs, words
from hypothesis import example, given, note
from hypothesis import strategies as st
from servers import Server, serving
from streamlit.testing.v1 import AppTest

from app import metrics
from app.access import EVERYTHING, Scope
from app.errors import QuestionError
from app.filters import DIMENSIONS, Period
from app.metrics import catalogue
from app.serving import open_current
from app.views import reader

PAGES = ("scorecard", "marketing", "sales", "personas", "definitions", "data", "meeting", "account", "records")
OURS, THEIRS = "Ours", "'; drop table deal; --"
LEAD, MEMBER, VIEWER = Scope("lead", (("segment", OURS),)), Scope("member", (("segment", OURS),)), Scope("viewer")
NAMES = [text for text in HOSTILE if text.strip() and "\r" not in text]
SECRET = "Zyzzyva"  # in the name of everything outside of the lead's part


def hostile_tables() -> dict[str, list[dict[str, object]]]:
    """A company of two segments whose names are as hostile as names get."""
    draw = random.Random(3)
    some = lambda: draw.choice(NAMES)  # noqa: E731
    day = lambda: f"2026-{draw.randrange(1, 6):02}-{draw.randrange(1, 28):02}T09:00:00Z"  # noqa: E731
    side = lambda n: (OURS, "") if n % 2 else (THEIRS, SECRET)  # noqa: E731
    leads = [{"lead_id": f"L{n}", "person_id": f"P{n}", "created_at": "2026-01-01", "name": f"{side(n)[1]} {some()}", "company": f"{side(n)[1]} {some()}",
        "segment": side(n)[0], "source": some(),
              "channel": some(), "region": some(), "industry": some(), "persona": some(), "owner_id": f"M{n % 3}", "score": n,
                  "opportunity_id": f"O{n}"} for n in range(50)]  # fmt: skip
    events = [{"lead_id": f"L{n}", "person_id": f"P{n}", "stage": stage, "occurred_at": day(), "reason": some()} for n in range(50) for stage in ("handed_off",
        draw.choice(("accepted", "rejected", "working")))]
    deals = [{"opportunity_id": f"O{n}", "account_id": f"A{n}", "name": f"{side(n)[1]} {some()}", "created_at": day(), "closed_at": "2026-06-01",
        "is_won": n % 3 > 0, "is_closed": n % 5 > 0, "amount": 1000 + n,
              "owner_id": f"M{n % 3}", "source": some(), "channel": some()} for n in range(40)]  # fmt: skip
    accounts = [{"account_id": f"A{n}", "name": f"{side(n)[1]} {some()}", "segment": side(n)[0], "region": some(), "industry": some(),
        "owner_id": f"M{n % 3}"} for n in range(40)]
    people = [{"person_id": f"P{n}", "account_id": f"A{n % 40}", "name": f"{side(n)[1]} {some()}", "title": some(), "persona": some()} for n in range(50)]
    touches = [{"touch_id": f"t{n}", "person_id": f"P{n % 50}", "occurred_at": day(), "side": draw.choice(("marketing", "sales")), "channel": some(),
        "campaign_id": f"C{n % 4}", "owner_id": f"M{n % 3}"} for n in range(120)]
    members = [{"member_id": f"M{n}", "team_id": f"T{n}", "name": some()} for n in range(3)]
    teams = [{"team_id": f"T{n}", "name": some(), "side": ("marketing", "sales", "sales")[n]} for n in range(3)]
    campaigns = [{"campaign_id": f"C{n}", "name": some(), "channel": some(), "owner_id": "M0"} for n in range(4)]
    spend = [{"spent_on": day()[:10], "channel": some(), "amount": 10} for _ in range(20)]
    return {"lead": leads, "lead_event": events, "opportunity": deals, "account": accounts, "person": people, "touch": touches, "member": members,
        "team": teams, "campaign": campaigns, "spend": spend}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with pytest.MonkeyPatch.context() as patch:
        built = build_company(tmp_path_factory.mktemp("hostile"), hostile_tables(), as_of="2026-06-05T09:00:00")
        patch.setenv("ACCORD_SCORECARD", str(built.settings.scorecard))
        patch.setenv("ACCORD_NOTES_URL", f"sqlite:///{built.folder}/notes.db")
        yield built


DAYS = st.sampled_from(["2026-03-02", "2026-04-01", "2026-05-04", "0001-01-01", "9999-12-31", "20260302", "2026-W10", "2026-02-30", "-1", "1e9"]) | st.dates().map(str)
ODD = st.sampled_from([OURS, "", "2026-03-02", "2026-04-01"])
VALUES = st.sampled_from([OURS, THEIRS, "(none)", "", *NAMES]) | words(12) | DAYS
OTHERS = ["period", "days", "metric", "account", "find_account", "step", "week", "words", "mqls_by", "revenue_by", "leads_by", "closed_by", "why", "lever",
    "worth", "model", "scope", "credit_by", "find", "outcome",
          "deal", "look", "lead", "moved", "of", "team", "more", "show_names", "address", "question", "scope", "shown", "__proto__", "x"]  # fmt: skip
KNOWN = {"period": ["This quarter", "All time", "Custom days", "Last year", "Custom"], "metric": [*catalogue()], "account": ["A0", "A1", "A9'", "a1"],
    "step": ["1", "2", "3", "4", "5", "6", "0", "7", "-1"],
         "week": ["2026-06-01", "2026-05-25", "2026-05-26"], "words": ["Marketing", "Sales", "Both", "both"], "look": ["1", "wins"], "moved": [*catalogue()],
             "lead": ["L0", "L1"], "deal": ["O0", "O1"]}  # fmt: skip


@st.composite
def addresses(draw: st.DrawFn) -> dict[str, list[str]]:
    """Query parameters, each with one value or several."""
    names = draw(st.lists(st.sampled_from([*DIMENSIONS, *OTHERS]), max_size=5, unique=True))
    return {name: draw(st.lists(st.sampled_from(KNOWN[name]) | VALUES if name in KNOWN else VALUES, min_size=1, max_size=2)) for name in names}


def read(addresses: list[dict[str, list[str]]]) -> None:
    """What the pages' own functions make of addresses, one after another."""
    import streamlit as st

    from app.views import bar, dialect, links, source

    st.session_state["read"] = []
    for address in addresses:
        st.query_params.from_dict(address)
        st.session_state["read"].append((links.asked_metric(), links.asked_values(), dialect.address(), bar.options(source.current(), "segment")))


EACH = 20
PERIOD = Period(date(2026, 1, 1), date(2026, 7, 1))


@runs(20, times=EACH)
@given(asked=st.lists(addresses(), min_size=EACH, max_size=EACH), scope=st.sampled_from([EVERYTHING, LEAD, MEMBER]))
def test_what_addresses_ask_for_is_possible_and_within_the_readers_part(company: Company, asked: list[dict[str, list[str]]], scope: Scope) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_scope", lambda settings: scope)
        app = AppTest.from_function(read, default_timeout=60, kwargs={"addresses": asked}).run()
    assert not app.exception
    assert len(app.session_state["read"]) == EACH
    for address, found in zip(asked, app.session_state["read"], strict=True):
        _is_possible(company, address, scope, *found)


def _is_possible(company: Company, address: dict[str, list[str]], scope: Scope, metric: str | None, values: dict[str, str], words_said: dict[str, str],
    segments: list[str]) -> None:
    assert words_said.items() <= {name: said[-1] for name, said in address.items()}.items()
    assert metric is None or metric in catalogue()
    assert values.items() <= {name: said[-1] for name, said in address.items()}.items()
    assert scope == EVERYTHING or THEIRS not in segments
    card, found = open_current(company.settings.scorecard, scope), catalogue()[metric or "lead_volume"]
    where = {name: (value,) for name, value in values.items() if name in found.dims}
    _is_within(scope, json.dumps(metrics.records(card, found.name, PERIOD, where).to_pylist(), default=str))


def _is_within(scope: Scope, text: str) -> None:
    assert scope not in (LEAD, MEMBER) or SECRET not in text and THEIRS not in text


@runs(400)
@given(
    metric=st.sampled_from([*catalogue()]), by=st.lists(st.sampled_from(DIMENSIONS[4:]), max_size=2), where=st.dictionaries(st.sampled_from(DIMENSIONS),
        st.lists(ODD | VALUES, min_size=1, max_size=2).map(tuple), max_size=1),
    scope=st.sampled_from([EVERYTHING, LEAD, MEMBER, VIEWER]), wanted=st.sampled_from(["linear", "shapley", "markov", "x"]),
)  # fmt: skip
def test_any_question_is_answered_within_the_readers_part_or_refused(company: Company, metric: str, by: list[str], where: dict[str, tuple[str, ...]],
    scope: Scope, wanted: str) -> None:
    card = open_current(company.settings.scorecard, scope)
    try:
        metrics.check_values(card, where)
        answer = metrics.ask(card, metric, PERIOD, by, where, wanted)
        rows = metrics.records(card, metric, PERIOD, where, 50).to_pylist()
    except QuestionError as refusal:
        assert str(refusal).endswith(".")
        return
    _is_within(scope, json.dumps([[dict(row) for row in answer.rows], rows], default=str))


@runs(60)
@example(page="personas", address={}, scope=EVERYTHING)  # a persona is called None
@example(page="records", address={"metric": ["lead_volume"], "week": ["2026-W10"]}, scope=LEAD)
@example(page="records", address={"metric": ["lead_volume"], "day": ["9999-12-31"]}, scope=EVERYTHING)
@given(page=st.sampled_from(PAGES), address=addresses(), scope=st.sampled_from([EVERYTHING, LEAD, MEMBER, VIEWER]))
def test_no_address_makes_a_page_fail_or_show_what_is_not_the_readers(company: Company, page: str, address: dict[str, list[str]], scope: Scope) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_scope", lambda settings: scope)
        app = AppTest.from_file(str(companies.ROOT / "streamlit_app.py"), default_timeout=60)
        for name, values in address.items():
            app.query_params[name] = values
        if page != "scorecard":
            app.switch_page(f"pages/{page}/{page}.py")
        app.run()
    assert not app.exception and not app.error, [one.value for one in (*app.exception, *app.error)]
    shown = [str(getattr(element, "proto", "")) for element in app]
    note(shown)
    assert not [text for text in shown if "could not be worked out" in text or "could not be drawn" in text]
    asked = {value for values in address.values() for value in values}
    for text in shown:
        assert SECRET not in text or scope not in (LEAD, MEMBER, VIEWER) or SECRET in str(asked)
    for element in (*app.markdown, *app.caption):
        assert not re.search(r"(?<!\\)\[x\]\(javascript|(?<!\\)<script|(?<!\\):red\[x", element.value), element.value
        assert not element.allow_html or "<script" not in element.value


# --- the server itself -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(company: Company) -> Iterator[Server]:
    own = {name: getattr(company.settings, name) for name in ("scorecard", "extracts", "maps")}
    with serving(company.folder / "server.log", **own, notes_url=f"sqlite:///{company.folder}/notes.db") as started:
        yield started


PATHS = ["/", "/healthz", "/readyz", "/metrics", "/metrics/", "//metrics", "/metrics/..", "/%6detrics", "/records", "/_stcore/health", "/_stcore/host-config",
    "/_stcore/stream", "/_stcore/upload_file/x/y", "/media/x",
         "/static/../../app/settings.py", "/app/static/..%2f..%2fapp/settings.py", "/app/static/%2e%2e/%2e%2e/.env", "/component/x/../..", "/oauth2callback",
             "/auth/login", "/auth/logout", "/static/%00", "/" + "a" * 5000, "/?" + "a=b&" * 900,
         "/healthz%0d%0aX-Y:%20z", "/_stcore/bidi-components/x/%2e%2e%2f%2e%2e%2fetc/passwd", "http://elsewhere/", "*", "", "/\udcff", "/%ff", "/%zz"]  # fmt: skip
METHODS = ["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "FOO", "", "GET GET"]
HEADERS = ["Host: localhost", "Host: elsewhere", "Host:", "X-Forwarded-For: ' or 1=1", "Content-Length: 5", "Content-Length: -1",
    "Content-Length: 99999999999999999999", "Transfer-Encoding: chunked", "Cookie: _streamlit_user=x", "Cookie: " + "a=b;" * 900,
           "Upgrade: websocket", "Connection: upgrade", "Range: bytes=0-9999999999999", "Range: bytes=x", "If-None-Match: *", "Accept-Encoding: x",
               "Expect: 100-continue", "Origin: http://evil.example", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 99", "x", ": y"]  # fmt: skip


@runs(250)
@given(method=st.sampled_from(METHODS), path=st.sampled_from(PATHS) | words(20).map(lambda text: f"/{quote(text)}"), headers=st.lists(st.sampled_from(HEADERS),
    max_size=3), body=st.binary(max_size=8))
def test_the_server_answers_any_request_without_failing(server: Server, method: str, path: str, headers: list[str], body: bytes) -> None:
    lines = [f"{method} {path} HTTP/1.1", *headers, "Connection: close", "", ""]
    status, answer = asked(server.port, "\r\n".join(lines).encode("utf-8", "surrogateescape") + body)
    assert status is None or status < 500, answer
    assert b"Traceback" not in answer and b"SettingsConfigDict" not in answer and b"root:" not in answer
    assert server.process.poll() is None


def asked(port: int, request: bytes) -> tuple[int | None, bytes]:
    """The status and all of what a server answers to these bytes; None where it hangs up or waits for more."""
    with socket.create_connection(("127.0.0.1", port), 30) as wire:
        wire.settimeout(0.5)
        found = b""
        try:
            wire.sendall(request)
            wire.shutdown(socket.SHUT_WR)
            while part := wire.recv(1 << 16):
                found += part
        except OSError:
            pass
    first = re.match(rb"HTTP/1\.\d (\d{3})", found)
    return int(first[1]) if first else None, found


def test_after_all_of_it_the_server_is_well_and_logged_no_fault(server: Server) -> None:
    assert server.get("/healthz").text == "ok\n" and server.get("/readyz").text == "ready\n"
    assert [line for line in server.lines() if line["level"] == "error"] == []
