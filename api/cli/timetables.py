"""rendezvous seed | schedule | publish | replan."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from api.cli.running import data_option, only_ours_on_stdout, with_database
from centres.language import Language
from seed.load import load_reference
from sessions import timetables
from sessions.meetup_reading import get_meetup
from sessions.mentor_absences import register_absence, register_absence_preview
from sessions.publishing import publish_timetable
from sessions.replanning import Replanned, replan_preview
from sessions.replanning import replan as replan_meetups
from sessions.scheduling import request_timetable, solve_timetable
from sessions.timetable_runs import Step, ask_to_stop
from sessions.timetabling.instance import Weights
from sessions.weight_words import MOST, weighed

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
                f" at least {step.bound:.0f}, gap {100 * step.gap:.1f} %"
            )
            click.echo(f"\r{text:78}", nl=False, err=True)

    return draw


def usual_weights() -> str:
    """Return every weight with its usual value, in one line."""
    return ", ".join(f"{each.name}={each.usual:g}" for each in weighed())


def read_weights(chosen: Sequence[str]) -> Weights:
    """Return the usual weights but for those chosen as NAME=POINTS; misuse names what is amiss."""
    known = {each.name for each in weighed()}
    given: dict[str, float] = {}
    for each in chosen:
        name, _, points = each.partition("=")
        try:
            given[name] = float(points)
        except ValueError:
            given[name] = -1.0
        if name not in known or not 0 <= given[name] <= MOST:
            raise click.BadParameter(
                f"{each!r} is no NAME=POINTS with one of {', '.join(sorted(known))}"
                f" and 0 to {MOST} points.",
                param_hint="--weight",
            )
    try:
        return Weights(**given)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="--weight") from error


@contextmanager
def stopping_on_interrupt(timetable: int) -> Iterator[None]:
    """Take the first Ctrl-C for "stop and keep the best", the second for what it usually is."""
    loop = asyncio.get_running_loop()
    asking: list[asyncio.Task[None]] = []

    def stop() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        click.echo("\nStopping; the best so far is kept.", err=True)
        asking.append(loop.create_task(ask_to_stop(timetable_id=timetable, now=datetime.now(UTC))))

    try:
        loop.add_signal_handler(signal.SIGINT, stop)
    except (NotImplementedError, RuntimeError, ValueError):  # no such signals here, or a thread
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


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
@click.option(
    "--weight",
    "chosen",
    multiple=True,
    metavar="NAME=POINTS",
    help="Weigh something else than usual; may be repeated. Usual: " + usual_weights() + ".",
)
@click.option("--json", "as_json", is_flag=True, help="Print the draft as JSON.")
def schedule(
    data: Path,
    countries: tuple[str, ...],
    first_day: datetime | None,
    weeks: int,
    seconds: float,
    number: int,
    chosen: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make a draft timetable: cost, proven bound, and a reason for each unmet period.

    Ctrl-C ends the search and keeps the best timetable found by then.

    Example: rendezvous schedule --country SN --country ML --weeks 26
    """
    now = datetime.now(UTC)
    start = first_day.date() if first_day else next_monday(now.date())
    weights = read_weights(chosen)

    async def work() -> tuple[timetables.Timetable, tuple[timetables.Planned, ...]]:
        asked = await request_timetable(
            countries=list(countries),
            first_day=start,
            weeks=weeks,
            seconds=seconds,
            seed=number,
            weights=weights,
            asked_by="command line",
            now=now,
        )
        draw = progress_line(shown=not as_json and sys.stderr.isatty())
        with stopping_on_interrupt(asked):
            await solve_timetable(timetable_id=asked, now=now, on_progress=draw)
        draft = await timetables.get_timetable(timetable_id=asked)
        return draft, await timetables.unmet(timetable_id=asked, limit=1000)

    with only_ours_on_stdout():
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
    click.echo(f"Slots worth asking for: rendezvous timetable remedies {draft.id}")
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
@click.argument("meetups", type=click.IntRange(1, 2_147_483_647), nargs=-1)
@click.option("--mentor", help="Instead of meetups: a mentor who is away.")
@click.option("--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), help="First day away.")
@click.option("--to", "last_day", type=click.DateTime(["%Y-%m-%d"]), help="Last day away.")
@click.option("--substitute", help="A mentor who leads what they are free for.")
@click.option("--reason", required=True, help="What the people affected will read.")
@click.option("--even-pinned", is_flag=True, help="Move pinned meetups too.")
@click.option("--even-soon", is_flag=True, help="Move those of the coming 48 hours too.")
@click.option("--preview", is_flag=True, help="Only show who would be affected.")
@click.option("--json", "as_json", is_flag=True)
def replan(
    data: Path,
    meetups: tuple[int, ...],
    mentor: str | None,
    first_day: datetime | None,
    last_day: datetime | None,
    substitute: str | None,
    reason: str,
    even_pinned: bool,
    even_soon: bool,
    preview: bool,
    as_json: bool,
) -> None:
    """Find other slots for meetups that must leave theirs, with as few changes as possible.

    Pinned meetups and those of the coming 48 hours stay unless told otherwise. With --mentor, an
    absence is registered and its meetups are seen to. After a closure, a holiday or a lost room
    they are seen to by itself; a new cohort is placed by: rendezvous timetable repair.

    Example: rendezvous replan 17 18 --reason "Coupure de courant annoncée" --preview
    """
    if bool(meetups) == bool(mentor):
        raise click.UsageError("Name either MEETUPS or a --mentor who is away.")
    if mentor and first_day is None:
        raise click.UsageError("Say with --from, and --to, when the mentor is away.")
    now = datetime.now(UTC)

    async def of_meetups() -> tuple[Replanned, int]:
        for each in meetups:
            await get_meetup(meetup_id=each)  # refuses a number that is none
        work = replan_preview if preview else replan_meetups
        done = await work(
            meetup_ids=list(meetups),
            reason=reason,
            even_pinned=even_pinned,
            even_soon=even_soon,
            now=now,
        )
        return done, done.told

    async def of_mentor() -> tuple[Replanned, int]:
        assert mentor is not None
        assert first_day is not None
        work = register_absence_preview if preview else register_absence
        done = await work(
            mentor=mentor,
            first_day=first_day.date(),
            last_day=(last_day or first_day).date(),
            reason=reason,
            substitute=substitute,
            even_pinned=even_pinned,
            even_soon=even_soon,
            now=now,
        )
        return done.replanned, done.told

    with only_ours_on_stdout():
        done, told = with_database(data, of_mentor if mentor else of_meetups)
    if as_json:
        click.echo(json.dumps({**_account(done), "told": told, "preview": preview}, default=str))
        return
    for moved in done.moved:
        click.echo(f"Meetup {moved.meetup} moves to {moved.room_code}, {moved.starts_wall}.")
    for cancelled in done.cancelled:
        click.echo(f"Meetup {cancelled.meetup} is cancelled: no other slot fits.")
    for kept in done.kept:
        why = "is pinned" if kept.why == "pinned" else "begins within 48 hours"
        click.echo(f"Meetup {kept.meetup} stays: it {why}.")
    click.echo(f"{told} people {'would be' if preview else 'are'} told.")


def _account(done: Replanned) -> dict[str, object]:
    return {
        "moved": [
            {"meetup": each.meetup, "room": each.room_code, "starts": each.starts_wall}
            for each in done.moved
        ],
        "cancelled": [each.meetup for each in done.cancelled],
        "kept": [{"meetup": each.meetup, "why": each.why} for each in done.kept],
    }
