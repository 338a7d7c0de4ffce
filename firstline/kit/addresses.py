"""Which addresses of the network are everybody's: only those may be reached on behalf of somebody else."""

import ipaddress
from collections.abc import Iterator

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# What IANA keeps for other purposes (RFC 6890 and its successors). Python's own `is_global` calls some of them global.
_SPECIAL = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 "
        "198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 "
        "::/96 64:ff9b:1::/48 100::/63 2001::/23 2001:db8::/32 2620:4f:8000::/48 3fff::/20 5f00::/16 "
        "fc00::/7 fe80::/9 ff00::/8"
    ).split()
]
_TEREDO = ipaddress.IPv6Network("2001::/32")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
NEVER = [ipaddress.ip_network(network) for network in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128",
         "fe80::/9", "ff00::/8")]  # fmt: skip
"""Not even for a host that the administrator named: where clouds keep credentials, and what has no one receiver."""


def is_everybodys(address: IP) -> bool:
    """Whether it is an ordinary public address, and so is every address that it wraps."""
    return not is_in(address, _SPECIAL)


def is_in(address: IP, networks: list[Network]) -> bool:
    """Whether it, or an address that it wraps, belongs to one of these."""
    return any(_belongs(each, networks) for each in (address, *unwrapped(address)))


def leads_into(address: IP, networks: list[Network]) -> bool:
    """Whether wherever it leads belongs to these."""
    wrapped = list(unwrapped(address))
    return all(_belongs(each, networks) for each in wrapped) if wrapped else _belongs(address, networks)


def unwrapped(address: IP) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses to which an IPv6 address leads: mapped, 6to4, NAT64, Teredo, ISATAP."""
    if not isinstance(address, ipaddress.IPv6Address):
        return
    low = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address in _NAT64:
        yield low
    elif address in _TEREDO and address.teredo is not None:
        yield from address.teredo
    elif (int(address) >> 32) & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE):
        yield low


def network_of(text: str) -> str:
    """By what callers are counted: the address, or of an IPv6 address its /64, of which one caller has all."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False))


def wider(network: str) -> str:
    """The /48 around a /64 that `network_of` gave, as one customer often has; empty for anything else."""
    try:
        found = ipaddress.ip_network(network)
    except ValueError:
        return ""
    return str(found.supernet(new_prefix=48)) if found.version == 6 and found.prefixlen == 64 else ""


def _belongs(address: IP, networks: list[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)
