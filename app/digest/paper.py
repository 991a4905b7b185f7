"""The digest on paper, set by Typst: a PDF, or one tall picture."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst

from app.digest.pictures import FONTS, Picture, colours

LONG_WORD = re.compile(r"(\S{40})(?=[\w!-~])")


def paper(data: Mapping[str, object], pictures: Mapping[str, Picture], form: str) -> bytes:
    """The digest as `pdf` (A4) or `png`."""
    drawn = {name: {"svg": picture.svg, "alt": picture.alt} for name, picture in pictures.items()}
    digest = _breakable(dict(data)) | {"pictures": drawn, "colours": colours()}
    folder = Path(__file__).parent
    # One compiler for each digest: two readers may ask at once.
    compiler = typst.Compiler(folder / "digest.typ", root=folder, font_paths=_fonts(), sys_inputs={"digest": json.dumps(digest, ensure_ascii=False), "form": form})
    return compiler.compile(format=form)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(font_paths=[FONTS])


def _breakable(value: object) -> object:
    """Long words may be broken: a place to do so is no mark that is seen."""
    if isinstance(value, str):
        return LONG_WORD.sub("\\1\N{ZERO WIDTH SPACE}", value)
    if isinstance(value, dict):
        return {name: _breakable(part) for name, part in value.items()}
    return [_breakable(part) for part in value] if isinstance(value, list) else value
