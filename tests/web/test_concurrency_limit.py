"""One request more than can wait is refused at once with 503, in both languages, and nothing of it is begun."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from firstline.web.concurrency_limit import Crowd


class Busy:
    """An application that answers when it is let."""

    def __init__(self) -> None:
        self.begun = 0
        self.go_on = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.begun += 1
        await self.go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def asked(crowd: Crowd, path: str) -> tuple[int, dict[bytes, bytes], bytes]:
    told: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    await crowd({"type": "http", "path": path}, None, send)
    return told[0]["status"], dict(told[0]["headers"]), told[-1].get("body", b"")


async def _full() -> None:
    busy = Busy()
    crowd = Crowd(busy, most=2)
    inside = [asyncio.create_task(asked(crowd, "/")) for _ in range(2)]
    await asyncio.sleep(0)
    status, headers, body = await asked(crowd, "/api/v1/tickets")
    assert (status, headers[b"retry-after"], json.loads(body)["status"]) == (503, b"5", 503)
    status, headers, body = await asked(crowd, "/desk/")
    assert (status, headers[b"retry-after"], headers[b"connection"]) == (503, b"5", b"close")
    assert "Too many requests" in body.decode()
    assert "请稍后重试" in body.decode()
    assert busy.begun == 2
    asking = asyncio.create_task(asked(crowd, "/healthz"))
    await asyncio.sleep(0)
    assert busy.begun == 3
    busy.go_on.set()
    assert [each[0] for each in await asyncio.gather(*inside, asking)] == [200] * 3
    assert (await asked(crowd, "/"))[0] == 200
    assert crowd.inside == 0


def test_who_comes_when_it_is_full_hears_so_and_when_to_come_back() -> None:
    with ThreadPoolExecutor() as thread:  # the browser of other tests has a loop in this one
        thread.submit(asyncio.run, _full()).result()
