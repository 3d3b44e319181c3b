"""What no program of ours ever says, and what one with a broken clock or counter might."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
from hypothesis import strategies as st
from samples import a_heartbeat, a_receipt, a_status, a_step, an_acknowledgement, an_alert

from alert_broker.messages import Alert, Deed, Message, encode
from alert_broker.topics import CHANNELS, topic, topic_of

ALERT = an_alert()
MESSAGES: list[Message] = [
    ALERT,
    a_receipt(ALERT),
    an_acknowledgement(ALERT),
    *(a_step(ALERT, deed) for deed in Deed),
    a_status(),
    a_heartbeat(),
]

texts = st.text(max_size=300) | st.sampled_from(["\x00", "<script>", "../..", "+", "#", "é" * 64])
numbers = (
    st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([2**31, 2**53, 2**63, 2**64, -1, 1e308])
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
changes = st.dictionaries(
    st.sampled_from([*Alert.__struct_fields__, "type", "deed", "turn", "at"]) | texts,
    values,
    max_size=4,
)


@st.composite
def payloads(draw: st.DrawFn) -> bytes:
    """Bytes that were once a message, or never."""
    fields = msgspec.json.decode(encode(draw(st.sampled_from(MESSAGES)))) | draw(changes)
    for name in draw(st.lists(st.sampled_from(sorted(fields)), max_size=2)):
        fields.pop(name, None)
    whole = msgspec.json.encode(fields, enc_hook=str) if _fits(fields) else str(fields).encode()
    cut: list[Callable[[bytes], bytes]] = [
        lambda it: it,
        lambda it: it[: len(it) // 2],
        lambda it: it + it,
        lambda it: it[:9] + b"\xff" + it[9:],
        lambda it: b"[" * 9000 + it,
    ]
    return draw(st.sampled_from(cut))(whole) if draw(st.booleans()) else draw(st.binary())


def _fits(value: Any) -> bool:
    try:
        msgspec.json.encode(value)
    except (OverflowError, msgspec.MsgspecError, UnicodeEncodeError):
        return False
    return True


topics = st.sampled_from([topic_of(it) for it in MESSAGES]) | st.sampled_from(
    [
        "veilleur",
        "veilleur/residence/12/audio",
        "veilleur//12/alert",
        "veilleur/residence/12/alert/more",
        "elsewhere/residence/12/alert",
        topic("é" * 99, "12", "status"),
    ]
)

# Valid, and as far from usual as a message may be: broken clocks, few ids, rooms that change.
years = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))  # noqa: DTZ001
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(lambda at, zone: at.replace(tzinfo=zone), years, zones) | st.just(
    datetime(2026, 11, 24, 12, tzinfo=UTC)
)
ids = st.sampled_from([f"{number:032x}" for number in range(3)])
counts = st.sampled_from([0, 1, 2, 2**31 - 1])
rooms = st.sampled_from(["12", "13"])
alerts = st.builds(
    an_alert,
    id=ids,
    room=rooms,
    revision=counts,
    sequence=counts,
    repeats=counts,
    onset_at=moments,
    raised_at=moments,
    delay_s=st.sampled_from([0.0, 1e9]),
    duration_s=st.sampled_from([None, 0.0, 1e9]),
)
likely = st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)
steps = st.builds(
    lambda alert_id, deed, at, **more: a_step(an_alert(id=alert_id), deed, at=at, **more),
    ids,
    st.sampled_from(Deed),
    likely,
    turn=st.sampled_from([0, 1, 1_000_000]),
    to=ids | st.just("responsable"),
    by=st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=200),
    station=st.sampled_from(["poste-1", "poste-2"]),
)
statuses = st.builds(a_status, room=rooms, since=moments, device=st.sampled_from(["a", "b"]))
heartbeats = st.builds(
    a_heartbeat, room=rooms, sent_at=moments, uptime_s=st.just(1e9), overflows=counts
)
messages = alerts | steps | statuses | heartbeats

assert {type(it) for it in MESSAGES} == {channel.message for channel in CHANNELS.values()}
