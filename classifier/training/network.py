"""The network: a trunk and a head that looks back, beside a memory for words."""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, relu

from classifier.features import LogMelSpec
from classifier.training.labels import TARGETS
from classifier.training.trunk import CHANNELS, LEAD_COLUMNS, LEAD_FRAMES, Trunk
from classifier.training.words import CALL, MEMORY, Words

PATCH_FRAMES = 96
HOP_FRAMES = 24
"""From one decision in the room to the next."""
STRIDE_FRAMES = 2 * HOP_FRAMES
"""From one patch that the head compares to the next: every other decision teaches."""
SILENCE = math.log(LogMelSpec().log_offset)
"""No frame of the front end is below."""
THIRDS = 3
"""A patch is summed up as three stretches of 0.32 s: words are in their order."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    summary: int = 192
    hidden: int = 128
    context: int = 5
    """Patches the head sees: five, half overlapping, are 2.9 s."""
    outputs: int = len(TARGETS)


class Head(nn.Module):
    """From embeddings of patches, in order, to logits of the targets, or of some of them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.context = shape.context
        self.inputs = nn.Dropout(0.2)
        self.summary = nn.Linear(THIRDS * CHANNELS, shape.summary)
        self.dropout = nn.Dropout(0.3)
        self.past = nn.Conv1d(shape.summary, shape.hidden, shape.context)
        self.out = nn.Linear(shape.hidden, shape.outputs)

    def forward(self, embeddings: Tensor) -> Tensor:
        """[n, patches, 3 channels] to logits [n, patches, targets]; before the start is silence."""
        return self.tell(self.look_back(self.since_silence(self.summarise(embeddings))))

    def summarise(self, embeddings: Tensor) -> Tensor:
        """[n, patches, 3 channels] to [n, patches, summary]."""
        summaries: Tensor = self.dropout(relu(self.summary(self.inputs(embeddings))))
        return summaries

    def since_silence(self, summaries: Tensor) -> Tensor:
        """[n, patches, summary] with silence before: [n, patches + context - 1, summary]."""
        before = summaries.new_zeros(len(summaries), self.context - 1, summaries.shape[2])
        return torch.cat([before, summaries], dim=1)

    def look_back(self, summaries: Tensor) -> Tensor:
        """[n, patches + context - 1, summary] to what each patch sees [n, patches, hidden]."""
        return relu(self.past(summaries.transpose(1, 2))).transpose(1, 2)

    def tell(self, seen: Tensor) -> Tensor:
        """[n, patches, hidden] to logits [n, patches, targets]."""
        logits: Tensor = self.out(self.dropout(seen))
        return logits


def beside(head: Head, other: Head, place: int) -> Head:
    """One head that gives what a head does, but the logit at that place as another does, which has
    no other."""
    ours, theirs = head.shape, other.shape
    summary, hidden = ours.summary + theirs.summary, ours.hidden + theirs.hidden
    both = Head(replace(ours, summary=summary, hidden=hidden))
    first, second = head.state_dict(), other.state_dict()
    longer = ("summary.weight", "summary.bias", "past.bias")
    joined = {name: torch.cat([first[name], second[name]]) for name in longer}
    joined["past.weight"] = torch.zeros_like(both.past.weight)
    joined["past.weight"][: ours.hidden, : ours.summary] = first["past.weight"]
    joined["past.weight"][ours.hidden :, ours.summary :] = second["past.weight"]
    joined["out.weight"] = pad(first["out.weight"], (0, theirs.hidden))
    joined["out.weight"][place] = pad(second["out.weight"][0], (ours.hidden, 0))
    joined["out.bias"] = first["out.bias"].clone()
    joined["out.bias"][place] = second["out.bias"][0]
    both.load_state_dict(joined)
    return both


class Embedder(nn.Module):
    """One patch, with the frames just before it, to its embedding."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, patch: Tensor) -> Tensor:
        """Log-mel [n, 8 + 96, mels] to [n, 3 channels]: means over frequency in thirds of the time.

        The first eight only lend the patch its edge.
        """
        thirds: Tensor = self.trunk(patch, LEAD_COLUMNS).mean(2)
        return thirds.flatten(1)


def led(patches: Tensor) -> Tensor:
    """[scenes, patches, 96, mels], each half over the one before, each with what came just before
    it: [scenes, patches, 8 + 96, mels]. Before the first is silence."""
    before = patches[:, :-1, STRIDE_FRAMES - LEAD_FRAMES : STRIDE_FRAMES]
    silence = torch.full_like(patches[:, :1, :LEAD_FRAMES], SILENCE)
    return torch.cat([torch.cat([silence, before], dim=1), patches], dim=2)


class Ear(nn.Module):
    """What the room hears: one patch and the state in, scores and the next state out."""

    def __init__(self, embedder: Embedder, head: Head, words: Words, share: float) -> None:
        """Join the two halves.

        Args:
            embedder: of patches, with the head that goes with it.
            head: hears what a sound is.
            words: hears what is said.
            share: 0 to 1: how much the head's logit of a spoken call counts beside the words' odds.
        """
        super().__init__()
        self.embedder, self.head, self.words = embedder, head, words
        self.share = share
        self.context = (2 * head.context - 2, head.summary.out_features)
        self.state_size = self.context[0] * self.context[1] + MEMORY

    def forward(self, patch: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """[1, 8 + 96, mels] and [1, state_size] to scores [1, targets] and the next state."""
        size = self.state_size - MEMORY
        before, memory = state[:, :size], state[:, size:]
        summary = self.head.summarise(self.embedder(patch).unsqueeze(1))
        past = torch.cat([before.reshape(1, *self.context), summary], dim=1)
        said, memory = self.words.listen(patch, memory)
        heard = self.head.tell(self.head.look_back(past[:, ::2]))[:, 0]
        heard[:, CALL] = self.share * heard[:, CALL] + (1.0 - self.share) * said[:, 0]
        return torch.sigmoid(heard), torch.cat([past[:, 1:].reshape(1, -1), memory], dim=1)
