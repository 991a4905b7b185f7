"""The weekly meeting as two teams hold it: one screen for each step, keys, hidden names, two who write at once, and a server that dies."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from conftest import go_to, readers, wait_until_settled
from playwright.sync_api import Browser, Locator, Page, expect
from servers import free_port, serving

from app.filters import Period
from app.meeting import last_week
from app.metrics import Scorecard, records

OpenPage = Callable[..., Page]
STEPS = ("Scorecard", "Last week's leads", "Wins together", "Not as planned", "From the field", "Decisions")
SEEN_BY_OTHERS_WITHIN_MS = 3_000
HOSTILE = '<img src=x onerror=alert(1)> <script>alert(2)</script> [look](javascript:alert(3)) =cmd|x \u202eright to left'


def test_each_step_is_one_screen_and_the_arrow_keys_turn_them(open_page: OpenPage) -> None:
    page = open_page("/meeting")
    expect(page.get_by_role("heading", name="Week of 9 – 15 Nov 2026")).to_be_visible()
    for number, name in enumerate(STEPS, 1):
        expect(page.locator(".step[aria-current]")).to_have_text(f"{number}{name}")
        expect(page.locator("article.card").first).to_be_visible()
        wait_until_settled(page)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        page.wait_for_function("() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollHeight <= main.clientHeight }")
        assert page.get_by_text("could not be").count() == 0, name
        page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: step_of(url) == "6")  # there is nothing after the last step
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(lambda url: step_of(url) == "5")
    heard = page.get_by_label("What did you hear?")  # named, as the field of the step before is there until this one is drawn
    heard.click()
    heard.press_sequentially("ab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("c")
    expect(heard).to_have_value("acb")  # the key moved in the text
    assert step_of(page.url) == "5"
    page.get_by_label("Back: arrow key left").click()
    page.wait_for_url(lambda url: step_of(url) == "4")
    page.get_by_label("Week before").click()
    expect(page.get_by_role("heading", name="Week of 2 – 8 Nov 2026")).to_be_visible()


def test_names_of_leads_are_hidden_until_they_are_switched_on(open_page: OpenPage, sample_card: Scorecard) -> None:
    week = last_week(sample_card)
    rows = records(sample_card, "lead_volume", Period(week, week + timedelta(days=7))).to_pylist()
    staff = {row["owner"] for row in rows}
    names = {row["name"] for row in rows if row["name"]} - staff
    assert len(names) > 50
    page = open_page("/meeting?step=2")
    for step in range(1, 7):
        page.locator(".step").nth(step - 1).click()
        page.wait_for_url(lambda url, step=step: step_of(url) == str(step))
        wait_until_settled(page)
        shown = said(page)
        assert not [name for name in names if name in shown], step
    page.locator(".step").nth(1).click()
    expect(page.locator(".step[aria-current]")).to_contain_text(STEPS[1])
    page.get_by_text("Show names").click()
    expect(page.locator("article.card").get_by_text(sorted(names)[0])).to_be_visible()
    assert "names" not in page.url


def test_two_who_write_at_once_lose_nothing_and_see_each_other(open_page: OpenPage) -> None:
    """One of them is typing while the other's line comes in: neither the text nor the focus may go."""
    ada, bo = open_as(open_page, "Ada", "marketing", "/meeting?step=5"), open_as(open_page, "Bo", "sales", "/meeting?step=5")
    alarms: list[str] = []
    ada.on("dialog", lambda dialog: alarms.append(dialog.message))
    words(ada).click()
    words(ada).press_sequentially("They ask for")
    words(bo).fill(HOSTILE)
    keep(bo)
    expect(bo.get_by_text("Kept", exact=True)).to_be_visible()
    line = ada.locator("article.card .words", has_text="onerror")
    expect(line).to_be_visible(timeout=SEEN_BY_OTHERS_WITHIN_MS)
    expect(line).to_have_text(HOSTILE)
    expect(words(ada)).to_have_value("They ask for")
    expect(words(ada)).to_be_focused()
    ada.keyboard.type(" proof")
    assert ada.locator("article.card :is(script, img)").count() == 0
    assert ada.locator('a[href^="javascript:"]').count() == 0
    assert not alarms

    words(bo).fill("Budget comes in spring")
    for page in (ada, bo):  # neither waits for the other
        page.get_by_role("button", name="Keep").dispatch_event("click")
    for page in (ada, bo):
        for text in ("They ask for proof", "Budget comes in spring"):
            expect(page.locator("article.card .words", has_text=text)).to_be_visible()
        expect(words(page)).to_have_value("")


