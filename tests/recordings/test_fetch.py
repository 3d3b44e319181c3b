"""Public recordings: exactly what the list promises, or a reason, and never a broken file."""

import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fileservers import FileServer, serving
from packages import archive, build_package

from edge.labels import Labelled, read_labels
from recordings import fetch

SOUND = bytes(range(256)) * 1200
SHA256 = hashlib.sha256(SOUND).hexdigest()
OTHER_SHA256 = "0" * 64


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(SOUND) as running:
        yield running


def write_list(folder: Path, *entries: str) -> Path:
    path = folder / "list.toml"
    path.write_text("\n".join(entries))
    return path


def entry(name: str, source: str, sha256: str = SHA256) -> str:
    return (
        f'[[recording]]\nname = "{name}"\n{source}\nsha256 = "{sha256}"\n'
        'licence = "CC0"\nlabels = [[0.5, 2.0, "call:scream"]]\n'
    )


def run(monkeypatch: pytest.MonkeyPatch, listed: Path, to: Path, *names: str) -> int:
    command = ["fetch", "--list", str(listed), "--to", str(to), *names]
    monkeypatch.setattr("sys.argv", command)
    return fetch.main()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_the_list_promises_arrives_with_its_labels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: FileServer
) -> None:
    listed = write_list(tmp_path, entry("a-cry.wav", f'url = "{server.url()}"'))
    assert run(monkeypatch, listed, tmp_path / "to") == 0
    assert (tmp_path / "to/a-cry.wav").read_bytes() == SOUND
    assert read_labels(tmp_path / "to/a-cry.txt") == [Labelled(0.5, 2.0, "call", "scream")]
    assert files(tmp_path / "to") == ["a-cry.txt", "a-cry.wav"]


def test_what_is_there_already_is_not_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: FileServer
) -> None:
    listed = write_list(tmp_path, entry("a-cry.wav", f'url = "{server.url()}"'))
    run(monkeypatch, listed, tmp_path / "to")
    assert run(monkeypatch, listed, tmp_path / "to") == 0
    assert len(server.asked) == 1


def test_a_file_that_was_changed_here_is_fetched_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: FileServer
) -> None:
    listed = write_list(tmp_path, entry("a-cry.wav", f'url = "{server.url()}"'))
    (tmp_path / "a-cry.wav").write_bytes(SOUND[:100])
    assert run(monkeypatch, listed, tmp_path) == 0
    assert (tmp_path / "a-cry.wav").read_bytes() == SOUND


def test_a_wrong_checksum_is_refused_and_the_others_still_come(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    server: FileServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = f'url = "{server.url()}"'
    listed = write_list(
        tmp_path, entry("swapped.wav", source, OTHER_SHA256), entry("a-cry.wav", source)
    )
    assert run(monkeypatch, listed, tmp_path / "to") == 1
    assert files(tmp_path / "to") == ["a-cry.txt", "a-cry.wav"]
    error = capsys.readouterr().err
    assert error.startswith("swapped.wav: ")
    assert SHA256 in error
    assert OTHER_SHA256 in error


def test_a_wrong_checksum_leaves_the_good_file_of_yesterday_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: FileServer
) -> None:
    listed = write_list(tmp_path, entry("a-cry.wav", f'url = "{server.url()}"', OTHER_SHA256))
    (tmp_path / "a-cry.wav").write_bytes(b"of yesterday")
    assert run(monkeypatch, listed, tmp_path) == 1
    assert (tmp_path / "a-cry.wav").read_bytes() == b"of yesterday"


def test_a_download_that_breaks_off_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: FileServer
) -> None:
    server.breaks_off_after = [100_000, 100_000]
    listed = write_list(tmp_path, entry("a-cry.wav", f'url = "{server.url()}"'))
    assert run(monkeypatch, listed, tmp_path / "to") == 0
    assert (tmp_path / "to/a-cry.wav").read_bytes() == SOUND
    assert server.asked == ["", "bytes=100000-", "bytes=200000-"]


