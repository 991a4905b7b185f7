"""Twenty viewers at once, and one alone: each changes a filter, reads for three seconds, and changes another.

A viewer is a connection that speaks the browser's protocol by Streamlit's own messages, fragments that run by themselves
included; a time runs from the change to the last byte of the redraw. Browsers are left out: twenty of them would share the
server's two cores, which no twenty readers do.
"""

import asyncio
import random
from pathlib import Path
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.report import Measured, figures
from benchmarks.server import site

PAGES = ("scorecard", "marketing", "sales")
KEYS = ("segment", "region", "channel")
VIEWERS = 20
CLICKS = 15
READS_S = 3.0
ANSWERS_WITHIN_S = 300
LARGEST_MESSAGE = 1 << 28


def measure(repo: Path, scorecard: Path, seed: int = 1) -> list[Measured]:
    """Milliseconds from a change of filter to the end of the redraw, for one viewer and for twenty."""
    with site(repo, scorecard) as address:
        asyncio.run(_all(address, len(PAGES), 2, seed))  # warms up
        alone = [run for page in range(len(PAGES)) for run in asyncio.run(_view(address, page, CLICKS // 2, seed + 1_000 + page))]
        many = asyncio.run(_all(address, VIEWERS, CLICKS, seed + 2_000))
    note = f"median {figures(many)['median']:,.0f}, 99th percentile {figures(many)['p99']:,.0f} ms"
    return [Measured("a filter, one viewer", "ms", alone), Measured(f"a filter, {VIEWERS} viewers at once", "ms", many, alone, 4, "p95", note)]


async def _all(address: str, viewers: int, clicks: int, seed: int) -> list[float]:
    runs = await asyncio.gather(*(_view(address, number, clicks, seed + number) for number in range(viewers)))
    return [run for one in runs for run in one]


async def _view(address: str, number: int, clicks: int, seed: int) -> list[float]:
    """One viewer's times, in milliseconds."""
    chance = random.Random(seed)
    uri = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with websockets.connect(uri, origin=address, subprotocols=["streamlit"], max_size=LARGEST_MESSAGE) as socket:
        viewer = _Viewer(socket, address, PAGES[number % len(PAGES)])
        try:
            await viewer.run(page_name="" if viewer.page == PAGES[0] else viewer.page)
            taken = []
            for _ in range(clicks):
                await asyncio.sleep(READS_S * chance.uniform(0.8, 1.2))
                taken.append(await viewer.choose(chance))
            return taken
        finally:
            viewer.leave()


class _Viewer:
    """What a browser knows: the widgets it was sent, what is chosen in them, and which fragments run by themselves."""

    def __init__(self, socket: websockets.ClientConnection, address: str, page: str) -> None:
        self.socket, self.address, self.page = socket, address, page
        self.hash = ""
        self.widgets: dict[str, tuple[str, list[str]]] = {}
        self.chosen: dict[str, list[str]] = {}
        self.finished = asyncio.Event()
        self.timers: dict[str, asyncio.Task[None]] = {}
        self.listening = asyncio.create_task(self.listen())

    async def choose(self, chance: random.Random) -> float:
        """Puts a value into one filter, or another in its place; milliseconds until all of the redraw is here."""
        key = chance.choice(sorted(self.widgets))
        options = [value for value in self.widgets[key][1] if [value] != self.chosen.get(key)]
        self.chosen[key] = [chance.choice(options)]
        start = asyncio.get_running_loop().time()
        await self.run()
        return (asyncio.get_running_loop().time() - start) * 1000

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
        asked.query_string = urlencode(self.chosen, doseq=True)
        asked.page_script_hash = self.hash
        asked.context_info.url = f"{self.address}/{'' if self.page == PAGES[0] else self.page}"
        asked.context_info.timezone, asked.context_info.locale = "UTC", "en-US"
        for key, values in self.chosen.items():
            asked.widget_states.widgets.add(id=self.widgets[key][0]).string_array_value.data.extend(values)
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
                case "delta":
                    self._see(message.delta)
                case "auto_rerun":
                    self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
                case "script_finished" if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    self.finished.set()
                case "script_finished" if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError(f"{self.page} does not compile")

    def _see(self, delta: object) -> None:
        if delta.WhichOneof("type") == "new_element" and delta.new_element.WhichOneof("type") == "multiselect":
            shown = delta.new_element.multiselect
            if shown.query_param_key in KEYS:
                self.widgets[shown.query_param_key] = (shown.id, list(shown.options))

    def _repeat(self, fragment: str, every_s: float) -> None:
        if fragment in self.timers:
            self.timers.pop(fragment).cancel()
        self.timers[fragment] = asyncio.create_task(self._repeating(fragment, every_s))

    async def _repeating(self, fragment: str, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            await self._send(fragment_id=fragment, is_auto_rerun=True)

    def leave(self) -> None:
        """Stops what runs by itself."""
        for task in (self.listening, *self.timers.values()):
            task.cancel()
