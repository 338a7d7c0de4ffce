"""One round: start the desk on a world, ask it everything, stop it. Every part is bounded in time."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg

from firstline.kit.postgres import Server
from tests.bench.measures import PAGES, Measure
from tests.bench.runs import RUNS
from tests.bench.world import Made
from tests.cli.serving import ROOT, Serving, free_ports

MOST = 400
WARM = 8
LIMIT_TURNS = 60


class Bench:
    def __init__(
        self,
        data: Path,
        made: Made,
        *,
        clients: list[int],
        seconds: float,
        only: str,
        say: Callable[[str], object],
    ) -> None:
        self.data, self.made, self.clients, self.seconds, self.say = data, made, clients, seconds, say
        self.only = set(filter(None, only.split(",")))
        (self.sink_port,) = free_ports(1)
        self.serving = Serving(
            data,
            FIRSTLINE_MAIL_URL=f"smtp://127.0.0.1:{self.sink_port}",
            FIRSTLINE_UNDO_SECONDS="0",
            FIRSTLINE_REQUESTS_A_MINUTE="30000",
            FIRSTLINE_LIVE_PAGES="2000",
        )

    def run(self) -> dict[str, Any]:
        """The figures, as table.py prints them."""
        sink = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "aiosmtpd",
                "-n",
                "-c",
                "aiosmtpd.handlers.Sink",
                "-l",
                f"127.0.0.1:{self.sink_port}",
            ],
            stderr=subprocess.DEVNULL,
        )
        try:
            self.serving.start()  # the first start on this world compiles texts and collects static files
            self.serving.stop()
            ready = self.serving.start()
            time.sleep(3)
            memory = self.memory()
            self._look()
            with psycopg.connect(Server(self.data).url, autocommit=True) as self.db:
                pages = {each.key: self._measure(each) for each in PAGES if self._wanted(each.key)}
                runs = {key: self._one(key, run) for key, run in RUNS.items() if self._wanted(key)}
        finally:
            if self.serving.process is not None:
                self.serving.stop()
            sink.terminate()
            sink.wait(10)
        return {
            "tickets": self.made.tickets,
            "open_percent": self.made.open_percent,
            "at": time.strftime("%Y-%m-%d %H:%M"),
            "world": {"seconds": round(self.made.seconds), "sizes": self.made.sizes, "shape": self.made.shape},
            "ready": round(ready, 1),
            "memory": memory,
            "pages": pages,
            "runs": runs,
        }

    def ask(self, **plan: Any) -> dict[str, Any]:
        """What the client, in a process of its own, saw."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.client"],
            input=json.dumps(plan),
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=240,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        for wrong in answer.get("wrong", [])[:3]:
            self.say(f"  wrong: {wrong}")
        return answer

    def memory(self) -> dict[str, int]:
        """Megabytes of each part, shared pages divided among those who share them."""
        assert self.serving.process is not None
        children = self.serving.children()
        alone = {"serve": self.serving.process.pid, "parts": children["parts"]}
        found = {name: _pss(pid) // 1024 for name, pid in alone.items()}
        for name in ("web", "worker", "mail"):
            found[name] = sum(_pss(each) for each in [children[name], *_below(children[name])]) // 1024
        return found

    def waiting_jobs(self) -> int:
        row = self.db.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queueing_lock IS NULL"
            " AND (scheduled_at IS NULL OR scheduled_at < now() + '1 minute')"
        ).fetchone()
        return row[0] if row else 0

    def _wanted(self, key: str) -> bool:
        return not self.only or key in self.only

    def _look(self) -> None:
        from firstline.cli import program

        program.load()
        from django.db import connection

        from tests.bench.sight import sight

        self.sight = sight()
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]

    def _measure(self, each: Measure) -> dict[str, Any]:
        requests = list(each.requests(self.sight))
        self.ask(kind="pages", port=self.serving.port, clients=1, seconds=10, most=WARM, requests=requests)
        found: dict[str, Any] = {"title": each.title, "aim": each.aim, "clients": {}}
        for clients in self.clients:
            plan = {
                "clients": clients,
                "seconds": self.seconds,
                "most": MOST,
                "requests": requests,
                "holds": each.holds,
            }
            before = self._worked()
            answer = self.ask(kind="pages", port=self.serving.port, **plan)
            found["clients"][str(clients)] = summed(answer["took"]) | {
                "work": round((self._worked() - before) / max(1, len(answer["took"]) + len(answer["wrong"])), 1),
                "a_second": round(len(answer["took"]) / answer["seconds"], 1),
                "wrong": len(answer["wrong"]),
            }
        if each.limit is not None:
            found["limit"] = self._limit(each)
        two = found["clients"].get("2") or next(iter(found["clients"].values()))
        self.say(
            f"  {each.title}: {two['p50']} ms, {two['work']} of work (limit {found.get('limit', {}).get('p50', '-')})"
        )
        return found

    def _worked(self) -> float:
        """Milliseconds of processor that the web processes have had, to which others on the machine do not add."""
        web = self.serving.children()["web"]
        return sum(_processor(pid) for pid in [web, *_below(web)])

    def _limit(self, each: Measure) -> dict[str, float]:
        assert each.limit is not None
        took = []
        for turn in range(LIMIT_TURNS):
            begin = time.perf_counter()
            each.limit(self.db, self.sight, turn)
            took.append((time.perf_counter() - begin) * 1000)
        return summed(took)

    def _one(self, key: str, run: Callable[["Bench"], dict[str, Any]]) -> dict[str, Any]:
        found = run(self)
        self.say(f"  {found['title']}: {found['said']}")
        return found


def summed(took: list[float]) -> dict[str, float]:
    if len(took) < 2:
        return {"p50": 0.0, "p95": 0.0, "count": len(took)}
    parts = quantiles(took, n=100)
    return {"p50": round(parts[49], 1), "p95": round(parts[94], 1), "p99": round(parts[98], 1), "count": len(took)}


def _below(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found += [int(entry.name), *_below(int(entry.name))]
    return found


def _processor(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
    return 0


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
