"""The one form of an address, in which it is stored and compared; and the mailbox by which it is counted."""

import re
import unicodedata
from contextlib import suppress
from typing import Any

import idna
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from firstline.kit.canonical_fields import OneForm

LONGEST = 254
_QUOTED_FOR_NOTHING = re.compile(r'"([a-z0-9!#$%&\'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&\'*+/=?^_`{|}~-]+)*)"')
_PART = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_MUST_BE_QUOTED = re.compile(r"[\s\"\\(),:;<>@\[\]\x00-\x1f\x7f]")
_DOMAIN = re.compile(rf"(?=.{{3,253}}\Z)(?:{_PART}\.)+(?![0-9]+\Z){_PART}")
_WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"""Where dots in an address mean nothing, and under which name it is known."""


def normal(address: str) -> str:
    """The address in its one form: small letters, a domain as mail servers write it (xn--…), no quotes that say
    nothing. Anna@BÜCHER.example and "anna"@xn--bcher-kva.example are one address; Anna+1@… is another one."""
    text = address.strip()
    text = text if "@" in text else text.replace("＠", "@")
    local, at, domain = text.rpartition("@")
    if not at or len(text) > 2 * LONGEST:
        return text.lower()
    local = unicodedata.normalize("NFC", local).lower()
    quoted = _QUOTED_FOR_NOTHING.fullmatch(local)
    made = f"{quoted[1] if quoted else local}@{normal_domain(domain)}"
    return made if len(made) <= LONGEST else text.lower()


def normal_domain(domain: str) -> str:
    """The domain in small letters, as mail servers write it; what cannot be one keeps its letters."""
    domain = domain.strip().rstrip(".").lower()
    if domain.isascii() or len(domain) > LONGEST:
        return domain
    with suppress(idna.IDNAError, UnicodeError):
        return idna.encode(domain, uts46=True).decode().rstrip(".")
    return unicodedata.normalize("NFKC", domain).lower()


def is_domain(text: str) -> bool:
    """Whether this names a domain in its one form (`normal_domain`), such as company.com; no address, no IP."""
    return _DOMAIN.fullmatch(text) is not None


def is_plain(address: str) -> bool:
    """Whether an address in its one form is written as it is sent to: without quotes, backslashes, blanks and what else
    would have to be quoted. `"a.b"@` is `a.b@` by then; `"a\\b"@` is another
    mailbox to some programs."""
    return _MUST_BE_QUOTED.search(address.rpartition("@")[0]) is None


def check_plain(address: str) -> None:
    """For the field of a form, and of a row. Raises ValidationError."""
    if not is_plain(normal(address)):
        raise ValidationError(_("Enter the email address as it is written without quotes."))


def base_of(address: str) -> str:
    """The address without what stands behind the plus, in its one form."""
    local, _at, domain = normal(address.strip("<> ")).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def mailbox_of(address: str) -> str:
    """A key, not an address to write to: `normal`, and without what follows a +, dots where they mean nothing, and
    other ways to spell it. Anna+1@desk.example and "anna"@DESK.example are one mailbox."""
    local, _at, domain = normal(unicodedata.normalize("NFKC", address).casefold()).rpartition("@")
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = local[1:-1].replace("\\", "")
    local = local.partition("+")[0] or local
    if domain in _WITHOUT_DOTS:
        local, domain = local.replace(".", ""), _WITHOUT_DOTS[domain]
    return f"{local}@{domain}"


class _Addresses(OneForm):
    def form_of(self, text: str) -> str:
        return normal(text) if "@" in text or "＠" in text else normal_domain(text)


class AddressField(_Addresses, models.EmailField):
    """An address. One that would have to be quoted is nobody's: no form takes it, and no new row is kept."""

    default_validators = [*models.EmailField.default_validators, check_plain]

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if add and isinstance(value, str):
            check_plain(value)
        return value


class AddressOrDomainField(_Addresses, models.CharField):
    """An address or a domain."""
