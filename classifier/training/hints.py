"""What a published embedding of speech makes of a scene: hints for the words, while they learn.

Google's `speech_embedding` (Lin and others 2020, Apache-2.0) has heard millions of real voices, our
own calls are spoken by two synthesisers. So the words learn to tell what it tells as well. It comes
with a package of the `train` extra and is no part of what ships.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.errors import DataRefused
from classifier.sessions import open_session

PACKAGE = "openwakeword"
SIZE = 96
FIRST_S, STEP_S = 0.782, 0.08
"""From the beginning to the end of what the first step looks at, and from one step to the next."""
_FRAMES = 76
"""Of 10 ms, that a step looks at."""
_SPREAD = 7.0
"""Of each of its numbers, over scenes full of voices: so divided they are easily learnt."""
_PIECE = 500
"""Steps at a time, so that a long scene needs no more memory."""


class SpeechEmbedding:
    """Its log-mel and its convolutions, over a whole scene at once."""

    def __init__(self) -> None:
        """Open both.

        Raises:
            DataRefused: the package is not there.
        """
        found = find_spec(PACKAGE)
        if found is None or found.origin is None:
            raise DataRefused(f"{PACKAGE}: missing: pip install '.[train]'")
        models = Path(found.origin).parent / "resources" / "models"
        mel, steps = (
            (models / f"{name}.onnx").read_bytes() for name in ("melspectrogram", "embedding_model")
        )
        self._mel = open_session(mel, "melspectrogram.onnx")
        self._steps = open_session(_of_any_length(steps), "embedding_model.onnx")

    def steps(self, samples: NDArray[np.int16]) -> NDArray[np.float16]:
        """Sound at 16 kHz [samples] to [steps, 96], of spread 1."""
        (mel,) = self._mel.run(None, {"input": samples.astype(np.float32)[None]})
        # As the package has it: near to what the network was taught with.
        image = (mel.reshape(1, -1, 32, 1) / 10.0 + 2.0).astype(np.float32)
        count = (image.shape[1] - _FRAMES) // 8 + 1
        pieces = [
            self._steps.run(None, {"input_1": image[:, 8 * at : 8 * (last - 1) + _FRAMES]})[0]
            for at in range(0, count, _PIECE)
            for last in [min(count, at + _PIECE)]
        ]
        steps = np.concatenate(pieces, axis=2)[0, :, :, 0].T / _SPREAD
        halved: NDArray[np.float16] = steps.astype(np.float16)
        return halved


def _of_any_length(model: bytes) -> bytes:
    """It is made for one step at a time; its convolutions need no more than a longer image."""
    import onnx

    read = onnx.load_from_string(model)
    graph = read.graph
    graph.input[0].type.tensor_type.shape.dim[1].ClearField("dim_value")
    pad, to_channels_first, *layers, to_one_step = graph.node
    turned = onnx.helper.make_node(
        "Transpose", pad.output, to_channels_first.output, perm=[0, 3, 1, 2]
    )
    del graph.node[:], graph.output[:]
    graph.node.extend([pad, turned, *layers])
    told = onnx.helper.make_tensor_value_info(to_one_step.input[0], onnx.TensorProto.FLOAT, None)
    graph.output.append(told)
    content: bytes = read.SerializeToString()
    return content
