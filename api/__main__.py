"""`python3 -m api`: make the environment where it is missing, then run the command line in it.

Standard library only. The environment is `.venv` beside this package, filled from a lock whose
every file is pinned by hash; a stamp in it says which lock it was filled from, so that a second
start costs one comparison. `test` needs the larger lock under `tests/`, which holds the other one.
"""

import hashlib
import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
RUNTIME_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "tests" / "requirements.lock"
COMMAND = """#!{python}
import sys

sys.path.insert(0, {root!r})
from api.cli import main

main()
"""


def environment_python() -> Path:
    """Return the interpreter inside the environment, whether or not it exists yet."""
    windows = os.name == "nt"
    return ENVIRONMENT / ("Scripts" if windows else "bin") / ("python.exe" if windows else "python")


def fingerprint(lock: Path) -> str:
    """Return the hash of a lock, this interpreter's version, and the place, which commands name."""
    version = ".".join(map(str, sys.version_info[:3]))
    return hashlib.sha256(lock.read_bytes() + f"{version} {ROOT}".encode()).hexdigest()


def stamp_of(lock: Path) -> Path:
    """Return the file that says which state of `lock` the environment was filled from."""
    return ENVIRONMENT / f"filled-for-{'tests' if lock == TEST_LOCK else 'running'}.sha256"


def is_of_this_python() -> bool:
    """Say whether the environment is there and was made by this minor version of Python."""
    settings = ENVIRONMENT / "pyvenv.cfg"
    if not environment_python().exists() or not settings.exists():
        return False
    made_by = "version = {}.{}.".format(*sys.version_info[:2])
    return any(line.startswith(made_by) for line in settings.read_text().splitlines())


def is_filled(lock: Path) -> bool:
    """Say whether the environment holds exactly what `lock` names."""
    stamp = stamp_of(lock)
    return stamp.exists() and stamp.read_text() == fingerprint(lock)


def fill(lock: Path) -> None:
    """Create the environment if it is missing and install `lock` into it, hashes required.

    Exits with a sentence and status 1 where pip is missing or the installation fails.
    """
    started = time.monotonic()
    print(f"Preparing the environment in {ENVIRONMENT.name} (once; a minute) ...", flush=True)
    python = getattr(sys, "_base_executable", sys.executable)  # the environment itself has no pip
    if not is_of_this_python():
        venv = [python, "-m", "venv", "--clear", "--without-pip", str(ENVIRONMENT)]
        if subprocess.run(venv, check=False).returncode != 0:
            sys.exit("The environment could not be made: Python says why above.")
    pip = [python, "-m", "pip", "--python", str(environment_python())]
    # Not compiled in advance: what is used compiles itself once, and that is a small part of it.
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
    # The lock names every package there is to install. Left to look for dependencies by itself, pip
    # takes `pydantic[email]`, which one of them asks for, for a package that the lock forgot.
    options += ["--require-hashes", "--no-deps"]
    done = subprocess.run([*pip, "install", *options, "-r", str(lock)], check=False)
    if done.returncode != 0:
        sys.exit(
            "The environment could not be made: pip says why above. Mend that and start again."
        )
    locks = [RUNTIME_LOCK, TEST_LOCK] if lock == TEST_LOCK else [lock]
    for each in locks:
        stamp_of(each).write_text(fingerprint(each))
    if os.name != "nt":
        command = environment_python().with_name("rendezvous")
        command.write_text(COMMAND.format(python=environment_python(), root=str(ROOT)))
        command.chmod(0o755)
    # What this leaves undone is compiled at its first use: a failure here stops nothing.
    subprocess.run([environment_python(), "-m", "api.compiling"], cwd=ROOT, check=False)
    print(f"Environment ready after {time.monotonic() - started:.0f} s.", flush=True)


def main() -> None:
    """Prepare the environment for the command named first, then hand over to it."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this is {sys.version.split()[0]}."
        )
    lock = TEST_LOCK if sys.argv[1:2] == ["test"] else RUNTIME_LOCK
    if not is_filled(lock):
        fill(lock)
    inside = Path(sysconfig.get_path("scripts")).resolve() == environment_python().parent.resolve()
    if not inside:
        arguments = [str(environment_python()), "-m", "api", *sys.argv[1:]]
        # What compiled itself has to be kept, or each start would compile it again.
        kept = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        if os.name == "nt":
            sys.exit(subprocess.run(arguments, env=kept, check=False).returncode)
        os.execve(arguments[0], arguments, kept)

    from api.cli import main as run  # only importable inside the environment

    run()


if __name__ == "__main__":
    main()
