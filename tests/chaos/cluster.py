"""Three machines with one database: a primary, a standby that has all that is acknowledged, and one more."""

import json
import os
import secrets
import subprocess
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from firstline.kit.postgres import DATABASE, PORT, ROLE
from tests.chaos.machine import Machine
from tests.chaos.network import BACK, FRONT, Network

MACHINES = 3
REST_PORT = 8008
READY_SECONDS = 120
"""Patience with a machine on which others work too; alone the three need some fifteen seconds."""

PROBE_SECONDS = 5.0

HURTS = ("primary killed", "node killed", "network cut", "cut from the others")


class Cluster:
    """`network`: one namespace for each machine; people reach it in front, the machines each other at the back."""

    def __init__(self, folder: Path, network: Network) -> None:
        self.network = network
        self._password = secrets.token_urlsafe(12)
        addresses = [network.address(BACK, node) for node in network.nodes]
        words = {f"DB{node + 1}": address for node, address in enumerate(addresses)}
        words |= {
            "MACHINES": f"{network.subnets[BACK]}.0/24",
            "CLIENTS": f"{network.subnets[FRONT]}.0/24",
        }
        for name in ("RESTAPI", "SUPERUSER", "REPLICATION", "REWIND"):
            words[f"{name}_PASSWORD"] = secrets.token_urlsafe(12)
        self.machines = [
            Machine(
                f"db{node + 1}",
                folder / f"db{node + 1}",
                network.namespace(node),
                {**words, "NAME": f"db{node + 1}", "ADDRESS": address},
            )
            for node, address in enumerate(addresses)
        ]

    @property
    def url(self) -> str:
        """All three, of which whoever connects takes the one that can be written to."""
        hosts = ",".join(f"{self.network.address(FRONT, node)}:{PORT}" for node in self.network.nodes)
        return f"postgresql://{ROLE}:{self._password}@{hosts}/{DATABASE}?target_session_attrs=read-write"

    def start(self) -> None:
        """Switch all on and make the database; returns when the three are one cluster."""
        for machine in self.machines:
            machine.set_up()
            machine.start()
        self.wait_until_whole()
        primary = self.primary()
        assert primary is not None
        # As the README says: on the machine itself, by its socket.
        commands = (f"CREATE ROLE {ROLE} LOGIN PASSWORD '{self._password}'", f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        socket = str(self.machines[primary].folder / "run")
        for command in commands:
            as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
            subprocess.run([*as_postgres, "psql", "-qX", "-h", socket, "-c", command], check=True, cwd="/")

    def stop(self) -> None:
        for machine in self.machines:
            machine.switch_off()

    def primary_to_hurt(self) -> int:
        """Which machine is the primary; there must be one."""
        primary = self.primary()
        if primary is None:
            raise AssertionError(f"There is no primary:\n{self.log()}")
        return primary

    def hurt(self, primary: int, how: str) -> None:
        """Do this to that machine."""
        if how == "primary killed":
            self.machines[primary].kill_postgres()
        elif how == "node killed":
            self.machines[primary].switch_off()
        elif how == "network cut":
            self.network.cut(primary, FRONT, BACK)
        elif how == "cut from the others":
            self.network.cut(primary, BACK)

    def mend(self, node: int) -> None:
        """Whatever was done to that machine is over."""
        self.network.mend(node)
        if not self.machines[node].is_on:
            self.machines[node].start()

    def takes_writes(self, *, besides: int | None = None) -> int | None:
        """Which machine, other than that one, commits something within seconds, on two disks; None if none does."""
        done: list[int] = []
        # A commit waits for a standby without end, so each waits in a thread of its own.
        tries = [threading.Thread(target=self._commit, args=[node, done], daemon=True) for node in self.network.nodes]
        for node, attempt in enumerate(tries):
            if node != besides:
                attempt.start()
        end = time.monotonic() + PROBE_SECONDS
        while not done and time.monotonic() < end and any(attempt.is_alive() for attempt in tries):
            time.sleep(0.05)
        return done[0] if done else None

    def primary(self) -> int | None:
        """Which machine Patroni says is the primary; None while there is none."""
        return next((node for node, said in self._said("patroni") if said.get("role") in ("master", "primary")), None)

    def is_whole(self) -> bool:
        """Whether both standbys stream, and one of them may be promoted: it is written down as synchronous."""
        if self._streaming() != MACHINES - 1:
            return False
        members = [said["members"] for _node, said in self._said("cluster") if "members" in said]
        return len(members) == MACHINES and all(
            sorted(each.get("role") for each in seen) == ["leader", "replica", "sync_standby"]
            and all(each.get("state") in ("running", "streaming") for each in seen)
            for seen in members
        )

    def wait_until_whole(self, seconds: float = READY_SECONDS) -> None:
        end = time.monotonic() + seconds
        while not self.is_whole():
            if time.monotonic() > end:
                raise AssertionError(f"The cluster is not whole after {seconds} seconds.\n{self.log()}")
            time.sleep(0.2)

    def log(self) -> str:
        return "\n".join(machine.log() for machine in self.machines)

    def _commit(self, node: int, done: list[int]) -> None:
        with suppress(psycopg.Error), psycopg.connect(self._url_of(node), connect_timeout=2) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS chaos_probe (at timestamptz)")
            connection.execute("INSERT INTO chaos_probe VALUES (now())")
            connection.commit()
            done.append(node)

    def _streaming(self) -> int:
        """How many stream from the primary, as that says; what others say of themselves may be from before."""
        for _node, said in self._said("patroni"):
            if said.get("role") in ("master", "primary"):
                return sum(each["state"] == "streaming" for each in said.get("replication", []))
        return 0

    def _said(self, what: str) -> list[tuple[int, dict[str, Any]]]:
        """What each machine's Patroni says of it, where it answers."""
        found = []
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for node in self.network.nodes:
            url = f"http://{self.network.address(BACK, node)}:{REST_PORT}/{what}"
            with suppress(OSError, ValueError), opener.open(url, timeout=2) as answer:
                found.append((node, json.load(answer)))
        return found

    def _url_of(self, node: int) -> str:
        host = f"{self.network.address(FRONT, node)}:{PORT}"
        return f"postgresql://{ROLE}:{self._password}@{host}/{DATABASE}?target_session_attrs=read-write"


def use(cluster: Cluster) -> None:
    """Make it the database of this process and of those that it starts."""
    os.environ["DATABASE_URL"] = cluster.url
