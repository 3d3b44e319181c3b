"""What the model thought of one window of sound."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scores:
    """One decision; the next one follows a hop later."""

    at_s: float
    """Stream time of the end of the analysed window, seconds; an exact multiple of the hop."""
    values: tuple[float, ...]
    """0 to 1 for each label, in the manifest's order."""
    level_dbfs: float
    """RMS of the last hop, dB relative to full scale, never below -120."""
    peak_s: float
    """Stream time of the loudest 10 ms inside the window, seconds: where a blow fell."""
