"""rendezvous plan."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from api.cli.running import data_option, only_ours_on_stdout, with_database
from api.jobs import routers_of
from api.resources.scenarios import AnswerView, AskedBody, answer_view, scenario_view
from api.settings import read_settings
from centres.errors import InvalidInput
from centres.language import Language
from centres.planning.asked import KINDS, DemandKind
from centres.planning.journeys import MODES, SEASONS
from centres.planning.scenarios import Scenario, get_inputs, request_scenario
from centres.planning.solving import Stage
from centres.siting.problem import Objective
from sessions.site_plans import solve_scenario


def draw(stage: Stage) -> None:
    """Draw one line of progress."""
    click.echo(f"\r  {stage.at:10} {100 * stage.share:3.0f} %", nl=False, err=True)


@click.command()
@data_option
@click.option("--country", "countries", multiple=True, required=True, help="SN; may be repeated.")
@click.option("--new", "new_sites", default=5, show_default=True, type=click.IntRange(1, 500))
@click.option(
    "--demand",
    default="learners",
    show_default=True,
    type=click.Choice([each.value for each in DemandKind]),
)
@click.option(
    "--rate",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0, 1000),
    help="Learners per 1,000 aged 18 to 30 online; for --demand population.",
)
@click.option(
    "--objective",
    default="p_median",
    show_default=True,
    type=click.Choice([each.value for each in Objective]),
)
@click.option(
    "--within",
    "within_minutes",
    default=60.0,
    show_default=True,
    type=click.FloatRange(1, 1440),
    help="Minutes; for the covering objectives.",
)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Of candidates.")
@click.option("--force", "forced", multiple=True, help="A candidate that must open.")
@click.option("--forbid", "forbidden", multiple=True, help="A candidate that must not.")
@click.option("--mode", default="bus", show_default=True, type=click.Choice(MODES))
@click.option("--season", default="dry", show_default=True, type=click.Choice(SEASONS))
@click.option(
    "--most-per-country",
    "most_new_per_country",
    type=click.IntRange(1, 500),
    help="New sites in one country.",
)
@click.option(
    "--fewest-learners",
    default=0.0,
    type=click.FloatRange(0, 10**6),
    help="That each site must have.",
)
@click.option("--budget", type=click.FloatRange(0, 10**12), help="For opening costs.")
@click.option("--seats-bind", is_flag=True, help="Take no more learners than fit.")
@click.option("--curve", "curve_to", default=0, type=click.IntRange(0, 50), help="1..k sites too.")
@click.option("--draws", default=100, show_default=True, type=click.IntRange(0, 200))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**53))
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(0.1, 600))
@click.option("--name", default="command line", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the scenario as JSON.")
def plan(data: Path, name: str, as_json: bool, rate: float, draws: int, **given: Any) -> None:
    """Say where to open next: sites, bound, why each, what the next best would be.

    Example: rendezvous plan --country SN --new 5 --demand population --curve 8
    """
    season, mode = given.pop("season"), given.pop("mode")
    body = {name: list(each) if isinstance(each, tuple) else each for name, each in given.items()}
    body["rules"] = {"season": season, "mode": mode}
    body["rates"] = {"learners_per_1000": rate}
    body["assumptions"] = {"draws": draws}
    if not body["kinds"]:
        del body["kinds"]
    try:
        asked = msgspec.convert(body, AskedBody).chosen()
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error)) from error
    now = datetime.now(UTC)
    shown = not as_json and sys.stderr.isatty()

    async def work() -> tuple[Scenario, AnswerView]:
        made = await request_scenario(name=name, asked=asked, asked_by="command line", now=now)
        row = await solve_scenario(
            scenario_id=made,
            now=now,
            routers=routers_of(read_settings()),
            on_stage=draw if shown else lambda _: None,
        )
        inputs = await get_inputs(scenario_id=made)
        return row, answer_view(row, inputs, Language.EN)

    with only_ours_on_stdout():
        row, answer = with_database(data, work)
    if as_json:
        click.echo(msgspec.json.encode(scenario_view(row, answer)).decode())
        return
    if shown:
        click.echo(err=True)
    _print(row, answer)


def _print(row: Scenario, answer: AnswerView) -> None:
    click.echo(f"Scenario {row.id}, inputs {(row.inputs_hash or '')[:12]}.")
    for words in [*answer.words, *answer.notes]:
        click.echo(f"  {words}")
    after = answer.after
    click.echo(
        f"{after.learners:.0f} learners, {after.mean_minutes or 0:.1f} minutes on average,"
        f" {100 * after.within[1]:.0f} % within an hour, {after.left_out:.0f} left out."
    )
    new = [each for each in answer.sites if not each.existing]
    for number, each in enumerate(new, start=1):
        click.echo(f"{number:3}. {each.name}, {each.city} ({each.country}, {each.key})")
        for words in each.why:
            click.echo(f"       {words}")
    for point in answer.curve:
        mean = "no plan" if point.mean_minutes is None else f"{point.mean_minutes:.1f} minutes"
        click.echo(f"  {point.new_sites:2} new sites: {mean}{' (proven)' if point.proven else ''}")
