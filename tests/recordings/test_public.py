"""The list of public recordings says enough, or it is said what it lacks."""

from pathlib import Path

import pytest

from edge.labels import parse_labels
from recordings.fetch import LIST
from recordings.public import ManifestRefused, PackageFile, read_manifest

GOOD = {
    "name": '"a-cry.wav"',
    "url": '"https://example.org/a.wav"',
    "sha256": f'"{"a" * 64}"',
    "licence": '"CC0"',
    "labels": '[[0, 1.5, "cry"]]',
}


def refused(path: Path, text: str) -> str:
    path.write_text(text)
    with pytest.raises(ManifestRefused) as error:
        read_manifest(path)
    return str(error.value)


def written(**changed: str | None) -> str:
    fields = {key: value for key, value in {**GOOD, **changed}.items() if value is not None}
    return "[[recording]]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items())


def test_our_own_list_can_be_read_and_its_labels_too() -> None:
    recordings = read_manifest(LIST)
    assert len(recordings) >= 5
    for recording in recordings:
        lines = "".join(f"{on}\t{off}\t{label}\n" for on, off, label in recording.labels)
        assert parse_labels(lines, recording.name)


def test_a_package_or_an_address_is_a_source(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_text(
        written()
        + written(name='"b.wav"', url=None, debian='"some-sounds"', path='"usr/share/b.wav"')
    )
    first, second = read_manifest(path)
    assert first.source == "https://example.org/a.wav"
    assert second.source == PackageFile("some-sounds", "usr/share/b.wav", "")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": None}, "entry 1: name: None"),
        ({"name": '"../a.wav"'}, "name: '../a.wav'"),
        ({"name": '"a.exe"'}, "name: 'a.exe'"),
        ({"url": '"file:///etc/passwd"'}, "(a-cry.wav): url: 'file:///etc/passwd'"),
        ({"url": None}, "(a-cry.wav): debian: None: write a package's name, or an url instead"),
        ({"url": None, "debian": '"x-y"'}, "(a-cry.wav): path: None"),
        ({"url": None, "debian": '"-o=bad"', "path": '"a"'}, "(a-cry.wav): debian: '-o=bad'"),
        ({"sha256": None}, "sha256: None: write the 64 digits that sha256sum prints"),
        ({"sha256": '"abc"'}, "sha256: 'abc'"),
        ({"licence": '" "'}, "licence: ' '"),
        ({"labels": '[[0, "cry"]]'}, "labels: [0, 'cry']: write [0.5, 2.0"),
    ],
)
def test_an_entry_that_says_too_little_is_refused_with_its_place(
    tmp_path: Path, changed: dict[str, str | None], said: str
) -> None:
    error = refused(tmp_path / "list.toml", written(**changed))
    assert error.startswith(f"{tmp_path}/list.toml, entry 1")
    assert said in error


def test_two_recordings_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "two entries have the same" in refused(tmp_path / "list.toml", written() + written())


def test_a_list_that_is_no_list_is_refused(tmp_path: Path) -> None:
    assert "list.toml: " in refused(tmp_path / "list.toml", "name = ")
    assert "[[recording]]" in refused(tmp_path / "list.toml", "recording = 3")
    with pytest.raises(ManifestRefused, match="No such file"):
        read_manifest(tmp_path / "none.toml")
