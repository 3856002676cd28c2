"""Thunderbird, without a screen, subscribes to a file that is served, and tells what it stored."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.clients.seen import Seen
from tests.processes import environment

CALENDAR = "5b0f5d2e-8a53-4d5c-9a0e-3c1b2f4d6e70"
# A calendar from the network, kept in its database; nothing that asks, and no other host.
SUBSCRIBED = {
    "type": "ics",
    "name": "feed",
    "cache.enabled": True,
    "readOnly": True,
    "calendar-main-in-composite": True,
}
SETTINGS = {
    "calendar.list.sortOrder": CALENDAR,
    "calendar.timezone.local": "UTC",
    "calendar.timezone.useSystemTimezone": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.shell.checkDefaultClient": False,
    "mail.rights.version": 1,
    "mail.spotlight.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    "app.update.enabled": False,
    "extensions.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
STORED = """
SELECT e.event_start, e.event_end, e.title, e.id, e.ical_status, p.value
FROM cal_events e JOIN cal_properties p ON p.item_id = e.id AND p.key = 'SEQUENCE'
"""


def subscribe(program: str, body: bytes, seconds: float = 60) -> list[Seen]:
    """Return the entries that the program has stored once there are as many as in the file."""
    with tempfile.TemporaryDirectory(prefix="tb-") as name, _offered(body) as link:
        profile = Path(name, "profile")
        profile.mkdir()
        subscribed = {**SUBSCRIBED, "uri": link}
        chosen = SETTINGS | {
            f"calendar.registry.{CALENDAR}.{key}": value for key, value in subscribed.items()
        }
        (profile / "user.js").write_text(
            "".join(f"user_pref({json.dumps(key)}, {json.dumps(chosen[key])});\n" for key in chosen)
        )
        process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--profile", str(profile)],
            env=environment(HOME=name, TZ="UTC", LC_ALL="C.UTF-8"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            until = time.monotonic() + seconds
            while len(found := _stored(profile / "calendar-data")) < body.count(b"BEGIN:VEVENT"):
                assert process.poll() is None, "Thunderbird has ended by itself"
                assert time.monotonic() < until, f"{len(found)} entries after {seconds} s"
                time.sleep(0.2)
            return found
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


@contextlib.contextmanager
def _offered(body: bytes) -> Iterator[str]:
    """Serve the file as our server does, on a port of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/feed.ics"
        finally:
            server.shutdown()
            thread.join()


def _stored(folder: Path) -> list[Seen]:
    """Return what a copy of its database holds; the program keeps the original to itself."""
    with tempfile.TemporaryDirectory() as copy:
        for suffix in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(folder / f"cache.sqlite{suffix}", copy)
        with contextlib.closing(sqlite3.connect(f"{copy}/cache.sqlite")) as database:
            try:
                rows = database.execute(STORED).fetchall()
            except sqlite3.DatabaseError:  # copied in the middle of a change, or not made yet
                return []
    return [
        Seen(_instant(starts), _instant(ends), title, uid, status, int(sequence))
        for starts, ends, title, uid, status, sequence in rows
    ]


def _instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
