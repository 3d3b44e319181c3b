"""YAMNet's convolutions in torch, from Google's weights, with the batch norms folded in."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import pad

from classifier.training.shape import CHANNELS, FIRST_CHANNELS, STRIDES

_EPSILON = 1e-4

Arrays = dict[str, NDArray[np.float32]]


class Same(nn.Module):
    """A 3x3 convolution padded as TensorFlow pads: the odd pixel at the end."""

    def __init__(self, inputs: int, outputs: int, stride: int, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, groups=groups)
        self._pad = (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1)

    def forward(self, image: Tensor) -> Tensor:
        """[n, inputs, frames, mels] to [n, outputs, frames / stride, mels / stride]."""
        convolved: Tensor = self.conv(pad(image, self._pad))
        return convolved


class Block(nn.Module):
    """Depthwise 3x3, ReLU, pointwise 1x1, ReLU."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.depthwise = Same(inputs, inputs, stride, groups=inputs)
        self.pointwise = nn.Conv2d(inputs, outputs, 1)

    def forward(self, image: Tensor) -> Tensor:
        """[n, inputs, frames, mels] to [n, outputs, frames / stride, mels / stride]."""
        return torch.relu(self.pointwise(torch.relu(self.depthwise(image))))


class Trunk(nn.Module):
    """The first `blocks` of YAMNet's thirteen blocks."""

    def __init__(self, blocks: int = 13) -> None:
        super().__init__()
        self.first = Same(1, FIRST_CHANNELS, 2)
        inputs = (FIRST_CHANNELS, *CHANNELS[:-1])
        self.blocks = nn.ModuleList(
            Block(inputs[place], CHANNELS[place], STRIDES[place]) for place in range(blocks)
        )
        self.channels = CHANNELS[blocks - 1]

    def forward(self, patch: Tensor) -> Tensor:
        """Log-mel [n, frames, mels] to [n, channels, frames / 16 or 32, mels / 16 or 32]."""
        image = torch.relu(self.first(patch.unsqueeze(1)))
        # On a CPU the convolutions run twice as fast with the channels side by side.
        image = image.contiguous(memory_format=torch.channels_last)
        for block in self.blocks:
            image = block(image)
        return image

    def load_google(self, weights: Path) -> "Trunk":
        """Take the weights of `yamnet.npz`; its layers are numbered in the order they run."""
        arrays: Arrays = dict(np.load(weights))
        _fill(self.first.conv, arrays, "0/kernel", "1")
        layer = 2
        for block in self.blocks:
            assert isinstance(block, Block)
            _fill(block.depthwise.conv, arrays, f"{layer}/depthwise_kernel", f"{layer + 1}")
            _fill(block.pointwise, arrays, f"{layer + 2}/kernel", f"{layer + 3}")
            layer += 4
        return self


def _fill(conv: nn.Conv2d, arrays: Arrays, kernel: str, norm: str) -> None:
    """y = (w*x - mean) / sqrt(variance + epsilon) + beta, as one convolution."""
    scale = 1.0 / np.sqrt(arrays[f"{norm}/moving_variance"] + _EPSILON)
    shift = arrays[f"{norm}/beta"] - arrays[f"{norm}/moving_mean"] * scale
    order = (2, 3, 0, 1) if "depthwise" in kernel else (3, 2, 0, 1)
    weight = arrays[kernel].transpose(order) * scale[:, None, None, None]
    with torch.no_grad():
        conv.weight.copy_(torch.from_numpy(weight))
        assert conv.bias is not None
        conv.bias.copy_(torch.from_numpy(shift))
