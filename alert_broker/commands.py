"""The subcommands of the nurse's side: station, watch, broker, schema, settings."""

import argparse


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare them; each imports what it needs only when it runs."""
