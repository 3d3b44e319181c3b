"""onnxruntime on one thread, with no memory that a small device cannot spare."""

import os
from collections.abc import Mapping, Sequence

# From 1.29 on it reports to its maker, unless told before it is loaded: nothing leaves the room.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime as ort

from classifier.errors import ModelRefused


def open_session(model: bytes, name: str) -> ort.InferenceSession:
    """Open an ONNX model.

    Raises:
        ModelRefused: onnxruntime cannot read it.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except (ort.capi.onnxruntime_pybind11_state.Fail, ValueError, RuntimeError) as error:
        raise ModelRefused(f"{name}: onnxruntime cannot read it: {error}") from None
    # It would keep the file's content as well, for a change of providers that never comes.
    session._model_bytes = None
    return session


def check_shapes(
    session: ort.InferenceSession, name: str, expected: Mapping[str, Sequence[int]]
) -> None:
    """Compare named inputs and outputs with the shapes the manifest means.

    Raises:
        ModelRefused: one is missing or otherwise shaped.
    """
    found = {port.name: port.shape for port in (*session.get_inputs(), *session.get_outputs())}
    for port, shape in expected.items():
        if port not in found:
            raise ModelRefused(f"{name}: has no {port!r}: export the model again")
        if list(found[port]) != list(shape):
            raise ModelRefused(
                f"{name}: {port} is {found[port]}: the manifest means {list(shape)}: "
                "export model and manifest together"
            )
