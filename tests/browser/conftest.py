"""A real Chromium against a real server: `site` is the sample company being served, `open_page` looks at it.

Nothing here reaches past this machine: Chromium resolves no name but the site's, and a page that asks for
anything else, or whose own script throws, fails its test.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from oidc_provider import CLIENT
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from servers import free_port, until

from dev import find_chromium

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
STARTS_WITHIN_S = 120  # a cold start may have to build the sample first
SHOWS_WITHIN_MS = 20_000
STOPS_WITHIN_S = 10
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # the tests often run as root, whom the sandbox refuses
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# With something on it, as before its first run a page is not running, either; and with nothing whose script is still on its way.
SETTLED = (
    '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"] '
    '[data-testid="stMain"]:not(:has([data-testid="stSkeleton"])) :is(h2:not(:empty), [data-testid="stAlert"])'
)

COOKIE_SECRET = "a cookie secret of at least 32 characters"
OpenPage = Callable[..., Page]
expect.set_options(timeout=SHOWS_WITHIN_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks this folder's tests `browser`."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the Chromium to drive; skips the test where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on PATH or in ACCORD_CHROMIUM (on Debian: apt-get install chromium)")
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One headless Chromium for all tests; every page gets a fresh context of it."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path, headless=True, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def site(chromium_path: str, sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base address (no slash at the end) of `accord demo` over the shared sample; asked for after
    chromium_path, so that no server is started where no browser could see it."""
    log = tmp_path_factory.mktemp("site") / "server.log"
    port = free_port()
    server = start_site(port, sample_folder, log)
    try:
        wait_until_healthy(server, f"http://127.0.0.1:{port}", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop_site(server)


@contextlib.contextmanager
def readers(browser: Browser, address: str, **always: object) -> Iterator[OpenPage]:
    """A function that opens a page of a site in a browser that nobody has used, drawn: open_one(path="/", **context_options) -> Page."""
    contexts: list[BrowserContext] = []

    def open_one(path: str = "/", **options: object) -> Page:
        contexts.append(browser.new_context(**{"locale": "en-US", "timezone_id": "UTC"} | always | options))
        contexts[-1].set_default_timeout(SHOWS_WITHIN_MS)
        return go_to(contexts[-1].new_page(), address + path)

    yield open_one
    for context in contexts:
        context.close()


def go_to(page: Page, address: str) -> Page:
    """Opens an address, drawn."""
    page.goto(address)
    wait_until_settled(page)
    return page


@contextlib.contextmanager
def provider(folder: Path, site_url: str) -> Iterator[dict[str, str]]:
    """An OpenID provider, a process of its own; the settings of a site that asks it, but for the provider's secret."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (folder / "provider.log").open("wb") as log:
        started = subprocess.Popen([sys.executable, str(ROOT / "tests" / "oidc_provider.py"), str(port)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until(lambda: _answers(f"{address}/jwks"), STARTS_WITHIN_S, folder / "provider.log")
        metadata = f"{address}/.well-known/openid-configuration"
        yield {"site_url": site_url, "oidc_client_id": CLIENT, "oidc_metadata_url": metadata, "cookie_secret": COOKIE_SECRET}
    finally:
        started.kill()
        started.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def ask_in(page: Page, who: str) -> None:
    """From the page that asks to sign in, through the provider's own form."""
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=sub]").fill(who)
    page.get_by_role("button", name="Authorize", exact=True).click()


