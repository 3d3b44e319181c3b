"""What goes on by itself: running water, the music of a television, a trolley in the corridor."""

import numpy as np
from scipy.signal import fftconvolve

from recordings.synthesis.impact import clatter
from recordings.synthesis.signal import RATE_HZ, Sound, band, count, fade, lay, peak, wander

_SEMITONE = 2.0 ** (1.0 / 12.0)
_CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
"""Semitones above the key: I, vi, IV, V."""


def running_water(rng: np.random.Generator, duration_s: float) -> Sound:
    """A tap over a basin: broad noise, and bubbles that ring and close."""
    samples = count(duration_s)
    stream = band(rng.standard_normal(samples), 400.0, 6000.0, order=1)
    stream *= 1.0 + 0.25 * wander(rng, samples, 6.0)
    bubbles = np.zeros(samples)
    for start in rng.integers(0, max(1, samples - 800), int(duration_s * 60)):
        time = np.arange(800) / RATE_HZ
        pitch_hz = rng.uniform(500.0, 2800.0) * (1.0 + 3.0 * time)
        ring = np.sin(2.0 * np.pi * np.cumsum(pitch_hz) / RATE_HZ) * np.exp(-time * 160.0)
        bubbles[start : start + 800] += rng.uniform(0.2, 1.0) * ring[: samples - start]
    return peak(fade(peak(stream, 0.5) + peak(bubbles, 0.8), 0.15, 0.2))


def note(rng: np.random.Generator, pitch_hz: float, duration_s: float) -> Sound:
    """One note of a plucked or struck string."""
    time = np.arange(count(duration_s)) / RATE_HZ
    total = np.zeros(time.size)
    for number in range(1, 9):
        partial_hz = pitch_hz * number * np.sqrt(1.0 + 0.0004 * number**2)
        if partial_hz < 0.45 * RATE_HZ:
            fading = np.exp(-time * (1.2 + 0.8 * number))
            total += fading * np.sin(2.0 * np.pi * partial_hz * time + rng.uniform(0, 6)) / number
    return fade(total, 0.004, 0.05)


def music(rng: np.random.Generator, duration_s: float) -> Sound:
    """A signature tune: chords, a bass and a melody that goes its way over them."""
    beat_s = rng.uniform(0.36, 0.46)
    key_hz = 220.0 * _SEMITONE ** int(rng.integers(-3, 4))
    pieces: list[tuple[float, Sound]] = []
    for beat in range(int((duration_s - 1.5) / beat_s)):
        chord = _CHORDS[beat // 4 % 4]
        at_s = beat * beat_s
        if beat % 4 == 0:
            pieces += [(at_s, note(rng, key_hz * _SEMITONE**step, 1.5)) for step in chord]
        if beat % 2 == 0:
            pieces.append((at_s, note(rng, 0.5 * key_hz * _SEMITONE ** chord[0], 0.9)))
        tune = chord[int(rng.integers(0, 3))] + 12 + int(rng.choice([0, 0, 0, 2]))
        pieces.append((at_s, 0.8 * note(rng, key_hz * _SEMITONE**tune, 0.7)))
    hall = rng.standard_normal(count(0.8)) * np.exp(-np.arange(count(0.8)) / RATE_HZ * 7.0)
    dry = lay(pieces)
    return peak(fade(peak(dry) + 0.35 * peak(fftconvolve(dry, hall)[: dry.size]), 0.02, 0.6))


def trolley(rng: np.random.Generator, duration_s: float) -> Sound:
    """A trolley of medicines rolls by: castors rumble, bottles tremble."""
    samples = count(duration_s)
    rumble = band(rng.standard_normal(samples), 150.0, 1500.0, order=1)
    rumble *= 1.0 + 0.12 * wander(rng, samples, 4.0)
    trembling = [
        (float(at_s), rng.uniform(0.1, 0.4) * band(clatter(rng, 1, 2200.0, 6000.0), 1500.0, None))
        for at_s in np.sort(rng.uniform(0.1, duration_s - 0.5, int(duration_s * 12)))
    ]
    total = lay([(0.0, peak(rumble, 0.7)), *trembling])
    return peak(fade(total, 0.35 * duration_s, 0.45 * duration_s))
