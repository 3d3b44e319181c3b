"""The same recording again, otherwise encoded, louder, cut or padded: no checksum tells it.

Where the most eventful second of one recording lies in another, its bands rise and fall there just
so. Voices and rooms that only sound alike do not come near.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.features import LogMel, LogMelSpec
from classifier.training.design import filterbank

Array = NDArray[np.float32]
SAME = 0.94
"""Correlation. Of the 1738 recordings of a second and more among those of calls, crying and falls
that taught and judged the released model, half reach 0.59 in another at best and nine of ten 0.80;
the two that were known to be the same reach 0.96 and 0.98."""
_SPEC = LogMelSpec(hop=320, n_mels=32)
_SECOND = 50
"""Frames; what is shorter is alike by chance."""
_DEEP = np.float32(6.0)
"""26 dB below the loudest, as a natural logarithm of power: what is deeper is noise."""
_STILL = np.float32(1e-3)


@dataclass(frozen=True, slots=True)
class Twin:
    """One recording lies in another."""

    number: int
    other: int
    alike: float
    """Correlation, up to 1."""


class Shapes:
    """How each of some recordings rises and falls."""

    def __init__(self) -> None:
        self._log_mel = LogMel(_SPEC, filterbank(_SPEC))
        self._mels: dict[int, Array] = {}

    def add(self, number: int, samples: Array) -> None:
        """Take a recording, [samples] at 16 kHz, by its number; one too short is passed over."""
        self._log_mel.reset()
        mel = self._log_mel.push(samples)
        if len(mel) >= _SECOND:
            self._mels[number] = np.maximum(mel, mel.max() - _DEEP)

    def twins(self, units: Sequence[str]) -> Iterator[Twin]:
        """Each recording that lies in one of another unit, and the one where it fits best.

        Args:
            units: of all recordings, by number.
        """
        numbers = list(self._mels)
        if not numbers:
            return
        eventful = np.stack([_most_eventful(mel) for mel in self._mels.values()])
        best = np.zeros(len(numbers), np.float32)
        others = np.zeros(len(numbers), np.int64)
        for other, mel in self._mels.items():
            alike = (_shapes(_changes(mel)) @ eventful.T).max(axis=0)
            alike[[units[number] == units[other] for number in numbers]] = 0.0
            others[alike > best] = other
            best = np.maximum(best, alike)
        for place in np.flatnonzero(best >= SAME):
            yield Twin(numbers[place], int(others[place]), float(best[place]))


def _changes(mel: Array) -> Array:
    """[frames, mels] to what changes in each second of it, band by band: [seconds, values]."""
    seconds = np.lib.stride_tricks.sliding_window_view(mel, _SECOND, axis=0)
    changes: Array = (seconds - seconds.mean(axis=2, keepdims=True)).reshape(len(seconds), -1)
    return changes


def _shapes(changes: Array) -> Array:
    """All of length one, but for those of nothing at all."""
    lengths: Array = np.maximum(_lengths(changes), _STILL)
    shapes: Array = np.divide(changes, lengths[:, None])
    return shapes


def _most_eventful(mel: Array) -> Array:
    changes = _changes(mel)
    place = int(_lengths(changes).argmax())
    shape: Array = _shapes(changes[place : place + 1])[0]
    return shape


def _lengths(changes: Array) -> Array:
    lengths: Array = np.linalg.norm(changes, axis=1)
    return lengths
