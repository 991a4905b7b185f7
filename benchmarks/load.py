"""Many viewers at once, and one alone: each filters, opens pages, follows a number to its records and pages through them, with time to read between.

A viewer is a connection that speaks the browser's protocol by Streamlit's own messages, and another that asks whether
anything is newer, as every open page does; a time runs from the click to the last byte of the redraw. Browsers are left out: twenty of them would share the
server's two cores, which no twenty readers do. The server's memory is read while the largest crowd is there.
"""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.report import Measured, figures
from benchmarks.server import Server, site

PAGES = ("scorecard", "marketing", "sales")
NUMBERS = ("lead_volume", "acceptance_rate", "win_rate", "revenue")
KEYS = ("segment", "region", "channel")
CROWD = 20  # viewers whose 95th percentile is held against one viewer's median
READS_S = 3.0
SETTLES_S = 60  # by then what is kept for viewers is there, and memory is to stay as it is
SAMPLED_S = 5.0
ASKS_S = 1.5  # as app/views/news.js
STEPS = {"filter": 6, "page": 2, "records": 1, "next rows": 1}  # how often of ten
ANSWERS_WITHIN_S = 300
LARGEST_MESSAGE = 1 << 28


def measure(repo: Path, scorecard: Path, viewers: Sequence[int], minutes: float, seed: int = 1) -> list[Measured]:
    """Milliseconds of a step for each number of viewers, so many minutes each; and the server's memory under the last of them."""
    with site(repo, scorecard) as server:
        asyncio.run(_crowd(server.address, len(PAGES), 10, seed))  # warms up
        found, alone, memory = [], [], []
        for number in viewers:
            taken, memory = asyncio.run(_watched(server, number, 60 * minutes, seed + 1_000 * number))
            alone = taken if number == 1 else alone
            note = f"median {figures(taken)['median']:,.0f}, 99th percentile {figures(taken)['p99']:,.0f} ms, {len(taken) / minutes / 60:.1f} steps a second"
            held = number == CROWD and bool(alone)
            found.append(Measured(f"a step, {number} viewers at once", "ms", taken, alone if held else [], 4 if held else None, "p95", note))
    return [*found, *_memory(memory, viewers[-1])]


def _memory(samples: list[tuple[float, float]], viewers: int) -> list[Measured]:
    settled = [size for at, size in samples if at >= SETTLES_S]
    if len(settled) < 2:
        return []
    third = max(1, len(settled) // 3)
    grown = sum(settled[-third:]) / third - sum(settled[:third]) / third
    return [Measured(f"memory of the server, {viewers} viewers, after the first minute", "MiB", settled, note=f"the last third {grown:+,.0f} MiB against the first")]


async def _watched(server: Server, viewers: int, seconds: float, seed: int) -> tuple[list[float], list[tuple[float, float]]]:
    """The steps' times, and the server's memory (seconds since the start, MiB) while they were taken."""
    samples: list[tuple[float, float]] = []
    watch = asyncio.create_task(_sample(server, samples))
    try:
        return await _crowd(server.address, viewers, seconds, seed), samples
    finally:
        watch.cancel()


async def _sample(server: Server, samples: list[tuple[float, float]]) -> None:
    start = time.monotonic()
    while True:
        samples.append((time.monotonic() - start, server.memory_mib()))
        await asyncio.sleep(SAMPLED_S)


async def _crowd(address: str, viewers: int, seconds: float, seed: int) -> list[float]:
    runs = await asyncio.gather(*(_view(address, number, seconds, seed + number) for number in range(viewers)))
    return [run for one in runs for run in one]


async def _view(address: str, number: int, seconds: float, seed: int) -> list[float]:
    """One viewer's times, in milliseconds; at least one. Raises RuntimeError where a page says that something failed."""
    chance = random.Random(seed)
    ends = time.monotonic() + seconds
    await asyncio.sleep(READS_S * chance.random())  # they do not all come in at the same moment
    uri = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with websockets.connect(uri, origin=address, subprotocols=["streamlit"], max_size=LARGEST_MESSAGE) as socket:
        viewer = _Viewer(socket, address, PAGES[number % len(PAGES)])
        asking = asyncio.create_task(_ask(address))
        try:
            await viewer.run(page_name="" if viewer.page == PAGES[0] else viewer.page)
            taken = []
            while time.monotonic() < ends or not taken:
                await asyncio.sleep(READS_S * chance.uniform(0.8, 1.2))
                taken.append(await viewer.step(chance))
                if asking.done():
                    asking.result()  # raises what ended it
            return taken
        finally:
            asking.cancel()
            viewer.leave()


async def _ask(address: str) -> None:
    """Asks on and on whether anything is newer."""
    host, port = address.removeprefix("http://").split(":")
    answers, asks = await asyncio.open_connection(host, int(port))
    while True:
        await asyncio.sleep(ASKS_S)
        asks.write(f"GET /newest HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = await answers.readuntil(b"\r\n\r\n")
        await answers.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))


