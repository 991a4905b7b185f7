"""From start to stop of one server process."""

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from types import FrameType

import streamlit

from app.operation.measures import hear
from app.serving import watch
from app.settings import Settings

GRACE_S = 3  # in which questions under way may end by themselves
STOPS_WITHIN_S = 8
PAGES = "ScriptRunner"  # how Streamlit calls the threads that draw pages
log = logging.getLogger("app.operation")


def life(settings: Settings, warm: Callable[[], None]) -> Callable[[object], contextlib.AbstractAsyncContextManager[None]]:
    """For st.App(lifespan=...): hears of questions, warms up beside the first readers, and stops gently."""

    @contextlib.asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        watch.listeners.append(hear)
        _stop_gently_on(signal.SIGTERM, signal.SIGINT)
        threading.Thread(target=_warm, args=(warm,), daemon=True).start()
        log.info("started", extra={"port": streamlit.get_option("server.port")})
        yield
        log.info("stopped")

    return lifespan


def _warm(warm: Callable[[], None]) -> None:
    began = time.monotonic()
    try:
        warm()
    except Exception:
        log.warning("warming up failed", exc_info=True)
    else:
        log.info("warm", extra={"duration_s": round(time.monotonic() - began, 3)})


def _stop_gently_on(*signals: signal.Signals) -> None:
    """The web server's own handlers close the doors; questions that go on after that are ended."""
    for one in signals:
        closes = signal.getsignal(one)

        def handle(number: int, frame: FrameType | None, closes: object = closes) -> None:
            threading.Thread(target=_end_questions, daemon=True).start()
            if callable(closes):
                closes(number, frame)

        signal.signal(one, handle)


def finish(status: int) -> None:
    """Ends the process once the pages under way are done, without taking DuckDB's library apart, which complains of what is still referred to."""
    for thread in threading.enumerate():
        if thread.name.startswith(PAGES):
            thread.join()
    logging.shutdown()
    sys.stderr.flush()
    os._exit(status)


def _end_questions() -> None:
    stops_at = time.monotonic() + STOPS_WITHIN_S
    time.sleep(GRACE_S)
    while time.monotonic() < stops_at:
        watch.interrupt_all()
        time.sleep(0.01)  # a page under way may ask many more
    log.warning("stopped at once, as something did not end by itself")
    os._exit(0)
