"""`uvkit lock`: what it prints, writes and returns."""

from __future__ import annotations

import json

import pytest

from uvkit.testing import IndexServer

from .conftest import Cli


def test_the_first_lock_says_how_many_packages_it_has(cli: Cli) -> None:
    cli.project("gamma")

    done = cli("lock")

    assert (done.out, done.err) == ("", "Resolved 4 packages in T\n")
    assert (cli.folder / "uv.lock").is_file()


def test_a_lock_that_is_up_to_date_is_left_alone(cli: Cli) -> None:
    cli.project("gamma")
    cli("lock")
    before = (cli.folder / "uv.lock").stat()

    done = cli("lock")

    assert done.err == "Resolved 4 packages in T\n"
    assert (cli.folder / "uv.lock").stat() == before


def test_changes_to_a_lock_are_listed(cli: Cli) -> None:
    cli.project("alpha==1.0", "gamma")
    cli("lock")
    cli.project("alpha", "delta", "beta")

    done = cli("lock", "--upgrade-package", "alpha")

    assert done.err == "Resolved 4 packages in T\nUpdated alpha v1.0 -> v1.1\nAdded delta v1.0\nRemoved gamma v1.0\n"


def test_a_dry_run_lists_what_would_change_and_writes_nothing(cli: Cli) -> None:
    cli.project("beta")

    done = cli("lock", "--dry-run")

    assert done.err == "Resolved 3 packages in T\nAdd alpha v1.1\nAdd beta v2.0\nAdd demo v1\n"
    assert not (cli.folder / "uv.lock").exists()


def test_a_dry_run_without_changes_says_so(cli: Cli) -> None:
    cli.project("alpha")
    cli("lock")

    done = cli("lock", "--dry-run", "--upgrade")

    assert done.err == "Resolved 2 packages in T\nNo lockfile changes detected\n"


def test_a_dry_run_tells_of_changes_that_are_no_versions(cli: Cli) -> None:
    cli.project("alpha")
    cli("lock")
    cli.project("alpha>=1")

    done = cli("lock", "--dry-run")

    assert done.err == "Resolved 2 packages in T\nLockfile changes detected\n"


@pytest.mark.parametrize("option", ["--refresh", "--refresh-package=alpha"])
def test_nothing_is_refreshed_offline(cli: Cli, option: str) -> None:
    cli.project("alpha")

    done = cli("lock", "--offline", option, status=2)

    assert done.err == "error: the argument `--offline` cannot be used with `--refresh`\n"


@pytest.mark.parametrize("option", ["--check", "--locked"])
def test_a_check_refuses_an_outdated_lock(cli: Cli, option: str) -> None:
    cli.project("alpha")
    cli("lock")
    cli.project("alpha", "delta")

    done = cli("lock", option, status=1)

    assert done.err == (
        "error: `/ROOT/work/uv.lock` needs to be updated: the requirements of `demo` changed\n\n"
        "hint: lock again without `check` (`uvkit lock`)\n"
    )


def test_a_check_accepts_a_lock_that_is_up_to_date(cli: Cli) -> None:
    cli.project("alpha")
    cli("lock")

    done = cli("lock", "--check")

    assert done.err == "Resolved 2 packages in T\n"


@pytest.mark.parametrize("option", ["--check", "--check-exists", "--frozen"])
def test_checks_need_a_lock(cli: Cli, option: str) -> None:
    cli.project("alpha")

    done = cli("lock", option, status=1)

    assert done.err == (
        "error: there is no lockfile at `/ROOT/work/uv.lock`\n\nhint: lock the project first (`uvkit lock`)\n"
    )


def test_an_existing_lock_is_only_read_if_only_that_is_asked(cli: Cli) -> None:
    cli.project("alpha")
    cli("lock")
    cli.project("nowhere")

    done = cli("lock", "--check-exists")

    assert done.err == "warning: `uv.lock` was only read, not compared with the project\n"


def test_options_reach_the_resolver(cli: Cli) -> None:
    cli.project("beta", "alpha")

    cli("lock", "--resolution", "lowest")

    text = (cli.folder / "uv.lock").read_text()
    assert 'resolution-mode = "lowest"' in text
    assert 'name = "beta"\nversion = "1.0"' in text


def test_prereleases_are_taken_where_they_are_allowed(cli: Cli) -> None:
    cli.project("alpha")

    cli("lock", "--prerelease", "allow")

    assert 'name = "alpha"\nversion = "2.0a1"' in (cli.folder / "uv.lock").read_text()


def test_a_cut_off_hides_later_files(cli: Cli) -> None:
    cli.project("alpha")

    done = cli("lock", "--exclude-newer", "2020-01-01", status=1)

    assert "uploaded after the cut-off" in done.err
    assert "move `exclude-newer` beyond that" in done.err


def test_the_project_is_found_above_the_folder(cli: Cli) -> None:
    cli.project("alpha")
    below = cli.folder / "src" / "demo"
    below.mkdir(parents=True)

    cli("lock", folder=below)

    assert (cli.folder / "uv.lock").is_file()


