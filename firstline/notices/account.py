"""Letters about a person's account: they belong to no ticket, and carry a link that is nowhere else."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from firstline.notices.links import absolute
from firstline.notices.media import MEDIA
from firstline.notices.render import Rendered, bodies
from firstline.people.models import AccountLink
from firstline.people.password_links import LIVES


def render(link: AccountLink, secret: str, *, desk: str) -> Rendered:
    """The letter in its reader's language; the link starts with the configured address, whatever a request said."""
    with override(link.person.language):
        facts = {
            "language": "zh-Hans" if link.person.language.startswith("zh") else "en",
            "person": link.person.name,
            "by": link.by.name if link.by else desk,
            "desk": desk,
            "company": settings.CONFIG.company,
            "number": settings.CONFIG.mail_domain,
            "reply_line": _("Whoever has the link below can set the password of your account. Do not pass it on."),
            "link": absolute(reverse("link", args=[secret])),
            "hours": int(LIVES[AccountLink.Purpose(link.purpose)].total_seconds() // 3600),
        }
        subject = SUBJECTS[link.purpose]() % facts
        text, html = bodies(f"account_{link.purpose}", facts, medium=MEDIA["email"])
    return Rendered(subject=" ".join(subject.split()), text=text.strip() + "\n", html=html)


def render_domain(word: str, *, language: str, desk: str) -> Rendered:
    """The email by which whoever has an address at a listed domain opens an account."""
    with override(language):
        facts = {
            "language": "zh-Hans" if language.startswith("zh") else "en",
            "desk": desk,
            "company": settings.CONFIG.company,
            "number": settings.CONFIG.mail_domain,
            "reply_line": _("Whoever has the link below can open an account with your address. Do not pass it on."),
            "link": absolute(reverse("account-link", args=[word])),
        }
        subject = _("Your account at %(company)s") % facts
        text, html = bodies("account_domain", facts, medium=MEDIA["email"])
    return Rendered(subject=" ".join(subject.split()), text=text.strip() + "\n", html=html)


SUBJECTS = {
    "reset": lambda: _("Set a new password for %(company)s"),
    "invitation": lambda: _("Your account at %(company)s"),
}
