"""A voice without words, by physics: harmonics of a pitch and breath, through a throat's formants.

The source falls by so many decibels an octave, each formant is a resonance of two poles (Fant
1960), and a closed mouth takes off what is high.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.training.corpus import RATE_HZ

Wave = NDArray[np.float64]
"""Shape [n], at 16 kHz."""
Curve = NDArray[np.float64]
"""Shape [steps]: a value every 5 ms."""
STEP_S = 0.005
_STEP = int(STEP_S * RATE_HZ)
_CLOSED = "m"
FORMANTS_HZ: Mapping[str, tuple[float, ...]] = {
    "a": (730.0, 1150.0, 2500.0, 3500.0, 4500.0),
    "uh": (560.0, 1350.0, 2500.0, 3500.0, 4500.0),
    "o": (520.0, 900.0, 2450.0, 3450.0, 4500.0),
    "u": (330.0, 900.0, 2300.0, 3400.0, 4400.0),
    "e": (520.0, 1850.0, 2550.0, 3550.0, 4600.0),
    "i": (300.0, 2250.0, 3000.0, 3700.0, 4700.0),
    _CLOSED: (260.0, 1050.0, 2250.0, 3300.0, 4400.0),
}
"""Of a man's throat (Peterson and Barney 1952, rounded); those above the third are alike in all."""
_HIGHEST_HZ = 7700.0


@dataclass(frozen=True, slots=True)
class Throat:
    """Somebody's."""

    size: float
    """What its formants are, beside a man's."""
    pitch_hz: float
    """As it speaks."""
    breath: float
    """Noise beside the voice."""
    rough: float
    """0 to 1: how deep its loudness flutters."""
    tilt_db: float
    """An octave: how the source falls."""
    creak: float = 0.0
    """Share of tones an octave below, 0 to 1: a voice that breaks."""


@dataclass(frozen=True, slots=True)
class Mouth:
    """What the mouth does while one breath lasts."""

    path: Sequence[tuple[float, str]]
    """(share of the time, vowel) points; between them it glides."""

    def formants_hz(self, steps: int) -> NDArray[np.float64]:
        """Shape [steps, 5]."""
        columns = zip(*(FORMANTS_HZ[vowel] for _at, vowel in self.path), strict=True)
        return np.stack([self._along(steps, column) for column in columns], axis=1)

    def closed(self, steps: int) -> Curve:
        """How far it is closed, 0 to 1."""
        return self._along(steps, [float(vowel == _CLOSED) for _at, vowel in self.path])

    def _along(self, steps: int, values: Sequence[float]) -> Curve:
        return curve(steps, *zip((at for at, _vowel in self.path), values, strict=True))


def somebody(rng: np.random.Generator) -> Throat:
    """A woman's throat three times in five, else a man's."""
    woman = rng.random() < 0.6
    return Throat(
        size=rng.uniform(1.05, 1.28) if woman else rng.uniform(0.88, 1.05),
        pitch_hz=rng.uniform(165.0, 280.0) if woman else rng.uniform(85.0, 150.0),
        breath=float(10 ** rng.uniform(-1.6, 0.3)),
        rough=rng.uniform(0.0, 0.6) ** 1.5,
        tilt_db=rng.uniform(-10.0, -2.0),
    )


def steps_in(seconds: float) -> int:
    """Of 5 ms, four at least."""
    return max(4, int(seconds * RATE_HZ / _STEP))


def curve(steps: int, *points: tuple[float, float]) -> Curve:
    """Through (share of the time, value) points, in straight lines."""
    at, values = zip(*points, strict=True)
    return np.asarray(np.interp(np.linspace(0.0, 1.0, steps), at, values))


def wander(rng: np.random.Generator, steps: int, pace_hz: float) -> Curve:
    """A random curve of unit variance that turns so often a second."""
    knots = int(steps * _STEP / RATE_HZ * pace_hz) + 3
    at = np.linspace(0.0, knots - 1.0, steps)
    return np.asarray(np.interp(at, np.arange(knots), rng.standard_normal(knots)))


