"""Recordings to teach with: what the list promises, as a folder that a training can begin with."""

import hashlib
import io
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from packages import archive, build_package

from classifier.training.clips import read_clips
from classifier.training.corpus import Recordings
from recordings import collect
from recordings.collection import read_collections
from recordings.public import ManifestRefused


def sound(seed: int) -> bytes:
    """Half a second of stereo at 44.1 kHz."""
    file = io.BytesIO()
    samples = 0.1 * np.random.default_rng(seed).standard_normal((22_050, 2))
    soundfile.write(file, samples, 44_100, format="WAV")
    return file.getvalue()


HELD = {
    f"usr/share/pack/cries/{name}.wav": sound(seed)
    for seed, name in enumerate(("ann1", "ann2", "bob1", "bob2"))
}
PROMISED = hashlib.sha256(
    "".join(f"{hashlib.sha256(HELD[n]).hexdigest()}  {n}\n" for n in sorted(HELD)).encode()
).hexdigest()
ENTRY = {
    "debian": "some-sounds",
    "files": "usr/share/pack/cries/*.wav",
    "label": "call",
    "sublabel": "scream",
    "group": "name",
    "licence": "CC0",
    "sha256": PROMISED,
}


@pytest.fixture
def _package_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        pytest.skip("packages need apt-get and dpkg-deb")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as packed:
        packed.writestr("inner/door1.wav", sound(7))
    folder = tmp_path / "archive"
    folder.mkdir()
    held = {**HELD, "usr/share/pack/more.pk3": zipped.getvalue()}
    environment = archive(folder, build_package(folder, "some-sounds", held), "some-sounds")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def write_list(folder: Path, *entries: dict[str, str]) -> Path:
    path = folder / "list.toml"
    lines = []
    for entry in entries:
        lines += ["[[collection]]", *(f"{key} = {value!r}" for key, value in entry.items())]
    path.write_text("\n".join(lines))
    return path


def run(monkeypatch: pytest.MonkeyPatch, listed: Path, to: Path) -> int:
    monkeypatch.setattr("sys.argv", ["collect", "--list", str(listed), "--to", str(to)])
    return collect.main()


@pytest.mark.usefixtures("_package_here")
def test_what_the_list_promises_becomes_a_folder_to_train_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inner = {"archive": "usr/share/pack/more.pk3", "files": "inner/*.wav", "label": "other"}
    checksum = collect.checksum({"inner/door1.wav": sound(7)})
    door = {**ENTRY, **inner, "sublabel": "door", "sha256": checksum}
    assert run(monkeypatch, write_list(tmp_path, ENTRY, door), tmp_path / "to") == 0
    clips = read_clips(tmp_path / "to" / "manifest.csv")
    assert sorted((clip.label, clip.sublabel, clip.group) for clip in clips) == [
        ("call", "scream", "some-sounds:ann"),
        ("call", "scream", "some-sounds:ann"),
        ("call", "scream", "some-sounds:bob"),
        ("call", "scream", "some-sounds:bob"),
        ("other", "door", "some-sounds:door"),
    ]
    assert all(clip.free for clip in clips)
    for number in range(len(clips)):
        assert len(Recordings(clips).samples(number)) == 8000


@pytest.mark.usefixtures("_package_here")
def test_what_is_not_exactly_that_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = write_list(tmp_path, {**ENTRY, "sha256": "0" * 64})
    assert run(monkeypatch, listed, tmp_path / "to") == 1
    assert f"of its 4 files is {PROMISED}, the list promises 000" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["manifest.csv"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"label": "fal"}, "entry 1: label: write one of fall, "),
        ({"colour": "red"}, "entry 1: colour: no such field"),
        ({"licence": ""}, "entry 1: licence: write a text"),
    ],
)
def test_an_entry_that_is_nonsense_is_named(
    change: dict[str, str], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ManifestRefused, match=said):
        read_collections(write_list(tmp_path, ENTRY | change))


def test_our_own_list_can_be_read() -> None:
    assert len(read_collections(collect.LIST)) > 10
