"""The loader of the reference data."""

from datetime import UTC, datetime

from centres.db import rows
from centres.tables import Country, Host
from seed.load import load_reference, read_reference

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


async def everything():
    counted = await rows(
        """SELECT (SELECT count(*) FROM region) AS regions,
                  (SELECT count(*) FROM country) AS countries,
                  (SELECT count(*) FROM locality) AS localities,
                  (SELECT count(*) FROM host) AS hosts,
                  (SELECT count(*) FROM public_holiday) AS holidays,
                  (SELECT max(id) FROM host) AS last_host,
                  (SELECT count(*) FROM change) AS changes"""
    )
    return counted[0]


async def test_the_reference_data_are_loaded_whole(database):
    loaded = await load_reference(now=NOW)

    data = read_reference()
    assert (loaded.regions, loaded.countries) == (4, 17)
    assert loaded.localities == len(data.localities)
    assert loaded.hosts == len([*data.auf_sites, *data.orange_centres, *data.institutions])
    years = await rows(
        """SELECT c.iso2, array_agg(DISTINCT h.year ORDER BY h.year) AS years
           FROM country c JOIN public_holiday h ON h.country = c.id GROUP BY c.iso2"""
    )
    assert {each["iso2"]: each["years"] for each in years} == {
        each.iso2: [2026, 2027, 2028] for each in data.countries
    }


async def test_loading_twice_changes_nothing_and_keeps_what_people_changed(database):
    await load_reference(now=NOW)
    await Host.update({Host.name: "Université que nous appelons ainsi"}).where(
        Host.code == "pi-sn-001"
    )
    await Country.update({Country.currency: "EUR"}).where(Country.iso2 == "SN")
    before = await everything()

    again = await load_reference(now=NOW)

    assert again.nothing
    assert await everything() == before
    kept = await rows("SELECT name FROM host WHERE code = 'pi-sn-001'")
    assert kept == [{"name": "Université que nous appelons ainsi"}]


async def test_what_was_removed_comes_back_and_a_later_year_adds_its_holidays(database):
    await load_reference(now=NOW)
    await Host.delete().where(Host.code == "odc-sn-01")

    again = await load_reference(now=NOW.replace(year=2027))

    assert (again.hosts, again.localities, again.countries) == (1, 0, 0)
    assert again.holidays > 150


async def test_every_host_has_a_code_of_its_own_a_source_and_a_known_country(database):
    await load_reference(now=NOW)

    found = await rows("SELECT count(*) AS hosts, count(source) AS sourced FROM host")

    assert found == [{"hosts": 306, "sourced": 306}]
