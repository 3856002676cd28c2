"""Shell: photographs of signed sheets, kept as they were sent, with their hash."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from centres.acting import current_actor
from centres.db import atomic, rows
from centres.errors import InvalidInput
from centres.fields import INT4_MAX
from centres.language import Sentence
from sessions.attendance.refusals import EvidenceNotFound

LARGEST_PHOTO = 6_000_000
MOST_PHOTOS = 20


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph as lists show it: `number` counts from 1 within its meetup."""

    id: int
    number: int
    media_type: str
    size: int
    sha256: str
    added_by: str
    added_at: datetime


def media_type_of(content: bytes) -> str | None:
    """Return what a picture is by its first bytes, None for anything else. Pure."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


async def add_photo(*, meetup_id: int, content: bytes, now: datetime) -> int:
    """Keep a photograph of a meetup's sheet and return its id; the same one twice is kept once.

    Raises InvalidInput for what is no JPEG, PNG or WebP, or larger than 6 MB.
    """
    media_type = media_type_of(content)
    if media_type is None:
        raise InvalidInput(
            Sentence("Envoyez une photo : un fichier JPEG, PNG ou WebP."), field="photo"
        )
    if len(content) > LARGEST_PHOTO:
        raise InvalidInput(
            Sentence("La photo dépasse 6 Mo : reprenez-la avec moins de détails."), field="photo"
        )
    digest = hashlib.sha256(content).digest()
    async with atomic():
        await rows("SELECT id FROM meetup WHERE id = $1 FOR NO KEY UPDATE", meetup_id)
        kept = await rows("SELECT id, sha256 FROM attendance_evidence WHERE meetup = $1", meetup_id)
        same = next((each["id"] for each in kept if each["sha256"] == digest), None)
        if same is not None:
            return int(same)
        if len(kept) >= MOST_PHOTOS:
            raise InvalidInput(
                Sentence("Cette séance a déjà {most} photos.", most=MOST_PHOTOS), field="photo"
            )
        made = await rows(
            "INSERT INTO attendance_evidence (meetup, media_type, sha256, content, added_by,"
            " added_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            meetup_id,
            media_type,
            digest,
            content,
            current_actor(),
            now,
        )
    return int(made[0]["id"])


async def photos_of(*, meetup_id: int) -> list[Photo]:
    """Return the photographs of a meetup, oldest first, without their bytes."""
    found = await rows(
        "SELECT id, row_number() OVER (ORDER BY id) AS number, media_type,"
        " octet_length(content) AS size, encode(sha256, 'hex') AS sha256, added_by, added_at"
        " FROM attendance_evidence WHERE meetup = $1 ORDER BY id",
        meetup_id,
    )
    return [Photo(**each) for each in found]


async def read_photo(*, meetup_id: int, photo_id: int) -> tuple[str, bytes]:
    """Return a photograph's media type and bytes; raises EvidenceNotFound."""
    found = await rows(
        "SELECT media_type, content FROM attendance_evidence WHERE meetup = $1 AND id = $2",
        min(meetup_id, INT4_MAX),
        min(photo_id, INT4_MAX),
    )
    if not found:
        raise EvidenceNotFound(Sentence("Cette photo n'existe pas."))
    return found[0]["media_type"], bytes(found[0]["content"])
