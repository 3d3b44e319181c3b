"""How loud the stream was, in steps of 10 ms: a hop's level, and where a window was loudest."""

import math

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -120.0


class Loudness:
    """Power of every 10 ms, kept for one window."""

    def __init__(self, step: int, hop_steps: int, window_steps: int) -> None:
        """`step` in samples; a hop and a window in steps."""
        self._hop_samples, self._hop_steps = hop_steps * step, hop_steps
        self._powers = np.zeros(window_steps, np.float32)

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take the next steps, [steps, step]; a whole window of them before anything is asked."""
        steps = len(samples)
        self._powers[:-steps] = self._powers[steps:]
        self._powers[-steps:] = np.einsum("ij,ij->i", samples, samples)

    def level_dbfs(self) -> float:
        """Of the hop that was taken last."""
        power = float(self._powers[-self._hop_steps :].sum()) / self._hop_samples
        return max(SILENCE_DBFS, 10.0 * math.log10(power)) if power > 0.0 else SILENCE_DBFS

    def loudest(self) -> int:
        """The loudest step of the window, counted back from its end: -1 is the last."""
        return int(self._powers.argmax()) - len(self._powers)
