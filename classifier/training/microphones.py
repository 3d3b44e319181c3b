"""Microphones to hear scenes through: their curves, their gains, their clipping."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
RATE_HZ = 16_000
_CURVED = 0.8
"""Share of microphones with a curve of their own; the rest are flat."""


def record(
    rng: np.random.Generator, samples: Samples, peak_dbfs: tuple[float, float], clipped: float
) -> Samples:
    """What a microphone makes of a scene: curve, then gain, quantised to 16 bits.

    Args:
        rng: chooses the microphone.
        samples: at any level.
        peak_dbfs: where the loudest moment may lie.
        clipped: chance that it lies up to 12 dB above full scale instead.
    """
    heard = microphone_curve(rng, samples) if rng.random() < _CURVED else samples
    loudest_dbfs = (
        rng.uniform(*peak_dbfs) if rng.random() < 1.0 - clipped else rng.uniform(0.0, 12.0)
    )
    heard = heard * np.float32(10 ** (loudest_dbfs / 20.0) / (np.abs(heard).max() + 1e-9))
    return (np.round(np.clip(heard, -1.0, 32767 / 32768) * 32768.0) / 32768.0).astype(np.float32)


def microphone_curve(rng: np.random.Generator, samples: Samples) -> Samples:
    """A cheap microphone's response: low cut, high cut, a presence bump, a random tilt."""
    spectrum = np.fft.rfft(samples)
    hertz = np.maximum(np.fft.rfftfreq(len(samples), 1 / RATE_HZ), 1.0)
    gain_db = rng.uniform(-3.0, 3.0) * np.log2(hertz / 1000.0)
    bump_hz, bump_db = rng.uniform(1500.0, 6000.0), rng.uniform(-4.0, 8.0)
    gain_db += bump_db * np.exp(-((np.log2(hertz / bump_hz)) ** 2) / 0.5)
    low_hz = rng.uniform(20.0, 150.0)
    gain = 10.0 ** (np.clip(gain_db, -20.0, 20.0) / 20.0) / np.sqrt(1.0 + (low_hz / hertz) ** 4)
    return np.fft.irfft(spectrum * gain, len(samples)).astype(np.float32)
