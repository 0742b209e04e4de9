"""Lock real projects with uv and with uvkit and compare bytes; let each check, keep and install what the other wrote.

    python benchmarks/parity_locks.py [--index URL] [--set small|real|all] [--more COUNT] [--syncs COUNT] [NAME ...]

The small set are a few requirements each; the real one are the requirements of well-known projects, as
`benchmarks/projects/real` holds them: extras, groups, workspaces, conflicts. The index is the default one unless
another is named; a recorded one (`recorded.py fill`) fetches no wheel for it and gives the same answers tomorrow. Files
newer than a fixed day do not count. Projects whose sources name an index of their own need the recorded one.

Every project is locked from empty with uv and with each engine, cold and then warm, and each tool checks the lock of
the other. For the first `--more` projects the question is asked in other ways: with `lowest-direct`, and from an older
lock with one version released or one requirement added. `--syncs` installs as many locks with both.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from parity_projects import ENGINES, Bench, Project, Row

HERE = Path(__file__).parent
REAL = HERE / "projects" / "real"
EXAMPLE = HERE.parent / "examples" / "mlops" / "pyproject.toml"
SMALL = {
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


def small() -> Iterator[tuple[str, Path | str]]:
    yield "example-mlops", EXAMPLE.read_text()
    for name, (python, dependencies) in SMALL.items():
        rows = "".join(f'    "{dependency}",\n' for dependency in dependencies)
        head = f'[project]\nname = "{name}"\nversion = "0.1.0"\nrequires-python = "{python}"\n'
        yield name, f"{head}dependencies = [\n{rows}]\n{EXTRAS}"


def chosen(given: argparse.Namespace) -> list[tuple[str, Path | str]]:
    found: list[tuple[str, Path | str]] = []
    if given.set in ("small", "all"):
        found += small()
    if given.set in ("real", "all"):
        found += ((folder.name, folder) for folder in sorted(REAL.iterdir()))
    return [one for one in found if not given.names or any(part == one[0] for part in given.names)]


def asked(bench: Bench, given: argparse.Namespace, number: int, project: Project) -> Row:
    lock = project.from_empty(times=not given.once)
    if lock is not None:
        project.accepted(lock)
        if number < given.more:
            project.twins("lowest", [], UV_RESOLUTION="lowest-direct")
            project.relocked()
        if number < given.syncs:
            project.synced(lock)
    return project.row


def printed(row: Row, engines: list[str]) -> None:
    verdicts = "  ".join(f"{question}={verdict}" for question, verdict in row.verdicts.items())
    seconds = row.seconds
    times = []
    for state in ("cold", "warm"):
        if f"uv {state}" in seconds:
            ours = [f"{seconds[f'{one} {state}']:.1f}" for one in engines if f"{one} {state}" in seconds]
            times.append(f"{state} {seconds[f'uv {state}']:.1f}/{'/'.join(ours)}")
    print(f"{row.name:22} {row.packages:4} packages {row.forks:3} forks  {', '.join(times)} s  {verdicts}", flush=True)
    for note in row.notes:
        print(f"    {note}", flush=True)


def summed(rows: list[Row]) -> int:
    """Print how many of each question came out well; return how many did not."""
    failed = 0
    for question in dict.fromkeys(question for row in rows for question in row.verdicts):
        verdicts = [row.verdicts[question] for row in rows if row.verdicts.get(question, "-") != "-"]
        good = sum(verdict in ("same", "yes") for verdict in verdicts)
        failed += len(verdicts) - good
        print(f"{question:22} {good} of {len(verdicts)}")
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--index")
    parser.add_argument("--set", choices=("small", "real", "all"), default="small")
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--more", type=int, default=0)
    parser.add_argument("--syncs", type=int, default=0)
    parser.add_argument("--once", action="store_true", help="lock cold only")
    parser.add_argument("--timeout", type=float, default=600.0)
    parser.add_argument("--python", default="/usr/bin/python3", help="an interpreter in no environment")
    parser.add_argument("--work", type=Path, help="a folder to keep; otherwise a new one that is deleted")
    given = parser.parse_args()
    if given.index is None:
        from uvkit.index import default_index_url

        given.index = default_index_url(os.environ).rstrip("/")
    engines = list(ENGINES) if given.engine == "both" else [given.engine]
    rows = []
    with tempfile.TemporaryDirectory(prefix="uvkit-parity-") as folder:
        bench = Bench(given.index, given.work or Path(folder), given.python, given.timeout)
        for number, (name, source) in enumerate(chosen(given)):
            rows.append(asked(bench, given, number, Project(bench, name, source, engines)))
            printed(rows[-1], engines)
    return 1 if summed(rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
