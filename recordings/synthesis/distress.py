"""A voice in distress, without words: screams, wails, sobs and weeping."""

import numpy as np

from recordings.synthesis.breath import gasp, sniff
from recordings.synthesis.signal import RATE_HZ, Sound, lay, peak
from recordings.synthesis.voice import HUM, OPEN_A, SCREAMED, Phonation, phonate


def scream(rng: np.random.Generator, duration_s: float = 1.4, pitch_hz: float = 800.0) -> Sound:
    """A scream of fright or pain: high, pressed, full of breath, rough and a little broken."""
    high = pitch_hz * rng.uniform(0.94, 1.06)
    voice = phonate(
        rng,
        Phonation(
            duration_s=duration_s,
            pitch_hz=(
                (0.0, 0.6 * high),
                (0.1, 0.95 * high),
                (0.3 * duration_s, high),
                (0.75 * duration_s, 0.93 * high),
                (duration_s, 0.6 * high),
            ),
            loudness=((0.0, 0.1), (0.08, 0.9), (0.8 * duration_s, 1.0), (duration_s, 0.02)),
            mouth=(SCREAMED, SCREAMED),
            open_quotient=0.5,
            breath=rng.uniform(0.7, 1.1),
            jitter=0.015,
            bright=0.95,
            roughness=(rng.uniform(55.0, 100.0), 0.7),
            subharmonic=0.15,
            width=0.18,
        ),
    )
    return peak(np.tanh(1.2 * voice))


def wail(rng: np.random.Generator, duration_s: float, pitch_hz: float) -> Sound:
    """One long breath of crying: the mouth opens, the pitch rises, shakes and sinks."""
    return phonate(
        rng,
        Phonation(
            duration_s=duration_s,
            pitch_hz=(
                (0.0, rng.uniform(0.6, 0.75) * pitch_hz),
                (rng.uniform(0.3, 0.42) * duration_s, pitch_hz),
                (duration_s, rng.uniform(0.75, 0.88) * pitch_hz),
            ),
            loudness=((0.0, 0.15), (0.28 * duration_s, 1.0), (duration_s, 0.25)),
            mouth=(HUM, OPEN_A),
            open_quotient=rng.uniform(0.6, 0.72),
            breath=rng.uniform(0.4, 0.7),
            jitter=0.012,
            tremor=(rng.uniform(5.5, 8.0), rng.uniform(0.15, 0.28)),
            bright=0.7,
            subharmonic=rng.uniform(0.0, 0.17),
        ),
    )


def sobs(rng: np.random.Generator, pushes: int, pitch_hz: float) -> Sound:
    """One breath let out in pushes, each weaker and lower than the last."""
    pitches: list[tuple[float, float]] = []
    levels: list[tuple[float, float]] = [(0.0, 0.05)]
    at_s = 0.05
    for number in range(pushes):
        long_s = rng.uniform(0.24, 0.42)
        tone, loud = pitch_hz * 0.97**number, 0.88**number * rng.uniform(0.7, 1.0)
        pitches += [(at_s, 0.75 * tone), (at_s + 0.35 * long_s, tone), (at_s + long_s, 0.8 * tone)]
        levels += [(at_s + 0.3 * long_s, loud), (at_s + 0.9 * long_s, 0.2 * loud)]
        at_s += long_s + rng.uniform(0.02, 0.06)
    return phonate(
        rng,
        Phonation(
            duration_s=at_s,
            pitch_hz=pitches,
            loudness=[*levels, (at_s, 0.02)],
            mouth=(HUM, OPEN_A),
            open_quotient=0.65,
            breath=0.6,
            jitter=0.015,
            bright=0.7,
            subharmonic=rng.uniform(0.0, 0.17),
        ),
    )


def crying(rng: np.random.Generator, duration_s: float, pitch_hz: float = 560.0) -> Sound:
    """An adult who weeps: a wail or two, a run of sobs, a jerky breath, a sniff now and then."""
    pieces: list[tuple[float, Sound]] = []
    at_s = 0.0
    while at_s < duration_s - 2.5:
        tone = pitch_hz * rng.uniform(0.88, 1.12)
        wails = (wail(rng, rng.uniform(0.55, 0.95), tone) for _ in range(int(rng.integers(1, 3))))
        for voiced in (*wails, sobs(rng, int(rng.integers(2, 5)), tone)):
            pieces.append((at_s, rng.uniform(0.6, 1.0) * voiced))
            at_s += voiced.size / RATE_HZ + rng.uniform(0.0, 0.12)
        breath_s = rng.uniform(0.3, 0.45)
        pieces.append((at_s, 0.1 * gasp(rng, breath_s)))
        at_s += breath_s + rng.uniform(0.05, 0.25)
        if rng.random() < 0.25:
            pieces.append((at_s, 0.15 * sniff(rng)))
            at_s += 0.4
    return lay(pieces)
