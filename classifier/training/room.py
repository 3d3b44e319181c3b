"""The network as the room runs it: the same sums as taught, in fewer and quicker steps.

What a patch shares with those before it is not computed again: the room gives the newest frames
alone, and the first layers of both halves keep what they made of those before.

onnxruntime is quick where convolutions follow each other in its own layout of channels. So whatever
comes between them is folded into their weights, or is said in words that keep the layout.
"""

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, relu
from torch.nn.utils.fusion import fuse_conv_bn_eval

from classifier.features import LogMelSpec
from classifier.training.labels import TARGETS
from classifier.training.network import HOP_FRAMES, PATCH_FRAMES, Ear
from classifier.training.trunk import COLUMN_FRAMES, EARLY, LEAD_COLUMNS, SCALE, Trunk
from classifier.training.words import (
    CALL,
    LEAST,
    MEMORY,
    QUIET,
    RAISED,
    RANGE,
    SPREAD,
    Words,
)

COLUMNS = PATCH_FRAMES // COLUMN_FRAMES
_NEW_COLUMNS = HOP_FRAMES // COLUMN_FRAMES + 1
"""Of a hop, and the last of the hop before: that one did not know yet what would follow it."""
FRESH_FRAMES = (LEAD_COLUMNS + _NEW_COLUMNS) * COLUMN_FRAMES
"""What the room gives."""
_EARLY_WORDS = 2
"""Layers of the words that keep what they made: twelve places of a line in each hop..."""
_KEPT_PLACES = 14
"""...and before them as many as the layers after them look back."""

Layer = TypeVar("Layer", bound=nn.Module)
LIFT = 0.375
"""A hard swish is never below minus this."""


