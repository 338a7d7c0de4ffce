"""Letters by which somebody sets his password. They leave from a job of their own, which is retried.

The job that a forgotten password starts is the same for a known address and for an unknown one: who is behind it is
looked up only here, so that no page can tell.
"""

from contextlib import suppress
from uuid import uuid4

from django.conf import settings
from procrastinate.contrib.django import app

from firstline.channels.base import OUT, GiveUp, TryLater
from firstline.channels.email import sender
from firstline.channels.email.outgoing import Outgoing
from firstline.channels.email.signed import any_address
from firstline.kit import clock
from firstline.kit.retrying import Patient
from firstline.notices import account
from firstline.notices.render import Rendered
from firstline.people import domains, password_links, security_log
from firstline.people.holdings import IN_FORCE
from firstline.people.models import AccountLink

SOON = Patient(max_attempts=5, exponential_wait=4, retry_exceptions=[TryLater, OSError])
"""4 s, 16 s, 1 min, 4 min: who forgot his password waits for it now."""
FOR_DAYS = Patient(max_attempts=60, linear_wait=240, retry_exceptions=[TryLater, OSError])
"""After 4, 8, 12 … minutes, for five days."""


@app.task(name="firstline.channels.reset_letter", queue=OUT, retry=SOON)
def reset_letter(address: str) -> None:
    """Write to the stored address of whoever has this one; to nobody if nobody has it."""
    link = password_links.for_reset(address)
    if link is not None:
        security_log.note("reset_letter", person=link.person)
        _send(link)


@app.task(name="firstline.channels.domain_letter", queue=OUT, retry=SOON)
def domain_letter(address: str, language: str) -> None:
    """To whoever may open an account with this address; who has one already is sent a link for a new password."""
    link = password_links.for_reset(address)
    if link is not None:
        _send(link)
    elif domains.may_ask(address):
        written = account.render_domain(domains.word(address), language=language, desk=settings.CONFIG.company)
        with suppress(GiveUp):  # an address that cannot be written to: whoever typed it hears no more than others
            sender.send(_outgoing(written, to=address, to_name=""))


@app.task(name="firstline.channels.invitation_letter", queue=OUT, retry=FOR_DAYS)
def invitation_letter(link: int) -> None:
    """Invite somebody whom an administrator added, unless that was taken back or has left already."""
    waiting = AccountLink.objects.filter(IN_FORCE, pk=link, used_at=None, sent_at=None)
    found = waiting.select_related("person", "by").first()
    if found is not None and found.person.email == found.address:
        _send(found)


def _send(link: AccountLink) -> None:
    secret = password_links.write(link)
    try:
        sender.send(_letter(link, secret))
    except TryLater as why:
        _keep(link, error=str(why))
        raise
    except GiveUp as why:
        _keep(link, error=str(why))
    else:
        _keep(link, error="", sent_at=clock.now())


def _letter(link: AccountLink, secret: str) -> Outgoing:
    written = account.render(link, secret, desk=settings.CONFIG.company)
    return _outgoing(written, to=link.address, to_name=link.person.name)


def _outgoing(written: Rendered, *, to: str, to_name: str) -> Outgoing:
    ours = any_address()
    return Outgoing(
        letter_id=f"<account.{uuid4().hex}@{settings.CONFIG.mail_domain}>",
        sender_name=settings.CONFIG.company,
        sender=ours,
        to_name=to_name,
        to=to,
        reply_to=ours,
        subject=written.subject,
        text=written.text,
        html=written.html,
        date=clock.now(),
        automatic=True,
    )


def _keep(link: AccountLink, **columns: object) -> None:
    AccountLink.objects.filter(pk=link.pk).update(**columns)
