"""A letter that shows whether a server works."""

from email.utils import make_msgid

from django.conf import settings
from django.utils.translation import gettext as _

from firstline.catalog.own_addresses import own_address
from firstline.channels.email import sender
from firstline.channels.email.outgoing import Outgoing
from firstline.channels.email.routes import by_server, by_url
from firstline.kit import clock, html
from firstline.notices.models import OutgoingServer
from firstline.people.models import Person


def send_test(person: Person, server: OutgoingServer | None) -> None:
    """Send a letter to this person by the server; None: as FIRSTLINE_MAIL_URL says. Raises TryLater or GiveUp."""
    sender.deliver(_letter(person), by_server(server) if server else by_url(settings.CONFIG.mail_url))


def _letter(person: Person) -> Outgoing:
    address = own_address()
    text = _("This email shows that Firstline can send by this server.")
    return Outgoing(
        desk=0,
        letter_id=make_msgid("test", settings.CONFIG.mail_domain),
        sender_name=settings.CONFIG.company,
        sender=address,
        to_name=person.name,
        to=person.email or "",
        reply_to=address,
        subject=_("An email to try the mail server"),
        text=text,
        html=html.from_text(text),
        date=clock.now(),
        automatic=True,
    )
