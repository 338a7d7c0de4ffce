"""Who else is meant by an email, as its head says: those in copy, the one whose email an agent passes on, the one for
whom a form or a program wrote it. Nothing of it is proved, so an agent is offered it."""

import re
from dataclasses import replace

from django.db.models import Q

from firstline.catalog import own_addresses
from firstline.catalog.models import Inbox
from firstline.channels import cc_suggestions, senders
from firstline.channels.email.incoming import IncomingMail
from firstline.channels.email.signed import number_in
from firstline.kit.mailbox import normal
from firstline.people.models import Identity, Person
from firstline.tickets.models import Ticket
from firstline.tickets.rights import desks_handled

BY_REPLY_TO = "reply-to"
_MACHINE = re.compile(
    r"(?:no|not|do-?not|dont)[-_.]?reply|mailer|postmaster|bounces?|notifications?|alerts?|web-?(?:site|form|master|mail)?\b|"
    r"(?:contact-?)?forms?\b|wordpress|www(?:-data)?\b|apache|nobody|root|system|robot|bot\b|donotreply"
)


def suggested(incoming: IncomingMail, *, ticket: Ticket) -> list[list[str]]:
    """To whom it was written besides the desk, as name and address, of whom no letter of this ticket told before: an
    agent may let them take part. None is added by the letter itself."""
    if not incoming.others or incoming.automatic or incoming.away:
        return []
    found = {address: name for name, address in incoming.others if not is_ours(address) and address != incoming.address}
    if not found:
        return []
    known = Identity.objects.filter(kind=Identity.EMAIL)
    takes_part = Q(person__participations__ticket=ticket) | Q(person=ticket.requester_id)
    there = {ticket.requester_email, *known.filter(takes_part).values_list("subject", flat=True)}
    outside = {address: name for address, name in found.items() if address not in there}
    return [[name, address] for address, name in cc_suggestions.new_ones(ticket, outside).items()]


def forwarded(incoming: IncomingMail, *, by: Person) -> list[str]:
    """Whose letter an agent passes on to the desk: name, address, words. Nobody else's word is worth offering."""
    if not incoming.forwarded or not desks_handled(by):
        return []
    address = incoming.forwarded[1]
    return [] if is_ours(address) or address == incoming.address else list(incoming.forwarded)


def customer(incoming: IncomingMail, *, by: Person, introduced: bool) -> list[str]:
    """Who asks by a form or a program that writes for them: name, address, words, and how that is known (Reply-To).

    Only an offer to the agent: Reply-To proves nothing, and of somebody whom we know nobody else is offered.
    """
    if not incoming.reply_to or incoming.automatic in ("precedence", "list") or incoming.away:
        return []
    name, address = incoming.reply_to
    if not (introduced or senders.is_stranger(by) or is_machine(incoming.address)):
        return []
    if is_ours(address) or is_machine(address):
        return []
    return [name, address, incoming.text.strip(), BY_REPLY_TO]


def by_form(incoming: IncomingMail, inbox: Inbox | None) -> IncomingMail | None:
    """The email as one of the one for whom a web form wrote it, where the inbox lists the form; None for all others.

    Whoever writes under the form's address can say any name there, so it proves no more than a name in From does.
    """
    if inbox is None or not incoming.reply_to or normal(incoming.address) not in inbox.forms:
        return None
    name, address = incoming.reply_to
    if is_ours(address) or is_machine(address):
        return None
    news = replace(incoming.news, returned=0) if incoming.news else None
    return replace(incoming, name=name, address=address, reply_to=(), news=news, signed="")


def is_machine(address: str) -> bool:
    """Whether nobody reads what is written to the address, as far as its name says."""
    return _MACHINE.match(address.partition("@")[0].lower()) is not None


def is_ours(address: str) -> bool:
    """Whether what is written to it comes to the desk."""
    return own_addresses.is_ours(address) or bool(number_in(address))
