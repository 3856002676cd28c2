"""Small weeks of lectures, one by hand and any number at random."""

from hypothesis import strategies as st

from sessions.timetabling.curriculum.instance import Course, Curriculum, LectureRoom, WeekInstance

SMALL = WeekInstance(
    name="small",
    days=2,
    periods_a_day=3,
    courses=(
        Course("welding", "Awa", lectures=2, least_days=2, students=12),
        Course("wiring", "Kofi", lectures=2, least_days=2, students=20),
        Course("French", "Awa", lectures=1, least_days=1, students=5),
    ),
    rooms=(LectureRoom("A", 20), LectureRoom("B", 10)),
    curricula=(Curriculum("trades", ("welding", "wiring")),),
    closed=frozenset({("French", 0, 0)}),
)


@st.composite
def weeks(draw: st.DrawFn) -> WeekInstance:
    """Return a week with a placement of its lectures into 4 periods of 2 rooms."""
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    courses = tuple(
        Course(
            name,
            draw(st.sampled_from(["x", "y"])),
            draw(st.integers(1, 2 if len(names) < 3 else 1)),
            draw(st.integers(1, 2)),
            draw(st.integers(0, 9)),
        )
        for name in names
    )
    groups = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
    curricula = tuple(
        Curriculum(f"q{at}", tuple(each)) for at, each in enumerate(draw(st.lists(groups)))
    )
    closed = st.tuples(st.sampled_from(names[:1]), st.integers(0, 1), st.integers(0, 1))
    return WeekInstance(
        "random",
        2,
        2,
        courses,
        (LectureRoom("r", draw(st.integers(1, 9))), LectureRoom("s", draw(st.integers(1, 9)))),
        curricula,
        frozenset(draw(st.lists(closed, max_size=2))),
    )
