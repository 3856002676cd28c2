from datetime import date

import pytest

from centres.agreements import agreement_of, list_agreements
from centres.refusals import AgreementNotFound, AgreementsOverlap
from tests.counting import queries
from tests.factories import make_agreement, make_centre, make_country


@pytest.fixture
async def centre(database):
    return await make_centre(await make_country(), code="SN-DKR-01")


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2027, 12, 31)])
async def test_both_ends_of_an_agreement_count(centre, day) -> None:
    agreement = await make_agreement(centre)

    assert (await agreement_of(centre="SN-DKR-01", day=day)).id == agreement.id


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2028, 1, 1)])
async def test_no_agreement_is_in_force_outside_its_days(centre, day) -> None:
    await make_agreement(centre)

    with pytest.raises(AgreementNotFound, match="SN-DKR-01"):
        await agreement_of(centre="SN-DKR-01", day=day)


@pytest.mark.parametrize(
    ("state", "in_force"),
    [
        ("prospect", False),
        ("negotiating", False),
        ("agreed", True),
        ("open", True),
        ("suspended", True),
        ("closed", False),
    ],
)
async def test_an_agreement_is_in_force_from_the_signature_to_the_end(
    centre, state, in_force
) -> None:
    await make_agreement(centre, state=state)

    try:
        found = (await agreement_of(centre="SN-DKR-01", day=date(2027, 5, 1))).state
    except AgreementNotFound:
        found = None

    assert found == (state if in_force else None)


async def test_the_database_itself_keeps_two_in_force_apart(centre) -> None:
    await make_agreement(centre, state="suspended")

    with pytest.raises(AgreementsOverlap) as refused:
        await make_agreement(centre, state="agreed")

    assert refused.value.__cause__.constraint_name == "agreements_in_force_never_overlap"


async def test_lists_of_agreements_are_cut_by_scope_with_one_query(centre) -> None:
    mali = await make_centre(await make_country(iso2="ML"))
    await make_agreement(centre)
    await make_agreement(centre, state="prospect", starts_on=None, ends_on=None)
    await make_agreement(mali)

    with queries() as asked:
        here = await list_agreements(countries=["SN"])

    assert [each.id for each in here] == [1, 2]
    assert len(asked) == 1
    assert [each.id for each in await list_agreements(state="open")] == [1, 3]
    assert [each.id for each in await list_agreements(day=date(2027, 5, 1))] == [1, 3]
    assert [each.id for each in await list_agreements(centres=["SN-DKR-01"], after_id=1)] == [2]
    assert [each.id for each in await list_agreements(host=here[0].host)] == [1, 2]
