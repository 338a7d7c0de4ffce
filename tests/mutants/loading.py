"""Loads modules from other files than their own, in this process and in every Python process that it starts.

A folder holds what is loaded instead. It is put on the path, which processes like the one that reads letters inherit
(`kit.sandbox`); there Python itself imports its `sitecustomize`. So nothing in the program knows of this.
"""

import ast
import builtins
import importlib.abc
import importlib.util
import json
import mmap
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

REACHED = "_reached_"
"""What a marked module calls, with the number of the mark."""
_BEGIN = """
from pathlib import Path
from tests.mutants.loading import begin
begin(Path(__file__).parent)
"""


def write(folder: Path, trees: Mapping[str, tuple[Path, ast.Module]], *, marks: int = 0) -> None:
    """Put into the folder what is loaded for these modules, and room for so many marks."""
    folder.mkdir()
    for name, (_path, tree) in trees.items():
        (folder / f"{name}.txt").write_text(ast.unparse(tree))
    (folder / "modules.json").write_text(json.dumps({name: str(path) for name, (path, _tree) in trees.items()}))
    (folder / "marks").write_bytes(bytes(max(marks, 1)))
    (folder / "sitecustomize.py").write_text(_BEGIN)


def begin(folder: Path) -> mmap.mmap:
    """From now on, load what stands in the folder. Its marks, shared with the processes that this one starts."""
    sys.path.insert(0, str(folder))
    sys.meta_path.insert(0, _Instead(folder))
    with (folder / "marks").open("r+b") as file:
        marks = mmap.mmap(file.fileno(), 0)

    def reached(number: int) -> None:
        marks[number] = 1

    setattr(builtins, REACHED, reached)
    return marks


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: dict[str, str] = json.loads((folder / "modules.json").read_text())

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> Any:
        # What is run as a program, such as the process that reads letters, is asked for by this name, too.
        if name not in self.modules:
            return None
        return importlib.util.spec_from_file_location(name, self.modules[name], loader=self)

    def exec_module(self, module: ModuleType) -> None:
        text = (self.folder / f"{module.__name__}.txt").read_text()
        exec(compile(text, self.modules[module.__name__], "exec"), vars(module))

    def get_code(self, name: str) -> Any:
        return compile((self.folder / f"{name}.txt").read_text(), self.modules[name], "exec")
