"""A model as onnxruntime runs it: always on the same arrays, so that a decision makes none anew."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.sessions import check_shapes, open_session

Array = NDArray[np.float32]
Shape = Sequence[int]


class Network:
    """A patch and what is remembered in; scores, and what to remember, out."""

    def __init__(self, model: bytes, name: str, patch: Shape, scores: Shape) -> None:
        """Open an ONNX model of inputs `patch` and, if it remembers, `state`.

        Args:
            model: its file.
            name: of the file.
            patch: shape of the input.
            scores: shape of the output.

        Raises:
            ModelRefused: onnxruntime cannot read it, or it is otherwise shaped.
        """
        self._session = open_session(model, name)
        ports = {port.name: port.shape for port in self._session.get_inputs()}
        remembers = {"state": ports["state"]} if "state" in ports else {}
        takes, gives = {"patch": patch} | remembers, {"scores": scores}
        gives |= {f"next_{port}": shape for port, shape in remembers.items()}
        check_shapes(self._session, name, takes | gives)
        self._binding = self._session.io_binding()
        inputs = _arrays(takes, self._binding.bind_input)
        outputs = _arrays(gives, self._binding.bind_output)
        self._patch, self._scores = inputs["patch"], outputs["scores"]
        nothing = np.zeros(0, np.float32)
        self._state = inputs.get("state", nothing)
        self._next_state = outputs.get("next_state", nothing)

    @property
    def state(self) -> Array:
        """What it remembers, a copy; empty if it remembers nothing."""
        return self._state.copy()

    @state.setter
    def state(self, state: Array) -> None:
        self._state[...] = state

    def forget(self) -> None:
        """Remember nothing."""
        self._state[...] = 0.0

    def run(self, patch: Array) -> Array:
        """Scores of the next patch, good until the next run; it is remembered."""
        self._patch[...] = patch
        self._session.run_with_iobinding(self._binding)
        self._state[...] = self._next_state
        return self._scores


def _arrays(shapes: Mapping[str, Shape], bind: Callable[..., None]) -> dict[str, Array]:
    arrays = {port: np.zeros(shape, np.float32) for port, shape in shapes.items()}
    for port, array in arrays.items():
        bind(port, "cpu", 0, np.float32, array.shape, array.ctypes.data)
    return arrays