def test_a_server_that_only_begins_anew_gives_a_whole_file_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: FileServer
) -> None:
    server.knows_ranges = False
    server.breaks_off_after = [100_000]
    listed = write_list(tmp_path, entry("a-cry.wav", f'url = "{server.url()}"'))
    assert run(monkeypatch, listed, tmp_path / "to") == 0
    assert (tmp_path / "to/a-cry.wav").read_bytes() == SOUND


def test_a_download_that_never_ends_well_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    server: FileServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.breaks_off_after = [1000] * 10
    listed = write_list(tmp_path, entry("a-cry.wav", f'url = "{server.url()}"'))
    assert run(monkeypatch, listed, tmp_path / "to") == 1
    assert files(tmp_path / "to") == []
    assert "breaks off again and again: try again later" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('url = "{nothing}"', "HTTP Error 404"),
        ('url = "http://127.0.0.1:9/closed.wav"', "Connection refused"),
        ('debian = "no-such-package-anywhere"\npath = "a.wav"', "no-such-package-anywhere"),
    ],
)
def test_what_cannot_be_reached_is_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    server: FileServer,
    capsys: pytest.CaptureFixture[str],
    source: str,
    reason: str,
) -> None:
    listed = write_list(tmp_path, entry("a-cry.wav", source.format(nothing=server.url("/nothing"))))
    assert run(monkeypatch, listed, tmp_path / "to") == 1
    error = capsys.readouterr().err
    assert error.startswith("a-cry.wav: ")
    assert reason in error
    assert files(tmp_path / "to") == []


def test_only_the_named_ones_are_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: FileServer
) -> None:
    source = f'url = "{server.url()}"'
    listed = write_list(tmp_path, entry("a-cry.wav", source), entry("a-fall.wav", source))
    assert run(monkeypatch, listed, tmp_path / "to", "a-fall.wav") == 0
    assert files(tmp_path / "to") == ["a-fall.txt", "a-fall.wav"]


@pytest.fixture
def package_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine's apt-get, with an archive that has one package."""
    if shutil.which("apt-get") is None:
        pytest.skip("no apt-get here: packages of recordings need Debian or its kin")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as pack:
        pack.writestr("sound/inner.wav", SOUND)
    folder = tmp_path / "archive"
    folder.mkdir()
    held = {"usr/share/plain.wav": SOUND, "usr/share/pack.pk3": zipped.getvalue()}
    environment = archive(folder, build_package(folder, "some-sounds", held), "some-sounds")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("package_here")
def test_files_come_out_of_a_package_and_of_an_archive_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listed = write_list(
        tmp_path,
        entry("plain.wav", 'debian = "some-sounds"\npath = "usr/share/plain.wav"'),
        entry(
            "inner.wav",
            'debian = "some-sounds"\npath = "usr/share/pack.pk3"\nmember = "sound/inner.wav"',
        ),
    )
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, listed, Path("to")) == 0
    assert files(tmp_path / "to") == ["inner.txt", "inner.wav", "plain.txt", "plain.wav"]
    assert (tmp_path / "to/plain.wav").read_bytes() == SOUND
    assert (tmp_path / "to/inner.wav").read_bytes() == SOUND


@pytest.mark.usefixtures("package_here")
@pytest.mark.parametrize(
    "where",
    [
        'path = "usr/share/gone.wav"',
        'path = "usr/share"',
        'path = "usr/share/pack.pk3"\nmember = "gone.wav"',
        'path = "usr/share/plain.wav"\nmember = "inner.wav"',
    ],
)
def test_a_file_that_is_not_in_its_package_is_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    where: str,
) -> None:
    listed = write_list(tmp_path, entry("gone.wav", f'debian = "some-sounds"\n{where}'))
    assert run(monkeypatch, listed, tmp_path / "to") == 1
    assert "gone.wav: some-sounds has no usr/share" in capsys.readouterr().err
    assert files(tmp_path / "to") == []
