"""A microphone that is muted, or dead, or whose cable is broken."""

import numpy as np

from edge.ring import Frames


class Stillness:
    """How long no sample has moved: a live microphone always has some noise of its own."""

    def __init__(self) -> None:
        self.frames = 0
        """So many in a row have been exactly the same, in every channel."""
        self._last: Frames | None = None

    def push(self, frames: Frames) -> None:
        """Take frames [n, channels], n at least 1, that follow those before."""
        still = self._last is not None and bool(np.all(frames == self._last))
        self.frames = self.frames + len(frames) if still else 0
        self._last = frames[-1].copy()
