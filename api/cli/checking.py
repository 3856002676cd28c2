"""rendezvous test | doctor."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
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
from sessions.zone_drift import ZoneDrift, zone_drift

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
    # Each process begins with files of its own, so that what a file shares is made once.
    together = ("-n", str(os.cpu_count() or 2), "--dist", "worksteal")
    command = [sys.executable, "-m", "pytest", *together, *arguments]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(data: Path, as_json: bool) -> None:
    """Say whether this installation can be trusted with an hour and a seat.

    Example: rendezvous doctor --json
    """
    now = datetime.now(UTC)
    findings: dict[str, object] = {
        "tzdata": tzdata_version(),
        "tzdata released": tzdata_released(tzdata_version()).isoformat(),
        "engine": "server at DATABASE_URL" if database_url() else "embedded",
        **{name: version(name) for name in LIBRARIES},
    }
    wrong: list[str] = []
    try:
        require_fresh_tzdata(now.date())
    except RendezvousError as refusal:
        wrong.append(str(refusal))

    zones: list[ZoneDrift] = []

    async def ask() -> tuple[int, list[str], list[ZoneDrift], str]:
        todo = await pending()
        major = await require_version()
        if todo:
            return major, todo, [], ""
        return major, todo, await zone_drift(now), await mail_in_words()

    try:
        major, todo, zones, mail = with_database(data, ask)
        configured = read_settings().smtp is not None
        findings["mail"] = mail if configured else "no mail server configured, RENDEZVOUS_SMTP_URL"
        findings["PostgreSQL"] = major
        if todo:
            wrong.append(f"{len(todo)} migration(s) have not been run: rendezvous migrate")
    except (OSError, RendezvousError, *DATABASE_TROUBLES) as error:
        wrong.append(f"The database does not answer ({error}): check DATABASE_URL.")
    wrong += [out_of_line(each) for each in zones if each.out_of_line]
    findings["zones"] = len(zones)
    changed = [each for each in zones if each.rules_changed]
    if as_json:
        told = {"zones changed": [asdict(each) for each in changed], "wrong": wrong}
        click.echo(json.dumps({**findings, **told}, ensure_ascii=False, default=str))
    else:
        for name, value in findings.items():
            click.echo(f"{name:18} {value}")
        for drift in changed:
            click.echo(f"zone changed       {in_words(drift)}")
        for each in wrong:
            click.echo(f"WRONG  {each}")
        if not wrong:
            click.echo("All is well.")
    sys.exit(1 if wrong else 0)


def in_words(drift: ZoneDrift) -> str:
    """Return which rules a zone had and has."""
    if drift.was == drift.becomes:
        noted = f" (noted with tzdata {drift.noted_with})" if drift.noted_with else ""
        return f"{drift.zone}: something was planned with other rules{noted}"
    return (
        f"{drift.zone}: from {drift.was} (tzdata {drift.noted_with})"
        f" to {drift.becomes} (tzdata {tzdata_version()})"
    )


def out_of_line(drift: ZoneDrift) -> str:
    """Return how much a change of rules has put out of line, and what to do."""
    return (
        f"The rules of {drift.zone} have changed since {drift.slots} slot(s) and {drift.meetups}"
        f" meetup(s) to come were planned, the first on {drift.first}: calendars show them at"
        " another hour than people were told. See who is affected with rendezvous rezone --dry-run,"
        " then run rendezvous rezone."
    )
