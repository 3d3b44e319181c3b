"""An exported network made small: weights of half the size."""

from typing import Any

import numpy as np

_SMALL = 1024
"""Weights; smaller tensors are not worth a cast."""


def slim(model: bytes) -> bytes:
    """The same network, to the precision of its weights, as one smaller file."""
    import onnx

    read = onnx.load_from_string(model)
    _halve(read.graph)
    content: bytes = read.SerializeToString()
    return content


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
