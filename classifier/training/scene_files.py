"""Scenes that judge, as anyone can play and read them: FLAC with an Audacity label file each."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from classifier.training.corpus import RATE_HZ
from classifier.training.labels import EVENT_OF
from classifier.training.scenes import Event
from classifier.training.shards import Shard


def write_scenes(shard: Shard, folder: Path, prefix: str) -> None:
    """Write every scene of a shard; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (samples, events) in enumerate(zip(shard.samples, shard.events, strict=True)):
        path = folder / f"{prefix}-{number:03d}.flac"
        if path.exists():
            continue
        text = "".join(line for event in events for line in label_lines(event))
        path.with_suffix(".txt").write_text(text, encoding="utf-8")
        part = path.with_suffix(".part")
        soundfile.write(part, np.asarray(samples), RATE_HZ, format="FLAC", subtype="PCM_16")
        part.rename(path)


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
