"""What is wrong with a recording is found and told to a person, who decides."""

import csv
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from corpora import house_rows, make_audio, rows, write_manifest
from numpy.typing import NDArray

pytestmark = pytest.mark.torch
pytest.importorskip("torch", reason="needs the train extra: pip install '.[train]'")

from classifier.errors import DataRefused  # noqa: E402
from classifier.training.audit import Finding, audit, write_report  # noqa: E402
from classifier.training.clips import read_clips  # noqa: E402
from classifier.training.corpus import Recordings, decode, open_corpus  # noqa: E402
from classifier.training.doubts import doubt  # noqa: E402
from classifier.training.index import index  # noqa: E402
from classifier.training.teacher import CLASSES, NAMES, Teacher  # noqa: E402
from edge.cli import main  # noqa: E402

MODELS = Path(__file__).parents[3] / "shared" / "models"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return make_audio(tmp_path / "audio")


def found(manifest: Path) -> dict[str, list[str]]:
    """Kinds of findings by path."""
    kinds: dict[str, list[str]] = {}
    for finding in audit(Recordings(read_clips(manifest)), None):
        kinds.setdefault(finding.path, []).append(finding.finding)
    return kinds


def sounding(**scores: float) -> NDArray[np.float32]:
    """Scores of a teacher who hears these: Music=0.9."""
    heard = np.zeros(CLASSES, np.float32)
    for name, score in scores.items():
        heard[next(place for place, known in NAMES.items() if known.startswith(name))] = score
    return heard


def wavering_voice(seed: int) -> NDArray[np.float64]:
    """Four seconds of a tone and its harmonics, higher, lower, louder and softer by chance, and of
    breath."""
    rng = np.random.default_rng(seed)
    knots, times = np.linspace(0.0, 64_000.0, 9), np.arange(64_000)
    phase = 2.0 * np.pi * np.cumsum(np.interp(times, knots, rng.uniform(200, 900, 9))) / 16_000
    loudness = np.interp(times, knots, rng.uniform(0.0, 0.1, 9))
    voice: NDArray[np.float64] = loudness * sum(np.sin(each * phase) for each in range(1, 6))
    return voice + 0.001 * rng.standard_normal(64_000)


def test_recordings_that_are_fine_raise_no_doubt(manifest: Path) -> None:
    assert found(manifest) == {}


def test_numbers_tell_silence_clipping_band_length_and_what_cannot_be_read(manifest: Path) -> None:
    audio, rng = manifest.parent, np.random.default_rng(1)
    by_telephone = soxr.resample(rng.standard_normal(8_000), 8_000, 16_000)
    soundfile.write(audio / "snore-1.flac", 0.1 * by_telephone, 16_000)
    soundfile.write(audio / "kettle-0.flac", np.zeros(16_000), 16_000)
    soundfile.write(audio / "kettle-1.flac", np.sign(rng.standard_normal(16_000)), 16_000)
    soundfile.write(audio / "kettle-2.flac", 0.1 * rng.standard_normal(20_000), 16_000)
    (audio / "snore-0.flac").write_bytes(b"no sound")
    assert found(manifest) == {
        "kettle-0.flac": ["silent"],
        "kettle-1.flac": ["clipped"],
        "kettle-2.flac": ["duration"],
        "snore-0.flac": ["unreadable"],
        "snore-1.flac": ["narrow"],
    }


def test_the_same_sound_twice_is_found_by_its_samples(manifest: Path) -> None:
    audio = manifest.parent
    shutil.copy(audio / "scream-0.flac", audio / "kettle-0.flac")
    shutil.copy(audio / "snore-0.flac", audio / "snore-1.flac")
    assert found(manifest) == {
        "scream-0.flac": ["relabelled"],
        "kettle-0.flac": ["relabelled"],
        "snore-1.flac": ["leaked"],
    }


def test_a_recording_is_known_again_otherwise_encoded_softer_and_cut(tmp_path: Path) -> None:
    """Else what teaches would judge."""
    lasts_s = {"scream-0.flac": 4.0, "scream-1.flac": 2.5, "scream-2.flac": 4.0}
    lines = [row | {"duration_s": lasts_s.get(row["path"], 1.0)} for row in rows()]
    manifest = make_audio(tmp_path / "audio", lines)
    audio, scream, other = manifest.parent, wavering_voice(1), wavering_voice(2)
    soundfile.write(audio / "scream-0.flac", scream, 16_000)
    again = 0.3 * scream[12_345 : 12_345 + 40_000]
    soundfile.write(audio / "scream-1.flac", again, 16_000, "VORBIS", format="OGG")
    soundfile.write(audio / "scream-2.flac", other, 16_000)
    assert found(manifest)["scream-1.flac"] == ["twin"]
    assert "scream-2.flac" not in found(manifest)


def test_the_teacher_doubts_a_scream_that_is_music_and_an_ordinary_sound_that_cries(
    manifest: Path,
) -> None:
    clips = {clip.path: clip for clip in read_clips(manifest)}
    scream, kettle, cry = (clips[f"{name}-0.flac"] for name in ("scream", "kettle", "baby_cry"))
    assert doubt(scream, sounding(Music=0.9, Screaming=0.01)) == (
        "Music 0.90; of its own label Screaming 0.01"
    )
    assert doubt(scream, sounding(Music=0.9, Screaming=0.2)) == ""
    assert doubt(kettle, sounding(Baby=0.8)) == "Baby cry, infant cry 0.80"
    assert doubt(kettle, sounding(Music=0.9)) == ""
    assert doubt(cry, sounding(Animal=0.8)).startswith("Animal 0.80; of its own label")


