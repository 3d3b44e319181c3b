"""The exported schema is the one the code follows."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from samples import NOON, a_receipt, a_step, an_acknowledgement, an_alert

import alert_broker
from alert_broker.messages import (
    Acknowledgement,
    Deed,
    DeviceState,
    DeviceStatus,
    Fault,
    Heartbeat,
    Message,
    encode,
)
from alert_broker.schemas import NotWritten, documents, write
from alert_broker.topics import CHANNELS

FOLDER = Path(alert_broker.__path__[0]) / "schema"
PLACE = {"site": "residence", "room": "12"}
MESSAGES: list[Message] = [
    an_alert(),
    an_alert(revision=3, duration_s=4.5, delay_s=60.0),
    a_receipt(an_alert()),
    Acknowledgement(
        **PLACE, alert="0" * 32, by="Équipe de nuit", station="poste-1", acknowledged_at=NOON
    ),
    an_acknowledgement(an_alert(), turn=2),
    *(a_step(an_alert(), deed, by="Marie", to="responsable") for deed in Deed),
    DeviceStatus(
        **PLACE,
        device="veilleur-12",
        state=DeviceState.FAULT,
        faults=(Fault.MICROPHONE_ABSENT,),
        since=NOON,
        model="m",
        config="c",
        software="0.1.0",
    ),
    Heartbeat(
        **PLACE,
        device="veilleur-12",
        sent_at=NOON,
        uptime_s=3.0,
        audio_age_s=0.1,
        level_dbfs=-62.0,
        overflows=0,
        gaps=0,
        waiting=0,
    ),
]


def validator(message: Message) -> Draft202012Validator:
    kind = next(kind for kind, channel in CHANNELS.items() if channel.message is type(message))
    schema = json.loads((FOLDER / f"{kind}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def test_the_files_are_those_that_veilleur_schema_writes() -> None:
    files = {path.name: path.read_text() for path in FOLDER.glob("*.json")}
    assert files == documents(), "run: .venv/bin/veilleur schema alert_broker/schema"


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_every_message_on_the_wire_fulfils_the_schema(message: Message) -> None:
    validator(message).validate(json.loads(encode(message)))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 3},
        {"version": None},
        {"resident": "Mme Martin"},
        {"score": 2},
        {"room": "12/13"},
        {"type": "receipt"},
    ],
    ids=str,
)
def test_the_schema_refuses_what_the_code_refuses(change: dict[str, Any]) -> None:
    alert = an_alert()
    fields = {k: v for k, v in (json.loads(encode(alert)) | change).items() if v is not None}
    assert not validator(alert).is_valid(fields)


def test_a_folder_that_takes_no_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritten, match="file"):
        list(write(tmp_path / "file"))
