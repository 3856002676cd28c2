"""`python3 -m api` on a machine with Python and pip only; the lock files; about 8 s."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT, environment

START = ROOT / "api" / "__main__.py"
RUNTIME_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "tests" / "requirements.lock"
REQUIREMENT = re.compile(r"(?P<name>[a-z0-9._-]+)(?:\[[a-z,]+\])?==(?P<version>[^ ;\\]+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

FAKE_PIP = """
import json, os, sys
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
sys.exit(int(os.environ.get("PIP_ENDS_WITH", "0")))
"""
FAKE_COMMAND_LINE = """
import sys

def main():
    print("inside", sys.prefix, *sys.argv[1:])
"""
FAKE_COMPILING = """
import sys
print("compiling", sys.prefix)
sys.exit(1)
"""


def packages(lock: Path) -> dict[str, tuple[str, list[str]]]:
    """Return the version and the hashes of each package of a lock, by name."""
    found = {}
    for entry in lock.read_text().replace("\\\n", " ").splitlines():
        match = REQUIREMENT.match(entry)
        assert match, entry
        found[match["name"]] = (match["version"], HASH.findall(entry))
    return found


@pytest.mark.parametrize("lock", [RUNTIME_LOCK, TEST_LOCK], ids=["running", "tests"])
def test_every_locked_package_has_hashes_and_no_place_it_must_come_from(lock):
    found = packages(lock)

    assert len(found) > 40
    assert [name for name, (_, hashes) in found.items() if not hashes] == []
    assert re.findall(r"https?:|--(?:extra-)?index-url|--find-links| @ ", lock.read_text()) == []


def test_the_tests_run_with_the_very_versions_that_are_shipped():
    shipped, tested = packages(RUNTIME_LOCK), packages(TEST_LOCK)

    assert {name: tested.get(name) for name in shipped} == shipped


def imported_by(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


def test_nothing_but_the_standard_library_is_needed_to_begin():
    package = ROOT / "api" / "__init__.py"

    assert imported_by(package) <= sys.stdlib_module_names
    assert imported_by(START) - sys.stdlib_module_names == {"api"}  # once inside the environment


def test_an_older_python_is_told_so_in_a_sentence():
    # Python 3.8 must be able to read the file in order to say that it is too old.
    ast.parse(START.read_text(), feature_version=(3, 8))
    as_310 = (
        "import runpy, sys\n"
        "sys.version_info, sys.version = (3, 10, 4, 'final', 0), '3.10.4 (main)'\n"
        "runpy.run_module('api', run_name='__main__')\n"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", as_310], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Python 3.11 or later is needed; this is 3.10.4.\n"


class Checkout:
    """A copy of the start in a folder of its own, with a pip and a command line that are not."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        self.calls = folder / "calls"
        self.pip = folder / "elsewhere"
        for name in ("api/cli", "tests"):
            (self.root / name).mkdir(parents=True)
        for name in ("api/__init__.py", "api/__main__.py"):
            shutil.copy(ROOT / name, self.root / name)
        (self.root / "api/cli/__init__.py").write_text(FAKE_COMMAND_LINE)
        (self.root / "api/compiling.py").write_text(FAKE_COMPILING)
        (self.root / "requirements.lock").write_text("one==1\n")
        (self.root / "tests/requirements.lock").write_text("one==1\ntwo==2\n")
        (self.pip / "pip").mkdir(parents=True)
        (self.pip / "pip/__init__.py").touch()
        (self.pip / "pip/__main__.py").write_text(FAKE_PIP)

    @property
    def environment(self) -> Path:
        return self.root / ".venv"

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys._base_executable, "-m", "api", *arguments],
            cwd=self.root,
            env=environment(PYTHONPATH=str(self.pip), CALLS=str(self.calls), **more),
            capture_output=True,
            text=True,
            check=False,
        )

    def installed(self) -> list[str]:
        """Return which locks pip has been told to install, in order."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [str(Path(json.loads(each)[-1]).relative_to(self.root)) for each in lines]


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_the_environment_is_made_once_and_the_command_runs_inside_it(checkout):
    first = checkout.run("demo", "--port", "8001")
    second = checkout.run("demo")

    inside = f"inside {checkout.environment}"
    assert first.stdout.splitlines()[-1] == f"{inside} demo --port 8001", first.stderr
    assert "Preparing the environment" in first.stdout
    assert f"compiling {checkout.environment}\n" in first.stdout  # it failed, and stopped nothing
    assert (second.stdout, second.stderr) == (f"{inside} demo\n", "")
    assert checkout.installed() == ["requirements.lock"]
    call = json.loads(checkout.calls.read_text())
    assert call[:3] == ["--python", str(checkout.environment / "bin" / "python"), "install"]
    assert {"--require-hashes", "--no-deps"} <= set(call)


def test_the_tests_ask_for_their_own_lock_which_serves_for_everything(checkout):
    checkout.run("test")
    checkout.run("demo")

    assert checkout.installed() == ["tests/requirements.lock"]


def test_a_lock_that_has_changed_is_installed_again_from_inside_the_environment_too(checkout):
    checkout.run("demo")
    (checkout.root / "requirements.lock").write_text("one==2\n")
    inside = checkout.environment / "bin" / "python"

    done = subprocess.run(
        [inside, "-m", "api", "demo"],
        cwd=checkout.root,
        env=environment(PYTHONPATH=str(checkout.pip), CALLS=str(checkout.calls)),
        capture_output=True,
        text=True,
        check=False,
    )
    again = checkout.run("demo")

    assert done.returncode == 0, done.stderr
    assert "Preparing the environment" in done.stdout
    assert "Preparing" not in again.stdout
    assert checkout.installed() == ["requirements.lock"] * 2


def test_an_installation_that_failed_is_tried_again_at_the_next_start(checkout):
    failed = checkout.run("demo", PIP_ENDS_WITH="1")
    then = checkout.run("demo")

    assert failed.returncode == 1
    assert failed.stderr.endswith("Mend that and start again.\n")
    assert "inside" not in failed.stdout
    assert then.returncode == 0
    assert checkout.installed() == ["requirements.lock"] * 2


def test_an_environment_of_another_python_is_made_anew(checkout):
    checkout.run("demo")
    left_over = checkout.environment / "left-over"
    left_over.touch()
    settings = checkout.environment / "pyvenv.cfg"
    settings.write_text(re.sub(r"version = 3\.\d+", "version = 3.2", settings.read_text()))
    (checkout.root / "requirements.lock").write_text("one==2\n")

    done = checkout.run("demo")

    assert done.returncode == 0, done.stderr
    assert not left_over.exists()
    assert checkout.installed() == ["requirements.lock"] * 2


def test_a_folder_that_was_moved_gets_commands_that_name_its_new_place(checkout):
    checkout.run("demo")
    moved = checkout.root.with_name("moved")
    checkout.root.rename(moved)
    checkout.root = moved

    done = checkout.run("demo")

    assert done.stdout.splitlines()[-1] == f"inside {moved / '.venv'} demo", done.stderr
    assert str(moved) in (moved / ".venv" / "bin" / "rendezvous").read_text()
