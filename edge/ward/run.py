"""`veilleur ward`: many rooms at once, to see what a station and its screens bear."""

import msgspec

from edge.config import AgentSettings
from edge.ward.plan import Plan
from edge.ward.shares import simulate


def run(settings: AgentSettings, plan: Plan, *, as_json: bool) -> int:
    """Simulate, print what was sent, and end once a station has everything.

    Raises:
        Unconnected: some rooms did not reach the broker.
        Undelivered: some alerts have no receipt.
    """
    ran = simulate(settings, plan)
    if as_json:
        print(msgspec.json.encode(ran).decode())
        return 0
    print(
        f"{plan.rooms} chambres / rooms, {len(ran.told)} alertes / alerts: "
        f"toutes reçues / all received\n"
        f"  connected after {ran.connected_s:.1f} s, the last receipt {ran.delivered_s:.2f} s "
        f"after the last alert; the simulation was late by {ran.behind_s:.2f} s at worst"
    )
    return 0
