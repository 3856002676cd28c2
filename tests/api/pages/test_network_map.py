"""The network on a map, and the same facts beside it."""

import html
import re

from tests.counting import queries


def words(answer) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


async def test_every_centre_on_the_map_is_in_the_table_too(manager, world):
    with queries() as asked:
        answer = await manager.get("/manage/map?country=SN")

    drawn = re.findall(r'<a href="/host\?centre=([^"]+)" aria-label', answer.text)
    listed = re.findall(r'<th scope="row"><a href="/host\?centre=([^"]+)"', answer.text)
    assert sorted(drawn) == sorted(listed)
    assert world.centre.code in drawn
    assert len(asked) == 4  # who asks, the countries, the centres, the towns
    assert len(answer.content) < 300_000


async def test_a_country_that_somebody_else_manages_is_not_shown(manager):
    answer = await manager.get("/manage/map?country=XX")

    assert answer.status_code == 400
    assert 'aria-describedby="country-wrong"' in answer.text
