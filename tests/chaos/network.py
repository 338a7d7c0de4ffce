"""Nodes in network namespaces of their own: to people and mail servers by one link, to the database by another.

Nothing of it reaches another machine: the two bridges have no port but the nodes' links.
"""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

CLONE_NEWNET = 0x40000000
FRONT, BACK = "front", "back"
NAMESPACES = Path("/run/netns")


class Network:
    """`nodes` namespaces and two bridges, with addresses of the net that is set aside for such tests (RFC 2544)."""

    def __init__(self, nodes: int) -> None:
        self.tag = f"fl{os.getpid() % 100_000}"
        block = 2 * (os.getpid() % 100)
        self.subnets = {FRONT: f"198.18.{block}", BACK: f"198.18.{block + 1}"}
        self.nodes = range(nodes)

    def make(self) -> None:
        for side, subnet in self.subnets.items():
            _ip("link", "add", self._bridge(side), "type", "bridge")
            _ip("addr", "add", f"{subnet}.1/24", "dev", self._bridge(side))
            _ip("link", "set", self._bridge(side), "up")
        for node in self.nodes:
            _ip("netns", "add", self.namespace(node))
            _ip("-n", self.namespace(node), "link", "set", "lo", "up")
            for side in self.subnets:
                names = ["name", side, "netns", self.namespace(node)]
                _ip("link", "add", self._link(node, side), "type", "veth", "peer", *names)
                _ip("link", "set", self._link(node, side), "master", self._bridge(side), "up")
                _ip("-n", self.namespace(node), "addr", "add", f"{self.address(side, node)}/24", "dev", side)
                _ip("-n", self.namespace(node), "link", "set", side, "up")

    def remove(self) -> None:
        """Take away whatever of it is there."""
        for node in self.nodes:
            _ip("netns", "del", self.namespace(node), strict=False)
            for side in self.subnets:
                _ip("link", "del", self._link(node, side), strict=False)
        for side in self.subnets:
            _ip("link", "del", self._bridge(side), strict=False)

    def address(self, side: str, node: int | None = None) -> str:
        """Of a node on that side; without one, of this machine itself."""
        return f"{self.subnets[side]}.{1 if node is None else 11 + node}"

    def namespace(self, node: int) -> str:
        return f"{self.tag}n{node}"

    def cut(self, node: int, *sides: str) -> None:
        """From now on what the node sends and is sent on these sides is lost."""
        for side in sides:
            _ip("link", "set", self._link(node, side), "down")

    def mend(self, node: int) -> None:
        for side in self.subnets:
            _ip("link", "set", self._link(node, side), "up", strict=False)

    def _bridge(self, side: str) -> str:
        return f"{self.tag}{side[0]}"

    def _link(self, node: int, side: str) -> str:
        return f"{self.tag}{side[0]}{node}"


def why_not() -> str:
    """Why there can be no namespaces here; empty if there can."""
    if shutil.which("ip") is None:
        return "there is no command ip"
    probe = f"fl{os.getpid()}probe"
    try:
        _ip("netns", "add", probe)
        _ip("link", "add", probe[:15], "type", "bridge")
    except NoNetwork as problem:
        return str(problem)
    finally:
        _ip("link", "del", probe[:15], strict=False)
        _ip("netns", "del", probe, strict=False)
    return ""


def enter(namespace: str) -> None:
    """Move this process into the namespace."""
    with (NAMESPACES / namespace).open() as file:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"Cannot enter {namespace}")


class NoNetwork(Exception):
    """What `ip` said."""


def _ip(*words: str, strict: bool = True) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if strict and done.returncode:
        raise NoNetwork(f"ip {' '.join(words)}: {done.stderr.strip()}")
