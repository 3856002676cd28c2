"""Managers' own lists, as Excel in French saves them and as programs write them."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from centres.errors import InvalidInput
from centres.planning.lists import applications_of, sites_of

SEMICOLONS = "name;country;latitude;longitude;seats\nLycée de Kaolack;SN;14,15;-16,07;60\n"


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        SEMICOLONS.encode("cp1252"),
        SEMICOLONS.encode("utf-8-sig"),
        "Name,Country,Latitude,Longitude,Seats\nLycée de Kaolack,sn,14.15,-16.07,60\n\n".encode(),
        workbook(
            ("name", "country", "latitude", "longitude", "seats"),
            ("Lycée de Kaolack", "SN", 14.15, -16.07, 60),
        ),
    ],
)
def test_a_list_of_sites_is_read_however_it_was_saved(content):
    [site] = sites_of(content)

    assert (site.name, site.country, site.latitude, site.longitude, site.seats) == (
        "Lycée de Kaolack", "SN", 14.15, -16.07, 60,
    )  # fmt: skip


def test_counts_of_applications_are_read():
    [each] = applications_of(
        b"country,place,applicants,women,source,counted_on\nSN,Thies,120,70,campagne,2026-10-01\n"
    )

    assert (each.place, each.applicants, each.women) == ("Thies", 120, 70)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "file"),
        (b"name,country\nA,SN\n", "file"),
        (b"name,country,latitude,longitude\n", "file"),
        (b"name,country,latitude,longitude\nA,SN,quatorze,-16\n", "row 2: latitude"),
        (b"name,country,latitude,longitude,seats\nA,SN,14,-16,2.5\n", "row 2: seats"),
        (b"PK\x03\x04 not a workbook", "file"),
        (b"name,country\x00latitude", "file"),
    ],
)
def test_what_cannot_be_read_is_named(content, field):
    with pytest.raises(InvalidInput) as refused:
        sites_of(content)

    assert refused.value.field == field


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_file_is_answered_with_anything_but_a_refusal(content):
    with pytest.raises(InvalidInput):
        sites_of(b"x" + content)
