"""What is urgent, falls and screams, taught last and apart: each by a head of its own.

Few falls are recorded, and a trunk that learns everything learns those by heart: others it does not
know. So once it has learnt, it stays as it is, and heads learn what is urgent from what it makes of
more scenes, of falls with more kinds than there are recordings, made up by physics. Everything else
is heard as before.
"""

from dataclasses import replace
from typing import Self

import torch
from torch import Tensor, nn

from classifier.training.labels import TARGETS
from classifier.training.lessons import Lesson
from classifier.training.network import Embedder, Head, Shape, beside, led
from classifier.training.pupils import Pupil, loss_of, masked, tilted
from classifier.training.truth import URGENT

ALONE = Shape(summary=96, hidden=96, outputs=1)
"""A head for one target."""


class UrgentPupil(Pupil):
    """Heads that learn what is urgent beside an embedder that learns nothing any more."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self.embedder = embedder.requires_grad_(requires_grad=False)
        self.heads = nn.ModuleDict({target: Head(ALONE) for target in URGENT})

    def train(self, mode: bool = True) -> Self:
        """Nor do its norms follow what it hears."""
        super().train(mode)
        self.embedder.eval()
        return self

    def forward(self, patches: Tensor) -> Tensor:
        """[scenes, patches, 96, mels] to logits of what is urgent [scenes, patches, 2]."""
        each = self.embedder(led(patches).flatten(0, 1)).reshape(*patches.shape[:2], -1)
        return torch.cat([head(each) for head in self.heads.values()], dim=-1)

    def loss(self, lesson: Lesson) -> Tensor:
        """How wrong it is, in scenes that sound a little otherwise each time.

        Decisions on a fall count alike: it is what follows the first blow that tells it.
        """
        logits: Tensor = self(masked(tilted(lesson.patches)))
        wrong = logits.new_zeros(())
        for place, target in enumerate(URGENT):
            at = TARGETS.index(target)
            counts = lesson.counts[..., at]
            if target == "fall":
                counts = counts.sign()
            alone = replace(lesson, wanted=lesson.wanted[..., at], counts=counts)
            wrong = wrong + loss_of(logits[..., place], alone)
        return wrong

    def beside(self, head: Head) -> Head:
        """One head that gives what that one does, but what is urgent as these do."""
        for target, alone in self.heads.items():
            assert isinstance(alone, Head)
            head = beside(head, alone, TARGETS.index(target))
        return head
