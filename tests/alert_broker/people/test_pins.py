"""What is good enough to sign in with, and that nobody can read it where it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alert_broker.people.pins import (
    Weakness,
    is_pin,
    matches,
    new_password,
    new_pin,
    sealed,
    weakness,
)


@pytest.mark.parametrize("pin", ["000000", "123456", "987654", "246802", "890123"])
def test_what_everybody_tries_first_is_refused(pin: str) -> None:
    assert weakness(pin, 6) is Weakness.EASY


@pytest.mark.parametrize("secret", ["", "12345", "marie", "marie2024"])
def test_what_is_short_is_refused(secret: str) -> None:
    assert weakness(secret, 6) is Weakness.SHORT


@given(digits=st.integers(4, 12))
def test_a_new_pin_is_good_enough_and_typed_by_digits(digits: int) -> None:
    pin = new_pin(digits)
    assert len(pin) == digits
    assert is_pin(pin)
    assert weakness(pin, digits) is None


def test_a_new_password_is_good_enough_and_never_the_same() -> None:
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    assert not any(weakness(it, 6) or is_pin(it) for it in made)


def test_from_what_is_kept_nobody_reads_the_secret() -> None:
    kept = sealed("481516")
    assert "481516" not in kept
    assert kept.startswith("$argon2id$")
    assert kept != sealed("481516"), "two who chose the same are not seen to"
    assert matches(kept, "481516")
    assert not matches(kept, "481517")


@pytest.mark.parametrize("kept", ["", "481516", "$argon2id$"])
def test_what_is_not_ours_matches_nothing(kept: str) -> None:
    assert not matches(kept, "481516")


@given(secret=st.text(max_size=20))
def test_digits_of_other_scripts_are_no_pin(secret: str) -> None:
    assert is_pin(secret) == (bool(secret) and set(secret) <= set("0123456789"))