@pytest.mark.parametrize("given", ["option", "variable"])
def test_the_project_can_be_named(cli: Cli, given: str) -> None:
    cli.project("alpha")
    away = cli.root / "away"
    away.mkdir()
    if given == "variable":
        cli.set(UV_PROJECT=str(cli.folder))

    cli(*(("--project", str(cli.folder)) if given == "option" else ()), "lock", folder=away)

    assert (cli.folder / "uv.lock").is_file()


@pytest.mark.parametrize("given", ["option", "variable"])
def test_the_working_directory_can_be_named(cli: Cli, given: str) -> None:
    cli.project("alpha")
    if given == "variable":
        cli.set(UV_WORKING_DIR="work")

    cli("lock", *(("--directory", "work") if given == "option" else ()), folder=cli.root)

    assert (cli.folder / "uv.lock").is_file()


def test_without_a_project_there_is_nothing_to_lock(cli: Cli) -> None:
    done = cli("lock", status=2)

    assert done.err == (
        "error: no `pyproject.toml` found in `/ROOT/work` or any parent directory\n\n"
        "hint: run this inside a project, or pass the project's directory\n"
    )


def test_the_result_is_data_if_asked_for(cli: Cli) -> None:
    cli.project("alpha")

    done = cli("lock", "--json")

    found = json.loads(done.out)
    assert done.err == ""
    assert found["packages"] == 2
    assert found["written"]
    assert found["diff"]["added"] == {"alpha": ["1.1"], "demo": ["1"]}


def test_quiet_prints_nothing(cli: Cli) -> None:
    cli.project("alpha")

    done = cli("lock", "-q")

    assert (done.out, done.err) == ("", "")


def test_an_error_is_printed_even_if_quiet_but_not_if_twice(cli: Cli) -> None:
    cli.project("nowhere")

    quiet = cli("lock", "-q", status=1)
    silent = cli("lock", "-qq", status=1)

    assert quiet.err.startswith("error: no solution found")
    assert silent.err == ""


def test_verbose_prints_what_is_decided(cli: Cli) -> None:
    cli.project("beta")

    done = cli("lock", "-v")

    assert "Resolving...\n" in done.err
    assert "chose beta 2.0\n" in done.err
    assert "listing alpha: done\n" in done.err


def test_a_missing_bound_of_python_is_worth_a_warning(cli: Cli) -> None:
    cli.write("pyproject.toml", '[project]\nname = "demo"\nversion = "1"\n')

    done = cli("lock")

    assert done.err.startswith("warning: no `requires-python` value found in the workspace. Defaulting to `>=3.")
    assert done.err.endswith("(set `requires-python`)\nResolved 1 package in T\n")


def test_configuration_of_the_project_counts_unless_it_is_switched_off(cli: Cli) -> None:
    cli.project("beta", extra='[tool.uv]\nresolution = "lowest"\n')

    first = cli("lock", "--dry-run")
    second = cli("lock", "--dry-run", "--no-config")

    assert "Add beta v1.0" in first.err
    assert "Add beta v2.0" in second.err


def test_another_configuration_file_replaces_that_of_the_project(cli: Cli) -> None:
    cli.project("alpha", extra='[tool.uv]\nresolution = "lowest"\n')
    cli.write("other.toml", 'prerelease = "allow"\n')

    done = cli("lock", "--dry-run", "--config-file", "other.toml")

    assert "Add alpha v2.0a1" in done.err


def test_a_script_is_locked_beside_itself(cli: Cli) -> None:
    cli.write("tool.py", '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["beta"]\n# ///\n')

    done = cli("lock", "--script", "tool.py")
    again = cli("lock", "--script", "tool.py", "--check")

    assert done.err == again.err == "Resolved 2 packages in T\n"
    assert (cli.folder / "tool.py.lock").is_file()


def test_an_option_replaces_its_variable(cli: Cli, index: IndexServer) -> None:
    cli.project("alpha")
    cli.set(UV_INDEX="http://127.0.0.1:1/unreachable", UV_HTTP_RETRIES="0")

    cli("lock", status=2)
    done = cli("lock", "--index", index.url)

    assert done.err == "Resolved 2 packages in T\n"


@pytest.mark.parametrize("option", ["--exclude-newer-package", "--config-setting"])
def test_a_pair_that_is_none_is_named(cli: Cli, option: str) -> None:
    cli.project("alpha")

    done = cli("lock", option, "alpha", status=2)

    assert "`alpha` is not of the form `name=value`" in done.err


def test_a_variable_that_is_not_understood_is_named(cli: Cli) -> None:
    cli.project("alpha")
    cli.set(UV_RESOLUTION="best", UV_NO_DEV="maybe")

    done = cli("lock", status=2)

    assert "`UV_RESOLUTION`: `best` is not one of" in done.err
    assert "`UV_NO_DEV`: `maybe` is not a truth value" in done.err
