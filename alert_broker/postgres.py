"""A store on a PostgreSQL server, which several stations may share: they write one at a time."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select

from alert_broker.refusals import StoreCorrupt, StoreFailed

TURN = 0x7665696C
"""The advisory lock that whoever writes holds: decisions and the ledger have one order."""
CHANNEL = "veilleur"
"""Where stations tell each other what they wrote."""
UPKEEP = "upkeep"
"""Stands for the technical side where otherwise an alert is named."""
MANY = 100
"""Of more alerts than this, none is named: whoever listens reads all that is open."""
SESSION = {
    # The device forgets an alert once we have it, so the server's disk must have it too.
    "synchronous_commit": "on",
    # A station that freezes within its turn, or a server that does not answer, holds up no other.
    "lock_timeout": "3s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "timezone": "UTC",
}
CONNECT: dict[str, Any] = {
    "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items()),
    "application_name": "veilleur",
    "connect_timeout": 3,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


class Server:
    """One database of a server; whatever a transaction wrote survives a power cut there."""

    shared = True
    left_mib: float | None = None
    """No client can tell how full the disk of a server is."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self.where = f"station.database: {url.render_as_string(hide_password=True)}"

    def engine(self) -> Engine:
        """Connects to it, to write as well."""
        engine = self._engine(pool_pre_ping=True)
        event.listen(engine, "begin", _begin)
        return engine

    def reader(self) -> Engine:
        """Connects to it to read, and holds nobody up."""
        return self._engine()

    def take(self) -> None:
        """Several stations may use it."""

    def leave(self) -> None:
        """Nobody waits for it."""

    def check(self, connection: Connection) -> None:
        """Look whether it can hold what people are called.

        Raises:
            StoreFailed: it cannot.
        """
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise StoreFailed(f"{self.where}: it is in {encoding}; create one in UTF8")

    def failure(self, error: BaseException) -> StoreFailed:
        """What a failure means, and what mends it."""
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return StoreFailed(
            f"{self.where}: {lines[0]}; check that the server runs, knows this user and database "
            "(station.database_password_file), and has room"
        )

    def set_aside(self, error: StoreCorrupt) -> None:
        """Nothing of a server is ours to move."""
        raise error

    def _engine(self, **more: Any) -> Engine:
        try:
            return create_engine(
                self._url, pool_size=1, max_overflow=0, connect_args=CONNECT, **more
            )
        except ImportError as error:
            raise StoreFailed(
                f"{self.where}: {error}; install what speaks to PostgreSQL: "
                "pip install 'veilleur[station]'"
            ) from None


def announce(connection: Connection, station: str, alert_ids: set[str]) -> None:
    """Tell the others, once this transaction is done, that there is news of these alerts."""
    for alert_id in alert_ids if len(alert_ids) <= MANY else {""}:
        connection.execute(select(func.pg_notify(CHANNEL, f"{station} {alert_id}")))


def clock_s(connection: Connection) -> float:
    """Seconds by the server's clock: the same for all stations."""
    now = func.extract("epoch", func.clock_timestamp())
    return float(connection.execute(select(now)).scalar_one())


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
