"""rendezvous test | doctor."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from api.cli.running import DATABASE_TROUBLES, data_option, with_database
from api.migrating import pending
from api.settings import read_settings
from centres.db import database_url, require_version
from centres.errors import RendezvousError
from centres.zones import require_fresh_tzdata, tzdata_released, tzdata_version
from sessions.messages.outbox import mail_in_words

ROOT = Path(__file__).resolve().parent.parent.parent
LIBRARIES = ("litestar", "piccolo", "asyncpg", "icalendar", "holidays", "granian", "procrastinate")


@click.command(
    "test",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run_tests(arguments: tuple[str, ...]) -> None:
    """Run the whole suite; what follows is handed to pytest.

    Example: rendezvous test -k booking
    """
    command = [sys.executable, "-m", "pytest", "-n", str(os.cpu_count() or 2), *arguments]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(data: Path, as_json: bool) -> None:
    """Say whether this installation can be trusted with an hour and a seat.

    Example: rendezvous doctor --json
    """
    today = datetime.now(UTC).date()
    findings: dict[str, object] = {
        "tzdata": tzdata_version(),
        "tzdata released": tzdata_released(tzdata_version()).isoformat(),
        "engine": "server at DATABASE_URL" if database_url() else "embedded",
        **{name: version(name) for name in LIBRARIES},
    }
    wrong: list[str] = []
    try:
        require_fresh_tzdata(today)
    except RendezvousError as refusal:
        wrong.append(str(refusal))

    async def ask() -> tuple[int, list[str], str]:
        todo = await pending()
        return await require_version(), todo, "" if todo else await mail_in_words()

    try:
        major, todo, mail = with_database(data, ask)
        configured = read_settings().smtp is not None
        findings["mail"] = mail if configured else "no mail server configured, RENDEZVOUS_SMTP_URL"
        findings["PostgreSQL"] = major
        if todo:
            wrong.append(f"{len(todo)} migration(s) have not been run: rendezvous migrate")
    except (OSError, RendezvousError, *DATABASE_TROUBLES) as error:
        wrong.append(f"The database does not answer ({error}): check DATABASE_URL.")
    if as_json:
        click.echo(json.dumps({**findings, "wrong": wrong}, ensure_ascii=False))
    else:
        for name, value in findings.items():
            click.echo(f"{name:18} {value}")
        for each in wrong:
            click.echo(f"WRONG  {each}")
        if not wrong:
            click.echo("All is well.")
    sys.exit(1 if wrong else 0)
