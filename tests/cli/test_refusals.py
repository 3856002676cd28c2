"""Whatever cannot be done is refused in one sentence, with exit code 1; about 8 s."""

import socket

import pytest

from tests.processes import free_port, rendezvous, rendezvous_anew

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def refused(done) -> str:
    """Return the one line on standard error of a command that was refused, or fail."""
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert done.stderr.startswith("Refused: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("Refused: ").strip()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["publish", "999"], "There is no timetable 999."),
        (["replan", "999", "--reason", "Panne"], "There is no such meetup."),
        (["schedule", "--country", "XX"], "The country XX does not belong to the network."),
        (["user", "token", "nobody@example.org"], "There is no account nobody@example.org."),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_is_not_there_is_refused_in_english(database, database_dsn, arguments, sentence):
    done = rendezvous(*arguments, DATABASE_URL=database_dsn)

    assert refused(done) == sentence


@pytest.mark.parametrize("command", ["migrate", "worker"])
def test_a_database_that_does_not_answer_is_named_as_the_trouble(command):
    said = refused(rendezvous(command, DATABASE_URL=NOWHERE))

    assert said.startswith("the database cannot be used (")
    assert said.endswith("): check DATABASE_URL.")


def test_an_address_that_is_none_is_named_as_the_trouble():
    said = refused(rendezvous("migrate", DATABASE_URL="nonsense"))

    assert "invalid DSN" in said
    assert said.endswith("check DATABASE_URL.")


@pytest.mark.parametrize("command", [["worker"], ["user", "list"]], ids=" ".join)
def test_a_database_without_our_schema_is_refused_with_what_to_do(bare_database, command):
    said = refused(rendezvous(*command, DATABASE_URL=bare_database))

    assert said.endswith(("run rendezvous migrate.", "run rendezvous migrate first."))


def test_settings_that_cannot_be_used_are_refused_together():
    settings = {"RENDEZVOUS_POOL_SIZE": "many", "RENDEZVOUS_GEOCODER": "guess"}

    said = refused(rendezvous("serve", **settings))

    assert said == (
        "RENDEZVOUS_GEOCODER must be one of gazetteer, nominatim, photon;"
        " RENDEZVOUS_POOL_SIZE must be a number from 2 to 100"
    )


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_refused_before_anything_is_started(command, tmp_path):
    data = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(rendezvous(command, "--port", port, "--data", data))

    assert said == (
        f"Port {port} of 127.0.0.1 cannot be used (Address already in use): stop what uses it, or"
        " choose another with --port."
    )
    assert not data.exists()


def test_zone_data_too_old_for_appointments_are_refused_at_the_start(tmp_path):
    old = tmp_path / "tzdata-2024.1.dist-info"
    old.mkdir()
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: tzdata\nVersion: 2024.1\n")

    said = refused(rendezvous_anew("serve", "--port", free_port(), PYTHONPATH=str(tmp_path)))

    assert said.startswith("The time zone data, tzdata 2024.1, are about ")
    assert "pip install --upgrade tzdata" in said
