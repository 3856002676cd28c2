"""Public instances in, contract solutions out, and published optima where the files are."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("highspy", reason="the solver HiGHS is not installed")

from api.benchmarks.families import family
from api.benchmarks.feed_rendering import measure_rendering
from api.benchmarks.feed_serving import CannotMeasure, read_wrk, require_tools
from api.benchmarks.files import UnreadableInstance, read_address
from api.benchmarks.measuring import measure
from api.benchmarks.meetup_run import shares_of
from api.benchmarks.siting_files import read_cap, read_pmed, read_pmedcap
from api.benchmarks.suite import published as published_values
from api.benchmarks.week_files import read_lectures, read_week, write_week
from api.benchmarks.work_files import read_work
from api.cli.benching import bench
from sessions.timetabling.curriculum.instance import ImpossibleInstance, Lecture

BENCH = Path(
    os.environ.get("RENDEZVOUS_BENCH", Path(__file__).resolve().parents[3] / "shared" / "bench")
)
published = pytest.mark.skipif(
    not BENCH.is_dir(), reason="the public instances are not here: set RENDEZVOUS_BENCH"
)

PATH_OF_FOUR = "4 4 2\n1 2 9\n2 3 1\n3 4 1\n1 2 4\n"
TWO_PROBLEMS = "2 1 9 2 1 9 1 0 0 4 2 3 4 5 2 8 3 1 9 1 0 0 2 2 1 1 2 3 9 9 2"
VALUES = {each.file: each.best for each in published_values()}
PROFITS = "2 1 2 5 7 1 1 9 2 2 3 8 1 4 4 4 4 4 5 6"
WEEK = """Name: tiny
Courses: 2
Rooms: 2
Days: 2
Periods_per_day: 2
Curricula: 1
Constraints: 1

COURSES:
c1 t1 2 2 30
c2 t1 1 1 10

ROOMS:
A 32
B 15

CURRICULA:
q1 2 c1 c2

UNAVAILABILITY_CONSTRAINTS:
c2 0 0

