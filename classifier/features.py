"""Samples in, log-mel frames out, as they come; the same bits however the samples are cut."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

BATCH = 8
"""Frames computed at once, unless told otherwise."""


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


class Batch(NamedTuple):
    """Frames that were computed at once."""

    samples: Array
    """Those that begin each frame, up to the next: [frames, hop]."""
    frames: Array
    """[frames, mels]"""


class LogMel:
    """A streaming front end; the filterbank [bins, mels] is designed elsewhere, by librosa."""

    def __init__(self, spec: LogMelSpec, filterbank: Array, batch: int = BATCH) -> None:
        """Prepare for one stream.

        Args:
            spec: the front end.
            filterbank: float32 [bins, mels].
            batch: frames computed at once, always: BLAS and FFT may round otherwise for others.
        """
        self.spec = spec
        if filterbank.shape != spec.filterbank_shape:
            raise ValueError(f"filterbank: {filterbank.shape}: need {spec.filterbank_shape}")
        self._filterbank = np.ascontiguousarray(filterbank, dtype=np.float32)
        ramp = np.arange(spec.window) / spec.window
        self._window = (0.5 - 0.5 * np.cos(2.0 * np.pi * ramp)).astype(np.float32)
        self._step = batch * spec.hop
        self._samples = np.zeros(self._step - spec.hop + spec.window, np.float32)
        views = np.lib.stride_tricks.sliding_window_view(self._samples, spec.window)
        self._views = views[:: spec.hop]
        self._begins = self._samples[: self._step].reshape(batch, spec.hop)
        self._frames = np.zeros((batch, spec.n_fft), np.float32)
        self._waiting = 0

    def push(self, samples: Array) -> Array:
        """Take samples [n], full scale ±1, and give the frames [m, mels] they complete."""
        nothing = np.zeros((0, self.spec.n_mels), np.float32)
        return np.concatenate([nothing, *(batch.frames for batch in self.batches(samples))])

    def batches(self, samples: Array) -> Iterator[Batch]:
        """Take samples as `push` does, and give each batch of frames as soon as it is whole."""
        while len(samples) >= (missing := len(self._samples) - self._waiting):
            self._samples[self._waiting :] = samples[:missing]
            samples = samples[missing:]
            batch = Batch(self._begins.copy(), self._compute())
            self._waiting = len(self._samples) - self._step
            self._samples[: self._waiting] = self._samples[self._step :]
            yield batch
        self._samples[self._waiting : self._waiting + len(samples)] = samples
        self._waiting += len(samples)

    def reset(self) -> None:
        """Forget the samples that wait."""
        self._waiting = 0

    def _compute(self) -> Array:
        np.multiply(self._views, self._window, out=self._frames[:, : self.spec.window])
        spectrum = np.fft.rfft(self._frames, axis=1)
        strength = np.square(spectrum.real)
        strength += np.square(spectrum.imag)
        if self.spec.power != 2.0:
            strength **= self.spec.power / 2.0
        log: Array = strength @ self._filterbank
        log += np.float32(self.spec.log_offset)
        return np.log(log, out=log)
