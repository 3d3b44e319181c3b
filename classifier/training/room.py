"""The network as the room runs it: the same sums as taught, in fewer and quicker steps.

onnxruntime is quick where convolutions follow each other in its own layout of channels. So whatever
comes between them is folded into their weights, or is said in words that keep the layout.
"""

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, avg_pool2d, interpolate, relu
from torch.nn.utils.fusion import fuse_conv_bn_eval

from classifier.training.network import Ear
from classifier.training.trunk import SCALE, Squeeze, Trunk
from classifier.training.words import MEMORY, RAISED, RANGE, SEEN_FRAMES, SPREAD, Words

Layer = TypeVar("Layer", bound=nn.Module)


class RoomEar(nn.Module):
    """As `Ear`: one patch and the state in, scores and the next state out."""

    def __init__(self, ear: Ear) -> None:
        super().__init__()
        self.trunk = _RoomTrunk(ear.embedder.trunk)
        self.words = _RoomWords(ear.words)
        self.summary, self.out, self.share = ear.head.summary, ear.head.out, ear.share
        self.past = _flat(ear.head.past)
        self.context, self.state_size = ear.context, ear.state_size

    def forward(self, patch: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """[1, 96, mels] and [1, state_size] to scores [1, targets] and the next state."""
        size = self.state_size - MEMORY
        summary = relu(self.summary(self.trunk(patch)))
        past = torch.cat([state[:, :size], summary], dim=1)
        said, memory = self.words(patch, state[:, size:])
        seen = past.reshape(-1, self.context[1])[::2].reshape(1, -1)
        heard = self.out(relu(self.past(seen)))
        logits = self.share * heard + (1.0 - self.share) * said
        return torch.sigmoid(logits), torch.cat([past[:, self.context[1] :], memory], dim=1)


class _RoomTrunk(nn.Module):
    """Time goes down the image and frequency across: as the features come."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        taught = copy.deepcopy(trunk)
        for layers in [part for part in taught.modules() if isinstance(part, nn.Sequential)]:
            for place, layer in enumerate(layers):
                if isinstance(layer, Squeeze):
                    layers[place] = _RoomSqueeze(layer)
        convolutions = [part for part in taught.modules() if isinstance(part, nn.Conv2d)]
        for convolution in convolutions:
            convolution.weight.data = convolution.weight.data.transpose(2, 3).contiguous()
        convolutions[0].weight.data /= SCALE
        self.tilt = taught.tilt
        self.layers = nn.Sequential(taught.stem, *taught.stages, taught.last)

    def forward(self, patch: Tensor) -> Tensor:
        """[1, 96, mels] to the embedding [1, 3 channels]."""
        image = self.layers((patch + self.tilt).unsqueeze(1))
        return avg_pool2d(image, (1, image.shape[3])).flatten(1)


class _RoomSqueeze(nn.Module):
    """The weights as an image of the same size: only then their product keeps the layout."""

    def __init__(self, taught: Squeeze) -> None:
        super().__init__()
        self.squeeze, self.excite = _pointwise(taught.squeeze), _pointwise(taught.excite)

    def forward(self, image: Tensor) -> Tensor:
        mean = adaptive_avg_pool2d(image, 1)
        weights = torch.sigmoid(self.excite(relu(self.squeeze(mean))))
        height, width = image.shape[2:]
        return image * interpolate(weights, scale_factor=(float(height), float(width)))


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
        self.layers = nn.Sequential(*(nn.Sequential(_line(layer), nn.ReLU()) for layer in layers))

    def forward(self, patch: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """One patch [1, 96, mels] and the memory [1, memory] to logits [1, targets], new memory."""
        image = self.words.merged(patch[:, -SEEN_FRAMES:]).transpose(1, 2).unsqueeze(2)
        steps = self.layers(image).squeeze(2).transpose(1, 2)
        _, latest = self.words.gru(steps, memory.unsqueeze(0))
        return self.words.tell(latest[0]), latest[0]


def _levelled(taught: nn.Conv1d) -> nn.Conv1d:
    """The first convolution, over the bands themselves: their level is a sum of them too."""
    bands = taught.in_channels - 1
    shape, level = taught.weight[:, :bands], taught.weight[:, bands:]
    mean = shape.sum(1, keepdim=True) / bands
    weight = (shape - mean) / SPREAD + level / (RANGE * bands)
    assert taught.bias is not None
    bias = taught.bias + level.sum((1, 2)) * RAISED / RANGE
    size, stride = taught.kernel_size[0], taught.stride[0]
    levelled = nn.Conv1d(bands, taught.out_channels, size, stride).eval()
    return _with(levelled, weight, bias)


def _line(taught: nn.Conv1d) -> nn.Conv2d:
    size, stride = (1, taught.kernel_size[0]), (1, taught.stride[0])
    line = nn.Conv2d(taught.in_channels, taught.out_channels, size, stride)
    return _with(line, taught.weight.unsqueeze(2), taught.bias)


def _pointwise(taught: nn.Linear) -> nn.Conv2d:
    point = nn.Conv2d(taught.in_features, taught.out_features, 1)
    return _with(point, taught.weight[:, :, None, None], taught.bias)


def _flat(taught: nn.Conv1d) -> nn.Linear:
    """A convolution that sees all there is, as one product; its inputs patch by patch."""
    flat = nn.Linear(taught.in_channels * taught.kernel_size[0], taught.out_channels)
    return _with(flat, taught.weight.transpose(1, 2).flatten(1), taught.bias)


def _with(layer: Layer, weight: Tensor, bias: Tensor | None) -> Layer:
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer
