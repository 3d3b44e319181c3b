"""What listening costs, stage by stage, beside plain YAMNet in the same run."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifier.features import LogMel
from classifier.manifest import Manifest, read_filterbank, read_manifest
from classifier.model import Classifier
from classifier.scores import Scores
from classifier.sessions import open_session
from edge.audio import SAMPLE_RATE_HZ, AudioBlock
from edge.config import AgentSettings
from edge.detector import Detector
from edge.ear import Ear
from edge.resample import Resampler
from edge.take import BLOCK_S
from edge.triage import Triage

if TYPE_CHECKING:
    from classifier.training.reference import Reference

AGENT, CLASSIFIER, RESAMPLING = "whole agent", "whole classifier", "resampling 48 kHz"
YAMNET = "plain YAMNet, hop 0.48 s"
SOUND_S = 30.0
ROUNDS = 60
"""Half a minute: on a machine shared with others each stage then has some quiet rounds."""
MICROPHONE_HZ = 48_000
YAMNET_HOP_FRAMES = 48
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

Samples = NDArray[np.float32]
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds per second of sound, in the quickest of all rounds.

    What else a machine does can only add to it, as `timeit` of the standard library says.
    """

    name: str
    ms_per_s: float


def costs(model: Path, reference: "Reference | None") -> list[Cost]:
    """Measure each stage, classifier and agent whole, and the reference if any: turn by turn."""
    stages = _stages(model, reference)
    spent: dict[str, list[float]] = {name: [] for name in stages}
    for _ in range(ROUNDS):
        for name, work in stages.items():
            began_s = time.process_time()
            work()
            spent[name].append((time.process_time() - began_s) * 1000.0 / SOUND_S)
    return [Cost(name, min(values)) for name, values in spent.items()]


def some_sound(seconds: float, rate_hz: int = SAMPLE_RATE_HZ) -> Samples:
    """Noise with a knock every second."""
    rng = np.random.default_rng(0)
    samples = 0.01 * rng.standard_normal(int(seconds * rate_hz))
    samples[::rate_hz] = 0.9
    return samples.astype(np.float32)


def blocks_of(samples: Samples, rate_hz: int) -> list[Samples]:
    """Cut as a microphone does."""
    size = int(BLOCK_S * rate_hz)
    return [samples[start : start + size] for start in range(0, len(samples), size)]


def _stages(model: Path, reference: "Reference | None") -> dict[str, Work]:
    manifest = read_manifest(model)
    bank = read_filterbank(model, manifest)
    heard = blocks_of(some_sound(SOUND_S), SAMPLE_RATE_HZ)
    recorded = blocks_of(some_sound(SOUND_S, MICROPHONE_HZ), MICROPHONE_HZ)
    classifier = Classifier(model)
    scores = [scores for block in heard for scores in classifier.push(block)]
    hop = manifest.hop_frames
    patch = LogMel(manifest.front_end, bank).push(some_sound(1.1))[: manifest.patch_frames]
    stages: dict[str, Work] = {
        RESAMPLING: lambda: _resample(recorded),
        "features": lambda: _push_all(LogMel(manifest.front_end, bank, hop).push, heard),
        "model": lambda: [classifier.judge(patch) for _ in scores],
        "rules": lambda: _decide(manifest, scores),
        CLASSIFIER: lambda: _push_all(classifier.push, heard),
        AGENT: lambda: _listen(classifier, recorded),
    }
    if reference is not None:
        yamnet = open_session(reference.network, "yamnet")
        log_mel = LogMel(reference.front_end, reference.filterbank, YAMNET_HOP_FRAMES)
        stages[YAMNET] = lambda: _plain_yamnet(yamnet.run, log_mel, recorded)
    return stages


def _resample(blocks: Sequence[Samples]) -> None:
    _push_all(Resampler(MICROPHONE_HZ, 1).push, (block[:, None] for block in blocks))


def _push_all(push: Callable[[Samples], object], blocks: Iterable[Samples]) -> None:
    for block in blocks:
        push(block)


def _decide(manifest: Manifest, scores: Iterable[Scores]) -> None:
    settings = AgentSettings()
    detector, triage = Detector(manifest, settings), Triage(settings)
    for decision in scores:
        for event in detector.hear(decision):
            triage.judge(event, NOON)


def _listen(classifier: Classifier, blocks: Sequence[Samples]) -> None:
    resampler = Resampler(MICROPHONE_HZ, 1)
    ear = Ear(classifier, AgentSettings(), lambda _at_s: NOON)
    for block in blocks:
        ear.hear(AudioBlock(resampler.push(block[:, None])))


def _plain_yamnet(run: Callable[..., object], log_mel: LogMel, blocks: Sequence[Samples]) -> None:
    """The usual way: resample, log-mel, one patch of 0.96 s every 0.48 s."""
    resampler = Resampler(MICROPHONE_HZ, 1)
    frames = np.zeros((0, log_mel.spec.n_mels), np.float32)
    for block in blocks:
        frames = np.concatenate([frames, log_mel.push(resampler.push(block[:, None]))])
        while len(frames) >= 2 * YAMNET_HOP_FRAMES:
            run(None, {"patch": frames[None, : 2 * YAMNET_HOP_FRAMES]})
            frames = frames[YAMNET_HOP_FRAMES:]
