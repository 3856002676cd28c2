"""rendezvous rezone: what to do after an upgrade of the time zone data."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli.running import data_option, with_database
from centres.zones import tzdata_version
from sessions import rezoning
from sessions.zone_shift import Trouble

MOST_LINES = 20
WHY = {
    Trouble.HOUR_SKIPPED: "the clocks skip that hour on that day",
    Trouble.ROOM_TAKEN: "its room holds another slot then",
    Trouble.MENTOR_ELSEWHERE: "its mentor runs another meetup then",
    Trouble.GROUP_ELSEWHERE: "its group meets elsewhere then",
    Trouble.LEARNER_ELSEWHERE: "a member of its group has another meetup then",
    Trouble.IN_A_CIRCLE: "it would have to change places with another",
}


@click.command()
@data_option
@click.option("--dry-run", is_flag=True, help="Only say who is affected; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON, in full.")
def rezone(data: Path, dry_run: bool, as_json: bool) -> None:
    """Keep what is planned at its wall time after the time zone data have changed.

    Slots and meetups to come get the instants that their wall times have by the rules in force;
    each person concerned is told once. Run again, it changes nothing. Exit code 1 says that
    something cannot keep its hour and waits for a decision.

    Example: rendezvous rezone --dry-run
    """
    now = datetime.now(UTC)
    work = rezoning.rezone_preview if dry_run else rezoning.rezone
    done = with_database(data, lambda: work(now))
    if as_json:
        account = {"tzdata": tzdata_version(), "dry_run": dry_run, **asdict(done)}
        click.echo(json.dumps(account, ensure_ascii=False, default=str))
    else:
        tell(done, dry_run=dry_run)
    sys.exit(1 if done.left else 0)


def tell(done: rezoning.Rezoned, *, dry_run: bool) -> None:
    """Print an account: what moves, who is told, and what waits for a decision."""
    would = "would move" if dry_run else "moved"
    for each in done.meetups[:MOST_LINES]:
        mentor = " and a mentor" if each.mentor else ""
        click.echo(
            f"Meetup {each.meetup} of {each.group_code} at {each.centre_code} keeps"
            f" {each.starts_wall:%Y-%m-%d %H:%M} ({each.zone}): {each.was_at:%H:%MZ} becomes"
            f" {each.starts_at:%H:%MZ}; {each.learners} learner(s){mentor}."
        )
    if len(done.meetups) > MOST_LINES:
        click.echo(f"... and {len(done.meetups) - MOST_LINES} more: --json lists them all.")
    for zone, slots in sorted(done.slots.items()):
        meetups = sum(each.zone == zone for each in done.meetups)
        click.echo(f"{zone}: {slots} slot(s) and {meetups} meetup(s) {would}.")
    if done.released:
        click.echo(f"Seats given back by guests who would be in two places: {done.released}.")
    for left in done.left:
        click.echo(f"LEFT  {left_behind(left)}")
    if not (done.slots or done.meetups or done.left):
        click.echo(f"Every slot and meetup to come agrees with tzdata {tzdata_version()}.")
    else:
        click.echo(f"{done.told} people {'would be' if dry_run else 'are'} told.")


def left_behind(each: rezoning.LeftBehind) -> str:
    """Return why something cannot keep its hour, and what to do about it."""
    what = f"slot {each.slot}" if each.meetup is None else f"meetup {each.meetup}"
    said = (
        f"{what} at {each.centre_code}, {each.starts_wall:%Y-%m-%d %H:%M} ({each.zone}), cannot"
        f" keep its hour: {WHY[each.trouble]}"
    )
    if each.other_meetup is not None:
        said += f" (meetup {each.other_meetup})"
    elif each.other_slot is not None:
        said += f" (slot {each.other_slot})"
    if each.meetup is not None:
        return f'{said}. Run rendezvous replan {each.meetup} --reason "...", then rezone again.'
    return f"{said}. Its host changes or withdraws the slot; then run rezone again."
