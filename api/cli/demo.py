"""rendezvous demo: a seeded world, scheduled, published and served, with links to click."""

import asyncio
import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import click

from api.cli.running import data_option, in_pool, only_ours_on_stdout
from api.cli.serving import base_url, check_before_serving, serve_until_stopped
from api.demo_world import (
    DemoKeys,
    keys_of_demo,
    open_keys,
    prepare_demo,
    write_keys,
)
from api.migrating import migrate
from centres.db import database_url
from centres.embedded import database_server
from seed.demo import load_demo
from sessions.timetabling.compiled import can_compile, compile_kernels

HOST = "127.0.0.1"
STEPS = 7


@contextlib.contextmanager
def step(number: int, words: str) -> Iterator[None]:
    """Announce one step of the way, and say how long it took."""
    click.echo(f"[{number}/{STEPS}] {words} ...", nl=False)
    started = time.monotonic()
    yield
    click.echo(f" {time.monotonic() - started:.1f} s")


async def empty_server(dsn: str) -> None:
    """Drop everything in the database that `dsn` names."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await connection.close()


def forget_links(links: Path) -> None:
    """Take away the links of an earlier start: whoever waits for the file wants the new ones."""
    if not links.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {links.parent}", param_hint="--links")
    links.unlink(missing_ok=True)


def start_over(data: Path, *, yes: bool) -> None:
    """Forget the demonstration, after asking."""
    where = "the database at DATABASE_URL" if database_url() else str(data)
    if not yes:
        click.confirm(f"Everything in {where} will be lost. Start over?", abort=True)
    url = database_url()
    if url is not None:
        asyncio.run(empty_server(url))
    shutil.rmtree(data, ignore_errors=True)


@click.command()
@data_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--links", type=click.Path(dir_okay=False, path_type=Path), help="Write links here.")
@click.option("--fresh", is_flag=True, help="Start over, after asking.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--seed", "number", default=1, show_default=True, type=click.IntRange(0))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 16))
def demo(
    data: Path,
    port: int,
    links: Path | None,
    fresh: bool,
    yes: bool,
    number: int,
    workers: int,
) -> None:
    """Show a network of West African centres: hosts' slots, thousands of learners, their calendars.

    Ctrl-C stops everything; what you change is kept for the next start.

    Example: rendezvous demo --port 8000 --links links.json
    """
    base = base_url(HOST, port)
    os.environ.setdefault("RENDEZVOUS_LOG_REQUESTS", "no")
    os.environ.setdefault("RENDEZVOUS_BASE_URL", base)
    check_before_serving(HOST, port)
    if links is not None:
        forget_links(links)
    if fresh:
        start_over(data, yes=yes)
    with contextlib.ExitStack() as stack:
        with step(1, "starting PostgreSQL"):
            dsn = stack.enter_context(database_server(data))
        with step(2, "bringing the schema up to date"):
            asyncio.run(migrate())
        keys = in_pool(lambda: open_keys(data))
        if keys is None:
            keys = make_world(data, number)
        else:
            click.echo("[3-6] the world is there, as you left it")
        click.echo(f"[7/{STEPS}] serving on {base} ...")

        def ready(base: str) -> None:
            show(keys, base, links)

        serve_until_stopped(dsn, host=HOST, port=port, workers=workers, on_ready=ready)
    click.echo("Stopped.")


def make_world(data: Path, number: int) -> DemoKeys:
    """Seed, schedule and publish the demonstration; return the keys to it, also kept in `data`."""
    now = datetime.now(UTC)
    with step(3, "seeding countries, centres, hosts' slots, cohorts and learners"):
        world = in_pool(lambda: load_demo(seed=number, today=now.date(), now=now), actor="seed")
    with step(4, "scheduling meetups"), only_ours_on_stdout():
        if can_compile():  # here, or each of the processes that solve would do it
            compile_kernels()
        timetable = in_pool(lambda: prepare_demo(world, now=now), actor="demo")
    click.echo(
        f"      {timetable.planned} meetups planned, {timetable.unmet} periods unmet with a reason;"
        f" at most {timetable.gap_percent:.1f} % from the best possible"
    )
    with step(5, "publishing them: meetups, seats, calendars"):
        in_pool(lambda: timetable.publish(now), actor="demo")
    with step(6, "making accounts and links"):
        keys = in_pool(lambda: keys_of_demo(world, now=now), actor="demo")
        write_keys(data, keys)
    return keys


def show(keys: DemoKeys, base: str, links: Path | None) -> None:
    """Print where to click, and write the links once everything answers."""
    found = keys.links(base)
    if links is not None:
        kept = links.with_suffix(links.suffix + ".part")
        kept.write_text(json.dumps(found, ensure_ascii=False, indent=2))
        kept.replace(links)
    click.echo(
        f"""
Rendezvous is ready. Click, or press Ctrl-C to stop.

  everybody          {base}/
  a centre           {base}/centres/{keys.centre}
  a student's page   {found["student_page"]}
  their calendar     {found["student_feed"]}
  host's login       {base}/login     {keys.host_email}     {keys.host_password}
  manager's login    {base}/login     {keys.manager_email}     {keys.manager_password}
  API                {base}/schema     Authorization: Bearer {keys.admin_token}
"""
    )
