"""A process gives back what it used, however many threads used it."""

import subprocess
import sys
import textwrap

import pytest

# Eight threads each take and give back much, in pieces; then glibc says in how many heaps it keeps what.
USED = """
import ctypes, re, sys, tempfile, threading
from firstline.kit import memory
if sys.argv[1] == "yes":
    memory.give_back()
library = ctypes.CDLL(None)
library.malloc.restype, library.malloc.argtypes, library.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
together = threading.Barrier(8)
def use():
    together.wait()
    held = [library.malloc(size) for size in (20_000, 100_000, 3_000_000) for _ in range(40)]
    together.wait()
    for each in held:
        library.free(each)
threads = [threading.Thread(target=use) for _ in range(8)]
for each in threads: each.start()
for each in threads: each.join()
library.fdopen.restype, library.malloc_info.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p]
library.fflush.argtypes = [ctypes.c_void_p]
with tempfile.TemporaryFile() as file:
    stream = library.fdopen(file.fileno(), b"w")
    library.malloc_info(0, stream)
    library.fflush(stream)
    file.seek(0)
    print(file.read().decode().count("<heap "))
"""  # noqa: E501


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator is settled on Linux only")
def test_threads_share_one_heap() -> None:
    heaps = {
        settled: int(subprocess.check_output([sys.executable, "-c", textwrap.dedent(USED), settled], text=True))
        for settled in ("yes", "no")
    }
    assert heaps["yes"] == 1
    assert heaps["no"] > 1, "the test would not notice"
