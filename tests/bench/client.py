"""The other side of the wire, in a process of its own: `python -m tests.bench.client` reads a plan, prints what it saw.

A plan is JSON: {"kind": "pages" | "letters" | "streams", …}; the answer is JSON too.
"""

import asyncio
import http.client
import json
import smtplib
import sys
import threading
import time
from typing import Any


def pages(plan: dict[str, Any]) -> dict[str, Any]:
    """Ask for the addresses in turn, by so many clients at once, for so many seconds; milliseconds of each answer."""
    asked = plan["requests"]
    turn = iter(range(10**9))
    lock, took, wrong = threading.Lock(), [], []
    end = time.monotonic() + plan["seconds"]

    def one() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", plan["port"], timeout=60)
        while time.monotonic() < end:
            with lock:
                number = next(turn)
            if number >= plan["most"]:
                break
            method, path, headers, body = asked[number % len(asked)]
            begin = time.perf_counter()
            connection.request(method, path, body=body.encode() if body else None, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            spent = (time.perf_counter() - begin) * 1000
            with lock:
                if answer.status in (200, 201) and plan.get("holds", "") in content.decode():
                    took.append(spent)
                else:
                    wrong.append(f"{answer.status} {path} {content[:200]!r}")
        connection.close()

    began = time.monotonic()
    clients = [threading.Thread(target=one) for _number in range(plan["clients"])]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return {"took": took, "wrong": wrong, "seconds": time.monotonic() - began}


def letters(plan: dict[str, Any]) -> dict[str, Any]:
    """Hand over all letters, by so many connections at once, each of which sends many."""
    waiting = list(plan["letters"])
    lock, wrong = threading.Lock(), []

    def one() -> None:
        with smtplib.SMTP("127.0.0.1", plan["port"], timeout=60) as server:
            while True:
                with lock:
                    if not waiting:
                        return
                    sender, recipient, raw = waiting.pop()
                try:
                    server.sendmail(sender, [recipient], raw.encode(), mail_options=["BODY=8BITMIME"])
                except smtplib.SMTPException as error:
                    wrong.append(str(error))

    began = time.monotonic()
    clients = [threading.Thread(target=one) for _number in range(plan["clients"])]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return {"wrong": wrong, "seconds": time.monotonic() - began}


async def streams(plan: dict[str, Any]) -> dict[str, Any]:
    """Listen on many streams while somebody says something on a ticket; milliseconds until each stream heard of it."""
    said: dict[str, float] = {}
    heard: list[float] = []
    opened = 0

    async def listen(cookie: str) -> None:
        nonlocal opened
        reader, writer = await asyncio.open_connection("127.0.0.1", plan["port"])
        writer.write(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        opened += 1
        while line := await reader.readline():
            if line.startswith(b"data:") and b'"number"' in line:
                number = json.loads(line[5:])["number"]
                if number in said:
                    heard.append((time.monotonic() - said[number]) * 1000)

    tasks = []
    for place in range(plan["streams"]):
        tasks.append(asyncio.create_task(listen(plan["cookies"][place % len(plan["cookies"])])))
        if place % 25 == 24:
            await asyncio.sleep(0.1)
    end = time.monotonic() + 60
    while opened < plan["streams"] and time.monotonic() < end:
        await asyncio.sleep(0.1)
    for path, number, headers, body in plan["saying"]:
        said[number] = time.monotonic()
        wanted = len(heard) + opened
        await asyncio.to_thread(_post, plan["port"], path, headers, body)
        end = time.monotonic() + 5
        while len(heard) < wanted and time.monotonic() < end:
            await asyncio.sleep(0.02)
        del said[number]
    for task in tasks:
        task.cancel()
    return {"took": heard, "opened": opened, "wanted": opened * len(plan["saying"])}


def _post(port: int, path: str, headers: dict[str, str], body: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, body=body.encode(), headers=headers)
    connection.getresponse().read()
    connection.close()


if __name__ == "__main__":
    given = json.load(sys.stdin)
    kinds = {"pages": pages, "letters": letters, "streams": lambda plan: asyncio.run(streams(plan))}
    json.dump(kinds[given["kind"]](given), sys.stdout)
