"""The same sound gives the same alerts, however it arrives: from a file or a microphone."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from samples import NOON

from classifier.model import Classifier
from edge.audio import AudioBlock, Samples
from edge.config import AgentSettings
from edge.ear import Ear
from edge.recording import Recording
from edge.triage import Finding

SCENES = sorted((Path(__file__).parents[2] / "recordings").glob("*.flac"))
CLASSIFIER = Classifier()


def touchy() -> AgentSettings:
    """Settings that hear an event in almost anything: there must be something to compare."""
    rules = AgentSettings().rules
    changed = {
        name: replace(getattr(rules, name), threshold_scale=0.001)
        for name in rules.__struct_fields__
    }
    return replace(AgentSettings(), rules=replace(rules, **changed))


def time_of(at_s: float) -> datetime:
    return NOON + timedelta(seconds=at_s)


def heard(blocks: Iterable[AudioBlock], how: AgentSettings) -> list[Finding]:
    ear = Ear(CLASSIFIER, how, time_of)
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
    whole = heard([AudioBlock(samples)], touchy())
    assert whole
    assert heard(cut(samples, size), touchy()) == whole


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_a_real_scene_cut_otherwise_is_heard_alike(scene: Path) -> None:
    samples = np.concatenate([block.samples for block in Recording(scene).blocks()])
    usual = heard(cut(samples, 48_000), AgentSettings())
    assert heard(cut(samples, 1023), AgentSettings()) == usual


def test_a_gap_is_no_sound_and_time_goes_on() -> None:
    """What comes after lost samples is not joined to what came before."""
    samples = noise(3, 12.0)
    first, second = samples[: 6 * 16_000], samples[6 * 16_000 :]
    joined = heard([AudioBlock(first), AudioBlock(second)], touchy())
    parted = heard([AudioBlock(first), AudioBlock(second, gap=True)], touchy())
    assert parted != joined
    decided_s = [finding.event.decided_s for finding in parted]
    assert decided_s == sorted(decided_s)
    assert decided_s[-1] >= 11.0


def test_silence_raises_nothing() -> None:
    assert heard([AudioBlock(np.zeros(30 * 16_000, np.float32))], AgentSettings()) == []
