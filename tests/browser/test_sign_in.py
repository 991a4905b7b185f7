"""Sign-in at a real OpenID provider, in a real browser: own part, no other's, good tokens, no bad ones."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe import grave_findings
from conftest import COOKIE_SECRET, ask_in, go_to, provider, readers, wait_until_settled
from itsdangerous import URLSafeTimedSerializer
from oidc_provider import SECRET, SPOILED
from playwright.sync_api import Browser, Page, expect
from servers import free_port, serving

from app.serving import Scorecard

USER_COOKIE = "_streamlit_user"
RULES = """who,role,dimension,value
cro@example.com,cro,,
enterprise@example.com,lead,segment,Enterprise
emea@example.com,lead,sales_team,EMEA sales
viewer@example.com,viewer,,
"""
SIGN_IN = "Sign in to see the scorecard"
RECORDS = "/records?metric=lead_volume&period=Last+quarter"
Visit = Callable[..., Page]


@dataclass(frozen=True)
class Guarded:
    """A site with sign-in, its log, and its rules."""

    address: str
    log: Path
    rules: Path


@pytest.fixture(scope="module")
def guarded(chromium_path: str, sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """`accord serve` over the sample company with sign-in, and its provider; both are processes of their own."""
    folder = tmp_path_factory.mktemp("guarded")
    rules, log, secret = folder / "access.csv", folder / "server.log", folder / "secret"
    rules.write_text(RULES)
    secret.write_text(SECRET)
    secret.chmod(0o600)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    own = {"scorecard": sample_folder / "build", "sample": sample_folder, "access": rules, "notes_url": f"sqlite:///{folder}/notes.db"}
    with provider(folder, address) as asked, serving(log, port, **own, **asked, oidc_client_secret_file=secret):
        yield Guarded(address, log, rules)


@pytest.fixture(scope="module")
def window(browser: Browser, guarded: Guarded) -> Iterator[Page]:
    """The one page that all tests of this file are read on."""
    with readers(browser, guarded.address) as open_one:
        yield open_one()


@pytest.fixture
def visit(window: Page, guarded: Guarded) -> Visit:
    """visit(path): a page of the site as one sees it who was never there."""
    return lambda path="/": go(forget(window, guarded), guarded, path)


@pytest.fixture(scope="module")
def signed_in(window: Page, guarded: Guarded) -> Visit:
    """signed_in(who, path): a page of the site as one sees it who has signed in; he does so once for all tests."""
    known: dict[str, list] = {}

    def one(who: str, path: str = "/") -> Page:
        page = forget(window, guarded)
        if who not in known:
            known[who] = sign_in(go(page, guarded, "/"), who).context.cookies()
        page.context.add_cookies(known[who])
        return go(page, guarded, path)

    return one


def forget(page: Page, guarded: Guarded) -> Page:
    """Nothing stays of who was here before."""
    page.goto(f"{guarded.address}/healthz")
    page.evaluate("() => { sessionStorage.clear(); localStorage.clear() }")
    page.context.clear_cookies()
    return page


def sign_in(page: Page, who: str) -> Page:
    """Through the provider's own form, and back."""
    ask_in(page, who)
    page.wait_for_url(re.compile(r"^http://127\.0\.0\.1:\d+/$"))
    wait_until_settled(page)
    return page


def go(page: Page, guarded: Guarded, path: str) -> Page:
    return go_to(page, guarded.address + path)


