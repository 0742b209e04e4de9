"""`uvkit pip uninstall`, `list` and `freeze`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import uvkit
from uvkit.testing import IndexServer

from .conftest import Cli


@pytest.fixture
def env(cli: Cli) -> Path:
    """Provide an environment that holds alpha, beta and an editable project."""
    cli("venv")
    cli("pip", "install", "beta")
    cli.write("local/pyproject.toml", '[project]\nname = "local"\nversion = "3"\n')
    path = cli.folder / ".venv"
    site = uvkit.Environment(path).site_packages / "local-3.dist-info"
    site.mkdir()
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: local\nVersion: 3\nRequires-Dist: gamma>=2\n")
    (site / "RECORD").write_text("local-3.dist-info/METADATA,,\nlocal-3.dist-info/RECORD,,\n")
    url = (cli.folder / "local").as_uri()
    (site / "direct_url.json").write_text(json.dumps({"url": url, "dir_info": {"editable": True}}))
    return path


def installed(path: Path) -> list[str]:
    return [f"{one.project}=={one.version_text}" for one in uvkit.Environment(path).installed()]


# -- uninstall ---------------------------------------------------------------------------------------------------------


def test_projects_are_removed(cli: Cli, env: Path) -> None:
    done = cli("pip", "uninstall", "alpha", "local")

    assert done.out == ""
    assert done.err == ("Uninstalled 2 packages in T\n - alpha==1.1\n - local==3 (from file:///ROOT/work/local)\n")
    assert installed(env) == ["beta==2.0"]


def test_what_is_not_installed_is_worth_a_warning(cli: Cli, env: Path) -> None:
    done = cli("pip", "uninstall", "nowhere", "alpha")

    assert done.err == "warning: `nowhere` is not installed\nUninstalled 1 package in T\n - alpha==1.1\n"


def test_nothing_to_remove_is_no_failure(cli: Cli, env: Path) -> None:
    done = cli("pip", "uninstall", "nowhere")

    assert done.err == "warning: `nowhere` is not installed\nwarning: No packages to uninstall\n"


def test_a_dry_run_removes_nothing(cli: Cli, env: Path) -> None:
    done = cli("pip", "uninstall", "--dry-run", "alpha")

    assert done.err == "Would uninstall 1 package\n - alpha==1.1\n"
    assert "alpha==1.1" in installed(env)


def test_files_name_what_is_removed(cli: Cli, env: Path) -> None:
    cli.write("r.txt", "alpha>=1\nBeta\n")

    cli("pip", "uninstall", "-r", "r.txt")

    assert installed(env) == ["local==3"]


def test_something_must_be_named(cli: Cli, env: Path) -> None:
    done = cli("pip", "uninstall", status=2)

    assert done.err == "error: name at least one project, or a file with `--requirements`\n"


def test_the_removal_is_data_if_asked_for(cli: Cli, env: Path) -> None:
    done = cli("pip", "uninstall", "--json", "alpha")

    assert [step["project"] for step in json.loads(done.out)["steps"]] == ["alpha"]


# -- list --------------------------------------------------------------------------------------------------------------


def test_the_list_is_a_table(cli: Cli, env: Path) -> None:
    done = cli("pip", "list")

    assert done.err == ""
    assert re.sub(r"-+\n", "-\n", done.out) == (
        "Package Version Editable project location\n"
        "------- ------- -\n"
        "alpha   1.1\n"
        "beta    2.0\n"
        "local   3       /ROOT/work/local\n"
    )


def test_the_table_has_two_columns_without_editable_projects(cli: Cli, env: Path) -> None:
    done = cli("pip", "list", "--exclude-editable")

    assert done.out == "Package Version\n------- -------\nalpha   1.1\nbeta    2.0\n"


def test_only_editable_projects_can_be_listed(cli: Cli, env: Path) -> None:
    done = cli("pip", "list", "-e", "--format", "freeze")

    assert done.out == "local==3\n"


def test_the_list_can_leave_out_projects(cli: Cli, env: Path) -> None:
    done = cli("pip", "list", "--exclude", "Alpha", "--exclude", "local", "--format", "freeze")

    assert done.out == "beta==2.0\n"


@pytest.mark.parametrize("options", [("--format", "json"), ("--json",)])
def test_the_list_is_data_if_asked_for(cli: Cli, env: Path, options: tuple[str, ...]) -> None:
    done = cli("pip", "list", *options)

    assert done.out == (
        '[{"name":"alpha","version":"1.1"},{"name":"beta","version":"2.0"},'
        '{"name":"local","version":"3","editable_project_location":"/ROOT/work/local"}]\n'
    )


def test_an_empty_environment_has_an_empty_list(cli: Cli) -> None:
    cli("venv")

    table = cli("pip", "list")
    data = cli("pip", "list", "--format", "json")

    assert (table.out, data.out) == ("", "[]\n")


def test_a_list_is_printed_even_if_quiet_but_not_if_twice(cli: Cli, env: Path) -> None:
    quiet = cli("pip", "list", "-q", "--format", "freeze")
    silent = cli("pip", "list", "-qq", "--format", "freeze")

    assert quiet.out == "alpha==1.1\nbeta==2.0\nlocal==3\n"
    assert silent.out == ""


def test_strict_lists_what_does_not_fit_together(cli: Cli, env: Path) -> None:
    done = cli("pip", "list", "--strict", "--format", "freeze")

    assert done.err.startswith("warning: ")
    assert "`gamma>=2`" in done.err


# -- freeze ------------------------------------------------------------------------------------------------------------


def test_freeze_prints_requirements(cli: Cli, env: Path, index: IndexServer) -> None:
    url = f"{index.root}/files/delta/delta-1.0-py3-none-any.whl"
    cli("pip", "install", url)

    done = cli("pip", "freeze")

    assert done.err == ""
    assert done.out == f"alpha==1.1\nbeta==2.0\ndelta @ {url}\n-e file:///ROOT/work/local\n"


def test_freeze_can_leave_out_projects(cli: Cli, env: Path) -> None:
    done = cli("pip", "freeze", "--exclude-editable", "--exclude", "beta")

    assert done.out == "alpha==1.1\n"


def test_freeze_is_what_install_reads(cli: Cli, env: Path) -> None:
    frozen = cli("pip", "freeze", "--exclude-editable")
    cli("venv", "other")
    cli.write("r.txt", frozen.out)

    cli("pip", "install", "-p", "other", "-r", "r.txt")

    assert installed(cli.folder / "other") == ["alpha==1.1", "beta==2.0"]


def test_freeze_warns_of_what_does_not_fit_together(cli: Cli, env: Path) -> None:
    done = cli("pip", "freeze", "--strict")

    assert done.err.startswith("warning: ")
    assert "`gamma>=2`" in done.err


def test_what_is_described_twice_is_listed_once(cli: Cli, env: Path) -> None:
    cli("pip", "install", "alpha")
    site = next(env.glob("lib/python*/site-packages"))
    (site / "alpha.egg-info").mkdir()
    (site / "alpha.egg-info" / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: alpha\nVersion: 1.1\n")

    listed, frozen = cli("pip", "list"), cli("pip", "freeze")

    assert listed.out.count("alpha") == 1
    assert frozen.out.count("alpha==1.1") == 1
