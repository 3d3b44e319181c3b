"""Where nights go: a folder of recordings, or a stream of WAV."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from classifier.errors import DataRefused
from classifier.training.corpus import RATE_HZ
from classifier.training.nights import Nights, Wish
from classifier.training.scene_files import Truth, is_written, write_scene
from classifier.workers import workers

_MADE_FROM = "made-from.txt"
_LONGEST = 0xFFFFFFFF - 36
"""Bytes that a WAV header can promise; a reader of a longer stream goes on to its end."""


def write_nights(
    wish: Wish, folder: Path, done: Callable[[], None] = lambda: None, processes: int = 1
) -> None:
    """Write each scene as a recording with its labels; what is there already stays.

    Raises:
        DataRefused: the folder cannot be written, or holds scenes of another wish, or a process
            was killed.
    """
    nights = Nights(wish)
    _claim(wish, folder)
    paths = {n: folder / f"{wish.kind}-{n:04d}.flac" for n in range(wish.scenes)}
    missing = [(number, path) for number, path in paths.items() if not is_written(path)]
    for _ in range(len(paths) - len(missing)):
        done()
    if processes == 1:
        for number, path in missing:
            _write(nights, number, path)
            done()
        return
    with workers(processes, _take_place, wish) as team:
        for _ in team.map(_write_here, missing):
            done()


def _write(nights: Nights, number: int, path: Path) -> None:
    stretch = nights.stretch(number)
    write_scene(path, stretch.samples, stretch.events)


_here: list[Nights] = []
"""Of a process that writes for another."""


def _take_place(wish: Wish) -> None:
    _here.append(Nights(wish))


def _write_here(place: tuple[int, Path]) -> None:
    _write(_here[0], *place)


def stream_nights(
    wish: Wish, folder: Path, out: BinaryIO, done: Callable[[], None] = lambda: None
) -> None:
    """Write all scenes to `out` as one WAV, 16 kHz mono, and their labels to `KIND.txt`, `.json`.

    Labels come before the sound they are about.

    Raises:
        DataRefused: the folder cannot be written, or holds scenes of another wish.
        BrokenPipeError: who reads has stopped; the labels end there, whole.
    """
    nights = Nights(wish)
    _claim(wish, folder)
    with Truth(folder / f"{wish.kind}.wav") as truth:
        out.write(_header(2 * wish.samples))
        for stretch in nights.stream():
            for event in stretch.events:
                truth.add(event)
            out.write(stretch.samples.tobytes())
            out.flush()
            done()


def _claim(wish: Wish, folder: Path) -> None:
    made_from = folder / _MADE_FROM
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if made_from.exists() and made_from.read_text(encoding="utf-8") != wish.describe():
            raise DataRefused(f"{folder}: holds scenes of another order: name another --out")
        made_from.write_text(wish.describe(), encoding="utf-8")
    except OSError as error:
        raise DataRefused(f"--out {folder}: {error.strerror}: name a folder to write to") from None


def _header(size: int) -> bytes:
    """A WAV header for so many bytes of sound: RIFF, PCM, one channel, 16 bits."""
    promised = min(size, _LONGEST)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        promised + 36,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        RATE_HZ,
        2 * RATE_HZ,
        2,
        16,
        b"data",
        promised,
    )
