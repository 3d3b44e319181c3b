"""A nurse is never told that a room is listened to when nobody knows."""

import pytest
from clocks import Time
from samples import a_heartbeat, a_status

from alert_broker.messages import DeviceState, Fault
from alert_broker.rooms import Health, Room, Rooms

SILENT_AFTER_S = 30.0


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def rooms() -> Rooms:
    return Rooms(SILENT_AFTER_S)


def health(rooms: Rooms, time: Time) -> list[Health]:
    return [rooms.health(room, time.instant()) for room in rooms.all()]


def test_a_room_whose_heart_beats_is_listened_to(rooms: Rooms, time: Time) -> None:
    for _ in range(10):
        rooms.beat(a_heartbeat(), time.instant())
        time.s += 20
        assert health(rooms, time) == [Health.ONLINE]


def test_silence_is_noticed_without_any_message(rooms: Rooms, time: Time) -> None:
    rooms.beat(a_heartbeat(), time.instant())
    assert len(rooms.turned(time.instant())) == 1
    time.s += SILENT_AFTER_S
    assert not rooms.turned(time.instant())
    time.s += 0.1
    assert len(rooms.turned(time.instant())) == 1
    assert health(rooms, time) == [Health.SILENT]
    assert not rooms.turned(time.instant()), "once is enough"


def test_a_wrong_clock_on_the_wall_makes_no_room_silent(rooms: Rooms, time: Time) -> None:
    rooms.beat(a_heartbeat(), time.instant())
    time.wall_is_wrong_by_s = 3600
    assert health(rooms, time) == [Health.ONLINE]


def test_a_device_that_vanished_or_left_is_out_of_service_at_once(rooms: Rooms, time: Time) -> None:
    rooms.state(a_status(), time.instant(), kept=False)
    rooms.beat(a_heartbeat(), time.instant())
    seen = rooms.all()[0].seen_at
    time.s += 1
    rooms.state(a_status(state=DeviceState.OFFLINE), time.instant(), kept=False)
    assert health(rooms, time) == [Health.OFFLINE]
    assert rooms.all()[0].seen_at == seen, "a last will is no sign of life"


def test_it_is_well_again_when_it_says_so(rooms: Rooms, time: Time) -> None:
    rooms.state(a_status(state=DeviceState.OFFLINE), time.instant(), kept=False)
    rooms.state(a_status(), time.instant(), kept=False)
    assert health(rooms, time) == [Health.ONLINE]


def test_a_device_that_says_it_is_deaf_is_believed(rooms: Rooms, time: Time) -> None:
    broken = a_status(state=DeviceState.FAULT, faults=(Fault.MICROPHONE_ABSENT,))
    rooms.state(broken, time.instant(), kept=False)
    rooms.beat(a_heartbeat(), time.instant())
    assert health(rooms, time) == [Health.FAULT]


def test_a_device_that_hears_nothing_and_does_not_know_it_is_found_out(
    rooms: Rooms, time: Time
) -> None:
    rooms.state(a_status(), time.instant(), kept=False)
    rooms.beat(a_heartbeat(audio_age_s=SILENT_AFTER_S + 1), time.instant())
    assert health(rooms, time) == [Health.FAULT]


def test_what_the_broker_had_kept_proves_no_life(rooms: Rooms, time: Time) -> None:
    rooms.state(a_status(), time.instant(), kept=True)
    assert health(rooms, time) == [Health.AWAITED]
    assert rooms.all()[0].seen_at is None
    time.s += SILENT_AFTER_S + 0.1
    assert health(rooms, time) == [Health.SILENT]


def test_after_the_link_was_lost_each_room_must_speak_again(rooms: Rooms, time: Time) -> None:
    rooms.beat(a_heartbeat(), time.instant())
    rooms.beat(a_heartbeat(room="13", device="veilleur-13"), time.instant())
    time.s += 3600
    rooms.expect(time.instant())
    assert health(rooms, time) == [Health.AWAITED, Health.AWAITED]
    rooms.beat(a_heartbeat(), time.instant())
    assert health(rooms, time) == [Health.ONLINE, Health.AWAITED]
    time.s += SILENT_AFTER_S
    rooms.beat(a_heartbeat(), time.instant())
    time.s += 0.1
    assert health(rooms, time) == [Health.ONLINE, Health.SILENT]


def test_a_room_known_from_an_earlier_run_must_speak_again(rooms: Rooms, time: Time) -> None:
    rooms.restore(Room("residence", "12", "veilleur-12", time.s, status=a_status()))
    assert health(rooms, time) == [Health.AWAITED]


def test_what_an_earlier_run_knew_does_not_undo_what_was_heard_since(
    rooms: Rooms, time: Time
) -> None:
    rooms.beat(a_heartbeat(), time.instant())
    gone = a_status(state=DeviceState.OFFLINE)
    rooms.restore(Room("residence", "12", "veilleur-12", time.s, status=gone))
    assert health(rooms, time) == [Health.ONLINE]


def test_the_last_words_of_a_device_that_was_replaced_do_not_count(
    rooms: Rooms, time: Time
) -> None:
    rooms.state(a_status(device="old"), time.instant(), kept=False)
    rooms.state(a_status(device="new"), time.instant(), kept=False)
    rooms.state(a_status(device="old", state=DeviceState.OFFLINE), time.instant(), kept=False)
    assert health(rooms, time) == [Health.ONLINE]


def test_a_new_device_does_not_inherit_the_faults_of_the_old_one(rooms: Rooms, time: Time) -> None:
    broken = a_status(device="old", state=DeviceState.FAULT, faults=(Fault.MODEL_REFUSED,))
    rooms.state(broken, time.instant(), kept=False)
    rooms.beat(a_heartbeat(device="new"), time.instant())
    assert health(rooms, time) == [Health.ONLINE]
