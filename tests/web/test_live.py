"""The listener of the live pages connects as the pages themselves do."""

from typing import Any

import pytest
from django.db import connection

from firstline.web import live


@pytest.mark.django_db
def test_every_parameter_of_the_databases_address_is_kept_but_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem", "pool": {"min_size": 1}}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    address = live._address()
    assert (address["sslmode"], address["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    assert address["dbname"] == connection.settings_dict["NAME"]
    assert "pool" not in address
