"""rendezvous timetable: look into a draft, compare two, mend one, stop one that is being made."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from api.cli.running import data_option, only_ours_on_stdout, with_database
from centres.language import Language
from sessions.scheduling import request_timetable, solve_timetable
from sessions.timetable_advice import advice, advise
from sessions.timetable_proofs import load_proofs, verify
from sessions.timetable_repairs import staleness
from sessions.timetable_reports import comparison, explained
from sessions.timetable_runs import ask_to_stop, read_run
from sessions.timetables import get_timetable, reason_words

NUMBER = click.IntRange(1, 2_147_483_647)
SHOWN = 20
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@click.group()
def timetable() -> None:
    """Look into drafts: progress, causes, remedies, proof, changes, differences; mend or stop one.

    Example: rendezvous timetable compare 3 4
    """


def _told(value: object, as_json: bool) -> bool:
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False, default=str))
    return as_json


JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
ONE = click.argument("number", type=NUMBER)


@timetable.command()
@data_option
@ONE
@JSON
def progress(data: Path, number: int, as_json: bool) -> None:
    """Say how far a timetable is: best cost so far, bound and gap.

    Example: rendezvous timetable progress 3
    """

    async def work() -> dict[str, Any]:
        asked = await get_timetable(timetable_id=number)
        run = await read_run(timetable_id=number, of=len(asked.countries))
        step = run.step
        return {
            "state": asked.state,
            "stop_asked": run.stop_asked,
            "derived_from": run.derived_from,
            "step": None if step is None else {**asdict(step), "gap": step.gap},
        }

    found = with_database(data, work)
    if _told(found, as_json):
        return
    step = found["step"]
    click.echo(f"Timetable {number}: {found['state']}.")
    if step is not None:
        click.echo(
            f"{step['done']} of {step['of']} countries; cost {step['best']:.0f}, at least"
            f" {step['bound']:.0f}, gap {100 * step['gap']:.1f} %."
        )


@timetable.command()
@data_option
@ONE
def stop(data: Path, number: int) -> None:
    """End the search for a timetable; the best found becomes the draft.

    Example: rendezvous timetable stop 3
    """
    with_database(data, lambda: ask_to_stop(timetable_id=number, now=datetime.now(UTC)))
    click.echo(f"Timetable {number} stops soon and keeps the best.")


@timetable.command("explain")
@data_option
@ONE
@JSON
def explain_draft(data: Path, number: int, as_json: bool) -> None:
    """Say why periods are unmet or moved, by group and cause.

    Example: rendezvous timetable explain 3
    """
    found = with_database(data, lambda: explained(timetable_id=number))
    lines = [
        {
            "group": each.group,
            "unmet": each.unmet,
            "weeks": each.weeks,
            "points": each.points,
            "why": reason_words(each.reason, Language.EN),
        }
        for each in found
    ]
    if _told(lines, as_json):
        return
    for each in lines[:SHOWN]:
        kind = "unmet" if each["unmet"] else "moved"
        weeks = len(each["weeks"])  # type: ignore[arg-type]
        click.echo(f"  {each['group']}: {weeks} {kind}, {each['points']} points. {each['why']}")
    if len(lines) > SHOWN:
        click.echo(f"  ... and {len(lines) - SHOWN} more; see --json.")
    if not lines:
        click.echo("Every group meets as usual.")


@timetable.command()
@data_option
@ONE
@click.option("--seconds", default=30.0, show_default=True, type=click.FloatRange(0.1, 3600))
@click.option("--again", is_flag=True, help="Weigh them anew even if that was done.")
@JSON
def remedies(data: Path, number: int, seconds: float, again: bool, as_json: bool) -> None:
    """List the slots worth asking hosts for, by what they gain, verified by solving with them.

    Example: rendezvous timetable remedies 3
    """

    async def work() -> list[dict[str, Any]]:
        asked = await get_timetable(timetable_id=number)
        run = await read_run(timetable_id=number, of=len(asked.countries))
        if again or not run.advised:
            await advise(timetable_id=number, now=datetime.now(UTC), seconds=seconds)
        return [asdict(each) for each in await advice(timetable_id=number)]

    with only_ours_on_stdout():
        found = with_database(data, work)
    if _told(found, as_json):
        return
    for each in found:
        click.echo(
            f"  {len(each['days'])} x {WEEKDAYS[each['weekday']]} {each['starts']:%H:%M} in"
            f" {each['room']} from {each['days'][0]}: {each['regained']} more meetups,"
            f" {each['gain']:.0f} points"
        )
    if not found:
        click.echo("No slot that a host could publish would better this timetable.")


@timetable.command("verify")
@data_option
@ONE
@JSON
def verify_draft(data: Path, number: int, as_json: bool) -> None:
    """Work out cost and bound again, in one pass, from the problem and prices that are kept.

    Example: rendezvous timetable verify 3
    """

    async def work() -> list[dict[str, Any]]:
        asked = await get_timetable(timetable_id=number)
        proofs = await load_proofs(timetable_id=number)
        found = [verify(each, asked.weights) for each in proofs]
        return [{**asdict(each), "sound": each.sound} for each in found]

    found = with_database(data, work)
    if not _told(found, as_json):
        for each in found:
            verdict = "sound" if each["sound"] else "NOT SOUND"
            click.echo(
                f"  {each['country']}  cost {each['cost_again']:.1f} (stored {each['cost']:.1f})"
                f"  bound {each['bound_again']:.1f} (stored {each['bound']:.1f})"
                f"  {each['broken']} rules broken: {verdict}"
            )
    if not all(each["sound"] for each in found):
        raise SystemExit(1)


@timetable.command("changes")
@data_option
@ONE
@JSON
def changes_since(data: Path, number: int, as_json: bool) -> None:
    """Say what has changed since a timetable was drafted.

    Example: rendezvous timetable changes 3
    """
    found = with_database(data, lambda: staleness(timetable_id=number, now=datetime.now(UTC)))
    if _told({**asdict(found), "any": found.any}, as_json):
        return
    if not found.any:
        click.echo("Nothing has changed.")
        return
    for slot in found.slots[:SHOWN]:
        by = f" by {slot.by}" if slot.by else ""
        planned = f" (planned for {slot.planned})" if slot.planned else ""
        click.echo(f"  slot {slot.slot}, {slot.room} {slot.starts_wall}: {slot.how}{by}{planned}")
    click.echo(f"  {len(found.slots)} slots are not what they were, {found.slots_new} are new")
    for group in found.groups[:SHOWN]:
        click.echo(f"  group {group.group}: {', '.join(group.what)}")
    if found.busy_mentors:
        click.echo(f"  mentors with less time: {', '.join(found.busy_mentors)}")
    click.echo(
        f"{found.lost} planned periods lost their place: rendezvous timetable repair {number}"
    )


@timetable.command()
@data_option
@ONE
@JSON
def repair(data: Path, number: int, as_json: bool) -> None:
    """Make a draft that makes up for what changed, with as few changes as possible.

    Example: rendezvous timetable repair 3
    """

    async def work() -> dict[str, Any]:
        now = datetime.now(UTC)
        before = await get_timetable(timetable_id=number)
        await load_proofs(timetable_id=number)
        made = await request_timetable(
            countries=before.countries,
            first_day=before.first_day,
            weeks=before.weeks,
            seconds=before.seconds,
            seed=before.seed,
            weights=before.weights,
            asked_by="command line",
            now=now,
            derived_from=number,
        )
        after = await solve_timetable(timetable_id=made, now=now)
        differs = await comparison(before_id=number, after_id=made)
        return {
            "id": made,
            "cost": after.cost,
            "bound": after.bound,
            **{kind: differs.count(kind) for kind in ("moved", "added", "dropped")},
        }

    with only_ours_on_stdout():
        done = with_database(data, work)
    if not _told(done, as_json):
        click.echo(
            f"Timetable {done['id']}: {done['moved']} moved, {done['added']} added,"
            f" {done['dropped']} dropped; cost {done['cost']:.1f}."
        )
        click.echo(f"Publish it with: rendezvous publish {done['id']}")


@timetable.command()
@data_option
@click.argument("before", type=NUMBER)
@click.argument("after", type=NUMBER)
@JSON
def compare(data: Path, before: int, after: int, as_json: bool) -> None:
    """Say how the second timetable differs from the first: what, for whom, at what cost.

    Example: rendezvous timetable compare 3 4
    """
    found = with_database(data, lambda: comparison(before_id=before, after_id=after))
    differing = [{**asdict(each), "kind": each.kind} for each in found.differing]
    if _told({**asdict(found), "differing": differing}, as_json):
        return
    click.echo(
        f"{found.count('moved')} moved, {found.count('added')} added,"
        f" {found.count('dropped')} dropped, {found.same} the same;"
        f" {found.groups} groups, {found.learners} learners."
    )
    for part in found.parts:
        click.echo(f"  {part.name:14} {part.before:10.1f} -> {part.after:10.1f}")
    for each in found.differing[:SHOWN]:
        places = [
            f"{one.room} {one.starts_wall}" if one and one.slot else "no slot"
            for one in (each.before, each.after)
        ]
        click.echo(f"  {each.group} period {each.ordinal}: {places[0]} -> {places[1]}")
    if len(found.differing) > SHOWN:
        click.echo(f"  ... and {len(found.differing) - SHOWN} more; see --json.")
