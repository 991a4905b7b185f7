"""What every answer says to a browser about safety; who is told measures; and how many pages are open."""

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.operation.measures import SESSIONS
from app.operation.routes import NOT_FOR_YOU, may_measure
from app.settings import Settings

MEASURES = ("/metrics", "/_stcore/metrics")
INLINE = re.compile(r"<script>(.*?)</script>", re.S)


def middleware(settings: Settings) -> list[Middleware]:
    """What wraps every request."""
    return [Middleware(Guard, may=may_measure(settings), is_over_tls=(settings.site_url or "").startswith("https:"))]


class Guard:
    """Adds the headers, refuses measures to strangers, counts open pages."""

    def __init__(self, app: ASGIApp, may: Callable[[Scope], bool], is_over_tls: bool) -> None:
        self.app = app
        self.may = may
        self.is_over_tls = is_over_tls
        self.headers = safety()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the whole life of one page's websocket."""
        if scope["type"] == "websocket":
            with SESSIONS.track_inprogress():
                await self.app(scope, receive, send)
        elif scope["type"] == "http":
            refused = scope["path"].rstrip("/") in MEASURES and not self.may(scope)
            app = PlainTextResponse(NOT_FOR_YOU, 403) if refused else self.app
            await app(scope, receive, self._with_headers(send))
        else:
            await self.app(scope, receive, send)

    def _with_headers(self, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
                if self.is_over_tls:
                    message["headers"] = [(name, _secure(value) if name == b"set-cookie" else value) for name, value in message["headers"]]
            await send(message)

        return send_with_headers


def _secure(cookie: bytes) -> bytes:
    """Streamlit leaves the word out, as Safari keeps no such cookie of a site without TLS."""
    return cookie if b"; secure" in cookie.lower() else cookie + b"; Secure"


def safety() -> dict[str, str]:
    """No frames around the site, nothing from elsewhere in it, no guessing of types, and no address of ours told to others."""
    return {
        "content-security-policy": "; ".join(f"{what} {where}" for what, where in _policy().items()),
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
    }


def _policy() -> dict[str, str]:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in INLINE.findall(page))
    return {
        "default-src": "'self'",
        # blob: is how Streamlit gives the scripts of our own elements to the browser.
        "script-src": f"'self' blob: {inline}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
