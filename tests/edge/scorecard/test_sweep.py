"""At other thresholds: the room's own rules, on what was heard already."""

from collections import Counter

import pytest
from hearings import MANIFEST, a_hearing, a_scene, lasting

from alert_broker.messages import Label
from edge.config import AgentSettings
from edge.scorecard.sweep import Point, Sweep, frontier

SETTINGS = AgentSettings()


def a_sweep(label: Label) -> Sweep:
    """A scream at 0.8 promised at 5 s, another at 0.4 at 20 s; 0.6 at 40 s was a kettle."""
    heard = lasting(5.5, 8.0, 0.8) | lasting(20.5, 23.0, 0.4) | lasting(40.0, 42.0, 0.6)
    scene = a_scene("5 8 call:scream\n20 23 call:scream\n40 42 other:kettle")
    return Sweep(label, SETTINGS.rules.of(label), [scene], [a_hearing({"scream": heard})])


@pytest.mark.parametrize(
    ("threshold", "kept", "false_per_h"), [(0.3, 2, 60.0), (0.5, 1, 60.0), (0.7, 1, 0.0)]
)
def test_a_lower_threshold_hears_more_and_makes_more_up(
    threshold: float, kept: int, false_per_h: float
) -> None:
    point = a_sweep(Label.CALL).at(threshold)
    assert point.kept.total() == kept
    assert point.false_per_h == pytest.approx(false_per_h)


def test_most_is_found_within_a_budget_just_over_the_kettle() -> None:
    point = a_sweep(Label.CALL).within(0.0)
    assert 0.6 < point.threshold < 0.66
    assert point.recall == 0.5
    assert a_sweep(Label.CALL).within(60.0).recall == 1.0


def test_as_released_it_raises_what_the_whole_ear_raises() -> None:
    """Decisions are left out that could not matter; nothing may change by that."""
    scores = {
        "scream": lasting(5.5, 8.0, 0.8) | {9.5: 0.35, 12.5: 0.55, 13.5: 0.52, 30.0: 0.95},
        "spoken_call": lasting(33.0, 40.0, 0.45) | {41.5: 0.7, 42.5: 0.65},
        "fall": {3.0: 0.6, 3.5: 0.45, 7.5: 0.9},
        "cry": lasting(20.0, 30.0, 0.55) | lasting(33.0, 36.0, 0.31) | lasting(50.0, 59.0, 0.6),
    }
    hearing = a_hearing(scores)
    whole = hearing.alarms(SETTINGS)
    for label in (Label.FALL, Label.CALL, Label.CRY):
        sweep = Sweep(label, SETTINGS.rules.of(label), [a_scene("")], [hearing])
        (alarms,) = sweep.alarms(0.5)
        expected = [(a.onset_s, a.decided_s) for a in whole if a.label is label]
        assert [(a.onset_s, a.decided_s) for a in alarms] == expected
        assert expected


def test_the_thresholds_of_a_class_move_together() -> None:
    moved = a_hearing({}).with_thresholds({Label.CALL: 0.25}).manifest
    assert [each.threshold for each in moved.labels] == [0.5, 0.25, 0.3, 0.5, 0.5]
    assert a_hearing({}).manifest == MANIFEST


def test_each_sound_of_a_class_has_false_alarms_and_finds_of_its_own() -> None:
    """A spoken call that is also heard as a scream is no false scream, and none that is found."""
    scores = {
        "scream": lasting(5.5, 8.0, 0.8) | lasting(20.5, 23.0, 0.7) | lasting(40.0, 42.0, 0.6),
        "spoken_call": lasting(20.5, 23.0, 0.9) | lasting(50.0, 52.0, 0.9),
    }
    scene = a_scene("5 8 call:scream\n20 23 call:spoken_call")
    hearing, rule = a_hearing(scores), SETTINGS.rules.call
    sweep = Sweep(Label.CALL, rule, [scene], [hearing], "scream")
    loose, strict = sweep.at(0.55), sweep.at(0.65)
    assert (loose.false_per_h, strict.false_per_h) == pytest.approx((60.0, 0.0))
    assert dict(strict.kept) == dict(strict.promised) == {"scream": 1}


def test_a_sound_that_a_model_does_not_tell_apart_is_found_by_all_of_its_class() -> None:
    hearing = a_hearing({"cry": lasting(5.0, 12.0, 0.9)})
    scene = a_scene("5 12 cry:baby_cry\n40 45 cry:cry")
    sweep = Sweep(Label.CRY, SETTINGS.rules.cry, [scene], [hearing], "baby_cry")
    assert dict(sweep.at(0.5).kept) == dict(sweep.at(0.5).promised) == {"baby_cry": 1}


def test_one_alarm_without_end_is_no_bargain() -> None:
    """At a threshold near zero everything is one alarm: few are false, and little is found."""
    heard = {"scream": lasting(1.0, 60.0, 0.1) | lasting(30.5, 33.0, 0.8)}
    scene = a_scene("30 33 call:scream")
    sweep = Sweep(Label.CALL, SETTINGS.rules.call, [scene], [a_hearing(heard)])
    point = sweep.within(120.0)
    assert point.recall == 1.0
    assert point.false_per_h == 0.0


def test_a_curve_holds_only_what_finds_more_for_more_false_alarms() -> None:
    points = [
        Point(threshold, false_per_h, Counter(scream=10), Counter(scream=kept))
        for threshold, false_per_h, kept in [(0.1, 9, 3), (0.2, 9, 6), (0.5, 5, 6), (0.9, 0, 1)]
    ]
    assert [each.threshold for each in frontier(points)] == [0.9, 0.5]
