"""A lean trunk for the room, which begins as the published one and keeps in mind what that hears.

What weighs channels anew in each patch, stages that change an image little, and channels that
say little take much of the time in the room. The lean trunk begins with each weight as the
published one has it on average. So that it does not unlearn what a million sounds taught that one,
it goes on telling its embedding and classes while it learns from the labels (Li and Hoiem 2016):
houses that taught us nothing sound like some of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from classifier.features import LogMelSpec
from classifier.training.lessons import Lesson
from classifier.training.network import THIRDS, Shape, led
from classifier.training.pupils import Learner, Pupil, loss_of, masked, tilted
from classifier.training.teacher import CLASSES, Teacher
from classifier.training.trunk import CHANNELS, LEAN, SPARED, Squeeze, Trunk

_REMINDED = 0.5
"""Share of the lessons in which it also tells what the published network makes of them."""
_EMBEDDING_WEIGHT, _CLASSES_WEIGHT = 0.1, 4.0
"""Beside the labels'; most of the classes are never heard."""
_KEPT = 3
"""The first stages, which never weighed channels, keep the published weights: edges and textures
are the same in every room."""
_WEIGHT = "0.weight"
"""Of a layer's convolution."""

State = dict[str, Tensor]


class SoundsPupil(Pupil):
    """A learner with a lean trunk, beside the published network."""

    def __init__(self, published: Teacher, patches: Tensor) -> None:
        """Prepare.

        Args:
            published: has heard far more.
            patches: [n, 96, mels] of ordinary sound.
        """
        super().__init__()
        self._published = published
        shape = Shape()
        self.learner = Learner(shape)
        self.learner.embedder.trunk = lean_trunk(published.trunk, patches)
        self.thirds = nn.Conv1d(CHANNELS, CHANNELS, 1)
        self.classes = nn.Linear(shape.hidden, CLASSES)
        with torch.no_grad():
            theirs = published.thirds(patches).var((0, 2))
        self.spread = nn.Parameter(theirs[:, None] + 1e-3 * theirs.mean(), requires_grad=False)

    def forward(self, patches: Tensor) -> Tensor:
        """[scenes, patches, 96, mels] to logits [scenes, patches, targets]."""
        logits: Tensor = self.learner(patches)
        return logits

    def loss(self, lesson: Lesson) -> Tensor:
        """How wrong it is of what sounds, and at times how far from the published network."""
        heard = masked(tilted(lesson.patches))
        head = self.learner.head
        embedding = self.learner.embedder(led(heard).flatten(0, 1))
        each = embedding.reshape(*heard.shape[:2], -1)
        seen = head.look_back(head.since_silence(head.summarise(each)))
        wrong = loss_of(head.tell(seen), lesson)
        if float(torch.rand(())) >= _REMINDED:
            return wrong
        return wrong + self._forgotten(heard, embedding, seen)

    def _forgotten(self, heard: Tensor, embedding: Tensor, seen: Tensor) -> Tensor:
        with torch.no_grad():
            theirs = self._published.thirds(heard.flatten(0, 1))
            each = theirs.mean(2).reshape(*heard.shape[:2], -1)
            span = self.learner.head.context
            before = each[:, :1].expand(-1, span - 1, -1)
            classes = self._published.scores(
                torch.cat([before, each], dim=1).unfold(1, span, 1).mean(-1)
            )
        thirds = self.thirds(embedding.reshape(-1, CHANNELS, THIRDS))
        missed = ((thirds - theirs) ** 2 / self.spread).mean()
        told = cross_entropy(self.classes(seen), classes)
        forgotten: Tensor = _EMBEDDING_WEIGHT * missed + _CLASSES_WEIGHT * told
        return forgotten


def lean_trunk(full: Trunk, patches: Tensor) -> Trunk:
    """A lean trunk that weighs each channel as the full one does on average over some patches."""
    lean = Trunk(LogMelSpec(), LEAN)
    found = _averages(full, patches)
    lean.stem.load_state_dict(full.stem.state_dict())
    lean.last.load_state_dict(full.last.state_dict())
    kept = [(n, layers) for n, layers in enumerate(full.layers()) if n not in SPARED]
    for (place, taught), stage, layers in zip(kept, LEAN, lean.layers(), strict=True):
        unweighed = [part for part in taught if not isinstance(part, Squeeze)]
        states = [part.state_dict() for part in unweighed]
        if place in found:
            states = _weighed(states, found[place], stage.wide)
        for layer, state in zip(layers, states, strict=True):
            layer.load_state_dict(state)
    for part in (lean.stem, *lean.stages[:_KEPT]):
        part.requires_grad_(requires_grad=False)
    return lean


@dataclass(frozen=True, slots=True)
class _Average:
    """Of a squeeze, over some patches; what is loud counts more, as it does further on. Each has
    the shape [channels]."""

    weights: Tensor
    power: Tensor
    """Of what is weighed."""


def _averages(full: Trunk, patches: Tensor) -> dict[int, _Average]:
    """Of each stage with a squeeze."""
    found: dict[int, _Average] = {}

    def note(place: int, squeeze: Squeeze, image: Tensor) -> None:
        power = image.square().mean((2, 3)) + 1e-8
        weights = (squeeze.weights(image) * power).sum(0) / power.sum(0)
        found[place] = _Average(weights, power.mean(0))

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


def _weighed(states: Sequence[State], average: _Average, wide: int) -> list[State]:
    """The layers of a stage whose last convolution hears each channel as much as it was weighed on
    average, and only so many channels: those of which it hears most."""
    *before, joined = states
    weight = joined[_WEIGHT] * average.weights[None, :, None, None]
    heard = weight.flatten(1).norm(dim=0) * average.power.sqrt()
    most = heard.topk(wide).indices.sort().values
    fewer = [
        {name: part[most] if part.ndim else part for name, part in state.items()}
        for state in before
    ]
    return [*fewer, {**joined, _WEIGHT: weight[:, most]}]
