"""Recordings that neither teach nor judge, each with its reason."""

import csv
from collections.abc import Mapping
from pathlib import Path

from classifier.errors import DataRefused

KNOWN = Path(__file__).with_name("exclusions.csv")
"""Those of the recordings that taught the released model; others do not have these paths."""
NAME = "exclusions.csv"
"""The file of one's own, beside the manifest; it may be absent."""
_COLUMNS = ["path", "reason"]


def read_exclusions(manifest: Path) -> Mapping[str, str]:
    """Reason by path, from the list of this package and the one beside the manifest.

    Raises:
        DataRefused: a list has other columns, or a row says no reason.
    """
    own = manifest.with_name(NAME)
    return _read(KNOWN) | (_read(own) if own.exists() else {})


def _read(path: Path) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.DictReader(file)
        if lines.fieldnames != _COLUMNS:
            raise DataRefused(f"{path}: {lines.fieldnames}: the columns are {', '.join(_COLUMNS)}")
        rows = list(lines)
    for number, row in enumerate(rows, 2):
        if not row["path"] or not row["reason"]:
            raise DataRefused(f"{path}, line {number}: write the path and the reason")
    return {row["path"]: row["reason"] for row in rows}
