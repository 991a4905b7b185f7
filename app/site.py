"""Starts the site: `python -m app.site --server.port 8501` is `streamlit run app/operation/server.py`, fit for deep links and for service."""

import signal
import sys
from types import FrameType

from streamlit import net_util
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

from app.errors import AccordError
from app.operation import logs
from app.operation.life import finish
from app.operation.measures import Errors
from app.serving import latest_generation
from app.settings import ROOT, Settings, read_settings

# A folder named pages/ makes Streamlit take an app for one of its old kind until the first run tells it otherwise, and the
# first visitor of a new server would read "Page not found" at any address but the home page's.
PagesManager.uses_pages_directory = False
# A page of another site that tries to reach this one makes Streamlit ask hosts on the internet for its own address, while all readers wait.
net_util.get_external_ip = lambda: None

PLAIN = "--plain-log"  # of `accord demo`: no lines of JSON for a newcomer


def main() -> None:
    """Serves until it is told to stop, which is a good end: exit status 0."""
    settings = read_settings()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    logs.set_up(lambda: _generation(settings), Errors(), is_plain=PLAIN in sys.argv)
    logs.take_over_streamlit()
    options = ["--server.headless", "true", "--logger.hideWelcomeMessage", "true", "--logger.level", "warning"]
    sys.argv = ["streamlit", "run", str(ROOT / "app" / "operation" / "server.py"), *options, *(one for one in sys.argv[1:] if one != PLAIN)]
    try:
        cli.main()
    except SystemExit as end:
        finish(end.code if isinstance(end.code, int) else 0)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _generation(settings: Settings) -> str | None:
    try:
        return latest_generation(settings.scorecard)
    except AccordError:
        return None


if __name__ == "__main__":
    main()
