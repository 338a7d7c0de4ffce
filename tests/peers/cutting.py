"""A connection that breaks: passes bytes on to another port, and cuts after so many of those that come back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Cutting:
    """`after` bytes from the server each connection ends; 0: never."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.after = 0
        self.connections = 0
        self.cuts = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]

    def serve(self) -> None:
        while True:
            try:
                client, _from = self._server.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self.to))
            threading.Thread(target=self._pass, args=[client, server, 0], daemon=True).start()
            threading.Thread(target=self._pass, args=[server, client, self.after], daemon=True).start()

    def close(self) -> None:
        # Only shutting it down wakes the thread that accepts.
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _pass(self, source: socket.socket, target: socket.socket, after: int) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(4096):
                if after and passed + len(data) >= after:
                    target.sendall(data[: after - passed])
                    self.cuts += 1
                    break
                target.sendall(data)
                passed += len(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def cutting(to: int) -> Iterator[Cutting]:
    proxy = Cutting(to)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(5)
