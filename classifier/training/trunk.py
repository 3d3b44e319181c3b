"""A small MobileNetV3 for sound: what a patch of log-mel looks like, band by band.

Inverted residuals with squeeze-and-excitation (Howard and others 2019), at the widths of mn04
(Schmid and others 2023), whose published weights it can begin with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from classifier.errors import DataRefused
from classifier.features import LogMelSpec

CHANNELS = 384
SCALE = 5.0
"""Of the log-mel, to numbers that a network likes."""
_STEM = 8
_EMPHASIS = 0.97
"""mn04 heard sound through this pre-emphasis: a tilt of the log-mel bands."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One inverted residual."""

    kernel: int
    wide: int
    """Channels between its two pointwise convolutions."""
    out: int
    stride: int = 1
    squeeze: int = 0
    """Channels that weigh the others; 0: all weigh the same."""
    plain: bool = False
    """Switches by ReLU, not by hard swish."""


FULL = (
    Stage(3, 8, 8, plain=True),
    Stage(3, 24, 16, stride=2, plain=True),
    Stage(3, 32, 16, plain=True),
    Stage(5, 32, 16, stride=2, squeeze=8, plain=True),
    Stage(5, 48, 16, squeeze=16, plain=True),
    Stage(5, 48, 16, squeeze=16, plain=True),
    Stage(3, 96, 32, stride=2),
    Stage(3, 80, 32),
    Stage(3, 72, 32),
    Stage(3, 72, 32),
    Stage(3, 192, 48, squeeze=48),
    Stage(3, 272, 48, squeeze=72),
    Stage(5, 272, 64, stride=2, squeeze=72),
    Stage(5, 384, 64, squeeze=96),
    Stage(5, 384, 64, squeeze=96),
)
SPARED = (5, 7, 8, 9, 11, 13)
"""Stages that change an image little for the time they take."""
_NARROWER = {10: 144, 12: 192, 14: 256}
"""The widest of the others: of their channels so many say nearly all."""
LEAN = tuple(
    replace(stage, squeeze=0, wide=_NARROWER.get(place, stage.wide))
    for place, stage in enumerate(FULL)
    if place not in SPARED
)
"""What runs in the room: what of them is quick there."""
EARLY = 2
"""So many stages look no further than a column of four frames and a little: the room computes them
once for each moment, and keeps the columns."""
COLUMN_FRAMES = 4
LEAD_COLUMNS = 2
"""Before a patch: what the early stages make of them is not known to its edge, and left out."""
LEAD_FRAMES = LEAD_COLUMNS * COLUMN_FRAMES


class Trunk(nn.Module):
    """Log-mel patches to 384 channels, 32 times coarser in time and in frequency."""

    def __init__(self, spec: LogMelSpec, stages: Sequence[Stage] = FULL) -> None:
        super().__init__()
        self.tilt = nn.Parameter(_tilt(spec), requires_grad=False)
        self.stem = _normed(nn.Conv2d(1, _STEM, 3, 2, 1, bias=False), nn.Hardswish())
        inputs = (_STEM, *(stage.out for stage in stages))
        self.stages = nn.ModuleList(
            _Residual(inputs[place], stage) for place, stage in enumerate(stages)
        )
        self.last = _pointwise(inputs[-1], CHANNELS, nn.Hardswish())

    def forward(self, patch: Tensor, lead: int = 0) -> Tensor:
        """Log-mel [n, frames, mels] to [n, 384, mels / 32, frames / 32], rounded up.

        The first `lead` columns of frames only say what came before the others.
        """
        image = ((patch + self.tilt) / SCALE).transpose(1, 2).unsqueeze(1)
        # On a CPU the convolutions run faster with the channels side by side.
        image = self.stem(image.contiguous(memory_format=torch.channels_last))
        for place, stage in enumerate(self.stages):
            image = stage(image)
            if place == EARLY - 1:
                image = image[..., lead:]
        embedded: Tensor = self.last(image)
        return embedded

    def layers(self) -> list[list[nn.Module]]:
        """The layers of each stage."""
        return [list(stage.layers) for stage in self.stages if isinstance(stage, _Residual)]

    def begin(self, published: Path) -> None:
        """Take the weights of a published mn04, layer by layer.

        Raises:
            DataRefused: the file is missing or of another network.
        """
        try:
            theirs = torch.load(published, map_location="cpu", weights_only=True)
        except OSError as error:
            raise DataRefused(f"{published}: {error.strerror}: give the weights of mn04") from None
        found = [weight for name, weight in theirs.items() if name.startswith("features.")]
        names = [name for name in self.state_dict() if name != "tilt"]
        ours = self.state_dict()
        if [weight.shape for weight in found] != [ours[name].shape for name in names]:
            raise DataRefused(f"{published}: the weights of another network: give those of mn04")
        self.load_state_dict(dict(zip(names, found, strict=True)), strict=False)


class _Residual(nn.Module):
    def __init__(self, inputs: int, stage: Stage) -> None:
        super().__init__()
        switch = nn.ReLU() if stage.plain else nn.Hardswish()
        layers = [_depthwise(stage, switch)]
        if stage.wide != inputs:
            layers.insert(0, _pointwise(inputs, stage.wide, switch))
        if stage.squeeze:
            layers.append(Squeeze(stage.wide, stage.squeeze))
        layers.append(_pointwise(stage.wide, stage.out, nn.Identity()))
        self.layers = nn.Sequential(*layers)
        self.adds = stage.stride == 1 and stage.out == inputs

    def forward(self, image: Tensor) -> Tensor:
        changed: Tensor = self.layers(image)
        return image + changed if self.adds else changed


class Squeeze(nn.Module):
    """Weighs each channel by what all of them hold on average."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, squeezed)
        self.excite = nn.Linear(squeezed, channels)

    def forward(self, image: Tensor) -> Tensor:
        """[n, channels, height, width] to the same."""
        return image * self.weights(image)[:, :, None, None]

    def weights(self, image: Tensor) -> Tensor:
        """[n, channels, height, width] to the weight of each channel [n, channels]."""
        squeezed = torch.relu(self.squeeze(image.mean((2, 3))))
        return torch.sigmoid(self.excite(squeezed))


def _pointwise(inputs: int, outputs: int, switch: nn.Module) -> nn.Module:
    return _normed(nn.Conv2d(inputs, outputs, 1, bias=False), switch)


def _depthwise(stage: Stage, switch: nn.Module) -> nn.Module:
    size, around = stage.kernel, stage.kernel // 2
    wide = stage.wide
    return _normed(
        nn.Conv2d(wide, wide, size, stage.stride, around, groups=wide, bias=False), switch
    )


def _normed(convolution: nn.Conv2d, switch: nn.Module) -> nn.Sequential:
    norm = nn.BatchNorm2d(convolution.out_channels, eps=1e-3, momentum=0.01)
    return nn.Sequential(convolution, norm, switch)


def _tilt(spec: LogMelSpec) -> Tensor:
    """mn04's offset of 4.5, and its pre-emphasis |1 - 0.97 exp(-i w)|^2 in each band. [mels]"""
    import librosa

    corners = librosa.mel_frequencies(
        spec.n_mels + 2, fmin=spec.fmin_hz, fmax=spec.fmax_hz, htk=True
    )
    radians = 2.0 * torch.pi * torch.from_numpy(corners[1:-1]) / spec.sample_rate_hz
    power = 1.0 + _EMPHASIS**2 - 2.0 * _EMPHASIS * torch.cos(radians)
    return (torch.log(power) + 4.5).float()
