"""A model of another shape than the bundled one: few bands, short windows, no memory."""

import hashlib
from pathlib import Path

import msgspec
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from classifier.features import LogMelSpec
from classifier.manifest import Label, Manifest, Part

FRAMES, HOP_FRAMES = 40, 20
FRONT_END = LogMelSpec(n_mels=21)
LOW_BANDS = 2
OUTPUTS = (("fall", "fall"), ("scream", "call"), ("spoken_call", "call"), ("cry", "cry"))


def write_thump_model(folder: Path) -> Path:
    """A model whose `fall` is how loud the lowest bands are; it hears nothing else."""
    bins, mels = FRONT_END.filterbank_shape
    bank = np.zeros((bins, mels), np.float32)
    for band in range(mels - 1):  # the last stays empty, as bands narrower than a bin do
        bank[12 * band : 12 * band + 12, band] = 1.0
    np.save(folder / "tiny.npy", bank)
    weights = np.zeros((FRAMES, mels, len(OUTPUTS)), np.float32)
    weights[:, :LOW_BANDS, 0] = 2.0 / (FRAMES * LOW_BANDS)
    bias = np.array([2.0, -9.0, -9.0, -9.0], np.float32)
    (folder / "tiny.onnx").write_bytes(_network(weights.reshape(-1, len(OUTPUTS)), bias))
    manifest = Manifest(
        name="tiny",
        version="1",
        model=_part(folder / "tiny.onnx"),
        filterbank=_part(folder / "tiny.npy"),
        front_end=FRONT_END,
        patch_frames=FRAMES,
        hop_frames=HOP_FRAMES,
        labels=tuple(Label(name=name, event=event, threshold=0.5) for name, event in OUTPUTS),
    )
    path = folder / "tiny.json"
    path.write_bytes(msgspec.json.encode(manifest))
    return path


def _network(weights: np.ndarray, bias: np.ndarray) -> bytes:
    """sigmoid(patch, flattened, times weights plus bias)."""
    nodes = [
        helper.make_node("Flatten", ["patch"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weights", "bias"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("patch", TensorProto.FLOAT, [1, FRAMES, FRONT_END.n_mels])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, len(OUTPUTS)])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _part(path: Path) -> Part:
    return Part(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
