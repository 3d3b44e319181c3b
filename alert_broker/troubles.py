"""Why there is no connection, in one line each: what is wrong, and the fix."""

from paho.mqtt.reasoncodes import ReasonCode

from alert_broker.settings import Broker


def unreachable(broker: Broker, error: BaseException | None) -> str:
    """No connection could be made."""
    why = getattr(error, "strerror", None) or str(error)
    return f"{_name(broker)} cannot be reached ({why}): check broker.host, broker.port"


def unanswered(broker: Broker) -> str:
    """The broker hung up on our greeting."""
    return (
        f"{_name(broker)} closed the connection unanswered: "
        "it may speak only MQTT 3.1.1 (MQTT 5 is needed), or refuse the sign-in"
    )


def silent(broker: Broker, waited_s: float) -> str:
    """Something accepts connections and says nothing."""
    return f"{_name(broker)} did not answer within {waited_s:g} s: check that it is MQTT"


def refused(broker: Broker, reason: ReasonCode) -> str:
    """The broker answered, and the answer is no."""
    if reason in ("Not authorized", "Bad user name or password"):
        advice = "check broker.username and password_file"
    elif reason == "Unsupported protocol version":
        advice = "it speaks only MQTT 3.1.1, use one that speaks MQTT 5"
    else:
        advice = "see its log"
    return f"{_name(broker)} refuses us ({reason}): {advice}"


def lost(broker: Broker, reason: ReasonCode, name: str) -> str:
    """The connection broke; Mosquitto does not say when it gave our place to a namesake."""
    return (
        f"{_name(broker)}: connection lost ({reason}), trying again; "
        f"if this goes on, another program may call itself {name} too"
    )


def _name(broker: Broker) -> str:
    return f"broker {broker.host}:{broker.port}"
