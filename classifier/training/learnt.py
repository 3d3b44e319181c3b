"""What an exported model has learnt, back in the shapes that learn: to go on from there.

The room runs the same sums in other steps (`room.py`); here each of those is undone. Norms had
become part of the weights: each is given the spread of what it hears, and leaves that as it is.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from classifier.errors import DataRefused
from classifier.manifest import checked_bytes, read_manifest
from classifier.training.labels import TARGETS
from classifier.training.network import Embedder, Shape
from classifier.training.pupils import Learner
from classifier.training.room import LIFT
from classifier.training.trunk import SCALE, Trunk
from classifier.training.truth import URGENT
from classifier.training.tune import share_of_head
from classifier.training.urgent import ALONE, UrgentPupil
from classifier.training.words import RAISED, RANGE, SPREAD, Words

Convolution = tuple[Tensor, Tensor]
"""Weights and biases, as the room has them: time goes down the image."""
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


class Learnt:
    """An exported model, read part by part."""

    def __init__(self, manifest_path: Path) -> None:
        """Read it.

        Raises:
            ModelRefused: the manifest or the model is missing, malformed or changed.
        """
        self._path = manifest_path
        model = checked_bytes(manifest_path, read_manifest(manifest_path).model, "model")
        self._nodes, self._weights = _read(model)

    def learner(self) -> Learner:
        """What a sound is.

        Raises:
            DataRefused: it is another network.
        """
        learner = Learner(Shape())
        with self._alike():
            _begin_trunk(learner.embedder.trunk, self._convolutions("/trunk/"))
            learner.head.load_state_dict(self._head(0, Shape()))
        return learner.eval()

    def urgent(self, embedder: Embedder) -> UrgentPupil:
        """What is urgent, beside what a sound is.

        Raises:
            DataRefused: it is another network.
        """
        pupil = UrgentPupil(embedder)
        with self._alike():
            for place, (target, head) in enumerate(pupil.heads.items(), start=1):
                head.load_state_dict(self._head(place, ALONE, target))
        return pupil.eval()

    def words(self) -> Words:
        """What is said.

        Raises:
            DataRefused: it is another network.
        """
        with self._alike():
            words = Words(self._weights["words.kinds"][:, 0])
            _begin_words(words, self._convolutions("/words/"), self._memory())
            parts = ("weight", "bias")
            words.text.load_state_dict(
                {part: self._weights[f"words.words.text.{part}"] for part in parts}
            )
        return words.eval()

    def _convolutions(self, part: str) -> list[Convolution]:
        """Those of one half, in the order in which it is computed."""
        found = [node for node in self._nodes if node.op_type == "Conv" and part in node.name]
        return [(self._weights[node.input[1]], self._weights[node.input[2]]) for node in found]

    def _memory(self) -> list[Tensor]:
        (memory,) = [node for node in self._nodes if node.op_type == "GRU"]
        return [self._weights[name][0] for name in memory.input[1:4]]

    def _head(self, place: int, shape: Shape, target: str = "") -> dict[str, Tensor]:
        """One of the heads that stand side by side: first that of all targets."""
        before = [Shape(), *[ALONE] * len(URGENT)][:place]
        at, on = sum(head.summary for head in before), sum(head.hidden for head in before)
        summary, hidden = slice(at, at + shape.summary), slice(on, on + shape.hidden)
        past = self._weights["past.weight"]
        past = past.reshape(len(past), shape.context, -1).transpose(1, 2)
        rows = [TARGETS.index(target)] if target else list(range(len(TARGETS)))
        share = torch.tensor([share_of_head(each) for each in TARGETS])
        return {
            "summary.weight": self._weights["summary.weight"][summary],
            "summary.bias": self._weights["summary.bias"][summary],
            "past.weight": past[hidden, summary],
            "past.bias": self._weights["past.bias"][hidden],
            "out.weight": (self._weights["out.weight"] / share[:, None])[rows][:, hidden],
            "out.bias": (self._weights["out.bias"] / share)[rows],
        }

    @contextmanager
    def _alike(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, ValueError, IndexError, RuntimeError) as error:
            raise DataRefused(
                f"{self._path}: another network than is taught here, or one in eight bits "
                f"({str(error).splitlines()[0]}): give one that this version exported"
            ) from None


def _read(model: bytes) -> tuple[Sequence[Any], dict[str, Tensor]]:
    """Nodes, and weights by name in single precision, however they are kept."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_from_string(model).graph
    kept = {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
    weights = {}
    for name, values in kept.items():
        whole, _, how = name.rpartition(".")
        if how == "eighth":
            weights[whole] = torch.from_numpy((values * kept[f"{whole}.scale"]).T.copy())
        elif how == "half":
            weights[whole] = torch.from_numpy(values.astype(np.float32))
        elif values.dtype == np.float32:
            weights[name] = torch.from_numpy(values.copy())
    return graph.node, weights


def _begin_trunk(trunk: Trunk, taught: Sequence[Convolution]) -> None:
    layers = [trunk.stem, *(layer for stage in trunk.layers() for layer in stage), trunk.last]
    stem, first, both, *rest = taught
    for layer, (weight, bias) in zip(layers, [*_apart(stem, first, both), *rest], strict=True):
        assert isinstance(layer, nn.Sequential)
        layer[0].load_state_dict({"weight": weight.transpose(2, 3)})
        _leave(layer[1], bias)


def _apart(stem: Convolution, first: Convolution, both: Convolution) -> list[Convolution]:
    """The stem, the two layers of the first stage, and the first of the second, from what
    `room.py` makes of them: each image twice, and one product over both."""
    half = len(stem[0]) // 2
    whole, made = both[0].flatten(1).chunk(2, dim=1)
    joined = torch.linalg.lstsq(whole, made).solution
    return [
        (stem[0][:half] * SCALE, stem[1][:half]),
        (first[0][half:], first[1][half:]),
        (joined[:, :, None, None], torch.zeros(half)),
        (whole[:, :, None, None], both[1] + LIFT * whole.sum(1)),
    ]


def _begin_words(words: Words, taught: Sequence[Convolution], memory: Sequence[Tensor]) -> None:
    (first, bias), *rest = taught
    bands = 2.0 * first.squeeze(2)
    level = RANGE * bands.sum(1, keepdim=True)
    spread = torch.cat([SPREAD * bands, level], dim=1)
    levelled = (spread, bias - level.sum((1, 2)) * RAISED / RANGE)
    lines = [levelled, *((weight.squeeze(2), bias) for weight, bias in rest)]
    for layer, (weight, bias) in zip(words.layers, lines, strict=True):
        layer.load_state_dict({"weight": weight, "bias": bias})
    for norm in words.norms:
        _leave(norm, torch.zeros(norm.get_parameter("bias").shape))
    inputs, remembered, biases = memory
    parts = [inputs, remembered, *biases.chunk(2)]
    names = [f"{name}_l0" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    words.gru.load_state_dict(dict(zip(names, map(_reset_first, parts), strict=True)))


def _reset_first(gates: Tensor) -> Tensor:
    """ONNX has the update before the reset."""
    update, reset, new = gates.chunk(3)
    return torch.cat([reset, update, new])


def settle(network: nn.Module, hear: Callable[[], object]) -> None:
    """Give norms that only add the spread of what they hear, before they are taught: they still
    only add."""

    def spread(norm: nn.Module, inputs: tuple[Tensor]) -> None:
        heard = inputs[0].transpose(0, 1).flatten(1)
        _only_add(norm, norm.get_parameter("bias"), heard.mean(1), heard.var(1))

    norms = [part for part in network.modules() if isinstance(part, _NORMS)]
    hooks = [norm.register_forward_pre_hook(spread) for norm in norms]
    network.eval()
    with torch.no_grad():
        hear()
    for hook in hooks:
        hook.remove()


def _leave(norm: nn.Module, bias: Tensor) -> None:
    """A norm that adds this, and has heard nothing yet."""
    assert isinstance(norm, _NORMS)
    _only_add(norm, bias, torch.zeros_like(bias), torch.full_like(bias, 1.0 - norm.eps))


def _only_add(norm: nn.Module, bias: Tensor, mean: Tensor, variance: Tensor) -> None:
    """A norm that adds a bias to what has that mean and variance, and changes nothing else."""
    assert isinstance(norm, _NORMS)
    weight = (variance + norm.eps).sqrt()
    heard = {"running_mean": mean, "running_var": variance}
    norm.load_state_dict(norm.state_dict() | heard | {"weight": weight, "bias": bias + mean})
