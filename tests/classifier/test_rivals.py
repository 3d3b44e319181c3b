"""One voice of several names: it is told when it is surely one of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.manifest import BUNDLED, read_manifest
from classifier.rivals import LEAST, Rivals

NAMES = ("fall", "scream", "cry", "baby_cry")
SCREAM = NAMES.index("scream")
VOICES = Rivals(NAMES, {"scream": ("cry", "baby_cry")})
some_scores = st.lists(st.floats(0.0, 1.0), min_size=len(NAMES), max_size=len(NAMES))


def test_a_scream_that_may_as_well_be_tears_is_told_as_a_scream() -> None:
    threshold = 0.99
    assert VOICES.weigh((0.0, 0.75, 0.97, 0.0))[SCREAM] > threshold
    assert VOICES.weigh((0.0, 0.75, 0.5, 0.9))[SCREAM] == pytest.approx(0.9875)


def test_tears_that_nobody_takes_for_a_scream_are_none() -> None:
    scores = (0.0, LEAST - 0.01, 0.99, 0.99)
    assert VOICES.weigh(scores) == scores


@given(some_scores)
def test_a_rival_never_hides_a_scream_and_nothing_else_changes(scores: list[float]) -> None:
    weighed = VOICES.weigh(scores)
    assert 0.0 <= weighed[SCREAM] <= 1.0
    assert weighed[SCREAM] >= scores[SCREAM] - 1e-12
    assert [*weighed[:SCREAM], *weighed[SCREAM + 1 :]] == [*scores[:SCREAM], *scores[SCREAM + 1 :]]


@given(some_scores)
def test_a_sound_without_rivals_is_scored_by_itself(scores: list[float]) -> None:
    assert Rivals(NAMES, dict.fromkeys(NAMES, ())).weigh(scores) == tuple(scores)


def test_the_model_that_ships_takes_no_tears_for_a_fall() -> None:
    rivals = {label.name: label.rivals for label in read_manifest(BUNDLED).labels if label.rivals}
    assert rivals == {"scream": ("cry", "baby_cry")}
