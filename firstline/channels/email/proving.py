"""Proving that an address from which letters are to come is ours: by the DNS of its domain, or by a letter to it."""

from email.utils import make_msgid
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from firstline.catalog import senders
from firstline.catalog.models import Sender
from firstline.catalog.own_addresses import own_address
from firstline.channels.email import sender, signing
from firstline.channels.email.outgoing import Outgoing
from firstline.kit import clock, html

if TYPE_CHECKING:
    from firstline.channels.email.seals import Txt


def by_dns(row: Sender, *, txt: "Txt | None" = None) -> str:
    """How the DNS proves it (`Sender.How`): our record, or the signing key that we sign with; empty if it does not."""
    from firstline.channels.email import seals  # slow to import

    try:
        found = (txt or seals.ask)(row.record_name, timeout=seals.SECONDS) or b""
    except seals.Silent:
        return ""
    if row.record.encode() in found.split():
        return Sender.How.DNS
    key = signing.key_of(row.domain)
    return Sender.How.KEY if key is not None and signing.published(key) else ""


def send_code(row: Sender) -> None:
    """Send a new code to the address. Raises TryLater or GiveUp."""
    ours = own_address()
    text = _(
        "Somebody wants to send emails from this address with Firstline. If that is right, enter this code there: "
        "%(code)s\n\nIf not, do nothing."
    ) % {"code": senders.new_code(row)}
    letter = Outgoing(
        letter_id=make_msgid("code", settings.CONFIG.mail_domain),
        sender_name=settings.CONFIG.company,
        sender=ours,
        to_name="",
        to=row.name,
        reply_to=ours,
        subject=_("A code to prove this address"),
        text=text,
        html=html.from_text(text),
        date=clock.now(),
        automatic=True,
    )
    sender.send(letter)
