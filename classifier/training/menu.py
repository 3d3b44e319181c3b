"""What can sound in a scene: clips drawn evenly by source and kind, varied, and made-up sounds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classifier.training import impacts
from classifier.training.corpus import RATE_HZ, Sounds
from classifier.training.labels import EVENTS, meaning
from classifier.training.tears import no_tears, tears
from classifier.training.vary import (
    active_part,
    heavier,
    joined,
    rebanded,
    repitch,
    resample,
)

Samples = NDArray[np.float32]
_MADE_UP = "made up"
_LONGEST_S = 4.0
_MADE_UP_VOICES = 0.3
"""Of the ordinary voices: whose throat is made up does not always weep."""
ORDINARY = {
    "speech": 0.13,
    "tts": 0.21,
    "impact": 0.19,
    "voice": 0.1,
    "household": 0.17,
    "music": 0.04,
    "snore": 0.05,
    "made_up": 0.07,
    "clutter": 0.04,
}
"""Chance of each kind of ordinary sound; clutter is several things struck within two seconds."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One dry sound, cut to where it sounds."""

    samples: Samples
    targets: frozenset[str]
    unsure: frozenset[str]
    sublabel: str
    source: str
    text: str = ""
    """What a synthetic voice says."""
    group: str = ""
    """Of the clip; empty for what is made up or mixed."""
    begins: int = 0
    """The sample before which nobody can tell it: a stumble is not yet a fall."""


