"""From a folder of recordings to a model that listens, in small; needs the `train` extra."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from corpora import make_audio

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="needs the train extra: pip install '.[train]'")

from classifier.errors import DataRefused  # noqa: E402
from classifier.features import LogMelSpec  # noqa: E402
from classifier.model import Classifier  # noqa: E402
from classifier.training.design import filterbank, log_mel  # noqa: E402
from classifier.training.export import export  # noqa: E402
from classifier.training.labels import EVENTS, TARGETS  # noqa: E402
from classifier.training.learnt import Learnt  # noqa: E402
from classifier.training.lessons import Lesson, Lessons, cut  # noqa: E402
from classifier.training.make import finish  # noqa: E402
from classifier.training.network import Ear, Shape  # noqa: E402
from classifier.training.pupils import Learner, WordsPupil  # noqa: E402
from classifier.training.scene_files import is_written  # noqa: E402
from classifier.training.scenes import Event  # noqa: E402
from classifier.training.teacher import CLASSES, Teacher  # noqa: E402
from classifier.training.train import Plan, Training  # noqa: E402
from classifier.training.trunk import CHANNELS, Trunk  # noqa: E402
from classifier.training.truth import URGENT  # noqa: E402
from classifier.training.tune import Heard, choose  # noqa: E402
from classifier.training.urgent import UrgentPupil  # noqa: E402
from classifier.training.words import Words  # noqa: E402
from classifier.training.workshop import Workshop  # noqa: E402
from edge.cli import main  # noqa: E402

SHARED = Path(__file__).parents[3] / "shared"
KINDS = {
    "fall": "bodyfall",
    "call": "scream",
    "cry": "baby_cry",
    "other": "kettle",
}


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two folders: of each kind five recordings of noise each, one of a source that is held out."""
    made = [tmp_path / "public", tmp_path / "house"]
    for folder, numbers in zip(made, (range(5, 10), range(5)), strict=True):
        lines = [
            {"path": f"{label}-{number}.flac", "label": label, "sublabel": sublabel}
            | {"source": "Tonejs/audio" if number == 9 else folder.name}
            | {"group": f"{label}-{number}", "nc": 0, "duration_s": 1.0}
            for label, sublabel in KINDS.items()
            for number in numbers
        ]
        make_audio(folder, lines)
    return made


@pytest.fixture
def mn04(tmp_path: Path) -> Path:
    """Weights shaped as the published ones."""
    path = tmp_path / "mn04.pt"
    weights = Trunk(LogMelSpec()).state_dict()
    del weights["tilt"]
    features = {f"features.{name}": weight for name, weight in weights.items()}
    sizes = {2: (40, CHANNELS), 5: (CLASSES, 40)}
    last = {f"classifier.{layer}.weight": torch.zeros(size) for layer, size in sizes.items()}
    biases = {f"classifier.{layer}.bias": torch.zeros(size[0]) for layer, size in sizes.items()}
    torch.save(features | last | biases, path)
    return path


@pytest.mark.alone  # it takes both cores
@pytest.mark.timeout(300)
def test_recordings_become_a_model_in_three_commands(
    folders: list[Path], mn04: Path, tmp_path: Path
) -> None:
    places = [word for folder in folders for word in ("--audio", str(folder))]
    places += ["--work", str(tmp_path / "work")]
    out = tmp_path / "small.json"
    assert main(["dataset", *places, "--scale", "0.002", "--processes", "1"]) == 0
    assert (tmp_path / "work" / "dataset.json").exists()
    assert all(is_written(path) for path in (tmp_path / "work" / "judged").glob("*/*.flac"))
    train = ["train", *places, "--mn04", str(mn04), "--epochs", "1"]
    assert main(train) == 0
    taught = (tmp_path / "work" / "sounds.pt").read_bytes()
    assert main(train) == 0, "it goes on where it stopped: at the end"
    assert (tmp_path / "work" / "sounds.pt").read_bytes() == taught
    assert main(["export", *places, "--version", "0", "--out", str(out)]) == 0
    classifier = Classifier(out)
    assert classifier.version == "small 0"
    eighth = tmp_path / "eighth.json"
    assert main(["export", *places, "--version", "0", "--int8", "--out", str(eighth)]) == 0
    whole, less = (Path(path).with_suffix(".onnx").stat().st_size for path in (out, eighth))
    assert less < 0.9 * whole
    sound = np.random.default_rng(0).normal(0.0, 0.05, 64_000).astype(np.float32)
    np.testing.assert_allclose(
        [scores.values for scores in Classifier(eighth).push(sound)],
        [scores.values for scores in Classifier(out).push(sound)],
        atol=0.05,
    )
    assert classifier.push(np.zeros(32_000, np.float32))
    judged = tmp_path / "work" / "judged" / "tune"
    assert main(["evaluate", str(judged), "--model", str(out)]) == 0
    goes_on_from(out, [*places[:-1], str(tmp_path / "onward")], train, tmp_path)


