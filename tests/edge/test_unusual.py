"""What no class describes is told, quietly and seldom; a silence only against the room's own."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace
from traces import HOP_S, MANIFEST, SOUNDS

from alert_broker.messages import Reason
from classifier.manifest import Manifest
from classifier.scores import Scores
from edge.aftermath import Floor
from edge.config import Unusual as Settings
from edge.events import Phase, SoundEvent
from edge.unusual import LEARNT_MIN, Unusual

USUAL = Settings(enabled=True)
SELDOM = replace(MANIFEST, hop_frames=300)
"""Decides every 3 s: a night is soon heard."""
NOBODY = (0.0,) * len(SOUNDS)
SNORING = tuple(0.9 if name == "snore" else 0.0 for name in SOUNDS)

Stretch = tuple[float, float, tuple[float, ...]]
"""Seconds, level in dBFS, scores."""


def decisions(stretches: Sequence[Stretch], hop_s: float) -> Iterator[Scores]:
    at_s = 0.96
    for seconds, level_dbfs, values in stretches:
        for _ in range(max(1, round(seconds / hop_s))):
            yield Scores(round(at_s, 6), values, level_dbfs, at_s)
            at_s += hop_s


def heard(
    *stretches: Stretch,
    night: bool = True,
    settings: Settings = USUAL,
    manifest: Manifest = MANIFEST,
) -> list[SoundEvent]:
    unusual, scores = Unusual(settings, manifest), decisions(stretches, manifest.hop_s)
    return [event for each in scores for event in unusual.hear(each, night=night)]


def reasons(events: Sequence[SoundEvent]) -> list[Reason]:
    return [event.reason for event in events if event.phase is Phase.RAISED]


ROOM: Stretch = (90.0, -60.0, NOBODY)
BANG: Stretch = (HOP_S, -20.0, NOBODY)
AFTER: Stretch = (5.0, -60.0, NOBODY)


class TestLoud:
    def test_a_loud_sound_that_nobody_knows_is_told_once_that_is_sure(self) -> None:
        events = heard(ROOM, BANG, AFTER)
        assert reasons(events) == [Reason.UNKNOWN_LOUD]
        assert [event.phase for event in events] == [Phase.RAISED, Phase.ENDED]
        assert events[0].onset_s == pytest.approx(90.0, abs=1.0)
        assert events[0].decided_s - events[0].onset_s < 3.0

    def test_what_the_model_knows_or_comes_to_know_is_none(self) -> None:
        assert heard(ROOM, (HOP_S, -20.0, SNORING), AFTER) == []
        assert heard(ROOM, BANG, (HOP_S, -30.0, SNORING), AFTER) == []
        assert heard(ROOM, (HOP_S, -30.0, SNORING), BANG, AFTER) == []

    def test_loud_is_measured_against_the_rooms_own_background(self) -> None:
        assert heard((90.0, -45.0, NOBODY), BANG, (5.0, -45.0, NOBODY)) == []

    def test_a_room_that_was_only_just_begun_is_not_judged(self) -> None:
        assert heard((20.0, -60.0, NOBODY), BANG, AFTER) == []

    def test_a_microphone_that_wakes_up_is_not_loud(self) -> None:
        assert heard((90.0, -120.0, NOBODY), (90.0, -50.0, NOBODY)) == []


def night(minutes: float, level_dbfs: float) -> Stretch:
    return 63.0 * minutes, level_dbfs, NOBODY


def asleep(*stretches: Stretch, night: bool = True, settings: Settings = USUAL) -> list[SoundEvent]:
    return heard(*stretches, night=night, settings=settings, manifest=SELDOM)


class TestSilence:
    def test_a_night_far_under_the_usual_is_told_after_half_an_hour_and_once(self) -> None:
        events = asleep(night(150, -45.0), night(90, -62.0))
        assert reasons(events) == [Reason.LONG_SILENCE]
        assert events[0].decided_s - events[0].onset_s == pytest.approx(1800.0, abs=70.0)

    def test_a_sound_now_and_then_is_no_life_but_a_minute_of_it_is(self) -> None:
        ticking = [(54.0, -62.0, NOBODY), (6.0, -30.0, NOBODY)] * 40
        assert reasons(asleep(night(150, -45.0), *ticking)) == [Reason.LONG_SILENCE]
        turning = [*[night(20, -62.0), night(2, -44.0)] * 3]
        assert asleep(night(150, -45.0), *turning) == []

    def test_before_it_knows_the_room_it_says_nothing(self) -> None:
        assert asleep(night(LEARNT_MIN - 5, -45.0), night(4, -62.0)) == []
        assert asleep(night(300, -62.0)) == []

    def test_by_day_it_neither_learns_nor_tells(self) -> None:
        assert asleep(night(150, -45.0), night(90, -62.0), night=False) == []

    def test_a_muted_microphone_is_told_otherwise(self) -> None:
        assert asleep(night(150, -45.0), night(90, -120.0)) == []


stretches = st.lists(
    st.tuples(
        st.sampled_from([HOP_S, 3.0, 70.0, 400.0]),
        st.sampled_from([-120.0, -75.0, -60.0, -40.0, -15.0]),
        st.sampled_from([NOBODY, SNORING]),
    ),
    max_size=25,
)


@given(stretches, st.sampled_from([60.0, 300.0]), st.booleans())
@hypothesis_settings(max_examples=30)
def test_each_is_told_at_most_once_in_a_cool_down(
    told: list[Stretch], cooldown_s: float, by_night: bool
) -> None:
    touchy = Settings(
        enabled=True, loud_db=10.0, silent_db=3.0, silent_min=5, cooldown_s=cooldown_s
    )
    events = asleep(night(LEARNT_MIN + 1, -60.0), *told, night=by_night, settings=touchy)
    for reason in (Reason.UNKNOWN_LOUD, Reason.LONG_SILENCE):
        at_s = [e.decided_s for e in events if e.reason is reason and e.phase is Phase.RAISED]
        gaps_s = [later - before for before, later in pairwise(at_s)]
        assert all(gap_s >= cooldown_s for gap_s in gaps_s)
    assert [event.number for event in events[::2]] == [-1 - n for n in range(len(events) // 2)]
    assert all(event.onset_s <= event.offset_s <= event.decided_s for event in events)


@given(st.lists(st.floats(-120.0, 0.0), min_size=1, max_size=400), st.sampled_from([0.24, 3.0]))
def test_the_floor_is_the_level_that_a_tenth_of_the_last_minute_stays_below(
    levels: list[float], hop_s: float
) -> None:
    floor = Floor(hop_s)
    for level_dbfs in levels:
        floor.hear(level_dbfs)
    last_minute = sorted(levels[-round(60.0 / hop_s) :])
    assert floor.dbfs == last_minute[len(last_minute) // 10]
    assert floor.learnt == (len(levels) >= round(60.0 / hop_s))
