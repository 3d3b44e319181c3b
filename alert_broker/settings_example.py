"""The settings as a commented TOML file, from the same declarations that check them."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import fields


def example(settings: Struct) -> str:
    """The commented TOML file of settings."""
    return "\n".join(_section_lines(settings, "")).strip() + "\n"


def _section_lines(settings: Struct, name: str) -> Iterator[str]:
    if name:
        yield ""
        yield from _comment(type(settings).__doc__)
        yield f"[{name}]"
    inner: list[tuple[str, Any]] = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, Struct) or _is_table(value):
            inner.append((field.name, value))
            continue
        yield from _comment(_description(field.type))
        yield f"{field.name} = {_toml(value)}"
    for key, value in inner:
        path = f"{name}.{key}" if name else key
        yield from _table_lines(value, path) if _is_table(value) else _section_lines(value, path)


def _table_lines(rows: tuple[Struct, ...], name: str) -> Iterator[str]:
    yield ""
    yield from _comment(type(rows[0]).__doc__)
    for row in rows:
        yield f"[[{name}]]"
        for field in fields(row):
            if (value := getattr(row, field.name)) is not None:
                yield f"{field.name} = {_toml(value)}"


def _is_table(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Struct)


def _comment(text: str | None) -> Iterator[str]:
    for line in (text or "").strip().splitlines():
        yield f"# {line.strip()}".rstrip()


def _description(kind: Any) -> str:
    if get_origin(kind) is Annotated:
        inner, *notes = get_args(kind)
        said = [note.description for note in notes if isinstance(note, Meta) and note.description]
        return said[-1] if said else _description(inner)
    return ""


def _toml(value: object) -> str:
    return msgspec.json.encode(value).decode()
