"""An audit of the recordings: listening by numbers, and by a teacher; a person decides."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from classifier.errors import DataRefused
from classifier.training.clips import Clip
from classifier.training.corpus import RATE_HZ, Sounds
from classifier.training.doubts import doubt, is_doubtful
from classifier.training.splits import unit
from classifier.training.twins import Shapes
from classifier.training.vary import is_narrow

Samples = NDArray[np.float32]
_SILENT_DBFS = -60.0
_FULL = 0.99
_CLIPPED = 0.01
"""Share of the samples at full scale."""
_OFF_S = 0.05
"""And 2 %: an encoder pads."""


class Listener(Protocol):
    """Whoever scores the classes of AudioSet."""

    def hear(self, samples: Samples) -> NDArray[np.float32]:
        """Shape [527]."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt about one recording; a line of the report."""

    path: str
    label: str
    sublabel: str
    finding: str
    """unreadable, silent, clipped, narrow, duration, duplicate, relabelled, leaked, twin,
    contradicted."""
    detail: str
    excluded: str
    """Why it is left out already; empty where a person has to decide."""


def audit(
    sounds: Sounds, teacher: Listener | None, done: Callable[[], None] = lambda: None
) -> list[Finding]:
    """Listen to every recording once."""
    findings = []
    copies: dict[str, list[Clip]] = defaultdict(list)
    shapes = Shapes()
    for number, clip in enumerate(sounds.clips):
        try:
            samples = sounds.samples(number)
        except DataRefused as refused:
            findings.append(_finding(clip, "unreadable", str(refused)))
            done()
            continue
        same = copies[hashlib.sha256(samples.tobytes()).hexdigest()]
        same.append(clip)
        if len(same) == 1 and _is_alarming(clip):
            shapes.add(number, samples)
        findings += _by_numbers(clip, samples)
        if teacher and is_doubtful(clip) and (said := doubt(clip, teacher.hear(samples))):
            findings.append(_finding(clip, "contradicted", said))
        done()
    findings += [each for same in copies.values() for each in _copied(same)]
    return findings + list(_twins(sounds.clips, shapes))


def write_report(findings: Sequence[Finding], path: Path) -> None:
    """Write the findings as CSV, those that nobody has decided on first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow([field.name for field in fields(Finding)])
        ordered = sorted(findings, key=lambda one: (bool(one.excluded), one.finding, one.path))
        lines.writerows(astuple(finding) for finding in ordered)


def _by_numbers(clip: Clip, samples: Samples) -> Iterator[Finding]:
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < 10 ** (_SILENT_DBFS / 20.0):
        yield _finding(clip, "silent", f"peak {20.0 * np.log10(peak + 1e-9):.0f} dBFS")
    clipped = float(np.mean(np.abs(samples) >= _FULL)) if len(samples) else 0.0
    if clipped > _CLIPPED:
        yield _finding(clip, "clipped", f"{100.0 * clipped:.1f} % at full scale")
    if is_narrow(samples):
        yield _finding(clip, "narrow", "next to nothing above 4.2 kHz, as by telephone")
    lasts_s = len(samples) / RATE_HZ
    if abs(lasts_s - clip.duration_s) > _OFF_S + 0.02 * clip.duration_s:
        yield _finding(clip, "duration", f"{lasts_s:.2f} s, the manifest {clip.duration_s:.2f} s")


def _copied(same: Sequence[Clip]) -> Iterator[Finding]:
    """The very same samples again: under another label, in what may be another part, or just so."""
    for clip in same[1:] if len({each.meaning for each in same}) == 1 else same:
        others = [other for other in same if other is not clip]
        if any(other.meaning != clip.meaning for other in others):
            kind = "relabelled"
        elif any(unit(other) != unit(clip) for other in others):
            kind = "leaked"
        else:
            kind = "duplicate"
        named = "; ".join(f"{other.path} ({other.sublabel}, {unit(other)})" for other in others)
        yield _finding(clip, kind, f"same samples as {named}")


def _is_alarming(clip: Clip) -> bool:
    """A recording that must not both teach and judge; made voices are told apart by their names."""
    return clip.label not in ("other", "rir") and not clip.text


def _twins(clips: Sequence[Clip], shapes: Shapes) -> Iterator[Finding]:
    """The same recording again, otherwise encoded or cut, in what may be another part."""
    for twin in shapes.twins([unit(clip) for clip in clips]):
        other = clips[twin.other]
        named = f"{other.path} ({other.sublabel}, {unit(other)})"
        detail = f"a second of it lies in {named}, alike by {twin.alike:.2f}"
        yield _finding(clips[twin.number], "twin", detail)


def _finding(clip: Clip, finding: str, detail: str) -> Finding:
    return Finding(clip.path, clip.label, clip.sublabel, finding, detail, clip.excluded)
