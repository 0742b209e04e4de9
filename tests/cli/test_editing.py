"""`init`, `add`, `remove`, `version` and `tree`: what they print, and how they end."""

from __future__ import annotations

import json

from uvkit.testing import IndexServer

from .conftest import Cli

HEAD = '[project]\nname = "demo"\nversion = "1.0"\nrequires-python = ">=3.9"\n'


def text(cli: Cli) -> str:
    return (cli.folder / "pyproject.toml").read_text()


def test_add_says_what_was_locked_and_installed(cli: Cli) -> None:
    cli.write("pyproject.toml", HEAD)

    done = cli("add", "alpha")

    assert done.out == ""
    assert done.err.splitlines()[1:] == [
        "Creating virtual environment at: .venv",
        "Resolved 2 packages in T",
        "Prepared 1 package in T",
        "Installed 1 package in T",
        " + alpha==1.1",
    ]
    # As uv does, the index of the variable becomes the project's.
    index = '\n[[tool.uv.index]]\nurl = "http://127.0.0.1:'
    assert text(cli).startswith(HEAD + 'dependencies = [\n    "alpha>=1.1",\n]\n' + index)


def test_group_from_the_variable(cli: Cli) -> None:
    cli.write("pyproject.toml", HEAD)
    cli.set(UV_DEV="1", UV_NO_SYNC="1")

    cli("add", "alpha")

    assert HEAD + '\n[dependency-groups]\ndev = [\n    "alpha>=1.1",\n]\n' in text(cli)


def test_index_from_the_command_line_is_written(cli: Cli, index: IndexServer) -> None:
    cli.write("pyproject.toml", HEAD)
    cli.unset("UV_DEFAULT_INDEX")
    url = index.url

    cli("add", "alpha", "--index", f"mine={url}", "--no-sync")

    assert '[tool.uv.sources]\nalpha = { index = "mine" }\n' in text(cli)
    assert f'[[tool.uv.index]]\nname = "mine"\nurl = "{url}"\n' in text(cli)


def test_add_without_packages_is_refused(cli: Cli) -> None:
    cli.write("pyproject.toml", HEAD)

    assert "required arguments were not provided" in cli("add", status=2).err


def test_options_that_exclude_each_other(cli: Cli) -> None:
    cli.write("pyproject.toml", HEAD)

    done = cli("add", "alpha", "--dev", "--group", "x", status=2)

    assert done.err.startswith("error: the argument '--dev' cannot be used with '--group <GROUP>'")


def test_unknown_member_is_refused(cli: Cli) -> None:
    cli.write("pyproject.toml", HEAD)

    assert "the workspace does not have a member `nope`" in cli("add", "alpha", "--package", "nope", status=2).err


def test_failure_ends_with_one_and_leaves_the_file(cli: Cli) -> None:
    cli.write("pyproject.toml", HEAD)

    done = cli("add", "nobody-has-this", status=1)

    assert "`pyproject.toml` is as it was before" in done.err
    assert text(cli) == HEAD


def test_remove_says_where_the_requirement_is(cli: Cli) -> None:
    cli.write("pyproject.toml", HEAD + '\n[project.optional-dependencies]\nx = ["alpha"]\n')

    done = cli("remove", "alpha", status=2)

    assert done.err == (
        "error: the dependency `alpha` could not be found in `project.dependencies`\n"
        "\nhint: `alpha` is an optional dependency (try: `uvkit remove alpha --optional x`)\n"
    )


def test_edit_of_a_script_is_told(cli: Cli) -> None:
    cli.write("tool.py", '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["alpha"]\n# ///\n')

    done = cli("remove", "alpha", "--script", "tool.py", "--no-sync")

    lines = done.err.splitlines()
    assert lines[0].startswith("warning: `--no-sync` is a no-op for Python scripts")
    assert lines[-1] == "Updated `tool.py`"


