"""Our own addresses: whatever is written to one comes to a desk, so none of them is anybody's."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from firstline.catalog import config_cache
from firstline.kit.mailbox import base_of, normal

FALLBACK = "firstline"
"""The local part for desks that have no inbox of their own; its signed addresses are received as well."""


def own_address() -> str:
    """The address that the installation itself has."""
    return f"{FALLBACK}@{settings.CONFIG.mail_domain}"


def is_ours(address: str) -> bool:
    """Whether it is an inbox's address or the installation's own, whatever stands behind a plus."""
    ours = {normal(own_address()), *(normal(inbox.address) for inbox in config_cache.current().inboxes)}
    return bool(ours & {normal(address), base_of(address)})


def refuse_ours(address: str) -> None:
    """Raise ValidationError, with a sentence, for an address that can be nobody's because it is our own."""
    if address and is_ours(address):
        raise ValidationError(_("%(address)s is a desk's own address.") % {"address": address})
