"""Adults who weep, wail, moan, groan and whimper, by physics: hardly anybody has recorded them.

Weeping is breath let out in pushes that weaken, some three to six a second, or in one long shaking
wail, higher than speech; then air drawn in, in jerks. A moan lies where speech does, is long and
sinks; a groan is rough and breaks. What is like them and is none (laughter, songs, voices without
words) is made by the same throats, so that it is not those that tell.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from classifier.training.corpus import RATE_HZ
from classifier.training.voice import (
    FORMANTS_HZ,
    STEP_S,
    Curve,
    Mouth,
    Throat,
    Wave,
    breathe,
    curve,
    phonate,
    somebody,
    steps_in,
    wander,
)

Samples = NDArray[np.float32]
Maker = Callable[[np.random.Generator, Throat], Wave]
_LONGEST_S = 4.0


def tears(rng: np.random.Generator) -> tuple[Samples, str]:
    """Somebody cries; and how. Peak 1."""
    maker = _CRIES[int(rng.choice(len(_CRIES), p=(0.35, 0.1, 0.15, 0.2, 0.1, 0.1)))]
    return _peak(maker(rng, somebody(rng))), maker.__name__


def no_tears(rng: np.random.Generator) -> tuple[Samples, str]:
    """Somebody laughs, sings or speaks without words; and which. Peak 1."""
    maker = _OTHERS[int(rng.integers(len(_OTHERS)))]
    return _peak(maker(rng, somebody(rng))), maker.__name__


def laughter(rng: np.random.Generator, throat: Throat) -> Wave:
    """A push of air before each short voice, all alike."""
    high_hz, pace_hz = throat.pitch_hz * rng.uniform(1.1, 2.6), rng.uniform(4.0, 6.5)
    mouth, parts = _open(rng), list[Wave]()
    for number in range(int(rng.integers(3, 11))):
        air, voiced = (steps_in(rng.uniform(0.3, 0.6) / pace_hz) for _ in range(2))
        rising = curve(air, (0.0, 0.0), (0.7, 0.5), (1.0, 0.4))
        falling = curve(voiced, (0.0, 0.3), (0.2, 1.0), (1.0, 0.1))
        pitch_hz = high_hz * rng.uniform(0.92, 1.05) * curve(voiced, (0.0, 1.05), (1.0, 0.9))
        voice = phonate(rng, throat, 0.985**number * pitch_hz, falling, mouth)
        parts += [breathe(rng, throat, rising, mouth), 0.97**number * voice]
    return np.concatenate(parts)


def song(rng: np.random.Generator, throat: Throat) -> Wave:
    """Notes of a scale, hummed or sung."""
    clear, key_hz = replace(throat, rough=0.0), throat.pitch_hz * rng.uniform(1.0, 1.8)
    hums, notes = rng.random() < 0.5, list[Wave]()
    for _ in range(int(rng.integers(2, 8))):
        steps = steps_in(rng.uniform(0.2, 0.9))
        note_hz = key_hz * 2 ** (rng.choice([-5, -3, -1, 0, 2, 4, 5, 7]) / 12)
        loud = curve(steps, (0.0, 0.2), (0.15, 1.0), (0.85, 0.9), (1.0, 0.2))
        mouth = Mouth([(0.0, "m")]) if hums else _open(rng)
        notes.append(phonate(rng, clear, note_hz * (1.0 + 0.012 * _shake(rng, steps)), loud, mouth))
    return np.concatenate(notes)


def babble(rng: np.random.Generator, throat: Throat) -> Wave:
    """Speech without words: five to nine vowels a second."""
    parts = list[Wave]()
    for _ in range(int(rng.integers(1, 4))):
        seconds = rng.uniform(0.6, 1.6)
        steps, vowels = steps_in(seconds), int(seconds * rng.uniform(5.0, 9.0))
        mouth = Mouth([(at, _vowel(rng)) for at in np.linspace(0.0, 1.0, vowels)])
        tune = 1.1 + 0.12 * wander(rng, steps, 3.0)
        pitch_hz = throat.pitch_hz * tune.clip(0.6) * curve(steps, (0.0, 1.1), (1.0, 0.8))
        ends = curve(steps, (0.0, 0.0), (0.05, 1.0), (0.9, 1.0), (1.0, 0.0))
        loud = (0.6 + 0.5 * wander(rng, steps, 9.0)).clip(0.02, 1.2) * ends
        parts += [phonate(rng, throat, pitch_hz, loud, mouth), _pause(rng, 0.1, 0.5)]
    return np.concatenate(parts)


def weeping(rng: np.random.Generator, throat: Throat) -> Wave:
    """Some breaths of it, with air drawn in between."""
    mostly = (sobbing, wailing, whimpering, moaning)[int(rng.choice(4, p=(0.45, 0.25, 0.15, 0.15)))]
    parts, lasts_s = list[Wave](), rng.uniform(1.5, _LONGEST_S)
    while sum(map(len, parts)) < lasts_s * RATE_HZ:
        maker = mostly if rng.random() < 0.75 else _BREATHS[int(rng.integers(len(_BREATHS)))]
        parts.append(rng.uniform(0.6, 1.0) * maker(rng, throat))
        if rng.random() < 0.8:
            parts.append(rng.uniform(0.05, 0.5) * _air_drawn_in(rng, throat))
        parts.append(_pause(rng, 0.02, 0.4))
    return np.concatenate(parts)[: int(_LONGEST_S * RATE_HZ)]


def sobbing(rng: np.random.Generator, throat: Throat) -> Wave:
    """One breath in pushes, each weaker and lower."""
    pushes, pace_hz = int(rng.integers(2, 9)), rng.uniform(2.5, 6.0)
    steps = steps_in(pushes / pace_hz)
    within, number = np.modf(np.linspace(0.0, pushes, steps))
    rises, glide, hold = np.sin(np.pi * within**0.7), rng.uniform(0.05, 0.45), rng.uniform(0.0, 0.4)
    pitch_hz = throat.pitch_hz * rng.uniform(1.1, 3.2) * rng.uniform(0.94, 0.99) ** number
    loud = rng.uniform(0.8, 0.97) ** number * (hold + (1.0 - hold) * np.sin(np.pi * within**0.6))
    ends = curve(steps, (0.0, 0.0), (0.03, 1.0), (0.97, 1.0), (1.0, 0.0))
    mouth = _opening(rng)
    return phonate(rng, throat, pitch_hz * (1.0 - glide + glide * rises), loud * ends, mouth)


def wailing(rng: np.random.Generator, throat: Throat) -> Wave:
    """One long breath: the pitch rises, shakes and sinks."""
    steps = steps_in(rng.uniform(0.6, 2.6))
    high_hz, shake = throat.pitch_hz * rng.uniform(1.4, 3.5), _shake(rng, steps)
    over = curve(
        steps,
        (0.0, rng.uniform(0.55, 0.9)),
        (rng.uniform(0.15, 0.5), 1.0),
        (rng.uniform(0.6, 0.85), rng.uniform(0.85, 1.05)),
        (1.0, rng.uniform(0.5, 0.85)),
    )
    pitch_hz = high_hz * over * (1.0 + rng.uniform(0.0, 0.06) * shake)
    loud = curve(steps, (0.0, 0.0), (rng.uniform(0.08, 0.3), 1.0), (0.75, 0.8), (1.0, 0.0))
    loud *= 1.0 + rng.uniform(0.0, 0.5) * shake
    return phonate(rng, throat, pitch_hz, loud, _opening(rng))


def moaning(rng: np.random.Generator, throat: Throat) -> Wave:
    """A long low vowel that sinks."""
    steps = steps_in(rng.uniform(0.35, 2.4))
    pitch_hz = throat.pitch_hz * rng.uniform(0.75, 1.7) * _sinks(rng, steps)
    rises, holds = rng.uniform(0.05, 0.4), rng.uniform(0.6, 0.9)
    loud = curve(steps, (0.0, 0.0), (rises, 1.0), (holds, rng.uniform(0.4, 1.0)), (1.0, 0.0))
    loud *= 1.0 + 0.2 * np.abs(wander(rng, steps, 6.0))
    creak = rng.uniform(0.0, 0.5) if rng.random() < 0.4 else 0.0
    dull = replace(throat, tilt_db=rng.uniform(-12.0, -5.0), creak=creak)
    return phonate(rng, dull, pitch_hz, loud, _opening(rng))


def groaning(rng: np.random.Generator, throat: Throat) -> Wave:
    """A short rough breath."""
    steps = steps_in(rng.uniform(0.25, 1.4))
    pitch_hz = throat.pitch_hz * rng.uniform(0.6, 1.2) * _sinks(rng, steps)
    loud = curve(steps, (0.0, 0.0), (0.1, 1.0), (0.7, 0.7), (1.0, 0.0))
    rough, breath, creak = rng.uniform(0.4, 0.95), rng.uniform(0.1, 0.8), rng.uniform(0.1, 0.6)
    broken = replace(throat, rough=rough, breath=breath, creak=creak)
    return phonate(rng, broken, pitch_hz, loud, _opening(rng))


def whimpering(rng: np.random.Generator, throat: Throat) -> Wave:
    """Short high notes through a mouth that is nearly closed."""
    dull, parts = replace(throat, tilt_db=rng.uniform(-13.0, -6.0)), list[Wave]()
    for _ in range(int(rng.integers(1, 7))):
        steps = steps_in(rng.uniform(0.08, 0.5))
        pitch_hz = throat.pitch_hz * rng.uniform(1.5, 3.6) * _sinks(rng, steps)
        loud = rng.uniform(0.3, 1.0) * curve(steps, (0.0, 0.0), (0.25, 1.0), (0.6, 0.8), (1.0, 0.0))
        mouth = Mouth([(0.0, "m"), (0.5, str(rng.choice(["m", "u", "uh", "i"]))), (1.0, "m")])
        parts += [phonate(rng, dull, pitch_hz, loud, mouth), _pause(rng, 0.03, 0.5)]
    return np.concatenate(parts)


_BREATHS: tuple[Maker, ...] = (sobbing, wailing, whimpering, moaning)
_OTHERS: tuple[Maker, ...] = (laughter, song, babble)
_CRIES: tuple[Maker, ...] = (weeping, sobbing, wailing, moaning, groaning, whimpering)


def _air_drawn_in(rng: np.random.Generator, throat: Throat) -> Wave:
    """In jerks, at times with a voice that breaks upward."""
    seconds = rng.uniform(0.15, 0.6)
    steps, mouth = steps_in(seconds), Mouth([(0.0, "uh"), (1.0, "e")])
    loud = curve(steps, (0.0, 0.0), (0.8, 1.0), (1.0, 0.0))
    if rng.random() < 0.6:
        loud *= 1.0 + 0.5 * np.sin(np.linspace(0.0, 2.0 * np.pi * 7.0 * seconds, steps))
    if rng.random() < 0.7:
        return breathe(rng, throat, loud, mouth)
    pitch_hz = throat.pitch_hz * rng.uniform(1.6, 3.2) * curve(steps, (0.0, 0.8), (1.0, 1.25))
    return phonate(rng, replace(throat, breath=1.0), pitch_hz, loud, mouth)


def _sinks(rng: np.random.Generator, steps: int) -> Curve:
    """A pitch that rises a little and sinks, beside its highest."""
    begins, ends = rng.uniform(0.8, 1.05), rng.uniform(0.55, 0.95)
    sinking = curve(steps, (0.0, begins), (rng.uniform(0.1, 0.6), 1.0), (1.0, ends))
    return sinking + 0.02 * wander(rng, steps, 6.0).clip(-4.0, 4.0)


def _shake(rng: np.random.Generator, steps: int) -> Curve:
    """Four to nine times a second, between -1 and 1."""
    pace_hz = rng.uniform(4.0, 9.0) * (1.0 + 0.3 * wander(rng, steps, 4.0))
    return np.asarray(np.sin(2.0 * np.pi * np.cumsum(pace_hz) * STEP_S))


def _opening(rng: np.random.Generator) -> Mouth:
    """From closed or half open to a vowel and back."""
    vowel = str(rng.choice(["a", "uh", "o", "e", "u"], p=(0.35, 0.25, 0.2, 0.1, 0.1)))
    first, last = (str(rng.choice(["m", "uh", vowel])) for _ in range(2))
    return Mouth([(0.0, first), (0.3, vowel), (1.0, last)])


def _open(rng: np.random.Generator) -> Mouth:
    return Mouth([(0.0, _vowel(rng))])


def _vowel(rng: np.random.Generator) -> str:
    return str(rng.choice(list(FORMANTS_HZ)))


def _pause(rng: np.random.Generator, least_s: float, most_s: float) -> Wave:
    return np.zeros(int(rng.uniform(least_s, most_s) * RATE_HZ))


def _peak(sound: Wave) -> Samples:
    peak: Samples = (sound / (np.abs(sound).max() + 1e-9)).astype(np.float32)
    return peak
