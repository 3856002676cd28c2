"""Certificates of attendance: made for learners and hosts, checked by anybody."""

from datetime import datetime

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.addresses import base_of
from api.pages.attending import own_meetup
from api.pages.forms import posted
from api.pages.rendering import NEVER_KEPT, Decorated, language_of, page
from api.papers.certificate import certificate_pdf
from centres.acting import acting_as
from centres.errors import NotFound
from centres.language import Sentence
from sessions.attendance.certificates import Certificate, certify, is_valid
from sessions.attendance.sheets import read_sheet
from sessions.feeds.links import LinkPurpose
from sessions.subscriptions import find_link


@post("/s/{token:str}/certificate", include_in_schema=False)
async def own_certificate(request: Decorated, token: FromPath[str], now: Now) -> Response[bytes]:
    """Make the certificate of all that the holder of a learner's link came to."""
    link = await find_link(token, LinkPurpose.PAGE)
    assert link.subject is not None  # a page is always that of one learner
    with acting_as(f"learner:{link.subject}"):
        made = await certify(learner_id=link.subject, now=now, today=now.date())
    return _pdf(request, made, now)


@post("/host/meetups/{meetup_id:int}/certificate", include_in_schema=False)
async def hosted_certificate(
    request: Decorated, meetup_id: FromPath[int], now: Now
) -> Response[bytes]:
    """Make the certificate of one person of the sheet, for the meetups of this centre."""
    typed = await posted(request)
    meetup = await own_meetup(request, meetup_id)
    sheet = await read_sheet(meetup_id=meetup.id)
    for row in sheet.rows:
        if row.learner == typed["learner"] and row.subject.learner is not None:
            made = await certify(
                learner_id=row.subject.learner, now=now, today=now.date(), centre=meetup.centre
            )
            return _pdf(request, made, now)
    raise NotFound(Sentence("Cette personne n'est pas sur la feuille de cette séance."))


@get("/verify/{code:str}", include_in_schema=False)
async def verify(request: Decorated, code: FromPath[str]) -> Response[bytes]:
    """Say whether a certificate holds, and nothing else."""
    return page(
        request,
        "verify.html",
        headers={**NEVER_KEPT, "X-Robots-Tag": "noindex"},
        valid=await is_valid(code[:60]),
    )


def _pdf(request: Decorated, made: Certificate, now: datetime) -> Response[bytes]:
    settings = request.app.state.settings
    body = certificate_pdf(
        made,
        language_of(request),
        network=settings.network_name,
        url=f"{base_of(request, settings)}/verify/{made.code}",
        now=now,
    )
    headers = {**NEVER_KEPT, "Content-Disposition": 'inline; filename="attestation.pdf"'}
    return Response(body, status_code=200, media_type="application/pdf", headers=headers)
