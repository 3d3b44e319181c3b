"""The manifest of recordings, row by row, with what each may teach."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.errors import DataRefused
from classifier.training.exclusions import read_exclusions
from classifier.training.labels import Meaning, meaning

LABELS = ("fall", "call", "cry", "other", "rir")
"""What a recording may be; `rir` is the impulse response of a room."""
_NEEDED = ("path", "label", "sublabel", "source", "group", "family", "nc", "duration_s")


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording of the manifest."""

    path: str
    """Relative to the manifest."""
    label: str
    sublabel: str
    source: str
    group: str
    """One recording, speaker or session; never split."""
    family: str
    """Of synthetic voices: those that share timbre; empty for recordings."""
    lang: str
    text: str
    free: bool
    """The source states a licence that allows commercial use."""
    duration_s: float
    excluded: str = ""
    """Why it neither teaches nor judges; empty for most."""

    @property
    def meaning(self) -> Meaning:
        """What it teaches."""
        return meaning(self.sublabel)


def read_clips(manifest: Path) -> list[Clip]:
    """Read `manifest.csv`, and of each clip whether it is excluded, and why.

    An excluded clip keeps its place: what was decoded stays usable, and no other clip moves to
    another part.

    Raises:
        DataRefused: a file or a column is missing, or a field is nonsense.
    """
    try:
        with manifest.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DataRefused(f"{manifest}: {error.strerror}: give the folder of audio") from None
    if missing := [column for column in _NEEDED if not rows or column not in rows[0]]:
        raise DataRefused(
            f"{manifest}: {', '.join(missing)}: no such column: it needs {', '.join(_NEEDED)}"
        )
    if len({row["path"] for row in rows}) < len(rows):
        raise DataRefused(f"{manifest}: path: some recording is named twice: name each once")
    reasons = read_exclusions(manifest)
    return [
        _clip(f"{manifest}, line {line}", row, reasons.get(row["path"], ""))
        for line, row in enumerate(rows, 2)
    ]


def _clip(place: str, row: Mapping[str, str], excluded: str) -> Clip:
    if row["label"] not in LABELS:
        raise DataRefused(f"{place}: label: {row['label']!r}: write one of {', '.join(LABELS)}")
    if not row["path"] or not row["group"]:
        raise DataRefused(f"{place}: path or group: empty: name the file, and who or what is heard")
    try:
        duration_s = float(row["duration_s"])
    except (TypeError, ValueError):
        raise DataRefused(
            f"{place}: duration_s: {row['duration_s']!r}: write seconds, such as 2.5"
        ) from None
    return Clip(
        path=row["path"],
        label=row["label"],
        sublabel=row["sublabel"],
        source=row["source"],
        group=row["group"],
        family=row["family"],
        lang=row.get("lang", ""),
        text=row.get("text", ""),
        free=row["nc"] == "0",
        duration_s=duration_s,
        excluded=excluded,
    )
