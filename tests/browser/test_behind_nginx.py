"""deploy/nginx/accord.conf as it ships, before two real processes, over TLS, under the name of the company's site."""

import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from companies import ROOT
from conftest import CHROMIUM_ARGUMENTS, OpenPage, ask_in, provider, readers, wait_until_settled
from oidc_provider import SECRET
from playwright.sync_api import Browser, Page, expect
from servers import Server, free_port, listens, serving, until

NAME = "accord.example.com"
PROCESSES = 2
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{ text/html html; }}
    include {folder}/accord.conf;
}}
"""


@dataclass
class Site:
    """Two processes behind one nginx."""

    address: str
    servers: dict[int, Server]
    start: object

    def other(self, port: int) -> Server:
        """The process beside the one of this port."""
        return next(server for number, server in self.servers.items() if number != port)


@pytest.fixture(scope="module")
def site(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """nginx with the shipped file, in which only ports and the places of the certificate are filled in."""
    with _behind_nginx(tmp_path_factory.mktemp("nginx"), sample_folder, lambda address: {"serve_without_sign_in": True}) as made:
        yield made


@contextmanager
def _behind_nginx(folder: Path, sample_folder: Path, more: Callable[[str], dict[str, object]]) -> Iterator[Site]:
    """`more` are settings that depend on the site's address."""
    if NGINX is None:
        pytest.skip("no nginx on this machine (on Debian: apt-get install nginx-light)")
    ports = [free_port() for _ in range(PROCESSES)]
    tls = _configure(folder, ports)
    address = f"https://{NAME}:{tls}"
    settings = {"scorecard": sample_folder / "build", "notes_url": f"sqlite:///{folder}/notes.db"} | more(address)
    with ExitStack() as stack:

        def start(port: int) -> Server:
            return stack.enter_context(serving(folder / f"{port}.log", port, **settings))

        servers = {port: start(port) for port in ports}
        nginx = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL)
        stack.callback(nginx.wait)
        stack.callback(nginx.terminate)
        until(lambda: listens(tls) or nginx.poll() is not None)
        assert nginx.poll() is None, (folder / "error.log").read_text()
        yield Site(address, servers, start)


def _configure(folder: Path, ports: list[int]) -> int:
    """Writes the configuration; returns the port of TLS."""
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    keys = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(["openssl", "req", "-x509", "-days", "2", *keys, *names], check=True, capture_output=True)
    tls, plain = free_port(), free_port()
    text = (ROOT / "deploy" / "nginx" / "accord.conf").read_text()
    for shipped, mine in (("8501", str(ports[0])), ("8502", str(ports[1])), ("listen 80;", f"listen 127.0.0.1:{plain};"), ("listen 443 ", f"listen 127.0.0.1:{tls} ")):
        assert shipped in text
        text = text.replace(shipped, mine)
    (folder / "accord.conf").write_text(text.replace("/etc/ssl/accord", str(folder)))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    done = subprocess.run([NGINX, "-t", "-c", str(folder / "nginx.conf"), "-p", str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return tls


@pytest.fixture(scope="module")
def outside(browser: Browser, chromium_path: str) -> Iterator[Browser]:
    """A Chromium that knows the site by its name."""
    arguments = [one for one in CHROMIUM_ARGUMENTS if "host-resolver" not in one]
    hosts = f"--host-resolver-rules=MAP {NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    known = browser.browser_type.launch(executable_path=chromium_path, args=[*arguments, hosts])
    yield known
    known.close()


@pytest.fixture
def new_reader(outside: Browser, site: Site) -> Iterator[OpenPage]:
    """A function that lets another reader open the site; returns his page."""
    with readers(outside, site.address, ignore_https_errors=True) as open_one:
        yield open_one


def _process(page: Page) -> int:
    """Port of the process that a reader is with, by his cookie."""
    cookie = next(one for one in page.context.cookies() if one["name"] == "accord_process")
    assert cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Lax"
    return int(cookie["value"])


def test_pages_work_behind_nginx_and_are_safe_and_small(site: Site, new_reader: OpenPage) -> None:
    page = new_reader()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" and "/_stcore/" not in message.location.get("url", "") else None)
    with page.expect_response(lambda answer: "/static/js/index" in answer.url) as script:
        home = page.goto(site.address)
    assert home.headers["strict-transport-security"] and home.headers["x-frame-options"] == "DENY" and "frame-ancestors 'none'" in home.headers["content-security-policy"]
    assert script.value.headers["content-encoding"] == "gzip"
    for path, title in {"/meeting": "Week of", "/marketing": "Marketing", "/personas": "Personas", "/data": "Data"}.items():
        page.goto(site.address + path)
        expect(page.get_by_role("heading", name=re.compile(title)).first).to_be_visible()
        wait_until_settled(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
    assert faults == []


def test_measures_do_not_go_through_nginx(site: Site, new_reader: OpenPage) -> None:
    page = new_reader()
    for path in ("/metrics", "/_stcore/metrics"):
        assert page.goto(site.address + path).status == 404
    assert page.goto(site.address + "/readyz").status == 200


def test_readers_are_spread_and_each_stays_with_his_process(site: Site, new_reader: OpenPage) -> None:
    pages = [new_reader() for _ in range(4)]
    assert {_process(page) for page in pages} == set(site.servers)
    for page in pages:
        port = _process(page)
        for _ in range(2):
            page.reload()
            wait_until_settled(page)
            assert _process(page) == port
    for port, server in site.servers.items():
        mine = sum(_process(page) == port for page in pages)
        until(lambda server=server, mine=mine: server.measure("accord_sessions") == mine)


def test_readers_of_a_process_that_dies_or_stops_move_to_the_other_and_stay(site: Site, new_reader: OpenPage) -> None:
    for how in (signal.SIGKILL, signal.SIGTERM):
        page = new_reader("/?segment=SMB")
        port = _process(page)
        other = site.other(port)
        site.servers[port].stop(how)
        until(lambda other=other: other.measure("accord_sessions") == 1)
        wait_until_settled(page)
        page.get_by_test_id("stTopNavLink").filter(has_text="Marketing").click()
        expect(page.get_by_role("heading", name="Marketing")).to_be_visible()
        assert "segment=SMB" in page.url
        site.servers[port] = site.start(port)
        page.reload()
        wait_until_settled(page)
        assert _process(page) == other.port, "who was taken over stays, though the first is back"
        page.context.close()
        until(lambda other=other: other.measure("accord_sessions") == 0)


def test_who_has_signed_in_stays_so_when_his_process_dies(outside: Browser, sample_folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "access.csv"
    rules.write_text("who,role,dimension,value\nenterprise@example.com,lead,segment,Enterprise\n")
    with ExitStack() as stack:

        def guarded(address: str) -> dict[str, object]:
            return stack.enter_context(provider(tmp_path, address)) | {"access": rules, "oidc_client_secret": SECRET}

        site = stack.enter_context(_behind_nginx(tmp_path, sample_folder, guarded))
        page = stack.enter_context(readers(outside, site.address, ignore_https_errors=True))("/marketing")
        ask_in(page, "enterprise@example.com")
        expect(page.get_by_role("heading", name="Marketing", exact=True)).to_be_visible()
        assert all(cookie["secure"] for cookie in page.context.cookies(site.address))
        site.servers[_process(page)].stop(signal.SIGKILL)
        page.goto(f"{site.address}/sales")
        expect(page.get_by_role("heading", name="Sales", exact=True)).to_be_visible()
        expect(page.get_by_text("Enno Prise · lead: Enterprise")).to_be_visible()
