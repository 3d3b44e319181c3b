"""Nurses read the same in French and English, on the page and in the terminal."""

import re
from enum import StrEnum

import msgspec
import pytest

from alert_broker.messages import Fault, Label, Outcome, Priority, Reason
from alert_broker.people.rights import Role
from alert_broker.rooms import Health
from alert_broker.upkeep.defects import Defect
from alert_broker.web import STATIC
from alert_broker.words import FOLDER, Catalogue, Language, Words, duration

LANGUAGES: tuple[Language, Language] = ("fr", "en")
SCRIPTS = "\n".join(path.read_text() for path in STATIC.glob("*.js"))


def catalogue(language: Language) -> Catalogue:
    return msgspec.json.decode((FOLDER / f"{language}.json").read_bytes(), type=Catalogue)


def texts(language: Language) -> dict[str, str]:
    return catalogue(language).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("codes", [Label, Reason, Priority, Health, Fault, Outcome, Defect, Role])
def test_every_code_has_a_word(language: Language, codes: type[StrEnum]) -> None:
    words = Words(language)
    said = [words.of(code) for code in codes]
    assert all(said)
    assert len(set(said)) == len(said), "two codes that read the same cannot be told apart"


def test_both_languages_say_the_same_things() -> None:
    assert set(texts("fr")) == set(texts("en"))


def test_both_languages_leave_the_same_blanks() -> None:
    def blanks(language: Language) -> dict[str, list[str]]:
        return {key: sorted(re.findall(r"{\w+}", it)) for key, it in texts(language).items()}

    assert blanks("fr") == blanks("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_for_no_text_that_is_missing(language: Language) -> None:
    page = (STATIC / "index.html").read_text()
    asked = set(re.findall(r'data-(?:text|hint|label)="(\w+)"', page))
    asked |= set(re.findall(r'\btext\("(\w+)"', SCRIPTS))
    asked |= {f"{name}.other" for name in re.findall(r'\bmany\("(\w+)"', SCRIPTS)}
    assert len(asked) > 20
    assert asked <= set(texts(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_counted_can_be_one_or_many(language: Language) -> None:
    counted = {key.rpartition(".")[0] for key in texts(language) if "." in key}
    assert counted
    assert {f"{name}.{form}" for name in counted for form in ("one", "other")} <= set(
        texts(language)
    )


def test_it_counts_as_each_language_does() -> None:
    french, english = Words("fr"), Words("en")
    assert french.many("listening", 1) == "1 chambre à l’écoute"
    assert french.many("listening", 2) == "2 chambres à l’écoute"
    assert english.many("listening", 1) == "1 room listening"
    assert english.many("listening", 0) == "No room is listening"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0 s"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3900, "1 h 05")],
)
def test_a_length_of_time_is_read_at_a_glance(seconds: float, said: str) -> None:
    assert duration(seconds) == said
