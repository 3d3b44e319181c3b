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
from classifier.training.network import PATCH_FRAMES, STRIDE_FRAMES
from classifier.training.shards import Shard
from classifier.training.truth import decision_times_s, rasterise, said_at

FRAME_S = LogMelSpec().hop / LogMelSpec().sample_rate_hz
_SHIFT_FRAMES = STRIDE_FRAMES
"""Each time a scene is heard it begins up to one stride later, so that windows fall anew."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Some scenes."""

    patches: Tensor
    """Shape [scenes, patches, 96, mels]."""
    wanted: Tensor
    """Shape [scenes, patches, targets]."""
    counts: Tensor
    """How much each wanted score counts, 0 to 1; shaped alike."""
    texts: Tensor
    """[scenes, patches]: which text of the vocabulary was just said; -1 where none counts."""


class Lessons:
    """Scenes in a random order, each epoch another."""

    def __init__(self, shards: Sequence[Shard], batch: int) -> None:
        self._shards = shards
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

    def __len__(self) -> int:
        """Batches of one epoch."""
        return len(self._places) // self._batch

    def epoch(self, seed: int, first: int = 0) -> Iterator[Lesson]:
        """The batches of one epoch, from `first` on."""
        order = np.random.default_rng(seed).permutation(len(self._places))
        for number in range(first, len(self)):
            rng = np.random.default_rng([seed, number])
            places = order[number * self._batch : (number + 1) * self._batch]
            yield self._lesson([self._scene(rng, *self._places[place]) for place in places])

    def _scene(self, rng: np.random.Generator, shard: int, number: int) -> tuple[NDArray[Any], ...]:
        skipped = int(rng.integers(_SHIFT_FRAMES))
        mel = self._mel(shard, number)
        count = (len(mel) - _SHIFT_FRAMES - PATCH_FRAMES) // STRIDE_FRAMES + 1
        patches = cut(mel[skipped:].astype(np.float32))[:count]
        events = self._shards[shard].events[number]
        times_s = skipped * FRAME_S + patch_ends_s(count)
        wanted, counts = rasterise(events, times_s)
        return patches, wanted, counts, said_at(events, times_s, self.vocabulary)

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
