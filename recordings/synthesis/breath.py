"""Breath and throat: gasps, sniffs, coughs, snoring."""

import numpy as np

from recordings.synthesis.signal import (
    RATE_HZ,
    Sound,
    band,
    count,
    curve,
    fade,
    lay,
    peak,
    tilted,
    tract,
    wander,
)
from recordings.synthesis.voice import Phonation, phonate

_COUGHING = (500.0, 1600.0, 2950.0, 4000.0, 5200.0)
"""Formants of a throat that opens, Hertz."""


def gasp(rng: np.random.Generator, duration_s: float = 0.4) -> Sound:
    """Air drawn in through a narrow throat, in two or three jerks."""
    samples = count(duration_s)
    jerks = 0.6 + 0.4 * np.sin(2.0 * np.pi * rng.uniform(6.0, 8.0) * np.arange(samples) / RATE_HZ)
    air = rng.standard_normal(samples) * jerks
    rising = curve(((0.0, 0.1), (0.8 * duration_s, 1.0), (duration_s, 0.0)), samples)
    return peak(tract(air * rising, (700.0, 1700.0, 2900.0), (900.0, 2000.0, 3100.0), 0.2))


def sniff(rng: np.random.Generator) -> Sound:
    """A wet nose drawn up."""
    samples = count(rng.uniform(0.18, 0.3))
    air = band(rng.standard_normal(samples), 1500.0, 6000.0)
    wet = 0.5 + 0.5 * np.abs(wander(rng, samples, 60.0))
    return peak(fade(air * wet, 0.08, 0.04))


def cough(rng: np.random.Generator, times: int) -> Sound:
    """A fit of coughing: the throat bursts open, air rushes, a short rough voice in it."""
    pieces: list[tuple[float, Sound]] = []
    at_s = 0.0
    for _ in range(times):
        samples = count(rng.uniform(0.38, 0.48))
        dying = np.exp(-np.arange(samples) / (0.12 * RATE_HZ))
        rush = tract(rng.standard_normal(samples) * dying, _COUGHING, _COUGHING, 0.3)
        air = peak(fade(tilted(rush, 300.0, -3.5), 0.002, 0.06))
        both = lay([(0.0, air), (0.025, rng.uniform(0.5, 0.8) * _rough_voice(rng))])
        pieces.append((at_s, rng.uniform(0.7, 1.0) * both))
        at_s += rng.uniform(0.4, 0.65)
    return peak(lay(pieces))


def _rough_voice(rng: np.random.Generator) -> Sound:
    pitch_hz = rng.uniform(180.0, 230.0)
    return phonate(
        rng,
        Phonation(
            duration_s=0.22,
            pitch_hz=((0.0, pitch_hz), (0.22, 0.6 * pitch_hz)),
            loudness=((0.0, 0.3), (0.07, 1.0), (0.22, 0.0)),
            mouth=(_COUGHING, _COUGHING),
            breath=1.0,
            jitter=0.06,
            roughness=(40.0, 0.3),
            subharmonic=0.3,
            width=0.2,
            bright=0.8,
        ),
    )


def snoring(rng: np.random.Generator, breaths: int) -> Sound:
    """A sleeper: the palate flutters while air goes in, a soft sigh while it goes out."""
    pieces: list[tuple[float, Sound]] = []
    at_s = 0.0
    for _ in range(breaths):
        in_s, out_s = rng.uniform(1.1, 1.5), rng.uniform(1.2, 1.6)
        sigh = band(rng.standard_normal(count(out_s)), 350.0, 2200.0)
        pieces += [
            (at_s, _snore(rng, in_s)),
            (at_s + in_s + 0.25, 0.08 * peak(fade(sigh, 0.3, 0.9))),
        ]
        at_s += in_s + out_s + rng.uniform(0.9, 1.4)
    return peak(lay(pieces))


def _snore(rng: np.random.Generator, duration_s: float) -> Sound:
    pitch_hz = rng.uniform(70.0, 100.0)
    return phonate(
        rng,
        Phonation(
            duration_s=duration_s,
            pitch_hz=((0.0, pitch_hz), (0.6 * duration_s, 1.2 * pitch_hz), (duration_s, pitch_hz)),
            loudness=(
                (0.0, 0.1),
                (0.5 * duration_s, 1.0),
                (0.85 * duration_s, 0.8),
                (duration_s, 0.0),
            ),
            mouth=((540.0, 1250.0, 2400.0), (600.0, 1350.0, 2500.0)),
            open_quotient=0.48,
            breath=0.9,
            jitter=0.09,
            tremor=(11.0, 0.5),
            roughness=(45.0, 0.35),
            subharmonic=0.25,
            width=0.18,
        ),
    )
