"""The forms made of text: the page, Markdown, and the plain words of a mail."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.digest.pictures import WIDTH, Picture, colours

INSIDE = re.compile(r"([\\`*_{}\[\]|~$])")  # begin something anywhere in a line of Markdown
FIRST = re.compile(r"^([#+\-=:]|\d+(?=[.)](?:\s|$)))", re.M)  # only at its beginning
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def page(data: Mapping[str, object], pictures: Mapping[str, Picture], source: Callable[[str], str]) -> str:
    """The digest as one HTML page; `source` gives the address of a picture by its name."""
    return _environment(_as_markdown, True).get_template("digest.html.jinja").render(data, pictures=pictures, source=source, colours=colours(), width=WIDTH)


def markdown(data: Mapping[str, object]) -> str:
    """The digest as Markdown."""
    return _environment(_as_markdown, False).get_template("digest.md.jinja").render(data)


def words(data: Mapping[str, object]) -> str:
    """The digest for readers who see no page: Markdown's layout, with the words as they are."""
    return _environment(_as_it_is, False).get_template("digest.md.jinja").render(data)


@cache
def _environment(write: Callable[[str, str], str], is_html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=is_html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {"t": write, "cell": lambda text: write(text.replace("\n", " "))}
    return environment


def _as_markdown(text: str, indent: str = "") -> str:
    """Text that no reader of Markdown takes for anything else."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return f"\\\n{indent}".join(FIRST.sub(_held, INSIDE.sub(r"\\\1", "".join(ENTITIES.get(sign, sign) for sign in line))) for line in lines)


def _held(match: re.Match) -> str:
    return f"{match[1]}\\" if match[1].isdigit() else f"\\{match[1]}"


def _as_it_is(text: str, indent: str = "") -> str:
    return text.replace("\n", f"\n{indent}")
