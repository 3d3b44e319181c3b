"""Batches to learn from: rendered scenes become patches, wanted scores, and what of them counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from classifier.features import LogMelSpec
from classifier.training.design import filterbank, log_mel
from classifier.training.hints import FIRST_S, SIZE, STEP_S, SpeechEmbedding
from classifier.training.network import PATCH_FRAMES, STRIDE_FRAMES
from classifier.training.otherwise import QUICKEST, Otherwise, as_it_is, between, some_other
from classifier.training.shards import Shard
from classifier.training.truth import decision_times_s, rasterise, said_at
from classifier.training.words import FIRST_STEP_S, STEPS

FRAME_S = LogMelSpec().hop / LogMelSpec().sample_rate_hz
_OVERLAID = 0.3
"""Share of varied scenes under which another goes on..."""
_QUIETER = (1.4, 4.6)
"""...this much more quietly: natural logarithms of power, 6 to 20 dB."""
_SHIFT_FRAMES = STRIDE_FRAMES
"""Each time a scene is heard it begins at least up to one stride later: windows fall anew."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Some scenes."""

    patches: Tensor
    """Shape [scenes, patches, 96, mels]."""
    wanted: Tensor
    """Shape [scenes, patches, targets]."""
    counts: Tensor
    """How much each wanted score counts; shaped alike."""
    texts: Tensor
    """[scenes, patches]: which text of the vocabulary was just said; -1 where none counts."""
    hints: Tensor
    """[scenes, steps, 96]: what an embedding of speech made of it by each step of the words; NaN
    where it did not hear. No steps without an embedding."""


class Lessons:
    """Scenes in a random order, each epoch another."""

    def __init__(
        self,
        shards: Sequence[Shard],
        batch: int,
        *,
        varied: bool = False,
        embedding: SpeechEmbedding | None = None,
    ) -> None:
        """Prepare.

        Args:
            shards: the scenes.
            batch: scenes in each lesson.
            varied: each time they are quicker or slower, of another throat and tone.
            embedding: gives hints.
        """
        self._shards = shards
        self._varied = varied
        self._embedding = embedding
        self._places = [(s, n) for s, shard in enumerate(shards) for n in range(len(shard.events))]
        self._batch = batch
        self._spec = LogMelSpec()
        self._bank = filterbank(self._spec)
        events = [event for shard in shards for events in shard.events for event in events]
        self.vocabulary = ["", *sorted({event.text for event in events} - {""})]
        """All texts that are said in the scenes; the first stands for none."""
        calls = {event.text for event in events if "spoken_call" in event.targets}
        self.calls = torch.tensor([text in calls for text in self.vocabulary])
        """Which of the texts are calls."""
        self._mels: dict[tuple[int, int], NDArray[np.float16]] = {}
        self._hints: dict[tuple[int, int], NDArray[np.float16]] = {}

    def __len__(self) -> int:
        """Batches of one epoch."""
        return len(self._places) // self._batch

    def epoch(self, seed: int, first: int = 0) -> Iterator[Lesson]:
        """The batches of one epoch, from `first` on."""
        order = np.random.default_rng(seed).permutation(len(self._places))
        for number in range(first, len(self)):
            rng = np.random.default_rng([seed, number])
            places = order[number * self._batch : (number + 1) * self._batch]
            yield self._lesson([self._overlaid(rng, int(place)) for place in places])

    def _overlaid(self, rng: np.random.Generator, place: int) -> tuple[NDArray[Any], ...]:
        """A scene, at times with another under it, of which nothing has to be heard."""
        patches, wanted, counts, *rest = self._scene(rng, *self._places[place])
        if not self._varied or self._embedding or rng.random() >= _OVERLAID:
            return patches, wanted, counts, *rest
        under, theirs, *_ = self._scene(rng, *self._places[int(rng.integers(len(self._places)))])
        both = np.logaddexp(patches, under - np.float32(rng.uniform(*_QUIETER)))
        counts[(theirs > 0) & (wanted == 0)] = 0.0
        return both, wanted, counts, *rest

    def _scene(self, rng: np.random.Generator, shard: int, number: int) -> tuple[NDArray[Any], ...]:
        mel = self._mel(shard, number).astype(np.float32)
        heard = some_other(rng, self._spec) if self._varied else as_it_is(self._spec)
        count = self._patches(len(mel))
        frames = PATCH_FRAMES + (count - 1) * STRIDE_FRAMES
        otherwise = heard.mel(mel, self._spec)
        skipped = int(rng.integers(len(otherwise) - frames + 1))
        patches = cut(otherwise[skipped : skipped + frames])
        events = heard.events(self._shards[shard].events[number], skipped * FRAME_S)
        times_s = patch_ends_s(count)
        wanted, counts = rasterise(events, times_s)
        said = said_at(events, times_s, self.vocabulary)
        return patches, wanted, counts, said, self._hinted(shard, number, heard, skipped, count)

    def _patches(self, frames: int) -> int:
        """Of a scene, however quick it is heard."""
        least = int((frames - 1) / QUICKEST) if self._varied else frames - 1
        return (least - _SHIFT_FRAMES - PATCH_FRAMES) // STRIDE_FRAMES + 1

    def _hinted(
        self, shard: int, number: int, heard: Otherwise, skipped: int, count: int
    ) -> NDArray[np.float32]:
        if self._embedding is None:
            return np.empty((0, SIZE), np.float32)
        known = self._hints.get((shard, number))
        if known is None:
            known = self._embedding.steps(self._shards[shard].samples[number])
            self._hints[shard, number] = known
        steps = np.arange(STEPS * (2 * count - 1))
        ends_s = (skipped * FRAME_S + FIRST_STEP_S + STEP_S * steps) * heard.tempo
        places = (ends_s - FIRST_S) / STEP_S
        hints = between(known.astype(np.float32), places)
        hints[(places < 0.0) | (places > len(known) - 1.0)] = np.nan
        return hints

    def _mel(self, shard: int, number: int) -> NDArray[np.float16]:
        """Log-mel of a scene, computed once; half precision is far finer than its noise."""
        known = self._mels.get((shard, number))
        if known is None:
            samples = self._shards[shard].samples[number].astype(np.float32) / np.float32(32768.0)
            known = log_mel(samples, self._spec, self._bank).astype(np.float16)
            self._mels[shard, number] = known
        return known

    def _lesson(self, scenes: Sequence[tuple[NDArray[Any], ...]]) -> Lesson:
        return Lesson(*(torch.from_numpy(np.stack(part)) for part in zip(*scenes, strict=True)))


def cut(mel: NDArray[np.float32]) -> NDArray[np.float32]:
    """[frames, mels] to half-overlapping [patches, 96, mels]."""
    views = np.lib.stride_tricks.sliding_window_view(mel, PATCH_FRAMES, axis=0)[::STRIDE_FRAMES]
    return np.ascontiguousarray(views.transpose(0, 2, 1))


def patch_ends_s(patches: int) -> NDArray[np.float64]:
    """Stream time of the end of each patch, seconds."""
    return decision_times_s(patches, STRIDE_FRAMES * FRAME_S, PATCH_FRAMES * FRAME_S)
