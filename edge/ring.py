"""The last seconds of sound as the microphone gave them, from PortAudio's thread to ours."""

import time
from collections import deque

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.float32]
"""Shape [n, channels], full scale ±1, at the device's own rate."""


class Ring:
    """Holds so many frames and no more. One thread writes and one reads; neither waits."""

    def __init__(self, frames: int, channels: int) -> None:
        self._kept = np.zeros((frames, channels), np.float32)
        # Both only ever rise, so that neither thread needs the other's to be exact.
        self._written = 0
        self._read = 0
        self._lost = False
        self._gaps: deque[int] = deque()
        self.overflows = 0
        """How often sound was lost: here, or already in PortAudio."""
        self.last_s = -float("inf")
        """When sound last came, by the monotonic clock."""

    def write(self, frames: Frames, *, lost: bool) -> None:
        """Keep a copy; without room the newest are lost. `lost`: so were some before these."""
        self.last_s = time.monotonic()
        size, start = len(self._kept), self._written
        full = len(frames) > size - (start - self._read)
        if lost or full:
            self.overflows += 1
            self._lost = True
        if full:
            return
        if self._lost:
            self._gaps.append(start)
            self._lost = False
        at = start % size
        first = min(len(frames), size - at)
        self._kept[at : at + first] = frames[:first]
        self._kept[: len(frames) - first] = frames[first:]
        self._written = start + len(frames)

    def read(self) -> tuple[Frames, bool]:
        """A copy of what came since, up to the next gap; and whether a gap lies before it."""
        size, start, end = len(self._kept), self._read, self._written
        gap = bool(self._gaps) and self._gaps[0] == start and start < end
        if gap:
            self._gaps.popleft()
        if self._gaps:
            end = min(end, self._gaps[0])
        at, count = start % size, end - start
        first = min(count, size - at)
        frames = np.concatenate([self._kept[at : at + first], self._kept[: count - first]])
        self._read = end
        return frames, gap
