"""The same scene heard otherwise, and hints at what is said; needs the `train` extra."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="needs the train extra: pip install '.[train]'")

from classifier.features import LogMelSpec  # noqa: E402
from classifier.training.design import filterbank, log_mel  # noqa: E402
from classifier.training.hints import FIRST_S, STEP_S, SpeechEmbedding  # noqa: E402
from classifier.training.lessons import Lessons  # noqa: E402
from classifier.training.otherwise import Otherwise, as_it_is  # noqa: E402
from classifier.training.scenes import Event  # noqa: E402
from classifier.training.shards import Shard  # noqa: E402

SPEC = LogMelSpec()
BANK = filterbank(SPEC)
RATE_HZ = SPEC.sample_rate_hz
FLAT = np.zeros(SPEC.n_mels, np.float32)


def knock(at_s: float, seconds: float = 10.0) -> np.ndarray:
    """Silence, but for 50 ms."""
    samples = np.zeros(int(seconds * RATE_HZ), np.float32)
    samples[int(at_s * RATE_HZ) :][:800] = 0.5 * np.random.default_rng(0).standard_normal(800)
    return samples


@given(at_s=st.floats(1.0, 8.0), tempo=st.floats(0.82, 1.22), skipped_s=st.floats(0.0, 0.8))
def test_a_sound_heard_quicker_or_slower_is_where_its_label_is(
    at_s: float, tempo: float, skipped_s: float
) -> None:
    event = Event(frozenset({"fall"}), frozenset(), "thud", "here", at_s, at_s + 0.05, 20.0)
    otherwise = Otherwise(tempo, 1.0, FLAT)
    (moved,) = otherwise.events([event], skipped_s)
    mel = otherwise.mel(log_mel(knock(at_s), SPEC, BANK), SPEC)
    loudest_s = float(mel.sum(axis=1).argmax()) * SPEC.hop / RATE_HZ
    assert moved.onset_s - 0.05 <= loudest_s - skipped_s <= moved.offset_s + 0.05


@given(hertz=st.floats(300.0, 3000.0), throat=st.floats(0.85, 1.17))
def test_another_throat_moves_a_tone_as_far_as_it_says(hertz: float, throat: float) -> None:
    seconds = np.arange(RATE_HZ // 2) / RATE_HZ

    def tone(at_hz: float) -> np.ndarray:
        samples = np.sin(2.0 * np.pi * at_hz * seconds).astype(np.float32)
        return log_mel(samples, SPEC, BANK)

    moved = Otherwise(1.0, throat, FLAT).mel(tone(hertz), SPEC)
    expected = tone(hertz * throat)
    assert abs(int(moved[20].argmax()) - int(expected[20].argmax())) <= 1


def test_nothing_changes_a_scene_that_is_heard_as_it_is() -> None:
    mel = log_mel(knock(2.0), SPEC, BANK)
    np.testing.assert_array_equal(as_it_is(SPEC).mel(mel, SPEC), mel[:-1])


def test_hints_say_when_a_sound_is_heard() -> None:
    """Those of a room with a knock differ from those without where the knock is looked at."""
    at_s = 6.0
    room = 0.003 * np.random.default_rng(1).standard_normal(10 * RATE_HZ)
    samples = (np.stack([room, room + knock(at_s)]) * 32767.0).astype(np.int16)
    without, knocked = (SpeechEmbedding().steps(scene).astype(np.float32) for scene in samples)
    first, last = np.flatnonzero(np.abs(knocked - without).max(axis=1) > 0.1)[[0, -1]]
    assert at_s <= FIRST_S + STEP_S * first <= at_s + 0.2
    assert at_s + 0.7 <= FIRST_S + STEP_S * last <= at_s + 0.95
    (lesson,) = Lessons([Shard(samples, [[], []])], 2, embedding=SpeechEmbedding()).epoch(0)
    assert lesson.hints.shape[1] == 3 * (2 * lesson.patches.shape[1] - 1)
    assert not lesson.hints.isnan().any()


def test_a_scene_that_goes_on_under_another_is_never_wrong_to_hear() -> None:
    """Silence over a scream: at times it is heard under it, and then counts nothing."""
    scream = Event(frozenset({"scream"}), frozenset(), "scream", "here", 1.0, 9.0, 20.0)
    samples = np.zeros((2, 10 * RATE_HZ), np.int16)
    samples[1] = np.random.default_rng(0).integers(-9000, 9000, 10 * RATE_HZ)
    lessons = Lessons([Shard(samples, [[], [scream]])], 2, varied=True)
    taught = [lesson for seed in range(12) for lesson in lessons.epoch(seed)]
    calm = torch.cat([one.counts[one.wanted.sum((1, 2)) == 0][:, :, 1] for one in taught])
    middle = calm[:, calm.shape[1] // 2]
    assert {0.0, 1.0} == set(middle.tolist())
