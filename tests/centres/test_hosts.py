import asyncio
import dataclasses

import pytest

from centres.errors import InvalidInput
from centres.hosts import Host, amend_host, list_hosts, read_host, register_host
from centres.refusals import CodeUsedBefore, HostNotFound
from tests.counting import queries
from tests.factories import make_country

UCAD = {
    "code": "pi-sn-001",
    "name": "Université Cheikh Anta Diop de Dakar",
    "kind": "university",
    "country": "SN",
}


async def test_a_host_is_kept_with_where_its_facts_come_from(database) -> None:
    await make_country()

    host = await register_host(**UCAD, city="Dakar", website="https://ucad.sn", note="a\r\nb")

    assert host == Host(
        **UCAD, id=1, city="Dakar", website="https://ucad.sn", source=None, note="a\nb", revision=1
    )
    assert await read_host(code="pi-sn-001") == host


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "é"}, "code"),
        ({"name": ""}, "name"),
        ({"kind": "castle"}, "kind"),
        ({"country": "XX"}, "country"),
        ({"country": "\0"}, "country"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"note": "x" * 4001}, "note"),
        ({"source": "\0"}, "source"),
    ],
)
async def test_a_host_that_cannot_be_is_refused_by_field(database, wrong, field) -> None:
    await make_country()

    with pytest.raises(InvalidInput) as refused:
        await register_host(**{**UCAD, **wrong})

    assert refused.value.field == field
    assert await list_hosts() == []


async def test_a_hosts_code_is_given_once(database) -> None:
    await make_country()
    await register_host(**UCAD)

    with pytest.raises(CodeUsedBefore):
        await register_host(**UCAD)


async def test_only_what_is_given_changes_and_blanks_empty_it(database) -> None:
    await make_country()
    before = await register_host(**UCAD, city="Dakar")

    after = await amend_host(code=before.code, revision=1, name="UCAD", city=" ")

    assert after == dataclasses.replace(before, name="UCAD", city=None, revision=2)


async def test_of_racing_changes_to_one_revision_exactly_one_wins(database) -> None:
    await make_country()
    await register_host(**UCAD)

    outcomes = await asyncio.gather(
        *(amend_host(code=UCAD["code"], revision=1, note=f"{n}") for n in range(6)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["ChangedMeanwhile"] * 5 + ["Host"]


async def test_an_unknown_host_is_not_found(database) -> None:
    with pytest.raises(HostNotFound):
        await read_host(code="nobody")


async def test_lists_of_hosts_are_cut_by_country_and_kind_with_one_query(database) -> None:
    await make_country()
    await make_country(iso2="ML")
    await register_host(**UCAD)
    await register_host(**{**UCAD, "code": "a", "kind": "school"})
    await register_host(**{**UCAD, "code": "b", "country": "ML"})

    with queries() as asked:
        senegalese = await list_hosts(countries=["SN"])
    schools = await list_hosts(kind="school")

    assert [each.code for each in senegalese] == ["pi-sn-001", "a"]
    assert [each.code for each in schools] == ["a"]
    assert len(asked) == 1
