"""The manifest of recordings, row by row, with what each may teach."""

import csv
from dataclasses import dataclass
from pathlib import Path

from classifier.errors import DataRefused
from classifier.training.labels import Meaning, meaning

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

    @property
    def meaning(self) -> Meaning:
        """What it teaches."""
        return meaning(self.sublabel)


def read_clips(manifest: Path, exclusions: Path | None = None) -> list[Clip]:
    """Read `manifest.csv`, without the rows that `exclusions` names.

    Raises:
        DataRefused: a file or a column is missing.
    """
    left_out = _excluded(exclusions) if exclusions else frozenset()
    try:
        with manifest.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DataRefused(f"{manifest}: {error.strerror}: give the folder of audio") from None
    if not rows or any(column not in rows[0] for column in _NEEDED):
        raise DataRefused(f"{manifest}: needs the columns {', '.join(_NEEDED)}")
    return [_clip(row) for row in rows if row["path"] not in left_out]


def _excluded(path: Path) -> frozenset[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return frozenset(row["path"] for row in csv.DictReader(file))


def _clip(row: dict[str, str]) -> Clip:
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
        duration_s=float(row["duration_s"]),
    )
