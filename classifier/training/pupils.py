"""The two halves of the network as they are taught: what a sound is, and what is said."""

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from classifier.features import LogMelSpec
from classifier.training.hints import SIZE
from classifier.training.lessons import Lesson
from classifier.training.network import Embedder, Head, Shape, led
from classifier.training.trunk import LEAN, Trunk
from classifier.training.words import MEMORY, STEP_CHANNELS, Words, after_each, joined

_TEXT_WEIGHT = 0.5
_NEAR_STEPS = 5
"""What the embedding looks at is longer than a step by four more."""
_LATE_WEIGHT = 0.5
_WIDEST = 16
"""Mels."""


class Pupil(nn.Module):
    """A network that can be taught: patches [scenes, patches, 96, mels] to logits [.., targets]."""

    def loss(self, lesson: Lesson) -> Tensor:
        """How wrong it is."""
        return loss_of(self(lesson.patches), lesson)


class Learner(Pupil):
    """What a sound is: the trunk and the head, over whole scenes."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedder = Embedder(Trunk(LogMelSpec(), LEAN))
        self.head = Head(shape)

    def forward(self, patches: Tensor) -> Tensor:
        """[scenes, patches, 96, mels] to logits [scenes, patches, targets]."""
        scenes, count = patches.shape[:2]
        flat = self.embedder(led(patches).flatten(0, 1))
        logits: Tensor = self.head(flat.reshape(scenes, count, -1))
        return logits

    def loss(self, lesson: Lesson) -> Tensor:
        """How wrong it is of scenes that sound a little otherwise each time."""
        return loss_of(self(masked(tilted(lesson.patches))), lesson)


class WordsPupil(Pupil):
    """What is said: learns calls, which text was said, and what an embedding of speech tells."""

    def __init__(self, calls: Tensor) -> None:
        """Prepare; `calls` as for `Words`."""
        super().__init__()
        self.words = Words(calls)
        self.near = nn.Conv1d(STEP_CHANNELS, SIZE, _NEAR_STEPS)
        self.late = nn.Linear(MEMORY, SIZE)

    def forward(self, patches: Tensor) -> Tensor:
        """As `Words`."""
        logits: Tensor = self.words(patches)
        return logits

    def loss(self, lesson: Lesson) -> Tensor:
        """How wrong it is of sounds, of texts and of hints."""
        words = self.words
        steps = words.steps(joined(masked(lesson.patches)))
        remembered, _ = words.gru(steps)
        memory = words.dropout(after_each(remembered))
        texts = cross_entropy(
            words.text(memory).flatten(0, 1), lesson.texts.flatten(), ignore_index=-1
        )
        wrong = loss_of(words.tell(memory), lesson) + _TEXT_WEIGHT * texts
        return wrong + self._hinted(steps, remembered, lesson.hints)

    def _hinted(self, steps: Tensor, remembered: Tensor, hints: Tensor) -> Tensor:
        if not hints.shape[1]:
            return hints.new_zeros(())
        near = self.near(steps.transpose(1, 2)).transpose(1, 2)
        return _missed(near, hints[:, _NEAR_STEPS - 1 :]) + _LATE_WEIGHT * _missed(
            self.late(remembered), hints
        )


def _missed(told: Tensor, hints: Tensor) -> Tensor:
    """Mean square where there are hints."""
    heard = ~hints.isnan()
    return ((told[heard] - hints[heard]) ** 2).mean()


def tilted(patches: Tensor) -> Tensor:
    """Each scene louder or softer by up to 9 dB, brighter or duller by up to 6 dB at its ends."""
    scenes, mels = patches.shape[0], patches.shape[3]
    gain = 2.0 * (2.0 * torch.rand(scenes, 1) - 1.0)
    slope = 1.4 * (2.0 * torch.rand(scenes, 1) - 1.0) * torch.linspace(-1.0, 1.0, mels)
    return patches + (gain + slope)[:, None, None]


def masked(patches: Tensor) -> Tensor:
    """Two bands of each lesson left out, up to 15 mels wide (Park and others 2019)."""
    masked = patches.clone()
    for _ in range(2):
        low = int(torch.randint(patches.shape[3] - _WIDEST, (1,)))
        width = int(torch.randint(_WIDEST, (1,)))
        masked[..., low : low + width] = patches.mean()
    return masked


def loss_of(logits: Tensor, lesson: Lesson) -> Tensor:
    """Binary cross-entropy over what counts."""
    each = binary_cross_entropy_with_logits(logits, lesson.wanted, reduction="none")
    return (each * lesson.counts).sum() / lesson.counts.sum()
