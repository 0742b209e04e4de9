"""What settings come to, in the words of whoever asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from uvkit.errors import InvalidOptionError
from uvkit.formats import PROJECT_ONLY, ToolTable
from uvkit.settings import Settings
from uvkit.settings.variables import VARIABLES

# Read by the commands that they concern, from the tables of a project.
ELSEWHERE = {
    "add-bounds", "audit", "cache-keys", "check-url", "graalpy-install-mirror", "preview", "preview-features",
    "publish-url", "pyodide-install-mirror", "trusted-publishing",
}  # fmt: skip


@pytest.mark.parametrize("key", ["link-mode", "tool.uv.link-mode", "UV_LINK_MODE", "install.link_mode"])
def test_an_option_has_several_names(key: str) -> None:
    settings = Settings.discover(variables={"UV_LINK_MODE": "copy"})

    [found] = settings.explain(key)

    assert found.to_dict() == {
        "name": "install.link_mode",
        "value": "copy",
        "origin": "UV_LINK_MODE",
        "default": "auto",
    }


def test_what_is_set_is_listed_with_its_origin(tmp_path: Path) -> None:
    (tmp_path / "uv.toml").write_text('resolution = "lowest"\nconstraint-dependencies = ["a<2"]\n')

    found = Settings.discover(tmp_path, variables={"UV_EXCLUDE_NEWER": "P3D"}, interface="pip").explain()

    file = tmp_path / "uv.toml"
    assert [(one.name, one.value, one.origin) for one in found] == [
        ("constraints", ["a<2"], f"`constraint-dependencies` in `{file}`"),
        ("resolver.exclude_newer", "P3D", "UV_EXCLUDE_NEWER"),
        ("resolver.strategy", "lowest", f"`resolution` in `{file}`"),
    ]


def test_options_of_the_pip_commands_alone_are_explained(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.uv.pip]\nno-header = true\n")
    settings = Settings.discover(tmp_path, interface="pip")

    [one], [other] = settings.explain("pip.no-header"), settings.explain("no-annotate")

    assert (one.name, one.value) == ("pip.no-header", True)
    assert one.origin == f"`tool.uv.pip.no-header` in `{tmp_path / 'pyproject.toml'}`"
    assert (other.name, other.value, other.origin) == ("pip.no-annotate", None, "default")


def test_credentials_are_not_shown() -> None:
    variables = {"UV_INDEX": "one=https://user:secret@index.example/simple", "UV_INDEX_ONE_PASSWORD": "hidden"}

    [found] = Settings.discover(variables=variables).explain("index")

    assert found.value == [{"name": "one", "url": "https://index.example/simple"}]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("link-mod", "there is no such option; did you mean `link-mode`?"),
        ("UV_OFLINE", "there is no such option; did you mean `UV_OFFLINE`?"),
        ("workspace", "describes a project, and stands in its own `pyproject.toml` only"),
    ],
)
def test_an_unknown_name_is_refused(key: str, reason: str) -> None:
    with pytest.raises(InvalidOptionError) as caught:
        Settings().explain(key)

    assert caught.value.problems == ((key, reason),)


def test_every_setting_and_variable_has_an_explanation() -> None:
    settings = Settings()

    for name in (*(ToolTable.__annotations__.keys() - PROJECT_ONLY - ELSEWHERE - {"pip"}), *VARIABLES):
        [found] = settings.explain(name)
        json.dumps(found.to_dict())


def test_schema_has_every_setting_of_its_file() -> None:
    project, alone = Settings.json_schema(), Settings.json_schema("uv.toml")

    assert project["properties"].keys() == ToolTable.__annotations__.keys()
    assert alone["properties"].keys() == ToolTable.__annotations__.keys() - PROJECT_ONLY
    assert alone["properties"]["link-mode"]["enum"] == ["clone", "reflink", "copy", "hardlink", "symlink"]
    described = project["$defs"]["PipTable"]["properties"]["link-mode"]["description"]
    assert described == project["properties"]["link-mode"]["description"]
