"""The programs of PostgreSQL are told the same address as everybody else."""

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from firstline.cli import postgres_tools


@pytest.mark.system
def test_rows_are_dumped_from_the_first_of_several_hosts_that_can_be_written_to(
    database_server: str, tmp_path: Path
) -> None:
    one = conninfo_to_dict(database_server)
    ports = f"1,{one.get('port', 5432)}"
    several = make_conninfo(
        database_server, host=f"127.0.0.1,{one['host']}", port=ports, target_session_attrs="read-write"
    )
    postgres_tools.dump(several, to=tmp_path / "rows")
    assert (tmp_path / "rows").stat().st_size > 0
