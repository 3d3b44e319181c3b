"""Takes over what an earlier version of the station left in its file."""

from sqlalchemy import Connection, inspect, text

from alert_broker.messages import Acknowledgement, Deed, MessageRefused, Step, decode
from alert_broker.steps import of_acknowledgement

OLD_TABLE = "acknowledgements"


def take_over(connection: Connection) -> list[Step]:
    """The steps that an earlier version knew, which kept who takes an alert and nothing after.

    There an alert was done with once somebody took it: it must not ring again tonight.
    """
    if not inspect(connection).has_table(OLD_TABLE):
        return []
    found: list[Step] = []
    for message in connection.execute(text(f"SELECT message FROM {OLD_TABLE}")).scalars():
        try:
            claim = of_acknowledgement(decode(message.encode(), Acknowledgement))
        except MessageRefused:
            continue
        end = Step(
            site=claim.site,
            room=claim.room,
            alert=claim.alert,
            deed=Deed.CANCELLED,
            station=claim.station,
            at=claim.at,
        )
        found += [claim, end]
    connection.execute(text(f"DROP TABLE {OLD_TABLE}"))
    return found
