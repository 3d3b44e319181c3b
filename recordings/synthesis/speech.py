"""Spoken French: a synthesiser says the words, a vocoder gives them age and effort.

Effort follows what is measured in shouted speech: higher and livelier pitch, a first formant and a
spectrum lifted, vowels held longer (Rostolland 1982; Liénard and Di Benedetto 1999).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyworld
import soxr

from recordings.synthesis import kokoro
from recordings.synthesis.signal import RATE_HZ, Sound, peak, wander

if TYPE_CHECKING:
    from kokoro_onnx import Kokoro

SPOKEN_HZ = 24_000
"""Of the synthesiser, and of the vocoder."""
_FRAME_S = 0.005
CACHE = Path.home() / ".cache" / "veilleur-scenes"


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person of these scenes; nobody real."""

    blend: tuple[tuple[str, float], ...]
    """Kokoro voices and their shares."""
    pace: float = 1.0
    pitch: float = 1.0
    tract: float = 1.0
    """Formants times this: over 1 a smaller mouth and throat."""
    tremor: float = 0.0
    """Depth of the slow shaking of an old voice, as a share of the pitch."""
    breath: float = 0.0
    """Share of noise added to the voice."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How loudly somebody speaks; the level itself is set where the sound is placed."""

    pitch: float = 1.0
    liveliness: float = 1.0
    """The pitch's excursions times this."""
    lift_db: float = 0.0
    """Gain at 3 kHz over that at 500 Hz."""
    held: float = 1.0
    """Length of the vowels times this."""


RESIDENT = Speaker((("ff_siwis", 0.7), ("bf_emma", 0.3)), 0.85, 0.95, 0.97, 0.02, 0.12)
CARER = Speaker((("ff_siwis", 0.6), ("if_sara", 0.4)), pace=1.05, pitch=1.04, tract=1.03)
NEWSREADER = Speaker((("im_nicola", 0.55), ("ff_siwis", 0.45)), pace=1.05, pitch=0.62, tract=0.88)
ACTRESS = Speaker((("pf_dora", 0.4), ("ff_siwis", 0.6)), pace=1.1, pitch=1.1, tract=1.06)

CALM = Effort()
RAISED = Effort(pitch=1.3, liveliness=1.2, lift_db=6.0, held=1.1)
SHOUTED = Effort(pitch=1.7, liveliness=1.3, lift_db=11.0, held=1.25)
WEAK = Effort(pitch=0.95, liveliness=0.8, lift_db=-4.0, held=1.1)


def say(rng: np.random.Generator, words: str, speaker: Speaker, effort: Effort = CALM) -> Sound:
    """Speak one sentence, peak 1.

    Raises:
        AssetRefused: the synthesiser's packages are missing.
    """
    engine = _engine()
    style = sum(share * engine.get_voice_style(name) for name, share in speaker.blend)
    spoken, _ = engine.create(words, np.asarray(style, np.float32), speaker.pace, lang="fr-fr")
    return shaped(rng, np.asarray(spoken, np.float64), speaker, effort)


def shaped(
    rng: np.random.Generator,
    spoken: Sound,
    speaker: Speaker,
    effort: Effort,
    *,
    quick: bool = False,
) -> Sound:
    """What a synthesiser said, at 24 kHz, as that person says it with that effort; peak 1.

    `quick` finds its pitch less carefully, in half the time.
    """
    otherwise = _shape(rng, spoken, speaker, effort, _pitch_quickly if quick else _pitch_hz)
    return peak(np.asarray(soxr.resample(otherwise, SPOKEN_HZ, RATE_HZ, "HQ")))


@cache
def _engine() -> "Kokoro":
    from kokoro_onnx import Kokoro

    CACHE.mkdir(parents=True, exist_ok=True)
    return Kokoro(str(kokoro.model(CACHE)), str(kokoro.voices(CACHE)))


def _pitch_hz(sound: Sound) -> tuple[Sound, Sound]:
    pitch_hz, times = pyworld.harvest(sound, SPOKEN_HZ, f0_floor=60.0, f0_ceil=700.0)
    return pitch_hz, times


def _pitch_quickly(sound: Sound) -> tuple[Sound, Sound]:
    coarse_hz, times = pyworld.dio(sound, SPOKEN_HZ, f0_floor=60.0, f0_ceil=700.0)
    return pyworld.stonemask(sound, coarse_hz, times, SPOKEN_HZ), times


def _shape(
    rng: np.random.Generator,
    sound: Sound,
    speaker: Speaker,
    effort: Effort,
    pitch_of: Callable[[Sound], tuple[Sound, Sound]],
) -> Sound:
    """Take the voice apart (WORLD), change pitch, spectrum, noise and length, join it again."""
    pitch_hz, times = pitch_of(sound)
    envelope = pyworld.cheaptrick(sound, pitch_hz, times, SPOKEN_HZ)
    noise = pyworld.d4c(sound, pitch_hz, times, SPOKEN_HZ)
    voiced = pitch_hz > 0.0
    frames = _held(voiced, effort.held)
    pitch_hz = _pitch(rng, pitch_hz, speaker, effort)[frames]
    envelope = (_warp(envelope, speaker.tract) * _lift(envelope.shape[1], effort))[frames]
    noise = np.clip(noise[frames] + speaker.breath, 0.0, 1.0)
    return np.asarray(
        pyworld.synthesize(
            pitch_hz, np.ascontiguousarray(envelope), np.ascontiguousarray(noise), SPOKEN_HZ
        )
    )


def _pitch(rng: np.random.Generator, pitch_hz: Sound, speaker: Speaker, effort: Effort) -> Sound:
    voiced = pitch_hz > 0.0
    if not voiced.any():
        return pitch_hz
    middle = float(np.median(pitch_hz[voiced]))
    changed = middle * (pitch_hz[voiced] / middle) ** effort.liveliness
    changed *= speaker.pitch * effort.pitch
    rate_hz = round(1.0 / _FRAME_S)
    shaking = wander(rng, pitch_hz.size, 10.0, rate_hz)[voiced]
    result = np.zeros(pitch_hz.size)
    result[voiced] = changed * (1.0 + (0.005 + speaker.tremor) * shaking)
    return result


def _held(voiced: np.ndarray, held: float) -> np.ndarray:
    """Which frame to speak when: voiced frames last `held` times as long."""
    ends = np.cumsum(np.where(voiced, held, 1.0))
    return np.searchsorted(ends, np.arange(int(ends[-1]))).clip(max=voiced.size - 1)


def _warp(envelope: np.ndarray, tract: float) -> np.ndarray:
    bins = np.arange(envelope.shape[1])
    return np.stack([np.interp(bins / tract, bins, frame) for frame in envelope])


def _lift(bins: int, effort: Effort) -> np.ndarray:
    frequency_hz = np.linspace(0.0, SPOKEN_HZ / 2, bins)
    octaves = np.log2(np.clip(frequency_hz, 300.0, 4500.0) / 500.0)
    return np.asarray(10.0 ** (effort.lift_db * octaves / np.log2(6.0) / 10.0))
