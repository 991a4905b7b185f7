"""The head of a page in a real Chromium: filters, period and words are chosen by mouse and by keys, and are the page's address."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from conftest import wait_until_settled
from playwright.sync_api import Locator, Page, expect

OpenPage = Callable[..., Page]
PHONE = {"width": 390, "height": 844}


def test_several_values_are_chosen_one_after_another_and_taken_back(open_page: OpenPage) -> None:
    page = open_page("/")
    field(page, "Segment").click()
    for name in ("SMB", "Enterprise"):  # the second while the page still answers the first
        option(page, name).click()
    expect_asked(page, {"segment": ["SMB", "Enterprise"]})
    expect(field(page, "Segment")).to_have_accessible_description("2: SMB, Enterprise")
    expect(options(page).and_(page.get_by_role("option", selected=True))).to_have_text(["Enterprise", "SMB"])
    wait_until_settled(page)
    expect(options(page).and_(page.get_by_role("option", selected=True))).to_have_text(["Enterprise", "SMB"])
    page.keyboard.press("Backspace")
    expect_asked(page, {"segment": ["SMB"]})
    option(page, "SMB").click()
    expect_asked(page, {})
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Reset")).to_have_count(0)


def test_a_list_is_searched_and_gone_through_by_keys(open_page: OpenPage) -> None:
    page = open_page("/marketing")
    field(page, "Channel").focus()
    page.keyboard.press("ArrowDown")
    first = options(page).first.inner_text()
    expect(field(page, "Channel")).to_have_attribute("aria-activedescendant", re.compile(r"-0$"))
    page.keyboard.press("ArrowUp")  # round to the last
    expect(options(page).last).to_have_class("at")
    page.keyboard.type("no such")
    expect(page.get_by_text("No channel is called so.")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(field(page, "Channel")).to_have_value("")
    assert asked(page) == {}
    page.keyboard.type(first[:4].upper())
    page.keyboard.press("Enter")
    expect_asked(page, {"channel": [first]})
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.get_by_role("button", name="Clear Channel").click()
    expect_asked(page, {})


def test_days_of_ones_own_are_chosen_and_a_named_period_takes_their_place(open_page: OpenPage) -> None:
    page = open_page("/")
    expect(page.get_by_label("First day")).to_be_hidden()
    page.get_by_role("combobox", name="Period").select_option("Custom days")
    expect_asked(page, {"period": ["Custom days"]})
    page.get_by_label("First day").fill("2026-09-01")
    expect_asked(page, {"period": ["Custom days"], "days": ["2026-09-01", "2026-11-20"]})
    page.get_by_label("Last day").fill("2026-09-30")
    expect_asked(page, {"period": ["Custom days"], "days": ["2026-09-01", "2026-09-30"]})
    expect(page.get_by_text(re.compile("30 Sep 2026 · Data as of"))).to_be_visible()
    page.get_by_role("combobox", name="Period").select_option("Last quarter")
    expect_asked(page, {"period": ["Last quarter"]})
    expect(page.get_by_label("First day")).to_be_hidden()
    page.get_by_role("combobox", name="Period").select_option("This quarter")
    expect_asked(page, {})


def test_more_filters_are_shown_when_they_are_asked_for_and_where_one_is_in_use(open_page: OpenPage) -> None:
    page = open_page("/sales?industry=Nowhere")
    expect(page.get_by_text("The address asks for industry “Nowhere”, which this scorecard does not have: left out.")).to_be_visible()
    expect(field(page, "Industry")).to_have_count(0)
    page.get_by_role("button", name="More", exact=True).click()
    for name in ("Industry", "Team", "Owner"):
        expect(field(page, name)).to_be_visible()
    field(page, "Team").click()
    team = options(page).first
    name = team.inner_text()
    team.click()
    wait_until_settled(page)
    assert asked(page)["team"] == [name]
    again = open_page(f"/sales?{urlsplit(page.url).query}")
    expect(field(again, "Team")).to_have_accessible_description(name)
    expect(field(again, "Owner")).to_have_count(0)


def test_the_words_are_chosen_and_no_number_changes(open_page: OpenPage) -> None:
    page = open_page("/?segment=SMB")
    figures = page.locator("article.tile .value").all_inner_texts()
    page.get_by_role("radio", name="Sales").check()
    expect_asked(page, {"segment": ["SMB"], "words": ["Sales"]})
    expect(page.locator("article.tile").first).to_contain_text("Leads received")
    assert page.locator("article.tile .value").all_inner_texts() == figures
    page.get_by_role("radio", name="Both").check()
    expect_asked(page, {"segment": ["SMB"]})


def test_the_navigation_takes_along_what_is_chosen_and_back_goes_back_page_by_page(open_page: OpenPage) -> None:
    page = open_page("/?segment=SMB&words=Sales")
    start = ("Scorecard", {"segment": ["SMB"], "words": ["Sales"]})
    way = [start, ("Sales", {"segment": ["SMB"]}), start, ("Meeting", {}), ("Marketing", {"segment": ["SMB"]})]
    entries = page.evaluate("history.length")
    for place, (title, wanted) in enumerate(way[1:], 1):
        page.get_by_test_id("stTopNavLink").filter(has_text=title).click()
        expect_there(page, title, wanted)
        assert page.evaluate("history.length") == entries + place
    for title, wanted in way[-2::-1]:
        page.go_back()
        expect_there(page, title, wanted)


def test_what_is_old_is_dimmed_only_where_a_run_takes_long(page: Page) -> None:
    """Streamlit says by these attributes that a run is under way, and of each element that it is of the last."""
    app, element = page.get_by_test_id("stApp"), page.get_by_test_id("stElementContainer").last
    is_dim = "one => getComputedStyle(one).opacity < 0.5"
    element.evaluate("one => one.dataset.stale = true")
    assert not element.evaluate(is_dim)
    app.evaluate("one => one.dataset.testScriptState = 'running'")
    assert not element.evaluate(is_dim)
    expect(app).to_have_class(re.compile(r"\blate\b"))
    assert element.evaluate(is_dim)
    app.evaluate("one => one.dataset.testScriptState = 'notRunning'")
    expect(app).not_to_have_class(re.compile(r"\blate\b"))
    assert not element.evaluate(is_dim)


def test_on_a_phone_the_navigation_closes_behind_whoever_uses_it(open_page: OpenPage) -> None:
    page = open_page("/?segment=SMB", **PHONE)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Marketing").click()
    expect(page.get_by_role("heading", name="Marketing", level=2)).to_be_visible()
    expect_asked(page, {"segment": ["SMB"]})
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    field(page, "Channel").click()
    listed = page.get_by_role("listbox").bounding_box()
    assert 0 <= listed["x"] and listed["x"] + listed["width"] <= PHONE["width"]


def test_a_row_without_a_value_opens_the_records_without_one(open_page: OpenPage) -> None:
    page = open_page("/records?metric=lead_volume&segment=(none)&period=All+time")
    expect(field(page, "Segment")).to_have_accessible_description("No segment")
    expect(page.get_by_text("segment: No segment")).to_be_visible()


def field(page: Page, name: str) -> Locator:
    """A filter's field."""
    return page.get_by_role("combobox", name=name, exact=True)


def options(page: Page) -> Locator:
    """The values in the open list of a filter."""
    return page.get_by_role("listbox").get_by_role("option")


def option(page: Page, name: str) -> Locator:
    """One of them."""
    return options(page).and_(page.get_by_role("option", name=name, exact=True))


def asked(page: Page) -> dict[str, list[str]]:
    """What the address asks for."""
    return parse_qs(urlsplit(page.url).query)


def expect_there(page: Page, title: str, wanted: dict[str, list[str]]) -> None:
    """The page of that title is drawn, as this address asks for it."""
    expect_asked(page, wanted)
    expect(page.locator('[data-testid="stTopNavLink"][aria-current="page"]')).to_have_text(title)
    wait_until_settled(page)


def expect_asked(page: Page, wanted: dict[str, list[str]]) -> None:
    """The address asks for this and nothing else, soon."""
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == wanted)
