"""The released model keeps what its scorecard promises, within how sure that was.

The scorecard is made by the command, and made anew with every released model:

    veilleur scenes --audio ../shared/audio --part held --kind dense --hours 0.5 --seed 3 \
        --out build/scorecard/held
    veilleur evaluate recordings build/scorecard/held --json > scorecard.json
    mv scorecard.json classifier/models/room_sounds.scorecard.json
"""

from pathlib import Path

import pytest

from edge.cli import main

PROJECT = Path(__file__).parents[2]
STORED = PROJECT / "classifier" / "models" / "room_sounds.scorecard.json"
AUDIO = PROJECT.parent / "shared" / "audio"


@pytest.mark.system
def test_the_night_of_the_demo_is_heard_as_it_was() -> None:
    assert main(["evaluate", str(PROJECT / "recordings"), "--against", str(STORED)]) == 0


@pytest.mark.shared
@pytest.mark.torch
@pytest.mark.timeout(900)
def test_houses_and_voices_that_never_taught_are_heard_as_they_were(tmp_path: Path) -> None:
    """Half an hour in rooms where something sounds every few seconds."""
    if not (AUDIO / "manifest.csv").exists():
        pytest.skip("needs ../shared/audio beside the project")
    pytest.importorskip("pyroomacoustics", reason="needs the train extra: pip install '.[train]'")
    held = tmp_path / "held"
    wish = ["--part", "held", "--kind", "dense", "--hours", "0.5", "--seed", "3"]
    assert main(["scenes", "--audio", str(AUDIO), *wish, "--out", str(held)]) == 0
    assert main(["evaluate", str(held), "--against", str(STORED)]) == 0
