"""Long nights with exact labels: scene after scene, so that any length needs no more memory."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.errors import DataRefused
from classifier.training.beds import AT_HOME
from classifier.training.clips import Clip, checksum, read_clips
from classifier.training.corpus import RATE_HZ, Recordings
from classifier.training.menu import Menu
from classifier.training.rooms import PLACES, Room, measured_room, simulate_room
from classifier.training.scenes import Event, Recipe, make_scene
from classifier.training.splits import HELD_SOURCES, TRAIN, split
from classifier.training.workshop import DENSE, NIGHT, measured_responses

ALL = "all"
"""Every recording, whatever part it is in."""


def _harder(recipe: Recipe) -> Recipe:
    """Fainter sounds, narrower gains, televisions that scream: as a house may be."""
    return replace(recipe, least_snr_db=-5.0, peak_dbfs=(-30.0, 0.0), beds=AT_HOME, televised=0.15)


KINDS: Mapping[str, Recipe] = {
    "night": _harder(NIGHT),
    "dense": replace(_harder(DENSE), overlap=0.2),
}
"""A sound a minute, in scenes of 10 minutes; or one every few seconds, in scenes of one minute."""
_NEAREST_M = 1.0
_MEASURED = 1 / 12
"""Share of the rooms that somebody measured, if there are any."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to make; the same wish gives the same scenes."""

    manifests: Sequence[Path]
    part: str
    """train, tune, test, held or all."""
    kind: str
    hours: float
    seed: int
    made_up: bool = False
    """Whether physics adds falls, and blows that are none: few are recorded of what judges."""

    @property
    def recipe(self) -> Recipe:
        """How each scene is made."""
        return KINDS[self.kind]

    @property
    def scenes(self) -> int:
        """How many; hours are rounded up to whole scenes."""
        return max(1, math.ceil(self.hours * 3600.0 / self.recipe.duration_s - 1e-9))

    @property
    def samples(self) -> int:
        """Of all scenes."""
        return self.scenes * int(self.recipe.duration_s * RATE_HZ)

    def describe(self) -> str:
        """All but the length, for whoever finds the scenes."""
        made_up = "made up as well\n" if self.made_up else ""
        return (
            f"manifest {checksum(self.manifests)}\n"
            f"part {self.part}\nkind {self.kind}\nseed {self.seed}\n{made_up}"
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """One scene as a microphone recorded it."""

    samples: NDArray[np.int16]
    events: Sequence[Event]


class Nights:
    """Makes the scenes of a wish, each by itself: its seed is that of the wish and its number."""

    def __init__(self, wish: Wish, recipe: Recipe | None = None) -> None:
        """Read the manifests; another recipe than the wish's kind has its own lengths.

        Raises:
            DataRefused: one cannot be read, or the part has no ordinary sounds; or no hours.
        """
        if not 0.0 < wish.hours < math.inf:
            raise DataRefused(f"--hours {wish.hours:g}: write more than 0, such as 10")
        clips = read_clips(*wish.manifests)
        recordings = Recordings(clips)
        teaches = wish.part == TRAIN
        self._wish = wish
        self._recipe = recipe or wish.recipe
        made_up = teaches or wish.made_up
        self._menu = Menu(recordings, _numbers(clips, wish), made_up=made_up, varied=teaches)
        if not self._menu.has("household"):
            raise DataRefused(
                f"{', '.join(map(str, wish.manifests))}: part {wish.part}: "
                "holds no ordinary sounds of a household: "
                "add some with the label other, or choose --part all"
            )
        self._measured = [measured_room(one) for one in measured_responses(recordings)]

    def stretch(self, number: int) -> Stretch:
        """Make one scene."""
        rng = np.random.default_rng([self._wish.seed, number])
        scene = make_scene(rng, self._menu, self._room(rng), self._recipe)
        return Stretch((scene.samples * 32768.0).astype("<i2"), scene.events)

    def stream(self) -> Iterator[Stretch]:
        """Every scene in turn, its events in seconds from the beginning of the first."""
        for number in range(self._wish.scenes):
            stretch = self.stretch(number)
            begins_s = number * self._recipe.duration_s
            yield replace(stretch, events=[_later(event, begins_s) for event in stretch.events])

    def _room(self, rng: np.random.Generator) -> Room:
        """A room of its own, that never taught; now and then a measured one."""
        if self._measured and rng.random() < _MEASURED:
            return self._measured[rng.integers(len(self._measured))]
        return simulate_room(rng, PLACES, _NEAREST_M)


def _numbers(clips: Sequence[Clip], wish: Wish) -> list[int]:
    parts = split(clips, HELD_SOURCES)
    return [number for number, part in enumerate(parts) if wish.part in {part, ALL}]


def _later(event: Event, by_s: float) -> Event:
    onset_s, offset_s = (round(at_s + by_s, 6) for at_s in (event.onset_s, event.offset_s))
    rises_s = None if event.rises_s is None else round(event.rises_s + by_s, 6)
    return replace(event, onset_s=onset_s, offset_s=offset_s, rises_s=rises_s)
