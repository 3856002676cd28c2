"""The command line `rendezvous`: a command parses, calls one function, prints.

Exit codes: 0 done, 1 refused with a reason, 2 misused.
"""

import signal
import sys
from typing import NoReturn

import asyncpg
import click

from api.cli.benching import bench
from api.cli.checking import doctor, run_tests
from api.cli.demo import demo
from api.cli.drafts import timetable
from api.cli.people import user
from api.cli.plans import plan
from api.cli.rezoning import rezone
from api.cli.running import DATABASE_TROUBLES
from api.cli.serving import migrate, serve, worker
from api.cli.timetables import load_seed, publish, replan, schedule
from api.cli.workbook import workbook
from centres.errors import RendezvousError
from centres.language import Language, Sentence

NOT_MIGRATED = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: rendezvous demo",
)
@click.version_option(package_name=None, version="0.1.0", prog_name="rendezvous")
def cli() -> None:
    """Run a network of centres where people who study online meet."""


for command in (
    demo,
    run_tests,
    serve,
    worker,
    migrate,
    load_seed,
    schedule,
    timetable,
    publish,
    replan,
    plan,
    rezone,
    bench,
    doctor,
    user,
    workbook,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; a refusal is a sentence on standard error and exit code 1.

    To be told to stop is to be interrupted: what was started, PostgreSQL too, is stopped first.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        cli(prog_name="rendezvous")
    except RendezvousError as refusal:
        refuse(in_english(refusal))
    except DATABASE_TROUBLES as trouble:
        refuse(f"the database cannot be used ({trouble}): check DATABASE_URL.")
    except NOT_MIGRATED:
        refuse("the database's schema is not up to date: run rendezvous migrate.")
    except OSError as error:
        refuse(str(error))


def in_english(refusal: RendezvousError) -> str:
    """Return what a refusal says in the one language of the command line."""
    said = refusal.args[0] if refusal.args else refusal.__doc__
    return said.in_language(Language.EN) if isinstance(said, Sentence) else str(said)


def refuse(words: str) -> NoReturn:
    """Say why not, and end with exit code 1."""
    click.echo(f"Refused: {words}", err=True)
    sys.exit(1)
