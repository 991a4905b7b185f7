"""Charts as data: rows in, a drawing (table and Vega-Lite spec) out. Nothing here asks a question or knows a page."""

from app.charts.draw import Bar, Drawing, Pair, Rate, bars, lanes, pairs, rates
from app.charts.story import Moment, Step, pace, story

__all__ = ["Bar", "Drawing", "Moment", "Pair", "Rate", "Step", "bars", "lanes", "pace", "pairs", "rates", "story"]
