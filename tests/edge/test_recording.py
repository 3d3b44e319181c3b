"""Any file of sound is heard to its end, or it is said which one was not, and why."""

import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from edge.recording import Recording, RecordingRefused, find_recordings

Samples = NDArray[np.float32]
SECONDS = 3.3


def a_tone(rate_hz: int, seconds: float = SECONDS) -> Samples:
    time = np.arange(int(seconds * rate_hz)) / rate_hz
    tone: Samples = (0.5 * np.sin(2 * np.pi * 440.0 * time)).astype(np.float32)
    return tone


def heard(path: Path) -> Samples:
    return np.concatenate([block.samples for block in Recording(path).blocks()])


def write(path: Path, rate_hz: int = 16_000, channels: int = 1, seconds: float = SECONDS) -> Path:
    samples = np.stack([a_tone(rate_hz, seconds)] * channels, axis=1)
    container = {".opus": "OGG"}.get(path.suffix)
    subtype = {".opus": "OPUS"}.get(path.suffix)
    soundfile.write(path, samples, rate_hz, format=container, subtype=subtype)
    return path


@pytest.mark.parametrize(
    ("name", "rate_hz", "channels"),
    [
        ("a.wav", 16_000, 1),
        ("a.wav", 8_000, 1),
        ("a.wav", 44_100, 2),
        ("a.wav", 96_000, 6),
        ("a.flac", 48_000, 2),
        ("a.ogg", 44_100, 1),
        ("a.opus", 48_000, 2),
        ("a.mp3", 44_100, 2),
        ("a.aiff", 22_050, 1),
        ("a.au", 11_025, 1),
    ],
)
def test_any_format_rate_and_channels(
    tmp_path: Path, name: str, rate_hz: int, channels: int
) -> None:
    samples = heard(write(tmp_path / name, rate_hz, channels))
    assert samples.dtype == np.float32
    assert len(samples) / 16_000 == pytest.approx(SECONDS, abs=0.1)
    middle = samples[16_000:32_000]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    assert int(np.argmax(np.abs(np.fft.rfft(middle)))) == 440


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff"])
def test_a_file_cut_short_is_heard_as_far_as_it_goes_and_then_refused(
    tmp_path: Path, suffix: str
) -> None:
    whole = write(tmp_path / f"whole{suffix}", seconds=20)
    cut = tmp_path / f"cut{suffix}"
    content = whole.read_bytes()
    cut.write_bytes(content[: len(content) * 6 // 10])
    lengths: list[int] = []
    with pytest.raises(RecordingRefused, match=rf"cut{suffix}: "):
        lengths.extend(block.samples.size for block in Recording(cut).blocks())
    assert sum(lengths) > 16_000 * 5


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.wav", b"", "cannot be read as audio"),
        ("text.wav", b"dear diary " * 500, "cannot be read as audio"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(5000), "cannot be read as audio"),
    ],
)
def test_what_is_no_audio_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RecordingRefused, match=rf"{name}: {said}"):
        heard(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingRefused, match=r"gone\.wav: "):
        heard(tmp_path / "gone.wav")


def test_a_file_without_sound_is_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
    with pytest.raises(RecordingRefused, match=r"a\.wav: empty, it holds no sound"):
        heard(tmp_path / "a.wav")


def test_numbers_that_are_no_sound_are_refused(tmp_path: Path) -> None:
    samples = a_tone(16_000)
    samples[30_000] = np.nan
    soundfile.write(tmp_path / "a.wav", samples, 16_000, subtype="FLOAT")
    with pytest.raises(RecordingRefused, match=r"a\.wav: holds numbers that are no sound"):
        heard(tmp_path / "a.wav")


def test_a_wav_whose_writer_did_not_know_its_length_is_whole(tmp_path: Path) -> None:
    """As programs write that record into a pipe."""
    content = bytearray(write(tmp_path / "a.wav").read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = b"\xff\xff\xff\xff"
    (tmp_path / "a.wav").write_bytes(content)
    assert len(heard(tmp_path / "a.wav")) == int(SECONDS * 16_000)


def test_a_long_recording_comes_in_small_pieces(tmp_path: Path) -> None:
    blocks = Recording(write(tmp_path / "a.flac", 48_000, seconds=30)).blocks()
    assert max(block.samples.size for block in blocks) <= 2 * 16_000


def test_a_folder_gives_its_recordings_by_name_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    wanted = [write(tmp_path / name) for name in ("a.wav", "b.FLAC", "deep/c.opus")]
    (tmp_path / "a.txt").write_text("0\t1\tfall\n")
    found = find_recordings(tmp_path)
    assert found == wanted
    assert all(a < b for a, b in pairwise(found))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingRefused, match="holds no recordings"):
        find_recordings(tmp_path)
