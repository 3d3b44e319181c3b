"""Televisions and radios: what their small loudspeakers make of a sound."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from classifier.training.corpus import RATE_HZ
from classifier.training.labels import EVENTS
from classifier.training.menu import Sound

Samples = NDArray[np.float32]
_FRAME = 320
_MOST_GAIN = 10.0
"""A compressor raises no pause by more than 20 dB."""


@dataclass(frozen=True, slots=True)
class Band:
    """Where a loudspeaker begins and ends, each somewhere in a range, Hz."""

    low_hz: tuple[float, float]
    high_hz: tuple[float, float]


LOUDSPEAKERS = {
    "television": Band((120.0, 300.0), (5000.0, 7500.0)),
    "radio": Band((150.0, 400.0), (3000.0, 5500.0)),
}


def through_loudspeaker(rng: np.random.Generator, samples: Samples, kind: str) -> Samples:
    """Compressed as broadcasters do, then limited to the band of a small loudspeaker."""
    band = LOUDSPEAKERS[kind]
    edges_hz = (rng.uniform(*band.low_hz), rng.uniform(*band.high_hz))
    pressed = _compressed(samples, ratio=float(rng.uniform(2.0, 5.0)))
    played: Samples = sosfilt(
        butter(2, edges_hz, btype="bandpass", fs=RATE_HZ, output="sos"), pressed
    ).astype(np.float32)
    return played


def televised(rng: np.random.Generator, sound: Sound) -> Sound:
    """A cry or a scream that nobody in the room uttered: of no target that raises an event."""
    return replace(
        sound,
        samples=through_loudspeaker(rng, sound.samples, "television"),
        targets=sound.targets - frozenset(EVENTS),
        unsure=frozenset(),
        sublabel=f"television_{sound.sublabel}",
        text="",
    )


def _compressed(samples: Samples, ratio: float) -> Samples:
    """Levels over frames of 20 ms, brought nearer to the loudest by `ratio`, in dB."""
    frames = max(1, len(samples) // _FRAME)
    used = samples[: frames * _FRAME].reshape(frames, -1)
    levels = np.sqrt(np.mean(used**2, axis=1)) + 1e-9
    gains = np.minimum((levels.max() / levels) ** (1.0 - 1.0 / ratio), _MOST_GAIN)
    middles = (np.arange(frames) + 0.5) * _FRAME
    smooth = np.interp(np.arange(len(samples)), middles, gains)
    pressed: Samples = (samples * smooth).astype(np.float32)
    return pressed
