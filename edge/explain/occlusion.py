"""Which part of a sound decided: make a part as quiet as the room, hear again, and compare.

Occlusion: Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from classifier.network import Memory
from edge.explain.witness import Array, Window

SLICE_S = 0.25
"""What is made quiet at a time."""
LEAD_S = 2.0
"""A model with memory may have decided by what came before its windows: look so far back."""
FLOOR_SHARE = 0.1
"""The level that this share of the frames stays below is the quiet of a band."""
COUNTS = 0.5
"""A part that weighs this share of the heaviest counts as well."""
TONES_HZ = (500.0, 2000.0)
"""Where low tones end and high ones begin."""
_SURE = 1e-6
"""Scores this near 0 or 1 are no surer than that."""

HearAgain = Callable[[Memory, Iterable[Array]], list[tuple[float, ...]]]
"""From what the model remembered and the windows that follow, [patch_frames, mels], to scores."""


class Tone(StrEnum):
    """A third of what an ear can tell apart by height."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Slice:
    """A short piece of the sound, and what it weighed in the decision."""

    begins_s: float
    ends_s: float
    weight: float
    """How far the score falls without it, in log-odds: what is certain moves too."""


@dataclass(frozen=True, slots=True)
class Decisive:
    """What one event was decided by."""

    slices: tuple[Slice, ...]
    """In their order, without a gap."""
    weights: tuple[tuple[Tone, float], ...]
    """How far the score falls without each tone, in log-odds."""
    first: int
    """The slices that decided, the heaviest among them: from this one..."""
    last: int
    """...to this one."""
    score: float
    """Of the windows that raised it, on average."""
    without: float
    """The same, had the slices that decided been quiet."""

    @property
    def begins_s(self) -> float:
        """Where the slices that decided begin."""
        return self.slices[self.first].begins_s

    @property
    def ends_s(self) -> float:
        """Where the slices that decided end."""
        return self.slices[self.last].ends_s

    @property
    def tones(self) -> tuple[Tone, ...]:
        """Those that counted; none when no tone weighed anything."""
        least = COUNTS * max(weight for _tone, weight in self.weights)
        return tuple(tone for tone, weight in self.weights if least > 0.0 and weight >= least)


class Occlusion:
    """Hears one stretch again, with parts of it made quiet."""

    def __init__(
        self,
        windows: Sequence[Window],
        hear_again: HearAgain,
        centres_hz: NDArray[np.float64],
        step_s: float,
    ) -> None:
        """Join the windows.

        Args:
            windows: at least one, in their order, as the model saw them.
            hear_again: the model.
            centres_hz: middle of each band, [mels], rising.
            step_s: from one frame to the next.
        """
        self.begins = windows[0].first
        self.frames = _join(windows)
        self._windows = windows
        self._hear_again = hear_again
        self._step_s = step_s
        self._floor = np.quantile(self.frames, FLOOR_SHARE, axis=0).astype(np.float32)
        self._bands = bands_of(centres_hz)

    def explain(self, decided: Sequence[Window], place: int) -> Decisive:
        """What moved one score, at `place`, in the windows that decided, at least one."""
        scores = np.array([window.scores[place] for window in decided])
        pieces = self._pieces(decided)
        everything = slice(None)
        slices = tuple(
            Slice(
                (self.begins + piece.start) * self._step_s,
                (self.begins + piece.stop) * self._step_s,
                _weight(scores, self._without(piece, everything, decided, place)),
            )
            for piece in pieces
        )
        whole = slice(pieces[0].start, pieces[-1].stop)
        weights = tuple(
            (tone, _weight(scores, self._without(whole, bands, decided, place)))
            for tone, bands in self._bands.items()
        )
        first, last = _around_heaviest([each.weight for each in slices])
        deciding = slice(pieces[first].start, pieces[last].stop)
        without = self._without(deciding, everything, decided, place)
        return Decisive(slices, weights, first, last, float(scores.mean()), float(without.mean()))

    def _pieces(self, decided: Sequence[Window]) -> list[slice]:
        """Frames of the slices, from where a memory may reach back to the last window's end."""
        size = max(1, round(SLICE_S / self._step_s))
        lead = round(LEAD_S / self._step_s) if decided[0].memory else 0
        begins = max(0, decided[0].first - lead - self.begins)
        ends = decided[-1].first + len(decided[-1].frames) - self.begins
        return [slice(max(begins, end - size), end) for end in range(ends, begins, -size)][::-1]

    def _without(
        self, piece: slice, bands: slice, decided: Sequence[Window], place: int
    ) -> NDArray[np.float64]:
        """Scores of the windows that decided, had some frames of some bands been quiet."""
        frames = self.frames.copy()
        part = frames[piece, bands]
        np.minimum(part, self._floor[bands], out=part)
        size = len(decided[0].frames)
        touched = [
            window
            for window in self._windows
            if window.first + size > self.begins + piece.start and window.first <= decided[-1].first
        ]
        starts = [window.first - self.begins for window in touched]
        patches = (frames[start : start + size] for start in starts)
        heard = self._hear_again(touched[0].memory, patches)
        again = {window.first: scores for window, scores in zip(touched, heard, strict=True)}
        return np.array([again.get(each.first, each.scores)[place] for each in decided])


def _join(windows: Sequence[Window]) -> Array:
    """Overlapping windows to the frames they were cut from, [frames, mels]."""
    begins, size = windows[0].first, len(windows[0].frames)
    frames = np.empty((windows[-1].first - begins + size, windows[0].frames.shape[1]), np.float32)
    for window in windows:
        frames[window.first - begins :][:size] = window.frames
    return frames


def bands_of(centres_hz: NDArray[np.float64]) -> dict[Tone, slice]:
    """Which bands are which tones; a front end may have none of some."""
    low, high = (int(edge) for edge in np.searchsorted(centres_hz, TONES_HZ))
    edges = (0, low, high, len(centres_hz))
    return {tone: slice(edges[i], edges[i + 1]) for i, tone in enumerate(Tone)}


def _weight(scores: NDArray[np.float64], without: NDArray[np.float64]) -> float:
    """How far scores fell, in log-odds, on average; 0 if they rose."""
    return max(0.0, float(np.mean(_log_odds(scores) - _log_odds(without))))


def _log_odds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    sure = np.clip(scores, _SURE, 1.0 - _SURE)
    odds: NDArray[np.float64] = np.log(sure / (1.0 - sure))
    return odds


def _around_heaviest(weights: Sequence[float]) -> tuple[int, int]:
    """The heaviest and its neighbours on both sides, as far as they count."""
    first = last = int(np.argmax(weights))
    least = COUNTS * weights[first]
    while first > 0 and weights[first - 1] >= least:
        first -= 1
    while last + 1 < len(weights) and weights[last + 1] >= least:
        last += 1
    return first, last
