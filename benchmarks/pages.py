"""Times pages in a real Chromium: opening one, changing a filter, following a number to its records, each beside an empty page.

A time runs from the click (or the start of the navigation) to the last change of anything in the page's main block, by the
browser's clock. Each round does the same with the empty page, so that both see the same machine.
"""

import random
import re
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.report import Measured
from benchmarks.server import empty_page, site
from dev import find_chromium

PAGES = {"scorecard": "/", "marketing": "/marketing", "sales": "/sales"}
NUMBER = {"scorecard": "Lead volume", "marketing": "Lead volume", "sales": "Win rate"}
QUIET_MS = 400
DRAWN_WITHIN_S = 120
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]  # fmt: skip


def measure(repo: Path, scorecard: Path, runs: int, seed: int = 1) -> list[Measured]:
    """Milliseconds of every step, for one viewer."""
    with site(repo, scorecard) as served, empty_page(repo) as empty, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=CHROMIUM_ARGUMENTS)
        try:
            return _Bench(browser, served.address, empty.address, runs, random.Random(seed)).measured()
        finally:
            browser.close()


class _Bench:
    """A browser, the two sites and what was measured so far."""

    def __init__(self, browser: Browser, served: str, empty: str, runs: int, chance: random.Random) -> None:
        self.browser, self.served, self.empty, self.runs, self.chance = browser, served, empty, runs, chance
        self.taken: dict[str, list[float]] = {}
        self.used: set[str] = set()

    def measured(self) -> list[Measured]:
        for address in (self.served, self.empty):
            self._first_load(address, "/", "warm-up")
        for name, path in PAGES.items():
            self._first_load(self.served, path, "warm-up")
            for _ in range(self.runs):
                self._first_load(self.empty, "/", f"empty beside first {name}")
                self._first_load(self.served, path, f"first load of {name}")
            self._clicks(name, path)
        return [one for name in PAGES for one in self._of(name)]

    def _of(self, name: str) -> list[Measured]:
        floor = self.taken[f"empty beside {name}"]
        steps = (("filter on {}, new", 5), ("filter on {}, asked before", 3), ("number of {} to records, new", 5), ("number of {} to records, asked before", 3))
        first = Measured(f"first load of {name}", "ms", self.taken[f"first load of {name}"], self.taken[f"empty beside first {name}"], 1.5)
        return [first, *(Measured(step.format(name), "ms", self.taken[step.format(name)], floor, target) for step, target in steps)]

    def _page(self) -> Page:
        context = self.browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", timezone_id="UTC")
        context.set_default_timeout(DRAWN_WITHIN_S * 1000)
        context.add_init_script(path=Path(__file__).with_name("watch.js"))
        return context.new_page()

    def _first_load(self, address: str, path: str, step: str) -> None:
        """As somebody who has never been there: nothing is in the browser's cache."""
        page = self._page()
        page.goto(address + path)
        self._note(step, page, from_click=False)
        page.context.close()

    def _clicks(self, name: str, path: str) -> None:
        empty, page = self._page(), self._page()
        empty.goto(f"{self.empty}/")
        _wait(empty)
        for _ in range(self.runs + 1):  # the first round warms up
            for _ in range(2):
                self._redraw_empty(empty, f"empty beside {name}")
            self._round(page, name, path)
        for step in [step for step in self.taken if step.endswith((f"beside {name}", f"on {name}, new", f"on {name}, asked before")) or f"of {name} to" in step]:
            del self.taken[step][: 2 if step.startswith("empty") else 1]
        for one in (empty, page):
            one.context.close()

    def _redraw_empty(self, page: Page, step: str) -> None:
        options = [place for place in range(12) if page.get_by_text(f"Chosen: Period {place}", exact=True).count() == 0]
        page.get_by_role("combobox").click()
        page.get_by_role("option", name=f"Period {self.chance.choice(options)}", exact=True).click()
        self._note(step, page)

    def _round(self, page: Page, name: str, path: str) -> None:
        """From a page with filters that nobody chose before, once more narrowed: new, taken back, and asked again."""
        page.goto(self.served + path)
        _wait(page)
        filters = {key: self.chance.choice(_options(page, key)) for key in ("region", "channel")} | {"period": self.chance.choice(_options(page, "period"))}
        segment = self.chance.choice(_options(page, "segment"))
        address = f"{self.served}{path}?{urlencode(filters)}"
        if address in self.used:
            self._round(page, name, path)
            return
        self.used.add(address)
        page.goto(address)
        _wait(page)
        for step in ("new", "asked before"):
            if step != "new":
                page.keyboard.press("Backspace")
                _wait(page)
            _narrow(page, segment)
            self._note(f"filter on {name}, {step}", page)
        page.keyboard.press("Escape")
        for step in ("new", "asked before"):
            _follow(page, NUMBER[name])
            self._note(f"number of {name} to records, {step}", page)
            page.go_back()
            _wait(page)

    def _note(self, step: str, page: Page, from_click: bool = True) -> None:
        _wait(page)
        taken = page.evaluate("from => window.__seen.last - (from ? window.__seen.clicked : 0)", from_click)
        self.taken.setdefault(step, []).append(taken)
        print(f"{step}: {taken:,.0f} ms", file=sys.stderr)


def _wait(page: Page) -> None:
    """Asks over and over from outside, as the site's own rules forbid a waiting function in the page. Raises RuntimeError."""
    deadline = time.monotonic() + DRAWN_WITHIN_S
    while not page.evaluate(f"() => window.__isDrawn?.({QUIET_MS})"):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{page.url} was not drawn within {DRAWN_WITHIN_S} seconds: {page.evaluate('() => window.__seen')}")
        time.sleep(0.05)


def _options(page: Page, key: str) -> list[str]:
    """The values of a filter that is not used yet, read from its list."""
    page.get_by_role("combobox", name=re.compile(f"^{key}|{key}$", re.I)).first.click()
    listed = page.locator("[role=listbox] [role=option]" + (", select[aria-label=Period] option" if key == "period" else ""))
    found = [text for text in listed.all_inner_texts() if not re.match(r"No |Custom|Select all", text)]
    page.keyboard.press("Escape")
    return found


def _narrow(page: Page, value: str) -> None:
    page.get_by_role("combobox", name="Segment").click()
    page.get_by_role("option", name=value, exact=True).click()


def _follow(page: Page, title: str) -> None:
    tile = page.locator("article.tile").filter(has=page.locator("a.open", has_text=re.compile(f"^{title}$")))
    tile.locator("a.open").first.click()
