"""The same scene as another mouth, hand or microphone would make it: on its log-mel, at no cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.features import LogMelSpec
from classifier.training.scenes import Event

Mel = NDArray[np.float32]
_TEMPO, _THROAT = 0.2, 0.16
"""Natural logarithms of the most that a scene is quicker and its voices are higher."""
_HOW_OFTEN = 0.7
_KNOTS, _TONE, _GAIN = 5, 0.8, 2.0
"""Of a smooth curve over the bands: its points, their spread, and by how much all of it moves."""
QUICKEST = float(np.exp(_TEMPO))


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One way to hear scenes."""

    tempo: float
    """So many times as quick."""
    throat: float
    """So many times as high, formants and harmonics together (Jaitly and Hinton 2013)."""
    tone: Mel
    """Added to each band. [mels]"""

    def mel(self, mel: Mel, spec: LogMelSpec) -> Mel:
        """[frames, mels] to [frames / tempo, mels]; never below what silence gives."""
        frames = int((len(mel) - 1) / self.tempo)
        timely = between(mel, np.arange(frames) * self.tempo)
        higher = between(timely.T, _bands_at(spec, 1.0 / self.throat)).T
        heard: Mel = np.maximum(higher + self.tone, np.log(spec.log_offset)).astype(np.float32)
        return heard

    def events(self, events: Sequence[Event], skipped_s: float) -> list[Event]:
        """When they are, counted from so long after the beginning, seconds."""

        def moved(at_s: float) -> float:
            return at_s / self.tempo - skipped_s

        return [
            replace(
                event,
                onset_s=moved(event.onset_s),
                offset_s=moved(event.offset_s),
                rises_s=None if event.rises_s is None else moved(event.rises_s),
            )
            for event in events
        ]


def some_other(rng: np.random.Generator, spec: LogMelSpec) -> Otherwise:
    """Chance."""
    tempo, throat = (
        float(np.exp(rng.uniform(-most, most))) if rng.random() < _HOW_OFTEN else 1.0
        for most in (_TEMPO, _THROAT)
    )
    knots = np.linspace(0.0, spec.n_mels - 1.0, _KNOTS)
    tone = np.interp(np.arange(spec.n_mels), knots, rng.normal(0.0, _TONE, _KNOTS))
    return Otherwise(tempo, throat, (tone + rng.uniform(-_GAIN, _GAIN)).astype(np.float32))


def as_it_is(spec: LogMelSpec) -> Otherwise:
    """No other way."""
    return Otherwise(1.0, 1.0, np.zeros(spec.n_mels, np.float32))


def between(rows: Mel, places: NDArray[np.floating[Any]]) -> Mel:
    """Rows [n, ...] at places [m] between them, by straight lines; beyond the ends, the last."""
    within = np.clip(places, 0.0, len(rows) - 1.0)
    first = np.minimum(within.astype(np.int64), len(rows) - 2)
    share = (within - first).astype(np.float32)[:, None]
    mixed: Mel = rows[first] * (1.0 - share) + rows[first + 1] * share
    return mixed


def _bands_at(spec: LogMelSpec, factor: float) -> NDArray[np.float64]:
    """Where the centre of each band lies among the bands once multiplied by so much. [mels]"""
    import librosa

    corners = librosa.mel_frequencies(
        spec.n_mels + 2, fmin=spec.fmin_hz, fmax=spec.fmax_hz, htk=True
    )
    centres = corners[1:-1]
    places: NDArray[np.float64] = np.interp(centres * factor, centres, np.arange(len(centres)))
    return places