def test_who_was_overtaken_keeps_his_text_and_sees_the_others(open_page: OpenPage) -> None:
    ada = open_as(open_page, "Ada", "marketing", "/meeting?step=6")
    words(ada).fill("Call every webinar lead")
    ada.get_by_role("textbox", name="Owner").fill("Ada")
    keep(ada)
    line = ada.locator(".line", has_text="Call every webinar lead")
    expect(line).to_be_visible()
    bo = open_as(open_page, "Bo", "sales", "/meeting?step=6")
    for page, text in ((ada, "Call them within a day"), (bo, "Call them within four hours")):
        page.locator(".line", has_text="Call every webinar lead").get_by_role("button", name="Edit").click()
        expect(words(page)).to_have_value("Call every webinar lead")
        words(page).fill(text)
    keep(bo)
    expect(ada.locator(".line", has_text="within four hours")).to_be_visible()
    keep(ada)
    expect(ada.get_by_text("Meanwhile Bo wrote: Call them within four hours")).to_be_visible()
    expect(words(ada)).to_have_value("Call them within a day")
    keep(ada)
    for page in (ada, bo):
        expect(page.locator(".line", has_text="within a day")).to_be_visible()
    ada.locator(".line", has_text="within a day").get_by_role("button", name="Done").click()
    expect(bo.locator(".line.struck", has_text="within a day")).to_be_visible()


def test_the_digest_is_taken_away(open_page: OpenPage) -> None:
    page = open_page("/meeting?step=6")
    page.get_by_role("button", name="Take away").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Web page").click()
    assert download.value.suggested_filename == "accord-week-2026-11-09.html"
    assert Path(download.value.path()).read_text().lstrip().lower().startswith("<!doctype html")


def test_a_server_killed_after_kept_has_lost_nothing(browser: Browser, sample_folder: Path, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    own = {"scorecard": sample_folder / "build", "notes_url": f"sqlite:///{tmp_path}/notes.db"}
    with readers(browser, address) as open_one:
        with serving(tmp_path / "server.log", port, **own) as server:
            page = open_one("/meeting?step=5")
            page.get_by_role("button", name="Who are you?").click()
            page.get_by_role("textbox", name="Your name").fill("Ada")
            page.get_by_role("textbox", name="Your name").press("Enter")
            page.get_by_role("radio", name="Marketing").click()
            expect(page.get_by_role("button", name="Ada, marketing")).to_be_visible()
            page.keyboard.press("Escape")
            words(page).fill("Nobody reads the second page")
            keep(page)
            expect(page.get_by_text("Kept", exact=True)).to_be_visible()
            server.process.kill()
        with serving(tmp_path / "another.log", port, **own):
            go_to(page, f"{address}/meeting?step=5")
            expect(page.locator("article.card .words", has_text="Nobody reads the second page")).to_be_visible()
            expect(page.get_by_role("button", name="Ada, marketing")).to_be_visible()


def open_as(open_page: OpenPage, name: str, side: str, path: str) -> Page:
    """A browser that remembers who sits there."""
    page = open_page("/data")
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    page.context.add_cookies([{"name": "accord_author", "value": quote(json.dumps([name, side])), "url": origin}])
    page.goto(origin + path)
    expect(page.get_by_role("button", name=f"{name}, {side}")).to_be_visible()
    wait_until_settled(page)
    return page


def words(page: Page) -> Locator:
    """The field for what somebody has to say."""
    return page.locator("textarea").first


def keep(page: Page) -> None:
    """Presses the form's button."""
    page.get_by_role("button", name="Keep").click()


def said(page: Page) -> str:
    """All text of the boards and of the page around them."""
    return "\n".join([page.locator("body").inner_text(), *page.locator("article.card").all_inner_texts()])


def step_of(url: str) -> str:
    """The step that an address names."""
    return parse_qs(urlsplit(url).query).get("step", [""])[0]
