"""Samples in, log-mel frames out, as they come; the same bits however the samples are cut."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_BATCH = 8
"""Frames computed at once, always: BLAS and FFT may round otherwise for other shapes."""


@dataclass(frozen=True, slots=True)
class LogMelSpec:
    """A log-mel front end; frame k covers samples [k hop, k hop + window), without centring."""

    sample_rate_hz: int = 16_000
    window: int = 400
    """Samples of the periodic Hann window."""
    hop: int = 160
    """Samples from one frame to the next."""
    n_fft: int = 512
    n_mels: int = 104
    fmin_hz: float = 0.0
    fmax_hz: float = 8000.0
    power: float = 2.0
    """1: magnitude, 2: power."""
    log_offset: float = 1e-5
    """log(mel + offset), natural."""

    @property
    def filterbank_shape(self) -> tuple[int, int]:
        """Bins by bands."""
        return (self.n_fft // 2 + 1, self.n_mels)


class LogMel:
    """A streaming front end; the filterbank [bins, mels] is designed elsewhere, by librosa."""

    def __init__(self, spec: LogMelSpec, filterbank: Array) -> None:
        self.spec = spec
        if filterbank.shape != spec.filterbank_shape:
            raise ValueError(f"filterbank: {filterbank.shape}: need {spec.filterbank_shape}")
        self._filterbank = np.ascontiguousarray(filterbank, dtype=np.float32)
        ramp = np.arange(spec.window) / spec.window
        self._window = (0.5 - 0.5 * np.cos(2.0 * np.pi * ramp)).astype(np.float32)
        self._frames = np.zeros((_BATCH, spec.n_fft), np.float32)
        self._needed = (_BATCH - 1) * spec.hop + spec.window
        self._waiting = np.zeros(0, np.float32)

    def push(self, samples: Array) -> Array:
        """Take samples [n], full scale ±1, and give the frames [m, mels] they complete.

        Frames come in eights: a frame may wait for up to 70 ms of later samples.
        """
        waiting = np.concatenate([self._waiting, samples], dtype=np.float32)
        step = _BATCH * self.spec.hop
        batches = max(0, (len(waiting) - self._needed) // step + 1)
        frames = np.empty((batches * _BATCH, self.spec.n_mels), np.float32)
        for batch in range(batches):
            part = waiting[batch * step : batch * step + self._needed]
            frames[batch * _BATCH : (batch + 1) * _BATCH] = self._batch(part)
        self._waiting = waiting[batches * step :].copy()
        return frames

    def reset(self) -> None:
        """Forget the samples that wait."""
        self._waiting = np.zeros(0, np.float32)

    def _batch(self, samples: Array) -> Array:
        spec = self.spec
        views = np.lib.stride_tricks.sliding_window_view(samples, spec.window)[:: spec.hop]
        np.multiply(views, self._window, out=self._frames[:, : spec.window])
        spectrum = np.abs(np.fft.rfft(self._frames, axis=1))
        mel = (spectrum**spec.power).astype(np.float32, copy=False) @ self._filterbank
        log: Array = np.log(mel + np.float32(spec.log_offset))
        return log
