"""The files of deploy/ say nothing that the program does not know."""

import re
from pathlib import Path

from firstline import worker
from firstline.cli import COMMANDS, web
from firstline.config import Config

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
GRACE = {"web": web.GRACE_SECONDS, "worker": worker.GRACE_SECONDS}


def test_every_setting_named_there_exists() -> None:
    known = {f"FIRSTLINE_{name.upper()}" for name in Config.model_fields}
    said = {name for path in DEPLOY.rglob("*.*") for name in re.findall(r"FIRSTLINE_[A-Z_]+[A-Z]", path.read_text())}
    assert len(said) > 5
    assert said <= known


def test_every_unit_runs_a_command_and_gives_it_time_to_end() -> None:
    ran = set()
    for unit in UNITS:
        text = unit.read_text()
        command = re.search(r"^ExecStart=\S+ -m firstline (\w+)", text, re.M)
        assert command, unit.name
        ran.add(command[1])
        stop = re.search(r"^TimeoutStopSec=(\d+)$", text, re.M)
        assert stop is None or int(stop[1]) > 2 * GRACE.get(command[1], 0)
    assert ran == {"web", "worker", "mail", "migrate"}
    assert ran <= set(COMMANDS)


def test_every_unit_is_shut_in() -> None:
    for unit in UNITS:
        lines = set(unit.read_text().splitlines())
        assert lines >= {"User=firstline", "NoNewPrivileges=yes", "ProtectSystem=strict", "StateDirectory=firstline"}


def test_the_image_runs_without_rights_and_installs_by_hash() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "--require-hashes -r /tmp/requirements.txt" in text
    assert re.findall(r"^USER (\S+)$", text, re.M) == ["10001:10001"]
    assert not re.search(r"^(ENV|ARG) .*(SECRET|PASSWORD|KEY|TOKEN)", text, re.M)


def test_nothing_secret_is_written_down() -> None:
    for path in [path for folder in ("systemd", "compose", "patroni") for path in (DEPLOY / folder).iterdir()]:
        for name, value in re.findall(
            r"^\s*(\w*(?:PASSWORD|SECRET|KEYS?))[=:][ \t]*(.*)$", path.read_text(), re.M | re.I
        ):
            assert value in ("", "CHANGE-ME") or value[0] in "$@", (path.name, name)


def test_the_readme_says_how_each_name_of_a_database_machine_is_filled_in() -> None:
    files = [DEPLOY / "patroni" / name for name in ("etcd.env", "patroni.yml")]
    used = {name for path in files for name in re.findall(r"@([A-Z0-9_]+)@", path.read_text())}
    told = set(re.findall(r"s[/,]@([A-Z0-9_]+)@[/,]", (DEPLOY / "patroni" / "README.md").read_text()))
    assert used == told


def test_a_primary_gives_up_its_office_before_another_may_take_it() -> None:
    said = dict(
        re.findall(r"^    (ttl|loop_wait|retry_timeout): (\d+)$", (DEPLOY / "patroni/patroni.yml").read_text(), re.M)
    )
    assert int(said["loop_wait"]) + 2 * int(said["retry_timeout"]) <= int(said["ttl"])
