"""A browser that does nothing but listen to /live of one node, as an agent's does."""

import threading
import time

import httpx


class Listener:
    def __init__(self, web: tuple[str, int], cookie: tuple[str, str]) -> None:
        self.url, self.cookie = f"http://{web[0]}:{web[1]}/live", cookie
        self.heard_at = 0.0
        """When a ticket was last announced, by the monotonic clock."""
        self._over = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                with (
                    httpx.Client(cookies=dict([self.cookie]), timeout=40) as http,
                    http.stream("GET", self.url) as answer,
                ):
                    for line in answer.iter_lines():
                        if line == "event: ticket":
                            self.heard_at = time.monotonic()
                        if self._over.is_set():
                            return
            except httpx.HTTPError:
                pass
            self._over.wait(1.0)
