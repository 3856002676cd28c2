"""What every command says of itself, and how misuse is answered; no database, about 2 s."""

import click
import pytest
from click.testing import CliRunner

from api.cli import cli


def every_command(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += every_command(command, (*path, name))
    return found


COMMANDS = every_command(cli)


def run(*arguments: str, given: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, arguments, input=given, prog_name="rendezvous")
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example_of_itself(command):
    code, said, complained = run(*command, "--help")

    assert (code, complained) == (0, "")
    assert said.startswith(f"Usage: rendezvous {' '.join(command)}")
    assert f"rendezvous {' '.join(command)}" in said.partition("Example: ")[2]


def test_the_help_names_every_command():
    code, said, _ = run("--help")

    lines = said.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    ours = (
        "bench demo doctor migrate plan publish replan rezone schedule seed serve test timetable"
        " user workbook worker"
    )
    assert code == 0
    assert sorted(line.split()[0] for line in lines) == ours.split()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nonsense"], "No such command"),
        (["serve", "--port", "0"], "--port"),
        (["serve", "--port", "web"], "--port"),
        (["demo", "--workers", "0"], "--workers"),
        (["demo", "--links", "/no/such/folder/links.json"], "there is no folder /no/such/folder"),
        (["schedule"], "--country"),
        (["schedule", "--country", "SN", "--from", "lundi"], "--from"),
        (["schedule", "--country", "SN", "--weeks", "105"], "--weeks"),
        (["schedule", "--country", "SN", "--seconds", "0"], "--seconds"),
        (["publish"], "TIMETABLE"),
        (["publish", "99999999999"], "not in the range"),
        (["replan", "--reason", "Panne"], "MEETUPS or a --mentor"),
        (["replan", "1"], "--reason"),
        (["user", "add", "awa@example.org", "--name", "Awa", "--password", "x"], "--role"),
        (
            ["user", "add", "a@example.org", "--name", "A", "--password", "x", "--role", "king"],
            "write admin, manager:SN, host:SN-DKR-01 or mentor:M001",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_misuse_is_explained_on_standard_error_with_exit_code_2(arguments, complaint):
    code, said, complained = run(*arguments)

    assert (code, said) == (2, "")
    assert complained.startswith("Usage: rendezvous")
    assert complaint in complained.replace("\n", " ")
