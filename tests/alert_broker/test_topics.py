"""Each message has its place on the bus, and is believed only there."""

import pytest
from paho.mqtt.client import topic_matches_sub
from samples import a_receipt, an_alert

from alert_broker.messages import Alert, MessageRefused, encode
from alert_broker.topics import CHANNELS, channel_of, kind_of, read, topic, topic_of


def test_an_alert_of_room_12_travels_on_the_topic_of_room_12() -> None:
    assert topic_of(an_alert()) == "veilleur/residence/12/alert"


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_station_that_subscribes_to_all_rooms_hears_every_kind(kind: str) -> None:
    assert topic_matches_sub(topic("residence", "+", kind), topic("residence", "12", kind))
    assert kind_of(topic("residence", "12", kind)) is CHANNELS[kind].message


def test_an_alert_is_never_left_to_chance_nor_kept_for_ever() -> None:
    channel = channel_of(an_alert())
    assert channel.qos == 1
    assert not channel.retained
    assert channel.expiry_s is not None


def test_only_the_status_is_retained() -> None:
    assert [kind for kind, channel in CHANNELS.items() if channel.retained] == ["status"]


def test_a_message_is_read_from_its_topic() -> None:
    alert = an_alert()
    assert read("veilleur/residence/12/alert", encode(alert)) == alert


@pytest.mark.parametrize(
    "wrong",
    [
        "veilleur/residence/13/alert",
        "veilleur/autre/12/alert",
        "veilleur/residence/12/receipt",
        "veilleur/residence/12/audio",
        "veilleur/residence/12",
        "veilleur/residence/12/alert/more",
        "other/residence/12/alert",
        "$SYS/broker/uptime",
        "",
    ],
)
def test_a_message_on_a_topic_of_another_is_refused(wrong: str) -> None:
    with pytest.raises(MessageRefused):
        read(wrong, encode(an_alert()))


def test_a_receipt_cannot_pass_for_an_alert() -> None:
    receipt = a_receipt(an_alert())
    with pytest.raises(MessageRefused):
        read("veilleur/residence/12/alert", encode(receipt))
    assert kind_of("veilleur/residence/12/alert") is Alert
