"""Samples of the clips: all decoded once into one flat file, or each read when it is needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from classifier.errors import DataRefused
from classifier.training.clips import Clip

RATE_HZ = 16_000


class Sounds(Protocol):
    """Clips and their samples, wherever these are."""

    @property
    def clips(self) -> Sequence[Clip]:
        """In the order of the manifests."""

    def samples(self, number: int) -> NDArray[np.float32]:
        """Samples of one clip, full scale ±1."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """Clips that are read from their files each time: no disk, hardly any memory."""

    clips: Sequence[Clip]

    def samples(self, number: int) -> NDArray[np.float32]:
        """Samples of one clip, full scale ±1, the same as those of a corpus.

        Raises:
            DataRefused: a file is missing, no sound, or not 16 kHz mono.
        """
        samples = _sixteen_bits(read_clip(self.clips[number]))
        return samples.astype(np.float32) / np.float32(32768.0)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Clips and their samples."""

    clips: Sequence[Clip]
    starts: NDArray[np.int64]
    """Shape [clips + 1]: where each clip begins in the flat file."""
    flat: NDArray[np.int16]

    def samples(self, number: int) -> NDArray[np.float32]:
        """Samples of one clip, full scale ±1."""
        part = self.flat[self.starts[number] : self.starts[number + 1]]
        return part.astype(np.float32) / np.float32(32768.0)


def decode(clips: Sequence[Clip], folder: Path, done: Callable[[], None] = lambda: None) -> None:
    """Write `samples.i16` and `starts.npy` under `folder`; calls `done` after each clip."""
    folder.mkdir(parents=True, exist_ok=True)
    starts = [0]
    with (folder / "samples.i16.part").open("wb") as file:
        for clip in clips:
            samples = _sixteen_bits(_read_unless_excluded(clip))
            file.write(samples.tobytes())
            starts.append(starts[-1] + len(samples))
            done()
    np.save(folder / "starts.npy", np.asarray(starts, dtype=np.int64))
    (folder / "samples.i16.part").rename(folder / "samples.i16")


def open_corpus(clips: Sequence[Clip], folder: Path) -> Corpus:
    """Map what `decode` wrote.

    Raises:
        DataRefused: not decoded yet, or decoded from other manifests.
    """
    try:
        starts = np.load(folder / "starts.npy")
        flat = np.memmap(folder / "samples.i16", dtype="<i2", mode="r")
    except FileNotFoundError as error:
        raise DataRefused(f"{error.filename}: missing: run `veilleur dataset`") from None
    if len(starts) != len(clips) + 1:
        raise DataRefused(f"{folder}: holds other clips than the manifests: run `veilleur dataset`")
    return Corpus(clips, starts, flat)


def read_clip(clip: Clip) -> NDArray[np.float32]:
    """Samples as the file holds them.

    Raises:
        DataRefused: a file is missing, no sound, or not 16 kHz mono.
    """
    import soundfile

    try:
        samples, rate_hz = soundfile.read(clip.file, dtype="float32")
    except (soundfile.LibsndfileError, OSError) as error:
        raise DataRefused(f"{clip.file}: {error}: mend it, or exclude it with a reason") from None
    if rate_hz != RATE_HZ or samples.ndim != 1:
        raise DataRefused(f"{clip.file}: {rate_hz} Hz, {samples.ndim} axes: need 16 kHz mono")
    read: NDArray[np.float32] = samples
    return read


def _read_unless_excluded(clip: Clip) -> NDArray[np.float32]:
    """An excluded file may be broken: then it has no samples."""
    try:
        return read_clip(clip)
    except DataRefused:
        if not clip.excluded:
            raise
        return np.zeros(0, np.float32)


def _sixteen_bits(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return (np.clip(samples, -1.0, 32767 / 32768) * 32768.0).astype("<i2")
