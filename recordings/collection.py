"""The list of collections to teach with, `collections.toml`: files of packages, and their label."""

import re
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath

from recordings.public import ManifestRefused, read_entries

_NUMBER = re.compile(r"[-_]?[0-9]+[a-z]?$")
"""Of a take."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Files of one Debian package that have one label."""

    debian: str
    """A package."""
    files: str
    """Pattern of their names in the package, or in `archive`; `*` stands for anything."""
    label: str
    """fall, call, cry, other or rir."""
    sublabel: str
    """What it teaches: see `classifier/training/labels.py`."""
    group: str
    """What tells speakers or recordings apart: `folder`, `name` without its number, `all`."""
    licence: str
    sha256: str
    """Of what `sha256sum` prints of the files, in the order of their names."""
    archive: str = ""
    """A ZIP archive in the package that holds them."""

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.debian} {self.files}"

    def group_of(self, name: str) -> str:
        """The group of one file."""
        path = PurePosixPath(name)
        if self.group == "all":
            return "all"
        return path.parent.name if self.group == "folder" else _NUMBER.sub("", path.stem)


_OPTIONAL = {"archive"}
_CHOICES = {
    "label": ("fall", "call", "cry", "other", "rir"),
    "group": ("folder", "name", "all"),
}


def read_collections(path: Path) -> list[Collection]:
    """Read the list.

    Raises:
        ManifestRefused: not there, not TOML, or an entry that says too little or nonsense.
    """
    entries = read_entries(path, "collection")
    return [_collection(f"{path}, entry {number}", one) for number, one in enumerate(entries, 1)]


def _collection(place: str, entry: dict[str, object]) -> Collection:
    known = {field.name for field in fields(Collection)}
    if unknown := entry.keys() - known:
        raise ManifestRefused(f"{place}: {', '.join(sorted(unknown))}: no such field: remove it")
    if missing := known - _OPTIONAL - entry.keys():
        raise ManifestRefused(f"{place}: {', '.join(sorted(missing))}: missing: write it")
    texts = {name: value for name, value in entry.items() if isinstance(value, str) and value}
    if wrong := entry.keys() - texts.keys():
        raise ManifestRefused(f"{place}: {', '.join(sorted(wrong))}: write a text")
    for name, choices in _CHOICES.items():
        if texts[name] not in choices:
            raise ManifestRefused(f"{place}: {name}: write one of {', '.join(choices)}")
    return Collection(**texts)
