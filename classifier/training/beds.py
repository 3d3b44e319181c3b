"""What never stops in a scene: the noise floor, and a television, a radio, a snorer over it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from classifier.training.corpus import RATE_HZ
from classifier.training.loudspeakers import LOUDSPEAKERS, through_loudspeaker
from classifier.training.menu import Menu, Sound
from classifier.training.rooms import Room

Samples = NDArray[np.float32]
BEDS = {"quiet": 0.4, "noise": 0.2, "speech": 0.2, "music": 0.1, "snore": 0.1}
"""Chance of each kind; `television` and `radio` are others, speech and music by loudspeaker."""
AT_HOME = {
    "quiet": 0.3,
    "noise": 0.15,
    "television": 0.2,
    "radio": 0.1,
    "speech": 0.05,
    "music": 0.05,
    "snore": 0.15,
}
"""As in a house where they go on all day."""


@dataclass(frozen=True, slots=True)
class Bed:
    """The samples of a whole scene, and what sounds in them over the noise floor."""

    samples: Samples
    kind: str
    sound: Sound | None = None
    over_db: float = 0.0
    """Level of the sound over the floor."""
    distance_m: float | None = None


def make_bed(
    rng: np.random.Generator, menu: Menu, room: Room, length: int, kinds: Mapping[str, float]
) -> Bed:
    """Draw a kind of bed by its chance, and lay it over a noise floor of unit level."""
    floor = _coloured(rng, length)
    kind = str(rng.choice(list(kinds), p=list(kinds.values())))
    if kind == "quiet":
        return Bed(floor, kind)
    sound = (
        _broadcast(rng, menu, kind, length) if kind in LOUDSPEAKERS else menu.bed(rng, kind, length)
    )
    response, distance_m = room.place(rng)
    wet = oaconvolve(sound.samples, response)[:length].astype(np.float32)
    wet /= np.sqrt(np.mean(wet**2)) + 1e-9
    over_db = rng.uniform(3.0, 30.0)
    gain = np.float32(np.sqrt(np.mean(floor**2)) * 10 ** (over_db / 20.0))
    return Bed(floor + wet * gain, kind, sound, over_db, distance_m)


def _broadcast(rng: np.random.Generator, menu: Menu, kind: str, length: int) -> Sound:
    """Speech, more often than not with music under it; one in three is music alone."""
    speech, music = (menu.bed(rng, each, length) for each in ("speech", "music"))
    level = rng.uniform(0.05, 0.4) if rng.random() < 0.6 else 0.0
    alone = rng.random() < 1 / 3
    mixed = music.samples if alone else speech.samples + np.float32(level) * music.samples
    heard = music if alone else speech
    return Sound(
        samples=through_loudspeaker(rng, mixed, kind),
        targets=speech.targets | music.targets if level and not alone else heard.targets,
        unsure=speech.unsure | music.unsure,
        sublabel=f"bed_{kind}",
        source=heard.source,
        group=heard.group,
    )


def _coloured(rng: np.random.Generator, length: int) -> Samples:
    """Noise floor at unit level: a tilt of 0 to -8 dB an octave, a mains hum at times."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    hertz = np.maximum(np.fft.rfftfreq(length, 1 / RATE_HZ), 20.0)
    noise = np.fft.irfft(spectrum * (hertz / 1000.0) ** -rng.uniform(0.0, 1.3), length)
    noise /= np.sqrt(np.mean(noise**2))
    if rng.random() < 0.2:
        time_s = np.arange(length) / RATE_HZ
        for harmonic in (1, 2, 3):
            noise += rng.uniform(0.0, 1.0) * np.sin(2 * np.pi * 50.0 * harmonic * time_s)
    return noise.astype(np.float32)
