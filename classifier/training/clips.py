"""The manifests of recordings, row by row, with what each may teach."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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

    folder: Path
    """Holds the manifest."""
    path: str
    """Relative to it; no two clips have the same, whatever their folders."""
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
    def file(self) -> Path:
        """Where it lies."""
        return self.folder / self.path

    @property
    def meaning(self) -> Meaning:
        """What it teaches."""
        return meaning(self.sublabel)


def checksum(manifests: Sequence[Path]) -> str:
    """SHA-256 of one manifest, or of several one after the other."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in manifests)).hexdigest()


def read_clips(*manifests: Path, free: bool = False) -> list[Clip]:
    """Read each `manifest.csv` in turn, and of each clip whether it is excluded, and why.

    An excluded clip keeps its place: what was decoded stays usable, and no other clip moves to
    another part.

    Args:
        manifests: in this order.
        free: excluded is also whatever allows no commercial use.

    Raises:
        DataRefused: a file or a column is missing, a field is nonsense, or a path is there twice:
            reports and exclusions go by it.
    """
    clips = [clip for manifest in manifests for clip in _read(manifest)]
    first: dict[str, Clip] = {}
    for clip in clips:
        if (other := first.setdefault(clip.path, clip)) is not clip:
            raise DataRefused(
                f"{clip.folder / 'manifest.csv'}: path: {clip.path}: some recording is named "
                f"twice, here and in {other.folder}: name each once"
            )
    return [_free(clip) for clip in clips] if free else clips


def _free(clip: Clip) -> Clip:
    barred = not clip.free and not clip.excluded
    return replace(clip, excluded="no licence that allows commercial use") if barred else clip


def _read(manifest: Path) -> Iterator[Clip]:
    try:
        with manifest.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DataRefused(f"{manifest}: {error.strerror}: give the folder of audio") from None
    if missing := [column for column in _NEEDED if not rows or column not in rows[0]]:
        raise DataRefused(
            f"{manifest}: {', '.join(missing)}: no such column: it needs {', '.join(_NEEDED)}"
        )
    reasons = read_exclusions(manifest)
    for line, row in enumerate(rows, 2):
        yield _clip(manifest, line, row, reasons.get(row["path"], ""))


def _clip(manifest: Path, line: int, row: Mapping[str, str], excluded: str) -> Clip:
    place = f"{manifest}, line {line}"
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
        folder=manifest.parent,
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
