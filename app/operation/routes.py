"""The addresses beside the pages: /healthz, /readyz, /metrics."""

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

TEXT = "text/plain; version=0.0.4; charset=utf-8"
NOT_FOR_YOU = "Measures are for this machine, and for the networks of ACCORD_METRICS_FROM.\n"


def routes(settings: Settings) -> list[Route]:
    """What the server answers besides pages."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    def readyz(request: Request) -> Response:
        reason = why_not_ready(settings)
        return PlainTextResponse(f"{reason or 'ready'}\n", 503 if reason else 200)

    def metrics(request: Request) -> Response:
        return Response(exposition(settings.scorecard), media_type=TEXT)

    # Functions without `async` run in a thread of their own, so that a database that does not answer holds up nobody.
    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


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
