"""The site as a person uses it, in a real Chromium: opening, filtering, following, going back, saving, and being rebuilt."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import companies
from conftest import readers, wait_until_settled
from playwright.sync_api import Browser, Locator, Page, expect
from servers import serving

from app.sample import make_company

OpenPage = Callable[..., Page]

# The first deep link comes first: a page of a server that nobody has opened before.
PATHS = {
    "/records?metric=acceptance_rate": "Records",
    "/": "Scorecard",
    "/marketing": "Marketing",
    "/sales": "Sales",
    "/account": "Accounts",
    "/definitions": "Definitions",
    "/data": "Data",
}
PHONE = {"width": 390, "height": 844}
NEW_NUMBERS_WITHIN_MS = 30_000


def test_an_open_page_asks_whether_it_is_old_and_is_not_run_for_it(page: Page) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    wait_until_settled(page)

    def ask() -> None:
        page.wait_for_event("response", lambda answer: answer.url.endswith("/newest"))

    ask()
    drawn = len(sent)
    assert drawn
    ask()
    ask()
    assert len(sent) == drawn


def test_every_page_opens_by_its_address_and_logs_no_error(open_page: OpenPage) -> None:
    """The first of them is the first visit of a new server, which must not call the page unknown."""
    page = open_page("/records?metric=acceptance_rate")
    expect(heading(page, "Records")).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"{page.url}: {message.text}") if is_fault(message) else None)
    for path, title in PATHS.items():
        visit(page, path)
        expect(heading(page, title)).to_be_visible()
        expect(page).to_have_title(f"{title} · Accord")
        expect(page.get_by_text("Page not found")).to_have_count(0)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
        expect(page.get_by_text("could not be")).to_have_count(0)
    assert not faults, "\n".join(faults)


def test_a_filter_goes_into_the_address_and_stays_until_it_is_reset(page: Page) -> None:
    whole = value_of(tile(page, "Lead volume"))
    choose(page, "Segment", "SMB")
    expect_query(page, {"segment": ["SMB"]})
    expect(tile(page, "Lead volume").locator(".value")).not_to_have_text(whole)
    part = value_of(tile(page, "Lead volume"))
    assert 0 < number(part) < number(whole)

    page.get_by_test_id("stTopNavLink").filter(has_text="Marketing").click()
    expect(heading(page, "Marketing")).to_be_visible()
    wait_until_settled(page)
    expect_query(page, {"segment": ["SMB"]})
    expect(tile(page, "Lead volume").locator(".value")).to_have_text(part)

    page.get_by_role("button", name="Reset").click()
    expect_query(page, {})
    expect(tile(page, "Lead volume").locator(".value")).to_have_text(whole)
    expect(page.get_by_role("button", name="Reset")).to_have_count(0)


def test_a_tile_leads_to_its_records_and_back_leads_to_the_scorecard(open_page: OpenPage) -> None:
    page = open_page("/?segment=SMB")
    shown = value_of(tile(page, "Acceptance rate"))
    tile(page, "Acceptance rate").locator("a.open").click()
    expect(heading(page, "Records")).to_be_visible()
    expect(page.get_by_role("heading", name="Acceptance rate")).to_be_visible()
    wait_until_settled(page)
    expect_query(page, {"metric": ["acceptance_rate"], "segment": ["SMB"]})
    figure = page.get_by_role("heading", name=re.compile(r"^[\d.]+\s%$"))
    expect(figure).to_be_visible()
    assert round(number(shown)) == round(number(figure.inner_text()))
    expect(page.get_by_text("segment: SMB")).to_be_visible()
    expect(page.get_by_role("region", name="Records behind Acceptance rate")).to_be_visible()
    assert count_of(page) > 0

    page.go_back()
    expect(heading(page, "Scorecard")).to_be_visible()
    expect(tile(page, "Acceptance rate").locator(".value")).to_have_text(shown)
    expect_query(page, {"segment": ["SMB"]})


def test_the_i_of_a_tile_leads_to_its_definition(page: Page) -> None:
    tile(page, "Acceptance rate").locator("a.define").click()
    expect(heading(page, "Definitions")).to_be_visible()
    first = page.get_by_role("heading", level=3).first
    expect(first).to_contain_text("Acceptance rate")
    expect(first).to_be_in_viewport()
    expect_query(page, {"metric": ["acceptance_rate"]})


def test_the_saved_csv_has_every_record_that_the_page_counts(open_page: OpenPage) -> None:
    page = open_page("/records?metric=acceptance_rate")
    count = count_of(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV", exact=True).click()
    assert download.value.suggested_filename == "accord-acceptance_rate.csv"
    saved = Path(download.value.path()).read_text(encoding="utf-8-sig")
    head, *rows = csv.reader(io.StringIO(saved, newline=""))
    assert len(rows) == count > 200  # more than the page shows at a time
    assert "Outcome" in head
    assert {len(row) for row in rows} == {len(head)}


def test_a_bar_leads_to_the_records_it_counts(open_page: OpenPage) -> None:
    page = open_page("/marketing?segment=SMB")
    chart = page.get_by_label("Leads and acceptance by channel", exact=True)
    name = chart.get_by_text("Webinars", exact=True)
    expect(name).to_be_visible()
    name.scroll_into_view_if_needed()
    where, whole = name.bounding_box(), chart.bounding_box()
    page.mouse.click(where["x"] + where["width"] + 30, where["y"] + where["height"] / 2)
    assert whole["x"] < where["x"]
    expect(heading(page, "Records")).to_be_visible()
    wait_until_settled(page)
    expect_query(page, {"metric": ["lead_volume"], "channel": ["Webinars"], "segment": ["SMB"]})
    expect(page.get_by_text("channel: Webinars")).to_be_visible()
    figure = page.get_by_role("heading", name=re.compile(r"^[\d,]+$"))
    expect(figure).to_be_visible()
    assert number(figure.inner_text()) == count_of(page) > 0


def test_a_line_over_years_says_which_year(open_page: OpenPage) -> None:
    for period, said in (("All+time", re.compile(r"^[A-Z][a-z]{2} 2025$")), ("This+quarter", re.compile(r"^\d+ Oct$"))):
        card = open_page(f"/marketing?period={period}").locator("article.card").filter(has_text="Leads on pace?")
        expect(card.locator("svg text").filter(has_text=said).first).to_be_visible()


def test_no_page_scrolls_sideways_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/", **PHONE)
    for path, title in PATHS.items():
        visit(page, path)
        expect(heading(page, title)).to_be_visible()
        wait_until_drawn(page)
        room = page.evaluate(
            """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
                .map(one => one.scrollWidth - one.clientWidth)"""
        )
        assert max(room) <= 0, path


def test_a_table_of_few_columns_keeps_inside_a_phone(open_page: OpenPage) -> None:
    """Its texts wrap, those of rows that are not made yet too."""
    page = open_page("/sales", **PHONE)
    table = page.get_by_role("region", name="Accepted leads never worked")
    wait_until_drawn(page)
    table.scroll_into_view_if_needed()
    assert int(table.locator("table").get_attribute("aria-rowcount")) > table.locator("tr").count()
    assert table.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    table.hover()
    expect(table.locator("tr")).to_have_count(int(table.locator("table").get_attribute("aria-rowcount")))
    assert table.evaluate("one => one.scrollWidth - one.clientWidth") == 0


def test_the_scorecard_fits_its_screens(open_page: OpenPage) -> None:
    large = open_page("/", width=1920, height=1080)
    expect(large.locator("article.tile")).to_have_count(15)
    wait_until_drawn(large)
    expect(large.locator("figure.chart")).to_have_count(4)
    large.wait_for_function(
        """() => { const main = document.querySelector('[data-testid="stMain"]'); return main.scrollHeight <= main.clientHeight }"""
    )
    expect(large.locator("figure.chart").last).to_be_in_viewport(ratio=1)

    small = open_page("/", width=1280, height=720)
    for name in ("Lead volume", "Acceptance rate", "Revenue influence"):
        expect(tile(small, name)).to_be_in_viewport(ratio=1)


def test_dark_colours_are_dark_and_light_ones_light(open_page: OpenPage) -> None:
    assert brightness(open_page("/", colour_scheme="dark")) < 60
    assert brightness(open_page("/", colour_scheme="light")) > 200


def test_an_open_page_moves_to_a_new_build_by_itself(browser: Browser, tmp_path: Path) -> None:
    """A site of its own, as the others are looking at the shared one. Nothing is clicked after the page is open."""
    make_company(tmp_path, leads=400)
    own = {name: getattr(companies.build_folder(tmp_path).settings, name) for name in ("extracts", "maps", "scorecard")}
    before = (own["scorecard"] / "CURRENT").read_text()
    with serving(tmp_path / "server.log", **own) as server, readers(browser, f"http://127.0.0.1:{server.port}") as open_one:
        page = open_one("/data?segment=SMB")
        expect(heading(page, "Data")).to_be_visible()
        built = companies.run_accord("build", **own)
        assert built.returncode == 0, built.stderr
        assert (own["scorecard"] / "CURRENT").read_text() != before
        expect(page.get_by_text("Newer numbers are in")).to_be_visible(timeout=NEW_NUMBERS_WITHIN_MS)
        expect(heading(page, "Data")).to_be_visible()
        expect_query(page, {"segment": ["SMB"]})


def is_fault(message: object) -> bool:
    """Errors of the console; Streamlit's own search for its server beside a deep link's address is not one."""
    return message.type == "error" and "/_stcore/" not in message.location.get("url", "")


def visit(page: Page, path: str) -> None:
    """Opens another address of the same site, as a new visit."""
    parts = urlsplit(page.url)
    page.goto(f"{parts.scheme}://{parts.netloc}{path}")
    wait_until_settled(page)


def wait_until_drawn(page: Page) -> None:
    """Wait until no part of the page is a grey stand-in."""
    wait_until_settled(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def heading(page: Page, title: str) -> Locator:
    """A page's own heading."""
    return page.get_by_role("heading", name=title, exact=True, level=2)


