"""The figures that thresholds are chosen by: the same rules as in the room, counted honestly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alert_broker.messages import Label
from classifier.training.judge import _RULES, confirmed, tally, threshold_for
from classifier.training.labels import EVENT_OF
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
    for target, (needed, within_s) in _RULES.items():
        rule = AgentSettings().rules.of(Label(EVENT_OF[target]))
        assert needed == rule.hits
        assert within_s == rule.within_s


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30))
def test_a_confirmed_score_is_one_that_enough_decisions_reach(values: list[float]) -> None:
    scores = np.array(values, np.float32)
    for place, value in enumerate(confirmed(scores, "scream", 0.48)):
        latest = scores[max(0, place - 4) : place + 1]
        assert (latest >= value).sum() >= 2 or value == 0.0


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


def test_the_threshold_keeps_within_the_budget() -> None:
    rng = np.random.default_rng(0)
    scores = [rng.random(40).astype(np.float32) for _ in range(30)]
    truth: list[list[Event]] = [[] for _ in scores]
    for budget in (60.0, 600.0):
        threshold = threshold_for(scores, truth, TIMES_S, "fall", budget)
        assert tally(scores, truth, TIMES_S, "fall", threshold).false_per_hour <= budget


def test_a_scene_teaches_a_sound_while_it_can_be_heard_and_nothing_about_what_is_unsure() -> None:
    wanted, counts = rasterise([an_event("cry", 4.0, 8.0, unsure="speech")], TIMES_S)
    heard = (TIMES_S >= 4.6) & (TIMES_S <= 8.6)
    cry, speech, scream, fall = 3, 5, 1, 0
    np.testing.assert_array_equal(wanted[:, cry], heard)
    assert counts[heard, cry].min() == 1.0
    assert counts[heard, speech].max() == 0.0
    assert 0.0 < counts[heard, scream].max() < 1.0
    assert counts[:, fall].min() == 1.0


@pytest.mark.parametrize("target", ["fall", "scream", "spoken_call", "cry", "baby_cry"])
def test_however_short_a_sound_is_taught(target: str) -> None:
    wanted, _counts = rasterise([an_event(target, 4.1, 4.2)], TIMES_S)
    assert wanted.sum() >= 1
