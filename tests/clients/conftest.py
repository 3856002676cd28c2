"""A published network behind a real server, and somebody who subscribes to it."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from centres.language import Language
from sessions.feeds.links import FeedScope
from sessions.subscriptions import open_feed_link
from sessions.tables.meetups import Meetup
from tests.coming import ComingNetwork, coming_meetup, coming_network, saturday
from tests.processes import Running, environment, served

ZONES = {
    "SN": "Africa/Dakar",
    "BJ": "Africa/Porto-Novo",
    "MA": "Africa/Casablanca",
    "EG": "Africa/Cairo",
}
HOURS = {"SN": 9, "BJ": 9, "MA": 15, "EG": 9}
BIN = Path(sys.executable).parent

VDIRSYNCER = """
[general]
status_path = "{folder}/status"

[pair meetups]
a = "published"
b = "phone"
collections = null

[storage published]
type = "http"
url = "{url}"

[storage phone]
type = "filesystem"
path = "{folder}/calendar"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[meetups]]
path = {folder}/calendar
readonly = True

[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[sqlite]
path = {folder}/khal-{name}.db
"""


@dataclass
class Subscriber:
    """vdirsyncer and khal, with folders of their own."""

    folder: Path
    url: str

    def __post_init__(self) -> None:
        (self.folder / "calendar").mkdir()
        self.settings.write_text(VDIRSYNCER.format(folder=self.folder, url=self.url))
        self.run("vdirsyncer", "-c", str(self.settings), "discover", "meetups")

    @property
    def settings(self) -> Path:
        return self.folder / "vdirsyncer.conf"

    def run(self, program: str, *arguments: str) -> str:
        """Return what a program of the environment prints; fails when the program does."""
        done = subprocess.run(
            [BIN / program, *arguments],
            env=environment(HOME=str(self.folder), LC_ALL="C.UTF-8"),
            input="",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sync(self) -> None:
        self.run("vdirsyncer", "-c", str(self.settings), "sync")

    def files(self) -> list[str]:
        """Return the entries on the phone, one a file."""
        return [each.read_text() for each in sorted((self.folder / "calendar").iterdir())]

    def listed(self, zone: str) -> list[tuple[str, ...]]:
        """Return (start, end, status, room and centre) as khal shows them to somebody there."""
        name = zone.replace("/", "-")
        settings = self.folder / f"khal-{name}.conf"
        settings.write_text(KHAL.format(folder=self.folder, zone=zone, name=name))
        shown = self.run(
            "khal",
            "--no-color",
            "-c",
            str(settings),
            "list",
            "--day-format",
            "",
            "--format",
            "{start}|{end}|{status}|{location}",
            str(saturday(0) - timedelta(days=6)),
            str(saturday(4)),
        )
        return [tuple(part.strip() for part in line.split("|")) for line in shown.splitlines()]


@dataclass
class Published:
    """A meetup in each of four zones, all on one Saturday, and a link to all of them."""

    networks: dict[str, ComingNetwork] = field(default_factory=dict)
    meetups: dict[str, Meetup] = field(default_factory=dict)
    token: str = ""


@pytest.fixture
async def published(database) -> Published:
    made = Published()
    for code, zone in ZONES.items():
        network = await coming_network(country={"iso2": code, "zone": zone})
        made.networks[code] = network
        made.meetups[code] = await coming_meetup(network, 0, HOURS[code])
    _, made.token = await open_feed_link(
        scope=FeedScope.COUNTRIES,
        countries=list(ZONES),
        device="téléphone",
        language=Language.FR,
        now=datetime.now(UTC),
    )
    return made


@pytest.fixture(scope="module")
def server(pool, database_dsn, tmp_path_factory) -> Iterator[Running]:
    """One for all tests of a file, which put other meetups into its database; it does no jobs."""
    folder = tmp_path_factory.mktemp("server")
    with served(database_dsn, folder, RENDEZVOUS_RUN_JOBS="no") as running:
        yield running


@pytest.fixture
def subscriber(server, published, tmp_path) -> Subscriber:
    return Subscriber(tmp_path, f"{server.base}/feeds/{published.token}.ics")
