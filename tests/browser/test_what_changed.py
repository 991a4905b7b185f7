"""What changed, on the scorecard: said in one line, with how sure it is behind it, and its records a click away."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page, expect

from app.metrics import Scorecard, findings
from app.views import findings as view

PAUSE = date(2026, 6, 29)  # in this week the sample company has no webinar


def test_a_move_is_told_and_leads_to_its_records(open_page: Callable[..., Page], sample_card: Scorecard) -> None:
    found = findings(sample_card, PAUSE)
    days = [PAUSE.isoformat(), (PAUSE + timedelta(days=6)).isoformat()]
    page = open_page(f"/?{urlencode({'period': 'Custom days', 'days': days}, doseq=True)}")
    strip = page.locator(".strip")
    expect(strip.locator(".line").first).to_contain_text(view.sentence(found.told[0], PAUSE, "USD"))
    expect(strip.locator(".note")).to_be_hidden()
    strip.locator(".more").click()
    expect(strip.locator(".note")).to_have_text(view.note(found))
    strip.locator(".line").first.click()
    page.wait_for_url("**/records?**")
    expect(page.get_by_test_id("stMainBlockContainer")).to_contain_text("channel: Webinars")
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["metric"], asked["channel"], asked["days"]) == (["inquiries"], ["Webinars"], days)


def test_a_quiet_week_is_said_to_be_quiet(open_page: Callable[..., Page], sample_card: Scorecard) -> None:
    expect(open_page("/").locator(".strip")).to_contain_text(view.note(findings(sample_card)))
