"""The words of `veilleur explain`: short and calm, French first."""

from collections.abc import Iterator, Sequence

from alert_broker.words import Language, Words
from edge.explain.facts import Explanation, Note, Output, Told
from edge.explain.occlusion import Decisive, Tone
from edge.explain.texts import SOUNDS, TEXTS, TONES

FINE = 980
"""Thousandths: from here on the third decimal matters."""


class Speaker:
    """Says the facts in one language."""

    def __init__(self, language: Language) -> None:
        self._french = language == "fr"
        self._words = Words(language)
        self._texts = TEXTS[language]
        self._sounds = SOUNDS[language]
        self._tones = TONES[language]

    def text(self, name: str, /, **fillings: object) -> str:
        """A text, filled in."""
        return self._texts[name].format(**fillings)

    def clock(self, seconds: float) -> str:
        """A moment of a recording: `0:03,4`."""
        tenths = round(10.0 * seconds)
        return self._point(f"{tenths // 600}:{tenths % 600 / 10:04.1f}")

    def tick(self, seconds: float, step_s: float) -> str:
        """A moment on a time axis: `0:03`, or `0:03,5` where ticks are closer than a second."""
        clock = self.clock(seconds)
        return clock if step_s < 1.0 else clock[:-2]

    def number(self, value: float) -> str:
        """A score or a threshold, `0,87` or `0,995`; never more than it is."""
        thousandths = int(1000.0 * value + 1e-6)
        if thousandths < FINE:
            thousandths -= thousandths % 10
        shown = f"{thousandths / 1000.0:.3f}"
        return self._point(shown.removesuffix("0"))

    def output(self, name: str) -> str:
        """An output of the model: `appel parlé`."""
        return self._sounds.get(name, (name.replace("_", " "),))[0]

    def title(self, facts: Explanation) -> str:
        """Which recording, which part of it, and who heard it."""
        where = self.text(
            "span",
            name=facts.name,
            begins=self.clock(facts.span.begins_s),
            ends=self.clock(facts.span.ends_s),
            seconds=self.clock(facts.seconds),
        )
        return f"{where} · {self.text('heard_by', model=facts.model)}"

    def event(self, told: Told) -> str:
        """What was heard, how soon somebody must go, and why."""
        event = told.finding.event
        said = self.text(
            "event",
            number=told.number,
            label=self._words.of(event.label),
            priority=self._words.of(told.finding.priority).lower(),
            onset=self.clock(event.onset_s),
            offset=self.clock(event.offset_s),
            reason=self._words.of(event.reason),
        )
        return f"{said}. {self.text('unpromised')}" if told.promised is False else f"{said}."

    def badge(self, told: Told) -> str:
        """The same at a glance, beside its bar."""
        event, priority = told.finding.event, self._words.of(told.finding.priority).lower()
        return f"{told.number}  {self._words.of(event.label)}, {priority}"

    def decided_by(self, told: Told) -> str:
        """Which part of the sound decided."""
        part = told.decisive
        if told.threshold is None:
            return self.text("level")
        if part is None:
            return self.text("outside")
        alone = part.without < told.threshold
        sound = self._sounds.get(told.raised.sound, (self.output(told.raised.sound),))[-1]
        heard = self.text(
            "part" if alone else "whole",
            sound=sound,
            when=self.when(part),
            tones=self._mostly(part.tones),
        )
        proof = self.text(
            "fallen" if alone else "held",
            when=self.when(part),
            score=self.number(part.score),
            without=self.number(part.without),
            threshold=self.number(told.threshold),
        )
        return f"{heard} {proof}"

    def when(self, part: Decisive) -> str:
        """`à 0:03,4` for one slice, `de 0:03,4 à 0:04,1` for more."""
        if part.first == part.last:
            return self.text("at", begins=self.clock((part.begins_s + part.ends_s) / 2.0))
        return self.text("from_to", begins=self.clock(part.begins_s), ends=self.clock(part.ends_s))

    def rule(self, output: Output) -> str:
        """When scores of an output become an event."""
        rule, threshold = output.rule, output.sound.threshold
        said = [self.text("threshold", threshold=self.number(threshold))]
        if rule.hits > 1 and rule.sure > threshold:
            within = self._point(f"{rule.within_s:g}")
            said.append(self.text("hits", hits=rule.hits, within=within))
            if rule.sure < 1.0:
                said[-1] += f", {self.text('sure', sure=self.number(rule.sure))}"
        return ", ".join(said)

    def note(self, note: Note) -> str:
        """One label."""
        labelled = note.labelled
        kept = "" if note.kept is None else f", {self._kept(note)}"
        return self.text(
            "label",
            name=labelled.name,
            onset=self.clock(labelled.onset_s),
            offset=self.clock(labelled.offset_s),
            kept=kept,
        )

    def tag(self, note: Note) -> str:
        """The same at a glance, above its bar."""
        if note.kept is None:
            return note.labelled.name
        return f"{'✓' if note.kept else '✗'} {note.labelled.name}, {self._kept(note)}"

    def elsewhere(self, facts: Explanation) -> str:
        """Events that are not in the picture; nothing without any."""
        onsets = [
            f"{self._words.of(each.event.label)} {self.clock(each.event.onset_s)}"
            for each in facts.elsewhere
        ]
        return self.text("elsewhere", onsets=", ".join(onsets)) if onsets else ""

    def lines(self, facts: Explanation) -> Iterator[str]:
        """All facts, for who does not see the picture."""
        yield self.title(facts)
        for told in facts.told:
            yield self.event(told)
            yield f"   {self.decided_by(told)}"
        if not facts.told:
            yield self.text("silent")
        if facts.elsewhere:
            yield self.elsewhere(facts)
        for note in facts.notes or ():
            yield self.note(note)
        yield from self._highest(facts.outputs, facts.at_s)

    def _highest(self, outputs: Sequence[Output], at_s: Sequence[float]) -> Iterator[str]:
        for output in outputs:
            if not output.scores:
                continue
            score, at = max(zip(output.scores, at_s, strict=True), key=lambda pair: pair[0])
            yield self.text(
                "highest",
                sound=self.output(output.sound.name),
                score=self.number(score),
                at=self.clock(at),
                rule=self.rule(output),
            )

    def _kept(self, note: Note) -> str:
        return self.text("kept" if note.kept else "missed")

    def _mostly(self, tones: Sequence[Tone]) -> str:
        if not tones:
            return ""
        if len(tones) == len(Tone):
            return self.text("all_tones")
        return self.text("tones", tones=self.text("and").join(self._tones[tone] for tone in tones))

    def _point(self, number: str) -> str:
        return number.replace(".", ",") if self._french else number
