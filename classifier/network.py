"""A model as onnxruntime runs it: always on the same arrays, so that a decision makes none anew."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.sessions import check_shapes, open_session

Array = NDArray[np.float32]
Arrays = Mapping[str, Array]
Shape = Sequence[int]
Memory = tuple[Array, ...]
"""One array for each thing that a model remembers."""


_STATE = "state"
"""The port of what was decided from; all other memory is of what was seen."""


class Network:
    """A patch and what is remembered in; scores, and what to remember, out."""

    def __init__(self, model: bytes, name: str, patch: Shape, scores: Shape) -> None:
        """Open an ONNX model of an input `patch`, and others for each thing that it remembers.

        Args:
            model: its file.
            name: of the file.
            patch: shape of the input.
            scores: shape of the output.

        Raises:
            ModelRefused: onnxruntime cannot read it, or it is otherwise shaped.
        """
        self._session = open_session(model, name)
        remembers = {port.name: port.shape for port in self._session.get_inputs()}
        remembers.pop("patch", None)
        takes, gives = {"patch": patch} | remembers, {"scores": scores}
        gives |= {f"next_{port}": shape for port, shape in remembers.items()}
        check_shapes(self._session, name, takes | gives)
        self._patch, self._scores = _array(patch), _array(scores)
        here, there = ({port: _array(remembers[port]) for port in remembers} for _ in range(2))
        # What one run leaves is what the next finds: two sets of arrays take turns.
        self._turns = (self._bind(here, there), self._bind(there, here))
        self._memory, self._next_memory = here, there

    @property
    def memory(self) -> Memory:
        """What it remembers, a copy; empty if it remembers nothing."""
        return tuple(array.copy() for array in self._memory.values())

    @memory.setter
    def memory(self, memory: Memory) -> None:
        for array, kept in zip(self._memory.values(), memory, strict=True):
            array[...] = kept

    def forget(self) -> None:
        """Remember nothing."""
        for array in self._memory.values():
            array[...] = 0.0

    def run(self, patch: Array) -> Array:
        """Scores of the next patch, good until the next run; it is remembered."""
        self._patch[...] = patch
        self._session.run_with_iobinding(self._turns[0])
        self._turns = self._turns[::-1]
        self._memory, self._next_memory = self._next_memory, self._memory
        return self._scores

    def look(self, patch: Array) -> None:
        """See a patch that is not to be decided of yet: only that it was seen is remembered."""
        self.run(patch)
        if _STATE in self._memory:
            self._memory[_STATE][...] = 0.0

    def _bind(self, before: Arrays, after: Arrays) -> Any:
        binding = self._session.io_binding()
        for port, array in {"patch": self._patch, **before}.items():
            binding.bind_input(port, "cpu", 0, np.float32, array.shape, array.ctypes.data)
        outputs = {"scores": self._scores} | {f"next_{port}": after[port] for port in after}
        for port, array in outputs.items():
            binding.bind_output(port, "cpu", 0, np.float32, array.shape, array.ctypes.data)
        return binding


def _array(shape: Shape) -> Array:
    return np.zeros(shape, np.float32)
