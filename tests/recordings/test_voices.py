"""More voices to learn from: calls and ordinary sentences alike, which no split takes apart."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("ttspico", reason="no synthesiser here: pip install '.[voices]'")

# The vocoder asks setuptools for its version, which setuptools calls outdated.
pytestmark = [pytest.mark.voices, pytest.mark.filterwarnings("ignore:pkg_resources")]

FEW = "lang,sublabel,text\nfr,call_help,Aidez-moi !\nfr,speech_tts,Bonjour.\nit,call_help,Aiuto!\n"


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from recordings import voices

    few = tmp_path / "few.csv"
    few.write_text(FEW, encoding="utf-8")
    monkeypatch.setattr(voices, "PHRASES", few)
    monkeypatch.setattr("sys.argv", ["voices", "--to", str(tmp_path / "spoken"), "--takes", "2"])
    assert voices.main() == 0
    return tmp_path / "spoken"


def test_a_voice_says_calls_and_ordinary_sentences_alike(spoken: Path) -> None:
    from classifier.training.clips import read_clips

    said = {(clip.family, clip.label) for clip in read_clips(spoken / "manifest.csv")}
    assert said == {("pico-fr-FR", "call"), ("pico-fr-FR", "other"), ("pico-it-IT", "call")}


def test_every_take_is_another_sound(spoken: Path) -> None:
    takes = [soundfile.read(path) for path in sorted(spoken.rglob("pico-it*.flac"))]
    (one, rate_hz), (other, _) = takes
    assert rate_hz == 16_000
    assert 0.5 < np.abs(one).max() < 1.0
    assert not np.array_equal(one, other)


def test_voices_that_were_added_teach_and_never_judge(spoken: Path) -> None:
    from classifier.training.clips import read_clips
    from classifier.training.splits import HELD_SOURCES, TRAIN, split

    assert set(split(read_clips(spoken / "manifest.csv"), HELD_SOURCES)) == {TRAIN}


def test_a_list_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from recordings import voices

    arguments = ["voices", "--to", str(tmp_path), "--like", str(tmp_path / "gone.csv")]
    monkeypatch.setattr("sys.argv", arguments)
    assert voices.main() == 1
    assert "gone.csv" in capsys.readouterr().err
