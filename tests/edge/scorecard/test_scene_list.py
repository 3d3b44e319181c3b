"""Which recordings are judged: a folder, or a list of them."""

from pathlib import Path

import pytest

from edge.recording import RecordingRefused
from edge.scorecard.scene_list import find_scenes


def test_a_list_names_recordings_beside_it(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("label,path\nfall,a.flac\ncall,deep/b.flac\n")
    assert find_scenes(tmp_path / "list.csv") == [
        tmp_path / "a.flac",
        tmp_path / "deep" / "b.flac",
    ]


def test_a_folder_gives_all_of_its_own(tmp_path: Path) -> None:
    for name in ("b.flac", "a.flac", "a.txt", "a.json"):
        (tmp_path / name).touch()
    assert [path.name for path in find_scenes(tmp_path)] == ["a.flac", "b.flac"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"file\na.flac\n", "must name a column 'path'"),
        (b"path\n", "lists no recordings"),
        (b"path\n\xff\n", "not UTF-8"),
        (None, "No such file"),
    ],
)
def test_a_list_that_is_none_is_refused_by_name(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(RecordingRefused, match=rf"list\.csv: .*{said}"):
        find_scenes(tmp_path / "list.csv")
