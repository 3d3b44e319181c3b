"""`dataset.json`: what a training was made from, counted, with checksums that later runs verify."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from classifier.errors import DataRefused
from classifier.training.clips import Clip, checksum
from classifier.training.splits import HELD_SOURCES, split

NAME = "dataset.json"
_CHECKED = ("manifest_sha256", "corpus_sha256", "free")


def index(clips: Sequence[Clip], manifests: Sequence[Path], folder: Path) -> None:
    """Verify what `folder` was made from, or record it the first time; count what is there now.

    Raises:
        DataRefused: the manifests, the recordings or what may be used are not what they were.
    """
    facts = _facts(clips, manifests, folder / "corpus" / "samples.i16")
    path = folder / NAME
    if path.exists():
        before = json.loads(path.read_bytes())
        for name in _CHECKED:
            if before.get(name, False) != facts[name]:
                raise DataRefused(
                    f"{path}: {name}: is now {facts[name]}: begin in another --work folder"
                )
    part = path.with_suffix(".part")
    part.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    part.rename(path)


def _facts(clips: Sequence[Clip], manifests: Sequence[Path], corpus: Path) -> dict[str, object]:
    used = [
        (clip, part)
        for clip, part in zip(clips, split(clips, HELD_SOURCES), strict=True)
        if not clip.excluded
    ]
    return {
        "manifest_sha256": checksum(manifests),
        "corpus_sha256": _sha256(corpus),
        "free": all(clip.free for clip, _part in used),
        "clips": len(clips),
        "hours": round(sum(clip.duration_s for clip in clips) / 3600.0, 2),
        "parts": _counted((part, clip.label) for clip, part in used),
        "sources": _counted((clip.source, clip.label) for clip, _part in used),
        "excluded": {clip.path: clip.excluded for clip in clips if clip.excluded},
    }


def _counted(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """How many of each label under each name, in alphabetical order."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for name, label in pairs:
        table[name][label] += 1
    return {name: dict(sorted(table[name].items())) for name in sorted(table)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
