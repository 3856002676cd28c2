"""Packages from npm that tests use: pinned by a lock, kept outside the project."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.processes import environment

LOCK = ("package.json", "package-lock.json")


def installed(source: Path, *, files: Sequence[str] = ()) -> Path:
    """Return a folder with what the lock in `source` pins, and copies of `files` from there.

    Kept between runs under a hash of all of these. Skips the test where Node or its registry is
    not within reach.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    wanted = [source / name for name in (*LOCK, *files)]
    key = hashlib.sha256(b"".join(each.read_bytes() for each in wanted)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir(), f"rendezvous-tests-{os.getuid()}-{key}")
    if not folder.exists():
        made = Path(tempfile.mkdtemp(prefix="rendezvous-tests-"))
        for each in wanted:
            shutil.copy(each, made)
        quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0")
        done = subprocess.run(
            ["npm", "ci", *quietly],
            cwd=made,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(made)
            pytest.skip(f"npm could not install: {done.stderr.strip()[-200:]}")
        with contextlib.suppress(OSError):  # somebody was quicker
            made.rename(folder)
        shutil.rmtree(made, ignore_errors=True)
    return folder
