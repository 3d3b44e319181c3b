"""The subcommands of the room: listen, replay, devices, check, bench, demo, settings."""

import argparse


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare them; each imports what it needs only when it runs."""
    settings = commands.add_parser("settings", help="print a settings file with every default")
    settings.add_argument("program", choices=("agent", "station"), help="whose settings")
    settings.set_defaults(run=_settings)


def _settings(options: argparse.Namespace) -> int:
    from alert_broker.settings import StationSettings, example
    from edge.config import AgentSettings

    kind = AgentSettings if options.program == "agent" else StationSettings
    print(example(kind), end="")
    return 0
