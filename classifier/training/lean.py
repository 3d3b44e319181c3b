"""A lean trunk for the room, which learns to tell what the full one tells.

What weighs channels anew in each patch, and the stages that change least, take a fifth of the time
in the room. The lean trunk begins as the full one with each weight as it is on average, and follows
it stage by stage (Romero and others 2015), and its scores (Hinton and others 2015), while it goes
on learning from the labels. So that it does not unlearn what a million sounds taught the published
network, it keeps telling that one's embedding and classes too (Li and Hoiem 2016): houses that
taught us nothing sound like some of them.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from classifier.features import LogMelSpec
from classifier.training.lessons import Lesson
from classifier.training.network import THIRDS
from classifier.training.pupils import Learner, Pupil, loss_of, masked, tilted
from classifier.training.teacher import CLASSES, Teacher
from classifier.training.trunk import CHANNELS, LEAN, SPARED, Squeeze, Trunk

_STAGES_WEIGHT, _SCORES_WEIGHT, _LABELS_WEIGHT = 0.05, 2.0, 3.0
"""Beside the embedding's."""
_REMINDED_WEIGHT, _CLASSES_WEIGHT = 0.3, 12.0
"""Of the published network's embedding, and of its classes, most of which are never heard."""


class LeanPupil(Pupil):
    """A learner with a lean trunk, beside the full one that it follows and the published one."""

    def __init__(self, full: Learner, published: Teacher, patches: Tensor) -> None:
        """Prepare.

        Args:
            full: has been taught.
            published: has heard far more.
            patches: [n, 96, mels] of ordinary sound.
        """
        super().__init__()
        self._published = published
        self.thirds = nn.Conv1d(CHANNELS, CHANNELS, 1)
        self.classes = nn.Linear(full.shape.hidden, CLASSES)
        self.full = full.requires_grad_(requires_grad=False)
        self.lean = Learner(full.shape, LEAN)
        self.lean.embedder.trunk = lean_trunk(full.embedder.trunk, patches)
        self.lean.head = copy.deepcopy(full.head).requires_grad_()
        with torch.no_grad():
            self.spread = nn.Parameter(full.eval().embedder(patches).var(0), requires_grad=False)
            theirs = published.thirds(patches).var((0, 2))
            self.theirs = nn.Parameter(theirs[:, None], requires_grad=False)

    def train(self, mode: bool = True) -> "LeanPupil":
        """Teach, or not; the full one does not change."""
        super().train(mode)
        self.full.eval()
        return self

    def forward(self, patches: Tensor) -> Tensor:
        """[scenes, patches, 96, mels] to logits [scenes, patches, targets]."""
        logits: Tensor = self.lean(patches)
        return logits

    def loss(self, lesson: Lesson) -> Tensor:
        """How far it is from the full one, and how wrong of what sounds."""
        heard = masked(tilted(lesson.patches))
        with torch.no_grad():
            full = _told(self.full, heard)
        ours = _told(self.lean, heard)
        spread = self.spread + 1e-3 * self.spread.mean()
        follows = ((ours.embedding - full.embedding) ** 2 / spread).mean()
        images = [image for place, image in enumerate(full.images) if place not in SPARED]
        for image, theirs in zip(ours.images, images, strict=True):
            follows = follows + _STAGES_WEIGHT * ((image - theirs) ** 2).mean() / theirs.var()
        scores = cross_entropy(ours.logits, torch.sigmoid(full.logits))
        follows = follows + _SCORES_WEIGHT * scores + self._reminded(heard, ours)
        return follows + _LABELS_WEIGHT * loss_of(ours.logits, lesson)

    def _reminded(self, heard: Tensor, ours: "_Told") -> Tensor:
        with torch.no_grad():
            theirs = self._published.thirds(heard.flatten(0, 1))
            each = theirs.mean(2).reshape(*heard.shape[:2], -1)
            span = self.lean.head.context
            before = each[:, :1].expand(-1, span - 1, -1)
            classes = self._published.scores(
                torch.cat([before, each], dim=1).unfold(1, span, 1).mean(-1)
            )
        thirds = self.thirds(ours.embedding.reshape(-1, CHANNELS, THIRDS))
        missed = ((thirds - theirs) ** 2 / (self.theirs + 1e-3 * self.theirs.mean())).mean()
        told = cross_entropy(self.classes(ours.seen), classes)
        reminded: Tensor = _REMINDED_WEIGHT * missed + _CLASSES_WEIGHT * told
        return reminded


def lean_trunk(full: Trunk, patches: Tensor) -> Trunk:
    """A lean trunk that weighs each channel as the full one does on average over some patches."""
    lean = Trunk(LogMelSpec(), LEAN)
    weights = _average_weights(full, patches)
    lean.stem.load_state_dict(full.stem.state_dict())
    lean.last.load_state_dict(full.last.state_dict())
    kept = [(n, layers) for n, layers in enumerate(full.layers()) if n not in SPARED]
    for (place, taught), layers in zip(kept, lean.layers(), strict=True):
        unweighed = [part for part in taught if not isinstance(part, Squeeze)]
        for layer, part in zip(layers, unweighed, strict=True):
            layer.load_state_dict(part.state_dict())
        if place in weights:
            _weigh(layers[-1], weights[place])
    return lean


def _weigh(layer: nn.Module, weights: Tensor) -> None:
    """Let a convolution and its norm hear each channel [channels] so much."""
    assert isinstance(layer, nn.Sequential)
    convolution = layer[0]
    assert isinstance(convolution, nn.Conv2d)
    convolution.weight.data *= weights[None, :, None, None]


def _average_weights(full: Trunk, patches: Tensor) -> dict[int, Tensor]:
    """[channels] of each stage with a squeeze; what is loud counts more, as it does further on."""
    found: dict[int, Tensor] = {}

    def note(place: int, squeeze: Squeeze, image: Tensor) -> None:
        power = image.square().mean((2, 3)) + 1e-8
        found[place] = (squeeze.weights(image) * power).sum(0) / power.sum(0)

    hooks = [
        part.register_forward_hook(
            lambda squeeze, inputs, _made, place=place: note(place, squeeze, *inputs)
        )
        for place, layers in enumerate(full.layers())
        for part in layers
        if isinstance(part, Squeeze)
    ]
    with torch.no_grad():
        full.eval()(patches)
    for hook in hooks:
        hook.remove()
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """What a learner makes of [scenes, patches, 96, mels]."""

    images: Sequence[Tensor]
    """Of each stage."""
    embedding: Tensor
    """[n, 3 channels]."""
    seen: Tensor
    """[scenes, patches, hidden]."""
    logits: Tensor


def _told(learner: Learner, patches: Tensor) -> _Told:
    *images, last = learner.embedder.trunk.images(patches.flatten(0, 1))
    embedding = last.mean(2).flatten(1)
    head = learner.head
    summaries = head.summarise(embedding.reshape(*patches.shape[:2], -1))
    seen = head.look_back(head.since_silence(summaries))
    return _Told(images, embedding, seen, head.tell(seen))