def saved(page: Page) -> list[dict[str, str]]:
    """The records page's CSV."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV", exact=True).click()
    return list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize("path", ["/", RECORDS, "/meeting", "/account?find_account=a", "/data", "/definitions"])
def test_a_stranger_reads_nothing(visit: Visit, path: str) -> None:
    page = visit(path)
    expect(page.get_by_text(SIGN_IN)).to_be_visible()
    assert page.get_by_test_id("stMarkdown").count() <= 2
    assert page.get_by_test_id("stTopNavLink").count() == 0


def test_the_page_to_sign_in_at_is_for_everybody(visit: Visit) -> None:
    """axe-core finds nothing grave on it, and it is left by keyboard."""
    page = visit()
    assert grave_findings(page) == []
    page.keyboard.press("Tab")
    while not page.get_by_role("button", name="Sign in").evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=sub]")).to_be_visible()


def test_who_came_by_a_link_lands_on_it(visit: Visit) -> None:
    page = sign_in(visit(RECORDS), "enterprise@example.com")
    page.wait_for_url(f"**{RECORDS}*")
    wait_until_settled(page)
    expect(page.get_by_role("heading", name="Lead volume")).to_be_visible()
    page.reload()
    wait_until_settled(page)
    page.get_by_role("link", name="Sales").first.click()
    page.wait_for_url("**/sales*")
    assert "/records" not in page.url, "it is followed once"


def test_a_lead_sees_his_part_and_no_other(signed_in: Visit, guarded: Guarded, sample_card: Scorecard) -> None:
    page = signed_in("enterprise@example.com")
    expect(page.get_by_text("Enno Prise · lead: Enterprise")).to_be_visible()
    rows = saved(go(page, guarded, RECORDS))
    mine = sample_card.query(
        "select count(*) as n from handoff where segment = 'Enterprise' and handed_on >= date '2026-07-01' and handed_on < date '2026-10-01'", {}
    ).to_pylist()[0]["n"]
    assert len(rows) == mine > 0
    assert {row["Segment"] for row in rows} == {"Enterprise"}
    # A hand-made address asks for another segment, a link of a colleague for an account of it.
    go(page, guarded, f"{RECORDS}&segment=SMB")
    expect(page.get_by_text("which this scorecard does not have: left out")).to_be_visible()
    assert {row["Segment"] for row in saved(page)} == {"Enterprise"}
    stranger = sample_card.query("select account_id, name from account where segment = 'SMB' order by 1 limit 1", {}).to_pylist()[0]
    go(page, guarded, f"/account?account={stranger['account_id']}")
    expect(page.get_by_text("There is no account")).to_be_visible()
    assert page.get_by_text(stranger["name"]).count() == 0
    go(page, guarded, f"/account?find_account={stranger['account_id']}")
    expect(page.get_by_text("No account's name contains")).to_be_visible()


def test_one_reader_never_gets_anothers_remembered_answer(signed_in: Visit) -> None:
    """Both ask the very same page, one after the other and back."""
    asked = [("enterprise@example.com", "Segment"), ("emea@example.com", "Sales team")] * 2
    assert [{row[column] for row in saved(signed_in(who, RECORDS))} for who, column in asked] == [{"Enterprise"}, {"EMEA sales"}] * 2


def test_a_viewer_reads_numbers(signed_in: Visit, guarded: Guarded) -> None:
    page = signed_in("viewer@example.com")
    expect(page.get_by_text("Vi Ewer · viewer: the whole company")).to_be_visible()
    for path in (RECORDS, "/meeting", "/account"):
        go(page, guarded, path)
        expect(page.get_by_text("which your role (viewer) does not show").first).to_be_visible()
        assert page.get_by_role("button", name="Save as CSV").count() == 0


def test_nobody_comes_in_whom_the_rules_do_not_know(visit: Visit) -> None:
    page = sign_in(visit(), "eve@evil.example")
    expect(page.get_by_text(re.compile("You are signed in as eve.?@evil.example, and nobody has said what you may see"))).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_an_address_that_nobody_checked_is_none(visit: Visit) -> None:
    expect(sign_in(visit(), "unchecked@example.com").get_by_text("nobody has said what you may see")).to_be_visible()


BY_US = {"for_another_through_us": "was meant for another site", "old": "You signed in more than 12 hours ago"}


@pytest.mark.parametrize("how", [*SPOILED, "silent"])
def test_a_bad_token_lets_nobody_in(visit: Visit, how: str) -> None:
    page = sign_in(visit(), how)
    expect(page.get_by_text(BY_US.get(how, SIGN_IN))).to_be_visible()
    assert page.get_by_test_id("stTopNavLink").count() == 0
    if how not in BY_US:
        assert USER_COOKIE not in {cookie["name"] for cookie in page.context.cookies()}


def test_who_signs_out_is_out(visit: Visit, guarded: Guarded) -> None:
    page = sign_in(visit(), "cro@example.com")
    expect(page.get_by_text("Cora Oldham · sees everything")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("end_session"))
    expect(go(page, guarded, RECORDS).get_by_text(SIGN_IN)).to_be_visible()


def test_a_forged_cookie_is_none(signed_in: Visit, guarded: Guarded) -> None:
    page = signed_in("enterprise@example.com")
    good = next(cookie for cookie in page.context.cookies() if cookie["name"] == USER_COOKIE)
    said = URLSafeTimedSerializer(COOKIE_SECRET, salt=USER_COOKIE).loads(good["value"])
    other = said.replace("enterprise@example.com", "cro@example.com")
    for value in (
        URLSafeTimedSerializer("x" * 40, salt=USER_COOKIE).dumps(other),
        URLSafeTimedSerializer(COOKIE_SECRET, salt="another").dumps(other),
        good["value"][:-3] + "AAA",
    ):
        page.context.add_cookies([good | {"value": value}])
        expect(go(page, guarded, RECORDS).get_by_text(SIGN_IN)).to_be_visible()


def test_a_session_of_another_site_is_none(signed_in: Visit, guarded: Guarded) -> None:
    """A cookie that another site with the same secret has signed names that site."""
    page = signed_in("enterprise@example.com")
    good = next(cookie for cookie in page.context.cookies() if cookie["name"] == USER_COOKIE)
    signer = URLSafeTimedSerializer(COOKIE_SECRET, salt=USER_COOKIE)
    page.context.add_cookies([good | {"value": signer.dumps(signer.loads(good["value"]).replace(guarded.address, "https://other.example.com"))}])
    expect(go(page, guarded, RECORDS).get_by_text(SIGN_IN)).to_be_visible()


def test_an_open_page_closes_when_its_session_is_over(signed_in: Visit, guarded: Guarded) -> None:
    page = signed_in("enterprise@example.com")
    good = next(cookie for cookie in page.context.cookies() if cookie["name"] == USER_COOKIE)
    signer = URLSafeTimedSerializer(COOKIE_SECRET, salt=USER_COOKIE)
    ends_in_s = 8
    earlier = int(time.time()) - 12 * 3600 + ends_in_s
    old, changed = re.subn(r'("iat": ?)\d+', rf"\g<1>{earlier}", signer.loads(good["value"]))
    assert changed == 1
    page.context.add_cookies([good | {"value": signer.dumps(old)}])
    expect(go(page, guarded, RECORDS).get_by_role("button", name="Save as CSV", exact=True)).to_be_visible()
    expect(page.get_by_text("You signed in more than 12 hours ago")).to_be_visible()
    assert page.get_by_role("button", name="Save as CSV").count() == 0


def test_who_has_gone_on_by_himself_is_not_sent_to_where_he_once_wanted_to_go(signed_in: Visit, guarded: Guarded) -> None:
    page = signed_in("enterprise@example.com")
    page.evaluate("sessionStorage.setItem('accord_wanted', '/marketing')")
    go(page, guarded, "/sales")
    expect(page.get_by_role("heading", name="Sales", exact=True)).to_be_visible()
    page.wait_for_function("sessionStorage.getItem('accord_wanted') === null")
    assert page.url.startswith(f"{guarded.address}/sales")


def test_who_loses_his_role_loses_the_open_page(signed_in: Visit, guarded: Guarded) -> None:
    page = signed_in("emea@example.com", RECORDS)
    try:
        guarded.rules.write_text(RULES.replace("emea@example.com,lead,sales_team,EMEA sales\n", ""))
        expect(page.get_by_text("nobody has said what you may see")).to_be_visible(timeout=10_000)
        assert page.get_by_role("button", name="Save as CSV").count() == 0
        guarded.rules.write_text(RULES + "somebody,lead,,\n")
        expect(go(page, guarded, RECORDS).get_by_text("Nobody can tell at the moment who may see what")).to_be_visible()
    finally:
        guarded.rules.write_text(RULES)


def test_who_writes_is_who_has_signed_in(signed_in: Visit) -> None:
    page = signed_in("cro@example.com", "/meeting?step=5")
    page.get_by_role("button", name="Who are you?").click()
    assert page.get_by_label("Your name").count() == 0
    page.get_by_role("radio", name="Sales").click()
    expect(page.get_by_role("button", name="Cora Oldham, sales")).to_be_visible()


def test_secrets_stand_in_no_address_and_no_log(visit: Visit, guarded: Guarded) -> None:
    asked: list[str] = []
    page = visit()
    page.context.on("request", lambda request: asked.append(request.url + str(request.headers)))
    sign_in(page, "cro@example.com")
    for secret in (SECRET, COOKIE_SECRET):
        assert [url for url in asked if secret in url or secret.replace(" ", "+") in url or secret.replace(" ", "%20") in url] == []
        assert secret not in guarded.log.read_text(errors="replace")
    assert "cro@example.com" not in guarded.log.read_text(errors="replace")
