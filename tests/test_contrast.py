"""Every mark and every text of charts and tiles stands out from its ground, in light and in dark: WCAG's AA, worked out from the theme's colours."""

import re
import tomllib

import pytest
from test_charts import specs

from app.charts.theme import ROLES
from app.settings import ROOT

TEXT, GRAPHIC = 4.5, 3.0
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
MODES = ("light", "dark")
PALE = ("track", "marketing_soft", "sales_soft")  # seen by their edge; as a line, `track` is a guide for the eye alone
FULL = tuple(role for role in ROLES if role not in PALE)
WHITE = "#ffffff"


def colours(mode: str) -> dict[str, str]:
    """The colours of the roles, and of the theme by its own names."""
    return dict(zip(ROLES, THEME[mode]["chartCategoricalColors"], strict=True)) | THEME[mode]


def test_the_formula_gives_what_wcag_says() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.005)  # the well-known grey that just fails
    assert blended("#000000", WHITE, 0.5) == "#808080"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_stands_out(mode: str, ground: str) -> None:
    """What tiles, tables, boards and charts are written in."""
    found = colours(mode)
    for name in ("ink", "label", "good", "bad", "textColor", "linkColor", "grayTextColor", "greenTextColor", "redTextColor", "marketing", "sales", "joint"):
        assert contrast(found[name], found[ground]) >= TEXT, name


@pytest.mark.parametrize("mode", MODES)
def test_what_is_written_on_a_part_stands_out_from_it(mode: str) -> None:
    """Numbers on the parts of a stack, and on what is chosen or pressed."""
    found = colours(mode)
    for role in ("marketing", "sales", "bad"):
        assert contrast(found["backgroundColor"], found[role]) >= TEXT, role
    for role in PALE:
        assert contrast(found["ink"], found[role]) >= TEXT, role
    assert contrast(WHITE, found["primaryColor"]) >= TEXT
    assert contrast(found["primaryColor"], found["backgroundColor"]) >= GRAPHIC  # the ring of what has the focus


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", specs())
def test_every_mark_of_a_chart_stands_out(mode: str, name: str) -> None:
    found = colours(mode)
    seen = 0
    for layer in specs()[name]["layer"]:
        mark, encoding = layer["mark"], layer["encoding"]
        opacity = mark.get("opacity", 1)
        if opacity == 0.001 or mark.get("stroke", {}) == {"expr": "background"}:
            continue  # what answers to a pointer, and the edge of ground around a text
        for role in shown(encoding["color"]):
            needed = TEXT if mark["type"] == "text" else GRAPHIC
            colour = found[role] if isinstance(opacity, dict) else blended(found[role], found["backgroundColor"], opacity)
            assert contrast(colour, found["backgroundColor"]) >= needed, (role, mark)
            seen += 1
    assert seen


def shown(color: dict) -> list[str]:
    """Which roles a layer's marks can have."""
    if "field" in color:
        return list(FULL)
    named = re.findall(r"scale\('color', '(\w+)'\)", str(color["value"]))
    return [role for role in named if role in FULL and "test(" not in str(color["value"])]


@pytest.mark.parametrize("file", sorted([*ROOT.glob("app/views/**/*.css"), *ROOT.glob("app/views/**/*.js")], key=str), ids=lambda path: path.name)
def test_nothing_moves_by_itself(file: object) -> None:
    """Who asks for less motion gets none of ours, as there is none."""
    assert not re.search(r"\b(transition(?!: none)|animation|@keyframes|requestAnimationFrame)\b|behavior: *.smooth", file.read_text())


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (channel / 255 for channel in channels(colour))]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def blended(colour: str, ground: str, opacity: float) -> str:
    """What is seen of a colour that lets its ground through."""
    return "#" + "".join(f"{round(top * opacity + low * (1 - opacity)):02x}" for top, low in zip(channels(colour), channels(ground), strict=True))


def channels(colour: str) -> list[int]:
    """Red, green and blue of #rrggbb, 0 to 255."""
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
