"""From which score on a sound counts: chosen on scenes that never taught, within a budget of
false alarms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from classifier.features import LogMelSpec
from classifier.manifest import OperatingPoint
from classifier.training.curve import Budget, Scored, curve, measure, released
from classifier.training.design import filterbank, log_mel
from classifier.training.judge import confirmed
from classifier.training.labels import EVENTS, TARGETS
from classifier.training.lessons import FRAME_S, cut
from classifier.training.network import HOP_FRAMES, PATCH_FRAMES
from classifier.training.scenes import Event
from classifier.training.shards import Shard, read_shards
from classifier.training.truth import decision_times_s

Logits = NDArray[np.float32]
HOP_S, PATCH_S = HOP_FRAMES * FRAME_S, PATCH_FRAMES * FRAME_S
SHARE_OF_HEAD = {"spoken_call": 0.25}
"""How much the head counts beside the words, for each target; it alone counts for the others."""


VOICES = Budget(dense=3.0, night=0.75)
FALLS = Budget(dense=0.55, night=0.25)
"""A false fall makes somebody run."""
TEARS = Budget(dense=4.0, night=2.0)
"""A false one of an adult's is looked into on the next round."""
BABIES = Budget(dense=1.5, night=0.25)
"""None lives in a care home: it is on television that they cry."""
BUDGETS = {"fall": FALLS, "cry": TEARS, "baby_cry": BABIES}
"""For each target; `VOICES` for the others."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What both halves make of some scenes, and what truly sounded."""

    head: Sequence[Logits]
    """[decisions, targets] for each scene."""
    words: Sequence[Logits]
    events: Sequence[Sequence[Event]]

    @property
    def times_s(self) -> NDArray[np.float64]:
        """Ends of the windows of one scene, seconds."""
        return decision_times_s(len(self.head[0]), HOP_S, PATCH_S)

    def scored(self, target: str) -> Scored:
        """One target, as the rules weigh it."""
        place, share = TARGETS.index(target), share_of_head(target)
        scores = [
            confirmed(
                _sigmoid(share * head[:, place] + (1.0 - share) * words[:, place]), target, HOP_S
            )
            for head, words in zip(self.head, self.words, strict=True)
        ]
        return Scored(scores, self.events, self.times_s)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for one target, and what it gives on the scenes it was chosen on."""

    released: OperatingPoint
    """Its recall is NaN where nothing of the target sounds."""
    curve: tuple[OperatingPoint, ...]
    """It and its neighbours, rising thresholds."""


def hear(
    folder: Path, learner: nn.Module, words: nn.Module, done: Callable[[], None] = lambda: None
) -> Heard:
    """Let both halves hear all scenes of a folder."""
    spec = LogMelSpec()
    bank = filterbank(spec)
    shards = read_shards(folder)
    heard: tuple[list[Logits], list[Logits]] = ([], [])
    with torch.inference_mode():
        for samples in _all_samples(shards):
            mel = log_mel(samples.astype(np.float32) / np.float32(32768.0), spec, bank)
            for half, told in zip((learner, words), heard, strict=True):
                told.append(_every_hop(half, mel))
            done()
    return Heard(*heard, [events for shard in shards for events in shard.events])


def _every_hop(half: nn.Module, mel: NDArray[np.float32]) -> Logits:
    """What it makes of each decision of the room: of every other, then of those between."""
    even, odd = (
        half(torch.from_numpy(cut(mel[late:]))[None])[0].numpy() for late in (0, HOP_FRAMES)
    )
    told: Logits = np.empty((len(even) + len(odd), even.shape[1]), np.float32)
    told[::2], told[1::2] = even, odd
    return told


def choose(dense: Heard, night: Heard) -> Mapping[str, Choice]:
    """The lowest threshold within the budget, target by target."""
    return {target: _choose(dense, night, BUDGETS.get(target, VOICES), target) for target in EVENTS}


def share_of_head(target: str) -> float:
    """0 to 1; the words have the rest."""
    return SHARE_OF_HEAD.get(target, 1.0)


def _choose(dense: Heard, night: Heard, budget: Budget, target: str) -> Choice:
    points = measure(target, dense.scored(target), night.scored(target))
    chosen = released(points, budget)
    return Choice(chosen, curve(points, chosen))


def _all_samples(shards: Sequence[Shard]) -> list[NDArray[np.int16]]:
    return [samples for shard in shards for samples in shard.samples]


def _sigmoid(logits: Logits) -> Logits:
    scores: Logits = (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
    return scores
