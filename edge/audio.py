"""The first thing that travels: a block of sound, mono, at the model's rate."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
"""Rate of everything after the resampler, Hertz."""

SILENCE_DBFS = -120.0
"""Floor of every level we report; digital silence has no logarithm."""

Samples = NDArray[np.float32]

NOTHING: Samples = np.zeros(0, np.float32)
"""No sound at all."""


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Sound that follows the block before it without a gap, unless `gap` says otherwise."""

    samples: Samples
    """Shape [n], full scale ±1."""
    gap: bool = False
    """Samples were lost just before this block: what was heard so far must not be joined to it."""


class AudioSource(Protocol):
    """Anything that yields blocks: a microphone for ever, a recording until its end."""

    def blocks(self) -> Iterator[AudioBlock]:
        """Yield 16 kHz mono blocks of any length."""


def level_dbfs(samples: Samples) -> float:
    """RMS level in dB relative to full scale (a full-scale square wave is 0 dBFS)."""
    if samples.size == 0:
        return SILENCE_DBFS
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(SILENCE_DBFS, 10.0 * float(np.log10(power))) if power > 0.0 else SILENCE_DBFS
