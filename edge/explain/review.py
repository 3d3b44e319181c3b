"""`veilleur explain`: hears one recording, draws what was heard and why, and says it in lines."""

from dataclasses import dataclass
from datetime import time
from importlib.util import find_spec
from pathlib import Path

from alert_broker.messages import Label
from alert_broker.words import Language
from classifier.manifest import BUNDLED, read_filterbank
from edge.audio import SAMPLE_RATE_HZ, AudioBlock
from edge.config import AgentSettings
from edge.events import Phase
from edge.explain.facts import Explanation
from edge.explain.gather import Heard, Listener, centres_hz, explain
from edge.explain.occlusion import LEAD_S
from edge.explain.span import USUAL_S, Span, Wish, fullest
from edge.explain.speaker import Speaker
from edge.explain.witness import Witness
from edge.labels import Labelled, read_labels
from edge.replay import Replay, Telling
from edge.triage import Finding

EVERYTHING = Wish()
"""No stretch was asked for."""


class ExplainRefused(ValueError):
    """No picture can be made; the text says why, and the fix."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to explain, and how."""

    recording: Path
    settings: AgentSettings
    model: Path | None = None
    """Manifest of another model than the bundled one."""
    picture: Path | None = None
    """Where to write; the recording's name in this folder, if nowhere."""
    wish: Wish = EVERYTHING
    languages: tuple[Language, ...] = ("fr", "en")
    starts_at: time = time(23)
    """When the recording begins, as far as the time of day matters for priorities."""

    @property
    def out(self) -> Path:
        """Where the picture goes."""
        return self.picture or Path(f"{self.recording.stem}-explain.png")


def review(request: Request) -> int:
    """Draw the picture and print its facts; 0 once it is written.

    Raises:
        ExplainRefused: matplotlib is absent, the picture cannot be written, nothing sounds.
        RecordingRefused: the recording cannot be heard to its end.
        SpanRefused: it has no such stretch.
        LabelsRefused: the label file beside it cannot be read.
        ModelRefused: the model is not what its manifest says.
        SettingsRefused: a rule that could never raise an event.
    """
    _check(request)
    facts = hear(request)
    speakers = [Speaker(language) for language in request.languages]
    _draw(facts, speakers, request.out)
    for speaker in speakers:
        print(*speaker.lines(facts), sep="\n")
        print(speaker.text("picture", path=request.out), flush=True)
    return 0


def _check(request: Request) -> None:
    """Refuse before much is heard what would be refused after."""
    if find_spec("matplotlib") is None:
        raise ExplainRefused("matplotlib is needed to draw: pip install 'veilleur[explain]'")
    if request.out.suffix.lower() != ".png":
        raise ExplainRefused(f"--out {request.out}: the picture is a PNG: end its name in .png")


def hear(request: Request) -> Explanation:
    """Everything that a picture shows; raises as `review`, but for the picture itself."""
    path, settings = request.recording, request.settings
    labels = _labels(path)
    witness = Witness(request.model)
    hearing = _Hearing(request, witness)
    findings, seconds = hearing.hear(Span(0.0, USUAL_S))
    if request.wish.given:
        span = request.wish.span(path, seconds)
    else:
        span = fullest(_moments(findings, labels or ()), seconds)
    if span.ends_s > USUAL_S:
        hearing.hear(span)
    front_end = witness.manifest.front_end
    bank = read_filterbank(request.model or BUNDLED, witness.manifest)
    listener = Listener(
        witness.manifest, settings, centres_hz(bank, front_end.sample_rate_hz), witness.hear_again
    )
    heard = Heard(path.name, seconds, findings, tuple(witness.windows), labels)
    facts = explain(heard, span, listener)
    if facts.spectrogram.frames.max() == facts.spectrogram.frames.min():
        raise ExplainRefused(
            f"{path}: digital silence from {span.begins_s:g} to {span.ends_s:g} s: "
            "nothing sounds there: check the microphone that recorded it"
        )
    return facts


class _Hearing:
    """Hears one recording, as often as need be."""

    def __init__(self, request: Request, witness: Witness) -> None:
        rules, outputs = request.settings.rules, witness.manifest.labels
        raising = {Label(output.event) for output in outputs if output.event}
        longest_s = max((rules.of(label).within_s for label in raising), default=0.0)
        self._path = request.recording
        self._witness = witness
        self._before_s = LEAD_S + 2.0 * witness.window_s + longest_s
        self._settings = request.settings
        self._telling = Telling(starts_at=request.starts_at)
        self._samples = 0

    def hear(self, span: Span) -> tuple[tuple[Finding, ...], float]:
        """Keep what explains a stretch; give all findings, and the length in seconds."""
        self._samples = 0
        self._witness.keep(span.begins_s - self._before_s, span.ends_s + self._witness.window_s)
        replay = Replay(self._witness, self._settings, self._telling, hear=self._count)
        findings = tuple(replay.findings(self._path))
        return findings, self._samples / SAMPLE_RATE_HZ

    def _count(self, block: AudioBlock) -> None:
        self._samples += block.samples.size


def _labels(path: Path) -> tuple[Labelled, ...] | None:
    beside = path.with_suffix(".txt")
    return tuple(read_labels(beside)) if beside.is_file() else None


def _moments(findings: tuple[Finding, ...], labels: tuple[Labelled, ...]) -> list[float]:
    """What somebody may want explained: events, and promises that none may have kept."""
    raised = [each.event.onset_s for each in findings if each.event.phase is Phase.RAISED]
    return raised + [each.onset_s for each in labels if each.promises_alert]


def _draw(facts: Explanation, speakers: list[Speaker], out: Path) -> None:
    from edge.explain.picture import picture

    content = picture(facts, speakers)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise ExplainRefused(
            f"--out {out}: {error.strerror}: choose a place that can be written"
        ) from None
