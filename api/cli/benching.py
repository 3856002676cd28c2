"""rendezvous bench: the product's solvers on public instances, and its feeds under load."""

import json
import math
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from api.benchmarks.families import MODULES, NUMBERED, WITH_CAPACITY
from api.benchmarks.feed_rendering import measure_rendering
from api.benchmarks.feed_serving import measure_serving, require_tools
from api.benchmarks.measuring import Measured, measure, stopping
from api.benchmarks.suite import Row, entries, missing, run


@click.group()
def bench() -> None:
    """Measure the product: its solvers on public instances, its feeds under load.

    Example: rendezvous bench pmed pmed1.txt.gz --seconds 10 --out solution.json
    """


def _family(name: str) -> click.Command:
    @bench.command(name)
    @click.argument("instance")
    @click.option("--seconds", type=click.FloatRange(min=0), default=60.0, show_default=True)
    @click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
    @click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
    @click.option("--json", "as_json", is_flag=True, help="Print the score as JSON.")
    @click.option(
        "--workers",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        help="Chains side by side, where the solver has chains (ctt).",
    )
    def command(
        instance: str, seconds: float, seed: int, out: Path, as_json: bool, workers: int
    ) -> None:
        if not out.parent.is_dir():
            raise click.BadParameter(f"there is no folder {out.parent}.", param_hint="--out")
        measured, text = measure(name, instance, seconds=seconds, seed=seed, workers=workers)
        out.write_text(text, encoding="utf-8")
        if as_json:
            click.echo(json.dumps(_plain(measured)))
            return
        proof = "proven" if measured.proven else f"within {measured.gap:.3%}"
        click.echo(
            f"{measured.cost:.10g}, bound {measured.bound:.10g}, {proof},"
            f" {measured.seconds} s, {measured.peak_mb} MB"
        )

    kinds = ["FILE"]
    kinds += ["FILE#PROBLEM"] * (name in NUMBERED) + ["FILE@CAPACITY"] * (name in WITH_CAPACITY)
    extension = "txt" if name == "ctt" else "json"
    command.help = (
        f"Solve one {name} instance: {' or '.join(kinds)}, gzipped or not.\n\n"
        f"Example: rendezvous bench {name} FILE --seconds 10 --seed 1 --out solution.{extension}"
    )
    return command


for _name in MODULES:
    _family(_name)


def _limits(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> dict[str, float]:
    limits = {}
    for each in given:
        name, _, seconds = each.partition("=")
        try:
            limits[name] = float(seconds)
        except ValueError:
            limits[name] = math.nan
        if name not in MODULES or not limits[name] >= 0:
            raise click.BadParameter(f"{each!r} is not a family and seconds, as ctt=300.")
    return limits


@bench.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--family", "families", type=click.Choice(list(MODULES)), multiple=True, help="Only these."
)
@click.option("--seconds", type=click.FloatRange(min=0), help="Limit of each, instead of its own.")
@click.option("--limit", "limits", multiple=True, callback=_limits, help="Of a family: ctt=300.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def suite(
    folder: Path,
    families: tuple[str, ...],
    seconds: float | None,
    limits: dict[str, float],
    seed: int,
    as_json: bool,
) -> None:
    """Run the chosen set found in FOLDER (its families are sub-folders) and print one table.

    Every answer is scored again by a checker before it is shown. Ctrl-C ends after the instance
    that runs.

    Example: rendezvous bench suite bench --family ctt --family gap --limit ctt=300
    """
    rows: list[Row] = []
    screen = Console(stderr=True)
    known = len(entries(folder, families))
    with stopping() as stop:
        for row in run(
            folder,
            families=families,
            seconds=seconds,
            limits=limits,
            seed=seed,
            stopped=lambda: stop.asked,
        ):
            rows.append(row)
            found = f"refused: {row.refused}" if row.ours is None else f"{row.ours.cost:.10g}"
            if not as_json or row.ours is None:
                name = Path(row.entry.file).name
                screen.print(
                    f"{len(rows)}/{known} {name}: {found}", highlight=False, soft_wrap=True
                )
            if as_json and row.ours is not None:
                click.echo(json.dumps(_line(row, row.ours)))
    absent = missing(folder, families)
    if absent:
        screen.print(f"No instances here of: {', '.join(absent)}.")
    if not as_json:
        console = Console()
        console.print(_table(rows))
        for line in _sums(rows):
            console.print(line, highlight=False)
    if any(row.ours is None for row in rows):
        raise click.exceptions.Exit(1)


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


def _line(row: Row, ours: Measured) -> dict[str, object]:
    peer = None if row.peer is None else asdict(row.peer)
    return {
        **_plain(ours),
        "published": row.entry.best,
        "source": row.entry.source,
        "peer": peer,
    }


def _table(rows: list[Row]) -> Table:
    names = (
        "family",
        "instance",
        "published",
        "ours",
        "bound",
        "gap",
        "proven",
        "s",
        "CPU s",
        "MB",
    )
    peers = any(row.peer is not None for row in rows)
    table = Table(*names, *(("peer", "s") if peers else ()))
    for row in rows:
        ours = row.ours
        if ours is None:
            name = Path(row.entry.file).name
            table.add_row(row.entry.family, name, f"{row.entry.best:.10g}", "none")
            continue
        cells = [
            ours.family,
            Path(row.entry.file).name,
            f"{row.entry.best:.10g}",
            f"{ours.cost:.10g}",
            f"{ours.bound:.10g}",
            f"{ours.gap:.2%}" if math.isfinite(ours.gap) else "",
            "yes" if ours.proven else "no",
            f"{ours.seconds:.2f}",
            f"{ours.cpu_seconds:.2f}",
            f"{ours.peak_mb:.0f}",
        ]
        if row.peer is not None:
            value = "none" if row.peer.cost is None else f"{row.peer.cost:.10g}"
            cells += [f"{row.peer.name} {value}", f"{row.peer.seconds:.1f}"]
        table.add_row(*cells)
    return table


def _sums(rows: list[Row]) -> list[str]:
    """Return one line for each family: how ours compares with what is published, in sum."""
    of_family: dict[str, list[tuple[Measured, float]]] = defaultdict(list)
    for row in rows:
        if row.ours is not None:
            of_family[row.entry.family].append((row.ours, row.entry.best))
    lines = []
    for name, its in of_family.items():
        ours, best = sum(each.cost for each, _ in its), sum(value for _, value in its)
        same = sum(math.isclose(each.cost, value, rel_tol=1e-6) for each, value in its)
        proven = sum(each.proven for each, _ in its)
        apart = f" ({ours / best - 1:+.2%})" if best else ""
        lines.append(
            f"{name}: {ours:.10g} in sum, published {best:.10g}{apart}; {same} of {len(its)} equal,"
            f" {proven} proven"
        )
    return lines


def _plain(measured: Measured) -> dict[str, object]:
    """Return the score with nothing that JSON cannot say."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(measured).items()
    }
