"""Charts as pictures, drawn without a browser, in the site's light colours and its font."""

import tomllib
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import vl_convert

from app.charts import Drawing
from app.charts.theme import ROLES
from app.digest.plain import harmless
from app.settings import ROOT

FONTS = Path(__file__).parent / "fonts"
WIDTH = 460  # of every chart, in pixels: its words keep their size on paper, and on a telephone nearly so
SHARP = 2.0


@dataclass(frozen=True)
class Picture:
    """A chart as a picture: its address inside the digest, both forms, and what it says to those who cannot see it."""

    name: str
    svg: str
    png: bytes
    alt: str


def picture(name: str, drawing: Drawing) -> Picture:
    """A drawing with its rows, as SVG for paper and PNG for mail."""
    _know_the_fonts()
    svg = vl_convert.vegalite_to_svg(_whole(drawing))
    return Picture(name, svg, vl_convert.svg_to_png(svg, scale=SHARP), str(harmless(drawing.alt)))


def data_url(one: Picture) -> str:
    """The picture as an address that holds it."""
    return f"data:image/png;base64,{b64encode(one.png).decode()}"


@cache
def colours() -> dict[str, str]:
    """The site's light colours: those of roles in charts, and of paper, lines and shade."""
    light = _light()
    return dict(zip(ROLES, light["chartCategoricalColors"], strict=True)) | {
        "paper": light["backgroundColor"], "shade": light["secondaryBackgroundColor"], "line": light["borderColor"],
    }  # fmt: skip


@cache
def _light() -> dict:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]["light"]


@cache
def _know_the_fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def _whole(drawing: Drawing) -> dict:
    """The spec with its rows, its size and the theme, which the browser brings on the site."""
    rows = [{name: _plain(value) for name, value in row.items()} for row in drawing.table.to_pylist()]
    config = drawing.spec.get("config", {}) | _theme()
    return drawing.spec | {
        "data": {"values": rows}, "width": WIDTH, "height": drawing.height, "autosize": {"type": "fit", "contains": "padding"}, "config": config,
    }  # fmt: skip


def _theme() -> dict:
    theme = _light()
    return {
        "font": "Inter", "background": theme["backgroundColor"], "range": {"category": theme["chartCategoricalColors"]},
        "axis": {"gridColor": theme["borderColor"], "labelColor": theme["grayTextColor"], "labelFontSize": 11},
        "text": {"color": theme["textColor"], "fontSize": 12},
    }  # fmt: skip


def _plain(value: object) -> object:
    """Texts without controls, and times as Vega reads them: in UTC and said to be."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    return value.replace(tzinfo=UTC).isoformat() if isinstance(value, datetime) else harmless(value)
