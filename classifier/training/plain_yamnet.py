"""Plain YAMNet as a model that a room could open: the reference that recall is told beside.

It is used the usual way: the highest score of those of its 521 classes that speak of a trouble is
the score of that trouble, compared with a threshold in every window of 0.96 s, every 0.48 s.
"""

import hashlib
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np

from classifier.errors import DataRefused
from classifier.manifest import Event, Label, Manifest, Part
from classifier.model import Classifier
from classifier.training.reference import SPEC, Reference, plain_yamnet

PATCH_FRAMES, HOP_FRAMES = 96, 48
CLASSES_OF: Mapping[Event, Mapping[str, int]] = {
    "fall": {"Slam": 352, "Boom": 430, "Thump, thud": 454, "Thunk": 455, "Bang": 460},
    "call": {"Shout": 6, "Bellow": 7, "Yell": 9, "Children shouting": 10, "Screaming": 11},
    "cry": {
        "Crying, sobbing": 19,
        "Baby cry, infant cry": 20,
        "Whimper": 21,
        "Wail, moan": 22,
        "Groan": 33,
    },
}
"""Names of its classes, and their places among its scores."""
_SOUND_OF: Mapping[Event, str] = {"fall": "fall", "call": "scream", "cry": "cry"}
_THRESHOLD = 0.5
"""To begin with: whoever compares chooses another for each class."""


def open_plain_yamnet(weights: Path) -> Classifier:
    """Open YAMNet with Google's weights (`yamnet.npz`).

    Raises:
        DataRefused: no weights of YAMNet there.
    """
    try:
        reference = plain_yamnet(weights)
    except OSError as error:
        raise DataRefused(f"{weights}: {error.strerror}: give YAMNet's weights") from None
    except (KeyError, ValueError) as error:
        raise DataRefused(f"{weights}: {error}: these are no weights of YAMNet") from None
    with tempfile.TemporaryDirectory() as folder:
        return Classifier(write_plain_yamnet(reference, Path(folder)))


def write_plain_yamnet(reference: Reference, folder: Path) -> Path:
    """Write its files; gives the path of its manifest."""
    bank = BytesIO()
    np.save(bank, reference.filterbank, allow_pickle=False)
    manifest = Manifest(
        name="plain YAMNet",
        version="1",
        model=_keep(folder / "yamnet.onnx", _grouped(reference.network)),
        filterbank=_keep(folder / "yamnet.npy", bank.getvalue()),
        front_end=SPEC,
        patch_frames=PATCH_FRAMES,
        hop_frames=HOP_FRAMES,
        labels=tuple(Label(_SOUND_OF[event], event, _THRESHOLD) for event in CLASSES_OF),
    )
    path = folder / "yamnet.json"
    path.write_bytes(msgspec.json.encode(manifest))
    return path


def _grouped(network: bytes) -> bytes:
    """The network with one score for each trouble: the highest of its classes."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load_from_string(network)
    graph = model.graph
    scores = graph.output[0].name
    for event, classes in CLASSES_OF.items():
        places = np.array(list(classes.values()), np.int64)
        graph.initializer.append(numpy_helper.from_array(places, f"{event}_places"))
        graph.node.append(
            helper.make_node("Gather", [scores, f"{event}_places"], [f"{event}_all"], axis=1)
        )
        graph.node.append(helper.make_node("ReduceMax", [f"{event}_all"], [event], axes=[1]))
    graph.node.append(helper.make_node("Concat", list(CLASSES_OF), ["scores"], axis=1))
    del graph.output[:]
    shape = [1, len(CLASSES_OF)]
    graph.output.append(helper.make_tensor_value_info("scores", TensorProto.FLOAT, shape))
    content: bytes = model.SerializeToString()
    return content


def _keep(path: Path, content: bytes) -> Part:
    path.write_bytes(content)
    return Part(path.name, hashlib.sha256(content).hexdigest())
