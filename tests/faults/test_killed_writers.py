"""Whoever is killed while people write, a server or any other writer: what was confirmed is there, and nothing of half a note."""

import json
import random
import sqlite3
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from companies import settings_of
from databases import ANN, DAY, opened
from kit import numbers_of, served, write_extract
from nursery import Nursery, nursery, said
from servers import free_port, until
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from app.build import build
from app.notes import FieldNote, Notes

KILLED_WRITERS = {"sqlite": 65, "postgresql": 20}
KILLED_SERVERS = 15


def _check_whole(notes: Notes) -> set[str]:
    """Each note has its line of history, and no line is without its note; returns the texts."""
    kept = notes.find(FieldNote)
    assert notes.stamp() == len(kept)
    assert [[(line.what, line.entry["id"]) for line in notes.history(entry)] for entry in kept[-20:]] == [[("added", entry.id)] for entry in kept[-20:]]
    if (path := notes.engine.url.database) and notes.engine.dialect.name == "sqlite":
        with sqlite3.connect(path) as file:
            assert file.execute("pragma integrity_check").fetchall() == [("ok",)]
    return {entry.text for entry in kept}


@pytest.fixture(scope="module")
def writers() -> Iterator[Nursery]:
    """Where those come from that write notes by themselves."""
    with nursery("app.notes", "databases") as made:
        yield made


def test_writers_killed_at_any_moment_lose_no_confirmed_note(writers: Nursery, draw: random.Random, notes_url: str) -> None:
    """Half of them at a moment of the clock after some notes, half at a step of the program."""
    confirmed: set[str] = set()
    for _ in range(KILLED_WRITERS[notes_url.split(":")[0]]):
        by_clock = draw.random() < 0.5
        writer = writers.start("notes", url=notes_url, killed_at=0 if by_clock else draw.randint(1, 60_000))
        told = [writer.hear() for _ in range(draw.randint(0, 6))] if by_clock else []
        if by_clock:
            time.sleep(draw.random() * 0.02)
        told += writer.kill() if by_clock else writer.rest_of_it()
        assert not [one for one in told if "fault" in one], told
        confirmed |= {one["kept"] for one in told}
        with opened(notes_url) as notes:
            _check_whole(notes)
            assert confirmed <= {entry.id for entry in notes.find(FieldNote)}
            confirmed.add(notes.add(FieldNote(heard_on=DAY, text="heard"), ANN).id)
    assert len(confirmed) > 100


# --- the server ----------------------------------------------------------------------------------


class Reader(threading.Thread):
    """A reader who sits in the meeting and writes one note after another, as soon as the site says that the last one is kept."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__()
        self.port, self.called, self.kept = port, name, list[str]()
        self.page_hash = ""
        self.start()

    def run(self) -> None:
        """Until the server is gone."""
        try:
            known = {"Cookie": f"accord_author={quote(json.dumps([self.called, 'sales']))}"}
            with connect(f"ws://127.0.0.1:{self.port}/_stcore/stream", max_size=None, ping_interval=None, additional_headers=known) as page:
                ids, _ = self._ask(page, {})
                while True:
                    text = f"{self.called} {len(self.kept)}"
                    ids, toasts = self._ask(page, {ids["text_area"]: text, ids["Keep"]: None}, until_told=True)
                    assert toasts == ["Kept"]
                    self.kept.append(text)
        except (OSError, WebSocketException):
            pass

    def _ask(self, page: ClientConnection, fields: dict[str, str | None], until_told: bool = False) -> tuple[dict[str, str], list[str]]:
        """Sends what is in the fields (None: a button is pressed); returns the names of the fields and the toasts once all is drawn."""
        message = BackMsg()
        message.rerun_script.query_string = "step=5"
        if self.page_hash:
            message.rerun_script.page_script_hash = self.page_hash
        else:
            message.rerun_script.page_name = "meeting"
        for name, value in fields.items():
            message.rerun_script.widget_states.widgets.add(id=name, **({"trigger_value": True} if value is None else {"string_value": value}))
        page.send(message.SerializeToString())
        ids: dict[str, str] = {}
        toasts: list[str] = []
        while True:
            answer = ForwardMsg.FromString(page.recv(timeout=60))
            kind = answer.WhichOneof("type")
            if kind == "navigation":
                self.page_hash = answer.navigation.page_script_hash
            if kind == "script_finished" and "Keep" in ids and (toasts or not until_told):
                return ids, toasts
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                drawn = answer.delta.new_element
                if drawn.HasField("text_area"):
                    ids["text_area"] = drawn.text_area.id
                elif drawn.HasField("button"):
                    ids[drawn.button.label] = drawn.button.id
                elif drawn.HasField("toast"):
                    toasts.append(drawn.toast.body)


@pytest.fixture(scope="module")
def hosts() -> Iterator[Nursery]:
    """Where servers come from."""
    with nursery("app.site", "app.operation.routes", "app.operation.life", "app.digest", "app.views.shell", "app.views.meeting", "uvicorn") as made:
        yield made


def test_servers_killed_at_any_moment_lose_no_confirmed_note_and_the_next_one_serves(hosts: Nursery, draw: random.Random, tmp_path: Path) -> None:
    """A quarter of them before they are up, the others while two readers write."""
    write_extract(tmp_path, 1)
    own = {"extracts": tmp_path / "extracts", "maps": tmp_path / "maps", "scorecard": tmp_path / "build"}
    build(settings_of(**own))
    url, kept = f"sqlite:///{tmp_path}/notes.db", set()
    for number in range(KILLED_SERVERS):
        port = free_port()
        server = hosts.start("serve", port=port, env=said(**own, notes_url=url), output=tmp_path / "log")
        readers = []
        if number % 4 == 0:
            time.sleep(draw.random())
        else:
            until(lambda port=port: _is_ready(port))
            readers = [Reader(port, f"{name}{number}") for name in ("Ann", "Bob")]
            until(lambda readers=readers: all(reader.kept or not reader.is_alive() for reader in readers))
            time.sleep(draw.random() * 0.4)
        assert server.kill() == []
        for reader in readers:
            reader.join(30)
            assert reader.kept, (tmp_path / "log").read_text()[-3000:]
            kept |= set(reader.kept)
        if number:
            with opened(url) as notes:
                assert kept <= _check_whole(notes)
        assert served(tmp_path / "build") == numbers_of(1)
    assert len(kept) >= 2 * (KILLED_SERVERS - KILLED_SERVERS // 4)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            return answer.status == 200
    except OSError:
        return False
