"""What import-linter cannot say about the layout."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import uvkit

ROOT = Path(uvkit.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
PURE = ("errors", "events", "markers", "model", "formats", "resolver")
HEAVY = ("httpx", "pydantic", "tomlkit", "rich", "resolvelib", "packaging", "asyncio")


def _imports(tree: ast.AST) -> list[ast.ImportFrom]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_packages_import_each_other_through_their_front_door_only() -> None:
    wrong = []
    for file in FILES:
        own = file.relative_to(ROOT).parts[0]
        for node in _imports(ast.parse(file.read_text())):
            parts = (node.module or "").split(".")
            deep = node.level == 0 and parts[0] == "uvkit" and len(parts) > 2 and parts[1] != own
            if deep or node.level > 1:
                wrong.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.module}")

    assert wrong == []


def test_the_pure_half_names_paths_but_never_touches_files() -> None:
    touching = {
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "exists",
        "is_file",
        "is_dir",
        "iterdir",
        "glob",
    }
    pure = [file for file in FILES if file.relative_to(ROOT).parts[0] in PURE]
    pure += [
        ROOT / "environment/planning.py",
        ROOT / "net/retry.py",
        ROOT / "net/freshness.py",
        ROOT / "project/lowering.py",
    ]
    wrong = [
        f"{file.relative_to(ROOT)}:{node.lineno} .{node.func.attr}"
        for file in pure
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in touching
    ]

    assert wrong == []


def _statement_lines(function: ast.FunctionDef) -> int:
    """Count from the first statement behind the docstring: what a verb says of its keywords is not its length."""
    body = function.body[1:] if ast.get_docstring(function) is not None and len(function.body) > 1 else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_files_and_functions_stay_small() -> None:
    long_files = [f"{file.relative_to(ROOT)}" for file in FILES if len(file.read_text().splitlines()) > 500]
    long_functions = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and _statement_lines(node) > 60
    ]

    assert long_files == []
    assert long_functions == []


def test_importing_the_root_loads_nothing_heavy() -> None:
    code = f"import sys, uvkit; print([m for m in {HEAVY!r} if m in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"
