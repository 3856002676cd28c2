"""rendezvous bench: the product's solvers on public instances, and its feeds under load."""

import json
import math
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from api.benchmarks.feed_rendering import measure_rendering
from api.benchmarks.feed_serving import measure_serving, require_tools
from api.benchmarks.measuring import SOLVERS, Measured, measure
from api.benchmarks.siting_files import FAMILIES
from api.benchmarks.suite import Row, run
from sessions.timetabling.compiled import can_compile, compile_kernels


@click.group()
def bench() -> None:
    """Measure the product: its solvers on public instances, its feeds under load.

    Example: rendezvous bench pmed pmed1.txt.gz --seconds 10 --out solution.json
    """


def _say_kernel(name: str, number: int, of: int) -> None:
    if number == 0:
        click.echo("Preparing the engine, up to a minute the first time.", err=True)


def _family(name: str) -> click.Command:
    @bench.command(name)
    @click.argument("instance")
    @click.option("--seconds", type=click.FloatRange(min=0), default=60.0, show_default=True)
    @click.option("--seed", type=int, default=1, show_default=True)
    @click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
    @click.option("--json", "as_json", is_flag=True, help="Print the score as JSON.")
    def command(instance: str, seconds: float, seed: int, out: Path, as_json: bool) -> None:
        if name == "meetup" and can_compile():
            compile_kernels(_say_kernel)  # once for all runs, so not on the clock of this one
        measured, solution = measure(name, instance, seconds=seconds, seed=seed)
        out.write_text(json.dumps(solution) + "\n", encoding="utf-8")
        if as_json:
            click.echo(json.dumps(_plain(measured)))
            return
        proof = "proven" if measured.proven else f"within {measured.gap:.3%}"
        click.echo(
            f"{measured.cost:.10g}, bound {measured.bound:.10g}, {proof},"
            f" {measured.seconds} s, {measured.peak_mb} MB"
        )

    command.help = (
        f"Solve one {name} instance; FILE, FILE#PROBLEM or FILE@CAPACITY, gzipped or not.\n\n"
        f"Example: rendezvous bench {name} FILE --seconds 10 --seed 1 --out solution.json"
    )
    return command


for _name in (*FAMILIES, *SOLVERS):
    _family(_name)


@bench.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seconds", type=click.FloatRange(min=0), help="Limit of each, instead of its own.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def suite(folder: Path, seconds: float | None, seed: int, as_json: bool) -> None:
    """Run the chosen set found in FOLDER (its families are sub-folders) and print one table.

    Example: rendezvous bench suite bench --seconds 10
    """
    rows: list[Row] = []
    for row in run(folder, seconds=seconds, seed=seed):
        rows.append(row)
        if as_json:
            click.echo(json.dumps({**_plain(row.ours), "published": row.entry.published}))
    if not as_json:
        Console().print(_table(rows))


@bench.command()
@click.option(
    "--seconds",
    type=click.FloatRange(1, 60),
    default=2.0,
    show_default=True,
    help="Length of one turn; each row has five.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def feeds(seconds: float, as_json: bool) -> None:
    """Measure calendar feeds: microseconds an entry, sizes, requests a second beside peers.

    Needs wrk and two cores; nginx and Radicale take part where they are installed. About three
    minutes, on a database of its own.

    Example: rendezvous bench feeds --seconds 2
    """
    require_tools()
    rendering = measure_rendering()
    served, sizes, missing = measure_serving(seconds)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "rendering": asdict(rendering),
                    "sizes": asdict(sizes),
                    "served": [asdict(each) for each in served],
                    "missing": missing,
                }
            )
        )
        return
    click.echo(
        f"an entry: {rendering.ours} us of processor time, {rendering.ours_apart} us where no word"
        f" is shared, {rendering.icalendar} us with icalendar"
        f" ({rendering.icalendar / rendering.ours:.0f} times as long)"
    )
    click.echo(
        f"60 entries: {sizes.plain} octets, gzip {sizes.gzip}, br {sizes.br};"
        f" a 304 with its headers: {sizes.unchanged}"
    )
    table = Table("asked", "workers", "requests/s", "ratio", "p99 ms", "x", "us of CPU")
    for each in served:
        table.add_row(
            each.name,
            str(each.workers),
            f"{each.rate:.0f}",
            f"{each.ratio:.2f}",
            f"{each.p99_ms:.2f}",
            f"{each.slower:.2f}",
            f"{each.cpu_us:.0f}",
        )
    Console().print(table)
    for words in missing:
        click.echo(words)


def _table(rows: list[Row]) -> Table:
    names = ("instance", "published", "ours", "bound", "proven", "seconds", "MB", "spopt", "s")
    table = Table(*names)
    for row in rows:
        ours = row.ours
        table.add_row(
            Path(row.entry.file).name,
            f"{row.entry.published:.10g}",
            f"{ours.cost:.10g}",
            f"{ours.bound:.10g}",
            "yes" if ours.proven else f"{ours.gap:.2%}",
            f"{ours.seconds:.2f}",
            f"{ours.peak_mb:.0f}",
            "" if row.peer_cost is None else f"{row.peer_cost:.10g}",
            "" if row.peer_seconds is None else f"{row.peer_seconds:.1f}",
        )
    return table


def _plain(measured: Measured) -> dict[str, object]:
    """Return the score with nothing that JSON cannot say."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(measured).items()
    }
