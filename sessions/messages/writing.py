"""Shell: write a few words to one person, by mail, or by text where mail cannot go."""

import secrets
from datetime import datetime
from html import escape

from centres.db import rows
from centres.language import Sentence, translator
from sessions.messages.addresses import PostOffice
from sessions.messages.mail import Letter, write_mail
from sessions.messages.people import Person
from sessions.messages.readers import load_reader
from sessions.messages.sms_planning import store_sms
from sessions.messages.telling import tell_again_at
from sessions.messages.texting import Texting
from sessions.sms.text import sms_text

_STORE_MAIL = """
INSERT INTO message (channel, purpose, learner, mentor, address, language, state, subject,
                     message_id, body, created_at, due_at, attempts)
VALUES ('mail', 'reminder', $1, $2, $3, $4, 'queued', $5, $6, $7, $8, $8, 0)
"""


async def write_to(
    person: Person,
    subject: Sentence,
    words: Sentence,
    *,
    office: PostOffice,
    by: Texting,
    now: datetime,
) -> bool:
    """Store one message and queue who sends it; return False for a person with no way to reach.

    Call it inside `atomic()`.
    """
    reader = await load_reader(person)
    if reader is None:
        return False
    said, title = words.in_language(reader.language), subject.in_language(reader.language)
    if by.mail_works and reader.mail is not None and not office.is_own(reader.mail):
        greeting = (
            translator(reader.language)
            .gettext("Bonjour {name},")
            .format(name=(reader.name.split() or [reader.name])[0])
        )
        html = (
            f'<!DOCTYPE html><html lang="{reader.language.value}"><meta charset="utf-8"><body>'
            f"<p>{escape(greeting)}</p><p>{escape(said)}</p></body></html>\n"
        )
        message_id = f"<{secrets.token_urlsafe(18)}@{office.domain}>"
        body = write_mail(
            Letter(title, f"{greeting}\n\n{said}\n", html, reader.language),
            [],
            network=office.network,
            sender=office.sender,
            reply_to=office.reply_address(reader.token),
            to=reader.mail,
            name=reader.name,
            message_id=message_id,
            at=now,
        )
        await rows(
            _STORE_MAIL, person.learner, person.mentor, reader.mail, reader.language, title,
            message_id, body, now,
        )  # fmt: skip
    elif by.service is not None and reader.phone and reader.sms_opted_out_at is None:
        await store_sms(
            person,
            sms_text(f"{by.network} : {said}"),
            purpose="reminder",
            number=reader.phone,
            language=reader.language,
            rate=by.rates.get(reader.country),
            due=now,
            now=now,
        )
    else:
        return False
    await tell_again_at(person, None)
    return True
