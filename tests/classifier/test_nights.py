"""Nights that anyone can make again, with labels that say exactly what sounds when."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from corpora import house_rows, make_audio

pytestmark = pytest.mark.torch
pytest.importorskip("pyroomacoustics", reason="needs the train extra: pip install '.[train]'")

from scipy.signal import butter, sosfilt  # noqa: E402

from classifier.training.night_files import stream_nights, write_nights  # noqa: E402
from classifier.training.nights import KINDS, Nights, Stretch, Wish  # noqa: E402
from classifier.training.scene_files import read_truth, write_scenes  # noqa: E402
from classifier.training.scenes import Event, rises_s  # noqa: E402
from classifier.training.shards import Shard  # noqa: E402
from classifier.training.workshop import Sizes, Workshop  # noqa: E402
from edge.cli import main  # noqa: E402
from edge.labels import read_labels  # noqa: E402

RATE_HZ = 16_000
TWO_MINUTES = 2 / 60


@pytest.fixture
def wish(tmp_path: Path) -> Wish:
    """Two dense minutes of every recording there is."""
    return Wish([make_audio(tmp_path / "audio")], "all", "dense", TWO_MINUTES, seed=1)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(
    wish: Wish, tmp_path: Path
) -> None:
    for name, seed in (("once", 1), ("again", 1), ("other", 2)):
        write_nights(replace(wish, seed=seed, hours=1 / 60), tmp_path / name)
    once, again, other = (contents(tmp_path / name) for name in ("once", "again", "other"))
    assert set(once) == {
        "made-from.txt",
        *(f"dense-0000{suffix}" for suffix in (".flac", ".txt", ".json")),
    }
    assert once == again
    assert all(once[name] != other[name] for name in once)


def test_televisions_and_radios_teach_as_they_judge(tmp_path: Path) -> None:
    taught = {order.folder.name: order for order in Workshop([], tmp_path).orders(Sizes())}
    for name in ("train", "talk", "blows"):
        assert set(taught[name].recipe.beds) == set(KINDS["night"].beds)


def test_falls_can_be_made_up_where_none_judges(wish: Wish) -> None:
    recorded, made_up = (
        Nights(replace(wish, hours=0.1, made_up=asked)).stream() for asked in (False, True)
    )
    assert "fall_physics" not in sublabels(recorded)
    assert "fall_physics" in sublabels(made_up)


def sublabels(nights: Iterable[Stretch]) -> set[str]:
    return {event.sublabel for stretch in nights for event in stretch.events}


def test_two_processes_write_what_one_writes(wish: Wish, tmp_path: Path) -> None:
    for name, processes in (("one", 1), ("two", 2)):
        write_nights(wish, tmp_path / name, processes=processes)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_the_stream_is_what_the_disk_holds(wish: Wish, tmp_path: Path) -> None:
    write_nights(wish, tmp_path / "disk")
    (tmp_path / "stream").mkdir()
    with (tmp_path / "stream" / "heard.wav").open("wb") as file:
        stream_nights(wish, tmp_path / "stream", file)
    heard, rate_hz = soundfile.read(tmp_path / "stream" / "heard.wav", dtype="int16")
    recordings = [tmp_path / "disk" / f"dense-{n:04d}.flac" for n in (0, 1)]
    disk = [soundfile.read(path, dtype="int16")[0] for path in recordings]
    assert rate_hz == RATE_HZ
    np.testing.assert_array_equal(heard, np.concatenate(disk))
    later = [
        (event.sublabel, pytest.approx(event.onset_s + 60.0 * n, abs=1e-5), event.distance_m)
        for n, path in enumerate(recordings)
        for event in read_truth(path)
    ]
    streamed = read_truth(tmp_path / "stream" / "dense.wav")
    assert [(one.sublabel, one.onset_s, one.distance_m) for one in streamed] == later
    assert any(one.rises_s is not None for one in streamed)
    for one in streamed:
        assert one.rises_s is None or one.onset_s - 0.02 <= one.rises_s <= one.offset_s + 0.4


def test_a_sound_that_swells_rises_above_the_bed_after_its_onset() -> None:
    swelling = np.linspace(0.0, 2.0, 2 * RATE_HZ, dtype=np.float32)
    assert rises_s(swelling, 5.0, 1.0) == pytest.approx(6.0, abs=0.03)
    assert rises_s(swelling, 5.0, 100.0) == pytest.approx(5.0, abs=0.03)
    assert rises_s(swelling, 5.0, 0.1) is None, "nobody hears it at all"


def test_a_scream_after_a_silence_is_another(tmp_path: Path) -> None:
    """The first may be missed; how soon the second is told counts from its own onset."""
    manifest = make_audio(tmp_path)
    cry, hush = np.random.default_rng(1).standard_normal(9600), np.zeros(11_200)
    for recording in tmp_path.glob("scream-*.flac"):
        soundfile.write(recording, 0.1 * np.concatenate([cry, hush, cry]), RATE_HZ)
    nights = Nights(Wish([manifest], "all", "dense", TWO_MINUTES, seed=1))
    events = [event for number in range(2) for event in nights.stretch(number).events]
    screams = [event for event in events if "scream" in event.targets]
    assert len(screams) > 2
    for one, other in zip(screams[::2], screams[1::2], strict=True):
        assert one.group == other.group
        assert other.onset_s - one.offset_s == pytest.approx(0.7, abs=0.021)
        assert one.offset_s - one.onset_s == pytest.approx(0.6, abs=0.021)


def test_a_fall_begins_with_its_first_blow(wish: Wish) -> None:
    """Of each that follows a pause: its low tones are loudest after its onset, whatever rustled
    before; and so is all of it, but where a microphone that hears few of them hears the rustle too.
    """
    falls = replace(KINDS["dense"], beds={"quiet": 1.0}, wanted={"fall": 1.0}, overlap=0.0)
    nights = Nights(replace(wish, made_up=True), replace(falls, gap_s=4.0))
    low_tones = butter(4, 120.0, fs=RATE_HZ, output="sos")
    louder_after = []
    for number in range(6):
        stretch = nights.stretch(number)
        level, silent_from_s = np.abs(stretch.samples.astype(np.float32)), 0.0
        low = np.abs(sosfilt(low_tones, stretch.samples))
        for event in stretch.events:
            if event.sublabel == "fall_physics" and event.onset_s > silent_from_s + 1.0:
                first, last = (int(at_s * RATE_HZ) for at_s in (event.onset_s, event.offset_s))
                before, after = level[first - RATE_HZ : first - 16], level[first:last]
                louder_after.append(after.max() > before.max())
                assert low[first:last].max() > low[first - RATE_HZ : first - 16].max()
            silent_from_s = event.offset_s + 1.0
    assert len(louder_after) > 20
    assert np.mean(louder_after) > 0.9


def test_a_sound_begins_when_its_label_says(wish: Wish) -> None:
    """Of each loud sound after a pause: nothing of it before its onset, all of it from there on."""
    nights, checked = Nights(wish, replace(KINDS["dense"], beds={"quiet": 1.0}, overlap=0.0)), 0
    for number in range(3):
        stretch = nights.stretch(number)
        level = np.abs(stretch.samples.astype(np.float32))
        silent_from_s = 0.0
        for event in stretch.events:
            if event.snr_db > 20.0 and event.onset_s > silent_from_s:
                at = int(event.onset_s * RATE_HZ)
                assert level[at + 16 : at + 496].mean() > 2.0 * level[at - 480 : at].mean()
                checked += 1
            silent_from_s = event.offset_s + 1.0
    assert checked >= 3


def test_what_is_known_of_each_sound_lies_beside_the_recording(wish: Wish, tmp_path: Path) -> None:
    write_nights(replace(wish, hours=1 / 60), tmp_path / "out")
    events = read_truth(tmp_path / "out" / "dense-0000.flac")
    for event in events:
        known = event.sublabel.removeprefix("television_")
        assert event.group.rsplit("-", 1)[0] == known or known.startswith("bed_")
        assert event.source == "home"
        assert event.distance_m is None or 0.5 < event.distance_m < 9.5
        assert -5.0 <= event.snr_db <= 32.0
    promises = [
        one for one in read_labels(tmp_path / "out" / "dense-0000.txt") if one.promises_alert
    ]
    wanted = [event for event in events if event.targets & {"fall", "scream", "baby_cry"}]
    assert [round(one.onset_s, 2) for one in promises] == [round(one.onset_s, 2) for one in wanted]


def test_scenes_that_judge_a_training_have_the_same_side_file(tmp_path: Path) -> None:
    event = Event(
        frozenset({"fall"}), frozenset(), "bodyfall", "home", 0.5, 0.9, 12.0, "", "mat-1", 2.5
    )
    shard = Shard(np.zeros((1, RATE_HZ), np.int16), [[event]])
    write_scenes(shard, tmp_path, "000")
    assert read_truth(tmp_path / "000-000.flac") == [event]
    assert (tmp_path / "000-000.txt").read_text() == "0.50\t0.90\tfall:fall\n"


def test_a_night_of_any_length_begins_at_once_and_keeps_nothing(wish: Wish) -> None:
    hundred_years = Nights(replace(wish, hours=876_000.0)).stream()
    first, second = next(hundred_years), next(hundred_years)
    assert len(first.samples) == len(second.samples) == 60 * RATE_HZ
    assert max(event.onset_s for event in first.events) < 60.0
    assert min(event.onset_s for event in second.events) >= 60.0


def test_what_was_stopped_goes_on_where_it_was(wish: Wish, tmp_path: Path) -> None:
    write_nights(wish, tmp_path / "out")
    whole = contents(tmp_path / "out")
    (tmp_path / "out" / "dense-0001.flac").unlink()
    kept = (tmp_path / "out" / "dense-0000.flac").stat().st_mtime_ns
    write_nights(wish, tmp_path / "out")
    assert contents(tmp_path / "out") == whole
    assert (tmp_path / "out" / "dense-0000.flac").stat().st_mtime_ns == kept


def test_what_is_on_television_is_nobody_in_the_room(wish: Wish) -> None:
    recipe = replace(KINDS["dense"], beds={"television": 1.0}, televised=1.0)
    nights = Nights(wish, recipe)
    events = [event for number in range(2) for event in nights.stretch(number).events]
    screened = [event for event in events if event.sublabel.startswith("television_")]
    assert screened
    assert all(event.targets <= {"impact"} for event in screened)
    assert not any(event.targets & {"scream", "baby_cry", "fall"} for event in events)


def test_a_house_of_its_own_is_heard_beside_the_public_recordings(
    wish: Wish, tmp_path: Path
) -> None:
    house = make_audio(tmp_path / "house", house_rows())
    folders = [part for one in (*wish.manifests, house) for part in ("--audio", str(one.parent))]
    out = tmp_path / "out"
    command = ["scenes", *folders, "--out", str(out), "--part", "all", "--kind", "dense"]
    assert main([*command, "--hours", str(TWO_MINUTES)]) == 0
    events = [event for path in out.glob("*.flac") for event in read_truth(path)]
    assert {"home", "our house"} <= {event.source for event in events}


def test_what_is_excluded_is_never_heard(wish: Wish) -> None:
    lines = [f"kettle-{n}.flac,recorded beside a radio" for n in (0, 1)]
    wish.manifests[0].with_name("exclusions.csv").write_text("\n".join(["path,reason", *lines]))
    events = [event for number in range(3) for event in Nights(wish).stretch(number).events]
    assert {event.group for event in events if event.sublabel == "kettle"} == {"kettle-2"}


def test_a_listener_who_leaves_ends_it_quietly_with_whole_labels(
    wish: Wish, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "edge.cli", "scenes", "--audio", str(wish.manifests[0].parent)]
    options = ["--part", "all", "--kind", "dense", "--out", str(tmp_path / "out"), "--stream"]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as making:
        assert making.stdout is not None
        assert making.stderr is not None
        assert making.stdout.read(4) == b"RIFF"
        making.stdout.close()
        said = making.stderr.read().decode()
    assert making.returncode == 0
    assert "Error" not in said
    assert read_truth(tmp_path / "out" / "dense.wav")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--hours", "0"], "--hours 0: write more than 0"),
        (["--part", "held"], "part held: holds no ordinary sounds"),
        (["--seed", "2"], "holds scenes of another order: name another --out"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(
    options: list[str], said: str, wish: Wish, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "made-from.txt").write_text("somebody else's")
    places = ["--audio", str(wish.manifests[0].parent), "--out", str(out), "--part", "all"]
    assert main(["scenes", *places, "--kind", "dense", *options]) == 1
    assert said in capsys.readouterr().err


def test_a_recording_that_is_missing_is_named(
    wish: Wish, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in wish.manifests[0].parent.glob("*.flac"):
        path.unlink()
    places = ["--audio", str(wish.manifests[0].parent), "--out", str(tmp_path / "out")]
    assert main(["scenes", *places, "--part", "all", "--kind", "dense"]) == 1
    assert ".flac: Error opening" in capsys.readouterr().err
