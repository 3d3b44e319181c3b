"""Let more synthesisers call for help: `python -m recordings.voices --to VOICES`.

Writes 16 kHz mono FLAC and a `manifest.csv`: every text of `phrases.csv`, and of other manifests
if so wished, by every voice that is installed, some takes of each. Calls and ordinary sentences are
said by the same voices with the same efforts, so that the words are learnt and not the voice.
Needs the `voices` extra, and Debian's `flite` for its voices.
"""

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from recordings.collect import RATE_HZ, Row, write_manifest
from recordings.synthesis.engines import Voice, flite_voices, pico_voices
from recordings.synthesis.signal import Sound
from recordings.synthesis.speech import CALM, RAISED, SHOUTED, WEAK, Effort, Speaker, shaped

PHRASES = Path(__file__).with_name("phrases.csv")
_EFFORTS = ((CALM, "plain"), (RAISED, "raised"), (SHOUTED, "shouted"), (WEAK, "elderly"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to say."""

    lang: str
    sublabel: str
    """`call_...`, or `speech_tts...` for what is no call."""
    text: str


def main() -> int:
    """Speak everything; an exit code of 1 without a voice or with a list that cannot be read."""
    parser = argparse.ArgumentParser(description="Let more synthesisers call for help.")
    parser.add_argument("--to", type=Path, required=True, help="folder to fill")
    parser.add_argument("--like", type=Path, help="a manifest.csv whose texts are said as well")
    parser.add_argument("--takes", type=int, default=4, help="of each text by each voice (4)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    voices = [*pico_voices(), *flite_voices()]
    if not voices:
        print("no synthesiser: pip install '.[voices]', or apt install flite", file=sys.stderr)
        return 1
    try:
        phrases = read_phrases(PHRASES, *([options.like] if options.like else []))
    except (OSError, KeyError) as error:
        print(f"{error}: needs the columns lang, sublabel and text", file=sys.stderr)
        return 1
    rows = []
    for voice in voices:
        said = list(speak(voice, phrases, options.takes, options.seed, options.to))
        print(f"{voice.name}: {len(said)} recordings", flush=True)
        rows += said
    write_manifest(rows, options.to / "manifest.csv")
    return 0


def read_phrases(*lists: Path) -> list[Phrase]:
    """All that is spoken in some lists, each phrase once.

    Raises:
        OSError: a list is missing.
        KeyError: it lacks a column.
    """
    phrases: dict[tuple[str, str], Phrase] = {}
    for path in lists:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["text"] and row["sublabel"].startswith(("call_", "speech_tts")):
                    phrase = Phrase(row["lang"], row["sublabel"], row["text"])
                    phrases.setdefault((phrase.lang, phrase.text), phrase)
    return [phrases[key] for key in sorted(phrases)]


def speak(
    voice: Voice, phrases: Sequence[Phrase], takes: int, seed: int, folder: Path
) -> Iterator[Row]:
    """Let one voice say every phrase of its language; yields the rows of the manifest."""
    for phrase in phrases:
        if phrase.lang != voice.lang:
            continue
        for take in range(takes):
            key = f"{voice.name} {phrase.text} {take} {seed}"
            digest = hashlib.sha256(key.encode()).hexdigest()
            rng = np.random.default_rng(int(digest[:15], 16))
            effort, effect = _EFFORTS[int(rng.choice(len(_EFFORTS), p=(0.4, 0.25, 0.15, 0.2)))]
            sound = say(rng, voice, phrase.text, effort)
            label = "call" if phrase.sublabel.startswith("call_") else "other"
            path = f"{label}/{voice.name}-{digest[:10]}.flac"
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(folder / path, 0.9 * sound, RATE_HZ, subtype="PCM_16")
            yield {
                "path": path,
                "label": label,
                "sublabel": phrase.sublabel,
                "source": f"speech synthesis: {voice.name}",
                "group": voice.name,
                "family": voice.name,
                "lang": voice.lang,
                "text": phrase.text,
                "effect": effect,
                "licence": voice.licence,
                "nc": "0",
                "duration_s": f"{len(sound) / RATE_HZ:.3f}",
            }


def say(rng: np.random.Generator, voice: Voice, text: str, effort: Effort) -> Sound:
    """One take: each by another throat, at another pitch and pace."""
    old = rng.random() < 0.4
    somebody = Speaker(
        blend=(),
        pitch=float(np.exp(rng.uniform(-0.25, 0.25))),
        tract=float(np.exp(rng.uniform(-0.15, 0.15))),
        tremor=float(rng.uniform(0.01, 0.05)) if old else 0.0,
        breath=float(rng.uniform(0.0, 0.25)) if old else 0.0,
    )
    spoken = voice.say(text, float(np.exp(rng.uniform(-0.35, 0.2))))
    return shaped(rng, spoken, somebody, effort, quick=True)


if __name__ == "__main__":
    sys.exit(main())
