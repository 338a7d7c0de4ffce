"""Nodes in network namespaces of their own: to people and mail servers by one link, to the database by another.

All of it is made in one more namespace, that of the run (`go_apart`). So nothing of it reaches another machine, a run
that is killed leaves no interface behind, and whoever listens for changes of this machine's network hears none: a
browser ends all its requests when an interface comes or goes (net::ERR_NETWORK_CHANGED).
"""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
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
    if missing := [name for name in ("ip", "mount", "unshare") if shutil.which(name) is None]:
        return f"there is no command {', '.join(missing)}"
    try:
        _run("unshare", "--net", "--mount", "ip", "link", "add", "probe", "type", "bridge")
    except NoNetwork as problem:
        return str(problem)
    return ""


def go_apart() -> None:
    """Move this process, which has no thread yet, and all that it starts, to a network that only they see."""
    _call("unshare", CLONE_NEWNS | CLONE_NEWNET)
    NAMESPACES.mkdir(exist_ok=True)
    _run("mount", "--make-rprivate", "/")
    _run("mount", "-t", "tmpfs", "namespaces", str(NAMESPACES))
    _ip("link", "set", "lo", "up")


def enter(namespace: str) -> None:
    """Move this process into the namespace."""
    with (NAMESPACES / namespace).open() as file:
        _call("setns", file.fileno(), CLONE_NEWNET)


class NoNetwork(Exception):
    """What a command said."""


def _call(name: str, *numbers: int) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*numbers):
        raise OSError(ctypes.get_errno(), f"{name} failed")


def _ip(*words: str, strict: bool = True) -> None:
    _run("ip", *words, strict=strict)


def _run(*words: str, strict: bool = True) -> None:
    done = subprocess.run(words, capture_output=True, text=True)
    if strict and done.returncode:
        raise NoNetwork(f"{' '.join(words)}: {done.stderr.strip()}")
