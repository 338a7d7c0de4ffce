"""Scheduled jobs pass over an outage, and over nothing else."""

import pytest
from django.db import OperationalError

from firstline.kit.schedule import comes_again


def job(error: Exception | None) -> str:
    if error:
        raise error
    return "done"


def test_an_outage_ends_it_quietly():
    assert comes_again(job)(OperationalError("server closed the connection")) is None


def test_what_it_answers_is_passed_on():
    assert comes_again(job)(None) == "done"


def test_a_fault_of_ours_is_raised():
    with pytest.raises(ZeroDivisionError):
        comes_again(job)(ZeroDivisionError())
