"""What a recording promises: an Audacity label file in; promises kept, missed, and never made out.

A label file is tab-separated text beside its recording, `onset`, `offset` (seconds) and `label`:
Audacity's own export. The labels `fall`, `call` and `cry` promise an alert; `maybe_fall` and the
like allow one where listeners would not agree; every other label tells the reader what is heard
and promises nothing. `call:scream` adds a detail after a colon.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from edge.events import TROUBLES

EARLY_S = 1.0
"""The model hears in windows of about a second: an event may begin one window before its sound."""

LATE_S = 2.0
"""The last windows that still hold a sound, and its reverberation, may be where an event begins."""

_MAYBE = "maybe_"

_LABEL = re.compile(r"(?P<label>[a-z][a-z0-9_]*)(?::(?P<detail>[a-z0-9_]+))?")


class LabelsRefused(ValueError):
    """A label file that cannot be read; the text names the file, the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One stretch of a recording and what a person hears there."""

    onset_s: float
    """Seconds into the recording."""
    offset_s: float
    label: str
    detail: str = ""
    """A finer word, such as `scream` of `call:scream`."""

    @property
    def promises_alert(self) -> bool:
        """Whether a nurse must be told of it."""
        return self.label in TROUBLES

    @property
    def allows(self) -> str:
        """The label of an event that is neither promised here nor wrong; empty for none."""
        return self.label.removeprefix(_MAYBE) if self.label.startswith(_MAYBE) else ""

    @property
    def sound(self) -> str:
        """The finer word, or the label itself where there is none."""
        return self.detail or self.label

    @property
    def name(self) -> str:
        """As it is written: `call:scream`."""
        return f"{self.label}:{self.detail}" if self.detail else self.label


class Heard(Protocol):
    """What is compared with the labels: a `SoundEvent`, or anything with its label and onset."""

    @property
    def label(self) -> str:
        """One of `TROUBLES`."""

    @property
    def onset_s(self) -> float:
        """Seconds into the recording."""


H = TypeVar("H", bound=Heard)


@dataclass(frozen=True, slots=True)
class Comparison(Generic[H]):
    """What became of every promise and of every event."""

    kept: tuple[tuple[Labelled, H], ...]
    """Each promise with the first event that keeps it."""
    missed: tuple[Labelled, ...]
    unpromised: tuple[H, ...]
    """False alarms."""


def read_labels(path: Path) -> list[Labelled]:
    """Read a label file, in the order of the onsets.

    Raises:
        LabelsRefused: not there, not text, or a line that is no label.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LabelsRefused(f"{path}: {error.strerror}: every recording needs labels") from None
    except UnicodeDecodeError:
        raise LabelsRefused(f"{path}: not UTF-8 text: export the labels from Audacity") from None
    return parse_labels(text, str(path))


def parse_labels(text: str, name: str) -> list[Labelled]:
    """Read the text of a label file; `name` is what an error calls it."""
    lines = enumerate(text.splitlines(), start=1)
    # Audacity writes the frequency range of a label on a second line that starts with a backslash.
    wanted = ((n, line) for n, line in lines if line.strip() and not line.startswith("\\"))
    labels = [_parse_line(line, f"{name}, line {n}") for n, line in wanted]
    return sorted(labels, key=lambda labelled: labelled.onset_s)


def matches(promise: Labelled, event: Heard) -> bool:
    """Whether an event may keep this promise: the same label, and an onset near enough."""
    return event.label == promise.label and is_near(promise, event)


def is_near(labelled: Labelled, event: Heard) -> bool:
    """Whether an event may come from this stretch, by its onset."""
    return labelled.onset_s - EARLY_S <= event.onset_s <= labelled.offset_s + LATE_S


def compare(labels: Iterable[Labelled], events: Sequence[H]) -> Comparison[H]:
    """Give each event to the promise it keeps; as many promises are kept as can be.

    One event keeps one promise, of those that it alone could keep the one that begins nearest. A
    further event that fits a promise already kept is the same trouble going on and no false alarm.
    """
    labels = list(labels)
    promises = [labelled for labelled in labels if labelled.promises_alert]
    kept: dict[Labelled, H] = {}
    unpromised: list[H] = []
    for event in sorted(events, key=lambda heard: heard.onset_s):
        fitting = [promise for promise in promises if matches(promise, event)]
        if not fitting and not any(_excuses(labelled, event) for labelled in labels):
            unpromised.append(event)
        # The promise that closes first cannot wait for a later event; the others can.
        for promise in sorted(fitting, key=lambda promise: promise.offset_s):
            if promise not in kept:
                kept[promise] = event
                break
    kept = _nearest(kept, promises)
    return Comparison(
        kept=tuple((promise, kept[promise]) for promise in promises if promise in kept),
        missed=tuple(promise for promise in promises if promise not in kept),
        unpromised=tuple(unpromised),
    )


def _nearest(kept: Mapping[Labelled, H], promises: Sequence[Labelled]) -> dict[Labelled, H]:
    """As many promises, where an event that could keep one that is missed keeps the nearest."""
    nearest = dict(kept)
    for promise, event in kept.items():
        del nearest[promise]
        free = [each for each in promises if each not in nearest and matches(each, event)]
        at_s = event.onset_s
        nearest[min(free, key=lambda each: abs(each.onset_s - at_s))] = event
    return nearest


def _excuses(labelled: Labelled, event: Heard) -> bool:
    return labelled.allows == event.label and is_near(labelled, event)


def _parse_line(line: str, place: str) -> Labelled:
    fields = [field.strip() for field in line.split("\t")]
    if len(fields) != 3:
        raise LabelsRefused(f"{place}: {line!r}: write onset, offset and label between tabs")
    onset_s, offset_s = (_parse_seconds(field, place) for field in fields[:2])
    if offset_s < onset_s:
        raise LabelsRefused(f"{place}: ends at {offset_s} before it begins at {onset_s}: swap them")
    label = _LABEL.fullmatch(fields[2])
    if label is None:
        raise LabelsRefused(
            f"{place}: {fields[2]!r}: write a label as `call` or `call:scream`,"
            " in small letters, digits and underscores"
        )
    return Labelled(onset_s, offset_s, label["label"], label["detail"] or "")


def _parse_seconds(field: str, place: str) -> float:
    try:
        seconds = float(field)
    except ValueError:
        seconds = float("nan")
    if not isfinite(seconds) or seconds < 0.0:
        raise LabelsRefused(f"{place}: {field!r}: write seconds as 12.5, from the start at 0")
    return seconds
