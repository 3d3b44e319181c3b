"""From recordings to the model that ships, in steps that can each be stopped and resumed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from classifier.errors import DataRefused
from classifier.features import LogMelSpec
from classifier.progress import bar
from classifier.training.design import filterbank, log_mel
from classifier.training.export import export
from classifier.training.hints import SpeechEmbedding
from classifier.training.index import index
from classifier.training.lean import SoundsPupil
from classifier.training.lessons import Lessons
from classifier.training.network import HOP_FRAMES, Ear, Embedder, Shape
from classifier.training.pupils import Learner, WordsPupil
from classifier.training.room import FRESH_FRAMES
from classifier.training.scene_files import write_scenes
from classifier.training.shards import read_shards, render
from classifier.training.teacher import Teacher
from classifier.training.train import Plan, Training
from classifier.training.tune import Choice, choose, hear, share_of_head
from classifier.training.urgent import UrgentPupil
from classifier.training.workshop import JUDGES, Sizes, Workshop, prepare

SOUNDS, WORDS, URGENT = "sounds.pt", "words.pt", "urgent.pt"
"""Checkpoints of what a sound is, of what is said, and of what is urgent."""
_ROOM_SEED = 1
_WORDS_RATE = 2e-3
_URGENT_RATE = 4e-3
"""A head alone, from nothing: at the rate of the others it has not learnt by the end."""
_WORDS_EPOCHS = 8
"""For each epoch of the sounds: these scenes are fewer, and their network is quicker."""
_CALIBRATING = 3
"""Scenes of a minute."""


def make_dataset(workshop: Workshop, sizes: Sizes, processes: int) -> None:
    """Decode, simulate rooms, render all scenes; those that judge also as FLAC with labels.

    Raises:
        DataRefused: no manifest, a recording that cannot be used, or another than the last time.
    """
    with bar(len(workshop.clips()), "decode") as done:
        clips = prepare(workshop, sizes.rooms, _ROOM_SEED, done)
    index(clips, workshop.manifests, workshop.folder)
    orders = workshop.orders(sizes)
    with bar(len(orders), "render") as done:
        render(orders, processes, done)
    for name in JUDGES:
        for number, shard in enumerate(read_shards(workshop.scenes(name))):
            write_scenes(shard, workshop.judged(name), f"{number:03d}")


def teach_sounds(workshop: Workshop, mn04: Path, epochs: int) -> None:
    """Teach what a sound is, the trunk from the published weights of mn04 on.

    Raises:
        DataRefused: there are no scenes yet, or no weights.
    """
    plan = Plan(epochs=epochs, batch=4)
    torch.manual_seed(plan.seed)
    published = Teacher(mn04)
    lessons = _lessons(workshop, plan, "train", "blows", varied=True)
    some = next(lessons.epoch(plan.seed)).patches.flatten(0, 1)
    pupil = SoundsPupil(published, some)
    sounds = Training(lessons, plan, pupil, pupil.learner.embedder)
    _run(sounds, workshop.folder / SOUNDS, "sounds")


def teach_words(workshop: Workshop, epochs: int) -> None:
    """Teach what is said, with the hints of an embedding that has heard real voices.

    Raises:
        DataRefused: there are no scenes yet, or no embedding.
    """
    plan = Plan(epochs=_WORDS_EPOCHS * epochs, batch=16, head_rate=_WORDS_RATE)
    torch.manual_seed(plan.seed)
    lessons = _lessons(workshop, plan, "talk", varied=True, embedding=SpeechEmbedding())
    words = Training(lessons, plan, WordsPupil(lessons.calls), None)
    _run(words, workshop.folder / WORDS, "words")


def teach_urgent(workshop: Workshop, epochs: int) -> None:
    """Teach falls and screams apart, by what the trunk makes of them once it has learnt.

    Raises:
        DataRefused: there are no scenes yet, or what a sound is was not taught.
    """
    # Heads alone learn quickly, and the trunk has to hear it all for that.
    plan = Plan(epochs=(epochs + 1) // 2, batch=16, head_rate=_URGENT_RATE)
    torch.manual_seed(plan.seed)
    lessons = _lessons(workshop, plan, "train", "blows", varied=True)
    embedder, checkpoint = _learner(workshop).embedder, workshop.folder / URGENT
    if checkpoint.exists() and not _learnt_beside(embedder, _kept(checkpoint)):
        checkpoint.unlink()
    _run(Training(lessons, plan, UrgentPupil(embedder), None), checkpoint, "urgent")


def finish(
    workshop: Workshop, version: str, manifest_path: Path, *, int8: bool = False
) -> Mapping[str, Choice]:
    """Choose thresholds on the tuning scenes, and write the model, in eight bits if so wished.

    Raises:
        DataRefused: nothing was taught yet, what is urgent not since the rest was, or there are no
            scenes.
    """
    learner = _learner(workshop)
    urgent, taught = UrgentPupil(learner.embedder), _kept(workshop.folder / URGENT)
    if not _learnt_beside(learner.embedder, taught):
        raise DataRefused(
            f"{workshop.folder / URGENT}: learnt beside another {SOUNDS}: "
            "run `veilleur train --only urgent`"
        )
    urgent.load_state_dict(taught)
    learner.head = urgent.beside(learner.head)
    said = _kept(workshop.folder / WORDS)
    pupil = WordsPupil(said["words.calls"])
    pupil.load_state_dict(said)
    folders = [workshop.scenes("tune"), workshop.scenes("night_tune")]
    total = sum(len(shard.events) for folder in folders for shard in read_shards(folder))
    with bar(total, "tune") as done:
        dense, night = (hear(folder, learner.eval(), pupil.eval(), done) for folder in folders)
    choices = choose(dense, night)
    ear = Ear(learner.embedder, learner.head, pupil.words, share_of_head("spoken_call"))
    calibration = _some_patches(workshop) if int8 else ()
    export(ear, choices, version, manifest_path, calibration)
    return choices


def _learner(workshop: Workshop) -> Learner:
    """What learnt what a sound is."""
    learner = Learner(Shape())
    learner.load_state_dict(_part(_kept(workshop.folder / SOUNDS), "learner."))
    return learner


def _learnt_beside(embedder: Embedder, urgent: Mapping[str, torch.Tensor]) -> bool:
    """Whether what is urgent was learnt from what this embedder hears, not before it changed."""
    weights = embedder.state_dict().items()
    return all(torch.equal(urgent[f"embedder.{name}"], weight) for name, weight in weights)


def _some_patches(workshop: Workshop) -> Sequence[NDArray[np.float32]]:
    """What the room would see of some tuning scenes, hop by hop."""
    spec = LogMelSpec()
    shard = read_shards(workshop.scenes("tune"))[0]
    sound = shard.samples[:_CALIBRATING].reshape(-1).astype(np.float32) / np.float32(32768.0)
    mel = log_mel(sound, spec, filterbank(spec))
    patches = np.lib.stride_tricks.sliding_window_view(mel, FRESH_FRAMES, axis=0)[::HOP_FRAMES]
    return list(patches.transpose(0, 2, 1))


def _lessons(
    workshop: Workshop,
    plan: Plan,
    *names: str,
    varied: bool = False,
    embedding: SpeechEmbedding | None = None,
) -> Lessons:
    shards = [shard for name in names for shard in read_shards(workshop.scenes(name))]
    lessons = Lessons(shards, plan.batch, varied=varied, embedding=embedding)
    if not len(lessons):
        raise DataRefused(f"{workshop.scenes(names[0])}: no scenes: run `veilleur dataset`")
    return lessons


def _run(training: Training, checkpoint: Path, title: str) -> None:
    training.resume(checkpoint)
    with bar(training.steps, title, training.step) as done:
        training.run(checkpoint, lambda _step, _loss: done())


def _kept(checkpoint: Path) -> dict[str, torch.Tensor]:
    if not checkpoint.exists():
        raise DataRefused(f"{checkpoint}: missing: run `veilleur train`")
    kept: dict[str, torch.Tensor] = torch.load(checkpoint, weights_only=True)["kept"]
    return kept


def _part(kept: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix(prefix): weight
        for name, weight in kept.items()
        if name.startswith(prefix)
    }
