"""Fetch recordings by others to teach with: `python -m recordings.collect --to AUDIO`.

Writes 16 kHz mono FLAC and the `manifest.csv` that `veilleur dataset --audio AUDIO` reads. Each
collection is files of one Debian package, checked as a whole by SHA-256; what differs is not kept.
Needs `apt-get`, `dpkg-deb` and this project's own packages.
"""

import argparse
import csv
import hashlib
import io
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

import soundfile
import soxr

from recordings.collection import Collection, read_collections
from recordings.fetch import FetchFailed, package, unpacked
from recordings.public import ManifestRefused

LIST = Path(__file__).with_name("collections.toml")
RATE_HZ = 16_000
COLUMNS = (
    "path", "label", "sublabel", "source", "group", "family", "lang", "text", "effect", "licence",
    "nc", "duration_s",
)  # fmt: skip
Row = dict[str, str]


def main() -> int:
    """Fetch all collections; one line each, and an exit code of 1 if one is missing."""
    parser = argparse.ArgumentParser(description="Fetch recordings to teach with.")
    parser.add_argument("--list", type=Path, default=LIST, help="another than collections.toml")
    parser.add_argument("--to", type=Path, required=True, help="folder to fill")
    options = parser.parse_args()
    try:
        wanted = read_collections(options.list)
        options.to.mkdir(parents=True, exist_ok=True)
    except (ManifestRefused, OSError) as refused:
        print(refused, file=sys.stderr)
        return 1
    rows: list[Row] = []
    failed = 0
    with TemporaryDirectory(prefix=".fetching-", dir=options.to) as scratch:
        for collection in wanted:
            try:
                rows += collect(collection, options.to, Path(scratch))
            except FetchFailed as failure:
                print(f"{collection.name}: {failure}", file=sys.stderr)
                failed += 1
    write_manifest(rows, options.to / "manifest.csv")
    print(f"{options.to}: {len(rows)} recordings of {len(wanted) - failed} collections")
    return 1 if failed else 0


def collect(collection: Collection, folder: Path, scratch: Path) -> list[Row]:
    """Fetch one collection and convert it; returns its rows of the manifest.

    Raises:
        FetchFailed: no such package, or its files are others than promised.
    """
    contents = dict(sorted(_matching(collection, package(collection.debian, scratch))))
    if (found := checksum(contents)) != collection.sha256:
        raise FetchFailed(
            f"SHA-256 of its {len(contents)} files is {found}, the list promises "
            f"{collection.sha256}: not kept; listen before you change the list"
        )
    return [_convert(collection, name, content, folder) for name, content in contents.items()]


def checksum(contents: Mapping[str, bytes]) -> str:
    """SHA-256 of what `sha256sum` prints of the files, in the order of their names."""
    lines = (f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _matching(collection: Collection, deb: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(unpacked(deb)) as packed:
        if collection.archive:
            yield from _members(collection, packed)
            return
        for member in packed:
            name = member.name.removeprefix("./")
            if member.isfile() and fnmatchcase(name, collection.files):
                content = packed.extractfile(member)
                if content is not None:
                    yield name, content.read()


def _members(collection: Collection, packed: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    try:
        content = packed.extractfile(f"./{collection.archive}")
    except KeyError:
        content = None
    if content is None:
        raise FetchFailed(f"{collection.debian} has no {collection.archive}: another version?")
    with zipfile.ZipFile(io.BytesIO(content.read())) as archive:
        for name in archive.namelist():
            if fnmatchcase(name, collection.files):
                yield name, archive.read(name)


def _convert(collection: Collection, name: str, content: bytes, folder: Path) -> Row:
    try:
        samples, rate_hz = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise FetchFailed(f"{name}: {error}: leave it out of the list") from None
    mono = soxr.resample(samples.mean(axis=1), rate_hz, RATE_HZ)
    digest = hashlib.sha256(content).hexdigest()[:10]
    path = f"{collection.label}/{collection.debian}-{digest}.flac"
    (folder / path).parent.mkdir(exist_ok=True)
    soundfile.write(folder / path, mono, RATE_HZ, subtype="PCM_16")
    return {
        "path": path,
        "label": collection.label,
        "sublabel": collection.sublabel,
        "source": f"Debian {collection.debian}",
        "group": f"{collection.debian}:{collection.group_of(name)}",
        "licence": collection.licence,
        "nc": "0",
        "duration_s": f"{len(mono) / RATE_HZ:.3f}",
    }


def write_manifest(rows: list[Row], path: Path) -> None:
    """Write the manifest, each recording once, in the order of their paths."""
    once = {row["path"]: row for row in rows}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(once[name] for name in sorted(once))


if __name__ == "__main__":
    sys.exit(main())
