"""Every clip decoded once into one flat file of samples that all later steps map into memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.errors import DataRefused
from classifier.training.clips import Clip

RATE_HZ = 16_000


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


def decode(
    clips: Sequence[Clip], audio: Path, folder: Path, done: Callable[[], None] = lambda: None
) -> None:
    """Write `samples.i16` and `starts.npy` under `folder`; calls `done` after each clip."""
    folder.mkdir(parents=True, exist_ok=True)
    starts = [0]
    with (folder / "samples.i16.part").open("wb") as file:
        for samples in _read(clips, audio):
            file.write((np.clip(samples, -1.0, 32767 / 32768) * 32768.0).astype("<i2").tobytes())
            starts.append(starts[-1] + len(samples))
            done()
    np.save(folder / "starts.npy", np.asarray(starts, dtype=np.int64))
    (folder / "samples.i16.part").rename(folder / "samples.i16")


def open_corpus(clips: Sequence[Clip], folder: Path) -> Corpus:
    """Map what `decode` wrote.

    Raises:
        DataRefused: not decoded yet, or decoded from another manifest.
    """
    try:
        starts = np.load(folder / "starts.npy")
        flat = np.memmap(folder / "samples.i16", dtype="<i2", mode="r")
    except FileNotFoundError as error:
        raise DataRefused(f"{error.filename}: missing: run `veilleur dataset`") from None
    if len(starts) != len(clips) + 1:
        raise DataRefused(f"{folder}: holds other clips than the manifest: run `veilleur dataset`")
    return Corpus(clips, starts, flat)


def _read(clips: Sequence[Clip], audio: Path) -> Iterator[NDArray[np.float32]]:
    import soundfile

    for clip in clips:
        samples, rate_hz = soundfile.read(audio / clip.path, dtype="float32")
        if rate_hz != RATE_HZ or samples.ndim != 1:
            raise DataRefused(f"{clip.path}: {rate_hz} Hz, {samples.ndim} axes: need 16 kHz mono")
        yield samples
