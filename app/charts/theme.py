"""Colours by role, and the axes all charts share.

A role is a place in the theme's `chartCategoricalColors`, so a drawing is the same in light and dark and the browser
picks the colours.
"""

import altair as alt

ROLES = ("marketing", "sales", "joint", "ink", "label", "track", "good", "bad", "marketing_soft", "sales_soft")
_SCALE = alt.Scale(domain=list(ROLES))
LABEL_COLOR = alt.ExprRef("scale('color', 'label')")
TRACK_COLOR = alt.ExprRef("scale('color', 'track')")
LABEL_PX, FONT_PX = 190, 12
LARGE = 1.45  # how much larger what a room reads from three metres is


def constant(role: str) -> alt.ColorValue:
    """One role for all marks of a layer; another layer of the chart has to colour by field, which makes the scale."""
    return alt.ColorValue(alt.ExprRef(f"scale('color', '{role}')"))


def by_field(field: str) -> alt.Color:
    """The role that each row names in `field`."""
    return alt.Color(field=field, type="nominal", scale=_SCALE, legend=None)


def names(scale: float = 1.0) -> alt.Y:
    """The rows of a chart, in the order of the data, their names at the left."""
    axis = alt.Axis(
        title=None,
        labelColor=LABEL_COLOR,
        labelFontSize=FONT_PX * scale,
        labelLimit=LABEL_PX * scale,
        labelPadding=8,
        domain=False,
        ticks=False,
        grid=False,
    )
    return alt.Y(field="name", type="nominal", sort=None, axis=axis)


def across(field: str) -> alt.X:
    """A place across the chart from 0 to 1; what it stands for is written beside the mark."""
    return alt.X(field=field, type="quantitative", scale=alt.Scale(domain=[0, 1], nice=False), axis=None)


# A pale bar has an edge of its full colour, so that it is seen, and told from a full one without colours; others are kept apart by the ground.
EDGE = alt.StrokeValue(
    alt.ExprRef("test(/track/, datum.role) ? scale('color', 'label') : test(/_soft/, datum.role) ? scale('color', replace(datum.role, '_soft', '')) : background")
)
LEFT_EDGE, RIGHT_EDGE = alt.XValue(0), alt.XValue("width")
