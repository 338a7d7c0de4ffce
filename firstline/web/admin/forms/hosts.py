"""The name or number of a mail server, as somebody types it."""

import ipaddress

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from firstline.kit import url_policy


def clean_host(typed: str) -> str:
    """It, if there can be such a server; also as an IPv6 address. Raises ValidationError."""
    host = typed.strip()
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        url_policy.host_of(host)
    except url_policy.Refused as error:
        raise ValidationError(_("Enter the name of a server, such as mail.example.org, or its IP address.")) from error
    return host
