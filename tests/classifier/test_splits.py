"""Who judges has never taught: no recording, speaker or family of voices is in two parts."""

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.training.clips import Clip, read_clips
from classifier.training.splits import HELD, HELD_SOURCES, TEST, TRAIN, TUNE, split, unit

MANIFEST = Path(__file__).parents[3] / "shared" / "audio" / "manifest.csv"


def a_clip(number: int, group: str, label: str, source: str, family: str = "") -> Clip:
    return Clip(f"{number}.ogg", label, label, source, group, family, "", "", True, 1.0)


clips = st.lists(
    st.builds(
        a_clip,
        st.integers(0, 10**6),
        st.sampled_from([f"group-{n}" for n in range(12)]),
        st.sampled_from(["fall", "call", "cry", "other", "rir"]),
        st.sampled_from(["kitchen", "ward", "speech synthesis: piper one"]),
        st.sampled_from(["", "", "anna", "bert"]),
    ),
    max_size=60,
)


@given(clips, st.booleans())
def test_what_belongs_together_stays_together(clips: list[Clip], hold_sources: bool) -> None:
    held = HELD_SOURCES if hold_sources else ()
    parts_of: dict[str, set[str]] = defaultdict(set)
    for clip, part in zip(clips, split(clips, held), strict=True):
        if clip.label != "rir" and part != HELD:
            parts_of[unit(clip)].add(part)
    assert all(len(parts) == 1 for parts in parts_of.values())


@given(clips)
def test_sources_held_out_never_teach(clips: list[Clip]) -> None:
    for clip, part in zip(clips, split(clips, HELD_SOURCES), strict=True):
        assert (part == HELD) == clip.source.startswith(HELD_SOURCES)


@given(clips)
def test_the_same_clips_give_the_same_parts(clips: list[Clip]) -> None:
    assert split(clips) == split(list(clips))


@pytest.mark.shared
def test_of_the_recordings_that_taught_every_part_has_calls_and_crying() -> None:
    if not MANIFEST.exists():
        pytest.skip("needs ../shared/audio beside the project")
    all_clips = read_clips(MANIFEST)
    parts = split(all_clips, HELD_SOURCES)
    for label in ("call", "cry", "other"):
        there = {part for clip, part in zip(all_clips, parts, strict=True) if clip.label == label}
        assert there == {TRAIN, TUNE, TEST, HELD}
