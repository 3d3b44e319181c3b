"""Falls, taught last and apart, by a head of their own.

Few falls are recorded, and a trunk that learns everything learns those by heart: others it does not
know. So once it has learnt, it stays as it is, and a head learns falls from what it makes of more
kinds of them than there are recordings, made up by physics. What is heard of voices stays the same.
"""

from dataclasses import replace
from typing import Self

from torch import Tensor

from classifier.training.labels import TARGETS
from classifier.training.lessons import Lesson
from classifier.training.network import Embedder, Head, Shape, led
from classifier.training.pupils import Pupil, loss_of, masked, tilted

FALL = TARGETS.index("fall")
FALLS = Shape(summary=96, hidden=96, outputs=1)


class FallsPupil(Pupil):
    """A head that learns falls beside an embedder that learns nothing any more."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self.embedder = embedder.requires_grad_(requires_grad=False)
        self.head = Head(FALLS)

    def train(self, mode: bool = True) -> Self:
        """Nor do its norms follow what it hears."""
        super().train(mode)
        self.embedder.eval()
        return self

    def forward(self, patches: Tensor) -> Tensor:
        """[scenes, patches, 96, mels] to logits of a fall [scenes, patches, 1]."""
        each = self.embedder(led(patches).flatten(0, 1))
        logits: Tensor = self.head(each.reshape(*patches.shape[:2], -1))
        return logits

    def loss(self, lesson: Lesson) -> Tensor:
        """How wrong it is of falls, in scenes that sound a little otherwise each time.

        Decisions count alike: it is what follows the first blow that tells a fall from a door.
        """
        fall = slice(FALL, FALL + 1)
        counts = lesson.counts[..., fall].sign()
        alone = replace(lesson, wanted=lesson.wanted[..., fall], counts=counts)
        return loss_of(self(masked(tilted(lesson.patches))), alone)
