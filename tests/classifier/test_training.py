"""From a folder of recordings to a model that listens, in small; needs the `train` extra."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="needs the train extra: pip install '.[train]'")

from classifier.features import LogMelSpec  # noqa: E402
from classifier.model import Classifier  # noqa: E402
from classifier.sessions import open_session  # noqa: E402
from classifier.training.export import export  # noqa: E402
from classifier.training.network import Ear, Shape  # noqa: E402
from classifier.training.pupils import Learner  # noqa: E402
from classifier.training.reference import random_arrays, yamnet_onnx  # noqa: E402
from classifier.training.trunk import Trunk  # noqa: E402
from classifier.training.words import Words  # noqa: E402
from edge.cli import main  # noqa: E402

KINDS = {
    "fall": "bodyfall",
    "call": "scream",
    "cry": "baby_cry",
    "other": "kettle",
}
COLUMNS = (
    "path", "label", "sublabel", "source", "group", "family", "lang", "text", "nc", "duration_s"
)  # fmt: skip


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    """Ten recordings of each kind, of noise, from two sources."""
    folder = tmp_path / "audio"
    folder.mkdir()
    rng = np.random.default_rng(0)
    with (folder / "manifest.csv").open("w", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, restval="")
        rows.writeheader()
        for label, sublabel in KINDS.items():
            for number in range(10):
                name = f"{label}-{number}.flac"
                soundfile.write(folder / name, 0.1 * rng.standard_normal(16_000), 16_000)
                source = "Tonejs/audio" if number == 9 else "home"
                rows.writerow(
                    {"path": name, "label": label, "sublabel": sublabel, "source": source}
                    | {"group": name, "nc": 0, "duration_s": 1.0}
                )
    return folder


@pytest.fixture
def yamnet(tmp_path: Path) -> Path:
    """Weights shaped as Google's."""
    path = tmp_path / "yamnet.npz"
    np.savez(path, **random_arrays())
    return path


def test_recordings_become_a_model_in_three_commands(
    audio: Path, yamnet: Path, tmp_path: Path
) -> None:
    places = ("--audio", str(audio), "--work", str(tmp_path / "work"))
    out = tmp_path / "small.json"
    assert main(["dataset", *places, "--scale", "0.002", "--processes", "1"]) == 0
    train = ["train", *places, "--yamnet", str(yamnet), "--epochs", "1"]
    assert main(train) == 0
    taught = (tmp_path / "work" / "head.pt").read_bytes()
    assert main(train) == 0, "it goes on where it stopped: at the end"
    assert (tmp_path / "work" / "head.pt").read_bytes() == taught
    assert main(["export", *places, "--version", "0", "--out", str(out)]) == 0
    classifier = Classifier(out)
    assert classifier.version == "small 0"
    assert classifier.push(np.zeros(32_000, np.float32))
    judged = tmp_path / "work" / "judged" / "tune"
    assert main(["evaluate", str(judged), "--model", str(out)]) == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["dataset"], "manifest.csv: No such file"),
        (["train", "--yamnet", "none.npz"], "run `veilleur dataset`"),
        (["export", "--version", "1"], "run `veilleur train`"),
    ],
)
def test_a_step_without_the_one_before_it_says_so(
    command: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    yamnet: Path,
) -> None:
    given = [str(yamnet) if word == "none.npz" else word for word in command]
    places = ["--audio", str(tmp_path), "--work", str(tmp_path / "work")]
    assert main([*given, *places]) == 1
    assert said in capsys.readouterr().err


def test_the_exported_model_hears_in_pieces_what_the_network_hears_as_a_whole(
    tmp_path: Path,
) -> None:
    """And padding inside the convolutions, and half-size weights, change nothing that counts."""
    torch.manual_seed(0)
    learner, words = Learner(Shape()).eval(), Words(torch.tensor([False, True, False])).eval()
    share = torch.linspace(0.0, 1.0, 10)
    export(Ear(learner.embedder, learner.head, words, share), {}, "0", tmp_path / "m.json")
    classifier = Classifier(tmp_path / "m.json")
    patches = torch.randn(1, 9, 96, 64)
    for number in range(1, 9):
        patches[:, number, :48] = patches[:, number - 1, 48:]
    with torch.inference_mode():
        logits = share * learner(patches) + (1.0 - share) * words(patches)
        whole = torch.sigmoid(logits)[0].numpy()
    pieces = [classifier.judge(patch) for patch in patches[0].numpy()]
    np.testing.assert_allclose(pieces, whole, atol=2e-3)


def test_the_trunk_computes_what_the_reference_computes(yamnet: Path) -> None:
    patch = np.random.default_rng(0).standard_normal((1, 96, 64)).astype(np.float32)
    (scores,) = open_session(yamnet_onnx(yamnet), "yamnet").run(None, {"patch": patch})
    arrays = np.load(yamnet)
    with torch.inference_mode():
        embedding = Trunk(13).load_google(yamnet)(torch.from_numpy(patch)).mean((2, 3)).numpy()
    expected = 1.0 / (1.0 + np.exp(-(embedding @ arrays["54/kernel"] + arrays["54/bias"])))
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    assert LogMelSpec().n_mels == patch.shape[2]
