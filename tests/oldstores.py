"""Stores as earlier versions of the station left them, in the SQL that they really had."""

import sqlite3
from contextlib import closing
from pathlib import Path

from samples import NOON
from sqlalchemy import create_engine

from alert_broker.messages import Acknowledgement, Alert, Step, encode
from alert_broker.upgrade import upgrade

AT = NOON.strftime("%Y-%m-%d %H:%M:%S.%f")

ALERTS_AND_ROOMS = """
CREATE TABLE alerts (
    id VARCHAR(32) NOT NULL, revision INTEGER NOT NULL, first_revision INTEGER NOT NULL,
    first_delay_s FLOAT NOT NULL, first_at DATETIME NOT NULL, message TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE rooms (
    site VARCHAR(64) NOT NULL, room VARCHAR(64) NOT NULL, device VARCHAR(64) NOT NULL,
    seen_at DATETIME, status TEXT, PRIMARY KEY (site, room)
);
INSERT INTO rooms VALUES ('residence', '12', 'veilleur-12', NULL, NULL);
"""
OF_CLAIMS = """
CREATE TABLE acknowledgements (
    alert VARCHAR(32) NOT NULL, acknowledged_at DATETIME NOT NULL, told BOOLEAN NOT NULL,
    message TEXT NOT NULL, PRIMARY KEY (alert)
);
CREATE INDEX ix_acknowledgements_acknowledged_at ON acknowledgements (acknowledged_at);
INSERT INTO acknowledgements VALUES ('x', '', 1, 'not a message');
"""
OF_STEPS = """
CREATE TABLE steps (
    message TEXT NOT NULL, alert VARCHAR(32) NOT NULL, deed VARCHAR(16) NOT NULL,
    station VARCHAR(64) NOT NULL, at DATETIME NOT NULL, "by" TEXT NOT NULL, "to" TEXT NOT NULL,
    since_s FLOAT NOT NULL, told BOOLEAN NOT NULL, PRIMARY KEY (message)
);
CREATE INDEX ix_steps_to ON steps ("to");
CREATE INDEX ix_steps_alert ON steps (alert);
CREATE TABLE steady (id INTEGER NOT NULL, s FLOAT NOT NULL, PRIMARY KEY (id));
INSERT INTO steady VALUES (1, 90.0);
"""


def of_claims(path: Path, alerts: list[Alert], claims: list[Acknowledgement]) -> None:
    """The first: who takes an alert, and nothing after that."""
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(ALERTS_AND_ROOMS + OF_CLAIMS)
        _put_alerts(file, alerts)
        for it in claims:
            row = it.alert, AT, True, encode(it).decode()
            file.execute("INSERT INTO acknowledgements VALUES (?, ?, ?, ?)", row)


def of_steps(path: Path, alerts: list[Alert], steps: list[Step]) -> None:
    """The second: every step, and no version yet."""
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(ALERTS_AND_ROOMS + OF_STEPS)
        _put_alerts(file, alerts)
        for number, it in enumerate(steps):
            about = encode(it).decode(), it.alert, it.deed, it.station, AT, it.by, it.to
            file.execute(
                "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*about, number, False)
            )


def of_people(path: Path, *, alarms: list[str], visits: list[str]) -> None:
    """The fourth: carers sign in, and the technical side is told with their names in no ledger."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection, "0003")
    engine.dispose()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(
            "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, NULL)",
            ("p-marie0", "Marie", "carer", True, "sealed", AT),
        )
        for message in alarms:
            file.execute(
                "INSERT INTO technical_alarms VALUES (?, 'poste-1', NULL, ?)", ("a" * 32, message)
            )
        for message in visits:
            file.execute("INSERT INTO visits VALUES (?, ?)", (message, AT))


def of_given_secrets(path: Path) -> None:
    """The sixth: whoever was given a secret keeps it, the first administrator as well."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection, "0006")
    engine.dispose()
    with closing(sqlite3.connect(path)) as file, file:
        for name, person_id in (("Marie", "p-marie0"), ("Administrateur", "p-000000")):
            file.execute(
                "INSERT INTO people VALUES (?, ?, 'carer', 1, 'sealed', ?, NULL)",
                (person_id, name, AT),
            )


def _put_alerts(file: sqlite3.Connection, alerts: list[Alert]) -> None:
    for it in alerts:
        row = it.id, it.revision, it.revision, 0.0, AT, encode(it).decode()
        file.execute("INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?)", row)
