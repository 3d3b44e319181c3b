"""How touchy a class of sounds is: steps along the curve measured for each output. Pure."""

from classifier.manifest import Label as Output
from classifier.manifest import OperatingPoint
from edge.config import Sensitivity

_STEPS: dict[Sensitivity, int] = {
    "very_low": -2,
    "low": -1,
    "normal": 0,
    "high": 1,
    "very_high": 2,
}
"""Along the curve: one up finds more, and makes up about twice as much."""


def operating_point(output: Output, sensitivity: Sensitivity) -> OperatingPoint | None:
    """Where an output works, as far as its curve goes; None where nothing was measured."""
    if not output.curve:
        return None
    released = [point.threshold for point in output.curve].index(output.threshold)
    place = released - _STEPS[sensitivity]
    return output.curve[min(max(place, 0), len(output.curve) - 1)]


def threshold(output: Output, sensitivity: Sensitivity) -> float:
    """A score of the output from here on is a hit."""
    point = operating_point(output, sensitivity)
    return point.threshold if point else output.threshold
