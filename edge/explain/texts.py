"""What `veilleur explain` can say, in French and English; `{word}` stands for what is filled in."""

from alert_broker.words import Language
from edge.explain.occlusion import Tone

TEXTS: dict[Language, dict[str, str]] = {
    "fr": {
        "span": "{name} : de {begins} à {ends}, sur {seconds}",
        "heard_by": "entendu par {model}",
        "sounds": "Sons entendus",
        "labels": "Annoté à l’écoute",
        "pitch": "Hauteur (Hz)",
        "time": "Temps (min:s)",
        "event": "{number}. {label}, {priority}, de {onset} à {offset} : {reason}",
        "unpromised": "Rien de tel n’est annoté.",
        "part": "Décidé par : {sound} {when}{tones}.",
        "fallen": "Sans ce passage, le score tombe de {score} à {without} (seuil {threshold}).",
        "whole": "Décidé par : tout le son{tones}.",
        "held": "Sans son passage le plus fort ({when}), le score reste à {without} "
        "(seuil {threshold}).",
        "at": "à {begins}",
        "from_to": "de {begins} à {ends}",
        "tones": ", surtout les {tones}",
        "all_tones": ", graves comme aigus",
        "and": " et les ",
        "level": "Décidé par le niveau du son, non par un score.",
        "outside": "Décidé en dehors de cette image.",
        "silent": "Aucun événement dans ce passage.",
        "elsewhere": "Hors de cette image : {onsets} (à voir avec --from et --to).",
        "threshold": "seuil {threshold}",
        "hits": "{hits} fois en {within} s",
        "sure": "ou 1 fois {sure}",
        "highest": "{sound} : au plus {score}, à {at} ; {rule}",
        "kept": "entendu",
        "missed": "manqué",
        "label": "Annoté : {name} de {onset} à {offset}{kept}",
        "legend": "En couleur : le passage qui a décidé. Tirets : le seuil. "
        "Chiffre dans un rond : l’alerte part.",
        "picture": "Image : {path}",
    },
    "en": {
        "span": "{name}: {begins} to {ends}, of {seconds}",
        "heard_by": "heard by {model}",
        "sounds": "Heard",
        "labels": "Noted by a listener",
        "pitch": "Pitch (Hz)",
        "time": "Time (min:s)",
        "event": "{number}. {label}, {priority}, {onset} to {offset}: {reason}",
        "unpromised": "No label tells of it.",
        "part": "Decided by: {sound} {when}{tones}.",
        "fallen": "Without this part the score falls from {score} to {without} "
        "(threshold {threshold}).",
        "whole": "Decided by: all of the sound{tones}.",
        "held": "Without its strongest part ({when}) the score stays at {without} "
        "(threshold {threshold}).",
        "at": "at {begins}",
        "from_to": "from {begins} to {ends}",
        "tones": ", mostly {tones} tones",
        "all_tones": ", low and high tones alike",
        "and": " and ",
        "level": "Decided by how loud it was, not by a score.",
        "outside": "Decided outside this picture.",
        "silent": "No event in this stretch.",
        "elsewhere": "Outside this picture: {onsets} (see them with --from and --to).",
        "threshold": "threshold {threshold}",
        "hits": "{hits} times in {within} s",
        "sure": "or {sure} once",
        "highest": "{sound}: {score} at most, at {at}; {rule}",
        "kept": "heard",
        "missed": "missed",
        "label": "Label: {name}, {onset} to {offset}{kept}",
        "legend": "In colour: the part that decided. Dashes: the threshold. "
        "Number in a circle: the alert goes out.",
        "picture": "Picture: {path}",
    },
}

SOUNDS: dict[Language, dict[str, tuple[str, str]]] = {
    "fr": {
        "fall": ("choc", "choc"),
        "scream": ("cri", "cri"),
        "spoken_call": ("appel parlé", "voix"),
        "cry": ("pleurs", "pleurs"),
        "baby_cry": ("pleurs de bébé", "pleurs de bébé"),
    },
    "en": {
        "fall": ("impact", "impact"),
        "scream": ("scream", "scream"),
        "spoken_call": ("spoken call", "voice"),
        "cry": ("crying", "crying"),
        "baby_cry": ("baby crying", "baby crying"),
    },
}
"""Each output of the model, and the sound it heard."""

TONES: dict[Language, dict[Tone, str]] = {
    "fr": {Tone.LOW: "graves", Tone.MIDDLE: "médiums", Tone.HIGH: "aigus"},
    "en": {Tone.LOW: "low", Tone.MIDDLE: "middle", Tone.HIGH: "high"},
}
