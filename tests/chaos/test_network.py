"""A run of nodes in networks of their own is not heard in this machine's: nothing comes, nothing goes."""

import os
import socket
import subprocess
import sys

import pytest

from tests.chaos import network
from tests.cli.serving import ROOT

RTMGRP_LINK, RTMGRP_IPV4_IFADDR = 0x1, 0x10
A_NETWORK = """
from tests.chaos.network import Network, go_apart
go_apart()
made = Network(2)
made.make()
made.cut(0, "back")
made.remove()
"""


@pytest.mark.system
def test_who_listens_for_changes_of_the_network_hears_none() -> None:
    if os.geteuid() != 0:
        pytest.skip("Left out: networks of nodes (tests/chaos/test_network.py), for it needs root")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as changes:
        changes.bind((0, RTMGRP_LINK | RTMGRP_IPV4_IFADDR))
        changes.setblocking(False)
        if reason := network.why_not():
            pytest.skip(f"Left out: networks of nodes (tests/chaos/test_network.py), for {reason}")
        done = subprocess.run([sys.executable, "-c", A_NETWORK], capture_output=True, text=True, cwd=ROOT, timeout=60)
        assert done.returncode == 0, done.stderr
        with pytest.raises(BlockingIOError):
            changes.recv(65536)
