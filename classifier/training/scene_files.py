"""Scenes that judge, as anyone can play and read them: FLAC, and beside it an Audacity label file
and all that is known of each sound as JSON."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import msgspec
import numpy as np
import soundfile
from numpy.typing import NDArray

from classifier.training.corpus import RATE_HZ
from classifier.training.labels import EVENT_OF
from classifier.training.scenes import Event
from classifier.training.shards import Shard

_ENCODER = msgspec.json.Encoder(order="deterministic")


class Truth:
    """`x.txt` and `x.json`, written sound by sound, whole once it is closed.

    The JSON is a list with one object a sound: the fields of `Event`.
    """

    def __init__(self, recording: Path) -> None:
        """`recording` need not exist."""
        self._recording = recording
        self._open = ExitStack()
        self._before = "["

    def __enter__(self) -> Self:
        self._labels = self._file(".txt")
        self._sounds = self._file(".json")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sounds.write("[]\n" if self._before == "[" else "\n]\n")
        self._open.close()

    def add(self, event: Event) -> None:
        """Write down one sound."""
        self._labels.writelines(label_lines(event))
        self._sounds.write(f"{self._before}\n{_ENCODER.encode(event).decode()}")
        self._before = ","

    def _file(self, suffix: str) -> TextIO:
        return self._open.enter_context(
            self._recording.with_suffix(suffix).open("w", encoding="utf-8")
        )


def read_truth(recording: Path) -> list[Event]:
    """The sounds of a recording, as its `x.json` says."""
    return msgspec.json.decode(recording.with_suffix(".json").read_bytes(), type=list[Event])


def write_scenes(shard: Shard, folder: Path, prefix: str) -> None:
    """Write every scene of a shard; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (samples, events) in enumerate(zip(shard.samples, shard.events, strict=True)):
        path = folder / f"{prefix}-{number:03d}.flac"
        if not is_written(path):
            write_scene(path, samples, events)


def write_scene(path: Path, samples: NDArray[np.int16], events: Sequence[Event]) -> None:
    """Write one scene; the sound comes last, so that what is there is whole."""
    with Truth(path) as truth:
        for event in events:
            truth.add(event)
    part = path.with_suffix(".part")
    soundfile.write(part, np.asarray(samples), RATE_HZ, format="FLAC", subtype="PCM_16")
    part.rename(path)


def is_written(path: Path) -> bool:
    """Whether `write_scene` finished it."""
    return path.exists() and path.with_suffix(".json").exists()


def label_lines(event: Event) -> Iterator[str]:
    """What the event promises, what it allows, or what it is."""
    promised = {EVENT_OF[target] for target in event.targets if target in EVENT_OF}
    allowed = {EVENT_OF[target] for target in event.unsure if target in EVENT_OF} - promised
    detail = event.sublabel.lower().replace("-", "_").replace(" ", "_")
    for target in sorted(target for target in event.targets if target in EVENT_OF):
        yield _line(event, f"{EVENT_OF[target]}:{target}")
    for name in sorted(allowed):
        yield _line(event, f"maybe_{name}:{detail}")
    if not promised:
        yield _line(event, f"other:{detail}")


def _line(event: Event, label: str) -> str:
    return f"{event.onset_s:.2f}\t{event.offset_s:.2f}\t{label}\n"
