"""What happens more than once in a night: a television runs, people talk, call and fall."""

from collections.abc import Sequence
from dataclasses import dataclass

from recordings.synthesis import background, speech
from recordings.synthesis.fall import fall
from recordings.synthesis.room import FLOOR_BY_BED, TELEVISION, Point, loudspeaker
from recordings.synthesis.signal import RATE_HZ, lay
from recordings.synthesis.speech import RESIDENT, Effort, Speaker
from recordings.synthesis.stage import Stage


@dataclass(frozen=True, slots=True)
class Calling:
    """How somebody calls."""

    effort: Effort
    place: Point
    db_spl: float
    pause_s: float
    """Between two calls."""


def television(
    stage: Stage, at_s: float, length_s: float, lines: Sequence[tuple[Speaker, str]]
) -> None:
    """A signature tune, then speech after speech until the time is up."""
    pieces = [(0.0, 0.7 * background.music(stage.rng, 6.0))]
    now_s = 4.5
    for speaker, words in lines:
        spoken = speech.say(stage.rng, words, speaker)
        if now_s + spoken.size / RATE_HZ > length_s:
            break
        pieces.append((now_s, spoken))
        now_s += spoken.size / RATE_HZ + stage.rng.uniform(0.3, 0.7)
    stage.play(at_s, loudspeaker(lay(pieces)), TELEVISION, 57, "television")


def talk(stage: Stage, at_s: float, lines: Sequence[tuple[Speaker, str, Point]]) -> float:
    """Sentences one after the other, at ordinary loudness; returns the second of the last word."""
    start_s = at_s
    for speaker, words, place in lines:
        spoken = speech.say(stage.rng, words, speaker)
        at_s = stage.play(at_s, spoken, place, 58) + stage.rng.uniform(0.25, 0.6)
    stage.label(start_s, at_s, "speech")
    return at_s


def calls(stage: Stage, at_s: float, how: Calling, words: Sequence[str]) -> float:
    """Call after call, one trouble: one label over them all."""
    start_s = end_s = at_s
    for call in words:
        spoken = speech.say(stage.rng, call, RESIDENT, how.effort)
        end_s = stage.play(at_s, spoken, how.place, how.db_spl)
        at_s = end_s + how.pause_s * stage.rng.uniform(0.8, 1.2)
    stage.label(start_s, end_s, "call:spoken_call")
    return end_s


def falls(stage: Stage, at_s: float, *, stumble: bool, furniture: bool) -> float:
    """A fall by the bed; its label begins where the body strikes the floor."""
    dry, strikes_s = fall(stage.rng, stumble=stumble, furniture=furniture)
    end_s = stage.play(at_s, dry, FLOOR_BY_BED, 67)
    stage.label(at_s + strikes_s, end_s, "fall:body_fall")
    return end_s
