"""One take of a microphone, read as 16 kHz mono."""

from collections import deque

import numpy as np

from edge.audio import NOTHING, AudioBlock, Samples, level_dbfs
from edge.resample import Resampler
from edge.stillness import Stillness
from edge.take import BLOCK_S, Take

LATELY_S = 1.0
"""The level we tell is the one of so much sound."""


class Reader:
    """Reads a take from its beginning; one thread does."""

    def __init__(self, take: Take) -> None:
        self.take = take
        self._resampler = Resampler(take.rate_hz, take.channels)
        self._stillness = Stillness()
        self._lately: deque[Samples] = deque(maxlen=round(LATELY_S / BLOCK_S))

    @property
    def level_dbfs(self) -> float:
        """How loud it was lately."""
        return level_dbfs(np.concatenate([NOTHING, *self._lately]))

    @property
    def still_s(self) -> float:
        """For how long no sample has moved, seconds."""
        return self._stillness.frames / self.take.rate_hz

    def read(self) -> AudioBlock | None:
        """What has come since, up to the next gap; None if nothing has."""
        frames, gap = self.take.ring.read()
        if not len(frames):
            return None
        if gap:
            self._resampler.reset()
        self._stillness.push(frames)
        samples = self._resampler.push(frames)
        self._lately.append(samples)
        return AudioBlock(samples, gap)
