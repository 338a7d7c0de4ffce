"""Accounts that people open themselves: whoever has an address at a domain that an administrator lists, and proves it
by a link in an email to that address.

The link is signed, not kept. It works for a day, and once: then its address has an account. Whether the domain is still
listed is asked again when it is used.
"""

from datetime import timedelta

from django.core import signing
from django.db import transaction

from firstline.kit.mailbox import normal, normal_domain
from firstline.people import identities, password_links
from firstline.people.models import AccountDomain, Identity, Person

LIVES = timedelta(days=1)
LONGEST = 600
"""Longer than any word that we write: an address has 254 characters at the most."""
_SALT = "firstline.account-by-domain"

PUBLIC = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com yahoo.co.jp
    icloud.com me.com mac.com aol.com gmx.com gmx.de gmx.net web.de t-online.de freenet.de mail.com mail.ru
    yandex.ru yandex.com proton.me protonmail.com pm.me zoho.com fastmail.com tutanota.com tuta.com hey.com
    orange.fr free.fr laposte.net libero.it seznam.cz wp.pl o2.pl naver.com hanmail.net daum.net qq.com
    foxmail.com vip.qq.com 163.com vip.163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn
    188.com wo.cn aliyun.com tom.com 21cn.com""".split()
)
"""Where anybody can have an address; to list one opens the desk to the world."""


def domain_of(text: str) -> str:
    """The domain of an address, or one itself, in small letters as mail servers write it; empty if it is none."""
    domain = normal_domain(text.strip().rpartition("@")[2].strip("."))
    return domain if domain.isascii() and all(0 < len(part) <= 63 for part in domain.split(".")) else ""


def may_ask(address: str) -> bool:
    """Whether whoever proves this address may open an account with it: nobody has one, it is no desk's own, and its
    domain is listed. Of somebody who is known it is their main address: a second one may be read by others as well."""
    domain = domain_of(address)
    if any(is_ours(address) for is_ours in identities.OURS):
        return False  # nobody proves it, for everybody of the desk reads the link
    if not domain or not AccountDomain.objects.filter(domain=domain).exists():
        return False
    person = Person.objects.by_email(address)
    return person is None or (
        person.is_active and not person.is_machine and not person.has_account and person.email == normal(address)
    )


def word(address: str) -> str:
    """What the link in the email carries."""
    return signing.dumps(normal(address), salt=_SALT)


def read(given: str) -> str:
    """The address that such a link proves; empty when it no longer works."""
    if len(given) > LONGEST:
        return ""
    try:
        address = str(signing.loads(given, salt=_SALT, max_age=LIVES))
    except signing.BadSignature:
        return ""
    return address if may_ask(address) else ""


@transaction.atomic
def open_account(given: str, *, name: str, password: str, language: str, is_named: bool = False) -> Person | None:
    """The person, who may now sign in; None when the link no longer works. What they call themselves counts: what an
    email or a colleague called them before proves nothing. `is_named`: unless an administrator gave them their name."""
    address = read(given)
    if not address:
        return None
    known = Person.objects.of_address(address, name=name[:120], language=language)
    person = Person.objects.select_for_update().get(pk=known.pk)
    if person.has_account or person.email != address:  # since the link was looked at
        return None
    password_links.give_account(person, Person.Account.DOMAIN)
    if not is_named:
        person.name = name[:120]
    person.set_password(password)
    person.save(update_fields=["name", "password"])
    identities.verified(person, address, how=Identity.How.LINK)
    return person
