"""From a recording that was heard to what was heard in a stretch of it, and why. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alert_broker.messages import Label
from classifier.manifest import Manifest
from edge.config import AgentSettings
from edge.detector import sounds_of
from edge.events import Phase, SoundEvent
from edge.explain.facts import Explanation, Note, Output, Spectrogram, Told
from edge.explain.occlusion import Decisive, HearAgain, Occlusion
from edge.explain.span import Span
from edge.explain.witness import Array, Window
from edge.labels import Labelled, compare
from edge.tracker import Sound
from edge.triage import Finding


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording, once it was heard."""

    name: str
    seconds: float
    findings: tuple[Finding, ...]
    """All of them, in every phase."""
    windows: tuple[Window, ...]
    """Those that touch the stretch, and some around it; at least one."""
    labels: tuple[Labelled, ...] | None
    """None without a label file."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who heard it."""

    manifest: Manifest
    settings: AgentSettings
    centres_hz: NDArray[np.float64]
    """Middle of each band of the front end, [mels]."""
    hear_again: HearAgain

    @property
    def step_s(self) -> float:
        """From one frame to the next, seconds."""
        return self.manifest.front_end.hop / self.manifest.front_end.sample_rate_hz

    def decided_s(self, window: Window) -> float:
        """When a window had been heard: its end."""
        return (window.first + len(window.frames)) * self.step_s


def centres_hz(bank: Array, sample_rate_hz: int) -> NDArray[np.float64]:
    """Middle of each band of a filterbank [bins, mels], by weight; a band without any bin lies
    between its neighbours."""
    bins_hz = np.linspace(0.0, sample_rate_hz / 2.0, len(bank))
    weights = bank.sum(axis=0, dtype=np.float64)
    bands = np.flatnonzero(weights)
    middles_hz = bins_hz @ bank[:, bands] / weights[bands]
    middles: NDArray[np.float64] = np.interp(np.arange(bank.shape[1]), bands, middles_hz)
    return middles


def explain(heard: Heard, span: Span, listener: Listener) -> Explanation:
    """Gather the facts about one stretch.

    Raises:
        SettingsRefused: a rule that could never raise an event.
    """
    occlusion = Occlusion(heard.windows, listener.hear_again, listener.centres_hz, listener.step_s)
    begins_s = occlusion.begins * listener.step_s
    spectrogram = Spectrogram(occlusion.frames, begins_s, listener.step_s, listener.centres_hz)
    shown = [
        window
        for window in heard.windows
        if span.begins_s <= listener.decided_s(window) <= span.ends_s
    ]
    outputs = _outputs(listener, shown)
    told, elsewhere = _tell(heard, span, listener, occlusion, outputs)
    return Explanation(
        name=heard.name,
        model=f"{listener.manifest.name} {listener.manifest.version}",
        seconds=heard.seconds,
        span=span,
        at_s=tuple(listener.decided_s(window) for window in shown),
        outputs=outputs,
        told=told,
        elsewhere=elsewhere,
        notes=_notes(heard, span),
        spectrogram=spectrogram.within(span),
    )


def _outputs(listener: Listener, windows: Sequence[Window]) -> tuple[Output, ...]:
    manifest, rules = listener.manifest, listener.settings.rules
    return tuple(
        Output(label, sound, rules.of(label), tuple(each.scores[sound.place] for each in windows))
        for label in Label
        if any(output.event == label for output in manifest.labels)
        for sound in sounds_of(manifest, label, rules.of(label))
    )


def _tell(
    heard: Heard,
    span: Span,
    listener: Listener,
    occlusion: Occlusion,
    outputs: Sequence[Output],
) -> tuple[tuple[Told, ...], tuple[Finding, ...]]:
    """The events that the stretch shows, and the others."""
    told: list[Told] = []
    elsewhere: list[Finding] = []
    raised = {event.number: event for event in _raised(heard)}
    unpromised = compare(heard.labels or (), list(raised.values())).unpromised
    ended = [each for each in heard.findings if each.event.phase is Phase.ENDED]
    for finding in sorted(ended, key=lambda each: each.event.onset_s):
        event = raised[finding.event.number]
        if not span.touches(event.onset_s, finding.event.offset_s):
            elsewhere.append(finding)
            continue
        sound = next((each.sound for each in outputs if each.sound.name == event.sound), None)
        threshold = decisive = None
        if sound is not None:
            threshold = sound.threshold
            decisive = _decisive(event, sound, heard.windows, listener, occlusion)
        promised = None if heard.labels is None else event not in unpromised
        told.append(Told(len(told) + 1, finding, event, threshold, decisive, promised))
    return tuple(told), tuple(elsewhere)


def _decisive(
    event: SoundEvent,
    sound: Sound,
    windows: Sequence[Window],
    listener: Listener,
    occlusion: Occlusion,
) -> Decisive | None:
    """What moved the windows over the threshold that hold the moment when the event was raised,
    and those that counted before."""
    length_s = listener.manifest.patch_frames * listener.step_s
    decided = [
        window
        for window in windows
        if event.onset_s < listener.decided_s(window) < event.decided_s + length_s
        and window.scores[sound.place] >= sound.threshold
    ]
    seen = any(abs(listener.decided_s(each) - event.decided_s) < 1e-6 for each in decided)
    return occlusion.explain(decided, sound.place) if seen else None


def _raised(heard: Heard) -> list[SoundEvent]:
    return [each.event for each in heard.findings if each.event.phase is Phase.RAISED]


def _notes(heard: Heard, span: Span) -> tuple[Note, ...] | None:
    if heard.labels is None:
        return None
    kept = {promise for promise, _event in compare(heard.labels, _raised(heard)).kept}
    return tuple(
        Note(labelled, labelled in kept if labelled.promises_alert else None)
        for labelled in heard.labels
        if span.touches(labelled.onset_s, labelled.offset_s)
    )
