"""The digest to take away: the week's meeting as one HTML file, a PDF, a picture or Markdown, and by mail."""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from app.digest.content import told
from app.digest.mail import letter, post, readers
from app.digest.paper import paper
from app.digest.pictures import data_url, picture
from app.digest.text import markdown, page, words
from app.errors import DigestError
from app.meeting.model import Meeting
from app.settings import Settings

__all__ = ["FORMS", "readers", "render", "send", "write"]

FORMS = ("html", "pdf", "png", "md")


def render(meeting: Meeting, form: str, made_at: datetime) -> bytes:
    """The digest as one of FORMS; `made_at` (UTC) is shown in one line. Raises DigestError for any other form."""
    if form not in FORMS:
        raise DigestError(f"A digest is {', '.join(FORMS[:-1])} or {FORMS[-1]}, not {repr(form) if form else 'a file without an ending'}.")
    data, drawings = told(meeting, made_at)
    if form == "md":
        return markdown(data).encode()
    pictures = {name: picture(name, drawing) for name, drawing in drawings.items()}
    if form == "html":
        return page(data, pictures, lambda name: data_url(pictures[name])).encode()
    return paper(data, pictures, form)


def write(meeting: Meeting, path: Path, made_at: datetime) -> None:
    """Writes the digest to a file, in the form that its ending names: whole, or not at all. Raises DigestError where it cannot be."""
    content = render(meeting, path.suffix.removeprefix(".").lower(), made_at)
    try:
        _replace(path, content)
    except OSError as fault:
        raise DigestError(f"The digest cannot be written to {path}: {fault.strerror}.") from None


def send(meeting: Meeting, settings: Settings, made_at: datetime) -> list[str]:
    """Mails the digest: plain words, the page with its pictures, and the PDF. Returns the readers the mail server took it for.

    Raises DigestError where a setting is missing or cannot be, or the mail server takes it for nobody.
    """
    data, drawings = told(meeting, made_at)
    pictures = {name: picture(name, drawing) for name, drawing in drawings.items()}
    body = page(data, pictures, lambda name: f"cid:{name}")
    attached = f"digest-{meeting.week.isoformat()}.pdf"
    return post(settings, letter(settings, data["title"], made_at, words(data), body, [*pictures.values()], paper(data, pictures, "pdf"), attached))


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
