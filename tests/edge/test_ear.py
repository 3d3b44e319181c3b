"""The same sound gives the same alerts, however it arrives: from a file or a microphone."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import touchy
from msgspec.structs import replace
from samples import NOON

from classifier.model import Classifier
from edge.audio import AudioBlock, Samples
from edge.config import AgentSettings, Unusual
from edge.ear import Ear
from edge.recording import Recording
from edge.triage import Finding

SCENES = sorted((Path(__file__).parents[2] / "recordings").glob("*.flac"))
CLASSIFIER, TOUCHY = Classifier(), Classifier()
TOUCHY.manifest = touchy(TOUCHY.manifest)
USUAL = AgentSettings()


def time_of(at_s: float) -> datetime:
    return NOON + timedelta(seconds=at_s)


def heard(
    blocks: Iterable[AudioBlock], classifier: Classifier, how: AgentSettings = USUAL
) -> list[Finding]:
    ear = Ear(classifier, how, time_of)
    return [finding for block in blocks for finding in ear.hear(block)] + ear.finish()


def cut(samples: Samples, size: int) -> Iterator[AudioBlock]:
    for start in range(0, samples.size, size):
        yield AudioBlock(samples[start : start + size])


def noise(seed: int, seconds: float) -> Samples:
    """Knocks and hums in noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * 16_000)) / 16_000
    samples = 0.003 * rng.standard_normal(time.size)
    for at_s in rng.uniform(0, seconds, 4):
        later = np.clip(time - at_s, 0.0, None)
        samples += (
            (later > 0) * np.sin(2 * np.pi * rng.uniform(80, 900) * later) * np.exp(-9 * later)
        )
    return (0.4 * samples).astype(np.float32)


@settings(max_examples=8)
@given(seed=st.integers(0, 999), size=st.sampled_from([37, 1600, 48_000]))
def test_blocks_of_any_size_give_the_same_findings(seed: int, size: int) -> None:
    samples = noise(seed, 7.3)
    whole = heard([AudioBlock(samples)], TOUCHY)
    assert whole
    assert heard(cut(samples, size), TOUCHY) == whole


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_a_real_scene_cut_otherwise_is_heard_alike(scene: Path) -> None:
    samples = np.concatenate([block.samples for block in Recording(scene).blocks()])
    usual = heard(cut(samples, 48_000), CLASSIFIER)
    assert heard(cut(samples, 1023), CLASSIFIER) == usual


def test_a_gap_is_no_sound_and_time_goes_on() -> None:
    """What comes after lost samples is not joined to what came before."""
    samples = noise(3, 12.0)
    first, second = samples[: 6 * 16_000], samples[6 * 16_000 :]
    joined = heard([AudioBlock(first), AudioBlock(second)], TOUCHY)
    parted = heard([AudioBlock(first), AudioBlock(second, gap=True)], TOUCHY)
    assert parted != joined
    decided_s = [finding.event.decided_s for finding in parted]
    assert decided_s == sorted(decided_s)
    assert decided_s[-1] >= 11.0


def test_silence_raises_nothing() -> None:
    assert heard([AudioBlock(np.zeros(30 * 16_000, np.float32))], CLASSIFIER) == []


def test_what_is_unusual_is_told_beside_all_else_and_never_in_its_place() -> None:
    unusual = replace(USUAL, unusual=Unusual(enabled=True, loud_db=10.0, cooldown_s=60.0))
    sound = AudioBlock(noise(1, 70.0))
    told = heard([sound], TOUCHY, unusual)
    assert [each for each in told if each.event.label != "unusual"] == heard([sound], TOUCHY)


def test_a_sound_that_nobody_knows_is_told_if_that_is_wished() -> None:
    """More than a minute of faint noise, then two seconds of a loud hum."""
    rng = np.random.default_rng(1)
    samples = (1e-4 * rng.standard_normal(70 * 16_000)).astype(np.float32)
    hum = 0.1 * np.sin(2 * np.pi * 60.0 * np.arange(2 * 16_000) / 16_000)
    samples[64 * 16_000 : 66 * 16_000] += hum.astype(np.float32)
    deaf = Classifier()
    deaf.manifest = replace(
        deaf.manifest,
        labels=tuple(replace(each, threshold=0.9999, curve=()) for each in deaf.manifest.labels),
    )
    wished = replace(USUAL, unusual=Unusual(enabled=True))
    assert heard([AudioBlock(samples)], deaf) == []
    told = heard([AudioBlock(samples)], deaf, wished)
    assert [(each.event.phase.value, each.event.reason, each.priority) for each in told] == [
        ("raised", "unknown_loud", "low"),
        ("ended", "unknown_loud", "low"),
    ]
    assert told[0].event.onset_s == pytest.approx(64.0, abs=1.0)
