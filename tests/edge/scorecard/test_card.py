"""The scorecard: what was promised and missed, what was made up and by what, and how late."""

import pytest
from hearings import a_hearing, a_scene, lasting

from alert_broker.messages import Label
from edge.config import AgentSettings
from edge.scorecard.card import Scorecard
from edge.scorecard.sounds import Sound
from edge.scorecard.trial import judge

LABELS = """
5 8 call:scream
20 22 fall
30 31 door:slam
"""


def the_facts(labels: str = LABELS, sounds: tuple[Sound, ...] = ()) -> dict[str, dict[str, dict]]:  # type: ignore[type-arg]
    """A scream heard at once, a fall missed, a slam taken for a fall, a call from nowhere."""
    hearing = a_hearing(
        {
            "scream": lasting(5.5, 8.0, 0.8) | lasting(50.0, 51.0, 0.8),
            "fall": {30.5: 0.9},
        }
    )
    trial = judge(a_scene(labels, sounds), hearing.alarms(AgentSettings()))
    return Scorecard([trial]).facts()  # type: ignore[return-value]


def test_recall_false_alarms_and_delay_are_counted_by_class() -> None:
    facts = the_facts()
    call, fall = facts["classes"]["call"], facts["classes"]["fall"]
    assert (call["promised"], call["kept"], call["recall"]) == (1, 1, 1.0)
    assert (fall["promised"], fall["kept"], fall["recall"]) == (1, 0, 0.0)
    assert call["false_alarms_by_cause"] == {"nothing": 1}
    assert fall["false_alarms_by_cause"] == {"door:slam": 1}
    # The second hit raises it: two are needed.
    assert call["onset_to_decision_s"]["p50"] == pytest.approx(1.0)


def test_a_delay_counts_from_when_a_sound_rises_above_what_else_sounds() -> None:
    swelling = Sound(5, 8, ("scream",), rises_s=5.4)
    call = the_facts(sounds=(swelling,))["classes"]["call"]
    assert call["onset_to_decision_s"]["p50"] == pytest.approx(0.6)


def test_false_alarms_are_told_per_hour_per_day_and_per_room_night() -> None:
    fall = the_facts()["classes"]["fall"]
    assert fall["false_alarms_per_h"] == pytest.approx(60.0)
    assert fall["false_alarms_per_24h"] == pytest.approx(24 * 60.0)
    assert fall["false_alarms_per_night"] == pytest.approx(600.0)


def test_those_of_high_priority_are_told_alone_and_all_together() -> None:
    facts = the_facts(LABELS)
    assert facts["all"]["false_alarms"] == 2
    assert facts["high_priority"]["false_alarms"] == 2
    hearing = a_hearing({"cry": lasting(10.0, 15.0, 0.8)})
    crying = Scorecard([judge(a_scene(""), hearing.alarms(AgentSettings()))]).facts()
    assert crying["all"]["false_alarms"] == 1  # type: ignore[index]
    assert crying["high_priority"]["false_alarms"] == 0  # type: ignore[index]


def test_the_side_file_tells_recall_by_sublabel_loudness_and_distance() -> None:
    labels = "5 8 call:scream\n20 22 call:spoken_call\n40 41 call:scream"
    sounds = (
        Sound(5, 8, ("scream",), sublabel="shout", group="anna", snr_db=15.0, distance_m=1.5),
        Sound(20, 22, ("spoken_call", "speech"), sublabel="call_fr", snr_db=4.9, distance_m=4.0),
        Sound(40, 41, ("scream",), sublabel="shout", snr_db=20.0),
    )
    call = the_facts(labels, sounds)["classes"]["call"]

    def kept(by: str) -> dict[str, tuple[int, int]]:
        return {name: (each["kept"], each["promised"]) for name, each in call[by].items()}

    assert kept("recall_by_sound") == {"scream": (1, 2), "spoken_call": (0, 1)}
    assert kept("recall_by_sublabel") == {"call_fr": (0, 1), "shout": (1, 2)}
    assert kept("recall_by_loudness") == {
        "below 5 dB": (0, 1),
        "10 to 20 dB": (1, 1),
        "20 dB or more": (0, 1),
    }
    assert kept("recall_by_distance") == {"below 2 m": (1, 1), "4 m or more": (0, 1)}
    assert (call["recall_loud"]["kept"], call["recall_loud"]["promised"]) == (1, 2)


def test_without_a_side_file_nothing_is_said_of_loudness_and_distance() -> None:
    call = the_facts()["classes"]["call"]
    assert call["recall_by_sound"]["scream"]["kept"] == 1
    assert call["recall_by_loudness"] == call["recall_by_distance"] == {}
    assert call["recall_by_sublabel"] == {}


def test_a_class_that_nothing_promised_has_no_recall() -> None:
    cry = the_facts()["classes"][Label.CRY.value]
    assert cry["recall"] is None
    assert cry["recall_95"] is None
