"""Who wrote: the person of an address, or somebody new. An address alone gives nobody an agent's rights."""

import re
from dataclasses import replace

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from firstline.catalog.models import Inbox
from firstline.catalog.own_addresses import is_ours
from firstline.channels import cc_suggestions
from firstline.channels.base import Incoming
from firstline.channels.email.signed import number_in
from firstline.channels.models import InboundMessage
from firstline.kit.mailbox import normal
from firstline.people.models import Person
from firstline.tickets.models import Ticket
from firstline.tickets.rights import desks_handled

MOST_NAME = Person._meta.get_field("name").max_length or 0
BY_REPLY_TO = "reply-to"
_MACHINE = re.compile(
    r"(?:no|not|do-?not|dont)[-_.]?reply|mailer|postmaster|bounces?|notifications?|alerts?|web-?(?:site|form|master|mail)?\b|"
    r"(?:contact-?)?forms?\b|wordpress|www(?:-data)?\b|apache|nobody|root|system|robot|bot\b|donotreply"
)
_HAN = re.compile("[㐀-鿿]")


def known(incoming: Incoming) -> Person | None:
    """The person with this address; None when there is none, when they are deactivated, or when the sender cannot be
    taken at their word."""
    person = Person.objects.by_email(incoming.address) if incoming.certain and incoming.address else None
    return person if person is not None and person.is_active else None


def gone(incoming: Incoming) -> Person | None:
    """The deactivated person whose address it bears. Whoever writes from it now speaks for nobody."""
    person = Person.objects.by_email(incoming.address) if incoming.address else None
    return None if person is None or person.is_active else person


def introduce(incoming: Incoming) -> Person:
    """A person for a sender whom `known` does not know. They have no password.

    When the address is somebody's, but not surely the sender's, the new person has none, and no letter goes there.
    """
    language = language_of(incoming)
    written = "" if incoming.name.casefold() == incoming.address.casefold() else incoming.name
    name = (written or incoming.address.partition("@")[0])[:MOST_NAME]
    if not name:
        return nobody(incoming)
    if gone(incoming) is not None:
        # The name alone would be that of the person whom they are not taken for.
        both = f"{name} <{incoming.address}>" if written else incoming.address
        return _nameless(both if len(both) <= MOST_NAME else incoming.address[:MOST_NAME], language)
    if not incoming.address or is_ourselves(incoming) or Person.objects.by_email(incoming.address) is not None:
        return _nameless(name, language)
    return Person.objects.create_person(name=name, email=incoming.address, language=language)


def nobody(incoming: Incoming) -> Person:
    """The unknown sender: who wrote is not known at all. They have no address, so no letter goes anywhere."""
    language = language_of(incoming)
    with override(language):
        return _nameless(_("Unknown sender"), language)


def language_of(incoming: Incoming) -> str:
    """The language in which it is written."""
    return "zh-hans" if _HAN.search(incoming.subject + incoming.text[:500] + incoming.name) else "en"


def suggested(incoming: Incoming, *, ticket: Ticket) -> list[list[str]]:
    """To whom it was written besides the desk, as name and address, of whom no letter of this ticket told before: an
    agent may let them take part. None is added by the letter itself."""
    if not incoming.others or incoming.automatic or incoming.away:
        return []
    found = {
        address: name for name, address in incoming.others if not _is_ours(address) and address != incoming.address
    }
    if not found:
        return []
    taking_part = Person.objects.filter(participations__ticket=ticket).values_list("email", flat=True)
    there = {ticket.requester_email, *taking_part}
    outside = {address: name for address, name in found.items() if address not in there}
    return [[name, address] for address, name in cc_suggestions.new_ones(ticket, outside).items()]


def forwarded(incoming: Incoming, *, by: Person) -> list[str]:
    """Whose letter an agent passes on to the desk: name, address, words. Nobody else's word is worth offering."""
    if not incoming.forwarded or not desks_handled(by):
        return []
    address = incoming.forwarded[1]
    return [] if _is_ours(address) or address == incoming.address else list(incoming.forwarded)


def customer(incoming: Incoming, *, by: Person, introduced: bool) -> list[str]:
    """Who asks by a form or a program that writes for them: name, address, words, and how that is known (Reply-To).

    Only an offer to the agent: Reply-To proves nothing, and of somebody whom we know nobody else is offered.
    """
    if not incoming.reply_to or incoming.automatic in ("precedence", "list") or incoming.away:
        return []
    name, address = incoming.reply_to
    if not (introduced or is_stranger(by) or is_machine(incoming.address)):
        return []
    if _is_ours(address) or is_machine(address):
        return []
    return [name, address, incoming.text.strip(), BY_REPLY_TO]


def by_form(incoming: Incoming, inbox: Inbox | None) -> Incoming | None:
    """The email as one of the one for whom a web form wrote it, where the inbox lists the form; None for all others.

    Whoever writes under the form's address can say any name there, so it proves no more than a name in From does.
    """
    if inbox is None or not incoming.reply_to or normal(incoming.address) not in inbox.forms:
        return None
    name, address = incoming.reply_to
    if _is_ours(address) or is_machine(address):
        return None
    return replace(incoming, name=name, address=address, reply_to=(), returned=0, signed="")


def is_machine(address: str) -> bool:
    """Whether nobody reads what is written to the address, as far as its name says."""
    return _MACHINE.match(address.partition("@")[0].lower()) is not None


def is_stranger(person: Person) -> bool:
    """Whether we know of this person only by a letter, and he never signed in."""
    return _introduced().filter(pk=person.pk, last_login__isnull=True).exists()


def is_ourselves(incoming: Incoming) -> bool:
    """Whether it says that it comes from one of our own addresses, which would answer itself for ever."""
    return incoming.channel == "email" and _is_ours(incoming.address)


def _is_ours(address: str) -> bool:
    return is_ours(address) or bool(number_in(address))


def _nameless(name: str, language: str) -> Person:
    earlier = _introduced().filter(email__isnull=True, name=name).first()
    return earlier or Person.objects.create_person(name=name, language=language)


def _introduced() -> QuerySet[Person]:
    by_letter = InboundMessage.objects.filter(person=OuterRef("pk"), introduced=True)
    return Person.objects.filter(Exists(by_letter))
