"""The subcommands of the room: listen, replay, devices, check, bench, demo."""

import argparse


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare them; each imports what it needs only when it runs."""
