"""rendezvous workbook: the network as one Excel file, out, back in, and undone."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from api.cli.running import data_option, with_database
from api.settings import read_settings
from api.workbooks.taking import check_workbook, roster_of, store_workbook, take, workbook_of
from centres.acting import acting_as
from centres.errors import Refusal
from centres.language import Language
from sessions.workbook.comparing import Outcome
from sessions.workbook.current import Scope
from sessions.workbook.imports import Import, answer_of, confirm, get_import, undo_import

ACTOR = "command-line"
language_option = click.option(
    "--language", type=click.Choice([each.value for each in Language]), default="fr"
)


@click.group()
def workbook() -> None:
    """The network as one Excel workbook, both ways.

    Example: rendezvous workbook export network.xlsx
    """


@workbook.command("export")
@data_option
@language_option
@click.option("--country", "countries", multiple=True, help="ISO 3166; all without it.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(data: Path, language: str, countries: tuple[str, ...], file: Path) -> None:
    """Write the workbook to FILE; as OneRoster 1.2 where its name ends in .zip.

    Example: rendezvous workbook export network.xlsx --country SN
    """
    scope = Scope(admin=not countries, countries=frozenset(countries))

    async def work() -> bytes:
        now, network = datetime.now(UTC), read_settings().network_name
        if file.suffix.lower() == ".zip":
            return await roster_of(scope=scope, now=now, network=network)
        return await workbook_of(scope=scope, language=Language(language), now=now, network=network)

    content = with_database(data, work)
    file.write_bytes(content)
    click.echo(f"{file}: {len(content)} octets")


@workbook.command("import")
@data_option
@language_option
@click.option("--store", "stores", is_flag=True, help="Store what is not refused, too.")
@click.option(
    "--marked",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the same file with what to do.",
)
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def bring_in(
    data: Path, language: str, stores: bool, marked: Path | None, as_json: bool, file: Path
) -> None:
    """Check FILE, Excel, CSV or a OneRoster zip, without storing anything; or store it.

    Exit code 1 where rows are refused.

    Example: rendezvous workbook import network.xlsx --marked to-do.xlsx
    """
    content = file.read_bytes()

    async def work() -> tuple[Import, bytes | None]:
        with acting_as(ACTOR):
            number = await take(
                content=content,
                file_name=file.name,
                language=Language(language),
                scope=Scope(admin=True),
                sent_by=ACTOR,
                now=datetime.now(UTC),
                by_job=False,
            )
            await check_workbook(number)
            found = await get_import(import_id=number, sent_by=ACTOR)
            if stores and (found.count(Outcome.NEW) or found.count(Outcome.CHANGED)):
                await confirm(import_id=number, sent_by=ACTOR)
                await store_workbook(number)
                found = await get_import(import_id=number, sent_by=ACTOR)
            answer = None
            if marked is not None and found.has_answer:
                _, answer = await answer_of(import_id=number, sent_by=ACTOR)
            return found, answer

    found, answer = with_database(data, work)
    if marked is not None and answer is not None:
        marked.write_bytes(answer)
    if found.failure is not None:
        raise click.ClickException(found.failure)
    if as_json:
        click.echo(json.dumps({"id": found.id, "state": found.state, **(found.report or {})}))
    else:
        _print(found)
    if found.count(Outcome.REFUSED):
        raise SystemExit(1)


@workbook.command("undo")
@data_option
@click.argument("number", type=int)
def take_back(data: Path, number: int) -> None:
    """Take back an import that was stored from the command line, whole.

    Example: rendezvous workbook undo 3
    """

    async def work() -> list[str]:
        with acting_as(ACTOR):
            held = await undo_import(import_id=number, sent_by=ACTOR, now=datetime.now(UTC))
        return [f"{each.sheet} {each.key}: {each.why}" for each in held]

    try:
        held = with_database(data, work)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if held:
        raise click.ClickException("nothing was undone:\n" + "\n".join(held[:20]))
    click.echo(f"import {number} is undone: everything is as it was")


def _print(found: Import) -> None:
    report: dict[str, Any] = dict(found.report or {})
    for sheet in report.get("sheets", []):
        counts = ", ".join(f"{sheet['counts'].get(each.value, 0)} {each}" for each in Outcome)
        click.echo(f"{sheet['name']}: {counts}")
        for row in sheet["rows"]:
            for fault in row["faults"]:
                where = f"{fault['field']}: " if fault["field"] else ""
                click.echo(f"  row {row['number']}: {where}{fault['what']}")
    click.echo(f"import {found.id}: {found.state}")
