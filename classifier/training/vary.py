"""The same sound, otherwise: cut to where it sounds, another size of throat, another width of band,
heavier blows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from classifier.training.corpus import RATE_HZ

Samples = NDArray[np.float32]
_FRAME = 320
_AUDIBLE = 0.02
"""Of the loudest frame's level: -34 dB."""
_EDGE_HZ = 3700.0
"""What was sampled at 8 kHz ends there..."""
_NARROW_DB = -45.0
"""...and has less than this above 4.2 kHz, beside what is below: voices elsewhere have -30 or more,
telephones -60."""
_WIDENED, _NARROWED = 0.8, 0.12
"""Share of the narrow recordings that get an upper band, and of the others that lose theirs."""


def active_part(rng: np.random.Generator, samples: Samples, longest_s: float) -> Samples:
    """Cut silence off both ends; of a long clip a random stretch."""
    loud = _loud_frames(samples)
    if len(loud) == 0:
        return samples
    cut = samples[loud[0] * _FRAME : (loud[-1] + 1) * _FRAME]
    longest = int(longest_s * RATE_HZ)
    if len(cut) > longest:
        start = int(rng.integers(len(cut) - longest))
        cut = cut[start : start + longest]
    return cut


def stretches(samples: Samples, pause_s: float) -> list[tuple[int, int]]:
    """Where it sounds between silences that last longer, each (first sample, last and one)."""
    loud = _loud_frames(samples)
    before = np.flatnonzero(np.diff(loud) > pause_s * RATE_HZ / _FRAME)
    firsts = [0, *(int(frame) * _FRAME for frame in loud[before + 1])]
    lasts = [*(int(frame + 1) * _FRAME for frame in loud[before]), len(samples)]
    return list(zip(firsts, lasts, strict=True))


def resample(samples: Samples, speed: float) -> Samples:
    """Play faster (over 1) or slower: pitch, formants and time together."""
    import soxr

    changed: Samples = soxr.resample(samples, RATE_HZ * speed, RATE_HZ, quality="MQ")
    return changed


def repitch(rng: np.random.Generator, samples: Samples, shelf: str) -> Samples:
    """Another voice or another thing: voices by up to 18 %, things by up to 30 %."""
    if rng.random() < 0.25:
        return samples
    voices = {"speech", "tts", "spoken_call", "cry", "scream", "baby_cry", "voice"}
    most = 0.18 if shelf in voices else 0.3
    return resample(samples, float(np.exp(rng.uniform(-most, most))))


def rebanded(rng: np.random.Generator, samples: Samples) -> Samples:
    """The same from another recorder: at times a narrow band is widened, or a wide one narrowed.

    All babies that teach were recorded by telephones, where others were not: else a baby is what
    has no upper band.
    """
    narrow = is_narrow(samples)
    if rng.random() >= (_WIDENED if narrow else _NARROWED):
        return samples
    if narrow:
        return _widened(samples, float(rng.uniform(-30.0, -10.0)))
    return _passed(samples, float(rng.uniform(3200.0, 4000.0)), "lowpass")


def is_narrow(samples: Samples) -> bool:
    """Whether there is next to nothing above 4.2 kHz."""
    return _upper_db(samples) < _NARROW_DB


def _widened(samples: Samples, upper_db: float) -> Samples:
    """Rectified, a tone has harmonics without end: those above the edge become an upper band."""
    import soxr

    bent = np.abs(soxr.resample(samples, RATE_HZ, 2 * RATE_HZ))
    high = _passed(soxr.resample(bent, 2 * RATE_HZ, RATE_HZ)[: len(samples)], _EDGE_HZ, "highpass")
    gain_db = upper_db - _upper_db(high + samples)
    wide: Samples = samples.copy()
    wide[: len(high)] += np.float32(10 ** (gain_db / 20.0)) * high
    return wide


def _upper_db(samples: Samples) -> float:
    """Mean power above 4.2 kHz beside that from 0.3 to 4 kHz."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1.0 / RATE_HZ)
    upper = power[(hertz > 4200.0) & (hertz < 7600.0)]
    lower = power[(hertz > 300.0) & (hertz < 4000.0)]
    if not len(upper) or not lower.any():
        return 0.0
    return float(10.0 * np.log10(upper.mean() / lower.mean() + 1e-12))


def _passed(samples: Samples, edge_hz: float, kind: str) -> Samples:
    sections = butter(8, edge_hz, kind, fs=RATE_HZ, output="sos")
    cut: Samples = sosfilt(sections, samples).astype(np.float32)
    return cut


def heavier(rng: np.random.Generator, parts: Sequence[Samples]) -> Samples:
    """Several blows within a second, slower and duller so that they weigh more. Peak 1."""
    return joined(rng, [_weighed(rng, part[:RATE_HZ]) for part in parts], most_apart_s=0.4)


def joined(
    rng: np.random.Generator, parts: Sequence[Samples], most_apart_s: float = 0.8
) -> Samples:
    """Some sounds, each beginning soon after the one before. Peak 1."""
    sound = np.zeros(int(4.0 * RATE_HZ), np.float32)
    at_s, end = 0.02, 0
    for part in parts:
        level = np.float32(rng.uniform(0.3, 1.0) / (np.abs(part).max() + 1e-9))
        start = int(at_s * RATE_HZ)
        stop = min(len(sound), start + len(part))
        sound[start:stop] += level * part[: stop - start]
        end = max(end, stop)
        at_s += rng.uniform(0.06, most_apart_s)
    scaled: Samples = sound[:end] / (np.abs(sound).max() + 1e-9)
    return scaled


def _weighed(rng: np.random.Generator, part: Samples) -> Samples:
    slow = resample(part, float(rng.uniform(0.55, 1.0)))
    if rng.random() < 0.5:
        return slow
    dull = butter(1, float(10 ** rng.uniform(2.5, 3.5)), fs=RATE_HZ, output="sos")
    weighed: Samples = sosfilt(dull, slow).astype(np.float32)
    return weighed


def _loud_frames(samples: Samples) -> NDArray[np.intp]:
    """The numbers of the frames in which it sounds; none of what is too short to have silences."""
    frames = len(samples) // _FRAME
    if frames < 2:
        return np.zeros(0, np.intp)
    levels = np.sqrt(np.mean(samples[: frames * _FRAME].reshape(frames, _FRAME) ** 2, axis=1))
    return np.flatnonzero(levels > _AUDIBLE * levels.max())
