"""Scenes on disk: rendered once by several processes, read by every training and measurement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifier.training.clips import read_clips
from classifier.training.corpus import RATE_HZ, open_corpus
from classifier.training.menu import Menu
from classifier.training.rooms import Rooms
from classifier.training.scenes import Event, Recipe, make_scene
from classifier.training.splits import split
from classifier.workers import workers


@dataclass(frozen=True, slots=True)
class Order:
    """What to render: everything a worker needs, so that a shard depends on nothing else."""

    manifests: Sequence[Path]
    free: bool
    work: Path
    """Holds `corpus/` and `rooms.npy`."""
    folder: Path
    part: str
    held_sources: tuple[str, ...]
    recipe: Recipe
    scenes: int
    made_up: bool
    varied: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Shard:
    """Scenes of one file."""

    samples: NDArray[np.int16]
    """Shape [scenes, samples], mapped."""
    events: Sequence[Sequence[Event]]


def render(
    orders: Sequence[Order], processes: int, done: Callable[[], None] = lambda: None
) -> None:
    """Render the shards that are not there yet.

    Raises:
        DataRefused: a process was killed.
    """
    waiting = [order for order in orders if not _events_of(order).exists()]
    for _ in range(len(orders) - len(waiting)):
        done()
    if not waiting:
        return
    with workers(processes) as team:
        for _ in team.map(_render, waiting):
            done()


def read_shards(folder: Path) -> list[Shard]:
    """Every finished shard of a folder, in the order of their seeds."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _events_of(order: Order) -> Path:
    return order.folder / f"{order.seed:05d}.json"


def _read(path: Path) -> Shard:
    events = msgspec.json.decode(path.read_bytes(), type=list[list[Event]])
    flat = np.memmap(path.with_suffix(".i16"), dtype="<i2", mode="r")
    return Shard(flat.reshape(len(events), -1), events)


def _render(order: Order) -> None:
    clips = read_clips(*order.manifests, free=order.free)
    corpus = open_corpus(clips, order.work / "corpus")
    parts = split(clips, order.held_sources)
    numbers = [number for number, part in enumerate(parts) if part == order.part]
    menu = Menu(corpus, numbers, made_up=order.made_up, varied=order.varied)
    rooms = Rooms.load(order.work / "rooms.npy")
    rng = np.random.default_rng(order.seed)
    order.folder.mkdir(parents=True, exist_ok=True)
    events = []
    with _events_of(order).with_suffix(".i16").open("wb") as file:
        for _ in range(order.scenes):
            scene = make_scene(rng, menu, rooms.room(rng), order.recipe)
            file.write((scene.samples * 32768.0).astype("<i2").tobytes())
            events.append(scene.events)
    unfinished = _events_of(order).with_suffix(".part")
    unfinished.write_bytes(msgspec.json.encode(events, order="deterministic"))
    unfinished.rename(_events_of(order))


def seconds(shard: Shard) -> float:
    """Sound in a shard, seconds."""
    return shard.samples.size / RATE_HZ