def phonate(
    rng: np.random.Generator, throat: Throat, pitch_hz: Curve, loud: Curve, mouth: Mouth
) -> Wave:
    """One breath of voice: its pitch, above 0, its amplitude in as many steps, and its vowels."""
    steps = len(pitch_hz)
    formants = throat.size * mouth.formants_hz(steps)
    formants[:, 0] = np.maximum(formants[:, 0], 0.9 * np.minimum(pitch_hz, 1200.0))  # jaws open
    unsteady = 0.004 * wander(rng, steps, 60.0) + 0.01 * wander(rng, steps, 8.0)
    unsteady += 0.05 * throat.rough * wander(rng, steps, 90.0)
    pitch_hz = pitch_hz * (1.0 + unsteady)
    phase = 2.0 * np.pi * np.cumsum(_each(pitch_hz)) / RATE_HZ
    tones = _tones(throat, pitch_hz, formants, mouth.closed(steps)).T
    voice = np.zeros(len(phase))
    for number, tone in enumerate(tones, 1):
        voice += _each(tone) * np.sin(number * phase + 0.3 * number)
    for number, tone in enumerate(tones[:40] if throat.creak else (), 1):
        voice += throat.creak * _each(tone) * np.sin((number - 0.5) * phase)
    voice = _even(voice * (1.0 - throat.rough * _flutter(rng, steps)))
    hiss = _even(_hiss(rng, formants) * (0.7 + 0.3 * np.cos(phase)))
    return (voice + throat.breath * hiss) * _each(loud)


def breathe(rng: np.random.Generator, throat: Throat, loud: Curve, mouth: Mouth) -> Wave:
    """Air alone."""
    return _even(_hiss(rng, throat.size * mouth.formants_hz(len(loud)))) * _each(loud)


def _tones(
    throat: Throat, pitch_hz: Curve, formants: NDArray[np.float64], closed: Curve
) -> NDArray[np.float64]:
    """Amplitude of each harmonic. Shape [steps, harmonics]."""
    numbers = np.arange(1, max(1, int(_HIGHEST_HZ / pitch_hz.min())) + 1)[None]
    hertz = pitch_hz[:, None] * numbers
    tones: NDArray[np.float64] = numbers ** (throat.tilt_db / 6.02) * _gain(hertz, formants, 0.07)
    tones[hertz > _HIGHEST_HZ] = 0.0
    return np.where(hertz > 700.0, tones * 10 ** (-0.6 * closed[:, None]), tones)


def _gain(
    hertz: NDArray[np.float64], formants: NDArray[np.float64], width: float
) -> NDArray[np.float64]:
    """Of formants [steps, 5] at [steps or 1, n] Hertz; bandwidths as a share of each, 60 Hz at
    least."""
    gain: NDArray[np.float64] = np.ones(np.broadcast_shapes(hertz.shape, (len(formants), 1)))
    for centre in np.split(formants, formants.shape[1], axis=1):
        band = np.maximum(60.0, width * centre) * hertz
        gain *= centre**2 / np.sqrt((centre**2 - hertz**2) ** 2 + band**2)
    return gain


def _hiss(rng: np.random.Generator, formants: NDArray[np.float64]) -> Wave:
    """Noise through formants, in windows of 32 ms that overlap by half."""
    size, samples = 512, len(formants) * _STEP
    hertz = np.fft.rfftfreq(size, 1.0 / RATE_HZ).astype(np.float64)[None]
    noise, hiss = rng.standard_normal(samples + 2 * size), np.zeros(samples + 2 * size)
    window = np.hanning(size + 1)[:-1]
    starts = np.arange(0, samples + size, size // 2)
    gains = _gain(hertz, formants[np.minimum(starts // _STEP, len(formants) - 1)], 0.15)
    gains *= np.minimum(1.0, hertz / 800.0)
    for start, gain in zip(starts, gains, strict=True):
        part = np.fft.rfft(noise[start : start + size] * window)
        hiss[start : start + size] += np.fft.irfft(part * gain, size)
    return hiss[size // 2 : size // 2 + samples]


def _flutter(rng: np.random.Generator, steps: int) -> Wave:
    pace_hz = rng.uniform(28.0, 90.0) * (1.0 + 0.25 * wander(rng, steps, 15.0))
    phase = 2.0 * np.pi * np.cumsum(_each(pace_hz)) / RATE_HZ
    return np.asarray(0.5 + 0.5 * np.sin(phase))


def _each(values: Curve) -> Wave:
    """A value for each sample."""
    at = np.arange(len(values) * _STEP) / _STEP
    return np.asarray(np.interp(at, np.arange(len(values)), values))


def _even(sound: Wave) -> Wave:
    """Its effective value is 1."""
    level = float(np.sqrt(np.mean(sound**2)))
    return sound / (level + 1e-9)
