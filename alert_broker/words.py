"""What nurses read, in French or English, from the catalogues that the page reads too."""

from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from alert_broker.messages import Fault, Label, Outcome, Priority, Reason
from alert_broker.people.rights import Role
from alert_broker.rooms import Health
from alert_broker.upkeep.defects import Defect

Language = Literal["fr", "en"]
Code = Label | Reason | Priority | Health | Fault | Outcome | Defect | Role

FOLDER = Path(__file__).parent / "static" / "words"


class Catalogue(Struct, frozen=True, forbid_unknown_fields=True):
    """One language: a word for each code, and the texts around them."""

    label: dict[Label, str]
    reason: dict[Reason, str]
    priority: dict[Priority, str]
    health: dict[Health, str]
    fault: dict[Fault, str]
    defect: dict[Defect, str]
    outcome: dict[Outcome, str]
    role: dict[Role, str]
    text: dict[str, str]
    """By name; `{word}` stands for what is filled in, `.one` and `.other` for how many."""


class Words:
    """Speaks one language."""

    def __init__(self, language: Language = "fr") -> None:
        self.language = language
        text = (FOLDER / f"{language}.json").read_bytes()
        self._catalogue = msgspec.json.decode(text, type=Catalogue)

    def of(self, code: Code) -> str:
        """The word for a code."""
        words: dict[object, str] = getattr(self._catalogue, type(code).__name__.lower())
        return words[code]

    def text(self, name: str, /, **fillings: object) -> str:
        """A text, filled in."""
        return self._catalogue.text[name].format(**fillings)

    def many(self, name: str, n: int) -> str:
        """A text about `n` things."""
        one = n < 2 if self.language == "fr" else n == 1
        exact = f"{name}.zero"
        if n == 0 and exact in self._catalogue.text:
            return self._catalogue.text[exact]
        return self.text(f"{name}.one" if one else f"{name}.other", n=n)


def duration(seconds: float) -> str:
    """A length of time at a glance: `45 s`, `12 min`, `1 h 05`; the same in both languages."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60:02d}"


def counter(seconds: float) -> str:
    """A length of time that a nurse sees running: `0:07`, `12:30`, `1 h 05`."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}" if whole < 3600 else duration(whole)
