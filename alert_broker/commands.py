"""The subcommands of the nurse's side: station, people, retire, ledger, watch..."""

import argparse
from pathlib import Path

from alert_broker.ledger import commands as ledger
from alert_broker.people import commands as people
from alert_broker.upkeep import commands as upkeep


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare them; each imports what it needs only when it runs."""
    broker = commands.add_parser("broker", help="run the demo's MQTT broker on this machine")
    broker.add_argument("--port", type=int, default=1883, help="0 takes a free one (1883)")
    broker.set_defaults(run=_broker)

    schema = commands.add_parser("schema", help="write the contract: bus and web, as JSON")
    schema.add_argument("folder", type=Path, help="where the files go")
    schema.set_defaults(run=_schema)

    station = commands.add_parser("station", help="run the nurse station and serve its page")
    station.add_argument("--config", type=Path, help="settings file (all defaults)")
    station.add_argument("--host", help="address the page is served on, instead of the file's")
    station.add_argument("--port", type=int, help="port of the page, instead of the file's")
    station.set_defaults(run=_station)

    ledger.register(commands)
    people.register(commands)
    upkeep.register(commands)

    watch = commands.add_parser("watch", help="show a station's alerts in this terminal")
    watch.add_argument("--url", default="http://127.0.0.1:8080", help="the station (%(default)s)")
    watch.add_argument("--by", default="", help="your name; without it you can only watch")
    watch.add_argument("--secret-file", type=Path, help="its first line is your PIN (asks for it)")
    watch.add_argument("--new-pin", action="store_true", help="choose another PIN first")
    watch.add_argument("--language", choices=("fr", "en"), default="fr", help="(fr)")
    watch.add_argument("--plain", action="store_true", help="one line a change, as in a pipe")
    watch.set_defaults(run=_watch, unread=0)


def _broker(options: argparse.Namespace) -> int:
    import signal
    import threading

    from alert_broker.broker import embedded_broker

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with embedded_broker(options.port) as broker:
        print(f"MQTT 5 broker on {broker.host}:{broker.port}, for a demonstration only", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _schema(options: argparse.Namespace) -> int:
    from alert_broker.schemas import write

    for path in write(options.folder):
        print(path)
    return 0


def _station(options: argparse.Namespace) -> int:
    import signal

    from msgspec.structs import replace

    from alert_broker.service import Service
    from alert_broker.settings import StationSettings, check, load

    settings = load(options.config, StationSettings)
    given = {name: it for name in ("host", "port") if (it := getattr(options, name)) is not None}
    changed = replace(settings, station=replace(settings.station, **given))
    service = Service(check(changed, "--host, --port"))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: service.stop())
    service.run()
    return 0


def _watch(options: argparse.Namespace) -> int:
    from alert_broker.people.terminal import Who
    from alert_broker.watch import watch
    from alert_broker.words import Words

    who = Who(options.by, options.secret_file, chooses=options.new_pin)
    return watch(options.url, who, Words(options.language), plain=options.plain)
