"""Who judges has never taught: no recording, speaker or family of voices is in two parts."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.training.clips import Clip, read_clips
from classifier.training.splits import HELD, HELD_SOURCES, TEST, TRAIN, TUNE, split, unit

MANIFEST = Path(__file__).parents[3] / "shared" / "audio" / "manifest.csv"


PUBLIC, HOUSE = Path("public"), Path("house")


def a_clip(
    number: int, group: str, label: str, source: str, family: str = "", folder: Path = PUBLIC
) -> Clip:
    return Clip(folder, f"{number}.ogg", label, label, source, group, family, "", "", True, 1.0)


def some_clips(sources: list[str], *folders: Path) -> st.SearchStrategy[list[Clip]]:
    """Of the same few groups and voices."""
    clip = st.builds(
        a_clip,
        st.integers(0, 10**6),
        st.sampled_from([f"group-{n}" for n in range(12)]),
        st.sampled_from(["fall", "call", "cry", "other", "rir"]),
        st.sampled_from(sources),
        st.sampled_from(["", "", "anna", "bert"]),
        st.sampled_from(folders),
    )
    return st.lists(clip, max_size=60)


PUBLISHED = ["kitchen", "ward", "speech synthesis: piper one"]
clips = some_clips(PUBLISHED, PUBLIC, HOUSE)


@given(clips, st.booleans())
def test_what_belongs_together_stays_together(clips: list[Clip], hold_sources: bool) -> None:
    held = HELD_SOURCES if hold_sources else ()
    parts_of: dict[str, set[str]] = defaultdict(set)
    for clip, part in zip(clips, split(clips, held), strict=True):
        if clip.label != "rir":
            parts_of[unit(clip)].add(part)
    assert all(len(parts) == 1 for parts in parts_of.values())


@given(clips)
def test_sources_held_out_never_teach(clips: list[Clip]) -> None:
    """Nor does anything else of whoever is heard there."""
    held = {unit(clip) for clip in clips if clip.source.startswith(HELD_SOURCES)}
    for clip, part in zip(clips, split(clips, HELD_SOURCES), strict=True):
        assert (part == HELD) == (unit(clip) in held)


@given(clips)
def test_the_same_clips_give_the_same_parts(clips: list[Clip]) -> None:
    assert split(clips) == split(list(clips))


@given(some_clips(PUBLISHED, PUBLIC), some_clips(["our house"], HOUSE))
def test_a_house_that_is_added_moves_nobody_to_another_part(
    public: list[Clip], house: list[Clip]
) -> None:
    alone = split(public, HELD_SOURCES)
    assert split([*public, *house], HELD_SOURCES)[: len(public)] == alone


def test_a_house_is_dealt_out_by_itself_to_all_that_teaches_and_judges() -> None:
    public = [a_clip(n, f"kitchen-{n}", "other", "kitchen") for n in range(40)]
    house = [a_clip(n, f"res-{n}", "cry", "our house", folder=HOUSE) for n in range(8)]
    assert Counter(split([*public, *house])[40:]) == {TRAIN: 6, TUNE: 1, TEST: 1}


def test_the_parts_of_one_folder_are_those_that_the_released_model_had() -> None:
    recordings = [a_clip(n, f"res-{n}", "cry", "ward") for n in range(8)]
    voices = [a_clip(n, "call", "call", "espeak", f"voice-{n}") for n in range(8)]
    dealt = {unit(clip): part for clip, part in zip(recordings, split(recordings), strict=True)}
    dealt |= {unit(clip): part for clip, part in zip(voices, split(voices), strict=True)}
    assert {name: part for name, part in dealt.items() if part != TRAIN} == {
        "res-0": TEST, "res-5": TUNE, "voice-3": TEST, "voice-5": TUNE
    }  # fmt: skip


@pytest.mark.shared
def test_of_the_recordings_that_taught_every_part_has_calls_and_crying() -> None:
    if not MANIFEST.exists():
        pytest.skip("needs ../shared/audio beside the project")
    all_clips = read_clips(MANIFEST)
    parts = split(all_clips, HELD_SOURCES)
    for label in ("call", "cry", "other"):
        there = {part for clip, part in zip(all_clips, parts, strict=True) if clip.label == label}
        assert there == {TRAIN, TUNE, TEST, HELD}
