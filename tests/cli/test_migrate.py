"""`uvkit migrate`: the report, and the forms of a trial."""

from __future__ import annotations

import json

from .conftest import Cli

POETRY = """\
[tool.poetry]
name = "demo"
version = "1"
requires-poetry = ">=1.8"

[tool.poetry.dependencies]
python = "^3.9"
alpha = "^1.0"
beta = "^1.0 || ^3.0"
"""
LOCK = """\
[[package]]
name = "alpha"
version = "1.0"

[[package]]
name = "beta"
version = "0.9"
"""


def test_the_report_names_what_changed_and_what_was_left_out(cli: Cli) -> None:
    cli.write("pyproject.toml", POETRY)
    cli.write("poetry.lock", LOCK)

    done = cli("migrate")

    assert done.err == (
        "Carried over 4 entries of poetry\n"
        "Changed:\n"
        "  tool.poetry.dependencies.beta: `^1.0 || ^3.0` has gaps, which requirements cannot say; "
        "it is now `>=1.0,<4.0`\n"
        "  build-system: `poetry-core>=2.0.0` is the first that reads `[project]`\n"
        "  tool.poetry.classifiers: poetry added those of the license and of the Python versions by itself; "
        "it does not any more\n"
        "Not carried over:\n"
        "  tool.poetry.requires-poetry: it is about poetry itself\n"
        "Versions that differ from the old lock:\n"
        "  ~ beta 0.9 -> 2.0 (the index does not have `0.9`)\n"
        "Kept the original as `pyproject.toml.orig`\n"
        "Migrated from poetry in T: 1 locked version kept, 1 changed, 1 entry not carried over\n"
    )
    assert 'name = "alpha"\nversion = "1.0"' in (cli.folder / "uv.lock").read_text()


def test_a_dry_run_prints_the_new_file(cli: Cli) -> None:
    cli.write("pyproject.toml", POETRY)

    done = cli("migrate", "--dry-run", "--no-lock")

    assert done.out.startswith('[project]\nname = "demo"\n')
    assert (cli.folder / "pyproject.toml").read_text() == POETRY


def test_the_tool_can_be_named_and_the_result_printed_as_json(cli: Cli) -> None:
    cli.write("requirements.txt", "alpha==1.0\n")
    cli.write("Pipfile", "[packages]\n")

    done = cli("migrate", "--from", "requirements", "--json")

    result = json.loads(done.out)
    assert result["tool"] == "requirements"
    assert result["versions"] == [
        {"project": "alpha", "fate": "kept", "before": ["1.0"], "after": ["1.0"], "reason": ""}
    ]


def test_nothing_to_migrate_ends_with_status_two(cli: Cli) -> None:
    done = cli("migrate", status=2)

    assert "cannot be migrated: there are no files" in done.err
