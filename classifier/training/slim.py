"""An exported network made small and quick: padding inside the convolutions, half-size weights."""

from typing import Any

import numpy as np

_SMALL = 1024
"""Weights; smaller tensors are not worth a cast."""


def slim(model: bytes) -> bytes:
    """The same network, to the precision of its weights, as one smaller file."""
    import onnx

    read = onnx.load_from_string(model)
    _fold_pads(read.graph)
    _drop_unused(read.graph)
    _halve(read.graph)
    content: bytes = read.SerializeToString()
    return content


def _fold_pads(graph: Any) -> None:
    """Let convolutions pad, as TensorFlow does: at both ends, or at the end alone with stride 2.

    Torch's exporter computes the padding anew in a dozen nodes before each convolution.
    """
    from onnx import helper

    made_by = {output: node for node in graph.node for output in node.output}
    for node in graph.node:
        pad = made_by.get(node.input[0]) if node.op_type == "Conv" else None
        if pad is None or pad.op_type != "Pad":
            continue
        told = {attribute.name: list(attribute.ints) for attribute in node.attribute}
        ahead = [0 if stride == 2 else 1 for stride in told["strides"]]
        node.input[0] = pad.input[0]
        kept = [attribute for attribute in node.attribute if attribute.name != "pads"]
        del node.attribute[:]
        node.attribute.extend([*kept, helper.make_attribute("pads", [*ahead, 1, 1])])


def _drop_unused(graph: Any) -> None:
    wanted = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))


def _halve(graph: Any) -> None:
    """Keep the weights in half precision; the room computes with them in single precision."""
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
