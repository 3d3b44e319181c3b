"""The filterbank, designed by librosa and carried with the model; and log-mels of whole scenes."""

import numpy as np
from numpy.typing import NDArray

from classifier.features import LogMel, LogMelSpec


def filterbank(spec: LogMelSpec) -> NDArray[np.float32]:
    """librosa's HTK triangles of height one, shape [bins, mels]."""
    import librosa

    bank = librosa.filters.mel(
        sr=spec.sample_rate_hz,
        n_fft=spec.n_fft,
        n_mels=spec.n_mels,
        fmin=spec.fmin_hz,
        fmax=spec.fmax_hz,
        htk=True,
        norm=None,
    )
    return np.ascontiguousarray(bank.T, dtype=np.float32)


def yamnet_filterbank(spec: LogMelSpec) -> NDArray[np.float32]:
    """YAMNet's own triangles: linear in mel where librosa's are linear in Hertz; no DC bin."""
    import librosa

    hertz = librosa.fft_frequencies(sr=spec.sample_rate_hz, n_fft=spec.n_fft)
    bank = triangles(hertz, spec)
    bank[0] = 0.0
    return bank


def triangles(hertz: NDArray[np.float64], spec: LogMelSpec) -> NDArray[np.float32]:
    """Triangles of height one, linear in mel, of the bands of `spec` at these frequencies.

    Shape [frequencies, mels].
    """
    import librosa

    corners = librosa.hz_to_mel(
        librosa.mel_frequencies(spec.n_mels + 2, fmin=spec.fmin_hz, fmax=spec.fmax_hz, htk=True),
        htk=True,
    )
    places = librosa.hz_to_mel(hertz, htk=True)[:, None]
    rise = (places - corners[:-2]) / np.diff(corners)[:-1]
    fall = (corners[2:] - places) / np.diff(corners)[1:]
    bank: NDArray[np.float32] = np.maximum(0.0, np.minimum(rise, fall)).astype(np.float32)
    return bank


def log_mel(
    samples: NDArray[np.float32], spec: LogMelSpec, bank: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Log-mel [frames, mels] of a whole sound, by the very code that runs in the room."""
    return LogMel(spec, bank).push(samples)
