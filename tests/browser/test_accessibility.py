"""The site for everybody: nothing grave for axe-core on any page, all of it by keyboard alone, charts in words, and cards to take away."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe import STREAMLITS_OWN, grave_findings
from conftest import wait_until_settled
from playwright.sync_api import Page, expect

from app.metrics import Scorecard, ask, data_report, presets
from app.settings import ROOT

OpenPage = Callable[..., Page]
PAGES = (
    "/", "/?dialect=Sales", "/marketing", "/sales", "/personas", "/account?find_account=a", "ACCOUNT", "/records?metric=acceptance_rate&period=This+week",
    "/definitions?find=accept", "/data", *(f"/meeting?step={step}" for step in range(1, 7)),
)  # fmt: skip
MOST_STOPS = 140
# The element that has the focus, also where it lies inside one of our own, as the name that is read out, and how it is to be known by.
FOCUSED = """() => {
  let at = document.activeElement
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement
  if (!at || at === document.body) return null
  const copy = at.cloneNode(true)
  copy.querySelectorAll('[aria-hidden="true"], [data-testid="stIconMaterial"]').forEach(one => one.remove())
  const name = at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.placeholder || (at.matches("section, div") ? "" : copy.textContent)
  const isRinged = one => {
    const looks = getComputedStyle(one)
    return (looks.outlineStyle !== "none" && looks.outlineWidth !== "0px") || looks.boxShadow !== "none"
  }
  const box = at.getBoundingClientRect()
  return { name: name.trim().replace(/\\s+/g, " "), is_shown: isRinged(at) || at.matches("a.row:focus-visible"), box: [box.x, box.y, box.width, box.height] }
}"""
BLUR = """() => {
  let at = document.activeElement
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement
  at.blur()
}"""


def test_axe_finds_nothing_grave_on_any_page_in_light_and_dark_on_a_screen_and_on_a_phone(open_page: OpenPage, sample_card: Scorecard) -> None:
    """And every chart is a picture that says its numbers."""
    page, faults, silent, charts = open_page("/"), [], [], 0
    for path in PAGES:
        go(page, path if path != "ACCOUNT" else f"/account?account={largest_account(sample_card)}")
        faults += [f"{path}: {one}" for one in grave_findings(page)]
        pictures = page.locator("figure.chart svg [role=img]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
        charts += len(pictures)
        silent += [f"{path}: {said}" for said in pictures if not re.search(r"\d", said or "") or not said.endswith((".", "?", "!"))]
        assert page.get_by_text("could not be").count() == 0, path
    assert not faults, "\n".join(faults)
    assert not silent and charts > 30
    rows = data_report(sample_card)["tables"].num_rows
    go(page, "/data")
    expect(page.get_by_role("region", name="Rows of each table").locator("tbody tr")).to_have_count(rows)


def test_what_is_streamlits_own_is_told_in_the_documentation() -> None:
    said = (ROOT / "docs" / "accessibility.md").read_text()
    assert all(rule in said and element in said for rule, element in STREAMLITS_OWN)


def test_tab_goes_through_the_scorecard_in_order_and_is_seen_everywhere(open_page: OpenPage) -> None:
    page = open_page("/")
    stops = walk(page)
    names = [stop["name"] for stop in stops]
    wanted = [
        "Skip to main content", "Scorecard", "Meeting", "Data", "Segment", "Lead volume:", "What Lead volume means", "Acceptance rate:", "Inquiries:",
        "What From inquiry to won means", "Show data: From inquiry to won", "Fullscreen: From inquiry to won", "Inquiries: ", "What Waiting for sales now means",
    ]  # fmt: skip
    places = [-1]
    for name in wanted:
        places.append(next((place for place, one in enumerate(names) if place > places[-1] and one.startswith(name.strip())), None))
        assert places[-1] is not None, f"{name} does not come after {names[places[-2]]} in {names}"
    assert [stop["name"] for stop in stops if not stop["is_shown"]] == []
    assert not [stop for stop, after in zip(stops, stops[1:], strict=False) if stop["name"] and (stop["name"], stop["box"]) == (after["name"], after["box"])]


def test_the_first_stop_leads_past_the_navigation(page: Page) -> None:
    expect(page.get_by_test_id("stTopNavLink").filter(has_text="Data")).to_be_visible()  # the navigation has found its width
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Skip to main content"
    page.keyboard.press("Enter")
    page.wait_for_function("""() => document.activeElement.closest('[data-testid="stMain"]')""")
    page.keyboard.press("Tab")
    page.wait_for_function(f"names => names.includes(({FOCUSED})()?.name)", arg=["Period", "Segment", "Region", "Channel", "More"])


def test_a_filter_is_changed_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/")
    tab_to(page, "Segment")
    page.keyboard.type("SMB")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: asked(url) == {"segment": ["SMB"]})
    tab_to(page, "Reset")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: asked(url) == {})


def test_a_number_leads_to_its_definition_its_query_and_its_records_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/")
    tab_to(page, "What Acceptance rate means")
    page.keyboard.press("Enter")
    page.wait_for_url("**/definitions?**")
    expect(page.get_by_role("heading", level=3).first).to_contain_text("Acceptance rate")
    wait_until_settled(page)
    query = page.locator("details").first
    expect(query).to_have_attribute("open", "")
    tab_to(page, "The query that computes it")
    page.keyboard.press("Enter")
    expect(query).not_to_have_attribute("open", "")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED)["name"] == "Records"
    page.keyboard.press("Enter")
    page.wait_for_url("**/records?**metric=acceptance_rate**")
    wait_until_settled(page)

    # A chart is one stop; the arrows go from row to row, and say each.
    first = tab_to(page, lambda name: name.startswith("Week of"))["name"]
    page.keyboard.press("ArrowRight")
    second = page.evaluate(FOCUSED)["name"]
    assert second.startswith("Week of") and second != first
    expect(page.locator(".hint:popover-open")).to_have_text(second)
    page.keyboard.press("Escape")
    expect(page.locator(".hint:popover-open")).to_have_count(0)
    page.keyboard.press("Home")
    assert page.evaluate(FOCUSED)["name"] == first

    # Page by page through the rows; a row's own way leads to its account.
    row = page.get_by_role("region", name="Records behind Acceptance rate").locator("tbody tr")
    before = row.first.inner_text()
    tab_to(page, lambda name: name in ("2", "Page 2", "Go to page 2"))
    page.keyboard.press("Enter")
    expect(row.first).not_to_have_text(before)
    wait_until_settled(page)
    row.locator("a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/account?**")


def test_the_meeting_is_held_by_keyboard_and_a_decision_written(open_page: OpenPage) -> None:
    page = open_page("/meeting")
    for step, name in enumerate(("Last week's leads", "Wins together", "Not as planned", "From the field", "Decisions"), 2):
        tab_to(page, f"{step}{name}")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, step=step: asked(url).get("step") == [str(step)])
        wait_until_settled(page)
        expect(page.locator(".step[aria-current]")).to_have_text(f"{step}{name}")
    tab_to(page, "Who are you?")
    page.keyboard.press("Enter")
    tab_to(page, "Your name")
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    tab_to(page, lambda name: name in ("Marketing", "Sales"))
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name=re.compile("^Ada, (marketing|sales)"))).to_be_visible()
    page.keyboard.press("Escape")
    wait_until_settled(page)
    tab_to(page, "What is to be done")
    page.keyboard.type("Call back by keyboard")
    tab_to(page, "Owner")
    page.keyboard.type("Bo")
    tab_to(page, "Keep")
    page.keyboard.press("Enter")
    line = page.locator("article.card .line").filter(has_text="Call back by keyboard")
    expect(line).to_be_visible()
    wait_until_settled(page)
    while not tab_to(page, "Done") or "Call back by keyboard" not in page.evaluate(LINE_OF_FOCUS):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("article.card .line.struck").filter(has_text="Call back by keyboard")).to_be_visible()


LINE_OF_FOCUS = """() => {
  let at = document.activeElement
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement
  return at.closest(".line")?.innerText || ""
}"""


@pytest.mark.parametrize("path", ["/sales", "/personas"])
def test_a_card_shows_its_rows_and_is_saved_as_csv_and_as_a_picture(open_page: OpenPage, path: str) -> None:
    """By mouse, of a chart among others in a sheet and of one by itself."""
    page = open_page(path, accept_downloads=True)
    chart = page.locator("figure.chart").filter(has=page.locator("a.row")).first
    chart.scroll_into_view_if_needed()
    chart.hover()
    data = chart.get_by_role("button", name=re.compile("^Show data"))
    data.click()
    shown = [row.split("\t") for row in chart.locator("table.plain").inner_text().split("\n")]
    expect(chart.locator("svg.drawing")).to_be_hidden()
    expect(data).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as download:
        chart.get_by_role("button", name=re.compile("^Save as CSV")).click()
    saved = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"), newline="")))
    assert download.value.suggested_filename.endswith(".csv")
    assert len(saved) == len(shown) > 2 and saved[0] == [cell.strip() for cell in shown[0]]
    assert len(saved) == 1 + chart.locator("table.plain tr").count() - 1
    data.click()
    expect(chart.locator("svg.drawing")).to_be_visible()
    with page.expect_download() as download:
        chart.get_by_role("button", name=re.compile("^Save as PNG")).click()
    picture = json.loads(page.evaluate(LOOK_AT_PICTURE, list(Path(download.value.path()).read_bytes())))
    box = chart.locator("svg.drawing").bounding_box()
    assert abs(picture["width"] - 2 * box["width"]) <= 2 and abs(picture["height"] - 2 * box["height"]) <= 2
    assert picture["colours"] > 20 and picture["ground"] == [255, 255, 255, 255]


# A picture's size, how many colours it has, and that of its corner.
LOOK_AT_PICTURE = """async bytes => {
  const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }))
  const canvas = new OffscreenCanvas(image.width, image.height)
  const pen = canvas.getContext("2d")
  pen.drawImage(image, 0, 0)
  const dots = new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer)
  return JSON.stringify({ width: image.width, height: image.height, colours: new Set(dots).size, ground: [...pen.getImageData(0, 0, 1, 1).data] })
}"""


def test_a_chart_and_a_table_fill_the_screen_and_come_back(open_page: OpenPage) -> None:
    page = open_page("/sales")
    for thing in (page.locator("figure.chart").filter(has=page.locator("a.row")).first, page.locator("div.table").last):
        thing.scroll_into_view_if_needed()
        thing.hover()
        small = thing.bounding_box()
        full = thing.get_by_role("button", name=re.compile("^Fullscreen"))
        full.click()
        page.wait_for_function("() => document.fullscreenElement")
        page.wait_for_function("one => [one.clientWidth, one.clientHeight].join() === [innerWidth, innerHeight].join()", arg=thing.element_handle())
        full.click()
        page.wait_for_function("() => !document.fullscreenElement")
        page.wait_for_function("([one, wide]) => Math.abs(one.getBoundingClientRect().width - wide) < 2", arg=[thing.element_handle(), small["width"]])


@pytest.mark.parametrize("near", ["pointer", "keyboard", "wheel", "search", "print"])
def test_a_long_table_is_whole_before_anybody_can_miss_a_row(open_page: OpenPage, sample_card: Scorecard, near: str) -> None:
    """Rows out of sight are made when somebody nears them, however he does, and nothing moves sideways for it."""
    campaigns = ask(sample_card, "lead_volume", presets(sample_card)["All time"], ("campaign",), {}).rows
    page = open_page("/marketing?period=All+time")
    table = page.get_by_role("region", name="Campaigns")
    rows, heads = table.locator("tbody tr"), table.locator("th")
    expect(rows).to_have_count(24)
    assert len(campaigns) > 40
    expect(table.locator("table")).to_have_attribute("aria-rowcount", str(len(campaigns) + 1))
    page.locator("article.card", has=table).scroll_into_view_if_needed()
    before = [heads.nth(place).bounding_box() for place in range(heads.count())]
    if near == "pointer":
        table.hover()
    elif near == "keyboard":
        heads.first.get_by_role("button").focus()
    elif near == "wheel":
        table.evaluate("one => one.scrollBy(0, 1)")
    elif near == "search":
        page.keyboard.press("Control+f")
    else:
        page.pdf()
    expect(rows).to_have_count(len(campaigns))
    assert sorted(rows.locator("a").all_inner_texts()) == sorted(row["campaign"] or "No campaign" for row in campaigns)
    now = [heads.nth(place).bounding_box() for place in range(heads.count())]
    assert all(abs(one[side] - other[side]) <= 2 for one, other in zip(before, now, strict=True) for side in ("x", "width"))
    heads.nth(1).get_by_role("button").click()
    shown = [int(text.replace(",", "")) for text in rows.locator("td:nth-child(2)").all_inner_texts()]
    assert shown == sorted(row["value"] for row in campaigns)


def go(page: Page, path: str) -> None:
    """Another page of the site, as its links lead there, and drawn to the end."""
    page.evaluate("path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate', { state: {} })) }", path)
    page.wait_for_url(f"**{path}")
    page.wait_for_timeout(150)  # the server hears of it
    wait_until_settled(page)
    expect(page.get_by_role("heading", level=2).first).to_be_visible()


def largest_account(card: Scorecard) -> str:
    """The account with the most deals."""
    return card.query("select account_id from deal where account_id is not null group by 1 order by count(*) desc, 1 limit 1", {})["account_id"][0].as_py()


def walk(page: Page) -> list[dict]:
    """Where Tab stops from the first element to the last."""
    stops: list[dict] = []
    while len(stops) < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or (len(stops) > 5 and stop["name"] == stops[0]["name"]):
            return stops
        stops.append(stop | {"is_shown": stop["is_shown"] or looks_focused(page, stop["box"])})
    raise AssertionError(f"Tab does not come to an end: {[stop['name'] for stop in stops]}")


def looks_focused(page: Page, box: list[float]) -> bool:
    """Whether the element that has the focus looks otherwise without it. Tab goes on from where it was."""
    left, top, width, height = box
    clip = {"x": max(left - 4, 0), "y": max(top - 4, 0), "width": max(width, 1) + 8, "height": max(height, 1) + 8}
    with_focus = page.screenshot(clip=clip, caret="hide")
    page.evaluate(BLUR)
    return page.screenshot(clip=clip, caret="hide") != with_focus


def tab_to(page: Page, wanted: str | Callable[[str], bool]) -> dict:
    """Presses Tab until what is wanted by its name has the focus."""
    names = []
    for _ in range(2 * MOST_STOPS):
        stop = page.evaluate(FOCUSED)
        if stop and (wanted(stop["name"]) if callable(wanted) else stop["name"] == wanted):
            return stop
        names.append(stop and stop["name"])
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to what is wanted; it comes to {names}")


def asked(url: str) -> dict[str, list[str]]:
    """What an address asks for."""
    return parse_qs(urlsplit(url).query)
