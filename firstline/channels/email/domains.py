"""Whose domain it is: the organisation behind a host name, by the public suffix list."""

import importlib.resources
from functools import cache
from typing import Any

from firstline.kit.mailbox import normal_domain


def is_aligned(domain: str, other: str, *, strict: bool = False) -> bool:
    """Whether both domains have one owner, as DMARC means it; `strict`: whether they are the same."""
    domain, other = normal_domain(domain), normal_domain(other)
    return bool(domain) and (domain == other or (not strict and organisation(domain) == organisation(other)))


def organisation(domain: str) -> str:
    """The domain that somebody registered: corp.co.uk for mail.corp.co.uk."""
    suffix = _list().get_tld(domain, strict=True)
    if suffix is None:
        # A top-level domain that nobody knows, as inside of companies: the last two names.
        return ".".join(domain.split(".")[-2:])
    return str(_list().get_sld(domain))


@cache
def _list() -> Any:
    from publicsuffix2 import PublicSuffixList  # a third of a second, and only for letters that prove something

    with importlib.resources.files("authheaders").joinpath("public_suffix_list.txt").open(encoding="utf-8") as rows:
        return PublicSuffixList(rows)
