"""The side file beside a recording: what sounds, how loud, how far, from where."""

from pathlib import Path

import pytest
from hearings import a_scene

from edge.labels import Labelled
from edge.scorecard.sounds import Sound, SoundsRefused, read_sounds, sound_of


def test_what_is_unknown_may_be_null_or_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        '[{"onset_s": 1, "offset_s": 2.5, "targets": ["fall"], "distance_m": null}]'
    )
    (sound,) = read_sounds(tmp_path / "a.flac")
    assert sound == Sound(1.0, 2.5, ("fall",))


def test_without_a_side_file_nothing_is_known(tmp_path: Path) -> None:
    assert read_sounds(tmp_path / "a.flac") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[{", "truncated"),
        ('[{"onset_s": 1}]', "missing required field `offset_s`"),
        ('[{"onset_s": -1, "offset_s": 2}]', r"\$\[0\].onset_s"),
    ],
)
def test_a_side_file_that_cannot_be_read_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(SoundsRefused, match=rf"a\.json: .*{said}.*: make the scenes again"):
        read_sounds(tmp_path / "a.flac")


def test_a_label_belongs_to_the_sound_of_its_times_and_its_meaning() -> None:
    bed = Sound(5.0, 8.004, ("speech",), sublabel="television")
    scream = Sound(5.0, 8.004, ("scream",), sublabel="shout")
    later = Sound(9.0, 10.0, ("scream",), sublabel="later")
    assert sound_of([bed, scream, later], Labelled(5.0, 8.0, "call", "scream")) == scream
    assert sound_of([bed, scream, later], Labelled(12.0, 13.0, "call", "scream")) is None


def test_the_hours_of_a_scene_are_dealt_out_to_what_sounds_in_it() -> None:
    sounds = (Sound(1, 2, group="dog"), Sound(3, 4, group="dog"), Sound(5, 6, group="door"))
    assert a_scene("", sounds, seconds=3600.0).shares() == {
        "dog": pytest.approx(2 / 3),
        "door": pytest.approx(1 / 3),
    }
    assert a_scene("", seconds=3600.0).shares() == {"a.flac": 1.0}
