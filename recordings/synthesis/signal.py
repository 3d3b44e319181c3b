"""The small vocabulary of every synthesiser here: noise, curves, bands, resonators, decibels."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.signal import butter, lfilter, sosfilt

RATE_HZ = 16_000
"""Rate of every sound and scene, Hertz."""

Sound = NDArray[np.float64]
"""Shape [n], mono at `RATE_HZ`; dry sounds have no absolute level until a scene places them."""

Curve = Sequence[tuple[float, float]]
"""(seconds, value) points, joined by straight lines."""


def count(duration_s: float) -> int:
    """Samples in so many seconds."""
    return round(duration_s * RATE_HZ)


def curve(points: Curve, samples: int, rate_hz: int = RATE_HZ) -> Sound:
    """A curve sampled at `rate_hz`; before its first and after its last point it is flat."""
    times, values = zip(*points, strict=True)
    return np.asarray(np.interp(np.arange(samples) / rate_hz, times, values))


def wander(rng: np.random.Generator, samples: int, pace_hz: float, rate_hz: int = RATE_HZ) -> Sound:
    """A slow random curve of unit variance that changes about `pace_hz` times a second."""
    knots = max(4, round(samples / rate_hz * pace_hz) + 3)
    at = np.arange(samples) * (knots - 1) / max(1, samples)
    return np.interp(at, np.arange(knots), rng.standard_normal(knots)) * 1.2


def band(sound: Sound, low_hz: float | None, high_hz: float | None, order: int = 2) -> Sound:
    """What lies between two frequencies; None leaves that side open."""
    if low_hz is None and high_hz is None:
        return sound
    edges: ArrayLike
    if low_hz is None or high_hz is None:
        edges, kind = (high_hz or low_hz or 0.0), ("lowpass" if low_hz is None else "highpass")
    else:
        edges, kind = (low_hz, high_hz), "bandpass"
    return np.asarray(sosfilt(butter(order, edges, kind, fs=RATE_HZ, output="sos"), sound))


def tilted(sound: Sound, corner_hz: float, db_per_octave: float) -> Sound:
    """Let the spectrum rise or fall by so many decibels an octave above a corner; flat below."""
    spectrum = np.fft.rfft(sound)
    frequency_hz = np.fft.rfftfreq(sound.size, 1.0 / RATE_HZ)
    octaves = np.log2(np.maximum(frequency_hz, corner_hz) / corner_hz)
    return np.fft.irfft(spectrum * 10.0 ** (db_per_octave * octaves / 20.0), sound.size)


def resonator(frequency_hz: float, bandwidth_hz: float) -> tuple[list[float], list[float]]:
    """Coefficients of a two-pole resonance with unit gain at 0 Hz (Klatt 1980, eq. 1 and 2)."""
    radius = np.exp(-np.pi * bandwidth_hz / RATE_HZ)
    first = 2.0 * radius * np.cos(2.0 * np.pi * frequency_hz / RATE_HZ)
    second = -(radius**2)
    return [1.0 - first - second], [1.0, -first, -second]


def tract(sound: Sound, starts: Sequence[float], ends: Sequence[float], width: float) -> Sound:
    """Pass a sound through formants in series that glide from `starts` to `ends`, Hertz.

    `width` is each formant's bandwidth as a share of its frequency, 60 Hz at least.
    """
    step = count(0.01)
    edges = [*range(0, sound.size, step), sound.size]
    for start_hz, end_hz in zip(starts, ends, strict=True):
        state = np.zeros(2)
        pieces = []
        for low, high in pairwise(edges):
            centre_hz = start_hz + (end_hz - start_hz) * low / sound.size
            numerator, denominator = resonator(centre_hz, max(60.0, width * centre_hz))
            piece, state = lfilter(numerator, denominator, sound[low:high], zi=state)
            pieces.append(piece)
        sound = np.concatenate(pieces)
    return sound


def modes(
    rng: np.random.Generator,
    duration_s: float,
    frequencies_hz: Sequence[float],
    decays_s: Sequence[float],
) -> Sound:
    """Decaying partials with random phase: what a struck body rings with.

    `decays_s` is the time in which a mode loses 60 dB.
    """
    time = np.arange(count(duration_s)) / RATE_HZ
    total = np.zeros(time.size)
    for frequency_hz, decay_s in zip(frequencies_hz, decays_s, strict=True):
        phase = rng.uniform(0.0, 2.0 * np.pi)
        amplitude = rng.uniform(0.4, 1.0)
        partial = np.sin(2.0 * np.pi * frequency_hz * time + phase)
        total += amplitude * partial * np.exp(-6.9 * time / decay_s)
    return total


def fade(sound: Sound, in_s: float, out_s: float) -> Sound:
    """Rise from and fall to silence, in raised cosines."""
    return sound * _ramp(sound.size, in_s) * _ramp(sound.size, out_s)[::-1]


def _ramp(samples: int, rise_s: float) -> Sound:
    at = np.arange(samples) / max(1, count(rise_s))
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * at.clip(max=1.0)))


def lay(pieces: Sequence[tuple[float, Sound]]) -> Sound:
    """Add sounds up, each from its own second on."""
    length = max(count(at_s) + sound.size for at_s, sound in pieces)
    total = np.zeros(length)
    for at_s, sound in pieces:
        total[count(at_s) : count(at_s) + sound.size] += sound
    return total


def peak(sound: Sound, level: float = 1.0) -> Sound:
    """Scale to a highest sample of `level`."""
    return sound * (level / max(1e-12, float(np.abs(sound).max())))


def rms(sound: Sound, level: float = 1.0) -> Sound:
    """Scale to an effective value of `level`."""
    return sound * (level / max(1e-12, float(np.sqrt(np.mean(sound**2)))))


def gain(decibels: float) -> float:
    """The factor of so many decibels."""
    return float(10.0 ** (decibels / 20.0))
