"""Small folders of recordings to make scenes from."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

COLUMNS = (
    "path", "label", "sublabel", "source", "group", "family", "lang", "text", "nc", "duration_s"
)  # fmt: skip
KINDS = {
    "bodyfall": "fall",
    "scream": "call",
    "baby_cry": "cry",
    "kettle": "other",
    "speech": "other",
    "music": "other",
    "snore": "other",
}
"""Label of each sub-label."""
EACH = 3


def rows() -> list[dict[str, Any]]:
    """Three recordings of each kind, each of its own group."""
    return [
        {
            "path": f"{sublabel}-{number}.flac",
            "label": label,
            "sublabel": sublabel,
            "source": "home",
            "group": f"{sublabel}-{number}",
            "nc": 0,
            "duration_s": 1.0,
        }
        for sublabel, label in KINDS.items()
        for number in range(EACH)
    ]


def write_manifest(
    folder: Path, lines: Sequence[Mapping[str, Any]], columns: Sequence[str] = COLUMNS
) -> Path:
    """Write `manifest.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / "manifest.csv"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(lines)
    return manifest


def house_rows() -> list[dict[str, Any]]:
    """Four recordings of trolleys, each in its own corridor."""
    return [
        rows()[-1]
        | {"path": f"trolley-{number}.flac", "group": f"corridor-{number}"}
        | {"sublabel": "trolley", "source": "our house"}
        for number in range(4)
    ]


def make_audio(folder: Path, lines: Sequence[Mapping[str, Any]] = ()) -> Path:
    """A folder of one-second noises with its manifest; returns the manifest."""
    rng = np.random.default_rng(0)
    manifest = write_manifest(folder, lines or rows())
    for row in lines or rows():
        soundfile.write(folder / row["path"], 0.1 * rng.standard_normal(16_000), 16_000)
    return manifest
