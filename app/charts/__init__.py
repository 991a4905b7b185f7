"""Charts as data: rows in, a drawing (table and Vega-Lite spec) out. Nothing here asks a question or knows a page."""

from app.charts.draw import Bar, Drawing, Pair, Rate, bars, lanes, pairs, rates

__all__ = ["Bar", "Drawing", "Pair", "Rate", "bars", "lanes", "pairs", "rates"]
