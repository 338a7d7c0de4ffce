"""Where the parts of a round are: all at 127.0.0.1, each at a port of its own, or in network namespaces."""

import os
from dataclasses import dataclass
from pathlib import Path

from firstline.kit.postgres import DATABASE, PORT, ROLE
from tests.chaos.network import BACK, FRONT, Network
from tests.cli.serving import ROOT, free_ports


@dataclass(frozen=True)
class Places:
    """`webs`: host and port of each node's pages. `smtp`: where letters are taken in. `postbox`: where ours go."""

    webs: list[tuple[str, int]]
    smtp: tuple[str, int]
    postbox: tuple[str, int]
    workers: int = 3
    network: Network | None = None

    @classmethod
    def choose(cls, *, nodes: int, workers: int, network: Network | None) -> "Places":
        *ports, smtp_port, mail_port = free_ports(nodes + 2)
        if network is None:
            here = "127.0.0.1"
            return cls([(here, port) for port in ports], (here, smtp_port), (here, mail_port), workers)
        webs = [(network.address(FRONT, node), port) for node, port in enumerate(ports)]
        return cls(webs, (webs[0][0], smtp_port), (network.address(FRONT), mail_port), workers, network)

    def set_environment(self, folder: Path) -> None:
        """For all parts, which inherit it."""
        for name in [name for name in os.environ if name.startswith(("FIRSTLINE_", "DATABASE_", "PG"))]:
            del os.environ[name]
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "firstline.settings",
            "FIRSTLINE_DATA": str(folder),
            "FIRSTLINE_BASE_URL": f"http://{self.webs[0][0]}:{self.webs[0][1]}",
            "FIRSTLINE_ALLOWED_HOSTS": ",".join(host for host, _port in self.webs),
            "FIRSTLINE_SMTP_HOST": self.smtp[0],
            "FIRSTLINE_SMTP_PORT": str(self.smtp[1]),
            "FIRSTLINE_MAIL_URL": f"smtp://{self.postbox[0]}:{self.postbox[1]}",
            "FIRSTLINE_UNDO_SECONDS": "2",
            "FIRSTLINE_REQUESTS_A_MINUTE": "30000",
            "FIRSTLINE_LIVE_PAGES": "2000",
            "PYTHONPATH": str(ROOT),
        }
        if self.network is not None:
            os.environ["DATABASE_URL"] = f"postgresql://{ROLE}@{self.network.address(BACK)}:{PORT}/{DATABASE}"

    def parts(self) -> list[tuple[list[str], int]]:
        """The command of each part, and the node on which it runs; the mail receiver is on the first."""
        webs = [(["web", "--host", host, "--port", str(port)], node) for node, (host, port) in enumerate(self.webs)]
        return webs + [(["worker"], each % len(self.webs)) for each in range(self.workers)] + [(["mail"], 0)]

    def database_settings(self) -> dict[str, str]:
        return {"listen_addresses": self.network.address(BACK)} if self.network else {}