def test_the_report_begins_with_what_nobody_has_decided(tmp_path: Path) -> None:
    decided = Finding("a.flac", "call", "scream", "clipped", "9 %", "clipped beyond use")
    write_report([decided, Finding("b.flac", "call", "scream", "silent", "", "")], tmp_path / "r")
    with (tmp_path / "r").open(newline="") as file:
        assert [row["path"] for row in csv.DictReader(file)] == ["b.flac", "a.flac"]


def test_one_command_audits_and_renders_nothing(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (manifest.parent / "kettle-0.flac").unlink()
    work = tmp_path / "work"
    command = ["dataset", "--audit", "--audio", str(manifest.parent), "--work", str(work)]
    assert main(command) == 0
    assert "1 unreadable" in capsys.readouterr().out
    assert [path.name for path in work.iterdir()] == ["audit.csv"]


def test_a_training_remembers_what_it_was_made_from(manifest: Path, tmp_path: Path) -> None:
    work, clips = tmp_path / "work", read_clips(manifest)
    decode(clips, work / "corpus")
    index(clips, [manifest], work)
    first = (work / "dataset.json").read_bytes()
    facts = json.loads(first)
    assert facts["manifest_sha256"] == hashlib.sha256(manifest.read_bytes()).hexdigest()
    assert facts["clips"] == len(rows())
    assert facts["sources"] == {"home": {"call": 3, "cry": 3, "fall": 3, "other": 12}}
    assert sum(n for part in facts["parts"].values() for n in part.values()) == len(rows())
    index(clips, [manifest], work)
    assert (work / "dataset.json").read_bytes() == first
    write_manifest(manifest.parent, [row | {"lang": "fr"} for row in rows()])
    with pytest.raises(DataRefused, match=r"manifest_sha256: is now .*: begin in another --work"):
        index(read_clips(manifest), [manifest], work)


def test_a_training_that_was_not_free_never_becomes_so(manifest: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    write_manifest(manifest.parent, [row | {"nc": int(row["label"] == "fall")} for row in rows()])
    decode(read_clips(manifest), work / "corpus")
    index(read_clips(manifest), [manifest], work)
    with pytest.raises(DataRefused, match=r"free: is now True: begin in another --work"):
        index(read_clips(manifest, free=True), [manifest], work)


def test_a_training_remembers_every_folder_it_was_made_from(manifest: Path, tmp_path: Path) -> None:
    work, house = tmp_path / "work", make_audio(tmp_path / "house", house_rows())
    decode(read_clips(manifest, house), work / "corpus")
    index(read_clips(manifest, house), [manifest, house], work)
    assert json.loads((work / "dataset.json").read_bytes())["sources"]["our house"] == {"other": 4}
    write_manifest(house.parent, [row | {"lang": "fr"} for row in house_rows()])
    with pytest.raises(DataRefused, match=r"manifest_sha256: is now .*: begin in another --work"):
        index(read_clips(manifest, house), [manifest, house], work)


def test_each_recording_is_read_from_its_own_folder(manifest: Path, tmp_path: Path) -> None:
    house = make_audio(tmp_path / "house", house_rows())
    soundfile.write(house.parent / "trolley-3.flac", np.full(16_000, 0.5), 16_000)
    sounds = Recordings(read_clips(manifest, house))
    assert sounds.clips[-1].path == "trolley-3.flac"
    np.testing.assert_array_equal(sounds.samples(len(rows()) + 3), np.full(16_000, 0.5))


def test_an_excluded_recording_may_be_broken(manifest: Path, tmp_path: Path) -> None:
    (manifest.parent / "kettle-0.flac").write_bytes(b"no sound")
    with pytest.raises(DataRefused, match=r"kettle-0\.flac: .*: mend it, or exclude it"):
        decode(read_clips(manifest), tmp_path / "corpus")
    manifest.with_name("exclusions.csv").write_text("path,reason\nkettle-0.flac,no sound\n")
    clips = read_clips(manifest)
    decode(clips, tmp_path / "corpus")
    corpus = open_corpus(clips, tmp_path / "corpus")
    for number in (2, 20):
        read = Recordings(clips).samples(number)
        np.testing.assert_array_equal(corpus.samples(number), read)


@pytest.mark.shared
def test_the_teacher_knows_the_classes_by_their_published_names_and_hears_a_baby() -> None:
    if not MODELS.exists():
        pytest.skip("needs ../shared/models beside the project")
    with (MODELS / "audioset_classes.csv").open(newline="", encoding="utf-8") as file:
        names = {int(row["index"]): row["display_name"] for row in csv.DictReader(file)}
    assert {place: names[place] for place in NAMES} == dict(NAMES)
    teacher = Teacher(MODELS / "mn04_as_mAP_432.pt")
    audio = MODELS.parent / "audio"
    crying = [clip for clip in read_clips(audio / "manifest.csv") if clip.sublabel == "baby_cry"]
    heard = [teacher.hear(Recordings(crying).samples(n)) for n in range(0, 40, 10)]
    assert np.mean([scores[23] for scores in heard]) > 0.5
