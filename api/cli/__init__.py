"""The command line `rendezvous`: a command parses, calls one function, prints.

Exit codes: 0 done, 1 refused with a reason, 2 misused.
"""

import sys

import click

from api.cli.checking import doctor, run_tests
from api.cli.demo import demo
from api.cli.people import user
from api.cli.serving import migrate, serve, worker
from api.cli.timetables import load_seed, publish, replan, schedule
from api.settings import BadSettings
from centres.errors import RendezvousError


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
    publish,
    replan,
    doctor,
    user,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; a refusal is a sentence on standard error and exit code 1."""
    try:
        cli(prog_name="rendezvous")
    except (BadSettings, RendezvousError) as refusal:
        click.echo(f"Refused: {refusal}", err=True)
        sys.exit(1)
