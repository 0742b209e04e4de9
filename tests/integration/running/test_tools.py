"""`uvkit.Tools`: installing, running, upgrading and removing commands of packages, and what failures leave behind."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import (
    ExecutableExistsError,
    ExecutableNotProvidedError,
    InvalidEnvironmentError,
    InvalidToolRequestError,
    PythonNotFoundError,
    ResolutionError,
    ToolNotInstalledError,
)

from .conftest import World


class Toolbox:
    """Tools in folders of a test."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.directory = world.root / "tools"
        self.bin = world.root / "bin"
        self.tools = self.with_session(world.session)

    def with_session(self, session: uvkit.Session) -> uvkit.Tools:
        return uvkit.Tools(self.directory, executables=self.bin, session=session)

    def install(self, requirement: str, **options: object) -> uvkit.ToolResult:
        return self.tools.install(requirement, **options)  # type: ignore[arg-type]  # as given

    def run(self, command: str, *argv: str, **options: object) -> str:
        options = {"variables": self.world.variables, "capture": True, **options}
        result = self.tools.run(command, argv, **options)  # type: ignore[arg-type]  # as given
        return (result.stdout or "").strip()

    def names(self) -> list[str]:
        return sorted(path.name for path in self.bin.iterdir()) if self.bin.is_dir() else []

    def call(self, name: str) -> str:
        return subprocess.run([self.bin / name], capture_output=True, text=True, check=True).stdout.strip()

    def receipt(self, name: str) -> str:
        return (self.directory / name / "uv-receipt.toml").read_text()

    def versions(self) -> dict[str, str]:
        return {one.project: str(one.version) for one in self.tools.installed()}


@pytest.fixture
def box(world: World) -> Toolbox:
    return Toolbox(world)


# -- installing --------------------------------------------------------------------------------------------------------


def test_commands_are_linked_and_work(box: Toolbox) -> None:
    result = box.install("hello")

    assert box.names() == ["hello", "hello-again"]
    assert box.call("hello") == "hello 2.0"
    assert result.action == "installed"
    assert result.executables == {"hello": ("hello", "hello-again")}


def test_receipt_is_that_of_uv(box: Toolbox) -> None:
    box.install("hello<2", extra_requirements=["helper==1.0"], python="3")

    text = box.receipt("hello").replace(str(box.world.root), "ROOT").replace(box.world.index.url, "INDEX")

    assert text == (
        "[tool]\n"
        "requirements = [\n"
        '    { name = "hello", specifier = "<2" },\n'
        '    { name = "helper", specifier = "==1.0" },\n'
        "]\n"
        'python = "3"\n'
        "entrypoints = [\n"
        '    { name = "hello", install-path = "ROOT/bin/hello", from = "hello" },\n'
        '    { name = "hello-again", install-path = "ROOT/bin/hello-again", from = "hello" },\n'
        "]\n"
        "\n"
        "[tool.options]\n"
        'index = [{ url = "INDEX", explicit = false, default = true, format = "simple", authenticate = "auto" }]\n'
    )


@pytest.mark.parametrize(
    ("request_text", "version", "requirement"),
    [
        ("hello@1.0", "1.0", "hello==1.0"),
        ("hello==1.1", "1.1", "hello==1.1"),
        ("hello@latest", "2.0", "hello"),
        ("hello>=1,<2", "1.1", "hello<2,>=1"),
    ],
)
def test_version_is_asked_for_in_every_spelling(
    box: Toolbox, request_text: str, version: str, requirement: str
) -> None:
    tool = box.install(request_text).tool

    assert (str(tool.version), str(tool.requirement)) == (version, requirement)


def test_installing_again_changes_nothing(box: Toolbox) -> None:
    box.install("hello")

    assert box.install("hello").action == "kept"


def test_installed_version_stays_unless_latest_is_asked_for(box: Toolbox) -> None:
    box.install("hello@1.0")

    kept = box.install("hello")
    newest = box.install("hello@latest")

    assert (str(kept.tool.version), str(newest.tool.version)) == ("1.0", "2.0")


def test_what_came_with_a_tool_goes_when_it_is_asked_for_without(box: Toolbox) -> None:
    box.install("hello", extra_requirements=["helper"])

    result = box.install("hello")

    assert result.sync is not None
    assert [(step.action, step.project) for step in result.sync.plan.steps if step.action != "keep"] == [
        ("remove", "helper")
    ]


def test_commands_of_other_packages_are_put_in_place_on_request(box: Toolbox) -> None:
    result = box.install("multi", executables_from=["hello"])

    assert box.names() == ["hello", "hello-again", "multi"]
    assert dict(result.executables) == {"multi": ("multi",), "hello": ("hello", "hello-again")}


def test_name_and_package_must_agree(box: Toolbox) -> None:
    with pytest.raises(InvalidToolRequestError):
        box.install("hello-again", source="hello")
    with pytest.raises(InvalidToolRequestError):
        box.install("hello==1.1", source="hello==1.0")

    assert box.install("hello", source="hello==1.0").tool.version.public == "1.0"


