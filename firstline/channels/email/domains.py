"""Whose domain it is: the organisation behind a host name, by the public suffix list."""

from functools import cache
from typing import Any

from firstline.kit.mailbox import normal_domain


def is_aligned(domain: str, other: str, *, strict: bool = False) -> bool:
    """Whether both domains have one owner, as DMARC means it; `strict`: whether they are the same."""
    domain, other = normal_domain(domain), normal_domain(other)
    return bool(domain) and (domain == other or (not strict and organisation(domain) == organisation(other)))


def organisation(domain: str) -> str:
    """The domain that somebody registered: corp.co.uk for mail.corp.co.uk."""
    if _list().publicsuffix(domain, accept_unknown=False) is None:
        # A top-level domain that nobody knows, as inside of companies: the last two names.
        return ".".join(domain.split(".")[-2:])
    return str(_list().privatesuffix(domain) or domain)


@cache
def _list() -> Any:
    from publicsuffixlist import PublicSuffixList  # only for emails that prove something

    return PublicSuffixList()
