"""What all channels share knows none of them: import-linter is told so (pyproject.toml), of every module."""

import tomllib
from pathlib import Path

import firstline.channels

HERE = Path(firstline.channels.__file__).parent
RULES = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def test_no_module_of_the_channels_is_left_out_of_the_rule() -> None:
    [rule] = [
        each for each in RULES if each["type"] == "forbidden" and "firstline.channels.base" in each["source_modules"]
    ]
    shared = {f"firstline.channels.{path.stem}" for path in HERE.glob("*.py") if path.stem != "__init__"}
    assert shared == {each for each in rule["source_modules"] if each.startswith("firstline.channels.")}


def test_every_adapter_is_forbidden_to_them() -> None:
    [rule] = [
        each for each in RULES if each["type"] == "forbidden" and "firstline.channels.base" in each["source_modules"]
    ]
    folders = {path.parent.name for path in HERE.glob("*/channel.py")}
    assert {f"firstline.channels.{name}" for name in folders} == set(rule["forbidden_modules"])
