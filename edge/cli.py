"""`veilleur`: one command whose subcommands live in the folder they belong to."""

import argparse
import logging
import os
import select
import sys
from collections.abc import Sequence

import alert_broker.commands
import classifier.commands
import edge.commands
from alert_broker.settings import SettingsRefused

UNREAD = 141
"""Exit code where nobody read to the end, as a shell has it for SIGPIPE: whether all was well, such
as a ledger, was not told. What goes on until nobody reads sets `unread` to 0."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code; 2 for a command that cannot be read."""
    # One small model on one core: more BLAS threads only fight each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    for talkative in ("alembic", "httpx"):  # of every plug-in, of every request
        logging.getLogger(talkative).setLevel(logging.WARNING)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        if not _nobody_reads_us():
            raise
        return int(getattr(options, "unread", UNREAD))
    except ValueError as error:
        # Every refusal of ours (settings, model, messages) is a ValueError with its own advice.
        print(f"veilleur: {_where(error, options)}{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _nobody_reads_us() -> bool:
    """Whether who read our output, such as `head`, has gone; nothing is told them any more."""
    poll = select.poll()
    poll.register(sys.stdout, select.POLLOUT)
    gone = any(state & select.POLLERR for _, state in poll.poll(0))
    if gone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return gone


def _where(error: ValueError, options: argparse.Namespace) -> str:
    """The settings file, where only what became of its settings was refused, as with this model."""
    config = getattr(options, "config", None)
    named = str(error).startswith(("-", str(config)))
    return f"{config}: " if isinstance(error, SettingsRefused) and config and not named else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="veilleur",
        description="Écoute la chambre, prévient l'équipe. Listens in the room, tells the staff.",
    )
    parser.add_argument("--verbose", action="store_true", help="log every decision")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for folder in (edge, classifier, alert_broker):
        folder.commands.register(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
