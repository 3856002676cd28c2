"""Public instances in, contract solutions out, and published optima where the files are."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("highspy", reason="the solver HiGHS is not installed")

from api.benchmarks.feed_rendering import measure_rendering
from api.benchmarks.feed_serving import CannotMeasure, read_wrk, require_tools
from api.benchmarks.files import UnreadableInstance, read_address
from api.benchmarks.measuring import measure
from api.benchmarks.siting_files import read_cap, read_pmed, read_pmedcap
from api.benchmarks.suite import PMED, SMALL_CAP
from api.cli.benching import bench

BENCH = Path(
    os.environ.get("RENDEZVOUS_BENCH", Path(__file__).resolve().parents[3] / "shared" / "bench")
)
published = pytest.mark.skipif(
    not BENCH.is_dir(), reason="the public instances are not here: set RENDEZVOUS_BENCH"
)

PATH_OF_FOUR = "4 4 2\n1 2 9\n2 3 1\n3 4 1\n1 2 4\n"
TWO_PROBLEMS = "2 1 9 2 1 9 1 0 0 4 2 3 4 5 2 8 3 1 9 1 0 0 2 2 1 1 2 3 9 9 2"
WAREHOUSES = "2 2\ncapacity 10.\ncapacity 4.\n5\n20 30\n6\n50 12\n"


@pytest.fixture
def instance(tmp_path):
    """Write a text as an instance file and return its path as text."""

    def write(text: str, name: str = "one.txt") -> str:
        path = tmp_path / name
        raw = text.encode()
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
        return str(path)

    return write


def test_the_last_length_of_an_edge_given_twice_holds(instance):
    problem = read_pmed(read_address(instance(PATH_OF_FOUR, "one.txt.gz")))

    assert problem.p == 2
    assert problem.distances.tolist() == [[0, 4, 5, 6], [4, 0, 1, 2], [5, 1, 0, 1], [6, 2, 1, 0]]


def test_a_problem_of_several_is_chosen_by_its_number(instance):
    path = instance(TWO_PROBLEMS)

    first, second = (read_pmedcap(read_address(f"{path}#{each}")) for each in (1, 2))

    assert (first.points, second.points) == (2, 3)
    assert np.rint(first.distances * first.learners[:, None]).tolist() == [[0, 5], [5, 0]]
    with pytest.raises(UnreadableInstance, match="holds 2 problems only"):
        read_pmedcap(read_address(f"{path}#3"))


def test_a_capacity_is_put_where_the_word_stands(instance):
    path = instance(WAREHOUSES)

    problem = read_cap(read_address(f"{path}@8"))

    assert problem.seats is not None
    assert problem.seats.tolist() == [8.0, 8.0]
    with pytest.raises(UnreadableInstance, match="give the capacity"):
        read_cap(read_address(path))


def test_the_command_writes_the_solution_and_prints_the_score(instance, tmp_path):
    out = tmp_path / "solution.json"

    ran = CliRunner().invoke(
        bench, ["pmed", instance(PATH_OF_FOUR), "--seconds", "5", "--out", str(out), "--json"]
    )

    assert ran.exit_code == 0, ran.output
    score = json.loads(ran.output)
    assert (score["cost"], score["bound"], score["proven"]) == (2.0, 2.0, True)
    assert json.loads(out.read_text()) == {"medians": [1, 3]}


def test_flows_are_fractions_of_each_customer(instance):
    measured, solution = measure("cap", f"{instance(WAREHOUSES)}@8", seconds=5, seed=1)

    assert measured.proven
    assert measured.cost == pytest.approx(46.0 + 0.0)
    assert solution["open"] == [1, 2]
    assert solution["flow"] == [[1, 1, 1.0], [2, 2, 1.0]]


@published
@pytest.mark.parametrize("number", [1, 3, 5, 7, 11, 13])
def test_published_p_medians_come_out_proven(number):
    measured, _ = measure("pmed", str(BENCH / f"pmed/pmed{number}.txt.gz"), seconds=60, seed=1)

    assert (measured.cost, measured.bound) == (PMED[number - 1], PMED[number - 1])


@published
@pytest.mark.parametrize("name", ["cap41", "cap63", "cap81", "cap101", "cap123", "cap133"])
def test_published_warehouse_optima_come_out_proven(name):
    measured, _ = measure("cap", str(BENCH / f"cap/{name}.txt"), seconds=60, seed=1)

    assert measured.proven
    assert measured.cost == pytest.approx(SMALL_CAP[name], abs=0.01)


@published
def test_the_first_capacitated_p_median_comes_out_proven():
    measured, solution = measure(
        "pmedcap", str(BENCH / "pmedcap/pmedcap1_odd.txt#1"), seconds=60, seed=1
    )

    assert measured.proven
    assert round(measured.cost) == 713
    assert isinstance(solution["medians"], list)
    assert len(solution["medians"]) == 5


MEETUPS = {
    "format": "meetup-1",
    "weeks": 3,
    "slots": 8,
    "cost": {"other_room": 2, "other_week": 5, "other_slot": 4, "drop": 60, "other_centre": 8},
    "centres": [{"id": 0, "country": 0}],
    "rooms": [
        {
            "id": 0,
            "centre": 0,
            "capacity": 20,
            "equipment": [],
            "open": ["000"] * 6 + ["111", "110"],
        }
    ],
    "groups": [
        {
            "id": number,
            "centre": 0,
            "other_centres": [],
            "size": 10,
            "start": 0,
            "period": 1,
            "sessions": 3,
            "length": length,
            "equipment": [],
            "mentor": number,
            "slot_cost": [0] * 6 + [1, 0],
        }
        for number, length in ((0, 1), (1, 1))
    ],
    "shared": [],
}


def test_meetups_come_out_proven_in_the_form_of_the_contract(instance, tmp_path):
    out = tmp_path / "solution.json"

    ran = CliRunner().invoke(
        bench, ["meetup", instance(json.dumps(MEETUPS)), "--seconds", "5", "--out", str(out)]
    )

    assert ran.exit_code == 0, ran.output
    groups = json.loads(out.read_text())["groups"]
    # The afternoon of the third week is closed, so one of the two meets only twice.
    assert "63, bound 63, proven" in ran.output
    assert sorted(each["slot"] for each in groups.values()) == [6, 7]
    assert sorted(len([q for q in each["sessions"] if q]) for each in groups.values()) == [2, 3]


def test_a_whole_saturday_needs_both_halves(instance, tmp_path):
    whole = json.loads(json.dumps(MEETUPS))
    whole["groups"] = [{**whole["groups"][0], "length": 2, "slot_cost": [None] * 6 + [1, None]}]
    measured, solution = measure("meetup", instance(json.dumps(whole)), seconds=5, seed=1)

    assert (measured.cost, measured.proven) == (63.0, True)
    assert solution["groups"]["0"]["sessions"] == [[0, 0, 6], [0, 1, 6], None]


WRK = """Running 1s test @ http://127.0.0.1:1/
  Latency Distribution
     50%    1.20ms
     99%  {slow}
  2000 requests in 1.00s, 3.00MB read
Requests/sec:   1998.50
"""


@pytest.mark.parametrize(
    ("slow", "milliseconds"), [("812.00us", 0.812), ("4.5ms", 4.5), ("2s", 2000)]
)
def test_what_wrk_reports_is_read_in_milliseconds_and_microseconds_a_request(slow, milliseconds):
    assert read_wrk(WRK.format(slow=slow), cpu_seconds=0.5) == (1998.5, milliseconds, 250.0)


def test_answers_that_were_errors_measure_nothing():
    with pytest.raises(CannotMeasure, match="measured nothing"):
        read_wrk(WRK.format(slow="1ms") + "  Non-2xx or 3xx responses: 7", 0.5)


def test_without_wrk_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CannotMeasure, match="apt-get install wrk"):
        require_tools()


def test_our_entries_take_a_fraction_of_the_librarys_time():
    measured = measure_rendering()

    assert measured.ours < measured.icalendar / 4
