"""Any rate and any number of channels in, 16 kHz mono out, however the sound is cut into blocks."""

import numpy as np
import soxr
from numpy.typing import NDArray

from edge.audio import SAMPLE_RATE_HZ, Samples

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 1_000, 1_000_000
"""Outside of these no microphone records and no file plays: the rate itself is wrong."""


class Resampler:
    """A stream brought to 16 kHz mono; at that rate, mono, it is the identity.

    Values do not depend on how the input is cut, bit for bit; only their number lags behind, by
    about 40 ms at 48 kHz, until `flush`. Channels are averaged: a stereo microphone wired with one
    side inverted would cancel itself out.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        """Prepare for one stream.

        Raises:
            ValueError: a rate or a number of channels that nothing can be made of.
        """
        if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
            raise ValueError(
                f"{rate_hz} Hz cannot be brought to {SAMPLE_RATE_HZ} Hz: "
                f"use a rate from {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ} Hz"
            )
        if channels < 1:
            raise ValueError(f"{channels} channels hold no sound: use at least 1")
        self._stream = (
            None
            if rate_hz == SAMPLE_RATE_HZ
            else soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")
        )

    def push(self, samples: NDArray[np.float32]) -> Samples:
        """Take samples [n, channels], full scale ±1; give the samples [m] they complete."""
        mono = _downmix(samples)
        return mono if self._stream is None else self._resample(mono, last=False)

    def flush(self) -> Samples:
        """End of the stream: give what is still on its way, then `reset`."""
        if self._stream is None:
            return np.zeros(0, np.float32)
        rest = self._resample(np.zeros(0, np.float32), last=True)
        self.reset()
        return rest

    def reset(self) -> None:
        """Forget the stream: another begins."""
        if self._stream is not None:
            self._stream.clear()

    def _resample(self, mono: Samples, *, last: bool) -> Samples:
        assert self._stream is not None
        resampled: Samples = self._stream.resample_chunk(mono, last=last)
        return resampled


def _downmix(samples: NDArray[np.float32]) -> Samples:
    """Mean over channels; added in turn, since numpy's own mean may round by the block's shape."""
    channels = samples.shape[1]
    mono = samples[:, 0].copy()
    for channel in range(1, channels):
        mono += samples[:, channel]
    return mono if channels == 1 else mono / np.float32(channels)
