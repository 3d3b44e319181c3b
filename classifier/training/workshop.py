"""The folder of one training: its audio decoded, its rooms, its scenes, its checkpoints."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from classifier.training.beds import AT_HOME
from classifier.training.clips import Clip, read_clips
from classifier.training.corpus import Sounds, decode, open_corpus
from classifier.training.menu import ORDINARY
from classifier.training.rooms import PLACES, build_rooms
from classifier.training.scenes import Recipe
from classifier.training.shards import Order
from classifier.training.splits import HELD, HELD_SOURCES, TEST, TRAIN, TUNE

DENSE = Recipe(duration_s=60.0, gap_s=3.0, calm=0.0)
"""To count what is heard: something sounds every few seconds."""
NIGHT = Recipe(duration_s=600.0, gap_s=60.0, calm=0.0)
"""To count false alarms: something sounds every minute."""
MIXED = Recipe(beds=AT_HOME)
"""To learn what a sound is."""
TALK = Recipe(
    gap_s=0.8,
    calm=0.05,
    wanted={"spoken_call": 0.36, "scream": 0.08, "fall": 0.03, "cry": 0.04, "baby_cry": 0.02},
    ordinary={name: 0.3 * chance for name, chance in ORDINARY.items()}
    | {"tts": 0.3 * ORDINARY["tts"] + 0.7},
    least_snr_db=4.0,
    beds=AT_HOME,
)
"""To learn words: calls and sentences by the same voices."""
BLOWS = Recipe(
    gap_s=0.8,
    calm=0.05,
    wanted={"fall": 0.28, "scream": 0.06, "spoken_call": 0.02, "cry": 0.08, "baby_cry": 0.02},
    ordinary={"impact": 0.4, "made_up": 0.25, "clutter": 0.15, "household": 0.15, "voice": 0.05},
    least_snr_db=2.0,
    beds=AT_HOME,
)
"""To learn falls from all else that strikes; and tears, which few have recorded."""
JUDGES = tuple(f"{when}{part}" for when in ("", "night_") for part in (TUNE, TEST, HELD))
"""The scenes that do not teach."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much to render."""

    train: int = 9000
    """Scenes of 10 s."""
    talk: int = 8000
    """More of them, full of voices."""
    blows: int = 6000
    """And full of things that strike."""
    dense: int = 120
    """Minutes, for each part that does not teach."""
    nights: int = 24
    """Stretches of 10 minutes, for each part that does not teach."""
    rooms: int = 160
    """Simulated, beside the measured ones."""

    def scaled(self, share: float) -> Self:
        """A share of it, at least one of each."""
        return replace(self, **{name: max(1, round(share * n)) for name, n in asdict(self).items()})


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where everything of one training lies."""

    manifests: Sequence[Path]
    """Each beside its recordings."""
    folder: Path
    free: bool = False
    """Nothing teaches, tunes or judges that allows no commercial use."""

    def scenes(self, name: str) -> Path:
        """Folder of rendered scenes: `train`, `talk`, `blows`, `tune`, `night_tune`, `test`..."""
        return self.folder / "scenes" / name

    def judged(self, name: str) -> Path:
        """Folder of the same scenes as FLAC with label files, for `veilleur evaluate`."""
        return self.folder / "judged" / name

    def clips(self) -> list[Clip]:
        """The recordings, in the order of the manifests.

        Raises:
            DataRefused: a manifest is missing or lacks a column, or two name the same path.
        """
        return read_clips(*self.manifests, free=self.free)

    def orders(self, sizes: Sizes) -> list[Order]:
        """All scenes there shall be, shard by shard; the same sizes give the same scenes."""
        series = [
            _Series(TRAIN, TRAIN, MIXED, sizes.train, 100, 100_000),
            _Series("talk", TRAIN, TALK, sizes.talk, 100, 200_000),
            _Series("blows", TRAIN, BLOWS, sizes.blows, 100, 300_000),
        ]
        for place, part in enumerate((TUNE, TEST, HELD), start=1):
            series += [
                _Series(part, part, DENSE, sizes.dense, 10, 1_000 * place),
                _Series(f"night_{part}", part, NIGHT, sizes.nights, 2, 10_000 + 1_000 * place),
            ]
        return [order for each in series for order in self._shards(each)]

    def _shards(self, series: "_Series") -> list[Order]:
        teaches = series.part == TRAIN
        return [
            Order(
                manifests=self.manifests,
                free=self.free,
                work=self.folder,
                folder=self.scenes(series.name),
                part=series.part,
                held_sources=HELD_SOURCES,
                recipe=series.recipe,
                scenes=min(series.each, series.scenes - first),
                made_up=teaches,
                varied=teaches,
                seed=series.seed + number,
            )
            for number, first in enumerate(range(0, series.scenes, series.each))
        ]


@dataclass(frozen=True, slots=True)
class _Series:
    """Scenes of one kind, to be rendered in shards of `each`."""

    name: str
    part: str
    recipe: Recipe
    scenes: int
    each: int
    seed: int


def prepare(
    workshop: Workshop, rooms: int, seed: int, clip_done: Callable[[], None]
) -> Sequence[Clip]:
    """Decode the recordings and simulate the rooms, unless that is done; returns the clips."""
    clips = workshop.clips()
    corpus_folder = workshop.folder / "corpus"
    if not (corpus_folder / "samples.i16").exists():
        decode(clips, corpus_folder, clip_done)
    built = workshop.folder / "rooms.npy"
    if not built.exists():
        corpus = open_corpus(clips, corpus_folder)
        build_rooms(built, rooms, PLACES, seed, measured_responses(corpus))
    return clips


def measured_responses(sounds: Sounds) -> list[NDArray[np.float32]]:
    """Impulse responses among the recordings."""
    return [
        sounds.samples(number)
        for number, clip in enumerate(sounds.clips)
        if clip.label == "rir" and not clip.excluded
    ]
