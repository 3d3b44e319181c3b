"""`veilleur explain`: a picture and the same facts in lines; what cannot be drawn is named."""

import sys
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from edge.cli import main
from edge.config import AgentSettings
from edge.explain.facts import Explanation
from edge.explain.occlusion import Tone
from edge.explain.picture import picture
from edge.explain.review import Request, hear
from edge.explain.span import Wish
from edge.explain.speaker import Speaker
from edge.explain.style import DPI, WIDTH_IN
from edge.explain.witness import Witness
from edge.labels import is_near
from edge.recording import Recording

RECORDINGS = Path(__file__).parents[2] / "recordings"
FALL, DOORS, NIGHTMARE = (
    RECORDINGS / f"{name}.flac" for name in ("03-chute", "05-porte-et-vaisselle", "07-cauchemar")
)


@cache
def explained(path: Path) -> Explanation:
    return hear(Request(path, AgentSettings()))


@pytest.mark.parametrize("scene", [FALL, NIGHTMARE], ids=lambda path: path.stem)
def test_what_decided_lies_within_what_a_listener_noted(scene: Path) -> None:
    """Footsteps, snoring, a door sound in the same scenes: the picture must not point at them."""
    facts = explained(scene)
    assert facts.told
    assert facts.notes is not None
    for told in facts.told:
        (note,) = (
            note for note in facts.notes if note.kept and is_near(note.labelled, told.raised)
        )
        assert told.promised
        assert told.decisive is not None
        assert told.decisive.begins_s <= note.labelled.offset_s
        assert told.decisive.ends_s >= note.labelled.onset_s
        assert told.decisive.without < told.threshold <= told.decisive.score


def test_the_lines_tell_each_event_with_its_reason_and_what_decided() -> None:
    facts = explained(FALL)
    french, english = ("\n".join(Speaker(each).lines(facts)) for each in ("fr", "en"))
    onset = Speaker("fr").clock(facts.told[0].finding.event.onset_s)
    assert f"1. Chute probable, priorité haute, de {onset} à " in french
    assert "Décidé par : choc " in french
    assert "fall:body_fall" in french
    assert "entendu" in french
    assert "1. Possible fall, high priority, " in english
    assert "Decided by: impact " in english
    assert all(
        f"\n{name} : au plus " in french for name in ("choc", "cri", "appel parlé", "pleurs")
    )


def test_a_calm_scene_says_that_nothing_was_heard() -> None:
    facts = explained(DOORS)
    assert facts.told == ()
    assert "Aucun événement dans ce passage." in Speaker("fr").lines(facts)


def test_hearing_again_without_a_change_changes_nothing() -> None:
    witness = Witness()
    for block in Recording(FALL).blocks():
        witness.push(block.samples)
    some = witness.windows[8:14]
    again = witness.hear_again(some[0].memory, [window.frames for window in some])
    assert again == [window.scores for window in some]


def test_the_command_writes_a_picture_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "chute.png"
    assert main(["explain", str(FALL), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert f"Image : {out}" in said
    assert f"Picture: {out}" in said
    with Image.open(out) as image:
        image.verify()
        width, height = image.size
    assert width == WIDTH_IN * DPI
    assert 0.5 * width < height < 1.5 * width
    assert out.stat().st_size < 150_000


def test_one_language_alone_takes_less_room() -> None:
    heights = []
    for languages in (("fr", "en"), ("en",)):
        content = picture(explained(FALL), [Speaker(language) for language in languages])
        with Image.open(BytesIO(content)) as image:
            heights.append(image.height)
    assert heights[1] < heights[0]


def test_a_long_recording_is_shown_around_its_events(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fall, rate_hz = soundfile.read(FALL, dtype="float32")
    quiet = 0.0005 * np.random.default_rng(0).standard_normal(75 * rate_hz).astype(np.float32)
    soundfile.write(tmp_path / "nuit.flac", np.concatenate([quiet, fall]), rate_hz)
    out = tmp_path / "nuit.png"
    assert main(["explain", str(tmp_path / "nuit.flac"), "--out", str(out), "--lang", "fr"]) == 0
    said = capsys.readouterr().out
    assert "1. Chute probable" in said
    assert "de 0:41,0 à 1:41,0, sur 1:41,0" in said


def test_events_out_of_the_picture_are_named() -> None:
    facts = hear(Request(FALL, AgentSettings(), wish=Wish(0.0, 5.0)))
    assert facts.told == ()
    assert [each.event.label for each in facts.elsewhere] == ["fall"]
    assert "Chute probable 0:1" in "\n".join(Speaker("fr").lines(facts))


@pytest.mark.torch
def test_any_model_can_be_explained(tmp_path: Path) -> None:
    """Other bands, windows and hop, no memory: it hears a thump, and a hiss is nothing to it."""
    pytest.importorskip("onnx", reason="no train extra here: pip install 'veilleur[train]'")
    from tinymodels import write_thump_model

    at_s = np.arange(6 * 16_000) / 16_000
    samples = 0.001 * np.random.default_rng(0).standard_normal(len(at_s))
    for begins_s, hz in ((2.0, 80.0), (4.0, 5000.0)):
        on = (at_s >= begins_s) & (at_s < begins_s + 0.4)
        samples += 0.5 * np.sin(2.0 * np.pi * hz * at_s) * on
    soundfile.write(tmp_path / "deux-sons.wav", samples.astype(np.float32), 16_000)
    model = write_thump_model(tmp_path)
    facts = hear(Request(tmp_path / "deux-sons.wav", AgentSettings(), model=model))
    (told,) = facts.told
    assert told.decisive is not None
    assert 2.0 - 0.25 <= told.decisive.begins_s < told.decisive.ends_s <= 2.4 + 0.25
    assert told.decisive.tones == (Tone.LOW,)
    assert len(facts.outputs) == 4
    out = tmp_path / "deux-sons.png"
    said = ["explain", str(tmp_path / "deux-sons.wav"), "--model", str(model), "--out", str(out)]
    assert main(said) == 0
    assert out.stat().st_size > 0


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """A folder of files that cannot be explained."""
    (tmp_path / "lettre.wav").write_text("Chère maman")
    soundfile.write(tmp_path / "vide.wav", np.zeros(0, np.float32), 16_000)
    soundfile.write(tmp_path / "muet.wav", np.zeros(32_000, np.float32), 16_000)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.wav"], "absent.wav: "),
        (["lettre.wav"], "lettre.wav: cannot be read as audio"),
        (["vide.wav"], "vide.wav: empty, it holds no sound"),
        (["muet.wav"], "muet.wav: digital silence from 0 to 2 s"),
        ([str(FALL), "--from", "90"], "--from 90: "),
        ([str(FALL), "--from", "9", "--to", "3"], "--to 3: not after --from 9"),
        ([str(FALL), "--to", "minuit"], "--to minuit: write seconds"),
        ([str(FALL), "--out", "image.jpg"], "--out image.jpg: the picture is a PNG"),
        ([str(FALL), "--out", "nulle/part.png"], "--out nulle/part.png: No such file"),
        ([str(FALL), "--model", "absent.json"], "absent.json: No such file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_explained_is_named_in_one_line(
    arguments: list[str],
    said: str,
    spoilt: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(spoilt)
    assert main(["explain", *arguments]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("veilleur: ")
    assert said in line
    assert not list(spoilt.glob("*.png"))


def test_without_matplotlib_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["explain", str(FALL)]) == 1
    assert "pip install 'veilleur[explain]'" in capsys.readouterr().err