def goes_on_from(model: Path, places: list[str], train: list[str], tmp_path: Path) -> None:
    """Another training, of all but the words: those stay; then of these, from what they knew."""
    shutil.copytree(tmp_path / "work", places[-1], ignore=shutil.ignore_patterns("*.pt"))
    begin, out = ["--from", str(model)], tmp_path / "onward.json"
    for part in ("sounds", "urgent"):
        assert main([*train, "--work", places[-1], *begin, "--only", part]) == 0
    assert main(["export", *places, *begin, "--version", "1", "--out", str(out)]) == 0
    words, after = (Learnt(path).words() for path in (model, out))
    scene = torch.randn(1, 6, 96, LogMelSpec().n_mels)
    said = TARGETS.index("spoken_call")
    torch.testing.assert_close(after(scene)[..., said], words(scene)[..., said])
    assert Classifier(out).version == "onward 1"
    assert main([*train, "--work", places[-1], *begin, "--only", "words"]) == 0
    taught = torch.load(Path(places[-1]) / "words.pt", weights_only=True)["kept"]
    heard = taught["words.gru.weight_ih_l0"], words.gru.weight_ih_l0.detach()
    assert torch.corrcoef(torch.stack([weight.flatten() for weight in heard]))[0, 1] > 0.9


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["dataset"], "manifest.csv: No such file"),
        (["train", "--mn04", "mn04.pt"], "run `veilleur dataset`"),
        (["train", "--mn04", "none.pt"], "give the weights of mn04"),
        (["export", "--version", "1"], "run `veilleur train`"),
    ],
)
def test_a_step_without_the_one_before_it_says_so(
    command: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    mn04: Path,
) -> None:
    given = [str(mn04) if word == mn04.name else word for word in command]
    places = ["--audio", str(tmp_path), "--work", str(tmp_path / "work")]
    assert main([*given, *places]) == 1
    assert said in capsys.readouterr().err


def some_heard(scenes: int) -> Heard:
    """Chance, in minutes where every sound of EVENTS is once."""
    rng = np.random.default_rng(scenes)
    logits = [rng.normal(-3.0, 2.0, (246, 10)).astype(np.float32) for _ in range(scenes)]
    events = [
        Event(frozenset({target}), frozenset(), target, "here", 10.0 * n, 10.0 * n + 1.0, 20.0)
        for n, target in enumerate(EVENTS)
    ]
    return Heard(logits, logits, [events] * scenes)


