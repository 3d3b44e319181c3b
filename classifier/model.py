"""The ear: samples in, scores out, one decision a hop."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.features import LogMel
from classifier.framing import Loudness
from classifier.manifest import BUNDLED, checked_bytes, read_filterbank, read_manifest
from classifier.scores import Scores
from classifier.sessions import check_shapes, open_session

Samples = NDArray[np.float32]


class Classifier:
    """A model that listens; how the samples are cut into blocks changes nothing."""

    def __init__(self, manifest_path: Path | None = None) -> None:
        """Open the model of a manifest, the bundled one by default.

        Raises:
            ModelRefused: a file is missing, changed or does not fit its manifest.
        """
        path = manifest_path or BUNDLED
        self.manifest = read_manifest(path)
        front_end = self.manifest.front_end
        content = checked_bytes(path, self.manifest.model, "model")
        self._session = open_session(content, self.manifest.model.file)
        ports = {port.name: port.shape for port in self._session.get_inputs()}
        self._state_shape = tuple(ports.get("state", ()))
        check_shapes(self._session, self.manifest.model.file, self._expected())
        # Windows end where batches do: no frame of one waits for more sound than it needs.
        batch = math.gcd(self.manifest.patch_frames, self.manifest.hop_frames)
        self._log_mel = LogMel(front_end, read_filterbank(path, self.manifest), batch)
        self._loudness = Loudness(
            front_end.hop, self.manifest.hop_frames, self.manifest.patch_frames
        )
        self.reset()

    @property
    def version(self) -> str:
        """Name and version of the model, for logs and alerts."""
        return f"{self.manifest.name} {self.manifest.version}"

    def reset(self) -> None:
        """Forget everything heard: the stream begins again at 0 s."""
        self._log_mel.reset()
        self._loudness.reset()
        self._frames = np.zeros((0, self.manifest.front_end.n_mels), np.float32)
        self._end_frame = self.manifest.patch_frames
        self._received = 0
        self._state = np.zeros(self._state_shape, np.float32)

    def push(self, samples: Samples) -> list[Scores]:
        """Take samples [n], mono, 16 kHz, full scale ±1; give the decisions they complete."""
        self._received += len(samples)
        self._loudness.push(samples)
        self._frames = np.concatenate([self._frames, self._log_mel.push(samples)])
        decisions = []
        while len(self._frames) >= self.manifest.patch_frames:
            decisions.append(self._decide(self._frames[: self.manifest.patch_frames]))
            self._frames = self._frames[self.manifest.hop_frames :].copy()
        return decisions

    def flush(self) -> list[Scores]:
        """End of a recording: hear the last sound out into silence, then `reset`.

        Windows follow until one lies in the silence, as far as it reaches: a word is told from
        others once it is over.
        """
        front_end, hop_frames = self.manifest.front_end, self.manifest.hop_frames
        last = -(-self._received // front_end.hop) + self.manifest.patch_frames
        over = max(0, last - self._end_frame)
        end_frame = self._end_frame + -(-over // hop_frames) * hop_frames
        needed = end_frame * front_end.hop + front_end.window
        decisions = self.push(np.zeros(max(0, needed - self._received), np.float32))
        self.reset()
        return decisions

    def judge(self, patch: Samples) -> tuple[float, ...]:
        """Scores of the next window, [patch_frames, mels] of log-mel; it is remembered."""
        feeds = {"patch": patch[None]}
        if self._state_shape:
            scores, self._state = self._session.run(
                ["scores", "next_state"], feeds | {"state": self._state}
            )
        else:
            (scores,) = self._session.run(["scores"], feeds)
        return tuple(scores[0].tolist())

    def _decide(self, patch: Samples) -> Scores:
        level_dbfs, loudest = self._loudness.close_window(self._end_frame)
        step_s = self.manifest.front_end.hop / self.manifest.front_end.sample_rate_hz
        decided = Scores(
            at_s=round(self._end_frame * step_s, 6),
            values=self.judge(patch),
            level_dbfs=level_dbfs,
            peak_s=round(loudest * step_s, 6),
        )
        self._end_frame += self.manifest.hop_frames
        return decided

    def _expected(self) -> dict[str, tuple[int, ...]]:
        manifest = self.manifest
        expected: dict[str, tuple[int, ...]] = {
            "patch": (1, manifest.patch_frames, manifest.front_end.n_mels),
            "scores": (1, len(manifest.labels)),
        }
        if self._state_shape:
            expected |= {"state": self._state_shape, "next_state": self._state_shape}
        return expected