class RoomEar(nn.Module):
    """As `Ear`, hop by hop: the newest frames, the state and what was seen in; scores and the next
    of both out.

    The head compares every other summary. So the state holds two rows of them, the one that is
    due now before the one that is due next.
    """

    def __init__(self, ear: Ear) -> None:
        super().__init__()
        self.trunk = _RoomTrunk(ear.embedder.trunk)
        self.words = _RoomWords(ear.words)
        self.summary, self.past = ear.head.summary, _flat(ear.head.past)
        self.out = _shared(ear.head.out, ear.share)
        self.said = nn.Parameter(_said(1.0 - ear.share), requires_grad=False)
        row, size = ear.context[0] // 2, ear.context[1]
        self.parts = [size, (row - 1) * size, row * size, MEMORY]

    def forward(
        self, patch: Tensor, state: Tensor, columns: Tensor, line: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """[1, 36, mels], [1, state_size] and what the early layers made of the frames before; to
        scores [1, targets], and the next of each."""
        oldest, due, next_due, memory = torch.split(state, self.parts, dim=1)
        embedding, columns = self.trunk(patch, columns)
        summary = relu(self.summary(embedding))
        heard = self.out(relu(self.past(torch.cat([oldest, due, summary], dim=1))))
        said, memory, line = self.words(patch, memory, line)
        logits = torch.addmm(heard, said, self.said)
        state = torch.cat([next_due, due, summary, memory], dim=1)
        return torch.sigmoid(logits), state, columns, line

    def nothing_seen(self) -> tuple[Tensor, Tensor, Tensor]:
        """State, columns and line of one that has not heard anything."""
        patch = torch.zeros(1, FRESH_FRAMES, LogMelSpec().n_mels)
        columns, line = self.trunk.early(patch), self.words.early(patch)
        return (
            torch.zeros(1, sum(self.parts)),
            columns.new_zeros(1, columns.shape[1], COLUMNS - _NEW_COLUMNS, columns.shape[3]),
            line.new_zeros(1, line.shape[1], 1, _KEPT_PLACES),
        )


class _RoomTrunk(nn.Module):
    """Time goes down the image and frequency across: as the features come."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        taught = copy.deepcopy(trunk).eval()
        for convolution in [part for part in taught.modules() if isinstance(part, nn.Conv2d)]:
            convolution.weight.data = convolution.weight.data.transpose(2, 3).contiguous()
        self.tilt = taught.tilt
        self.beginning = _beginning(taught)
        self.layers = nn.Sequential(*taught.stages[EARLY:], taught.last)

    def forward(self, patch: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
        """[1, 36, mels] and the columns before them to the embedding [1, 3 channels] and the
        columns that stay as they are when more is heard."""
        whole = torch.cat([columns, self.early(patch)], dim=2)
        image = self.layers(whole)
        embedding = avg_pool2d(image, (1, image.shape[3])).flatten(1)
        return embedding, whole[:, :, _NEW_COLUMNS - 1 : -1]

    def early(self, patch: Tensor) -> Tensor:
        """[1, 36, mels] to its columns but those of its edge."""
        image: Tensor = self.beginning((patch + self.tilt).unsqueeze(1))
        return image[:, :, LEAD_COLUMNS:]


def _beginning(trunk: Trunk) -> nn.Sequential:
    """Up to the second stage, where images are large: no sum, and no product before another.

    The first stage adds to an image what it makes of it, and the second begins with a product of
    that sum. Here each image comes twice, and the first stage leaves one of the two as it is, but
    for lifting it to where its switch is open. One product over both does the rest.
    """
    first, (wider, *rest) = trunk.layers()[:2]
    stem, product, (apart, joined) = _fused(trunk.stem), _fused(wider), map(_fused, first)
    whole, made = product.weight.flatten(1), product.weight.flatten(1) @ joined.weight.flatten(1)
    still, lift = torch.zeros_like(apart.weight), torch.full_like(_bias(apart), LIFT)
    still[:, :, 1, 1] = 1.0
    over_both = torch.cat([whole, made], dim=1)[:, :, None, None]
    return nn.Sequential(
        _like(stem, torch.cat([stem.weight] * 2) / SCALE, torch.cat([_bias(stem)] * 2)),
        nn.Hardswish(),
        _like(apart, torch.cat([still, apart.weight]), torch.cat([lift, _bias(apart)])),
        nn.ReLU(),
        _like(product, over_both, _bias(product) + whole @ (_bias(joined) - lift)),
        nn.ReLU(),
        *rest,
    )


class _RoomWords(nn.Module):
    """Its convolutions across an image of one line, and only as far back as three steps look."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        first, *rest = [layer for layer in words.layers if isinstance(layer, nn.Conv1d)]
        layers = [_levelled(first), *rest]
        for place, norm in enumerate(words.norms):
            assert isinstance(norm, nn.BatchNorm1d)
            layers[place] = fuse_conv_bn_eval(layers[place], norm)
        lines = [nn.Sequential(_line(layer), nn.ReLU()) for layer in layers]
        self.beginning = nn.Sequential(*lines[:_EARLY_WORDS])
        self.layers = nn.Sequential(*lines[_EARLY_WORDS:])
        kinds = torch.stack([words.calls, 1.0 - words.calls], dim=1)
        self.kinds = nn.Parameter(kinds, requires_grad=False)

    def forward(self, patch: Tensor, memory: Tensor, line: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Newest frames [1, 36, mels], the memory [1, memory] and the line of steps before them to
        logarithms [1, 2], new memory and line.

        They are of the chances that a call was just said, and that none was.
        """
        whole = torch.cat([line, self.early(patch)], dim=3)
        steps = self.layers(whole).squeeze(2).transpose(1, 2)
        _, latest = self.words.gru(steps, memory.unsqueeze(0))
        texts = torch.softmax(self.words.text(latest[0]), dim=-1)
        told = torch.log((texts @ self.kinds).clamp_min(LEAST))
        return told, latest[0], whole[..., -_KEPT_PLACES:]

    def early(self, patch: Tensor) -> Tensor:
        """[1, 36, mels] to what the first layers make of the newest hop, a line [1, .., 1, 12]."""
        bands = self._bands(patch)
        line: Tensor = self.beginning(bands.transpose(1, 2).unsqueeze(2))
        return line

    def _bands(self, mel: Tensor) -> Tensor:
        """Twice what `Words.merged` gives, in fewer steps: each band is a mean over its mels."""
        power = torch.exp(mel) @ self.words.merge
        return torch.log((power - (LogMelSpec().log_offset - QUIET)).clamp_min(QUIET))


def _levelled(taught: nn.Conv1d) -> nn.Conv1d:
    """The first convolution, over twice the bands: their level is a sum of them too."""
    bands = taught.in_channels - 1
    shape, level = taught.weight[:, :bands], taught.weight[:, bands:]
    mean = shape.sum(1, keepdim=True) / bands
    weight = (shape - mean) / SPREAD + level / (RANGE * bands)
    assert taught.bias is not None
    bias = taught.bias + level.sum((1, 2)) * RAISED / RANGE
    size, stride = taught.kernel_size[0], taught.stride[0]
    levelled = nn.Conv1d(bands, taught.out_channels, size, stride).eval()
    return _with(levelled, weight / 2.0, bias)


def _line(taught: nn.Conv1d) -> nn.Conv2d:
    size, stride = (1, taught.kernel_size[0]), (1, taught.stride[0])
    line = nn.Conv2d(taught.in_channels, taught.out_channels, size, stride)
    return _with(line, taught.weight.unsqueeze(2), taught.bias)


def _fused(taught: nn.Module) -> nn.Conv2d:
    """A convolution with its norm in it, without its switch."""
    assert isinstance(taught, nn.Sequential)
    convolution, norm, *_ = taught
    assert isinstance(convolution, nn.Conv2d)
    assert isinstance(norm, nn.BatchNorm2d)
    return fuse_conv_bn_eval(convolution, norm)


def _bias(convolution: nn.Conv2d) -> Tensor:
    assert convolution.bias is not None
    return convolution.bias


def _like(taught: nn.Conv2d, weight: Tensor, bias: Tensor) -> nn.Conv2d:
    """A convolution over the same places by other weights."""
    outputs, inputs, height, width = weight.shape
    groups = 1 if taught.groups == 1 else outputs
    down, across = taught.stride
    around = height // 2, width // 2
    like = nn.Conv2d(
        inputs * groups, outputs, (height, width), (down, across), around, groups=groups
    )
    return _with(like, weight, bias)


def _flat(taught: nn.Conv1d) -> nn.Linear:
    """A convolution that sees all there is, as one product; its inputs patch by patch."""
    flat = nn.Linear(taught.in_channels * taught.kernel_size[0], taught.out_channels)
    return _with(flat, taught.weight.transpose(1, 2).flatten(1), taught.bias)


def _shared(taught: nn.Linear, share: float) -> nn.Linear:
    """The head's last product, a call's logit counting so much."""
    counts = torch.ones(taught.out_features)
    counts[CALL] = share
    shared = nn.Linear(taught.in_features, taught.out_features)
    return _with(shared, taught.weight * counts[:, None], taught.bias * counts)


def _said(share: float) -> Tensor:
    """What the two logarithms of the words add to each logit. [2, targets]"""
    said = torch.zeros(2, len(TARGETS))
    said[:, CALL] = torch.tensor([share, -share])
    return said


def _with(layer: Layer, weight: Tensor, bias: Tensor | None) -> Layer:
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer
