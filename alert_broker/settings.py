"""A TOML file becomes a checked, frozen settings object, or an error that says how to mend it.

Each program declares its settings once, as msgspec Structs whose fields carry a type, bounds, a
default and a description; `settings_example` prints those same declarations as a commented file.
"""

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from alert_broker.fields import Name
from alert_broker.hours import Clock
from alert_broker.people.settings import People
from alert_broker.upkeep.settings import Upkeep

S = TypeVar("S", bound=Struct)
Group = Annotated[str, Meta(min_length=1, max_length=80)]


POSTGRESQL = "postgresql+psycopg://"


class SettingsRefused(ValueError):
    """A settings file that cannot be used; the text names the file, the field and the fix."""


class Broker(Struct, frozen=True, forbid_unknown_fields=True):
    """The MQTT 5 broker that carries alerts."""

    host: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9:_%-]{1,63}(\.[A-Za-z0-9:_%-]{1,63})*\.?$(?!\n)",
            description="Name or address.",
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="TCP port.")] = 1883
    username: Annotated[str, Meta(description="Empty: no sign-in.")] = ""
    password_file: Annotated[
        str, Meta(description="File whose first line is the password; a secret is never in here.")
    ] = ""
    keepalive_s: Annotated[
        int, Meta(ge=5, le=600, description="A vanished device is noticed after 1.5 times this.")
    ] = 10

    def password(self) -> str | None:
        """The first line of `password_file`, None when there is none.

        Raises:
            SettingsRefused: the file cannot be read.
        """
        return _first_line(self.password_file, "broker.password_file")


