"""PINs and passwords: which are good enough, how new ones are made, and how they are kept."""

import secrets
from enum import StrEnum
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from alert_broker.people.person import LETTERS

PASSWORD_LENGTH = 10
"""The least, of whatever is not digits alone."""
LONGEST = 128

# More than is usually asked for, and little enough for a small machine: one lane, 32 MiB.
_argon2 = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)


class Weakness(StrEnum):
    """Why a PIN or password is not good enough."""

    SHORT = "secret_short"
    EASY = "secret_easy"


def weakness(secret: str, digits: int) -> Weakness | None:
    """What is wrong with a secret, None if nothing is; a PIN has at least so many digits."""
    pin = is_pin(secret)
    if len(secret) < (digits if pin else PASSWORD_LENGTH):
        return Weakness.SHORT
    return Weakness.EASY if pin and _is_easy(secret) else None


def is_pin(secret: str) -> bool:
    """Whether digits alone type it."""
    return secret.isascii() and secret.isdigit()


def new_pin(digits: int) -> str:
    """A random PIN that is good enough."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(digits))
        if weakness(pin, digits) is None:
            return pin


def new_password() -> str:
    """A random password of 79 bits, in groups that can be copied by hand."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def sealed(secret: str) -> str:
    """What is kept of a secret: from it nobody reads the secret."""
    return _argon2.hash(secret)


def matches(kept: str, secret: str) -> bool:
    """Whether this is the secret; takes a tenth of a second and 32 MiB, on purpose."""
    try:
        return _argon2.verify(kept, secret)
    except (VerificationError, InvalidHashError):
        return False


def _is_easy(pin: str) -> bool:
    """0000, 1234, 9876, 2468: each digit is as far from the last, round the clock."""
    return len({(int(b) - int(a)) % 10 for a, b in pairwise(pin)}) == 1
