"""Statements that each break one rule of messages; the world is that of `test_invariants.py`."""

from tests.sessions.invariant_cases import Case, constraint_of

PREFERENCE = (
    "INSERT INTO contact_preference (learner, mentor, calendar_by, reminders, reply_token, secret)"
    " VALUES ({learner}, {mentor}, '{by}', false, '{reply}', '{secret}')"
)
MESSAGE = (
    "INSERT INTO message (channel, purpose, learner, mentor, address, language, state, message_id,"
    " body, created_at, due_at, provider_ref, cost_minor)"
    " SELECT '{channel}', '{purpose}', {learner}, {mentor}, 'a@example.org', '{language}',"
    " '{state}', {message_id}, {body}, now(), now(), {ref}, {cost} FROM message"
)
INVITE = (
    "INSERT INTO invite (meetup, learner, mentor, method, sequence, stamp, partstat)"
    " SELECT {meetup}, {learner}, {mentor}, {method}, {sequence}, {stamp}, {partstat} FROM invite"
)
TOKEN = "abcdefghijklmnopqrstuvwxyz"


def preference(**changes: str) -> str:
    plain = {"learner": "{{free_learner}}", "mentor": "NULL", "by": "feed"}
    return (
        PREFERENCE.format(**{**plain, "reply": TOKEN, "secret": "{{token}}", **changes})
        .replace("{{", "{")
        .replace("}}", "}")
    )


def message(**changes: str) -> str:
    plain = {"channel": "sms", "purpose": "change", "learner": "learner", "mentor": "NULL"}
    more = {"language": "fr", "state": "queued", "message_id": "NULL", "body": "body"}
    last = {"ref": "NULL", "cost": "NULL"}
    return MESSAGE.format(**{**plain, **more, **last, **changes})


def invite(**changes: str) -> str:
    plain = {"meetup": "{same_time}", "learner": "learner", "mentor": "NULL", "method": "method"}
    more = {"sequence": "sequence", "stamp": "stamp", "partstat": "partstat"}
    return INVITE.format(**{**plain, **more, **changes})


def case(rule: str, table: str, name: str, statement: str) -> Case:
    return Case(rule, name, statement, constraint_of(table, name))


MESSAGE_CASES = [
    case(
        "a preference is that of one person",
        "contact_preference",
        "contact_preference_is_of_one_person",
        preference(mentor="{{mentor}}"),
    ),
    case(
        "a person prefers once",
        "contact_preference",
        "person_has_one_contact_preference",
        preference(learner="{{learner}}"),
    ),
    case(
        "calendars are filled by feed or by invites",
        "contact_preference",
        "contact_preference_calendar_is_known",
        preference(by="both"),
    ),
    case(
        "a bounce names its address",
        "contact_preference",
        "contact_preference_bounce_is_complete",
        "UPDATE contact_preference SET mail_bounced_at = now()",
    ),
    case(
        "nobody guesses a reply address",
        "contact_preference",
        "contact_preference_reply_token_is_unguessable",
        preference(reply="12"),
    ),
    case("a message goes to one person", "message", "message_has_one_reader", message(mentor="1")),
    case(
        "a message goes by mail or SMS",
        "message",
        "message_channel_is_known",
        message(channel="fax"),
    ),
    case(
        "a message has a known purpose",
        "message",
        "message_purpose_is_known",
        message(purpose="advert"),
    ),
    case(
        "a message is in a language we speak",
        "message",
        "message_language_is_known",
        message(language="de"),
    ),
    case(
        "a message is in a known state", "message", "message_state_is_known", message(state="lost")
    ),
    case(
        "a mail has its Message-ID before it is sent",
        "message",
        "message_by_mail_has_a_message_id",
        message(channel="mail"),
    ),
    case(
        "two mails never share a Message-ID",
        "message",
        "message_message_id_key",
        message(channel="mail", message_id="message_id"),
    ),
    case(
        "a message that waits to be sent has something to say",
        "message",
        "message_waiting_to_be_sent_has_a_body",
        message(body="NULL"),
    ),
    case("a cost has a currency", "message", "message_cost_is_complete", message(cost="12")),
    case(
        "a provider's answer is about one message",
        "message",
        "provider_answers_for_one_message",
        message(channel="mail", message_id="'<b@example.org>'", ref="provider_ref"),
    ),
    case(
        "a notice is told once on each channel",
        "message_notice",
        "notice_is_told_once_per_channel",
        "INSERT INTO message_notice (message, notice, channel)"
        " SELECT message, notice, channel FROM message_notice",
    ),
    case(
        "a notice is told on its message's own channel",
        "message_notice",
        "message_notice_is_on_its_messages_channel",
        "UPDATE message_notice SET channel = 'sms'",
    ),
    case(
        "an invite is that of one person", "invite", "invite_is_of_one_person", invite(mentor="1")
    ),
    case(
        "a person has one invite for a meetup",
        "invite",
        "person_has_one_invite_per_meetup",
        invite(meetup="meetup"),
    ),
    case(
        "an invite was sent by a known method",
        "invite",
        "invite_method_is_known",
        invite(method="'PUBLISH'"),
    ),
    case(
        "what was sent of an invite is known as a whole",
        "invite",
        "invite_sent_is_complete",
        invite(sequence="NULL"),
    ),
    case(
        "an invite has a known answer",
        "invite",
        "invite_answer_is_known",
        invite(partstat="'PERHAPS'"),
    ),
    Case(
        "the SEQUENCE of an invite never falls",
        "invite_sequence_never_falls",
        "UPDATE invite SET sequence = sequence - 1",
        "ALTER TABLE invite DISABLE TRIGGER keep_invite_order",
    ),
]

MESSAGE_WORLD = (
    "INSERT INTO contact_preference (learner, reply_token, secret, calendar_by, reminders)"
    " SELECT learner, 'zyxwvutsrqponmlkjihgfedcba', repeat('B', 43), 'feed', false FROM notice",
    "INSERT INTO message (channel, purpose, learner, address, language, state, message_id, body,"
    " created_at, due_at, provider_ref) SELECT 'mail', 'change', learner, 'a@example.org', 'fr',"
    " 'queued', '<a@example.org>', 'x'::bytea, at, at, 'ref' FROM notice",
    "INSERT INTO message_notice (message, notice, channel)"
    " SELECT m.id, n.id, 'mail' FROM message m CROSS JOIN notice n",
    "INSERT INTO invite (meetup, learner, method, sequence, stamp, partstat)"
    " SELECT meetup, learner, 'REQUEST', 3, at, 'NEEDS-ACTION' FROM notice",
)
