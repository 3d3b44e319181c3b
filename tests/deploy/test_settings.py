"""The settings file that an installer edits: complete, current, and plain about its mistakes."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from alert_broker.settings import SettingsRefused, StationSettings, load
from alert_broker.settings_example import example
from edge.cli import main
from edge.config import AgentSettings

KINDS = {"agent": AgentSettings, "station": StationSettings}
DEPLOY = Path(__file__).parents[2] / "deploy"
LINES = example(AgentSettings()).splitlines()

any_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def refusal(path: Path, kind: type[Struct] = AgentSettings) -> str:
    with pytest.raises(SettingsRefused) as refused:
        load(path, kind)
    return str(refused.value)


def saved(folder: Path, text: str) -> Path:
    path = folder / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("program", KINDS)
def test_the_command_prints_a_file_that_changes_nothing(
    program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["settings", program]) == 0
    printed = saved(tmp_path, capsys.readouterr().out)
    assert load(printed, KINDS[program]) == load(None, KINDS[program])


@pytest.mark.parametrize("program", KINDS)
def test_the_example_that_we_ship_is_what_the_command_prints(program: str) -> None:
    shipped = DEPLOY / f"{program}.example.toml"
    current = shipped.read_text(encoding="utf-8") == example(KINDS[program]())
    assert current, f"stale: veilleur settings {program} > deploy/{program}.example.toml"


@any_kind
def test_every_setting_is_explained(kind: type[Struct]) -> None:
    lines = re.sub(r"(?m)^\[\[.*\n(?:[^#\n].*\n)*", "", example(kind())).splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if " = " in line and not line.startswith("#"):
            assert before.startswith("# "), line


def test_what_a_file_leaves_out_keeps_its_default(tmp_path: Path) -> None:
    """One figure of one rule may be changed without copying the others."""
    settings = load(saved(tmp_path, '[rules.fall]\nsensitivity = "high"\n'), AgentSettings)
    usual = AgentSettings().rules
    assert settings.rules.fall.sensitivity == "high"
    assert settings.rules.fall.cooldown_s == usual.fall.cooldown_s
    assert settings.rules.call == usual.call


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "[" * 20_000, "not valid TOML"),
        ("[microphone]\nrin_s = 5.0\n", "microphone: Object contains unknown field `rin_s`"),
        ("[micro]\n", "the file: Object contains unknown field `micro`"),
        ("[microphone]\nring_s = 0.0\n", "microphone.ring_s: Expected `float` >= 0.5"),
        ("[outbox]\nmost = 1000000\n", "outbox.most: Expected `int` <= 10000"),
        ('[broker]\nport = "1883"\n', "broker.port: Expected `int`, got `str`"),
        ('[broker]\nhost = "a house"\n', "broker.host: Expected `str` matching regex"),
        ('[room]\nroom = "12/13"\n', "room.room: Expected `str` matching regex"),
        ('[night]\nbegins = "25:00"\n', "night.begins: Expected `str` matching regex"),
        ("priority = []\n", "priority: Expected `array` of length >= 1"),
        (
            '[[priority]]\nlabel = "fall"\npriority = "high"\n'
            '[[priority]]\nlabel = "shout"\npriority = "high"\n',
            "priority[1].label: Invalid enum value 'shout'",
        ),
        (
            '[[priority]]\nlabel = "fall"\npriority = "highest"\n',
            "priority[0].priority: Invalid enum value 'highest'",
        ),
        ('[room\nroom = "12"\n', "not valid TOML: Expected ']'"),
        ('[room]\nroom = "12"\nroom = "13"\n', "not valid TOML: Cannot overwrite a value"),
    ],
)
def test_a_mistake_is_told_by_its_file_its_field_and_what_is_wrong(
    text: str, said: str, tmp_path: Path
) -> None:
    path = saved(tmp_path, text)
    assert refusal(path).startswith(f"{path}: {said}")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"groups": ["a"], "after_s": [60, 120]}], "chain[0]: groups and after_s differ"),
        ([{"groups": ["a", "a"], "after_s": [60, 120]}], "chain[0]: a group stands here twice"),
        ([{"groups": ["a", "b"], "after_s": [120, 60]}], "chain[0]: after_s does not rise"),
        ([{"groups": ["a"], "after_s": [60], "begins": "20:00"}], "chain[0]: begins and ends"),
        ([{"groups": ["a"], "after_s": [60], "unit": "nord"}], ": chain[0].unit: no unit is"),
        ([{"groups": ["a"], "after_s": [60], "site": "annexe"}], ": the last row of chain"),
        ([{"groups": ["a"], "after_s": [60]}] * 2, ": the last row of chain"),
        ([], "chain: Expected `array` of length >= 1"),
        ([{"groups": [], "after_s": []}], "chain[0].groups: Expected `array` of length >= 1"),
        ([{"groups": ["a"], "after_s": [0]}], "chain[0].after_s[0]: Expected `float` > 0"),
    ],
)
def test_a_chain_that_would_forget_somebody_is_refused(
    rows: list[dict[str, object]], said: str, tmp_path: Path
) -> None:
    told = ", ".join(f"{{{', '.join(f'{k} = {v!r}' for k, v in row.items())}}}" for row in rows)
    path = saved(tmp_path, f"[escalation]\nchain = [{told}]\n")
    text = refusal(path, StationSettings)
    assert text.startswith(f"{path}: escalation")
    assert said in text


def test_two_units_of_one_name_are_refused(tmp_path: Path) -> None:
    unit = '[[escalation.units]]\nname = "nord"\nrooms = ["12"]\n'
    said = refusal(saved(tmp_path, unit * 2), StationSettings)
    assert "escalation: two units have the same name" in said


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing, latin = tmp_path / "agent.toml", tmp_path / "latin.toml"
    latin.write_bytes('[room]\nsite = "résidence"\n'.encode("latin-1"))
    assert refusal(missing).startswith(f"{missing}: No such file")
    assert refusal(tmp_path).startswith(f"{tmp_path}: Is a directory")
    assert refusal(latin) == f"{latin}: not UTF-8 text; save it as UTF-8"


def test_the_program_does_not_start_on_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, "[station]\nprot = 8080\n")
    assert main(["station", "--config", str(path)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{path}: station: Object contains unknown field `prot`" in said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200))
def test_no_content_ends_in_anything_but_settings_or_a_refusal(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "agent.toml"
    path.write_bytes(content)
    assert accepted_or_named(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    at=st.integers(0, len(LINES) - 1),
    value=st.sampled_from(["nan", "-1", "[]", "{}", '""', "true", "1979-05-27", "9" * 400]),
)
def test_no_value_of_one_setting_ends_in_anything_but_settings_or_a_refusal(
    at: int, value: str, tmp_path: Path
) -> None:
    name = LINES[at].partition(" = ")[0]
    told = f"{name} = {value}"
    twice, instead = [*LINES[:at], told, *LINES[at:]], [*LINES[:at], told, *LINES[at + 1 :]]
    assert accepted_or_named(saved(tmp_path, "\n".join(twice)))
    assert accepted_or_named(saved(tmp_path, "\n".join(instead)))


def accepted_or_named(path: Path) -> bool:
    try:
        load(path, AgentSettings)
    except SettingsRefused as error:
        return str(error).startswith(f"{path}: ")
    return True
