"""`uvkit pip install`: names, files, paths and URLs into an environment."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import uvkit
from uvkit.testing import Distribution, IndexServer

from .conftest import BACKEND, Cli


@pytest.fixture
def env(cli: Cli) -> Path:
    cli("venv")
    return cli.folder / ".venv"


def installed(path: Path) -> list[str]:
    return [f"{one.project}=={one.version_text}" for one in uvkit.Environment(path).installed()]


def tree(cli: Cli, name: str = "local", *dependencies: str) -> Path:
    """Write a source tree with a backend of its own."""
    cli.write(f"{name}/backend.py", BACKEND)
    cli.write(f"{name}/module.py", "")
    rows = ", ".join(f'"{one}"' for one in dependencies)
    return cli.write(
        f"{name}/pyproject.toml",
        f'[project]\nname = "{name}"\nversion = "3"\ndependencies = [{rows}]\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    ).parent


# -- names -------------------------------------------------------------------------------------------------------------


def test_names_are_resolved_and_installed(cli: Cli, env: Path) -> None:
    done = cli("pip", "install", "beta", "alpha<1.1")

    assert done.out == ""
    assert done.err == (
        "Resolved 2 packages in T\nPrepared 2 packages in T\nInstalled 2 packages in T\n + alpha==1.0\n + beta==2.0\n"
    )
    assert installed(env) == ["alpha==1.0", "beta==2.0"]


def test_what_is_satisfied_is_left_alone(cli: Cli, env: Path) -> None:
    cli("pip", "install", "alpha==1.0")

    done = cli("pip", "install", "alpha", "--offline", "--no-cache")

    assert done.err == "Checked 1 package in T\n"


def test_installed_versions_are_preferred_over_newer_ones(cli: Cli, env: Path) -> None:
    cli("pip", "install", "alpha==1.0")

    cli("pip", "install", "beta")

    assert installed(env) == ["alpha==1.0", "beta==2.0"]


def test_upgrade_takes_the_newest(cli: Cli, env: Path) -> None:
    cli("pip", "install", "alpha==1.0")

    done = cli("pip", "install", "--upgrade", "beta")

    assert done.err.endswith(" - alpha==1.0\n + alpha==1.1\n + beta==2.0\n")


def test_one_project_can_be_upgraded(cli: Cli, env: Path) -> None:
    cli("pip", "install", "alpha==1.0", "beta==1.0")

    cli("pip", "install", "-P", "beta", "beta", "alpha")

    assert installed(env) == ["alpha==1.0", "beta==2.0"]


def test_reinstall_puts_the_same_in_place_again(cli: Cli, env: Path) -> None:
    cli("pip", "install", "beta")

    done = cli("pip", "install", "--reinstall", "alpha")

    assert done.err == "Resolved 1 package in T\nUninstalled 1 package\nInstalled 1 package in T\n ~ alpha==1.1\n"


def test_a_dry_run_prints_the_plan_and_changes_nothing(cli: Cli, env: Path) -> None:
    cli("pip", "install", "alpha==1.0")

    done = cli("pip", "install", "--dry-run", "alpha==1.1", "delta")

    assert done.err == (
        "Resolved 2 packages in T\nWould download 2 packages\nWould uninstall 1 package\nWould install 2 packages\n"
        " - alpha==1.0\n + alpha==1.1\n + delta==1.0\n"
    )
    assert installed(env) == ["alpha==1.0"]


def test_exact_removes_what_was_not_asked_for(cli: Cli, env: Path) -> None:
    cli("pip", "install", "beta", "delta")

    cli("pip", "install", "--exact", "beta")

    assert installed(env) == ["alpha==1.1", "beta==2.0"]


def test_without_dependencies_only_what_is_named_is_installed(cli: Cli, env: Path) -> None:
    done = cli("pip", "install", "--no-deps", "--strict", "beta")

    assert installed(env) == ["beta==2.0"]
    assert "warning: " in done.err
    assert "`alpha`" in done.err


def test_extras_are_installed(cli: Cli, env: Path) -> None:
    cli("pip", "install", "gamma[more]")

    assert installed(env) == ["alpha==1.1", "beta==2.0", "delta==1.0", "gamma==1.0"]


@pytest.mark.parametrize(
    ("options", "version"),
    [
        (["--prerelease", "allow"], "2.0a1"),
        (["--pre"], "2.0a1"),
        (["--resolution", "lowest"], "1.0"),
        ([], "1.1"),
    ],
)
def test_options_choose_versions(cli: Cli, env: Path, options: list[str], version: str) -> None:
    cli("pip", "install", *options, "alpha")

    assert installed(env) == [f"alpha=={version}"]


def test_a_contradiction_is_explained(cli: Cli, env: Path) -> None:
    done = cli("pip", "install", "broken", status=1)

    assert done.err.startswith("error: no solution found")
    assert "`broken` 1.0 requires `alpha>=2`" in done.err
    assert installed(env) == []


def test_a_requirement_that_does_not_parse_is_shown(cli: Cli, env: Path) -> None:
    done = cli("pip", "install", "al pha", status=2)

    assert done.err.startswith("error: `al pha` is not a valid requirement: ")


def test_nothing_to_install_is_an_error(cli: Cli, env: Path) -> None:
    done = cli("pip", "install", status=2)

    assert done.err.startswith("error: name at least one requirement")


def test_the_result_is_data_if_asked_for(cli: Cli, env: Path) -> None:
    done = cli("pip", "install", "--json", "alpha")

    found = json.loads(done.out)
    assert done.err == ""
    assert [(step["action"], step["project"], step["after"]) for step in found["steps"]] == [
        ("install", "alpha", "1.1")
    ]


# -- files -------------------------------------------------------------------------------------------------------------


def test_files_include_others_and_read_variables(cli: Cli, env: Path) -> None:
    cli.set(WANTED="1.0")
    cli.write("a.txt", "# comment\nbeta \\\n  >=1\n-r sub/b.txt\n")
    cli.write("sub/b.txt", "alpha==${WANTED}\n-c c.txt\n")
    cli.write("sub/c.txt", "beta<2\n")

    cli("pip", "install", "-r", "a.txt")

    assert installed(env) == ["alpha==1.0", "beta==1.0"]


def test_requirements_come_from_standard_input(cli: Cli, env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"alpha==1.0\n")))

    cli("pip", "install", "-r", "-")

    assert installed(env) == ["alpha==1.0"]


def test_constraints_limit_and_overrides_replace(cli: Cli, env: Path) -> None:
    cli.write("c.txt", "beta<2\n")
    cli.write("o.txt", "alpha==1.1\n")

    cli("pip", "install", "gamma", "-c", "c.txt", "--overrides", "o.txt")

    assert installed(env) == ["alpha==1.1", "beta==1.0", "gamma==1.0"]


@pytest.mark.parametrize("given", ["option", "variable"])
def test_excludes_are_left_out_whoever_asks(cli: Cli, env: Path, given: str) -> None:
    cli.write("x.txt", "alpha\n")
    if given == "variable":
        cli.set(UV_EXCLUDE="x.txt")

    cli("pip", "install", "beta", *(["--excludes", "x.txt"] if given == "option" else []))

    assert installed(env) == ["beta==2.0"]


def test_options_in_files_choose_indexes_and_formats(cli: Cli, env: Path, index: IndexServer) -> None:
    cli.unset("UV_DEFAULT_INDEX")
    cli.write("r.txt", f"--index-url {index.url}\n--only-binary :all:\ndelta\n")

    cli("pip", "install", "-r", "r.txt")

    assert installed(env) == ["delta==1.0"]


def test_options_without_effect_in_files_are_named(cli: Cli, env: Path) -> None:
    cli.write("r.txt", "--pre\n--trusted-host x\nalpha\n")

    done = cli("pip", "install", "-r", "r.txt")

    assert "warning: `--pre` in requirements files has no effect (pass it to the command instead)\n" in done.err
    assert "warning: `--trusted-host` in requirements files has no effect" in done.err
    assert installed(env) == ["alpha==1.1"]


def test_an_empty_file_is_worth_a_warning(cli: Cli, env: Path) -> None:
    cli.write("r.txt", "# nothing\n")

    done = cli("pip", "install", "-r", "r.txt")

    assert "warning: the requirements file `r.txt` does not contain any dependencies\n" in done.err


def test_wrong_lines_are_listed_all_at_once(cli: Cli, env: Path) -> None:
    cli.write("r.txt", "al pha\nbeta\ngamma >= \n")

    done = cli("pip", "install", "-r", "r.txt", status=2)

    assert "r.txt:1: `al pha` is not a valid requirement" in done.err
    assert "r.txt:3: `gamma >=` is not a valid requirement" in done.err


def test_a_file_that_is_not_there_is_named(cli: Cli, env: Path) -> None:
    done = cli("pip", "install", "-r", "nowhere.txt", status=2)

    assert "`nowhere.txt` cannot be read: No such file or directory" in done.err


def test_requirements_of_a_project_are_installed_without_it(cli: Cli, env: Path) -> None:
    cli.project(
        "alpha", "demo[more]",
        extra='optional-dependencies = {more = ["delta"], other = ["gamma"]}\n[dependency-groups]\ndev = ["pip"]\n',
    )  # fmt: skip

    cli("pip", "install", "-r", "pyproject.toml", "--group", "dev")

    assert installed(env) == ["alpha==1.1", "delta==1.0", "pip==1.0"]


def test_extras_of_a_project_are_installed(cli: Cli, env: Path) -> None:
    cli.project("alpha", extra='optional-dependencies = {more = ["delta"], other = ["pip"]}\n')

    cli("pip", "install", "-r", "pyproject.toml", "--extra", "more")
    one = installed(env)
    cli("pip", "install", "-r", "pyproject.toml", "--all-extras")

    assert one == ["alpha==1.1", "delta==1.0"]
    assert installed(env) == ["alpha==1.1", "delta==1.0", "pip==1.0"]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("--group", "nope"), "there is no group `nope`"),
        (("-r", "pyproject.toml", "--extra", "nope"), "the extra `nope` is not defined by the project"),
        (("alpha", "--extra", "more"), "extras are of a project among the files; write `name[extra]` for others"),
    ],
)
def test_what_a_project_does_not_have_is_refused(cli: Cli, env: Path, argv: tuple[str, ...], message: str) -> None:
    cli.project("alpha")

    done = cli("pip", "install", *argv, status=2)

    assert message in done.err


def test_settings_of_the_project_around_limit_installs(cli: Cli, env: Path) -> None:
    cli.project(
        extra='[tool.uv]\nconstraint-dependencies = ["alpha<1.1"]\noverride-dependencies = ["beta<2"]\n'
        'exclude-dependencies = ["delta"]\n'
    )

    cli("pip", "install", "gamma[more]", "alpha")

    assert installed(env) == ["alpha==1.0", "beta==1.0", "gamma==1.0"]


def test_a_project_that_is_not_valid_is_worth_a_warning(cli: Cli, env: Path) -> None:
    cli.write("pyproject.toml", "[project\n")

    done = cli("pip", "install", "alpha")

    assert done.err.startswith("warning: settings of the project are ignored: `/ROOT/work/pyproject.toml` is not valid")
    assert installed(env) == ["alpha==1.1"]


# -- hashes ------------------------------------------------------------------------------------------------------------


def digest(index: IndexServer, project: str, file: str) -> str:
    return index.files[project][file].hashes["sha256"]


def test_files_with_the_right_hash_are_installed(cli: Cli, env: Path, index: IndexServer) -> None:
    good = digest(index, "alpha", "alpha-1.0-py3-none-any.whl")
    cli.write("r.txt", f"alpha==1.0 --hash=sha256:{'0' * 64} --hash=sha256:{good}\n")

    cli("pip", "install", "--require-hashes", "-r", "r.txt")

    assert installed(env) == ["alpha==1.0"]


def test_a_source_archive_is_built_if_only_its_hash_is_given(cli: Cli, env: Path, index: IndexServer) -> None:
    cli.write("r.txt", f"delta==1.0 --hash=sha256:{digest(index, 'delta', 'delta-1.0.tar.gz')}\n")

    done = cli("pip", "install", "-r", "r.txt")

    assert "Built delta" in done.err
    assert installed(env) == ["delta==1.0"]


def test_files_with_another_hash_are_refused(cli: Cli, env: Path) -> None:
    cli.write("r.txt", f"alpha==1.0 --hash=sha256:{'0' * 64}\n")

    done = cli("pip", "install", "-r", "r.txt", status=1)

    assert done.err.startswith("error: `alpha==1.0` has digest sha256:")
    assert installed(env) == []


@pytest.mark.parametrize(
    ("line", "status", "message"),
    [
        ("alpha==1.0", 2, "hashes are required, but none is known for `alpha==1.0`"),
        (f"alpha --hash=sha256:{'0' * 64}", 2, "all versions have to be pinned with `==`"),
    ],
)
def test_required_hashes_must_be_there(cli: Cli, env: Path, line: str, status: int, message: str) -> None:
    cli.write("r.txt", f"{line}\n")

    done = cli("pip", "install", "--require-hashes", "-r", "r.txt", status=status)

    assert message in done.err


def test_required_hashes_must_be_there_for_dependencies_too(cli: Cli, env: Path, index: IndexServer) -> None:
    cli.write("r.txt", f"beta==2.0 --hash=sha256:{digest(index, 'beta', 'beta-2.0-py3-none-any.whl')}\n")

    done = cli("pip", "install", "--require-hashes", "-r", "r.txt", status=1)

    assert "hashes are required, but none is known for `alpha==1.1`" in done.err
    assert installed(env) == []


# -- paths and URLs ----------------------------------------------------------------------------------------------------


def test_a_source_tree_is_built_and_installed(cli: Cli, env: Path) -> None:
    tree(cli, "local", "alpha")

    done = cli("pip", "install", "./local")

    assert "   Building local (/ROOT/work/local)\n      Built local (/ROOT/work/local)\n" in done.err
    assert done.err.endswith(" + alpha==1.1\n + local==3 (from file:///ROOT/work/local)\n")
    assert (env / "lib" / f"python3.{sys.version_info[1]}" / "site-packages" / "local.py").is_file()


@pytest.mark.parametrize("place", ["local", "./local", "local/"])
def test_a_source_tree_is_installed_editable(cli: Cli, env: Path, place: str) -> None:
    tree(cli)

    cli("pip", "install", "-e", place)

    (one,) = uvkit.Environment(env).installed()
    assert one.editable
    assert str(one.source).count("local") == 1


def test_a_named_tree_is_installed_again_each_time(cli: Cli, env: Path) -> None:
    tree(cli)
    cli("pip", "install", "-e", "local")

    again = cli("pip", "install", "-e", "local")
    cli.write("r.txt", "-e ./local\n")
    unchanged = cli("pip", "install", "-r", "r.txt")

    assert " ~ local==3 (from file:///ROOT/work/local)\n" in again.err
    assert unchanged.err == "Resolved 1 package in T\nChecked 1 package in T\n"


def test_an_editable_install_satisfies_those_who_need_it(cli: Cli, env: Path) -> None:
    tree(cli, "local")
    tree(cli, "other", "local>=2", "alpha")
    cli("pip", "install", "-e", "local")

    done = cli("pip", "install", "./other")

    assert done.err.endswith(" + alpha==1.1\n + other==3 (from file:///ROOT/work/other)\n")
    assert [one.editable for one in uvkit.Environment(env).installed()] == [False, True, False]


def test_a_wheel_is_installed_from_its_url(cli: Cli, env: Path, index: IndexServer) -> None:
    url = f"{index.root}/files/alpha/alpha-1.0-py3-none-any.whl"

    first = cli("pip", "install", url)
    second = cli("pip", "install", "alpha")

    assert first.err.endswith(f" + alpha==1.0 (from {url})\n")
    assert second.err == "Checked 1 package in T\n"


def test_a_source_archive_on_disk_is_built(cli: Cli, env: Path, index: IndexServer) -> None:
    path = index.files["delta"]["delta-1.0.tar.gz"].path

    cli("pip", "install", str(path))

    assert installed(env) == ["delta==1.0"]


@pytest.mark.parametrize("place", ["./nowhere", "./nowhere.tar.gz", "-e./nowhere"])
def test_a_place_where_nothing_is_is_an_error(cli: Cli, env: Path, place: str) -> None:
    done = cli("pip", "install", place, status=1)

    assert "/ROOT/work/nowhere" in done.err


def test_wheels_can_be_refused(cli: Cli, env: Path) -> None:
    built = cli("pip", "install", "--no-binary", "delta", "delta")
    refused = cli("pip", "install", "--no-binary", ":all:", "alpha", status=1)

    assert "Built delta" in built.err
    assert refused.err.startswith("error: no solution found")


@pytest.mark.parametrize("options", [("--no-build",), ("--only-binary", ":all:"), ("--only-binary", "alpha,local")])
def test_builds_can_be_refused(cli: Cli, env: Path, options: tuple[str, ...]) -> None:
    cli("pip", "install", *options, "delta")
    cli.write("uninstall.txt", "delta\n")

    assert installed(env) == ["delta==1.0"]


def test_none_forgets_what_was_refused(cli: Cli, env: Path) -> None:
    cli("pip", "install", "--no-binary", ":all:", "--no-binary", ":none:", "alpha")

    assert installed(env) == ["alpha==1.1"]


# -- other machines, and looking without touching ----------------------------------------------------------------------


def test_files_of_another_python_are_chosen(cli: Cli, env: Path) -> None:
    cli.write("asked.txt", "alpha ; python_version >= '3.99'\nbeta==1.0 ; sys_platform == 'win32'\ndelta\n")

    cli("pip", "install", "-r", "asked.txt", "--python-version", "3.99", "--target", "other")
    cli("pip", "install", "-r", "asked.txt", "--python-platform", "windows", "--target", "far")

    assert sorted(path.name for path in (cli.folder / "other").glob("*.dist-info")) == [
        "alpha-1.1.dist-info", "delta-1.0.dist-info",
    ]  # fmt: skip
    assert sorted(path.name for path in (cli.folder / "far").glob("*.dist-info")) == [
        "alpha-1.0.dist-info", "beta-1.0.dist-info", "delta-1.0.dist-info",
    ]  # fmt: skip


@pytest.mark.parametrize("command", [("install", "alpha"), ("sync", "asked.txt")])
def test_check_says_whether_something_would_change(cli: Cli, env: Path, command: tuple[str, ...]) -> None:
    cli.write("asked.txt", "alpha==1.1\n")

    before = cli("pip", *command, "--check", status=1)
    cli("pip", *command)
    after = cli("pip", *command, "--check")

    assert "Would install 1 package\n + alpha==1.1\n" in before.err
    assert after.err == "Checked 1 package in T\nWould make no changes\n" or "Would make no changes" in after.err


def test_changes_are_listed_for_machines(cli: Cli, env: Path) -> None:
    cli("pip", "install", "alpha==1.0", "delta")

    done = cli("pip", "install", "alpha==1.1", "--reinstall-package", "delta", "delta", "--output-format", "json")

    assert json.loads(done.out) == {
        "schema": {"version": "preview"},
        "changes": [
            {"name": "alpha", "version": "1.0", "action": "uninstalled"},
            {"name": "alpha", "version": "1.1", "action": "installed"},
            {"name": "delta", "version": "1.0", "action": "reinstalled"},
        ],
        "dry_run": False,
    }


@pytest.mark.parametrize("how", [("--no-editable",), ("--no-editable-package", "local")])
def test_an_editable_requirement_can_be_made_a_plain_one(cli: Cli, env: Path, how: tuple[str, ...]) -> None:
    tree(cli)

    cli("pip", "install", "-e", "./local", *how)

    [one] = uvkit.Environment(env).installed()
    assert not one.editable


def test_check_can_be_for_another_machine(cli: Cli, env: Path, index: IndexServer) -> None:
    index.add(Distribution(name="winning", version="1.0", requires=("alpha ; sys_platform == 'win32'",)))
    cli("pip", "install", "winning")

    here = cli("pip", "check")
    there = cli("pip", "check", "--python-platform", "windows", status=1)

    assert "All installed packages are compatible" in here.err
    assert "`winning` requires `alpha" in there.err


def test_build_requirements_need_hashes_where_that_is_wanted(cli: Cli, env: Path) -> None:
    text = (tree(cli) / "pyproject.toml").read_text()
    cli.write("local/pyproject.toml", text.replace("requires = []", 'requires = ["alpha"]'))

    refused = cli("pip", "install", "./local", "--require-build-hashes", status=1)
    cli.write("hashes.txt", f"alpha==1.1 --hash=sha256:{'0' * 64}\n")
    wrong = cli("pip", "install", "./local", "--require-build-hashes", "-b", "hashes.txt", status=1)
    cli("pip", "install", "./local")

    assert "alpha" in refused.err
    assert "alpha" in wrong.err
