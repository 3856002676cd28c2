"""rendezvous seed | schedule | publish | replan."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from api.cli.running import data_option, with_database
from centres.language import Language
from seed.load import load_reference
from sessions import timetables
from sessions.meetup_reading import get_meetup
from sessions.publishing import publish_timetable
from sessions.replanning import replan as replan_meetups
from sessions.scheduling import request_timetable, solve_timetable
from sessions.timetable_runs import Step

SHOWN_REASONS = 10


def next_monday(today: date) -> date:
    """Return the first Monday after `today`."""
    return today + timedelta(days=7 - today.weekday())


def progress_line(shown: bool) -> Callable[[Step], None]:
    """Return what draws one line of progress, on a terminal only."""

    def draw(step: Step) -> None:
        if shown:
            text = (
                f"  {step.country}: {step.done}/{step.of}, cost {step.best:.0f},"
                f" at least {step.bound:.0f}"
            )
            click.echo(f"\r{text:78}", nl=False, err=True)

    return draw


@click.command("seed")
@data_option
def load_seed(data: Path) -> None:
    """Load countries, places, possible hosts and public holidays; running it again is harmless.

    Example: rendezvous seed
    """
    loaded = with_database(data, lambda: load_reference(now=datetime.now(UTC)))
    added = ", ".join(f"{count} {name}" for name, count in asdict(loaded).items())
    click.echo(f"Added: {added}.")


@click.command()
@data_option
@click.option("--country", "countries", multiple=True, required=True, help="SN; may be repeated.")
@click.option("--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), help="Default: Monday.")
@click.option("--weeks", default=13, show_default=True, type=click.IntRange(1, 104))
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(0.1, 3600))
@click.option("--seed", "number", default=1, show_default=True, type=click.IntRange(0))
@click.option("--json", "as_json", is_flag=True, help="Print the draft as JSON.")
def schedule(
    data: Path,
    countries: tuple[str, ...],
    first_day: datetime | None,
    weeks: int,
    seconds: float,
    number: int,
    as_json: bool,
) -> None:
    """Make a draft timetable: cost, proven bound, and a reason for each unmet period.

    Example: rendezvous schedule --country SN --country ML --weeks 26
    """
    now = datetime.now(UTC)
    start = first_day.date() if first_day else next_monday(now.date())

    async def work() -> tuple[timetables.Timetable, tuple[timetables.Planned, ...]]:
        asked = await request_timetable(
            countries=list(countries),
            first_day=start,
            weeks=weeks,
            seconds=seconds,
            seed=number,
            asked_by="command line",
            now=now,
        )
        draw = progress_line(shown=not as_json and sys.stderr.isatty())
        await solve_timetable(timetable_id=asked, now=now, on_progress=draw)
        draft = await timetables.get_timetable(timetable_id=asked)
        return draft, await timetables.unmet(timetable_id=asked, limit=1000)

    draft, unmet = with_database(data, work)
    if as_json:
        click.echo(json.dumps(report(draft, unmet), ensure_ascii=False, default=str))
        return
    click.echo(err=True)
    click.echo(f"Timetable {draft.id}: {draft.state}.")
    if draft.failure:
        click.echo(draft.failure)
        raise SystemExit(1)
    click.echo(f"Cost {draft.cost:.1f}; no timetable can cost less than {draft.bound:.1f}.")
    for result in draft.results.countries if draft.results else ():
        click.echo(
            f"  {result.country}  {result.groups:4} groups  {result.planned:5} planned"
            f"  {result.unmet:4} unmet  cost {result.cost:8.1f}  bound {result.bound:8.1f}"
        )
    for each in unmet[:SHOWN_REASONS]:
        click.echo(f"  {each.group} period {each.ordinal}, week of {each.due_on}: {words(each)}")
    if len(unmet) > SHOWN_REASONS:
        click.echo(f"  ... and {len(unmet) - SHOWN_REASONS} more; see --json.")
    click.echo(f"Publish it with: rendezvous publish {draft.id}")


def words(planned: timetables.Planned) -> str:
    """Return the reason of a planned period in English."""
    if planned.reason is None:
        return "as usual"
    return timetables.reason_words(planned.reason, Language.EN)


def report(draft: timetables.Timetable, unmet: tuple[timetables.Planned, ...]) -> dict[str, object]:
    """Return a draft as plain values."""
    return {
        "id": draft.id,
        "state": draft.state,
        "cost": draft.cost,
        "bound": draft.bound,
        "iterations": draft.iterations,
        "instance_hash": draft.instance_hash,
        "countries": [asdict(each) for each in draft.results.countries] if draft.results else [],
        "unmet": [
            {"group": each.group, "ordinal": each.ordinal, "due": each.due_on, "why": words(each)}
            for each in unmet
        ],
        "failure": draft.failure,
    }


@click.command()
@data_option
@click.argument("timetable", type=click.IntRange(1, 2_147_483_647))
@click.option("--json", "as_json", is_flag=True)
def publish(data: Path, timetable: int, as_json: bool) -> None:
    """Make a draft live: meetups, seats, calendars and notices, all or nothing.

    Example: rendezvous publish 3
    """

    async def work() -> dict[str, int]:
        draft = await timetables.get_timetable(timetable_id=timetable)
        done = await publish_timetable(
            timetable_id=timetable, revision=draft.revision, now=datetime.now(UTC)
        )
        return {"timetable": timetable, "meetups": done.meetups, "bookings": done.bookings}

    done = with_database(data, work)
    if as_json:
        click.echo(json.dumps(done))
    else:
        click.echo(f"Published {done['meetups']} meetups with {done['bookings']} seats.")


@click.command()
@data_option
@click.argument("meetups", type=click.IntRange(1, 2_147_483_647), nargs=-1, required=True)
@click.option("--reason", required=True, help="What the people affected will read.")
@click.option("--json", "as_json", is_flag=True)
def replan(data: Path, meetups: tuple[int, ...], reason: str, as_json: bool) -> None:
    """Find other slots for meetups that must leave theirs, with as few changes as possible.

    Example: rendezvous replan 17 18 --reason "Coupure de courant annoncée"
    """

    async def work() -> dict[str, object]:
        for each in meetups:
            await get_meetup(meetup_id=each)  # refuses a number that is none
        done = await replan_meetups(meetup_ids=list(meetups), reason=reason, now=datetime.now(UTC))
        return {
            "moved": [
                {"meetup": each.meetup, "room": each.room_code, "starts": each.starts_wall}
                for each in done.moved
            ],
            "cancelled": [each.meetup for each in done.cancelled],
            "told": done.told,
        }

    done = with_database(data, work)
    if as_json:
        click.echo(json.dumps(done, default=str))
        return
    for each in done["moved"]:  # type: ignore[attr-defined]
        click.echo(f"Meetup {each['meetup']} moves to {each['room']}, {each['starts']}.")
    for meetup in done["cancelled"]:  # type: ignore[attr-defined]
        click.echo(f"Meetup {meetup} is cancelled: no other slot fits.")
    click.echo(f"{done['told']} people are told.")
