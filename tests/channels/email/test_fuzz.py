"""Damaged letters: the reader raises nothing but Unreadable, and takes neither long nor much memory.

FUZZ_LETTERS says how many (300 otherwise): `FUZZ_LETTERS=100000 pytest -s tests/channels/email/test_fuzz.py`.
"""

import json
import os
import random
import resource
import time

from firstline.channels.email.letter import Envelope, Unreadable, read
from firstline.channels.email.letter_data import plain
from tests.channels.email.mutations import damaged

HOW_MANY = int(os.environ.get("FUZZ_LETTERS", "300"))
SEED = int(os.environ.get("FUZZ_SEED", "7"))
MEGABYTES = 256


def test_damaged_letters_raise_nothing_but_unreadable() -> None:
    dice = random.Random(SEED)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unreadable, slowest = 0, 0.0
    for number in range(HOW_MANY):
        raw = damaged(dice)
        start = time.process_time()
        try:
            found = plain(read(raw, Envelope("", ("it@desk.example",))))
        except Unreadable:
            unreadable += 1
            continue
        except Exception as error:
            raise AssertionError(f"letter {number} of seed {SEED}: {raw!r}") from error
        slowest = max(slowest, time.process_time() - start)
        json.dumps(found.said)
        assert "\n" not in found.said["subject"]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(f"{HOW_MANY} letters, {unreadable} unreadable, slowest {slowest:.2f} s, grown by {grown} MB")  # noqa: T201
    assert slowest < 3
    assert grown < MEGABYTES