def test_result_for_machines(cli: Cli) -> None:
    cli.write("pyproject.toml", HEAD)

    done = cli("add", "alpha", "--no-sync", "--json")

    result = json.loads(done.out)
    assert result["requirements"] == [
        {"project": "alpha", "place": "project.dependencies", "before": [], "after": "alpha>=1.1"}
    ]
    assert result["sync"] is None


def test_init_says_what_was_begun(cli: Cli) -> None:
    cli.set(UV_PYTHON="3.9")

    done = cli("init", "one", "--vcs", "none", "--bare")
    again = cli("init", "one", status=2)

    assert done.err == "Initialized project `one` at `/ROOT/work/one`\n"
    assert "`pyproject.toml` already exists" in again.err


def test_init_joins_the_workspace(cli: Cli) -> None:
    cli.set(UV_PYTHON="3.9")
    cli.write("pyproject.toml", HEAD)

    done = cli("init", "one", "--bare")

    assert done.err.splitlines()[0] == "Adding `one` as member of workspace `/ROOT/work`"


def test_version_is_printed_and_bumped(cli: Cli) -> None:
    cli.write("pyproject.toml", HEAD)

    assert cli("version").out == "demo 1.0\n"
    assert cli("version", "--short").out == "1.0\n"
    assert cli("version", "--bump", "minor", "--frozen").out == "demo 1.0 => 1.1\n"
    assert json.loads(cli("version", "--output-format", "json").out) == {
        "package_name": "demo",
        "version": "1.1",
        "commit_info": None,
    }
    assert "didn't increase the version" in cli("version", "--bump", "dev", "--frozen", status=2).err


# -- tree --------------------------------------------------------------------------------------------------------------

TREE = (
    HEAD + 'dependencies = ["gamma[more]", "delta; sys_platform == \'win32\'"]\n'
    '[project.optional-dependencies]\nx = ["alpha<1.1"]\n[dependency-groups]\ndev = ["beta"]\n'
)


def test_tree_shows_extras_and_groups(cli: Cli) -> None:
    cli.write("pyproject.toml", TREE)

    done = cli("tree")

    assert (
        done.out
        == """\
demo v1.0
├── gamma[more] v1.0
│   ├── beta v2.0
│   │   └── alpha v1.0
│   └── delta v1.0 (extra: more)
├── alpha v1.0 (extra: x)
└── beta v2.0 (group: dev) (*)
(*) Package tree already displayed
"""
    )
    assert done.err == "Resolved 5 packages in T\n"


def test_universal_tree_shows_every_platform(cli: Cli) -> None:
    cli.write("pyproject.toml", TREE)

    assert "├── delta v1.0\n├── gamma" in cli("tree", "--universal", "--no-dev").out
    assert "├── delta v1.0\n├── gamma" in cli("tree", "--python-platform", "windows").out


def test_inverted_tree_shows_who_requires(cli: Cli) -> None:
    cli.write("pyproject.toml", TREE)

    done = cli("tree", "--invert", "--package", "beta")

    assert done.out == "beta v2.0\n├── gamma v1.0\n│   └── demo[more] v1.0\n└── demo v1.0 (group: dev)\n"


def test_outdated_tree_shows_the_latest_once(cli: Cli) -> None:
    cli.write("pyproject.toml", TREE)

    out = cli("tree", "--outdated", "--no-dedupe").out

    assert out.count("(latest: v1.1)") == 1
    assert "│   │   └── alpha v1.0 (latest: v1.1)\n" in out


def test_depth_and_pruning(cli: Cli) -> None:
    cli.write("pyproject.toml", TREE)

    out = cli("tree", "--depth", "1", "--prune", "gamma", "--only-dev").out

    assert out == "demo v1.0\n└── beta v2.0 (group: dev)\n"


def test_tree_of_a_script_writes_no_lock(cli: Cli) -> None:
    cli.write("tool.py", '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["beta"]\n# ///\n')

    assert cli("tree", "--script", "tool.py").out == "beta v2.0\n└── alpha v1.1\n"
    assert not (cli.folder / "tool.py.lock").exists()
