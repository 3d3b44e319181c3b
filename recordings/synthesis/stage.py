"""A scene takes shape: dry sounds are set in a room at their times, and labelled as they are."""

import zlib
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from edge.labels import Labelled
from recordings.synthesis.room import Point, Room, microphone
from recordings.synthesis.signal import RATE_HZ, Sound, count


class Stage:
    """One scene of a fixed length; the same name and seed give the same samples."""

    def __init__(self, name: str, length_s: float, room: Room, seed: int) -> None:
        self.name = name
        self.rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        self.labels: list[Labelled] = []
        self._room = room
        self._sound = np.zeros(count(length_s))

    def play(self, at_s: float, dry: Sound, place: Point, db_spl: float, label: str = "") -> float:
        """Let a sound begin at `at_s`, `db_spl` loud at one metre; return the second it ends.

        A label covers the sound without its echo.
        """
        wet = self._room.heard(dry, place, db_spl)
        start = count(at_s)
        self._sound[start : start + wet.size] += wet[: self._sound.size - start]
        end_s = at_s + dry.size / RATE_HZ
        if label:
            self.label(at_s, end_s, label)
        return end_s

    def label(self, onset_s: float, offset_s: float, label: str) -> None:
        """Say what is heard from `onset_s` to `offset_s`."""
        name, _, detail = label.partition(":")
        length_s = self._sound.size / RATE_HZ
        self.labels.append(
            Labelled(round(onset_s, 2), round(min(offset_s, length_s), 2), name, detail)
        )

    def samples(self) -> NDArray[np.int16]:
        """What the microphone hands on, 16-bit."""
        heard = microphone(self._sound + self._room.ambience(self.rng, self._sound.size))
        dither = self.rng.triangular(-1.0, 0.0, 1.0, heard.size)
        return np.round(heard * 32767.0 + dither).clip(-32768, 32767).astype(np.int16)

    def write(self, folder: Path) -> None:
        """Write NAME.flac and NAME.txt."""
        soundfile.write(folder / f"{self.name}.flac", self.samples(), RATE_HZ, "PCM_16")
        lines = (
            f"{one.onset_s:.2f}\t{one.offset_s:.2f}\t{one.label}{one.detail and ':' + one.detail}\n"
            for one in sorted(self.labels, key=lambda one: one.onset_s)
        )
        (folder / f"{self.name}.txt").write_text("".join(lines), encoding="utf-8")
