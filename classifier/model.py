"""The ear: samples in, scores out, one decision a hop."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.features import LogMel
from classifier.framing import Loudness
from classifier.manifest import BUNDLED, checked_bytes, read_filterbank, read_manifest
from classifier.network import Network
from classifier.scores import Scores

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
        self._fresh = self.manifest.fresh_frames or self.manifest.patch_frames
        self._network = Network(
            content,
            self.manifest.model.file,
            (1, self._fresh, front_end.n_mels),
            (1, len(self.manifest.labels)),
        )
        # Windows end where batches do: no frame of one waits for more sound than it needs.
        batch = math.gcd(self.manifest.patch_frames, self.manifest.hop_frames)
        self._log_mel = LogMel(front_end, read_filterbank(path, self.manifest), batch)
        self._loudness = Loudness(
            front_end.hop, self.manifest.hop_frames, self.manifest.patch_frames
        )
        self._window = np.zeros((self.manifest.patch_frames, front_end.n_mels), np.float32)
        self.reset()

    @property
    def version(self) -> str:
        """Name and version of the model, for logs and alerts."""
        return f"{self.manifest.name} {self.manifest.version}"

    def reset(self) -> None:
        """Forget everything heard: the stream begins again at 0 s."""
        self._log_mel.reset()
        self._network.forget()
        self._window[...] = math.log(self.manifest.front_end.log_offset)
        self._missing = self._end_frame = self.manifest.patch_frames
        self._received = 0

    def push(self, samples: Samples) -> list[Scores]:
        """Take samples [n], mono, 16 kHz, full scale ±1; give the decisions they complete."""
        self._received += len(samples)
        decisions = []
        for batch in self._log_mel.batches(samples):
            self._loudness.add(batch.samples)
            self._move_in(batch.frames)
            if self._missing == 0:
                decisions.append(self._decide())
            elif self._missing % self.manifest.hop_frames == 0:
                self._network.look(self._window[-self._fresh :])
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
        return tuple(self._network.run(patch[-self._fresh :])[0].tolist())

    def _move_in(self, frames: Samples) -> None:
        """They are the end of the window now."""
        self._window[: -len(frames)] = self._window[len(frames) :]
        self._window[-len(frames) :] = frames
        self._missing -= len(frames)

    def _decide(self) -> Scores:
        step_s = self.manifest.front_end.hop / self.manifest.front_end.sample_rate_hz
        decided = Scores(
            at_s=round(self._end_frame * step_s, 6),
            values=self.judge(self._window),
            level_dbfs=self._loudness.level_dbfs(),
            peak_s=round((self._end_frame + self._loudness.loudest()) * step_s, 6),
        )
        self._missing = self.manifest.hop_frames
        self._end_frame += self.manifest.hop_frames
        return decided
