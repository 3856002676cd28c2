"""Wall clocks and instants."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.zones import (
    InstantExpected,
    StaleZoneData,
    UnknownZone,
    WallTimeDoesNotExist,
    WallTimeExpected,
    require_fresh_tzdata,
    to_instant,
    to_wall,
    tzdata_released,
    tzdata_version,
    use_pinned_tzdata,
    zone,
)

ZONES = (
    "Africa/Dakar",
    "Africa/Abidjan",
    "Africa/Lagos",
    "Africa/Tunis",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Indian/Antananarivo",
    "Europe/Paris",
    "Africa/Monrovia",
)


@pytest.mark.parametrize(
    ("name", "wall", "hour_utc"),
    [
        ("Africa/Casablanca", datetime(2026, 12, 15, 9), 9),
        ("Africa/Casablanca", datetime(2026, 7, 15, 9), 8),
        ("Africa/Dakar", datetime(2026, 7, 15, 9), 9),
        ("Africa/Abidjan", datetime(2026, 7, 15, 9), 9),
        ("Africa/Lagos", datetime(2026, 7, 15, 9), 8),
        ("Africa/Tunis", datetime(2026, 7, 15, 9), 8),
        ("Africa/Cairo", datetime(2026, 1, 15, 9), 7),
        ("Africa/Cairo", datetime(2026, 7, 15, 9), 6),
        ("Indian/Antananarivo", datetime(2026, 7, 15, 9), 6),
        ("Europe/Paris", datetime(2026, 1, 15, 9), 8),
        ("Europe/Paris", datetime(2026, 7, 15, 9), 7),
        ("Africa/Monrovia", datetime(2026, 7, 15, 9), 9),
    ],
)
def test_nine_o_clock_is_another_instant_in_each_zone(name, wall, hour_utc):
    assert to_instant(wall, name) == wall.replace(hour=hour_utc, tzinfo=UTC)


def test_monrovia_kept_an_offset_with_seconds_until_1972():
    instant = to_instant(datetime(1971, 6, 1, 9), "Africa/Monrovia")

    assert instant == datetime(1971, 6, 1, 9, 44, 30, tzinfo=UTC)


@given(wall=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)), name=st.sampled_from(ZONES))
def test_a_wall_time_comes_back_from_its_instant_or_does_not_exist(wall, name):
    try:
        instant = to_instant(wall, name)
    except WallTimeDoesNotExist:
        # No instant of the two days around it shows this time.
        offsets = {
            zone(name).utcoffset(wall + timedelta(days=days)) or timedelta() for days in (-1, 0, 1)
        }
        assert all(to_wall((wall - offset).replace(tzinfo=UTC), name) != wall for offset in offsets)
    else:
        assert instant.utcoffset() == timedelta()
        assert to_wall(instant, name) == wall.replace(fold=0)


@pytest.mark.parametrize(
    ("name", "wall"),
    [
        ("Europe/Paris", datetime(2027, 3, 28, 2, 30)),
        ("Africa/Cairo", datetime(2027, 4, 30, 0, 15)),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused(name, wall):
    with pytest.raises(WallTimeDoesNotExist, match=f"{wall.hour} h {wall.minute}") as refused:
        to_instant(wall, name, field="starts_at")

    assert refused.value.field == "starts_at"


def test_of_a_time_that_the_clocks_show_twice_the_first_counts():
    twice = datetime(2026, 10, 25, 2, 30)

    instants = [to_instant(twice.replace(fold=fold), "Europe/Paris") for fold in (0, 1)]

    assert instants == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)] * 2


def test_both_passes_of_a_repeated_hour_show_the_same_wall_time():
    walls = [
        to_wall(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), "Europe/Paris") for hour in (0, 1)
    ]

    assert [(wall, wall.fold) for wall in walls] == [(datetime(2026, 10, 25, 2, 30), 0)] * 2


def test_an_instant_in_any_offset_is_understood():
    instant = datetime(2026, 12, 15, 14, tzinfo=timezone(timedelta(hours=5)))

    assert to_wall(instant, "Africa/Lagos") == datetime(2026, 12, 15, 10)


def test_a_wall_time_with_an_offset_is_refused():
    with pytest.raises(WallTimeExpected):
        to_instant(datetime(2026, 12, 15, 9, tzinfo=UTC), "Africa/Dakar")


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(InstantExpected):
        to_wall(datetime(2026, 12, 15, 9), "Africa/Dakar")


@pytest.mark.parametrize(
    ("refusal", "convert"),
    [
        (WallTimeExpected, lambda: to_instant(datetime.min, "Africa/Lagos")),
        (InstantExpected, lambda: to_wall(datetime.max.replace(tzinfo=UTC), "Africa/Lagos")),
    ],
)
def test_the_ends_of_the_calendar_are_refused(refusal, convert):
    with pytest.raises(refusal):
        convert()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Africa",
        "Africa/Nowhere",
        "../Africa/Dakar",
        "/etc/localtime",
        "a\0b",
        "zones",
        "é" * 90,
    ],
)
def test_a_name_that_is_no_zone_is_refused(name):
    with pytest.raises(UnknownZone):
        zone(name)


def test_importing_the_module_shuts_out_the_operating_system():
    assert zoneinfo.TZPATH == ()


def test_zones_read_before_the_pin_are_forgotten():
    stale = zone("Africa/Casablanca")

    use_pinned_tzdata()

    assert zone("Africa/Casablanca") is not stale


@pytest.mark.parametrize(
    ("version", "released"),
    [
        ("2026.6", date(2026, 6, 1)),
        ("2026f", date(2026, 6, 1)),
        ("2025.1", date(2025, 1, 1)),
        ("2024.2.post1", date(2024, 2, 1)),
        ("2009u", date(2009, 12, 1)),
    ],
)
def test_the_version_tells_about_when_it_came_out(version, released):
    assert tzdata_released(version) == released


def test_a_version_that_tells_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="latest"):
        tzdata_released("latest")


def test_zone_data_may_be_eighteen_months_old_and_no_older():
    released = tzdata_released(tzdata_version())
    last_good = (
        date(released.year + 1, released.month + 6, 28)
        if released.month <= 6
        else date(released.year + 2, released.month - 6, 28)
    )

    require_fresh_tzdata(last_good)
    with pytest.raises(StaleZoneData, match="pip install --upgrade tzdata"):
        require_fresh_tzdata(last_good + timedelta(days=7))
