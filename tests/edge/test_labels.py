from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alert_broker.messages import Label, Reason
from edge.events import Phase, SoundEvent
from edge.labels import (
    Labelled,
    LabelsRefused,
    compare,
    matches,
    parse_labels,
    read_labels,
)


@dataclass(frozen=True)
class Event:
    label: str
    onset_s: float


def test_a_file_as_audacity_exports_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "night.txt"
    path.write_bytes(
        b"\xef\xbb\xbf12.5\t14.0\tfall\r\n\\\t120.0\t3400.0\r\n3.25\t4.75\tcall:scream\r\n"
    )
    assert read_labels(path) == [
        Labelled(3.25, 4.75, "call", "scream"),
        Labelled(12.5, 14.0, "fall"),
    ]


def test_an_empty_file_promises_nothing() -> None:
    assert parse_labels("\n", "quiet.txt") == []


def test_only_falls_calls_and_crying_promise_an_alert() -> None:
    heard = parse_labels("0\t1\tfall\n1\t2\tcall:scream\n2\t3\tcry\n3\t9\ttelevision\n", "n")
    assert [labelled.promises_alert for labelled in heard] == [True, True, True, False]


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("1.0 2.0 fall", "between tabs"),
        ("1.0\t2.0", "between tabs"),
        ("1,5\t2.0\tfall", "seconds as 12.5"),
        ("nan\t2.0\tfall", "seconds as 12.5"),
        ("-1\t2.0\tfall", "from the start at 0"),
        ("3.0\t2.0\tfall", "swap them"),
        ("1.0\t2.0\tFall", "small letters"),
        ("1.0\t2.0\tcall:", "small letters"),
    ],
)
def test_a_line_that_is_no_label_is_refused_with_its_place_and_remedy(
    line: str, remedy: str
) -> None:
    with pytest.raises(LabelsRefused, match=r"night\.txt, line 2: .*") as refused:
        parse_labels(f"0.0\t1.0\tcry\n{line}\n", "night.txt")
    assert remedy in str(refused.value)


def test_a_missing_or_binary_file_is_refused_by_name(tmp_path: Path) -> None:
    sound = tmp_path / "sound.txt"
    sound.write_bytes(b"fLaC\xff\xf8\xc9")
    for path in (tmp_path / "absent.txt", sound):
        with pytest.raises(LabelsRefused, match=path.name):
            read_labels(path)


@pytest.mark.parametrize(
    ("onset_s", "fits"),
    [(8.9, False), (9.0, True), (10.5, True), (13.0, True), (13.1, False)],
)
def test_an_event_keeps_a_promise_from_a_second_before_to_two_seconds_after(
    onset_s: float, fits: bool
) -> None:
    assert matches(Labelled(10.0, 11.0, "fall"), Event("fall", onset_s)) is fits


def test_an_event_of_another_kind_keeps_no_promise() -> None:
    promise = Labelled(10.0, 11.0, "fall")
    outcome = compare([promise], [Event("cry", 10.0)])
    assert outcome.missed == (promise,)
    assert outcome.unpromised == (Event("cry", 10.0),)


def test_trouble_that_goes_on_is_no_false_alarm() -> None:
    crying = Labelled(10.0, 40.0, "cry")
    outcome = compare([crying], [Event("cry", 11.0), Event("cry", 30.0)])
    assert outcome.kept == ((crying, Event("cry", 11.0)),)
    assert outcome.unpromised == ()


def test_one_event_does_not_keep_two_promises_but_the_one_that_begins_nearest() -> None:
    first, second = Labelled(10.0, 11.0, "call"), Labelled(12.0, 13.0, "call")
    assert compare([first, second], [Event("call", 12.0)]).missed == (first,)
    assert compare([first, second], [Event("call", 11.0)]).missed == (second,)
    both = compare([first, second], [Event("call", 12.0), Event("call", 12.5)])
    assert both.kept == ((first, Event("call", 12.0)), (second, Event("call", 12.5)))


def test_what_the_rules_say_was_heard_can_be_compared_as_it_is() -> None:
    event = SoundEvent(
        number=1,
        phase=Phase.RAISED,
        label=Label.CALL,
        sound="scream",
        onset_s=4.0,
        offset_s=5.0,
        decided_s=5.0,
        score=0.9,
        reason=Reason.SCREAM,
    )
    promise = Labelled(4.1, 5.0, "call", "scream")
    assert compare([promise], [event]).kept == ((promise, event),)


times = st.integers(0, 30).map(float)
kinds = st.sampled_from(["fall", "call", "television"])
labels = st.lists(
    st.builds(
        lambda onset, length, kind: Labelled(onset, onset + length, kind), times, times, kinds
    ),
    max_size=4,
    unique=True,
)
events = st.lists(st.builds(Event, st.sampled_from(["fall", "call"]), times), max_size=4)


@given(labels, events)
def test_every_promise_is_kept_or_missed_and_every_alarm_that_fits_none_is_false(
    labelled: list[Labelled], heard: list[Event]
) -> None:
    outcome = compare(labelled, heard)
    promises = [one for one in labelled if one.promises_alert]
    assert sorted(map(repr, [promise for promise, _ in outcome.kept] + list(outcome.missed))) == (
        sorted(map(repr, promises))
    )
    assert all(matches(promise, event) for promise, event in outcome.kept)
    for event in heard:
        fits = any(matches(promise, event) for promise in promises)
        assert (event in outcome.unpromised) is not fits


@given(labels, events)
def test_no_other_way_of_giving_events_to_promises_keeps_more_of_them(
    labelled: list[Labelled], heard: list[Event]
) -> None:
    promises = [one for one in labelled if one.promises_alert]
    best = max(_kept(order, heard) for order in permutations(promises))
    assert len(compare(labelled, heard).kept) == best


def _kept(promises: Sequence[Labelled], heard: Sequence[Event]) -> int:
    """How many promises are kept when each in turn takes the first free event that fits it."""
    free = sorted(heard, key=lambda event: event.onset_s)
    kept = 0
    for promise in promises:
        for event in free:
            if matches(promise, event):
                free.remove(event)
                kept += 1
                break
    return kept


def test_where_listeners_would_not_agree_an_alert_is_neither_promised_nor_wrong() -> None:
    labels = parse_labels("5\t7\tmaybe_call:shout_next_door\n", "n")
    result = compare(labels, [Event("call", 5.5), Event("fall", 5.5), Event("call", 30.0)])
    assert result.missed == ()
    assert result.unpromised == (Event("fall", 5.5), Event("call", 30.0))