def test_python_is_no_tool(box: Toolbox) -> None:
    with pytest.raises(InvalidToolRequestError, match="no tool"):
        box.install("python@3.12")


# -- what failures leave -----------------------------------------------------------------------------------------------


def test_resolution_that_fails_leaves_nothing(box: Toolbox) -> None:
    with pytest.raises(ResolutionError):
        box.install("broken")

    assert box.versions() == {}
    assert not (box.directory / "broken").exists()


def test_package_without_commands_leaves_nothing(box: Toolbox) -> None:
    with pytest.raises(ExecutableNotProvidedError) as caught:
        box.install("silent")

    assert not (box.directory / "silent").exists()
    assert "`hello`" in caught.value.hints[0]


def test_commands_of_others_are_not_replaced(box: Toolbox) -> None:
    box.bin.mkdir()
    (box.bin / "hello").write_text("mine")

    with pytest.raises(ExecutableExistsError, match="`hello`"):
        box.install("hello")

    assert (box.bin / "hello").read_text() == "mine"
    assert not (box.directory / "hello").exists()


def test_force_replaces_commands_of_others(box: Toolbox) -> None:
    box.install("hello")

    box.install("other", force=True)

    assert box.call("hello") == "other 1.0"


def test_tool_stays_whole_when_it_cannot_become_what_is_asked(box: Toolbox) -> None:
    box.install("hello@1.0")

    with pytest.raises(ResolutionError):
        box.install("hello@9")

    assert box.call("hello") == "hello 1.0"
    assert 'specifier = "==1.0"' in box.receipt("hello")


def test_replacement_that_fails_brings_the_old_environment_back(box: Toolbox) -> None:
    box.install("hello@1.0")
    (box.bin / "other").write_text("mine")
    receipt = box.receipt("hello")

    with pytest.raises(ExecutableNotProvidedError):
        box.install("silent", force=True)
    with pytest.raises(ResolutionError):
        box.install("hello@9", force=True)

    assert box.receipt("hello") == receipt
    assert box.call("hello") == "hello 1.0"


def test_replacement_that_a_crash_cut_short_is_undone(box: Toolbox) -> None:
    box.install("hello@1.0")
    os.rename(box.directory / "hello", box.directory / ".replaced-hello")
    (box.directory / "hello" / "bin").mkdir(parents=True)

    box.install("multi")

    assert box.versions() == {"hello": "1.0", "multi": "1.0"}
    assert box.call("hello") == "hello 1.0"


# -- upgrading ---------------------------------------------------------------------------------------------------------


def _widened(box: Toolbox, name: str) -> None:
    path = box.directory / name / "uv-receipt.toml"
    path.write_text(path.read_text().replace('"==1.0"', '">=1.0"'))


def test_upgrade_goes_as_far_as_was_asked_for(box: Toolbox) -> None:
    box.install("hello@1.0")
    _widened(box, "hello")

    (result,) = box.tools.upgrade("hello")

    assert (str(result.before), str(result.tool.version)) == ("1.0", "2.0")
    assert box.call("hello") == "hello 2.0"


def test_upgrade_keeps_what_came_with_the_tool_and_its_settings(box: Toolbox) -> None:
    settings = box.world.session.settings.with_arguments({"resolution": "lowest"})
    old = box.with_session(box.world.session.with_settings(settings))
    old.install("hello>=1.0", extra_requirements=["helper>=1.0"])

    (result,) = box.tools.upgrade("hello")

    assert result.action == "kept"
    assert str(result.tool.version) == "1.0"
    assert 'resolution = "lowest"' in box.receipt("hello")


def test_pinned_tool_is_not_upgraded_and_says_why(box: Toolbox) -> None:
    box.install("hello@1.0")

    (result,) = box.tools.upgrade("hello")

    assert [notice.code for notice in result.notices] == ["pinned-tool"]


def test_all_tools_are_upgraded_when_none_is_named(box: Toolbox) -> None:
    box.install("hello@1.0")
    box.install("multi", extra_requirements=["hello==1.0"])
    _widened(box, "hello")
    _widened(box, "multi")

    results = box.tools.upgrade()

    assert [result.action for result in results] == ["changed", "changed"]


def test_what_is_not_installed_is_not_upgraded(box: Toolbox) -> None:
    with pytest.raises(ToolNotInstalledError):
        box.tools.upgrade("hello")


def test_newer_versions_are_found_whatever_was_asked_for(box: Toolbox) -> None:
    box.install("hello@1.0")
    box.install("multi")

    assert {name: str(version) for name, version in box.tools.outdated().items()} == {"hello": "2.0"}


# -- removing ----------------------------------------------------------------------------------------------------------


def test_uninstalling_removes_environment_and_commands(box: Toolbox) -> None:
    box.install("hello")

    (result,) = box.tools.uninstall("hello")

    assert result.removed == ("hello", "hello-again")
    assert box.names() == []
    assert box.versions() == {}


def test_uninstalling_leaves_commands_that_lead_elsewhere(box: Toolbox) -> None:
    box.install("hello")
    box.install("other", force=True)

    box.tools.uninstall("hello")

    assert box.call("hello") == "other 1.0"


