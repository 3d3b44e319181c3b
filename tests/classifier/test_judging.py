"""The figures that thresholds are chosen by: the same rules as in the room, counted honestly."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alert_broker.messages import Label
from classifier.manifest import BUNDLED, OperatingPoint, read_manifest
from classifier.manifest import Label as Output
from classifier.training.curve import GRID, Budget, Scored, curve, measure, released
from classifier.training.judge import _RULES, confirmed, tally
from classifier.training.labels import EVENT_OF, TARGETS
from classifier.training.scenes import Event
from classifier.training.truth import rasterise
from edge.config import AgentSettings

HOP_S = 0.48
TIMES_S = 0.96 + HOP_S * np.arange(40)


def an_event(target: str, onset_s: float, offset_s: float, unsure: str = "") -> Event:
    return Event(
        frozenset({target}), frozenset(unsure.split()), target, "here", onset_s, offset_s, 20.0
    )


def scores_at(*places: int) -> np.ndarray:
    scores = np.zeros(40, np.float32)
    scores[list(places)] = 0.9
    return scores


def test_thresholds_are_chosen_by_the_rules_that_the_agent_ships_with() -> None:
    for target, shipped in _RULES.items():
        rule = AgentSettings().rules.of(Label(EVENT_OF[target]))
        assert all(getattr(rule, name) == value for name, value in asdict(shipped).items())


def test_a_sound_that_lasts_is_one_alarm_for_as_long_as_its_rule_lets_it() -> None:
    lasts = [np.full(40, 0.9, np.float32)]
    assert tally(lasts, [[]], TIMES_S, "scream", 0.5).false_alarms == {"nothing": 1}
    assert tally(lasts, [[]], TIMES_S, "fall", 0.5).false_alarms == {"nothing": 3}
    assert tally([scores_at(10, 12, 25)], [[]], TIMES_S, "scream", 0.5).false_alarms == {
        "nothing": 2
    }


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30))
def test_a_confirmed_score_is_one_that_enough_decisions_reach(values: list[float]) -> None:
    scores = np.array(values, np.float32)
    for place, value in enumerate(confirmed(scores, "scream", 0.48)):
        latest = scores[max(0, place - 4) : place + 1]
        assert (latest >= value).sum() >= 2 or value == 0.0 or value >= 0.9


def test_a_hit_while_it_sounds_finds_it_and_a_hit_elsewhere_is_a_false_alarm() -> None:
    truth = [an_event("fall", 5.0, 6.0), an_event("speech", 12.0, 14.0)]
    found = tally([scores_at(10, 25)], [truth], TIMES_S, "fall", 0.5)
    assert found.recall() == 1.0
    assert found.false_alarms == {"speech": 1}


def test_what_nobody_can_tell_is_neither() -> None:
    truth = [an_event("impact", 5.0, 6.0, unsure="fall")]
    found = tally([scores_at(10)], [truth], TIMES_S, "fall", 0.5)
    assert np.isnan(found.recall())
    assert not found.false_alarms


def scored(seed: int, minutes: int) -> Scored:
    """Scores that mean little: higher while something sounds."""
    rng = np.random.default_rng(seed)
    scores = [rng.random(40).astype(np.float32) ** 2 for _ in range(3 * minutes)]
    for scene in scores[::2]:
        scene[10:13] = np.sqrt(scene[10:13])
    events = [[an_event("fall", 5.0, 6.0)] if n % 2 == 0 else [] for n in range(3 * minutes)]
    return Scored(scores, events, TIMES_S)


@given(st.integers(0, 20), st.floats(0, 200))
@settings(max_examples=8, deadline=None)
def test_the_threshold_that_is_released_keeps_within_the_budget(seed: int, per_h: float) -> None:
    dense, night = scored(seed, 4), scored(seed + 100, 2)
    budget = Budget(dense=per_h, night=per_h)
    point = released(measure("fall", dense, night), budget)
    if point.threshold < GRID[-1]:
        assert dense.tally("fall", point.threshold).false_per_hour <= per_h + 0.001
        assert night.tally("fall", point.threshold).false_per_hour <= per_h + 0.001


@given(st.integers(0, 20), st.floats(0, 200))
@settings(max_examples=8, deadline=None)
def test_a_curve_says_what_less_and_more_sensitivity_would_have_cost(
    seed: int, per_h: float
) -> None:
    dense, night = scored(seed, 4), scored(seed + 100, 2)
    points = measure("fall", dense, night)
    chosen = released(points, Budget(per_h, per_h))
    rungs = curve(points, chosen)
    assert Output("fall", "fall", chosen.threshold, rungs).measured
    assert len(rungs) <= 12
    for point in rungs:
        found = dense.tally("fall", point.threshold)
        assert point.recall == pytest.approx(found.recall(), abs=1e-4)
        assert point.false_per_dense_h == pytest.approx(found.false_per_hour, abs=1e-3)


def test_each_step_about_doubles_the_false_alarms_and_stops_where_there_are_no_more() -> None:
    points = [OperatingPoint(0.1 * n, 0.9 - 0.1 * n, 40.0 / 2**n, 10.0 / 2**n) for n in range(1, 9)]
    points += [OperatingPoint(0.9, 0.0, 0.0, 0.0)]
    per_h = [point.false_per_dense_h for point in curve(points, points[4])]
    assert per_h == [20.0, 10.0, 5.0, 2.5, 1.25, 0.625, 0.3125, 0.15625, 0.0]


def test_what_never_sounds_has_no_curve_and_no_low_threshold() -> None:
    nothing = Scored([scores_at()], [[]], TIMES_S)
    points = measure("fall", nothing, nothing)
    chosen = released(points, Budget(1.0, 1.0))
    assert chosen.threshold == 0.5
    assert curve(points, chosen) == ()


def test_the_model_that_ships_says_only_what_was_measured() -> None:
    for label in read_manifest(BUNDLED).labels:
        assert label.measured or not label.curve


def test_a_scene_teaches_a_sound_while_it_can_be_heard_and_nothing_about_what_is_unsure() -> None:
    wanted, counts = rasterise([an_event("cry", 4.0, 8.0, unsure="speech")], TIMES_S)
    heard = (TIMES_S >= 4.6) & (TIMES_S <= 8.6)
    cry, speech, scream, fall = 3, 5, 1, 0
    np.testing.assert_array_equal(wanted[:, cry], heard)
    assert counts[heard, cry].min() == 1.0
    assert counts[heard, speech].max() == 0.0
    assert 0.0 < counts[heard, scream].max() < 1.0
    assert counts[:, fall].min() == 1.0


def test_nobody_has_to_hear_a_sound_before_it_rises_above_the_bed() -> None:
    rises = replace(an_event("cry", 4.0, 8.0), rises_s=6.0)
    wanted, counts = rasterise([rises], TIMES_S)
    cry = TARGETS.index("cry")
    np.testing.assert_array_equal(wanted[:, cry], (TIMES_S >= 6.6) & (TIMES_S <= 8.6))
    assert counts[(TIMES_S > 4.0) & (TIMES_S < 6.6), cry].max() == 0.0


def test_to_hear_a_scream_at_once_counts_more_than_to_hear_it_late() -> None:
    _wanted, counts = rasterise([an_event("scream", 2.0, 8.0)], TIMES_S)
    scream = counts[:, TARGETS.index("scream")]
    early, late = (TIMES_S > 2.4) & (TIMES_S < 3.4), (TIMES_S > 4.8) & (TIMES_S < 8.0)
    assert scream[early].min() > 1.0 > scream[late].max()


@pytest.mark.parametrize("target", ["fall", "scream", "spoken_call", "cry", "baby_cry"])
def test_however_short_a_sound_is_taught(target: str) -> None:
    wanted, _counts = rasterise([an_event(target, 4.1, 4.2)], TIMES_S)
    assert wanted.sum() >= 1