class Station(Struct, frozen=True, forbid_unknown_fields=True):
    """The nurse station: what it listens to and where it serves its page."""

    name: Annotated[Name, Meta(description="Name of this station on the bus.")] = "poste-1"
    site: Annotated[
        str,
        Meta(
            pattern=r"^(\+|[A-Za-z0-9][A-Za-z0-9._-]{0,63})$(?!\n)",
            description="The site whose rooms are shown; + for all.",
        ),
    ] = "+"
    host: Annotated[
        str,
        Meta(min_length=1, description="Address of the page. PINs cross that network in clear."),
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port; 0 takes a free one.")] = 8080
    names: Annotated[
        tuple[str, ...],
        Meta(
            description="Names the page may be asked for by, besides localhost and bare addresses."
        ),
    ] = ()
    database: Annotated[
        str,
        Meta(
            description="File that keeps the alerts across a restart; or, for several stations "
            "that share them, postgresql+psycopg://USER@HOST/DATABASE."
        ),
    ] = "station.sqlite3"
    database_password_file: Annotated[
        str, Meta(description="As the broker's; for PostgreSQL alone.")
    ] = ""
    silent_after_s: Annotated[
        float, Meta(ge=5, description="A room without a heartbeat for this long shows as silent.")
    ] = 30.0
    show_closed_h: Annotated[
        float, Meta(gt=0, le=168, description="How long a closed alert stays in sight.")
    ] = 12.0
    keep_days: Annotated[
        int,
        Meta(
            ge=8,
            le=3650,
            description="Closed alerts are deleted after this; a device may resend for 7.",
        ),
    ] = 30

    def __post_init__(self) -> None:
        if "://" not in self.database:
            return
        if not self.database.startswith(POSTGRESQL):
            raise ValueError(f"database: a file, or an address that begins with {POSTGRESQL}")
        if urlsplit(self.database).password is not None:
            raise ValueError("database: the password goes into the file database_password_file")

    @property
    def database_password(self) -> str | None:
        """The first line of `database_password_file`, None when there is none.

        Raises:
            SettingsRefused: the file cannot be read.
        """
        return _first_line(self.database_password_file, "station.database_password_file")


class Unit(Struct, frozen=True, forbid_unknown_fields=True):
    """Rooms that one team looks after; without `site`, in every site."""

    name: Name
    rooms: Annotated[tuple[Name, ...], Meta(min_length=1)]
    site: Name | None = None


class ChainRow(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is called next while nobody answers: the first row that fits the room and the hour.
    `groups` are called one after the other, each after its seconds in `after_s`.
    `site`, `unit`, and `begins` with `ends` (local time) may be left out to fit any.
    """

    groups: Annotated[tuple[Group, ...], Meta(min_length=1, max_length=20)]
    after_s: Annotated[
        tuple[Annotated[float, Meta(gt=0, le=86_400)], ...], Meta(min_length=1, max_length=20)
    ]
    site: Name | None = None
    unit: Name | None = None
    begins: Clock | None = None
    ends: Clock | None = None

    def __post_init__(self) -> None:
        if len(self.groups) != len(self.after_s):
            raise ValueError("groups and after_s differ in length: each group needs its seconds")
        if len(set(self.groups)) != len(self.groups):
            raise ValueError("a group stands here twice: name each once")
        if sorted(set(self.after_s)) != list(self.after_s):
            raise ValueError("after_s does not rise: each group is called later than the last")
        if (self.begins is None) != (self.ends is None):
            raise ValueError("begins and ends belong together: give both, or neither")

    @property
    def fits_all(self) -> bool:
        """Whether it fits every room at every hour."""
        return self.site is self.unit is self.begins is None


class Escalation(Struct, frozen=True, forbid_unknown_fields=True):
    """What happens until somebody answers an alert, and until it is closed."""

    repeat_s: Annotated[
        float, Meta(ge=10, le=3600, description="Unanswered, it rings again every so often.")
    ] = 60.0
    reopen_s: Annotated[
        float,
        Meta(ge=60, le=86_400, description="Answered and not closed, it is open again after this."),
    ] = 600.0
    rise_after: Annotated[
        int,
        Meta(ge=0, le=100, description="So many repetitions raise its priority by one; 0: never."),
    ] = 3
    units: Annotated[
        tuple[Unit, ...],
        Meta(
            description="Teams and their rooms: tables [[escalation.units]] of name, rooms, site."
        ),
    ] = ()
    chain: Annotated[tuple[ChainRow, ...], Meta(min_length=1)] = (
        ChainRow(groups=("équipe voisine", "responsable"), after_s=(120.0, 300.0)),
    )

    def __post_init__(self) -> None:
        units = [unit.name for unit in self.units]
        if len(set(units)) != len(units):
            raise ValueError("two units have the same name: put their rooms together")
        for place, row in enumerate(self.chain):
            if row.unit is not None and row.unit not in units:
                raise ValueError(f"chain[{place}].unit: no unit is called {row.unit}: declare it")
            if row.fits_all != (place == len(self.chain) - 1):
                raise ValueError(
                    "the last row of chain, and no other, has neither site, unit, begins nor ends: "
                    "it is for every room that no other row fits"
                )


class StationSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything `veilleur station` can be told."""

    station: Station = Station()
    broker: Broker = Broker()
    escalation: Escalation = Escalation()
    upkeep: Upkeep = Upkeep()
    people: People = People()


def load(path: Path | None, kind: type[S]) -> S:
    """Read and check a settings file; None gives the defaults.

    Raises:
        SettingsRefused: unreadable, not TOML, an unknown field, or a value out of bounds.
    """
    if path is None:
        return kind()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(_over(msgspec.to_builtins(kind()), told), kind)
    except OSError as error:
        raise SettingsRefused(f"{path}: {error.strerror}; give the path of a TOML file") from None
    except UnicodeDecodeError:
        raise SettingsRefused(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsRefused(f"{path}: not valid TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise SettingsRefused(f"{path}: {_in_words(str(error))}") from None


def check(settings: S, origin: str) -> S:
    """Check settings that were changed after they were read, as by the command line.

    Raises:
        SettingsRefused: a value out of bounds; the text begins with `origin`.
    """
    try:
        return msgspec.convert(msgspec.to_builtins(settings), type(settings))
    except msgspec.ValidationError as error:
        raise SettingsRefused(f"{origin}: {_in_words(str(error))}") from None


def fingerprint(settings: Struct) -> str:
    """Twelve hex digits that change whenever a setting does."""
    text = msgspec.json.encode(settings, order="deterministic")
    return hashlib.sha256(text).hexdigest()[:12]


def _first_line(path: str, setting: str) -> str | None:
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except OSError as error:
        raise SettingsRefused(
            f"{setting}: {path}: {error.strerror}; create it, readable by this program alone"
        ) from None


def _over(defaults: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """What a file tells, and the default for all it leaves out, table by table."""
    both = defaults | told
    for key in defaults.keys() & told.keys():
        if isinstance(defaults[key], dict) and isinstance(told[key], dict):
            both[key] = _over(defaults[key], told[key])
    return both


def _in_words(error: str) -> str:
    message, _, place = error.partition(" - at `")
    field = place.rstrip("`").removeprefix("$.") or "the file"
    if "unknown field" in message:
        return f"{field}: {message}; remove it or correct its spelling"
    return f"{field}: {message}; see `veilleur settings` for what each field takes"
