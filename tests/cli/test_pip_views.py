"""`uvkit pip show`, `check`, `tree`, `inspect`, `sync`, newer versions, and folders that stand in for environments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import uvkit
from uvkit.testing import Distribution, make_wheel

from .conftest import Cli


@pytest.fixture
def env(cli: Cli) -> Path:
    """Provide an environment with gamma, which requires beta, which requires alpha."""
    cli("venv")
    cli("pip", "install", "gamma", "alpha==1.0")
    return cli.folder / ".venv"


# -- show --------------------------------------------------------------------------------------------------------------


def test_show_names_neighbours(cli: Cli, env: Path) -> None:
    output = cli("pip", "show", "Beta")

    site = uvkit.Environment(env).site_packages
    location = str(site).replace(str(cli.root), "/ROOT")
    assert output.out == f"Name: beta\nVersion: 2.0\nLocation: {location}\nRequires: alpha\nRequired-by: gamma\n"


def test_show_separates_projects_and_says_what_is_missing(cli: Cli, env: Path) -> None:
    output = cli("pip", "show", "gamma", "alpha", "nothing")

    assert output.out.count("---\n") == 1
    assert output.out.startswith("Name: alpha\n")
    assert "Package(s) not found for: nothing" in output.err


def test_show_lists_files(cli: Cli, env: Path) -> None:
    output = cli("pip", "show", "-f", "alpha")

    assert "Files:\n" in output.out
    assert "  alpha/__init__.py\n" in output.out


def test_show_of_nothing_fails(cli: Cli, env: Path) -> None:
    assert "Please provide a package name" in cli("pip", "show", status=1).err
    assert cli("pip", "show", "nothing", status=1).out == ""


# -- check -------------------------------------------------------------------------------------------------------------


def test_check_of_a_whole_environment(cli: Cli, env: Path) -> None:
    output = cli("pip", "check")

    assert "Checked 3 packages in T\nAll installed packages are compatible\n" in output.err


def test_check_counts_what_does_not_fit(cli: Cli, env: Path) -> None:
    cli("pip", "uninstall", "alpha")

    output = cli("pip", "check", status=1)

    assert "Found 1 incompatibility\n" in output.err
    assert "`beta` requires `alpha`, which is not installed" in output.err


# -- tree --------------------------------------------------------------------------------------------------------------


def test_tree_begins_with_what_nobody_requires(cli: Cli, env: Path) -> None:
    cli("pip", "install", "delta")

    assert cli("pip", "tree").out == "delta v1.0\ngamma v1.0\n└── beta v2.0\n    └── alpha v1.0\n"


def test_tree_can_be_inverted_with_what_is_required(cli: Cli, env: Path) -> None:
    output = cli("pip", "tree", "--invert", "--show-version-specifiers")

    assert output.out == "alpha v1.0\n└── beta v2.0 [requires: alpha *]\n    └── gamma v1.0 [requires: beta *]\n"


def test_tree_ends_at_a_depth_and_leaves_projects_out(cli: Cli, env: Path) -> None:
    assert cli("pip", "tree", "--depth", "1").out == "gamma v1.0\n└── beta v2.0\n"
    assert cli("pip", "tree", "--prune", "beta").out == "alpha v1.0\ngamma v1.0\n"


def test_tree_of_one_package_with_newer_versions(cli: Cli, env: Path) -> None:
    output = cli("pip", "tree", "--package", "beta", "--outdated")

    assert output.out == "beta v2.0\n└── alpha v1.0 (latest: v1.1)\n"


def test_cycle_is_cut_and_marked(cli: Cli, env: Path, tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        wheel = make_wheel(tmp_path / "wheels", Distribution(name=name, version="1", requires=(other,)))
        cli("pip", "install", "--no-deps", str(wheel))

    output = cli("pip", "tree", "--package", "one")

    assert output.out == "one v1\n└── two v1\n    └── one v1 (*)\n(*) Package tree already displayed\n"


# -- list, freeze, inspect ---------------------------------------------------------------------------------------------


def test_list_of_newer_versions(cli: Cli, env: Path) -> None:
    assert cli("pip", "list", "--outdated").out == (
        "Package Version Latest Type\n------- ------- ------ -----\nalpha   1.0     1.1    wheel\n"
    )
    assert json.loads(cli("pip", "list", "--outdated", "--format", "json").out) == [
        {"name": "alpha", "version": "1.0", "latest_version": "1.1", "latest_filetype": "wheel"}
    ]


def test_projects_that_no_index_has_are_not_outdated(cli: Cli, env: Path, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path / "wheels", Distribution(name="private", version="1"))
    cli("pip", "install", str(wheel))

    assert "alpha" in cli("pip", "list", "--outdated").out


def test_freeze_of_a_folder(cli: Cli, env: Path) -> None:
    site = uvkit.Environment(env).site_packages

    assert cli("pip", "freeze", "--path", str(site), "--exclude", "beta").out == "alpha==1.0\ngamma==1.0\n"


def test_inspect_has_the_metadata_of_everything(cli: Cli, env: Path) -> None:
    report = json.loads(cli("pip", "inspect").out)

    one = report["installed"][1]
    assert report["version"] == "1"
    assert one["metadata"]["name"] == "beta"
    assert one["metadata"]["requires_dist"] == ["alpha"]
    assert one["installer"] == "uvkit"
    assert report["environment"]["implementation_name"] == "cpython"


# -- sync and reports --------------------------------------------------------------------------------------------------


def test_sync_removes_what_is_not_named_and_adds_nothing_else(cli: Cli, env: Path) -> None:
    cli.write("pins.txt", "beta==1.0\ndelta==1.0\n")

    cli("pip", "sync", "pins.txt")

    assert cli("pip", "freeze").out == "beta==1.0\ndelta==1.0\n"


def test_sync_of_nothing_has_to_be_meant(cli: Cli, env: Path) -> None:
    cli.write("pins.txt", "# nothing\n")

    kept = cli("pip", "sync", "pins.txt")
    before = cli("pip", "freeze").out
    cli("pip", "sync", "pins.txt", "--allow-empty-requirements")

    assert "--allow-empty-requirements" in kept.err
    assert before.startswith("alpha==1.0\n")
    assert cli("pip", "freeze").out == ""


def test_sync_takes_a_lock_of_pep_751(cli: Cli, env: Path) -> None:
    cli.write("requirements.in", "beta==1.0\n")
    cli("pip", "compile", "requirements.in", "-o", "pylock.toml")

    cli("pip", "sync", "pylock.toml")

    assert cli("pip", "freeze").out == "alpha==1.0\nbeta==1.0\n"


def test_report_says_what_a_dry_run_would_install(cli: Cli, env: Path) -> None:
    cli("pip", "install", "delta", "--dry-run", "--report", "report.json")

    report = json.loads((cli.folder / "report.json").read_text())
    (one,) = report["install"]
    assert one["metadata"] == {"name": "delta", "version": "1.0"}
    assert one["requested"] is True
    assert one["download_info"]["url"].endswith("/delta-1.0-py3-none-any.whl")
    archive = one["download_info"]["archive_info"]
    assert archive["hash"] == f"sha256={archive['hashes']['sha256']}"


def test_report_of_an_installation_has_the_whole_metadata(cli: Cli, env: Path) -> None:
    cli("pip", "install", "broken", "--no-deps", "--report", "report.json")

    (one,) = json.loads((cli.folder / "report.json").read_text())["install"]
    assert one["metadata"]["requires_dist"] == ["alpha>=2"]


# -- folders -----------------------------------------------------------------------------------------------------------


def test_target_is_a_plain_folder_of_modules(cli: Cli) -> None:
    cli("pip", "install", "--target", "vendor", "beta")

    assert (cli.folder / "vendor/beta/__init__.py").is_file()
    assert cli("pip", "freeze", "--target", "vendor").out == "alpha==1.1\nbeta==2.0\n"


def test_target_is_changed_like_an_environment(cli: Cli) -> None:
    cli("pip", "install", "--target", "vendor", "alpha==1.0")

    cli("pip", "install", "--target", "vendor", "-U", "alpha")
    cli("pip", "uninstall", "--target", "vendor", "alpha")

    assert [path.name for path in (cli.folder / "vendor").iterdir() if not path.name.startswith(".")] == []


def test_prefix_is_laid_out_like_an_environment(cli: Cli) -> None:
    cli("pip", "install", "--prefix", "tree", "delta")

    (module,) = (cli.folder / "tree/lib").glob("python3*/site-packages/delta/__init__.py")
    assert module.is_file()


def test_user_base_can_be_chosen(cli: Cli) -> None:
    cli.set(PYTHONUSERBASE=str(cli.folder / "mine"))

    cli("pip", "install", "--user", "delta")

    assert list((cli.folder / "mine/lib").glob("python3*/site-packages/delta/__init__.py"))
