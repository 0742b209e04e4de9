"""Lock real projects with uv and with uvkit, each from empty, and compare bytes; then let uv check and sync our lock.

    python benchmarks/parity_locks.py [--index URL] [NAME-PART]

The index is the default one unless another is named. Every project is locked by both against it in new folders.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(sys.executable).parent
EXAMPLE = Path(__file__).parent.parent / "examples" / "mlops" / "pyproject.toml"
PROJECTS = {
    "web-flask": (">=3.11", ["flask", "flask-sqlalchemy", "gunicorn"]),
    "web-django": (">=3.11,<3.14", ["django", "djangorestframework", "psycopg[binary]"]),
    "web-fastapi": (">=3.11,<3.14", ["fastapi[standard]", "sqlalchemy", "alembic"]),
    "client": (">=3.11", ["httpx[http2,brotli]", "tenacity", "pydantic-settings"]),
    "command": (">=3.11", ["typer", "rich", "questionary", "platformdirs"]),
    "tests": (">=3.11,<3.14", ["pytest", "pytest-cov", "pytest-xdist", "hypothesis"]),
    "lint": (">=3.11", ["black", "ruff", "mypy", "isort"]),
    "documents": (">=3.11.5,<3.12", ["sphinx", "furo", "myst-parser"]),
    "tasks": (">=3.11", ["celery[redis]", "flower"]),
    "cloud": (">=3.11.5,<3.12", ["boto3", "google-cloud-storage", "azure-storage-blob"]),
    "notebook": (">=3.11.5,<3.12", ["jupyterlab", "ipywidgets"]),
    "crawler": (">=3.11.5,<3.12", ["scrapy", "beautifulsoup4", "lxml"]),
    "data": (">=3.11,<3.13", ["polars", "duckdb", "pyarrow", "altair"]),
}
EXTRAS = """
[project.optional-dependencies]
more = ["orjson ; platform_python_implementation == 'CPython'", "pyyaml"]

[dependency-groups]
dev = ["pytest-mock", { include-group = "lint" }]
lint = ["ruff"]
"""


def _forks(lock: bytes) -> str:
    return "forks" if b"\nresolution-markers" in lock else "no forks"


def texts() -> dict[str, str]:
    found = {"example-mlops": EXAMPLE.read_text()}
    for name, (python, dependencies) in PROJECTS.items():
        rows = "".join(f"    {dependency!r},\n".replace("'", '"') for dependency in dependencies)
        found[name] = (
            f'[project]\nname = "{name}"\nversion = "0.1.0"\nrequires-python = "{python}"\n'
            f"dependencies = [\n{rows}]\n{EXTRAS}"
        )
    return found


def run(tool: str, args: list[str], cwd: Path, index: str) -> subprocess.CompletedProcess[str]:
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "UVKIT_"))}
    variables |= {"UV_DEFAULT_INDEX": index, "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"}
    return subprocess.run([str(BIN / tool), *args], cwd=cwd, env=variables, capture_output=True, text=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", default="")
    parser.add_argument("--index")
    parser.add_argument("--sync", action="store_true", help="also let uv sync each lock (downloads every wheel)")
    given = parser.parse_args()
    if given.index is None:
        from uvkit.index import default_index_url

        given.index = default_index_url(os.environ).rstrip("/")
    same = checked = count = 0
    with tempfile.TemporaryDirectory(prefix="uvkit-parity-") as folder:
        for name, text in texts().items():
            if given.part not in name:
                continue
            count += 1
            sides = {}
            for tool in ("uv", "uvkit"):
                work = Path(folder, tool, name)
                work.mkdir(parents=True)
                (work / "pyproject.toml").write_text(text)
                done = run(tool, ["lock"], work, given.index)
                if done.returncode:
                    print(f"{name}: {tool} failed: {done.stderr.strip()[-400:]}")
                lock = work / "uv.lock"
                sides[tool] = lock.read_bytes() if lock.exists() else b""
            theirs, ours = sides["uv"], sides["uvkit"]
            identical = bool(theirs) and theirs == ours
            same += identical
            work = Path(folder, "uvkit", name)
            accepted = run("uv", ["lock", "--check"], work, given.index).returncode == 0
            checked += accepted
            notes = [
                f"{theirs.count(b'[[package]]')} packages",
                _forks(theirs),
            ]
            if given.sync:
                done = run("uv", ["sync", "--frozen"], work, given.index)
                notes.append(f"uv sync --frozen: {'ok' if done.returncode == 0 else done.stderr.strip()[-200:]}")
            verdict = "identical" if identical else "DIFFERENT"
            print(f"{name:16} {verdict}  uv lock --check: {accepted}  {', '.join(notes)}", flush=True)
    print(f"{same}/{count} identical, {checked}/{count} accepted by uv lock --check")
    return 0 if same == checked == count else 1


if __name__ == "__main__":
    raise SystemExit(main())
