"""How the picture of `veilleur explain` looks: readable in print, in grey, without colours."""

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from alert_broker.messages import Label

DPI = 100
WIDTH_IN, LEFT_IN, RIGHT_IN = 14.0, 2.3, 0.6
"""Of the page, and what stays free beside the panels."""
INSIDE_IN = WIDTH_IN - LEFT_IN - RIGHT_IN
MARGIN_IN = 0.3
LARGE, USUAL, SMALL = 14.0, 12.0, 10.0
"""Sizes of letters, points."""
INK, SOFT, FAINT = "#1a1a1a", "#5c5c5c", "#d9d9d9"
_COLOURS = {Label.FALL: "#d55e00", Label.CALL: "#0072b2", Label.CRY: "#009e73"}
"""Okabe and Ito's, which people who see fewer colours can tell apart; never alone."""
_HATCHES = {Label.FALL: "///", Label.CALL: "", Label.CRY: "..."}
_OTHER_COLOUR, _OTHER_HATCH = "#a3507f", "xxx"
"""Of classes that are no sound of their own."""
GREYS = LinearSegmentedColormap.from_list("paper", ["#ffffff", "#202020"], N=12)
"""Few steps: a small file."""


def colour_of(label: Label) -> str:
    """The colour of a class."""
    return _COLOURS.get(label, _OTHER_COLOUR)


def hatch_of(label: Label) -> str:
    """The hatch of a class, for who does not see its colour."""
    return _HATCHES.get(label, _OTHER_HATCH)


def width_in(text: str, size: float) -> float:
    """How wide a line of text is, inches."""
    font = FontProperties(size=size)
    points, _height, _descent = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return points / 72.0


def line_in(size: float) -> float:
    """From one line of text to the next, inches."""
    return 1.35 * size / 72.0
