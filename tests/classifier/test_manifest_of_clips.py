"""The index of recordings: read whole or refused with the line to mend; exclusions keep places."""

from pathlib import Path
from typing import Any

import pytest
from corpora import COLUMNS, house_rows, rows, write_manifest

from classifier.errors import DataRefused
from classifier.training.clips import read_clips
from classifier.training.exclusions import KNOWN, read_exclusions
from classifier.training.splits import split

SHARED = Path(__file__).parents[3] / "shared" / "audio" / "manifest.csv"


def refused(folder: Path, **changes: Any) -> str:
    """What is said of a manifest whose second recording was changed."""
    first, second, *others = rows()
    with pytest.raises(DataRefused) as refusal:
        read_clips(write_manifest(folder, [first, second | changes, *others]))
    return str(refusal.value)


def test_a_field_that_is_nonsense_is_named_with_its_line(tmp_path: Path) -> None:
    assert "manifest.csv, line 3: label: 'fal': write one of fall, " in refused(
        tmp_path, label="fal"
    )
    assert "line 3: duration_s: 'long': write seconds" in refused(tmp_path, duration_s="long")
    assert "line 3: path or group: empty" in refused(tmp_path, group="")
    assert "path: bodyfall-0.flac: some recording is named twice" in refused(
        tmp_path, path="bodyfall-0.flac"
    )


@pytest.mark.parametrize("column", ["group", "sublabel"])
def test_a_column_that_is_missing_is_named(column: str, tmp_path: Path) -> None:
    columns = [f"{name}s" if name == column else name for name in COLUMNS]
    with pytest.raises(DataRefused, match=rf"manifest\.csv: {column}: no such column: it needs"):
        read_clips(write_manifest(tmp_path, rows(), columns))


def test_further_columns_are_the_establishments_own_business(tmp_path: Path) -> None:
    lines = [row | {"consent": "2026-014"} for row in rows()]
    assert len(read_clips(write_manifest(tmp_path, lines, (*COLUMNS, "consent")))) == len(lines)


def test_an_exclusion_tells_why_and_moves_nobody_to_another_part(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, rows())
    before = read_clips(manifest)
    (tmp_path / "exclusions.csv").write_text("path,reason\nkettle-1.flac,a radio plays\n")
    after = read_clips(manifest)
    assert [clip.path for clip in after] == [clip.path for clip in before]
    assert {clip.path: clip.excluded for clip in after if clip.excluded} == {
        "kettle-1.flac": "a radio plays"
    }
    assert split(after) == split(before)


def test_each_folder_has_its_recordings_and_its_exclusions(tmp_path: Path) -> None:
    public = write_manifest(tmp_path / "public", rows())
    house = write_manifest(tmp_path / "house", house_rows())
    (tmp_path / "public" / "exclusions.csv").write_text("path,reason\ntrolley-0.flac,not here\n")
    (tmp_path / "house" / "exclusions.csv").write_text("path,reason\ntrolley-1.flac,a voice\n")
    clips = read_clips(public, house)
    assert [clip.path for clip in clips] == [row["path"] for row in (*rows(), *house_rows())]
    assert all(clip.folder == public.parent for clip in clips[: len(rows())])
    assert {clip.file: clip.excluded for clip in clips if clip.excluded} == {
        tmp_path / "house" / "trolley-1.flac": "a voice"
    }


def test_what_allows_no_commercial_use_can_be_left_out_and_moves_nobody(tmp_path: Path) -> None:
    manifest = write_manifest(
        tmp_path, [row | {"nc": int("kettle" in row["path"])} for row in rows()]
    )
    whole, free = read_clips(manifest), read_clips(manifest, free=True)
    left_out = {clip.path for clip in free if clip.excluded}
    assert left_out == {clip.path for clip in whole if clip.path.startswith("kettle")} != set()
    assert split(free) == split(whole)


def test_a_path_that_two_folders_have_is_refused_with_both(tmp_path: Path) -> None:
    """Reports and exclusions name recordings by it."""
    public, house = (write_manifest(tmp_path / name, rows()) for name in ("public", "house"))
    with pytest.raises(DataRefused, match=r"house/manifest\.csv: path: bodyfall-0\.flac: .*public"):
        read_clips(public, house)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("path,why\nkettle-1.flac,a radio\n", r"the columns are path, reason"),
        (
            "path,reason\nkettle-1.flac,\n",
            r"exclusions\.csv, line 2: write the path and the reason",
        ),
    ],
)
def test_an_exclusion_without_a_reason_is_refused(text: str, said: str, tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, rows())
    (tmp_path / "exclusions.csv").write_text(text)
    with pytest.raises(DataRefused, match=said):
        read_clips(manifest)


@pytest.mark.shared
def test_every_recording_that_we_exclude_is_there_to_be_heard() -> None:
    if not SHARED.exists():
        pytest.skip("needs ../shared/audio beside the project")
    paths = {clip.path for clip in read_clips(SHARED)}
    assert KNOWN.exists()
    assert set(read_exclusions(SHARED)) <= paths
