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
        self._window_steps = window_steps
        self.reset()

    def reset(self) -> None:
        """Start again with silence."""
        self._waiting: list[NDArray[np.float32]] = []
        self._powers = np.zeros(0)
        self._first = 0

    def push(self, samples: NDArray[np.float32]) -> None:
        """Take samples [n]; nothing is computed until a window closes."""
        self._waiting.append(samples.copy())

    def close_window(self, end_step: int) -> tuple[float, int]:
        """Level of the hop that ends there in dBFS, and the loudest step of the window."""
        self._measure()
        end = end_step - self._first
        hop = self._powers[end - self._hop_steps : end]
        loudest = self._first + end - self._window_steps
        loudest += int(np.argmax(self._powers[end - self._window_steps : end]))
        keep = end + self._hop_steps - self._window_steps
        self._powers = self._powers[keep:]
        self._first += keep
        return _dbfs(float(hop.sum()) / self._hop_steps), loudest

    def _measure(self) -> None:
        waiting = np.concatenate(self._waiting)
        whole = len(waiting) // self._step * self._step
        steps = waiting[:whole].reshape(-1, self._step)
        powers = np.square(steps, dtype=np.float64).sum(axis=1) / self._step
        self._powers = np.concatenate([self._powers, powers])
        self._waiting = [waiting[whole:]]


def _dbfs(power: float) -> float:
    return max(SILENCE_DBFS, 10.0 * math.log10(power)) if power > 0.0 else SILENCE_DBFS
