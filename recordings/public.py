"""The list of public recordings, `public.toml`: where each is, its SHA-256, licence and labels."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.(wav|flac|ogg|opus|mp3)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_URL = re.compile(r"https?://\S+")
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9.+-]+")


class ManifestRefused(ValueError):
    """A list that cannot be used; the text names the file, the entry, the field and the remedy."""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a Debian package."""

    package: str
    path: str
    """In the package, without the first slash."""
    member: str
    """The file's name where `path` is a ZIP archive; otherwise empty."""


@dataclass(frozen=True, slots=True)
class PublicRecording:
    """One recording by others, as it must arrive."""

    name: str
    """The file to write."""
    source: str | PackageFile
    """An http or https address, or a file of a Debian package."""
    sha256: str
    licence: str
    labels: tuple[tuple[float, float, str], ...]
    """Onset and offset in seconds, label."""


def read_entries(path: Path, kind: str) -> list[dict[str, object]]:
    """Every table `[[kind]]` of a TOML file.

    Raises:
        ManifestRefused: not there, not TOML, or otherwise written.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ManifestRefused(f"{path}: {error.strerror}: name a list that is there") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestRefused(f"{path}: {error}: write it as TOML, as {kind}s are here") from None
    entries = table.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ManifestRefused(f"{path}: {kind}: write each entry below [[{kind}]]")
    return entries


def read_manifest(path: Path) -> list[PublicRecording]:
    """Read the list.

    Raises:
        ManifestRefused: not there, not TOML, or an entry that says too little or nonsense.
    """
    entries = read_entries(path, "recording")
    recordings = [_recording(f"{path}, entry {n}", entry) for n, entry in enumerate(entries, 1)]
    if len({recording.name for recording in recordings}) < len(recordings):
        raise ManifestRefused(f"{path}: name: two entries have the same: rename one")
    return recordings


def _recording(place: str, entry: dict[str, Any]) -> PublicRecording:
    name = _text(place, entry, "name", _NAME, "small letters, digits, - and _, then .wav or .ogg")
    place = f"{place} ({name})"
    return PublicRecording(
        name=name,
        source=_source(place, entry),
        sha256=_text(place, entry, "sha256", _SHA256, "the 64 digits that sha256sum prints"),
        licence=_text(place, entry, "licence", re.compile(r".*\S.*"), "who allows what"),
        labels=tuple(_label(place, label) for label in entry.get("labels", [])),
    )


def _source(place: str, entry: dict[str, Any]) -> str | PackageFile:
    if "url" in entry:
        return _text(place, entry, "url", _URL, "an address that begins with https://")
    return PackageFile(
        package=_text(place, entry, "debian", _PACKAGE, "a package's name, or an url instead"),
        path=_text(place, entry, "path", re.compile(r"[^/].*"), "the file's path in the package"),
        member=_text(place, {"member": "", **entry}, "member", re.compile(r".*"), "a file's name"),
    )


def _label(place: str, label: object) -> tuple[float, float, str]:
    match label:
        case [int() | float() as onset_s, int() | float() as offset_s, str() as name]:
            return float(onset_s), float(offset_s), name
    raise ManifestRefused(f'{place}: labels: {label!r}: write [0.5, 2.0, "call:scream"]')


def _text(place: str, entry: dict[str, Any], key: str, wanted: re.Pattern[str], how: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not wanted.fullmatch(value):
        raise ManifestRefused(f"{place}: {key}: {value!r}: write {how}")
    return value
