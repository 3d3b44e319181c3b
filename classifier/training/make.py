"""From recordings to the model that ships, in steps that can each be stopped and resumed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
from classifier.training.learnt import Learnt, settle
from classifier.training.lessons import Lessons
from classifier.training.network import HOP_FRAMES, Ear, Embedder, Shape, led
from classifier.training.pupils import Learner, WordsPupil
from classifier.training.room import FRESH_FRAMES
from classifier.training.scene_files import write_scenes
from classifier.training.shards import read_shards, render
from classifier.training.teacher import Teacher
from classifier.training.train import Plan, Training
from classifier.training.tune import Choice, choose, hear, share_of_head
from classifier.training.urgent import UrgentPupil
from classifier.training.words import Words, joined
from classifier.training.workshop import JUDGES, Sizes, Workshop, prepare

SOUNDS, WORDS, URGENT = "sounds.pt", "words.pt", "urgent.pt"
"""Checkpoints of what a sound is, of what is said, and of what is urgent."""
_ROOM_SEED = 1
_WORDS_RATE = 2e-3
_URGENT_RATE = 4e-3
"""A head alone, from nothing: at the rate of the others it has not learnt by the end."""
_WORDS_EPOCHS = 8
"""For each epoch of the sounds: these scenes are fewer, and their network is quicker."""
_ONWARD = 0.2
"""Of each rate, where one goes on from what a model has learnt."""
_WORDS_ONWARD = 0.35
"""Of the rate of the texts, which begin from nothing."""
_TEXTS = ("text.", "out.", "calls")
"""What words know of the texts of one training alone."""
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


def teach_sounds(workshop: Workshop, mn04: Path, epochs: int, begin: Learnt | None = None) -> None:
    """Teach what a sound is, the trunk from the published weights of mn04 on, or all of it from
    what another model has learnt.

    Raises:
        DataRefused: there are no scenes yet, or no weights.
    """
    plan = _plan(Plan(epochs=epochs, batch=4), begin)
    torch.manual_seed(plan.seed)
    published = Teacher(mn04)
    lessons = _lessons(workshop, plan, "train", "blows", varied=True)
    some = next(lessons.epoch(plan.seed)).patches
    pupil = SoundsPupil(published, some.flatten(0, 1))
    if begin:
        learner = begin.learner()
        settle(learner, lambda: learner.embedder(led(some).flatten(0, 1)))
        pupil.learner.load_state_dict(learner.state_dict())
    sounds = Training(lessons, plan, pupil, pupil.learner.embedder)
    _run(sounds, workshop.folder / SOUNDS, "sounds")


def teach_words(workshop: Workshop, epochs: int, begin: Learnt | None = None) -> None:
    """Teach what is said, with the hints of an embedding that has heard real voices; all but the
    texts from what another model has learnt, which then learns on more slowly than they do.

    Raises:
        DataRefused: there are no scenes yet, or no embedding.
    """
    epochs *= _WORDS_EPOCHS
    plan = Plan(epochs, batch=16, head_rate=_WORDS_RATE, trunk_rate=_WORDS_ONWARD * _WORDS_RATE)
    torch.manual_seed(plan.seed)
    lessons = _lessons(workshop, plan, "talk", varied=True, embedding=SpeechEmbedding())
    pupil = WordsPupil(lessons.calls)
    if begin:
        some, words = next(lessons.epoch(plan.seed)).patches, begin.words()
        settle(words, lambda: words.steps(joined(some)))
        heard = {n: part for n, part in words.state_dict().items() if not n.startswith(_TEXTS)}
        pupil.words.load_state_dict(heard, strict=False)
    known = pupil.words.heard() if begin else None
    _run(Training(lessons, plan, pupil, known), workshop.folder / WORDS, "words")


def teach_urgent(workshop: Workshop, epochs: int, begin: Learnt | None = None) -> None:
    """Teach falls and screams apart, by what the trunk makes of them once it has learnt.

    Raises:
        DataRefused: there are no scenes yet, or what a sound is was not taught.
    """
    # Heads alone learn quickly, and the trunk has to hear it all for that.
    plan = _plan(Plan(epochs=(epochs + 1) // 2, batch=16, head_rate=_URGENT_RATE), begin)
    torch.manual_seed(plan.seed)
    # Among voices as well: it is a television's that are taken for screams.
    lessons = _lessons(workshop, plan, "train", "talk", "blows", varied=True)
    embedder, checkpoint = _learner(workshop, begin).embedder, workshop.folder / URGENT
    if checkpoint.exists() and not _learnt_beside(embedder, _kept(checkpoint)):
        checkpoint.unlink()
    pupil = begin.urgent(embedder) if begin else UrgentPupil(embedder)
    _run(Training(lessons, plan, pupil, None), checkpoint, "urgent")


def finish(
    workshop: Workshop,
    version: str,
    manifest_path: Path,
    begin: Learnt | None = None,
    *,
    int8: bool = False,
) -> Mapping[str, Choice]:
    """Choose thresholds on the tuning scenes, and write the model, in eight bits if so wished.

    What was not taught is as in the model that one began with.

    Raises:
        DataRefused: nothing was taught yet, what is urgent not since the rest was, or there are no
            scenes.
    """
    learner = _learner(workshop, begin)
    learner.head = _urgent(workshop, learner.embedder, begin).beside(learner.head)
    words = _words(workshop, begin)
    folders = [workshop.scenes("tune"), workshop.scenes("night_tune")]
    total = sum(len(shard.events) for folder in folders for shard in read_shards(folder))
    with bar(total, "tune") as done:
        dense, night = (hear(folder, learner.eval(), words.eval(), done) for folder in folders)
    choices = choose(dense, night)
    ear = Ear(learner.embedder, learner.head, words, share_of_head("spoken_call"))
    calibration = _some_patches(workshop) if int8 else ()
    export(ear, choices, version, manifest_path, calibration)
    return choices


def _plan(plan: Plan, begin: Learnt | None) -> Plan:
    """Slower where much is known: else it is lost before more is learnt."""
    share = _ONWARD if begin else 1.0
    return replace(plan, head_rate=share * plan.head_rate, trunk_rate=share * plan.trunk_rate)


def _learner(workshop: Workshop, begin: Learnt | None) -> Learner:
    """What learnt what a sound is."""
    checkpoint = workshop.folder / SOUNDS
    if begin and not checkpoint.exists():
        return begin.learner()
    learner = Learner(Shape())
    learner.load_state_dict(_part(_kept(checkpoint), "learner."))
    return learner


def _urgent(workshop: Workshop, embedder: Embedder, begin: Learnt | None) -> UrgentPupil:
    """What learnt what is urgent, beside what is a sound."""
    checkpoint = workshop.folder / URGENT
    if begin and not checkpoint.exists() and not (workshop.folder / SOUNDS).exists():
        return begin.urgent(embedder)
    urgent, taught = UrgentPupil(embedder), _kept(checkpoint)
    if not _learnt_beside(embedder, taught):
        raise DataRefused(
            f"{checkpoint}: learnt beside another {SOUNDS}: run `veilleur train --only urgent`"
        )
    urgent.load_state_dict(taught)
    return urgent


def _words(workshop: Workshop, begin: Learnt | None) -> Words:
    """What learnt what is said."""
    checkpoint = workshop.folder / WORDS
    if begin and not checkpoint.exists():
        return begin.words()
    taught = _kept(checkpoint)
    pupil = WordsPupil(taught["words.calls"])
    pupil.load_state_dict(taught)
    return pupil.words


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
