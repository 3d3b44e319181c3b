"""A recording as a source of sound: whatever libsndfile reads becomes 16 kHz mono blocks."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from edge.audio import AudioBlock
from edge.resample import Resampler

BLOCK_S = 1.0
"""What is read at once, seconds: a recording of any length needs no more memory."""
SUFFIXES = frozenset(
    f".{name.lower()}" for name in (*soundfile.available_formats(), "oga", "opus", "aif", "snd")
) - {".raw"}
"""Names that a folder's recordings end in; a file that is named itself may end in anything."""

_UNKNOWN_SIZES = {0, 0x7FFFFFFF, 0xFFFFFFFF}
"""What a program writes into a WAV header when it cannot know yet how long it will be."""
_WAV_SIZE = re.compile(r"^data : (\d+) \(should be \d+\)", re.MULTILINE)
_AIFF_SIZE = "Exiting parser"
_LAST_PAGES = 70_000
"""Bytes; an Ogg page is 65,307 at most."""


class RecordingRefused(ValueError):
    """A file that cannot be heard to its end; the text names it and says why."""


class Recording:
    """One file of sound."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def blocks(self) -> Iterator[AudioBlock]:
        """Yield the sound, 16 kHz mono, second by second.

        Raises:
            RecordingRefused: unreadable, no audio, empty, or cut short; then only after all that
                could be heard.
        """
        try:
            with soundfile.SoundFile(self._path) as file:
                yield from self._read(file)
        except (soundfile.LibsndfileError, OSError) as error:
            raise RecordingRefused(f"{self._path}: {_why(error)}") from None

    @property
    def seconds(self) -> float:
        """How long the file says that it is.

        Raises:
            RecordingRefused: unreadable, or no audio.
        """
        try:
            return float(soundfile.info(self._path).duration)
        except (soundfile.LibsndfileError, OSError) as error:
            raise RecordingRefused(f"{self._path}: {_why(error)}") from None

    def _read(self, file: soundfile.SoundFile) -> Iterator[AudioBlock]:
        resampler = self._resampler(file)
        block = int(file.samplerate * BLOCK_S)
        read = 0
        while len(samples := file.read(block, dtype="float32", always_2d=True)):
            if not np.isfinite(samples).all():
                raise RecordingRefused(f"{self._path}: holds numbers that are no sound (NaN)")
            read += len(samples)
            yield AudioBlock(resampler.push(samples))
        yield AudioBlock(resampler.flush())
        if not read:
            raise RecordingRefused(f"{self._path}: empty, it holds no sound")
        if self._is_cut(file, read):
            seconds = read / file.samplerate
            raise RecordingRefused(
                f"{self._path}: cut short, it ends after {seconds:.1f} s: copy it again"
            )

    def _resampler(self, file: soundfile.SoundFile) -> Resampler:
        try:
            return Resampler(file.samplerate, file.channels)
        except ValueError as error:
            raise RecordingRefused(f"{self._path}: {error}") from None

    def _is_cut(self, file: soundfile.SoundFile, read: int) -> bool:
        """Whether the file says of itself that there should be more."""
        match file.format:
            case "WAV":
                size = _WAV_SIZE.search(file.extra_info)
                return size is not None and int(size[1]) not in _UNKNOWN_SIZES
            case "AIFF":
                return _AIFF_SIZE in file.extra_info
            case "OGG":
                return not _ends_as_ogg_should(self._path)
            case "MP3":
                return read < int(file.frames) and _counts_its_frames(self._path)
        return read < int(file.frames)


def find_recordings(path: Path) -> list[Path]:
    """The recordings of a folder and its folders, by name; a file is its own.

    Raises:
        RecordingRefused: a folder without any.
    """
    if not path.is_dir():
        return [path]
    found = sorted(
        each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES and each.is_file()
    )
    if not found:
        raise RecordingRefused(f"{path}: holds no recordings, only other files or none")
    return found


def _ends_as_ogg_should(path: Path) -> bool:
    """Whether the last page carries the flag `end of stream` (RFC 3533, section 6)."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LAST_PAGES))
        tail = file.read()
    page = tail.rfind(b"OggS")
    return page >= 0 and len(tail) > page + 5 and bool(tail[page + 5] & 0x04)


def _counts_its_frames(path: Path) -> bool:
    """Whether an MP3 says how long it is; without that, libsndfile only guesses."""
    with path.open("rb") as file:
        head = file.read(_LAST_PAGES)
    return b"Xing" in head or b"Info" in head


def _why(error: soundfile.LibsndfileError | OSError) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    said = str(error.error_string).strip().rstrip(".")
    return f"cannot be read as audio ({said}): give WAV, FLAC, Ogg, Opus or MP3"
