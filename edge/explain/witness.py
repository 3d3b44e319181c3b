"""A classifier that keeps the windows it judged, so that they can be heard again, changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.model import Classifier
from classifier.network import Memory

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Window:
    """What the model saw in one decision, what it remembered then, and what it thought."""

    first: int
    """Frame of the stream that the window begins with."""
    frames: Array
    """Log-mel, [patch_frames, mels]."""
    memory: Memory
    """What the model remembered of the windows before; empty for a model without memory."""
    scores: tuple[float, ...]
    """0 to 1 for each label, in the manifest's order."""


class Witness(Classifier):
    """Listens as any classifier does, and keeps what it saw of one stretch."""

    def __init__(self, manifest_path: Path | None = None) -> None:
        """Open the model of a manifest, the bundled one by default, and keep everything.

        Raises:
            ModelRefused: a file is missing, changed or does not fit its manifest.
        """
        super().__init__(manifest_path)
        self.keep(0.0, inf)

    @property
    def step_s(self) -> float:
        """From one frame to the next, seconds."""
        return self.manifest.front_end.hop / self.manifest.front_end.sample_rate_hz

    @property
    def window_s(self) -> float:
        """What the model sees at once, seconds."""
        return self.manifest.patch_frames * self.step_s

    def keep(self, begins_s: float, ends_s: float) -> None:
        """From now on keep the windows that touch these seconds, and forget those kept before."""
        self.windows: list[Window] = []
        self._begins_s, self._ends_s = begins_s, ends_s

    def reset(self) -> None:
        """Forget everything heard but the windows kept: the stream begins again at 0 s."""
        super().reset()
        self._next = 0

    def judge(self, patch: Array) -> tuple[float, ...]:
        """Scores of the next window, [patch_frames, mels] of log-mel; it is remembered."""
        memory, scores = self._network.memory, super().judge(patch)
        begins_s = self._next * self.step_s
        if begins_s <= self._ends_s and begins_s + self.window_s >= self._begins_s:
            self.windows.append(Window(self._next, patch.copy(), memory, scores))
        self._next += self.manifest.hop_frames
        return scores

    def hear_again(self, memory: Memory, patches: Iterable[Array]) -> list[tuple[float, ...]]:
        """Scores of windows, [patch_frames, mels] each, that follow what was remembered."""
        self._network.memory = memory
        return [super(Witness, self).judge(patch) for patch in patches]
