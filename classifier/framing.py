"""How loud the stream was, in steps of 10 ms: levels of hops, and where a window was loudest."""

import math

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -120.0


class Loudness:
    """Power of every 10 ms, kept for one window."""

    def __init__(self, step: int, hop_steps: int, window_steps: int) -> None:
        """`step` in samples; a hop and a window in steps."""
        self._step = step
        self._hop_steps = hop_steps
        self._powers = np.zeros(window_steps, np.float32)
        self.reset()

    def reset(self) -> None:
        """Start again with silence."""
        self._waiting: list[NDArray[np.float32]] = []
        self._end = 0

    def push(self, samples: NDArray[np.float32]) -> None:
        """Take samples [n]; nothing is computed until a window closes."""
        self._waiting.append(samples.copy())

    def close_window(self, end_step: int) -> tuple[float, int]:
        """Level of the hop that ends there in dBFS, and the loudest step of the window.

        All samples of the window have been taken, and no later window has closed.
        """
        fresh, window_steps = end_step - self._end, len(self._powers)
        self._powers[:-fresh] = self._powers[fresh:]
        self._powers[-fresh:] = self._measure(fresh)
        self._end = end_step
        loudest = end_step - window_steps + int(self._powers.argmax())
        power = float(self._powers[-self._hop_steps :].sum()) / (self._hop_steps * self._step)
        return _dbfs(power), loudest

    def _measure(self, steps: int) -> NDArray[np.float32]:
        """The sum of squares of each of the next steps."""
        waiting = np.concatenate(self._waiting)
        size = steps * self._step
        self._waiting = [waiting[size:]]
        measured = waiting[:size].reshape(steps, self._step)
        powers: NDArray[np.float32] = np.einsum("ij,ij->i", measured, measured)
        return powers


def _dbfs(power: float) -> float:
    return max(SILENCE_DBFS, 10.0 * math.log10(power)) if power > 0.0 else SILENCE_DBFS
