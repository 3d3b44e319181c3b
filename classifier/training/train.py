"""Teaches the network on rendered scenes; stops and goes on wherever it was."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from classifier.errors import DataRefused
from classifier.training.lessons import Lesson, Lessons
from classifier.training.pupils import Pupil


@dataclass(frozen=True, slots=True)
class Plan:
    """How to teach."""

    epochs: int = 5
    batch: int = 8
    """Scenes."""
    head_rate: float = 1e-3
    trunk_rate: float = 5e-4
    decay: float = 0.02
    average: float = 0.998
    """Each step the kept weights move to the taught ones by 1 minus this (Polyak averaging)."""
    seed: int = 7
    save_every: int = 100
    """Steps between checkpoints."""


class Training:
    """One training and all of its state."""

    def __init__(self, lessons: Lessons, plan: Plan, learner: Pupil, trunk: nn.Module | None):
        """Prepare to teach.

        Args:
            lessons: what is taught.
            plan: how.
            learner: what is taught.
            trunk: its part that has learnt before and changes slowly, if it has one.
        """
        self._lessons = lessons
        self._plan = plan
        self.learner = learner
        self.kept = copy.deepcopy(learner).eval()
        self._optimizer = self._make_optimizer(trunk)
        self.step = 0

    @property
    def steps(self) -> int:
        """All steps of the plan."""
        return self._plan.epochs * len(self._lessons)

    def run(self, checkpoint: Path, told: Callable[[int, float], None]) -> None:
        """Teach to the end of the plan; `told` hears of each step and its loss."""
        while self.step < self.steps:
            epoch, first = divmod(self.step, len(self._lessons))
            for lesson in self._lessons.epoch(self._plan.seed + epoch, first):
                told(self.step, self._learn(lesson))
                if self.step % self._plan.save_every == 0 or self.step == self.steps:
                    self.save(checkpoint)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        part = path.with_suffix(".part")
        torch.save(self._state(), part)
        part.rename(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint, if there is one.

        Raises:
            DataRefused: it was made to learn otherwise, as without `--from`.
        """
        if path.exists():
            state = torch.load(path, weights_only=True)
            try:
                self._optimizer.load_state_dict(state["optimizer"])
            except ValueError:
                raise DataRefused(
                    f"{path}: begun with, or without, --from: go on as it began, or remove it"
                ) from None
            self.learner.load_state_dict(state["learner"])
            self.kept.load_state_dict(state["kept"])
            self.step = state["step"]
            torch.manual_seed(self._plan.seed + self.step)

    def _state(self) -> dict[str, Any]:
        return {
            "learner": self.learner.state_dict(),
            "kept": self.kept.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "step": self.step,
        }

    def _learn(self, lesson: Lesson) -> float:
        self.learner.train()
        self._set_rate()
        self._optimizer.zero_grad(set_to_none=True)
        loss = self.learner.loss(lesson)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.learner.parameters(), 1.0)
        self._optimizer.step()
        self.step += 1
        self._average()
        return float(loss.detach())

    def _set_rate(self) -> None:
        """Warm up over 200 steps, then down a cosine to a fiftieth."""
        warm = min(1.0, (self.step + 1) / 200)
        done = self.step / max(1, self.steps)
        factor = warm * (0.02 + 0.98 * 0.5 * (1.0 + math.cos(math.pi * done)))
        for group in self._optimizer.param_groups:
            group["lr"] = group["full"] * factor

    def _average(self) -> None:
        share = 1.0 - min(self._plan.average, self.step / (self.step + 10))
        with torch.no_grad():
            for kept, taught in zip(self.kept.parameters(), self.learner.parameters(), strict=True):
                kept.lerp_(taught, share)
            for still, latest in zip(self.kept.buffers(), self.learner.buffers(), strict=True):
                still.copy_(latest)

    def _make_optimizer(self, trunk: nn.Module | None) -> torch.optim.Optimizer:
        plan = self._plan
        slow = list(trunk.parameters()) if trunk else []
        slow_ids = {id(parameter) for parameter in slow}
        fast = [p for p in self.learner.parameters() if id(p) not in slow_ids]
        groups = [
            {"params": [p for p in slow if p.requires_grad], "full": plan.trunk_rate},
            {"params": fast, "full": plan.head_rate},
        ]
        return torch.optim.AdamW(groups, lr=plan.head_rate, weight_decay=plan.decay)