class Menu:
    """Draws sounds of some clips, but for those that are excluded."""

    def __init__(
        self, sounds: Sounds, numbers: Sequence[int], *, made_up: bool = True, varied: bool = True
    ) -> None:
        """`made_up` adds synthesised blows, voices and lowered cries; `varied` repitches clips."""
        self._sounds = sounds
        self._made_up = made_up
        self._varied = varied
        self._shelves: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._weights: dict[int, float] = {}
        for number in numbers:
            self._shelve(number)

    def _shelve(self, number: int) -> None:
        clip = self._sounds.clips[number]
        if clip.label == "rir" or clip.meaning.weight == 0.0 or clip.excluded:
            return
        self._weights[number] = clip.meaning.weight
        wanted = [target for target in EVENTS if target in clip.meaning.targets]
        shelves = wanted or [_ordinary(clip.sublabel, clip.meaning.targets)]
        if "fall" in clip.meaning.targets | clip.meaning.unsure:
            shelves = [*shelves, "heavy"]
        for shelf in shelves:
            self._shelves[shelf][f"{clip.source}/{clip.sublabel}"].append(number)

    def has(self, shelf: str) -> bool:
        """Whether there is anything of that kind."""
        return bool(self._shelves.get(shelf))

    def draw(
        self,
        rng: np.random.Generator,
        wanted: Mapping[str, float],
        ordinary: Mapping[str, float] = ORDINARY,
    ) -> Sound:
        """Draw an event: of a wanted target by its chance, else an ordinary sound by its own."""
        names = [name for name in wanted if self._shelves[name] or self._can_make(name)]
        chances = np.array([wanted[name] for name in names])
        pick = int(np.searchsorted(np.cumsum(chances), rng.random()))
        if pick < len(names):
            return self._of(rng, names[pick])
        return self._ordinary(rng, ordinary)

    def _can_make(self, target: str) -> bool:
        return target in {"fall", "cry"} and self._made_up

    def _of(self, rng: np.random.Generator, target: str) -> Sound:
        if target == "fall":
            return self._fall(rng)
        if target == "cry" and self._made_up:
            return self._cry(rng)
        return self._clip(rng, target)

    def _cry(self, rng: np.random.Generator) -> Sound:
        kind = rng.random()
        if self._shelves["cry"] and kind < 0.4:
            return self._clip(rng, "cry")
        if self._shelves["baby_cry"] and kind < 0.6:
            return self._grown_up(rng)
        return _voiced(*tears(rng))

    def _fall(self, rng: np.random.Generator) -> Sound:
        kind = rng.random() if self._made_up else 0.0
        if self._shelves["fall"] and kind < 0.2:
            return self._clip(rng, "fall")
        if self._shelves["fall"] and kind < 0.5:
            blows = [self._clip(rng, "fall"), *self._several(rng, ("fall", "heavy", "impact"))]
            parts = [blow.samples for blow in blows]
            return _made(heavier(rng, parts), "fall impact", "fall_layered")
        falls, lands_s = impacts.fall(rng)
        fall = _made(falls, "fall impact", "fall_physics")
        return replace(fall, begins=int(lands_s * RATE_HZ))

    def _several(self, rng: np.random.Generator, shelves: Sequence[str]) -> list[Sound]:
        stocked = [shelf for shelf in shelves if self._shelves[shelf]]
        count = int(rng.integers(1, 4)) if stocked else 0
        return [self._clip(rng, stocked[rng.integers(len(stocked))]) for _ in range(count)]

    def _grown_up(self, rng: np.random.Generator) -> Sound:
        """A baby's cry an octave lower stands in for the adult cries that nobody has recorded."""
        child = self._clip(rng, "baby_cry")
        low = resample(child.samples, rng.uniform(0.42, 0.62))[: int(_LONGEST_S * RATE_HZ)]
        low = rebanded(rng, low)
        unsure = frozenset({"baby_cry", "scream"})
        return Sound(low, frozenset({"cry"}), unsure, "cry_lowered", _MADE_UP)

    def _ordinary(self, rng: np.random.Generator, chances: Mapping[str, float]) -> Sound:
        kind = str(rng.choice(list(chances), p=list(chances.values())))
        if kind == "made_up" and self._made_up:
            maker = impacts.NOT_FALLS[rng.integers(len(impacts.NOT_FALLS))]
            return _made(maker(rng), "impact", f"{maker.__name__}_physics")
        if kind == "voice" and self._made_up and rng.random() < _MADE_UP_VOICES:
            return _voiced(*no_tears(rng))
        if kind == "clutter" and self._made_up and self._shelves["impact"]:
            parts = [thing.samples for thing in self._several(rng, ("impact",))]
            return _made(joined(rng, parts), "impact", "clutter_layered")
        return self._clip(rng, kind if self._shelves[kind] else "household")

    def bed(self, rng: np.random.Generator, kind: str, length: int) -> Sound:
        """A long sound of one kind: television speech, music, a snorer, machines and rain."""
        wanted = {"noise": "household"}.get(kind, kind)
        shelf = wanted if self._shelves[wanted] else "household"
        pieces: list[Samples] = []
        sound = self._clip(rng, shelf, longest_s=30.0)
        while sum(map(len, pieces)) < length:
            gap_s = rng.uniform(0.0, 0.8) if kind in {"speech", "snore"} else 0.0
            pieces += [sound.samples, np.zeros(int(gap_s * RATE_HZ), np.float32)]
            if kind == "speech":
                sound = self._clip(rng, shelf, longest_s=30.0)
        joined = np.concatenate(pieces)[:length]
        return Sound(
            joined, sound.targets, sound.unsure, f"bed_{kind}", sound.source, group=sound.group
        )

    def _clip(self, rng: np.random.Generator, shelf: str, longest_s: float = _LONGEST_S) -> Sound:
        kinds = self._shelves[shelf]
        names = list(kinds)
        # By the root of their number: hundreds count more than three, not a hundred-fold.
        sizes = np.sqrt([sum(self._weights[number] for number in kinds[name]) for name in names])
        numbers = kinds[names[int(rng.choice(len(names), p=sizes / sizes.sum()))]]
        number = numbers[int(rng.integers(len(numbers)))]
        clip = self._sounds.clips[number]
        samples = active_part(rng, self._sounds.samples(number), longest_s)
        if self._varied:
            samples = repitch(rng, rebanded(rng, samples), shelf)
        return Sound(
            samples,
            clip.meaning.targets,
            clip.meaning.unsure,
            clip.sublabel,
            clip.source,
            clip.text,
            clip.group,
        )


def _ordinary(sublabel: str, targets: frozenset[str]) -> str:
    if sublabel.startswith("speech_tts"):
        return "tts"
    for target, shelf in (
        ("music", "music"),
        ("speech", "speech"),
        ("impact", "impact"),
        ("laugh_cough", "voice"),
        ("snore", "snore"),
    ):
        if target in targets:
            return shelf
    return "impact" if sublabel in {"footsteps", "object_handling"} else "household"


def _voiced(samples: Samples, how: str) -> Sound:
    known = meaning(how)
    return Sound(samples, known.targets, known.unsure, f"{how}_physics", _MADE_UP)


def _made(samples: Samples, targets: str, sublabel: str) -> Sound:
    return Sound(samples, frozenset(targets.split()), frozenset(), sublabel, _MADE_UP)
