"""The addresses beside the pages: /healthz, /readyz, /metrics, and the one that open pages ask whether they are old."""

import threading
import time
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from app.access.address import FORWARDED, is_loopback
from app.errors import AccordError, NoScorecard
from app.notes import is_there, open_notes
from app.operation.measures import exposition
from app.serving import open_current
from app.settings import Settings

KEPT_S = 0.5
TEXT = "text/plain; version=0.0.4; charset=utf-8"
NOT_FOR_YOU = "Measures are for this machine, and for the networks of ACCORD_METRICS_FROM.\n"


def routes(settings: Settings, newest: Callable[[], str]) -> list[Route]:
    """What the server answers besides pages; `newest` to everybody, as it stands for a state and tells nothing of it."""
    state = _Kept(newest)

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    def readyz(request: Request) -> Response:
        reason = why_not_ready(settings)
        return PlainTextResponse(f"{reason or 'ready'}\n", 503 if reason else 200)

    def metrics(request: Request) -> Response:
        return Response(exposition(settings.scorecard), media_type=TEXT)

    def newest_state(request: Request) -> Response:
        return PlainTextResponse(state.now())

    # Functions without `async` run in a thread of their own, so that a database that does not answer holds up nobody.
    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics), Route("/newest", newest_state)]


class _Kept:
    """An answer for all who ask within half a second."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self.ask, self.lock, self.asked_at, self.answer = ask, threading.Lock(), -KEPT_S, ""

    def now(self) -> str:
        """Empty where nothing has been built."""
        with self.lock:
            if time.monotonic() - self.asked_at >= KEPT_S:
                try:
                    self.answer = self.ask()
                except NoScorecard:
                    self.answer = ""
                self.asked_at = time.monotonic()
            return self.answer


def why_not_ready(settings: Settings) -> str | None:
    """A sentence without names of places or people; None where readers can be served."""
    try:
        _ask(settings.scorecard)
    except NoScorecard:
        return "No scorecard has been built yet."
    except Exception:
        return "The scorecard cannot be opened."
    try:
        if is_there(settings.notes_url):
            open_notes(settings.notes_url).stamp()
    except AccordError:
        return "The database of what people write cannot be reached."
    return None


def _ask(folder: Path) -> None:
    open_current(folder).rows("select as_of from setting", {})


def may_measure(settings: Settings) -> Callable[[Scope], bool]:
    """Who may read measures: this machine itself, unless it passes on what somebody else asked, and the networks that are named."""
    networks = [ip_network(name.strip()) for name in (settings.metrics_from or "").split(",") if name.strip()]

    def may(scope: Scope) -> bool:
        client = (scope.get("client") or ("",))[0]
        headers = Headers(scope=scope)
        if is_loopback(client) and not any(headers.get(name) for name in FORWARDED):
            return True
        try:
            return any(ip_address(client) in network for network in networks)
        except ValueError:
            return False

    return may