def tile(page: Page, title: str) -> Locator:
    """A number tile by its name."""
    return page.locator("article.tile").filter(has=page.locator("a.open", has_text=re.compile(f"^{title}$")))


def value_of(shown: Locator) -> str:
    """A tile's figure."""
    expect(shown.locator(".value")).to_be_visible()
    return shown.locator(".value").inner_text()


def number(text: str) -> float:
    """The number in a figure."""
    return float(re.search(r"[\d,.]+", text)[0].replace(",", ""))


def count_of(page: Page) -> int:
    """How many records the page says it has."""
    text = page.locator("strong").filter(has_text=re.compile(r"^[\d,]+ leads?$"))
    expect(text).to_be_visible()
    return int(number(text.inner_text()))


def choose(page: Page, label: str, value: str) -> None:
    """Chooses one value of a filter by its widget."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=value, exact=True).click()
    page.keyboard.press("Escape")


def query(url: str) -> dict[str, list[str]]:
    """What an address asks for."""
    return parse_qs(urlsplit(url).query)


def expect_query(page: Page, wanted: dict[str, list[str]]) -> None:
    """The address asks for this and nothing else, at the latest when the page has settled."""
    page.wait_for_url(lambda url: query(url) == wanted)


def brightness(page: Page) -> float:
    """Mean of the background's red, green and blue, 0 to 255."""
    colour = page.get_by_test_id("stApp").evaluate("one => getComputedStyle(one).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 3
