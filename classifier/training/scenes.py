"""Stretches of a resident's day: a bed of sound, events in a room, a microphone, true times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from classifier.training.corpus import RATE_HZ
from classifier.training.menu import ORDINARY, Menu, Sound
from classifier.training.rooms import Rooms, microphone_curve

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Event:
    """A sound in a scene, where it is and what it is."""

    targets: frozenset[str]
    unsure: frozenset[str]
    sublabel: str
    source: str
    onset_s: float
    offset_s: float
    snr_db: float
    """Level while it sounds, over the bed."""
    text: str = ""
    """What a synthetic voice says."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How scenes are made."""

    duration_s: float = 10.0
    gap_s: float = 1.2
    """Mean silence between events."""
    calm: float = 0.15
    """Share of scenes without any event."""
    wanted: Mapping[str, float] = field(
        default_factory=lambda: {
            "fall": 0.10,
            "scream": 0.10,
            "spoken_call": 0.13,
            "cry": 0.06,
            "baby_cry": 0.05,
        }
    )
    """Chance that an event is of this target; the rest are ordinary sounds."""
    ordinary: Mapping[str, float] = field(default_factory=lambda: ORDINARY)
    """Chance of each kind of ordinary sound; together 1."""
    least_snr_db: float = -2.0
    """Of what the model tells apart, over the bed; 30 dB at most."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the microphone gave, and the truth."""

    samples: Samples
    events: Sequence[Event]


def make_scene(rng: np.random.Generator, menu: Menu, rooms: Rooms, recipe: Recipe) -> Scene:
    """Make one scene; the same generator state gives the same scene."""
    length = int(recipe.duration_s * RATE_HZ)
    room = rooms.responses[rng.integers(len(rooms.responses))].astype(np.float32)
    bed, bed_events = _bed(rng, menu, room, length)
    loudness = float(np.sqrt(np.mean(bed**2))) + 1e-6
    events = list(bed_events)
    at_s = rng.exponential(recipe.gap_s)
    calm = rng.random() < recipe.calm
    while not calm and at_s < recipe.duration_s - 0.3:
        sound = menu.draw(rng, recipe.wanted, recipe.ordinary)
        wet = _in_room(rng, sound, room)
        least_db, most_db = (recipe.least_snr_db, 30.0) if sound.targets else (0.0, 32.0)
        snr_db = float(rng.uniform(least_db, most_db))
        ends_s = _lay(bed, wet, at_s, loudness * 10 ** (snr_db / 20.0))
        events.append(_event(sound, at_s, min(ends_s, recipe.duration_s), snr_db))
        overlap = rng.random() < 0.1
        at_s = at_s + 0.3 if overlap else ends_s + rng.exponential(recipe.gap_s)
    return Scene(_microphone(rng, bed), events)


def _event(sound: Sound, at_s: float, ends_s: float, snr_db: float) -> Event:
    return Event(
        targets=sound.targets,
        unsure=sound.unsure,
        sublabel=sound.sublabel,
        source=sound.source,
        onset_s=at_s,
        offset_s=ends_s,
        snr_db=round(snr_db, 1),
        text=sound.text,
    )


def _in_room(rng: np.random.Generator, sound: Sound, room: Samples) -> Samples:
    response = room[rng.integers(len(room))]
    wet = oaconvolve(sound.samples, response)[: len(sound.samples) + RATE_HZ // 3]
    body = wet[: len(sound.samples)]
    active = body[np.abs(body) > 0.1 * np.abs(body).max() + 1e-9]
    level: Samples = (wet / (np.sqrt(np.mean(active**2)) + 1e-9)).astype(np.float32)
    return level


def _lay(bed: Samples, sound: Samples, at_s: float, gain: float) -> float:
    """Add the sound and say when it ends (its reverberation apart)."""
    start = int(at_s * RATE_HZ)
    end = min(len(bed), start + len(sound))
    bed[start:end] += np.float32(gain) * sound[: end - start]
    return at_s + (len(sound) - RATE_HZ // 3) / RATE_HZ


def _bed(
    rng: np.random.Generator, menu: Menu, room: Samples, length: int
) -> tuple[Samples, list[Event]]:
    floor = _coloured(rng, length)
    kind = rng.choice(["quiet", "noise", "speech", "music", "snore"], p=[0.4, 0.2, 0.2, 0.1, 0.1])
    if kind == "quiet":
        return floor, []
    sound = menu.bed(rng, kind, length)
    wet = oaconvolve(sound.samples, room[rng.integers(len(room))])[:length].astype(np.float32)
    wet /= np.sqrt(np.mean(wet**2)) + 1e-9
    over_db = rng.uniform(3.0, 30.0)
    whole = _event(sound, 0.0, length / RATE_HZ, over_db)
    return floor + wet * np.float32(np.sqrt(np.mean(floor**2)) * 10 ** (over_db / 20.0)), [whole]


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


def _microphone(rng: np.random.Generator, samples: Samples) -> Samples:
    """Curve, then gain: peaks from -45 dBFS to a little clipped, quantised to 16 bits."""
    heard = microphone_curve(rng, samples) if rng.random() < 0.8 else samples
    peak_dbfs = rng.uniform(-45.0, 0.0) if rng.random() < 0.9 else rng.uniform(0.0, 12.0)
    heard = heard * np.float32(10 ** (peak_dbfs / 20.0) / (np.abs(heard).max() + 1e-9))
    return (np.round(np.clip(heard, -1.0, 32767 / 32768) * 32768.0) / 32768.0).astype(np.float32)