class Window:
    """A browser that one reader after another looks at the site with: it keeps the site's scripts, and nothing else."""

    def __init__(self, browser: Browser, site: str, options: dict[str, object]) -> None:
        self.site, self.faults = site, list[str]()
        self.context = browser.new_context(locale="en-US", timezone_id="UTC", **options)
        self.context.set_default_timeout(SHOWS_WITHIN_MS)
        note_faults(self.context, site, self.faults)

    def open(self, path: str) -> Page:
        """A page of the site, drawn."""
        return go_to(self.context.new_page(), self.site + path)

    def forget(self) -> list[str]:
        """Forgets its reader; returns what his pages did that no page may."""
        if self.context.pages:
            kept = {"origin": self.site, "storageTypes": "local_storage,indexeddb,service_workers"}
            self.context.new_cdp_session(self.context.pages[0]).send("Storage.clearDataForOrigin", kept)
        for page in self.context.pages:
            page.close()
        self.context.clear_cookies()
        faults = [*self.faults]
        self.faults.clear()
        return faults


@pytest.fixture(scope="session")
def windows() -> Iterator[dict[str, list[Window]]]:
    """Those that nobody looks through, by their options: the scripts of a site take as long to load as most pages to draw."""
    idle: dict[str, list[Window]] = {}
    yield idle
    for window in (window for alike in idle.values() for window in alike):
        window.context.close()


@pytest.fixture
def open_page(browser: Browser, site: str, windows: dict[str, list[Window]]) -> Iterator[OpenPage]:
    """A function that opens a page of the site, each as another reader, and waits until it is drawn:
    open_page(path="/", width=1280, height=720, colour_scheme="light", **context_options) -> Page.

    Every page opened is closed when the test ends, which then fails if one threw or asked another host."""
    opened: list[tuple[str, Window]] = []

    def open_one(path: str = "/", width: int = 1280, height: int = 720, colour_scheme: str = "light", **options: object) -> Page:
        chosen = {"viewport": {"width": width, "height": height}, "color_scheme": colour_scheme, **options}
        idle = windows.setdefault(repr((site, chosen)), [])
        opened.append((repr((site, chosen)), idle.pop() if idle else Window(browser, site, chosen)))
        return opened[-1][1].open(path)

    yield open_one
    faults: list[str] = []
    for kind, window in opened:
        faults += window.forget()
        windows[kind].append(window)
    assert not faults, "pages that were open in this test did what no page may:\n" + "\n".join(faults)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The home page at 1280x720 in light colours."""
    return open_page()


@pytest.fixture
def settle() -> Callable[[Page], None]:
    """A function that waits until the server has nothing more to draw on a page."""
    return wait_until_settled


def wait_until_settled(page: Page) -> None:
    """Wait for the run that is under way, if one is, to end."""
    page.wait_for_selector(SETTLED, state="attached")


def note_faults(context: BrowserContext, site: str, faults: list[str]) -> None:
    """Write uncaught exceptions, and requests to any other host than the site's, into faults."""

    def note_foreign(url: str) -> None:
        if urlsplit(url).scheme in ("http", "https") and not url.startswith(f"{site}/"):
            faults.append(f"asked for {url}")

    context.on("weberror", lambda error: faults.append(f"threw {error.error}"))
    context.on("request", lambda request: note_foreign(request.url))


def start_site(port: int, sample_folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """`accord demo` in a process group of its own, under none of this shell's ACCORD_ settings; what people write lies beside the log."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")}
    environment |= {"ACCORD_SAMPLE": str(sample_folder), "ACCORD_NOTES_URL": f"sqlite:///{log.parent / 'notes.db'}"}
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "app", "demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until_healthy(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return once the server says it is well; fails the tests with its last words if it never does."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        if is_healthy(address):
            return
        time.sleep(0.1)
    how = "did not start in time" if server.poll() is None else f"ended with status {server.returncode}"
    pytest.fail(f"accord demo {how}:\n{log.read_text(errors='replace')[-3000:]}", pytrace=False)


def is_healthy(address: str) -> bool:
    """Whether the health address answers ok."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return answer.read().strip() == b"ok"
    except (urllib.error.URLError, OSError):
        return False


def stop_site(server: subprocess.Popen[bytes]) -> None:
    """Ask the server and whatever it started to end; end them if they do not."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, how)
            server.wait(timeout=STOPS_WITHIN_S)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
