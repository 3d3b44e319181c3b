"""Stretches of a resident's day: a bed of sound, events in a room, a microphone, true times."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from classifier.training.beds import BEDS, make_bed
from classifier.training.corpus import RATE_HZ
from classifier.training.labels import EVENTS
from classifier.training.loudspeakers import televised
from classifier.training.menu import ORDINARY, Menu, Sound
from classifier.training.microphones import record
from classifier.training.rooms import Room
from classifier.training.vary import stretches

Samples = NDArray[np.float32]
_FRAME = 320
"""20 ms."""
_PAUSE_S = 0.5
"""Of silence between two screams in one recording; shorter ones are for breath."""


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
    group: str = ""
    """The recording, speaker or session it comes from; empty for what is made up or mixed."""
    distance_m: float | None = None
    """From the microphone, in a simulated room."""
    rises_s: float | None = None
    """When it first is as loud as the bed, seconds: nobody hears it before. None if it never is."""


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
    overlap: float = 0.1
    """Chance that the next sound begins 0.3 s after a sound began, over it."""
    beds: Mapping[str, float] = field(default_factory=lambda: BEDS)
    """Chance of each kind of bed; together 1."""
    televised: float = 0.0
    """Over a bed of television, share of the screams, cries and falls that are on television."""
    peak_dbfs: tuple[float, float] = (-45.0, 0.0)
    """Where the microphone's gain puts the loudest moment..."""
    clipped: float = 0.1
    """...and the chance that it is up to 12 dB too high instead."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the microphone gave, and the truth."""

    samples: Samples
    events: Sequence[Event]


def make_scene(rng: np.random.Generator, menu: Menu, room: Room, recipe: Recipe) -> Scene:
    """Make one scene; the same generator state gives the same scene."""
    length = int(recipe.duration_s * RATE_HZ)
    bed = make_bed(rng, menu, room, length, recipe.beds)
    samples = bed.samples
    loudness = float(np.sqrt(np.mean(samples**2))) + 1e-6
    events = []
    if bed.sound:
        whole = _Place(0.0, recipe.duration_s, bed.over_db, bed.distance_m)
        events.append(_event(bed.sound, whole))
    at_s = rng.exponential(recipe.gap_s)
    calm = rng.random() < recipe.calm
    while not calm and at_s < recipe.duration_s - 0.3:
        sound = _draw(rng, menu, recipe, bed.kind)
        wet, distance_m = _in_room(rng, sound, room)
        least_db, most_db = (recipe.least_snr_db, 30.0) if sound.targets else (0.0, 32.0)
        snr_db = float(rng.uniform(least_db, most_db))
        gain = 10 ** (snr_db / 20.0)
        ends_s = _lay(samples, wet, at_s, loudness * gain)
        ends_s = min(ends_s, recipe.duration_s)
        place = _Place(at_s, ends_s, snr_db, distance_m)
        events += [_event(sound, part) for part in _parted(sound, wet, place)]
        overlap = rng.random() < recipe.overlap
        at_s = at_s + 0.3 if overlap else ends_s + rng.exponential(recipe.gap_s)
    return Scene(record(rng, samples, recipe.peak_dbfs, recipe.clipped), events)


@dataclass(frozen=True, slots=True)
class _Place:
    """When a sound is heard, how loud and from where."""

    onset_s: float
    offset_s: float
    snr_db: float
    distance_m: float | None
    rises_s: float | None = None


def _draw(rng: np.random.Generator, menu: Menu, recipe: Recipe, bed: str) -> Sound:
    sound = menu.draw(rng, recipe.wanted, recipe.ordinary)
    on_television = bed == "television" and not sound.targets.isdisjoint(EVENTS)
    if on_television and rng.random() < recipe.televised:
        return televised(rng, sound)
    return sound


def _parted(sound: Sound, wet: Samples, whole: _Place) -> list[_Place]:
    """Where a sound is heard in turn: from when it can be told; a scream after a silence is
    another."""
    pause_s = _PAUSE_S if "scream" in sound.targets else math.inf
    gain = 10 ** (whole.snr_db / 20.0)
    places = []
    for start, last in stretches(sound.samples, pause_s):
        first = max(start, sound.begins)
        onset_s = whole.onset_s + first / RATE_HZ
        offset_s = min(whole.onset_s + last / RATE_HZ, whole.offset_s)
        if onset_s < offset_s:
            rises = rises_s(wet[first:last], onset_s, gain)
            places.append(replace(whole, onset_s=onset_s, offset_s=offset_s, rises_s=rises))
    return places


def _event(sound: Sound, place: _Place) -> Event:
    return Event(
        targets=sound.targets,
        unsure=sound.unsure,
        sublabel=sound.sublabel,
        source=sound.source,
        onset_s=place.onset_s,
        offset_s=place.offset_s,
        snr_db=round(place.snr_db, 1),
        text=sound.text,
        group=sound.group,
        distance_m=place.distance_m,
        rises_s=place.rises_s,
    )


def _in_room(rng: np.random.Generator, sound: Sound, room: Room) -> tuple[Samples, float | None]:
    """The sound at unit level while it is active, its reverberation after it; and from where."""
    response, distance_m = room.place(rng)
    wet = oaconvolve(sound.samples, response)[: len(sound.samples) + RATE_HZ // 3]
    body = wet[: len(sound.samples)]
    active = body[np.abs(body) > 0.1 * np.abs(body).max() + 1e-9]
    level: Samples = (wet / (np.sqrt(np.mean(active**2)) + 1e-9)).astype(np.float32)
    return level, distance_m


def rises_s(sound: Samples, at_s: float, gain: float) -> float | None:
    """When a sound over a bed of unit level has a frame as loud as the bed."""
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    loud = np.flatnonzero(gain * np.sqrt(np.mean(frames**2, axis=1)) >= 1.0)
    return round(at_s + float(loud[0]) * _FRAME / RATE_HZ, 3) if len(loud) else None


def _lay(bed: Samples, sound: Samples, at_s: float, gain: float) -> float:
    """Add the sound and say when it ends (its reverberation apart)."""
    start = int(at_s * RATE_HZ)
    end = min(len(bed), start + len(sound))
    bed[start:end] += np.float32(gain) * sound[: end - start]
    return at_s + (len(sound) - RATE_HZ // 3) / RATE_HZ
