"""`veilleur replay`: recordings go the way of a microphone; what is heard is told, or published."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep

from classifier.model import Classifier
from edge.audio import SAMPLE_RATE_HZ, AudioBlock
from edge.config import AgentSettings
from edge.ear import Ear
from edge.events import Phase
from edge.recording import Recording, RecordingRefused, find_recordings
from edge.triage import Finding

_ANY_DAY = date(2000, 1, 1)

Publish = Callable[[Path, Finding], str | None]
"""Takes each finding of a recording as it is made; gives the identity of its alert."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How `replay` tells what it heard."""

    as_json: bool = False
    realtime: bool = False
    """Wait until each second would have been heard."""
    starts_at: time = time(23)
    """When each recording begins, as far as the time of day matters for priorities."""


class Replay:
    """Plays recordings through one classifier, one after the other, each a stream of its own."""

    def __init__(
        self,
        classifier: Classifier,
        settings: AgentSettings,
        telling: Telling,
        publish: Publish = lambda _path, _finding: None,
        hear: Callable[[AudioBlock], None] = lambda _block: None,
    ) -> None:
        self._classifier = classifier
        self._settings = settings
        self._telling = telling
        self._publish = publish
        self._hear = hear

    def run(self, paths: Sequence[Path]) -> int:
        """Play files and folders; 0 if all could be heard to their ends, else 1."""
        files, failed = _gather(paths)
        with _progress(len(files)) as advance:
            for path in files:
                try:
                    self._play(path)
                except RecordingRefused as error:
                    _complain(error)
                    failed = True
                advance()
        return 1 if failed else 0

    def _play(self, path: Path) -> None:
        for finding in self.findings(path):
            alert = self._publish(path, finding)
            if finding.event.phase is Phase.ENDED:
                self._tell(path, finding, alert)

    def findings(self, path: Path) -> Iterator[Finding]:
        """What is heard in one recording, as it is heard.

        Raises:
            RecordingRefused: it cannot be heard to its end; then only after all that could be.
        """
        starts_at = datetime.combine(_ANY_DAY, self._telling.starts_at)
        ear = Ear(
            self._classifier, self._settings, lambda at_s: starts_at + timedelta(seconds=at_s)
        )
        began_s = monotonic()
        try:
            for block in Recording(path).blocks():
                if self._telling.realtime:
                    heard_s = ear.heard_s + block.samples.size / SAMPLE_RATE_HZ
                    sleep(max(0.0, began_s + heard_s - monotonic()))
                self._hear(block)
                yield from ear.hear(block)
        except RecordingRefused:
            if ear.heard_s:
                yield from ear.finish()
            raise
        yield from ear.finish()

    def _tell(self, path: Path, finding: Finding, alert: str | None) -> None:
        event = finding.event
        if self._telling.as_json:
            line = json.dumps(_facts(path, finding, alert), ensure_ascii=False)
        else:
            line = (
                f"{path}: {event.onset_s:.1f}-{event.offset_s:.1f} s {event.label}, "
                f"{finding.priority} ({event.reason}, {event.score:.2f})"
            )
        print(line, flush=True)


def _facts(path: Path, finding: Finding, alert: str | None) -> dict[str, object]:
    event = finding.event
    facts: dict[str, object] = {
        "recording": str(path),
        "label": event.label.value,
        "onset_s": round(event.onset_s, 3),
        "offset_s": round(event.offset_s, 3),
        "score": round(event.score, 4),
        "priority": finding.priority.value,
        "sound": event.sound,
        "reason": event.reason.value,
        "repeats": finding.repeats,
    }
    return facts if alert is None else facts | {"alert": alert}


def _gather(paths: Sequence[Path]) -> tuple[list[Path], bool]:
    """All recordings, and whether some path has none."""
    files: list[Path] = []
    failed = False
    for path in paths:
        try:
            files += find_recordings(path)
        except RecordingRefused as error:
            _complain(error)
            failed = True
    return files, failed


def _complain(error: RecordingRefused) -> None:
    print(f"veilleur: {error}", file=sys.stderr, flush=True)


def _progress(files: int) -> AbstractContextManager[Callable[[], None]]:
    """A bar on a terminal when there is more than one file; nothing elsewhere."""
    if files < 2 or not sys.stderr.isatty():
        return nullcontext(lambda: None)
    from classifier.progress import bar

    return bar(files, "replay")
