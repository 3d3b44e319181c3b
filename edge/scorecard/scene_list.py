"""Which recordings to judge: a folder of them, one file, or a CSV file that lists them."""

import csv
from pathlib import Path

from edge.recording import RecordingRefused, find_recordings

_LIST = ".csv"
_COLUMN = "path"


def find_scenes(path: Path) -> list[Path]:
    """The recordings of a folder, or those in the column `path` of a CSV file, beside that file.

    Raises:
        RecordingRefused: no recordings there, or no list of them.
    """
    if path.suffix.lower() != _LIST:
        return find_recordings(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if _COLUMN not in (rows.fieldnames or ()):
                raise RecordingRefused(f"{path}: its first line must name a column {_COLUMN!r}")
            found = [path.parent / row[_COLUMN] for row in rows]
    except OSError as error:
        raise RecordingRefused(f"{path}: {error.strerror}: give a folder or a list") from None
    except UnicodeDecodeError:
        raise RecordingRefused(f"{path}: not UTF-8 text: save it again as UTF-8") from None
    if not found:
        raise RecordingRefused(f"{path}: lists no recordings: write one a line")
    return found