def test_the_exported_model_hears_in_pieces_what_the_network_hears_as_a_whole(
    tmp_path: Path,
) -> None:
    """And half-size weights change nothing that counts; thresholds come with their curves."""
    torch.manual_seed(0)
    learner, words = Learner(Shape()).eval(), Words(torch.tensor([False, True, False])).eval()
    share = torch.ones(10)
    share[TARGETS.index("spoken_call")] = 0.25
    choices = choose(some_heard(3), some_heard(2))
    export(Ear(learner.embedder, learner.head, words, 0.25), choices, "0", tmp_path / "m.json")
    classifier = Classifier(tmp_path / "m.json")
    assert all(label.measured for label in classifier.manifest.labels if label.event)
    sound = np.random.default_rng(0).normal(0.0, 0.1, 80_000).astype(np.float32)
    mel = torch.from_numpy(log_mel(sound, LogMelSpec(), filterbank(LogMelSpec())))
    every_other = torch.from_numpy(cut(mel.numpy()))[None]
    with torch.inference_mode():
        logits = share * learner(every_other) + (1.0 - share) * words(every_other)
        whole = torch.sigmoid(logits)[0].numpy()
    pieces = np.array([scores.values for scores in classifier.push(sound)])[::2]
    np.testing.assert_allclose(pieces, whole[: len(pieces)], atol=2e-3)


def test_who_learns_what_is_urgent_changes_nothing_of_what_else_is_heard() -> None:
    torch.manual_seed(0)
    learner = Learner(Shape())
    patches = torch.randn(2, 6, 96, LogMelSpec().n_mels)
    before = learner.eval()(patches)
    pupil = UrgentPupil(learner.embedder).train()
    all_of_it = torch.ones(2, 6, len(TARGETS))
    nothing = torch.empty(0)
    pupil.loss(Lesson(patches, all_of_it, all_of_it, nothing, nothing)).backward()
    torch.optim.SGD(pupil.heads.parameters(), 0.1).step()
    learner.head = pupil.eval().beside(learner.head)
    after = learner.eval()(patches)
    urgent = [TARGETS.index(target) for target in URGENT]
    others = [place for place in range(len(TARGETS)) if place not in urgent]
    torch.testing.assert_close(after[..., others], before[..., others])
    torch.testing.assert_close(after[..., urgent], pupil(patches))


def test_what_is_urgent_learnt_beside_another_trunk_is_refused(tmp_path: Path) -> None:
    """It would be told from what nobody hears any more."""
    work = tmp_path / "work"
    work.mkdir()
    now, before = Learner(Shape()), Learner(Shape())
    taught = {f"learner.{name}": weight for name, weight in now.state_dict().items()}
    torch.save({"kept": taught}, work / "sounds.pt")
    torch.save({"kept": UrgentPupil(before.embedder).state_dict()}, work / "urgent.pt")
    with pytest.raises(DataRefused, match=r"urgent\.pt: learnt beside another.*--only urgent"):
        finish(Workshop([], work), "0", tmp_path / "m.json")


def test_words_begun_afresh_and_with_from_are_not_mixed(tmp_path: Path) -> None:
    """What follows words learns at a rate of its own where it is known already."""
    checkpoint, lessons = tmp_path / "words.pt", Lessons([], 16)
    afresh, onward = WordsPupil(lessons.calls), WordsPupil(lessons.calls)
    Training(lessons, Plan(), afresh, None).save(checkpoint)
    Training(lessons, Plan(), afresh, None).resume(checkpoint)
    with pytest.raises(DataRefused, match=r"words\.pt: begun with, or without, --from"):
        Training(lessons, Plan(), onward, onward.words.heard()).resume(checkpoint)


@pytest.mark.shared
def test_the_trunk_hears_with_the_published_weights_what_they_were_taught() -> None:
    if not (SHARED / "models").exists():
        pytest.skip("needs ../shared/models beside the project")
    published = SHARED / "models" / "mn04_as_mAP_432.pt"
    teacher = Teacher(published)
    with (SHARED / "models" / "audioset_classes.csv").open(newline="") as file:
        names = [row["display_name"] for row in csv.DictReader(file)]
    with (SHARED / "audio" / "manifest.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["sublabel"] == "baby_cry"]
    crying = 0
    for row in rows[::10]:
        samples, _ = soundfile.read(SHARED / "audio" / row["path"], dtype="float32")
        loudest = names[int(teacher.hear(samples).argmax())]
        crying += loudest in {"Baby cry, infant cry", "Crying, sobbing"}
    assert crying > len(rows[::10]) / 2
