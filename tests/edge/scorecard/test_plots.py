"""Pictures of a scorecard; need matplotlib."""

from pathlib import Path

import pytest
from hearings import a_hearing, a_scene, lasting

pytest.importorskip("matplotlib", reason="needs matplotlib: pip install '.[explain]'")

from edge.config import AgentSettings
from edge.events import TROUBLES
from edge.scorecard.confusion import highest_scores, taken_for
from edge.scorecard.contender import Performance
from edge.scorecard.plots import draw
from edge.scorecard.sounds import Sound

SCENE = a_scene(
    "5 8 call:scream\n20 22 fall\n30 31 other:slam\n30 31 maybe_cry:slam",
    (Sound(5, 8, ("scream",), sublabel="agony"),),
)
HEARING = a_hearing({"scream": lasting(5.5, 8.0, 0.8), "fall": {30.5: 0.9}})
CALL = TROUBLES[1]


def test_what_a_sound_was_taken_for_is_told_by_its_finest_name() -> None:
    there, raised = taken_for([SCENE], [HEARING.alarms(AgentSettings())])
    assert there == {"agony": 1, "fall": 1, "slam": 1}
    assert {label.value: dict(kinds) for label, kinds in raised.items()} == {
        "call": {"agony": 1},
        "fall": {"slam": 1},
    }


def test_the_highest_score_of_a_sound_is_compared_with_that_of_others() -> None:
    there, elsewhere = highest_scores([SCENE], [HEARING], "scream", CALL)
    assert there == [pytest.approx(0.8)]
    assert elsewhere == [0.0, 0.0, 0.0]


def test_four_pictures_are_drawn(tmp_path: Path) -> None:
    performance = Performance(AgentSettings(), [SCENE], [HEARING])
    paths = draw(tmp_path / "plots", "night", performance, performance.card(), performance.sweeps())
    assert sorted(path.name for path in paths) == [
        f"night-{what}.png" for what in ("confusion", "delays", "errors", "scores")
    ]
    for path in paths:
        assert path.read_bytes().startswith(b"\x89PNG")
