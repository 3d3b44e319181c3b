"""An exported network made small: weights of half the size, or a quarter where it is quicker."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_SMALL = 1024
"""Weights; smaller tensors are not worth a cast."""
_LONG = 60_000
"""Weights of one product; from here on it takes as long as they take to come from memory."""
_LEAST = np.float32(1e-9)
"""Of the largest weight of an output: one that is dead has none."""
_CONTRIBUTED = "com.microsoft"
"""onnxruntime's own operators."""


def slim(model: bytes) -> bytes:
    """The same network, to the precision of its weights, as one smaller file."""
    import onnx

    read = onnx.load_from_string(model)
    _quantise(read.graph)
    _halve(read.graph)
    read.opset_import.append(onnx.helper.make_opsetid(_CONTRIBUTED, 1))
    content: bytes = read.SerializeToString()
    return content


def _quantise(graph: Any) -> None:
    """Keep the weights of long products in eight bits, each output on a scale of its own.

    The room computes them so as well, its inputs on a scale of each moment (Jacob and others 2018).
    """
    from onnx import numpy_helper

    stored = {weight.name: weight for weight in graph.initializer}
    nodes = []
    for node in graph.node:
        weight = stored.get(node.input[1]) if node.op_type == "Gemm" else None
        if weight is None or np.prod(weight.dims) < _LONG:
            nodes.append(node)
            continue
        nodes.append(_product(graph, node, numpy_helper.to_array(weight).T))
        graph.initializer.remove(weight)
    del graph.node[:]
    graph.node.extend(nodes)


def _product(graph: Any, gemm: Any, weights: NDArray[np.float32]) -> Any:
    """The node that stands for a product with weights [inputs, outputs] and a bias."""
    from onnx import helper, numpy_helper

    scale = np.maximum(np.abs(weights).max(axis=0), _LEAST) / np.float32(127.0)
    eight_bits = np.round(weights / scale).astype(np.int8)
    taken, weight, bias = gemm.input
    names = [f"{weight}.{part}" for part in ("eighth", "scale", "zero")]
    for name, values in zip(names, (eight_bits, scale, np.zeros_like(eight_bits[0])), strict=True):
        graph.initializer.append(numpy_helper.from_array(values, name))
    inputs = [taken, *names, bias]
    return helper.make_node("DynamicQuantizeMatMul", inputs, gemm.output, domain=_CONTRIBUTED)


def _halve(graph: Any) -> None:
    """Keep the other weights in half precision; the room computes with them in single precision."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < _SMALL:
            continue
        stored = f"{weight.name}.half"
        casts.append(helper.make_node("Cast", [stored], [weight.name], to=TensorProto.FLOAT))
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), stored))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
