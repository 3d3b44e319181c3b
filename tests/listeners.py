"""Somebody who listens to a microphone, on a thread of their own."""

import threading
from typing import Self

import numpy as np

from edge.audio import NOTHING, AudioBlock, Samples
from edge.config import Microphone as Settings
from edge.microphone import Microphone


class Listener:
    """Keeps all that a microphone hears; use it in a `with`."""

    def __init__(self, settings: Settings) -> None:
        self.microphone = Microphone(settings)
        self.blocks: list[AudioBlock] = []
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> Self:
        self.microphone.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._leaving.set()
        self._thread.join()
        self.microphone.__exit__()

    @property
    def heard(self) -> Samples:
        """All of it, joined, shape [n]."""
        return np.concatenate([NOTHING, *(block.samples for block in self.blocks)])

    @property
    def hears(self) -> bool:
        """Whether sound comes and nothing is wrong."""
        return len(self.heard) > 0 and self.microphone.trouble is None

    @property
    def gaps(self) -> int:
        return sum(block.gap for block in self.blocks)

    def _listen(self) -> None:
        for block in self.microphone.blocks():
            if block.gap or len(block.samples):
                self.blocks.append(block)
            if self._leaving.is_set():
                return