class _Viewer:
    """What a browser knows: the filters it was sent, and what is chosen of them."""

    def __init__(self, socket: websockets.ClientConnection, address: str, page: str) -> None:
        self.socket, self.address, self.page = socket, address, page
        self.hash, self.metric = "", ""
        self.pages: dict[str, str] = {}
        self.rows: tuple[str, int] | None = None  # the widget that pages through records, and how many pages there are
        self.place = 0
        self.filters: dict[str, list[str]] = {}
        self.chosen: dict[str, list[str]] = {}
        self.finished = asyncio.Event()
        self.listening = asyncio.create_task(self.listen())

    async def step(self, chance: random.Random) -> float:
        """Does one thing; milliseconds until all of the redraw is here."""
        step = chance.choices(list(STEPS), STEPS.values())[0]
        if step == "next rows" and self.page == "records" and self.rows:
            self.place = chance.randrange(self.rows[1]) + 1
        elif step == "filter" and self.page != "records":
            self._choose(chance)
        else:
            self._open("records" if step == "records" and self.page != "records" else chance.choice(PAGES), chance)
        start = asyncio.get_running_loop().time()
        await self.run()
        return (asyncio.get_running_loop().time() - start) * 1000

    def _choose(self, chance: random.Random) -> None:
        """Puts a value into one filter, or another in its place."""
        key = chance.choice(sorted(self.filters))
        self.chosen[key] = [chance.choice([value for value in self.filters[key] if [value] != self.chosen.get(key)])]

    def _open(self, page: str, chance: random.Random) -> None:
        self.page, self.hash, self.rows, self.place = page, self.pages[page], None, 0
        self.metric = chance.choice(NUMBERS) if page == "records" else ""

    async def run(self, page_name: str = "") -> None:
        """Asks for a run of the page and waits for its end. Raises RuntimeError where there is none."""
        self.finished.clear()
        await self._send(page_name=page_name)
        ended = asyncio.create_task(self.finished.wait())
        await asyncio.wait((ended, self.listening), timeout=ANSWERS_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        if not self.finished.is_set():
            ended.cancel()
            raise RuntimeError(f"{self.page} did not answer: {self.listening.exception() if self.listening.done() else 'too late'}")

    async def _send(self, **more: object) -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = urlencode(self.chosen | ({"metric": self.metric} if self.metric else {}), doseq=True)
        asked.page_script_hash = self.hash
        asked.context_info.url = f"{self.address}/{'' if self.page == PAGES[0] else self.page}"
        asked.context_info.timezone, asked.context_info.locale = "UTC", "en-US"
        asked.is_history_navigation = True  # as the head and the links of the site follow an address
        if self.rows and self.place:
            asked.widget_states.widgets.add(id=self.rows[0]).int_value = self.place
        for name, value in more.items():
            setattr(asked, name, value)
        await self.socket.send(message.SerializeToString())

    async def listen(self) -> None:
        """Reads what the server sends for as long as it does."""
        async for data in self.socket:
            message = ForwardMsg.FromString(data)
            match message.WhichOneof("type"):
                case "navigation":
                    self.hash = message.navigation.page_script_hash
                    self.pages = {page.url_pathname or PAGES[0]: page.page_script_hash for page in message.navigation.app_pages}
                case "delta":
                    self._see(message.delta)
                case "script_finished" if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    self.finished.set()
                case "script_finished" if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError(f"{self.page} does not compile")

    def _see(self, delta: object) -> None:
        """Raises RuntimeError where a page says that something failed."""
        if delta.WhichOneof("type") != "new_element":
            return
        match delta.new_element.WhichOneof("type"):
            case "bidi_component" if delta.new_element.bidi_component.component_name == "accord_head":
                self.filters = {key: values for key, values in json.loads(delta.new_element.bidi_component.json)["filters"] if key in KEYS}
            case "pagination":
                self.rows = (delta.new_element.pagination.id, delta.new_element.pagination.num_pages)
            case "exception":
                raise RuntimeError(f"{self.page} failed: {delta.new_element.exception.message}")
            case "alert" if delta.new_element.alert.format == Alert.ERROR:
                raise RuntimeError(f"{self.page} says: {delta.new_element.alert.body}")

    def leave(self) -> None:
        """Stops listening."""
        self.listening.cancel()
