"""An exported network whose convolutions, too, are computed in eight bits."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.sessions import open_session

Array = NDArray[np.float32]


def eight_bits(model: bytes, patches: Sequence[Array]) -> bytes:
    """The same network: weights on a scale for each channel, what they are multiplied with on the
    scale that it needs while the network hears some patches (Jacob and others 2018).

    Args:
        model: of an input `patch` and what it remembers, in single precision.
        patches: [frames, mels] each, one hop after the other.
    """
    # Not before our own way to onnxruntime, which forbids it to report.
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        whole.write_bytes(model)
        logging.disable(logging.WARNING)  # it advises a step that the room's own start makes
        try:
            quantize_static(
                whole,
                small,
                _Heard(model, patches),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=["Conv"],
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
            )
        finally:
            logging.disable(logging.NOTSET)
        return small.read_bytes()


class _Heard:
    """Patches one by one, each with what was remembered by then."""

    def __init__(self, model: bytes, patches: Sequence[Array]) -> None:
        self._inputs = _inputs(model, patches)

    def get_next(self) -> dict[str, Array] | None:
        """The next inputs, as onnxruntime asks for them."""
        return next(self._inputs, None)


def _inputs(model: bytes, patches: Sequence[Array]) -> Iterator[dict[str, Array]]:
    session = open_session(model, "the network")
    shapes = {port.name: port.shape for port in session.get_inputs() if port.name != "patch"}
    memory = {port: np.zeros(shape, np.float32) for port, shape in shapes.items()}
    for patch in patches:
        inputs = {"patch": patch[None].astype(np.float32), **memory}
        yield inputs
        after = session.run([f"next_{port}" for port in memory], inputs)
        memory = dict(zip(memory, after, strict=True))
