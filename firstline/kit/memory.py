"""Memory goes back to the machine when it is no longer used, so that a process does not grow over weeks."""

import ctypes
import sys

# Of glibc's mallopt(3).
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
SETTINGS = {
    # Each thread would get an arena of its own and keep what its largest email took. They take turns anyway.
    M_ARENA_MAX: 1,
    # What is larger is asked for by itself and given back whole. Unset, the limit rises to the largest that was freed.
    M_MMAP_THRESHOLD: 256 * 1024,
    M_TRIM_THRESHOLD: 1024 * 1024,
}


def give_back() -> None:
    """Settle it for this process and those forked from it, before it starts a thread. Without glibc nothing is done."""
    if sys.platform.startswith("linux") and hasattr(library := ctypes.CDLL(None), "mallopt"):
        for name, value in SETTINGS.items():
            library.mallopt(name, value)
