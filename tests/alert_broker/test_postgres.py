"""A PostgreSQL server that stops, refuses or does not fit is told, and mended without a restart."""

import socket
import time
from pathlib import Path

import pytest
from postgres import Postgres
from samples import an_alert
from sqlalchemy import URL
from stores import came, kept, reopened
from waiting import eventually

from alert_broker.case import Heard
from alert_broker.database import StoreFailed, place_of
from alert_broker.settings import SettingsRefused, Station, StationSettings, load
from alert_broker.store import Store


def saved(store: Store, heard: Heard) -> bool:
    try:
        store.save([heard], [])
    except StoreFailed:
        return False
    return True


def test_a_server_that_stops_loses_nothing_and_is_used_again_once_it_is_back(
    own_postgres: Postgres,
) -> None:
    with reopened(own_postgres.database()) as store:
        store.save([before := came(an_alert())], [])
        own_postgres.stop()
        with pytest.raises(StoreFailed, match=r"station\.database: postgresql.*the server runs"):
            store.save([came(an_alert())], [])
        own_postgres.start()
        after = came(an_alert())
        assert eventually(lambda: saved(store, after))
        assert kept(store) == {before.alert.id, after.alert.id}


def test_a_server_that_restarts_between_two_alerts_is_not_even_noticed(
    postgres: Postgres,
) -> None:
    url = postgres.database()
    with reopened(url) as store:
        store.save([before := came(an_alert())], [])
        postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{url.database}'"
        )
        store.save([after := came(an_alert())], [])
        assert kept(store) == {before.alert.id, after.alert.id}


def test_a_station_that_froze_in_its_turn_holds_up_no_other_for_long(postgres: Postgres) -> None:
    url = postgres.database()
    with reopened(url) as frozen, reopened(url, "poste-2") as other:
        with (
            pytest.raises(StoreFailed, match="lock timeout"),
            frozen.database.transaction(),
        ):
            other.save([came(an_alert())], [])
        alert = came(an_alert())
        assert eventually(lambda: saved(other, alert))
        assert kept(other) == {alert.alert.id}


@pytest.mark.alone
def test_a_server_that_does_not_answer_holds_up_one_thing_and_not_each() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        store = Store(URL.create("postgresql+psycopg", "veilleur", host="127.0.0.1", port=port))
        with pytest.raises(StoreFailed):
            store.save([came(an_alert())], [])
        began = time.monotonic()
        with pytest.raises(StoreFailed, match="check that the server runs"):
            store.save([came(an_alert())], [])
        assert time.monotonic() - began < 0.5
        store.close()


def test_the_password_is_read_from_its_file(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database()
    postgres.run("CREATE ROLE secretive LOGIN SUPERUSER PASSWORD 'tisane'")
    secret = tmp_path / "station.password"
    told = Station(
        database=f"postgresql+psycopg://secretive@/{url.database}?host={postgres.folder}",
        database_password_file=str(secret),
    )
    with pytest.raises(SettingsRefused, match="database_password_file"):
        place_of(told)
    secret.write_text("café\n")
    with pytest.raises(StoreFailed, match="password authentication failed") as refused:
        Store(place_of(told)).open()
    assert "café" not in str(refused.value)
    secret.write_text("tisane\n")
    with reopened(place_of(told)) as store:
        assert kept(store) == set()


def test_a_database_that_cannot_hold_every_name_is_refused(postgres: Postgres) -> None:
    postgres.run("CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'")
    url = URL.create(
        "postgresql+psycopg", "veilleur", database="latin", query={"host": str(postgres.folder)}
    )
    with pytest.raises(StoreFailed, match="it is in LATIN1; create one in UTF8"):
        Store(url).open()


@pytest.mark.parametrize(
    ("told", "advice"),
    [
        ("mysql://house/veilleur", r"begins with postgresql\+psycopg://"),
        ("postgresql://house/veilleur", r"begins with postgresql\+psycopg://"),
        ("postgresql+psycopg://me:secret@house/veilleur", "goes into the file database_password"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(told: str, advice: str, tmp_path: Path) -> None:
    config = tmp_path / "station.toml"
    config.write_text(f'[station]\ndatabase = "{told}"\n')
    with pytest.raises(SettingsRefused, match=rf"station: database: .*{advice}"):
        load(config, StationSettings)