END.
"""
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
    assert list(score) == [
        "family", "instance", "cost", "bound", "gap", "proven",
        "seconds", "cpu_seconds", "peak_mb", "seed",
    ]  # fmt: skip
    assert json.loads(out.read_text()) == {"medians": [1, 3]}


def test_flows_are_fractions_of_each_customer(instance):
    measured, text = measure("cap", f"{instance(WAREHOUSES)}@8", seconds=5, seed=1)
    solution = json.loads(text)

    assert measured.proven
    assert measured.cost == pytest.approx(46.0 + 0.0)
    assert solution["open"] == [1, 2]
    assert solution["flow"] == [[1, 1, 1.0], [2, 2, 1.0]]


def test_a_week_is_written_one_lecture_a_line_and_scored_from_that(instance, tmp_path):
    out = tmp_path / "solution.txt"
    arguments = ["ctt", instance(WEEK, "tiny.ctt.gz"), "--seconds", "1", "--out", str(out)]

    ran = CliRunner().invoke(bench, [*arguments, "--json"])

    assert ran.exit_code == 0, ran.output
    score = json.loads(ran.output)
    assert (score["cost"], score["bound"], score["proven"]) == (2, 2, True)
    lectures = read_lectures(out.read_text())
    assert write_week(lectures) == out.read_text()
    assert [each.course for each in lectures] == ["c1", "c1", "c2"]
    assert family("ctt").score(read_address(arguments[1]), out.read_text()).cost == 2


def test_a_file_with_a_number_holds_profits_and_one_with_a_letter_costs(instance):
    most, text = measure("gap", f"{instance(PROFITS, 'gap7.txt')}#1", seconds=5, seed=1)
    least, _ = measure("gap", f"{instance(PROFITS, 'gapx.txt')}#1", seconds=5, seed=1)

    assert (most.cost, most.bound, json.loads(text)) == (12.0, 12.0, {"assign": [1, 1]})
    assert (least.cost, least.bound) == (12.0, 12.0)
    second, text = measure("gap", f"{instance(PROFITS, 'gap7.txt')}#2", seconds=5, seed=1)
    assert (second.cost, json.loads(text)) == (9.0, {"assign": [2, 1]})


def test_the_suite_prints_what_is_there_and_says_what_is_not(instance, tmp_path):
    (tmp_path / "gap").mkdir()
    instance(PROFITS, "gap/gap1.txt")
    command = ["suite", str(tmp_path), "--limit", "gap=2", "--family", "gap", "--family", "ctt"]

    ran = CliRunner().invoke(bench, [*command, "--json"])

    assert ran.exit_code == 1
    assert [json.loads(each)["published"] for each in ran.stdout.splitlines()] == [336, 327]
    assert [line.split(": ", 1)[0] for line in ran.stderr.splitlines()] == [
        *(f"{each}/5 gap1.txt#{each}" for each in (3, 4, 5)),
        "No instances here of",
    ]


def test_a_limit_of_the_suite_names_a_family_and_seconds(tmp_path):
    ran = CliRunner().invoke(bench, ["suite", str(tmp_path), "--limit", "chess=3"])

    assert ran.exit_code == 2
    assert "'chess=3' is not a family and seconds, as ctt=300." in ran.output


def test_families_without_files_are_named_by_the_suite(tmp_path):
    ran = CliRunner().invoke(bench, ["suite", str(tmp_path), "--family", "ctt", "--json"])

    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "No instances here of: ctt.\n")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("c2 t1 1 1 10\n", ""), "2 lines are announced in COURSES, 1 are there"),
        (("c2 t1 1 1 10", "c2 t1 one 1 10"), "a word where a number belongs"),
        (("A 32", "A"), "wrong number of words"),
        (("Days: 2\n", ""), "the line Days: NUMBER is missing"),
        (("q1 2 c1 c2", "q1 3 c1 c2"), "q1 announces 3 courses"),
        (("Name: tiny", "<html>"), "<html> is not a line of ITC-2007"),
    ],
)
def test_a_week_file_that_is_wrong_is_refused_with_the_line(instance, wrong, said):
    path = instance(WEEK.replace(*wrong))

    with pytest.raises(UnreadableInstance, match=said):
        read_week(read_address(path))


def test_a_week_that_cannot_be_is_refused(instance):
    with pytest.raises(ImpossibleInstance, match="unavailable but not listed"):
        read_week(read_address(instance(WEEK.replace("c2 0 0", "c3 0 0"))))


def test_a_solution_line_that_is_wrong_is_named():
    assert read_lectures("c1 A 0 1\n\n") == [Lecture("c1", "A", 0, 1)]
    with pytest.raises(UnreadableInstance, match="Line 2"):
        read_lectures("c1 A 0 1\nc1 A 0\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds 0 problems only"),
        ("1 2 2 1 1 1", "ends inside problem 1"),
        ("1 x", "could not convert"),
        ("1 -1 -1", "ends inside problem 1"),
    ],
)
def test_a_gap_file_that_is_wrong_is_refused(instance, text, said):
    with pytest.raises(UnreadableInstance, match=said):
        read_work(read_address(instance(text, "gap1.txt")))


@pytest.mark.parametrize("name", ["pmed", "pmedcap", "cpmp", "cap"])
@pytest.mark.parametrize("text", ["", "3 2 1 5", "one two", "9 9 1 9 9 1"])
def test_a_siting_file_that_is_wrong_is_refused(instance, name, text):
    with pytest.raises(UnreadableInstance):
        measure(name, instance(text), seconds=1, seed=1)


@pytest.mark.parametrize(
    ("name", "address", "said"),
    [
        ("gap", "FILE#0", "the number of a problem after #, from 1"),
        ("gap", "FILE#1.5", "the number of a problem after #, from 1"),
        ("pmed", "FILE#2", "holds one problem"),
        ("cap", "FILE@many", "write a number after @"),
        ("cap", "FILE@nan", "a capacity is a number above 0"),
        ("gap", "FILE@3", "has its own capacities"),
        ("ctt", "nothing.ctt", "cannot be read"),
    ],
)
def test_an_address_that_says_nothing_is_refused(instance, name, address, said):
    with pytest.raises(UnreadableInstance, match=said):
        measure(name, address.replace("FILE", instance("1")), seconds=1, seed=1)


def test_a_file_that_is_no_text_or_cut_short_is_refused(tmp_path):
    for name, raw in (("a", b"\xff\xfe\x00"), ("b", gzip.compress(b"1 2 3" * 99)[:20])):
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(UnreadableInstance):
            measure("pmed", str(tmp_path / name), seconds=1, seed=1)


def test_a_folder_that_is_not_there_is_said_before_the_work(instance):
    ran = CliRunner().invoke(bench, ["pmed", instance(PATH_OF_FOUR), "--out", "no/where.json"])

    assert ran.exit_code == 2
    assert "there is no folder no." in ran.output


@published
@pytest.mark.parametrize("number", [1, 3, 5, 7, 11, 13])
def test_published_p_medians_come_out_proven(number):
    measured, _ = measure("pmed", str(BENCH / f"pmed/pmed{number}.txt.gz"), seconds=60, seed=1)

    best = VALUES[f"pmed/pmed{number}.txt.gz"]
    assert (measured.cost, measured.bound) == (best, best)


@published
@pytest.mark.parametrize("name", ["cap41", "cap63", "cap81", "cap101", "cap123", "cap133"])
def test_published_warehouse_optima_come_out_proven(name):
    measured, _ = measure("cap", str(BENCH / f"cap/{name}.txt"), seconds=60, seed=1)

    assert measured.proven
    assert measured.cost == pytest.approx(VALUES[f"cap/{name}.txt"], abs=0.01)


@published
def test_the_first_capacitated_p_median_comes_out_proven():
    measured, text = measure(
        "pmedcap", str(BENCH / "pmedcap/pmedcap1_odd.txt#1"), seconds=60, seed=1
    )

    assert measured.proven
    assert round(measured.cost) == 713
    assert len(json.loads(text)["medians"]) == 5


@published
@pytest.mark.parametrize("address", ["gap/gap1.txt#3", "gap/gap11.txt#2", "gap/gapa.txt#1"])
def test_published_shares_of_work_come_out_proven(address):
    measured, _ = measure("gap", str(BENCH / address), seconds=60, seed=1)

    assert (measured.cost, measured.bound) == (VALUES[address], VALUES[address])


@published
def test_a_competition_week_is_there_early_and_keeps_every_rule():
    measured, text = measure("ctt", str(BENCH / "ctt/comp11.ctt"), seconds=1, seed=1)

    score = family("ctt").score(read_address(measured.instance), text)
    assert (score.cost, score.broken) == (measured.cost, ())
    assert measured.bound == 0 <= measured.cost < 100


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
    measured, text = measure("meetup", instance(json.dumps(whole)), seconds=5, seed=1)

    assert (measured.cost, measured.proven) == (63.0, True)
    assert json.loads(text)["groups"]["0"]["sessions"] == [[0, 0, 6], [0, 1, 6], None]


def test_a_group_that_no_room_suits_still_names_an_hour_and_pays_for_it(instance):
    whole = json.loads(json.dumps(MEETUPS))
    saturday = {"length": 2, "equipment": ["kiln"], "slot_cost": [None] * 6 + [1, None]}
    whole["groups"] = [{**whole["groups"][0], **saturday}]

    measured, text = measure("meetup", instance(json.dumps(whole)), seconds=5, seed=1)

    assert json.loads(text)["groups"]["0"]["sessions"] == [None, None, None]
    assert (measured.cost, measured.bound, measured.proven) == (183.0, 183.0, True)


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


def test_countries_share_the_time_so_that_the_last_ends_with_it():
    sizes = [40, 30, 20, 10]

    shares = shares_of(sizes, cores=2)

    # 40 and 10 follow each other on one core, 30 and 20 on the other, within 100 less 3 %.
    left, ends = 100.0, []
    ends.append(left * shares[0])
    ends.append(left * shares[1])
    ends.append(ends[1] + (left - ends[1]) * shares[2])
    ends.append(ends[0] + (left - ends[0]) * shares[3])
    assert [round(each, 6) for each in ends] == [
        round(each / 51.5 * 100, 6) for each in (40, 30, 50, 50)
    ]


def test_a_task_that_begins_late_leaves_the_later_ones_their_part():
    first, second = shares_of([50, 50], cores=1)

    assert (round(first, 6), round(second, 6)) == (round(50 / 103, 6), round(50 / 53, 6))
