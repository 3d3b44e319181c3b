"""From the many sub-labels of the recordings to the few sounds the model tells apart.

A sound is *for* some of the targets, *against* the others, and *silent* about those where a
listener could not say: a raised "au secours" is neither a scream nor not one.
"""

from dataclasses import dataclass

from classifier.manifest import Event

TARGETS = (
    "fall",
    "scream",
    "spoken_call",
    "cry",
    "baby_cry",
    "speech",
    "impact",
    "laugh_cough",
    "snore",
    "music",
)
"""Order of the model's outputs. The first five raise events; the rest keep it from them."""

EVENT_OF: dict[str, Event] = {
    "fall": "fall",
    "scream": "call",
    "spoken_call": "call",
    "cry": "cry",
    "baby_cry": "cry",
}
"""What the room hears in a target; targets that are not here are distractors."""

EVENTS = TARGETS[:5]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sub-label teaches."""

    targets: frozenset[str]
    """Present in the sound."""
    unsure: frozenset[str] = frozenset()
    """Neither taught nor counted."""
    weight: float = 1.0
    """How often it is drawn beside others of its kind; 0 leaves it out."""


def _meaning(targets: str, unsure: str = "", weight: float = 1.0) -> Meaning:
    return Meaning(frozenset(targets.split()), frozenset(unsure.split()), weight)


_VOICES = "scream spoken_call cry baby_cry laugh_cough speech"
_SCREAM = _meaning("scream", "spoken_call cry baby_cry speech laugh_cough")
_SPOKEN = _meaning("spoken_call speech", "scream")
_WEEPING = _meaning("cry", "baby_cry scream laugh_cough speech")
_MOAN = _meaning("cry", "scream laugh_cough speech")
_FALL = _meaning("fall impact")
_SPEECH = _meaning("speech")
_IMPACT = _meaning("impact")
_LAUGH = _meaning("laugh_cough", "speech")
_SNORE = _meaning("snore")
_MUSIC = _meaning("music", "speech")

_EXACT: dict[str, Meaning] = {
    "bodyfall": _FALL,
    "thud": _FALL,
    "landing_thud_weak": _meaning("impact", "fall", 0.3),
    "thud_object": _meaning("impact", "fall", 0.3),
    "heavy_object_impact_weak": _meaning("impact", "fall", 0.5),
    "heavy_object_collapse_weak": _meaning("impact", "fall", 0.1),
    "scream": _SCREAM,
    "agony_scream": _SCREAM,
    "shout": _SCREAM,
    "scream_unverified": _meaning("scream", "spoken_call cry speech", 0.6),
    "death_scream": _meaning("scream", "cry speech laugh_cough", 0.4),
    "distress_shout_long": _meaning("scream", "spoken_call cry speech", 0.6),
    "angry_shout_acted": _meaning("scream speech", "spoken_call cry", 0.7),
    "fear_shout_acted": _meaning("scream speech", "spoken_call cry", 0.7),
    "shouted_phrase": _meaning("scream speech", "spoken_call", 0.3),
    "cry_adult": _WEEPING,
    "wail": _meaning("cry", "scream baby_cry speech"),
    "moan": _MOAN,
    "cry_unverified": _meaning("cry", "baby_cry scream laugh_cough speech"),
    "cry_child": _meaning("baby_cry", "cry scream speech", 0.5),
    "baby_cry": _meaning("baby_cry", "cry scream"),
    "sad_tearful_speech": _meaning("speech", "cry", 0.5),
    "sad_speech_de": _meaning("speech", "cry", 0.5),
    "non_scream_mixed": _meaning("", "cry baby_cry speech music laugh_cough impact snore"),
    "negative_misc": _meaning("", _VOICES),
    "esc50_noise_mixed": _meaning("", "laugh_cough impact snore speech music"),
    "affective_voice": _meaning("", _VOICES, 0.0),
    "affective_voice_or_tone": _meaning("", _VOICES, 0.0),
    "down_vocals": _meaning("", _VOICES, 0.0),
    "up_down_vocals": _meaning("", _VOICES, 0.0),
    "gasp": _meaning("laugh_cough", "scream cry speech"),
    "effort_grunt": _meaning("laugh_cough", "scream cry speech", 0.5),
    "sigh": _meaning("laugh_cough", "cry speech"),
    "yawn": _meaning("laugh_cough", "cry speech"),
    "breath": _meaning("", "snore laugh_cough"),
    "burp": _LAUGH,
    "vomit": _LAUGH,
    "sniff": _meaning("laugh_cough", "cry speech"),
    "throat_clear": _LAUGH,
    "humming": _meaning("", "music cry speech"),
    "mumble": _meaning("speech", "cry"),
    "weeping": _WEEPING,
    "sobbing": _WEEPING,
    "wailing": _WEEPING,
    "whimpering": _WEEPING,
    "moaning": _MOAN,
    "groaning": _MOAN,
    "song": _meaning("", "music speech"),
    "babble": _SPEECH,
    "door": _IMPACT,
    "knock": _IMPACT,
    "clap": _IMPACT,
    "book": _IMPACT,
    "cupboard": _IMPACT,
    "drawer": _IMPACT,
    "chopping": _IMPACT,
    "plates": _IMPACT,
    "footsteps": _meaning("", "impact"),
    "stamp_sfx": _meaning("", " ".join(TARGETS[3:]), 0.5),
    "explosion": _meaning("", weight=0.0),
    "gunshots": _meaning("", weight=0.0),
    "tnt_explode": _meaning("", weight=0.0),
    "lion_bellow": _meaning("", "scream", 0.2),
    "ghost": _meaning("", weight=0.0),
    "human_animals": _meaning("", weight=0.0),
    "animal_vocal": _meaning("", weight=0.0),
    "stomp": _meaning("impact", "fall"),
    "kicking_dumpster_huge": _meaning("impact", "fall"),
    "debris_furniture": _meaning("impact", "fall"),
    "squeel": _meaning("", "scream", 0.2),
}

_BY_PREFIX: tuple[tuple[str, Meaning], ...] = (
    ("scream_", _SCREAM),
    ("nonverbal_", _SCREAM),
    ("call_", _SPOKEN),
    ("speech_music", _meaning("speech music", weight=0.5)),
    ("speech", _SPEECH),
    ("acted_speech", _meaning("speech", "scream", 0.5)),
    ("happy_speech", _SPEECH),
    ("surprised_speech", _meaning("speech", "scream")),
    ("angry_speech", _meaning("speech", "scream")),
    ("taunt_speech", _meaning("speech", "scream", 0.3)),
    ("bg_french", _SPEECH),
    ("bg_read", _SPEECH),
    ("bg_music", _MUSIC),
    ("background_", _meaning("")),
    ("music", _MUSIC),
    ("piano", _MUSIC),
    ("guitar", _MUSIC),
    ("jazz", _MUSIC),
    ("laugh", _LAUGH),
    ("human_laugh", _LAUGH),
    ("cough", _LAUGH),
    ("sneez", _LAUGH),
    ("snor", _SNORE),
    ("door_", _IMPACT),
    ("object_drop", _IMPACT),
    ("object_handling", _meaning("", "impact")),
    ("impact_hit", _IMPACT),
    ("hit_sfx", _meaning("impact", "fall", 0.3)),
    ("smash_", _meaning("impact", "fall", 0.3)),
    ("game_sfx", _meaning("", "impact music", 0.2)),
    ("node_", _meaning("", "impact", 0.3)),
)


def meaning(sublabel: str) -> Meaning:
    """What a sub-label of the manifest teaches; an ordinary sound unless we know better."""
    if sublabel in _EXACT:
        return _EXACT[sublabel]
    if sublabel.endswith("_weak"):
        return _meaning("", _VOICES, 0.0)
    for prefix, found in _BY_PREFIX:
        if sublabel.startswith(prefix):
            return found
    return _meaning("", "impact")
