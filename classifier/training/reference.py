"""Plain YAMNet as an ONNX file: what our own cost and recall are measured beside."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.features import LogMelSpec
from classifier.training.design import yamnet_filterbank

Array = NDArray[np.float32]
CLASSES = 521
SPEC = LogMelSpec(n_mels=64, fmin_hz=125.0, fmax_hz=7500.0, power=1.0, log_offset=0.001)
"""The front end it was taught with."""
FIRST_CHANNELS = 32
"""Of the first convolution, 3x3, stride 2; thirteen depthwise-separable blocks follow."""
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
CHANNELS = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
_EPSILON = 1e-4


@dataclass(slots=True)
class _Graph:
    """Nodes and weights as they are added; `image` is the latest output."""

    image: str = "image"
    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)

    def add(self, kind: str, *weights: Array, **attributes: Any) -> None:
        """Add a node that takes the latest output and these weights."""
        from onnx import helper, numpy_helper

        names = [f"w{len(self.weights) + place}" for place in range(len(weights))]
        for name, weight in zip(names, weights, strict=True):
            self.weights.append(numpy_helper.from_array(weight, name))
        output = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, [self.image, *names], [output], **attributes))
        self.image = output


@dataclass(frozen=True, slots=True)
class Reference:
    """Plain YAMNet and the front end that goes with it."""

    network: bytes
    front_end: LogMelSpec
    filterbank: Array


def plain_yamnet(weights: Path | None = None) -> Reference:
    """All of it; the weights as in `yamnet_onnx`."""
    return Reference(yamnet_onnx(weights), SPEC, yamnet_filterbank(SPEC))


def yamnet_onnx(weights: Path | None = None) -> bytes:
    """The network `patch` [1, 96, 64] to `scores` [1, 521].

    With Google's weights (`yamnet.npz`), else with random ones: those cost the same.
    """
    from onnx import TensorProto, helper

    graph = _Graph("patch")
    graph.add("Unsqueeze", np.array([1], np.int64))
    arrays = dict(np.load(weights)) if weights else random_arrays()
    for kernel, bias, stride, group in _layers(arrays):
        _add_convolution(graph, kernel, bias, stride, group)
    graph.add("GlobalAveragePool")
    graph.add("Flatten")
    graph.add("Gemm", arrays["54/kernel"], arrays["54/bias"])
    graph.add("Sigmoid")
    made = helper.make_graph(
        graph.nodes,
        "yamnet",
        [helper.make_tensor_value_info("patch", TensorProto.FLOAT, [1, 96, 64])],
        [helper.make_tensor_value_info(graph.image, TensorProto.FLOAT, [1, CLASSES])],
        graph.weights,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content


def _add_convolution(graph: _Graph, kernel: Array, bias: Array, stride: int, group: int) -> None:
    """Padded as TensorFlow pads: the odd pixel at the end."""
    ahead = 1 if kernel.shape[2] == 3 and stride == 1 else 0
    behind = 1 if kernel.shape[2] == 3 else 0
    graph.add(
        "Conv",
        kernel,
        bias,
        strides=[stride, stride],
        pads=[ahead, ahead, behind, behind],
        group=group,
    )
    graph.add("Relu")


def _layers(arrays: dict[str, Array]) -> Iterator[tuple[Array, Array, int, int]]:
    """Kernel [out, in, height, width], bias, stride and groups, the norms folded in."""
    yield *_folded(arrays, "0/kernel", 1), 2, 1
    inputs = (FIRST_CHANNELS, *CHANNELS[:-1])
    for place, (channels, stride) in enumerate(zip(inputs, STRIDES, strict=True)):
        layer = 2 + 4 * place
        yield *_folded(arrays, f"{layer}/depthwise_kernel", layer + 1), stride, channels
        yield *_folded(arrays, f"{layer + 2}/kernel", layer + 3), 1, 1


def _folded(arrays: dict[str, Array], kernel: str, norm: int) -> tuple[Array, Array]:
    """y = (w*x - mean) / sqrt(variance + epsilon) + beta, as one convolution."""
    scale = 1.0 / np.sqrt(arrays[f"{norm}/moving_variance"] + np.float32(_EPSILON))
    bias = arrays[f"{norm}/beta"] - arrays[f"{norm}/moving_mean"] * scale
    order = (2, 3, 0, 1) if "depthwise" in kernel else (3, 2, 0, 1)
    folded: Array = arrays[kernel].transpose(order) * scale[:, None, None, None]
    return np.ascontiguousarray(folded, np.float32), bias.astype(np.float32)


def random_arrays() -> dict[str, Array]:
    """Weights shaped and named as Google's, that keep the signal at its level."""
    rng = np.random.default_rng(0)
    arrays: dict[str, Array] = {}

    def layer(name: str, norm: int, shape: tuple[int, ...], outputs: int) -> None:
        spread = np.sqrt(2.0 / (shape[0] * shape[1] * (shape[2] if shape[3] != 1 else 1)))
        arrays[name] = (spread * rng.standard_normal(shape)).astype(np.float32)
        arrays[f"{norm}/moving_variance"] = np.ones(outputs, np.float32)
        for part in ("moving_mean", "beta"):
            arrays[f"{norm}/{part}"] = np.zeros(outputs, np.float32)

    layer("0/kernel", 1, (3, 3, 1, FIRST_CHANNELS), FIRST_CHANNELS)
    inputs = (FIRST_CHANNELS, *CHANNELS[:-1])
    for place, (before, after) in enumerate(zip(inputs, CHANNELS, strict=True)):
        number = 2 + 4 * place
        layer(f"{number}/depthwise_kernel", number + 1, (3, 3, before, 1), before)
        layer(f"{number + 2}/kernel", number + 3, (1, 1, before, after), after)
    arrays["54/kernel"] = (0.03 * rng.standard_normal((1024, CLASSES))).astype(np.float32)
    arrays["54/bias"] = np.zeros(CLASSES, np.float32)
    return arrays
