"""A scorecard that was kept: no model may fall behind it, within how sure it was."""

import json
from pathlib import Path

import pytest
from hearings import a_hearing, a_scene, lasting

from edge.config import AgentSettings
from edge.scorecard.card import Scorecard
from edge.scorecard.stored import StoredRefused, drops, read_stored
from edge.scorecard.trial import judge

NIGHT = Path("build/night")


def a_card(found: int, made_up: int = 0) -> Scorecard:
    """Of ten screams in ten scenes so many found, and so many made up."""
    trials = []
    for number in range(10):
        heard = lasting(5.5, 8.0, 0.8) if number < found else {}
        heard |= lasting(40.5, 43.0, 0.8) if number < made_up else {}
        scene = a_scene("5 8 call:scream", name=f"{number}.flac")
        trials.append(judge(scene, a_hearing({"scream": heard}).alarms(AgentSettings())))
    return Scorecard(trials)


def kept(tmp_path: Path, card: Scorecard) -> Path:
    path = tmp_path / "stored.json"
    path.write_text(json.dumps({"model": "m 1", "folders": {"other/night": card.facts()}}))
    return path


@pytest.mark.parametrize(
    ("found", "made_up", "said"),
    [
        (8, 2, []),
        (6, 2, []),
        (8, 0, []),
        (2, 2, ["night: call: recall 0.20, it was "]),
        (8, 9, ["night: call: ", "night: all: ", "night: high priority: "]),
    ],
)
def test_only_what_is_beyond_the_stored_interval_is_behind(
    tmp_path: Path, found: int, made_up: int, said: list[str]
) -> None:
    stored = read_stored(kept(tmp_path, a_card(8, 2)))
    behind = drops(stored, {NIGHT: a_card(found, made_up)})
    assert len(behind) == len(said)
    assert all(drop.startswith(start) for drop, start in zip(behind, said, strict=True))


def test_other_recordings_than_the_stored_ones_are_not_compared(tmp_path: Path) -> None:
    stored = read_stored(kept(tmp_path, a_card(8)))
    fewer = Scorecard(a_card(8).trials[:9])
    with pytest.raises(StoredRefused, match="these are other recordings: store the scorecard anew"):
        drops(stored, {NIGHT: fewer})
    with pytest.raises(StoredRefused, match="has no such folder"):
        drops(stored, {Path("build/day"): a_card(8)})


def test_a_file_that_is_no_scorecard_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "stored.json").write_text('{"model": "m 1"}')
    with pytest.raises(StoredRefused, match=r"stored\.json: .*folders.*veilleur evaluate FOLDER"):
        read_stored(tmp_path / "stored.json")
