"""`uvkit config`: what applies and why, and the schema for editors; and what is said of mistakes in files."""

from __future__ import annotations

import json

import pytest

from .conftest import Cli


def test_one_setting_is_explained(cli: Cli) -> None:
    cli.write("uv.toml", 'link-mode = "copy"')

    done = cli("config", "explain", "link-mode")

    assert done.out == (
        'install.link_mode = "copy"\n    from `link-mode` in `/ROOT/work/uv.toml`; the default is "auto"\n'
    )


def test_an_option_of_the_command_line_counts(cli: Cli) -> None:
    cli.set(UV_OFFLINE="0")

    done = cli("config", "explain", "UV_OFFLINE", "--offline", "--json")

    assert json.loads(done.out) == [{"name": "network.offline", "value": True, "origin": "--offline", "default": False}]


def test_what_holds_for_pip_is_explained_apart(cli: Cli) -> None:
    cli.project(extra='[tool.uv.pip]\nprerelease = "allow"\n')

    plain, pip = cli("config", "explain", "prerelease"), cli("config", "explain", "pip.prerelease")

    assert 'resolver.prerelease = "if-necessary"\n    from default' in plain.out
    assert "from `tool.uv.pip.prerelease` in `/ROOT/work/pyproject.toml`" in pip.out


def test_everything_that_is_set_is_listed(cli: Cli) -> None:
    cli.unset("UV_DEFAULT_INDEX", "UVKIT_CACHE_DIR")

    nothing = cli("config", "explain")
    cli.set(UV_PYTHON="3.12", UV_RESOLUTION="lowest")
    something = cli("config", "explain")

    assert (nothing.out, nothing.err) == ("", "Nothing is set; everything has its default\n")
    assert [line.split(" =")[0] for line in something.out.splitlines()[::2]] == ["python", "resolver.strategy"]


def test_schema_is_printed(cli: Cli) -> None:
    project, alone = cli("config", "schema"), cli("config", "schema", "--file", "uv.toml")

    assert "workspace" in json.loads(project.out)["properties"]
    assert "workspace" not in json.loads(alone.out)["properties"]


def test_a_wrong_value_names_file_key_value_and_the_nearest(cli: Cli) -> None:
    cli.write("uv.toml", 'link-mode = "hardlnk"')

    done = cli("pip", "list", status=2)

    assert "/ROOT/work/uv.toml" in done.err
    assert "link-mode: `hardlnk` is not one of" in done.err
    assert "did you mean `hardlink`?" in done.err


def test_an_unknown_key_names_the_nearest(cli: Cli) -> None:
    cli.write("uv.toml", 'link-mod = "copy"')

    done = cli("pip", "list", status=2)

    assert "link-mod: unknown key; did you mean `link-mode`?" in done.err


def test_a_wrong_variable_names_it_and_its_value(cli: Cli) -> None:
    cli.set(UV_PRERELEASE="alow", UV_CONCURRENT_DOWNLOADS="many")

    done = cli("pip", "list", status=2)

    assert "`UV_PRERELEASE`: `alow` is not one of" in done.err
    assert "did you mean `allow`?" in done.err
    assert "`UV_CONCURRENT_DOWNLOADS`: `many` is not a whole number" in done.err


def test_an_unknown_key_of_an_index_is_a_warning(cli: Cli) -> None:
    cli.project("alpha", extra='[[tool.uv.index]]\nurl = "https://index.example/simple"\nexplict = true\nname = "x"\n')

    done = cli("pip", "list", "-p", cli.root.anchor + "usr/bin/python3")

    assert "warning: `tool.uv.index[0].explict`" in done.err
    assert "`explicit`" in done.err


@pytest.mark.parametrize(
    "argv",
    [
        ("cache", "dir"), ("cache", "size"), ("cache", "clean"), ("cache", "prune"), ("config", "explain"),
        ("pip", "check"), ("pip", "freeze"), ("pip", "freeze", "--path", "."), ("pip", "inspect"), ("pip", "list"),
        ("pip", "show", "alpha"), ("pip", "tree"), ("pip", "uninstall", "alpha"), ("pip", "install", "alpha"),
        ("pip", "sync", "pins.txt"), ("pip", "compile", "pins.txt"), ("venv", "--clear"),
    ],
)  # fmt: skip
def test_a_command_with_a_result_prints_it_for_machines(cli: Cli, argv: tuple[str, ...]) -> None:
    cli("venv")
    cli("pip", "install", "alpha")
    cli.write("pins.txt", "alpha==1.0\n")

    done = cli(*argv, "--json")

    assert isinstance(json.loads(done.out), dict | list)
