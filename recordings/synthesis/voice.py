"""A voice without words: glottal pulses and breath through formants, in one breath."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import resample_poly

from recordings.synthesis.signal import (
    RATE_HZ,
    Curve,
    Sound,
    count,
    curve,
    fade,
    peak,
    tract,
    wander,
)

_OVERSAMPLED = 3
"""Pulses are made at 48 kHz: at 16 kHz a scream's harmonics would fold back."""

OPEN_A = (950.0, 1500.0, 2800.0, 3900.0, 5200.0)
"""Formants of a wide open mouth, Hertz; a woman's, as all here."""
CLOSED_UH = (520.0, 1350.0, 2650.0, 3800.0, 5000.0)
HALF_EH = (650.0, 1900.0, 2750.0, 3900.0, 5100.0)
HUM = (380.0, 1150.0, 2500.0, 3600.0, 4900.0)
SCREAMED = (1250.0, 1900.0, 3000.0, 4200.0, 5600.0)
"""A jaw as far down as it goes."""


@dataclass(frozen=True, slots=True)
class Phonation:
    """One breath of voice."""

    duration_s: float
    pitch_hz: Curve
    loudness: Curve
    mouth: tuple[tuple[float, ...], tuple[float, ...]]
    """Formants at the start and at the end, Hertz."""
    open_quotient: float = 0.6
    """Share of each period the glottis is open: small is pressed and bright, large is weak."""
    breath: float = 0.1
    """Noise beside the voice, as a share of it."""
    jitter: float = 0.01
    """Irregularity of the pitch, as a share of it."""
    tremor: tuple[float, float] = (0.0, 0.0)
    """Rate in Hertz and depth (0 to 1) of a shaking voice."""
    roughness: tuple[float, float] = (0.0, 0.0)
    """Rate in Hertz and depth of the fast modulation that makes a scream alarming."""
    subharmonic: float = 0.0
    """How much weaker every second pulse is: a breaking voice."""
    width: float = 0.12
    """Bandwidth of the formants, as a share of their frequency."""
    bright: float = 0.6
    """Pre-emphasis, 0 to 1: how much effort lifts the high harmonics."""


def phonate(rng: np.random.Generator, how: Phonation) -> Sound:
    """Make one breath of voice, peak 1."""
    fast_hz = RATE_HZ * _OVERSAMPLED
    samples = count(how.duration_s) * _OVERSAMPLED
    pitch_hz = curve(how.pitch_hz, samples, fast_hz)
    shaking = _shaking(rng, how.tremor, samples, fast_hz)
    pitch_hz *= 1.0 + how.jitter * wander(rng, samples, 40.0, fast_hz) + 0.06 * shaking
    phase = np.cumsum(pitch_hz) / fast_hz
    weak = 1.0 - how.subharmonic * (np.floor(phase) % 2)
    pulses, flow = _pulses(phase % 1.0, how.open_quotient)
    hiss = rng.standard_normal(samples) * (0.3 + 0.7 * flow) * how.breath
    level = curve(how.loudness, samples, fast_hz) * (1.0 + 0.5 * shaking)
    rate_hz, depth = how.roughness
    unsteady = phase * 0.0 + np.cumsum(rate_hz * (1.0 + 0.2 * wander(rng, samples, 12.0, fast_hz)))
    level *= 1.0 - depth * (0.5 + 0.5 * np.sin(2.0 * np.pi * unsteady / fast_hz))
    source = resample_poly((pulses * weak + hiss) * level, 1, _OVERSAMPLED)
    source = source - how.bright * np.concatenate(([0.0], source[:-1]))
    return peak(fade(tract(source, *how.mouth, how.width), 0.01, 0.02))


def _shaking(
    rng: np.random.Generator, tremor: tuple[float, float], samples: int, rate_hz: int
) -> Sound:
    hertz, depth = tremor
    pace = hertz * (1.0 + 0.5 * wander(rng, samples, 4.0, rate_hz))
    return depth * np.sin(2.0 * np.pi * np.cumsum(pace) / rate_hz)


def _pulses(phase: Sound, open_quotient: float) -> tuple[Sound, Sound]:
    """Derivative and shape of the glottal flow (Rosenberg 1971, type B) at each phase, 0 to 1."""
    opening, closing = 0.65 * open_quotient, 0.35 * open_quotient
    rises, falls = phase < opening, (phase >= opening) & (phase < open_quotient)
    up, down = np.pi * phase / opening, 0.5 * np.pi * (phase - opening) / closing
    flow = np.where(rises, 0.5 - 0.5 * np.cos(up), np.where(falls, np.cos(down), 0.0))
    slope = np.where(
        rises,
        0.5 / opening * np.sin(up),
        np.where(falls, -0.5 / closing * np.sin(down), 0.0),
    )
    return slope * open_quotient, flow