def test_nothing_is_removed_if_one_name_is_unknown(box: Toolbox) -> None:
    box.install("hello")

    with pytest.raises(ToolNotInstalledError):
        box.tools.uninstall("hello", "nope")

    assert box.call("hello") == "hello 2.0"


def test_damaged_tools_are_named_and_can_be_removed(box: Toolbox) -> None:
    box.install("hello")
    box.install("multi")
    (box.directory / "hello" / "uv-receipt.toml").write_text("junk")
    (box.directory / "multi" / "bin" / "python").unlink()

    codes = {notice.code for notice in box.tools.notices()}
    box.tools.uninstall("hello")

    assert codes == {"malformed-tool", "broken-tool"}
    assert not (box.directory / "hello").exists()
    with pytest.raises(InvalidEnvironmentError):
        box.tools.upgrade("multi")


# -- running -----------------------------------------------------------------------------------------------------------


def test_command_runs_without_being_installed(box: Toolbox) -> None:
    assert box.run("hello", "a", "--b") == "hello 2.0 a --b"
    assert box.names() == []


def test_version_and_package_are_chosen_for_a_run(box: Toolbox) -> None:
    assert box.run("hello@1.0") == "hello 1.0"
    assert box.run("hello-again", requirement="hello<2") == "hello 1.1"


def test_installed_tool_is_used_if_it_answers(box: Toolbox) -> None:
    box.install("hello@1.0")

    assert box.run("hello") == "hello 1.0"
    assert box.run("hello", requirement="hello<=1.0") == "hello 1.0"
    assert box.run("hello@latest") == "hello 2.0"
    assert box.run("hello", isolated=True) == "hello 2.0"
    assert box.run("hello", extra_requirements=["helper"]) == "hello 2.0"


def test_interpreter_is_run_among_packages(box: Toolbox) -> None:
    code = "import hello; hello.main()"

    assert box.run("python", "-c", code, requirement="hello==1.0") == "hello 1.0"
    assert box.run("python", "-c", "print(1)") == "1"


def test_command_of_a_requirement_is_run_with_a_notice(box: Toolbox) -> None:
    result = box.tools.run("hello", requirement="multi", capture=True, variables=box.world.variables)

    assert result.stdout == "hello 2.0\n"
    assert [notice.code for notice in result.notices] == ["executable-of-dependency"]


def test_command_that_does_not_exist_names_those_that_do(box: Toolbox) -> None:
    with pytest.raises(ExecutableNotProvidedError) as caught:
        box.run("odd-name")

    assert caught.value.available == ("odd",)
    assert caught.value.hints == ("use `uvkit tool run --from odd-name odd`",)


def test_script_is_no_tool(box: Toolbox) -> None:
    with pytest.raises(InvalidToolRequestError, match="script"):
        box.run("hello.py")


def test_environment_of_a_run_is_not_active(box: Toolbox) -> None:
    shown = box.run("python", "-c", "import os; print(os.environ.get('VIRTUAL_ENV'))")

    assert shown == "None"


# -- places and others -------------------------------------------------------------------------------------------------


def test_folders_are_those_that_variables_name(world: World) -> None:
    told = uvkit.Session(variables={"HOME": "/home/one", "UV_TOOL_DIR": "/tools", "UV_TOOL_BIN_DIR": "/bin"})
    usual = uvkit.Session(variables={"HOME": "/home/one"})

    assert (uvkit.Tools(session=told).directory, uvkit.Tools(session=told).executables) == (
        Path("/tools"),
        Path("/bin"),
    )
    assert (uvkit.Tools(session=usual).directory, uvkit.Tools(session=usual).executables) == (
        Path("/home/one/.local/share/uv/tools"),
        Path("/home/one/.local/bin"),
    )


def test_many_that_install_at_once_all_succeed(box: Toolbox) -> None:
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(box.install, ["hello", "hello", "multi"]))

    assert sorted(result.action for result in results) == ["installed", "installed", "kept"]
    assert box.call("hello") == "hello 2.0"


def test_interpreter_that_the_user_pinned_is_that_of_tools_but_not_that_of_a_folder(
    box: Toolbox, tmp_path: Path
) -> None:
    (box.world.root / ".python-version").write_text("3.99\n")
    box.install("hello")
    pin = tmp_path / ".config" / "uv" / ".python-version"
    pin.parent.mkdir(parents=True)
    pin.write_text("3.98\n")

    with pytest.raises(PythonNotFoundError, match=r"3\.98"):
        box.install("multi")
    with pytest.raises(PythonNotFoundError, match=r"3\.98"):
        box.run("multi")


def test_limits_of_builds_are_kept_once(box: Toolbox) -> None:
    limits = box.world.write("limits.txt", "alpha<2\n")
    settings = box.world.session.settings.with_arguments({"build-constraint": [str(limits)]})
    session = box.world.session.with_settings(settings)

    box.with_session(session).install("hello", extra_requirements=uvkit.read_requirements(["helper"], session=session))

    assert 'build-constraint-dependencies = [{ name = "alpha", specifier = "<2" }]\n' in box.receipt("hello")
