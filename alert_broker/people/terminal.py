"""Signing in at a terminal: the PIN is typed there without echo, or read from a file."""

import getpass
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alert_broker.feed import Answer, Station
from alert_broker.people.views import PersonView
from alert_broker.words import Words, duration

TRIES = 3


class SignInRefused(ValueError):
    """The station does not let somebody in; the text says why."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who wants to sign in; nobody without a name."""

    name: str = ""
    secret_file: Path | None = None
    """Its first line is her PIN or password; asked for without it."""
    chooses: bool = False
    """Whether she wants another PIN or password from now on."""


def sign_in(station: Station, who: Who, words: Words) -> None:
    """Sign somebody in; a station out of reach is watched all the same, by nobody in particular.

    Raises:
        SignInRefused: nobody has this name, the secret is wrong, the file cannot be read, or
            somebody must choose a secret of her own and does not.
    """
    people = station.people()
    if people is None:
        return
    person = _found(people, who.name)
    for _ in range(1 if who.secret_file else TRIES):
        secret = _secret(person, who, words)
        answer = station.sign_in(person, secret)
        if answer.recorded:
            if answer.must_choose or who.chooses:
                if answer.must_choose:
                    print(words.text("choose_note"), file=sys.stderr)
                _choose(station, person, who, secret, words)
            return
        print(why := _why(answer, words), file=sys.stderr)
        if answer.wait_s:
            break
    raise SignInRefused(f"--by {person.name}: {why}")


def _choose(station: Station, person: PersonView, who: Who, secret: str, words: Words) -> None:
    """She types what she signs in with from now on, twice."""
    if who.secret_file:
        raise SignInRefused(
            f"--secret-file {who.secret_file}: {person.name} is to choose a PIN of her own; "
            "sign in without this option, or on the page, and then write that one into the file"
        )
    for _ in range(TRIES):
        new = getpass.getpass(f"{words.text('choose_new')} : ")
        if getpass.getpass(f"{words.text('choose_again')} : ") != new:
            answer = Answer(recorded=False, code="secrets_differ")
        elif not new:
            answer = Answer(recorded=False, code="secret_short")
        else:
            answer = station.change_secret(secret, new)
        if answer.recorded:
            print(words.text("chosen"), file=sys.stderr)
            return
        print(why := _why(answer, words), file=sys.stderr)
    raise SignInRefused(f"--by {person.name}: {why}")


def _found(people: Sequence[PersonView], name: str) -> PersonView:
    wanted = name.strip().casefold()
    for person in people:
        if wanted in {person.id, person.name.casefold()}:
            return person
    names = ", ".join(person.name for person in people)
    raise SignInRefused(f"--by {name}: nobody there has this name; there are: {names}")


def _secret(person: PersonView, who: Who, words: Words) -> str:
    if who.secret_file is None:
        return getpass.getpass(f"{words.text('secret_of', name=person.name)} : ")
    try:
        return who.secret_file.read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SignInRefused(
            f"--secret-file {who.secret_file}: {error}; its first line is to be the PIN"
        ) from None


def _why(answer: Answer, words: Words) -> str:
    if answer.wait_s:
        return words.text("wait_first", wait=duration(answer.wait_s + 1))
    return words.text(answer.code or "not_reached")
