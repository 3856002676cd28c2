"""Calendar programs and libraries from elsewhere, each asked one thing: what is in this file?"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from tests.clients import thunderbird
from tests.clients.seen import Seen
from tests.npm import installed
from tests.processes import environment

NODE = Path(__file__).parent / "node"
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def by_icalendar(body: bytes) -> list[Seen]:
    return _of_icalendar(Calendar.from_ical(body).events)


def by_recurring_ical_events(body: bytes) -> list[Seen]:
    return _of_icalendar(recurring_ical_events.of(Calendar.from_ical(body)).between(FIRST, LAST))


def _of_icalendar(events: Iterable[Any]) -> list[Seen]:
    return [
        Seen(
            each.start,
            each.end,
            str(each["SUMMARY"]),
            str(each["UID"]),
            str(each["STATUS"]),
            int(each["SEQUENCE"]),
        )
        for each in events
    ]


def by_ical(body: bytes) -> list[Seen]:
    """Read as Home Assistant does, strictly."""
    return [
        Seen(
            each.dtstart,
            each.dtend,
            each.summary,
            each.uid,
            each.status.value if each.status else "",
            each.sequence,
        )
        for each in IcsCalendarStream.calendar_from_ics(body.decode()).events
    ]


def by_ical_js(body: bytes) -> list[Seen]:
    return _by_node("ical.js", body)


def by_node_ical(body: bytes) -> list[Seen]:
    return _by_node("node-ical", body)


def by_calcurse(body: bytes) -> list[Seen]:
    """Import the file into an empty calendar and list it; it knows neither UID nor status."""
    program = shutil.which("calcurse")
    if program is None:
        pytest.skip("calcurse is not installed")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "feed.ics").write_bytes(body)
        start = [program, "-D", folder]
        told = _run([*start, "-i", f"{folder}/feed.ics"])
        assert "/ 0 skipped" in told
        listed = _run([*start, "-G"])
    return [_calcurse_line(each) for each in listed.splitlines()]


def _calcurse_line(line: str) -> Seen:
    # 12/12/2026 @ 09:00 -> 12/12/2026 @ 12:00>45de9098 |Title
    period, _, title = line.partition("|")
    start, end = (
        datetime.strptime(each.partition(">")[0].strip(), "%m/%d/%Y @ %H:%M").replace(tzinfo=UTC)
        for each in period.split(" -> ")
    )
    return Seen(start, end, title)


def by_thunderbird(body: bytes) -> list[Seen]:
    """Subscribe to the file over HTTP, and see what is in the program's own database."""
    program = shutil.which("thunderbird")
    if program is None:
        pytest.skip("thunderbird is not installed")
    return thunderbird.subscribe(program, body)


def _by_node(reader: str, body: bytes) -> list[Seen]:
    folder = node_folder()
    told = _run([shutil.which("node") or "node", str(folder / "read.mjs"), reader], body)
    return [
        Seen(
            datetime.fromisoformat(each["start"]),
            datetime.fromisoformat(each["end"]),
            each["title"],
            each["uid"],
            each["status"],
            each["sequence"],
        )
        for each in json.loads(told)
    ]


def node_folder() -> Path:
    """Return a folder, outside the project, with the readers that the lock pins."""
    return installed(NODE, files=("read.mjs",))


def _run(command: list[str], given: bytes = b"") -> str:
    done = subprocess.run(
        command,
        input=given,
        env=environment(TZ="UTC", LC_ALL="C.UTF-8"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


READERS: dict[str, Callable[[bytes], list[Seen]]] = {
    "icalendar": by_icalendar,
    "recurring-ical-events": by_recurring_ical_events,
    "ical": by_ical,
    "ical.js": by_ical_js,
    "node-ical": by_node_ical,
    "calcurse": by_calcurse,
    "thunderbird": by_thunderbird,
}
