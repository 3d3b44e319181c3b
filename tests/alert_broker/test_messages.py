"""Only what is one of our messages gets in, and what gets in is what was sent."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import a_receipt, a_step, an_acknowledgement, an_alert

from alert_broker.messages import (
    MAX_BYTES,
    Acknowledgement,
    Alert,
    Deed,
    Label,
    Message,
    MessageRefused,
    Priority,
    Reason,
    Step,
    decode,
    encode,
)

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=80_000)).map(
    lambda since: datetime(1970, 1, 2, tzinfo=timezone(timedelta(hours=2))) + since
)
ALERTS = st.builds(
    an_alert,
    site=NAMES,
    room=NAMES,
    device=NAMES,
    revision=st.integers(0, 1000),
    label=st.sampled_from(Label),
    priority=st.sampled_from(Priority),
    reason=st.sampled_from(Reason),
    sound=WORDS,
    score=st.floats(0, 1),
    onset_at=MOMENTS,
    duration_s=st.none() | st.floats(0, 1e6),
    delay_s=st.floats(0, 1e6),
)


@given(ALERTS)
def test_what_is_decoded_is_what_was_encoded(alert: Alert) -> None:
    assert decode(encode(alert), Alert) == alert


@given(ALERTS)
def test_the_longest_alert_is_far_from_the_limit(alert: Alert) -> None:
    assert len(encode(alert)) < MAX_BYTES / 2


def altered(message: Message, **changes: Any) -> bytes:
    return json.dumps(json.loads(encode(message)) | changes).encode()


def without(message: Message, field: str) -> bytes:
    fields = json.loads(encode(message))
    del fields[field]
    return json.dumps(fields).encode()


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (altered(an_alert(), version=3), "version 3; this program reads up to 2"),
        (without(an_alert(), "version"), "missing required field `version`"),
        (without(an_alert(), "type"), "missing required field `type`"),
        (altered(an_alert(), type="receipt"), "receipt"),
        (altered(an_alert(), resident="Mme Martin"), "unknown field `resident`"),
        (
            altered(an_alert(), onset_at="2026-11-24T12:00:00"),
            "timezone component - at `$.onset_at`",
        ),
        (altered(an_alert(), score=2), "<= 1.0 - at `$.score`"),
        (altered(an_alert(), score=None), "got `null` - at `$.score`"),
        (altered(an_alert(), room="12/../13"), "at `$.room`"),
        (altered(an_alert(), room="12\n"), "at `$.room`"),
        (altered(an_alert(), room="+"), "at `$.room`"),
        (altered(an_alert(), id="12"), "at `$.id`"),
        (altered(an_alert(), sound="x" * 201), "at `$.sound`"),
        (altered(an_alert(), priority="urgent"), "at `$.priority`"),
        (encode(a_receipt(an_alert())), "receipt"),
        (b"x" * 1_000_000, "1000000 bytes"),
        (b"[" * 16_000, "got `array`"),
        # Deeper than any Python allows its C code: 1000 levels until 3.11, 10 000 since.
        (b'{"type":"alert","version":1,"x":' + b"[" * 16_000, "recursion"),
        (b"", "truncated"),
        (b"null", "null"),
        (b"\xff\xfe", "malformed"),
        (encode(an_alert(sound="é")).replace("é".encode(), b"\xe9"), "utf-8"),
        (b"RIFF$\x08\x00\x00WAVEfmt ", "malformed"),
    ],
)
def test_what_is_not_ours_is_refused_with_the_reason(payload: bytes, why: str) -> None:
    with pytest.raises(MessageRefused, match=re.escape(why)):
        decode(payload, Alert)


@given(st.binary(max_size=300))
def test_noise_is_refused_and_breaks_nothing(payload: bytes) -> None:
    with pytest.raises(MessageRefused):
        decode(payload, Alert)


@pytest.mark.parametrize(("delay_s", "late"), [(0.0, False), (9.9, False), (10.1, True)])
def test_old_news_is_marked_late(delay_s: float, late: bool) -> None:
    assert an_alert(delay_s=delay_s).late is late


def test_the_most_urgent_sorts_first() -> None:
    assert sorted(Priority, key=lambda p: p.rank) == [Priority.HIGH, Priority.MEDIUM, Priority.LOW]


def test_a_moment_keeps_its_offset_from_utc() -> None:
    raised_at = datetime(2026, 11, 24, 3, 0, tzinfo=timezone(timedelta(hours=1)))
    arrived = decode(encode(an_alert(raised_at=raised_at)), Alert).raised_at
    assert arrived.astimezone(UTC) == raised_at
    assert arrived.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("label", Label)
def test_only_an_alert_that_the_first_stations_do_not_know_is_of_a_later_version(
    label: Label,
) -> None:
    """They refuse that one, by its version, and go on to hear of falls."""
    version = json.loads(encode(an_alert(label=label)))["version"]
    assert version == (2 if label is Label.UNUSUAL else 1)


@pytest.mark.parametrize(("turn", "version"), [(None, 1), (1, 2)])
def test_a_first_claim_is_what_every_station_and_device_ever_read(
    turn: int | None, version: int
) -> None:
    claim = an_acknowledgement(an_alert(), **({"turn": turn} if turn else {}))
    wire = json.loads(encode(claim))
    assert (wire["version"], wire.get("turn")) == (version, turn)
    assert decode(encode(claim), Acknowledgement) == claim


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"outcome": None}, "an outcome is said as an alert is closed"),
        ({"deed": "claimed"}, "an outcome is said as an alert is closed"),
        ({"outcome": "maybe"}, "at `$.outcome`"),
        ({"turn": -1}, "at `$.turn`"),
        ({"turn": 10**30}, "at `$.turn`"),
        ({"deed": "ignored"}, "at `$.deed`"),
        ({"by": "x" * 201}, "at `$.by`"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(changes: dict[str, Any], why: str) -> None:
    step = a_step(an_alert(), Deed.CLOSED)
    assert decode(encode(step), Step) == step
    with pytest.raises(MessageRefused, match=re.escape(why)):
        decode(altered(step, **changes), Step)
