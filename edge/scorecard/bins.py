"""How loud and how far: the bins that recall is told by."""

from bisect import bisect_right
from itertools import pairwise

from edge.scorecard.trial import Promise

LOUD_DB = 10.0
"""From here on, over the bed, a sound is one that must be heard."""
_LOUDNESS_DB = (5.0, 10.0, 20.0)
_DISTANCE_M = (2.0, 3.0, 4.0)


def is_loud(promise: Promise) -> bool:
    """Whether it is known to be at 10 dB over the bed or better."""
    return promise.snr_db is not None and promise.snr_db >= LOUD_DB


def by_loudness(promise: Promise) -> str | None:
    """Its bin of signal to noise; None where that is unknown."""
    return None if promise.snr_db is None else _bin(promise.snr_db, _LOUDNESS_DB, "dB")


def by_distance(promise: Promise) -> str | None:
    """Its bin of metres from the microphone; None where that is unknown."""
    return None if promise.distance_m is None else _bin(promise.distance_m, _DISTANCE_M, "m")


def in_order(name: str) -> tuple[int, str]:
    """What to sort bins by, from low to high; other names come by the alphabet."""
    return (_ORDER.index(name) if name in _ORDER else 0, name)


def _names(edges: tuple[float, ...], unit: str) -> list[str]:
    between = [f"{low:g} to {high:g} {unit}" for low, high in pairwise(edges)]
    return [f"below {edges[0]:g} {unit}", *between, f"{edges[-1]:g} {unit} or more"]


def _bin(value: float, edges: tuple[float, ...], unit: str) -> str:
    return _names(edges, unit)[bisect_right(edges, value)]


_ORDER = [*_names(_LOUDNESS_DB, "dB"), *_names(_DISTANCE_M, "m")]
