"""The subcommands that make and judge the model: dataset, train, export."""

import argparse


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare them; each imports what it needs only when it runs."""
