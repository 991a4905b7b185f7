"""Charts as data: rows in, a drawing (table and Vega-Lite spec) out. Nothing here asks a question or knows a page."""

from app.charts.draw import Bar, Drawing, Pair, Rate, Stack, bars, lanes, pairs, rates, stacks
from app.charts.promises import Bin, deadline
from app.charts.story import Moment, Step, pace, story
from app.charts.weekly import Limits, WeekPoint, weekly
from app.charts.why import Rung, Split, splits, waterfall

__all__ = [
    "Bar", "Bin", "Drawing", "Limits", "Moment", "Pair", "Rate", "Rung", "Split", "Stack", "Step", "WeekPoint",
    "bars", "deadline", "lanes", "pace", "pairs", "rates", "splits", "stacks", "story", "waterfall", "weekly",
]  # fmt: skip
