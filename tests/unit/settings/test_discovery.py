"""Where settings come from: project, user and system files, variables, arguments; and their order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uvkit.errors import InvalidTableError
from uvkit.project import Project
from uvkit.settings import Settings
from uvkit.settings.discovery import system_files, user_files

PROJECT = '[project]\nname = "a"\nversion = "1"\n'


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str = "", name: str = "pyproject.toml") -> Path:
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(PROJECT + text if name == "pyproject.toml" else text)
        return folder

    return write


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Return variables that point at files of a user and of the system."""
    user, system = tmp_path / "home", tmp_path / "etc"
    (user / ".config" / "uv").mkdir(parents=True)
    (system / "uv").mkdir(parents=True)
    (user / ".config" / "uv" / "uv.toml").write_text('prerelease = "explicit"\nresolution = "lowest"\n')
    (system / "uv" / "uv.toml").write_text('resolution = "lowest-direct"\nfork-strategy = "fewest"\n')
    return {"HOME": str(user), "XDG_CONFIG_DIRS": str(system)}


def test_project_alone_is_read_without_variables(project: Callable[[str], Path]) -> None:
    folder = project('[tool.uv]\nprerelease = "allow"\n')

    settings = Settings.discover(folder)

    assert settings.resolver.prerelease == "allow"
    assert settings.origin("resolver.prerelease") == f"`tool.uv.prerelease` in `{folder / 'pyproject.toml'}`"
    assert settings.root == folder


def test_opened_project_gives_the_same_settings(project: Callable[[str], Path]) -> None:
    folder = project('[tool.uv]\nprerelease = "allow"\n')

    assert Settings.discover(Project.open(folder)) == Settings.discover(folder)


def test_layers_come_in_their_order(project: Callable[[str], Path], home: dict[str, str], tmp_path: Path) -> None:
    folder = project('[tool.uv]\nprerelease = "allow"\n')

    settings = Settings.discover(folder, variables={**home, "UV_PRERELEASE": "disallow"})
    settings = settings.with_arguments({"index-strategy": "unsafe-best-match"})

    assert settings.resolver.prerelease == "disallow"
    assert settings.resolver.strategy == "lowest"
    assert settings.resolver.fork_strategy == "fewest"
    assert {name: settings.origin(f"resolver.{name}") for name in ("prerelease", "strategy", "index_strategy")} == {
        "prerelease": "UV_PRERELEASE",
        "strategy": f"`resolution` in `{tmp_path / 'home' / '.config' / 'uv' / 'uv.toml'}`",
        "index_strategy": "--index-strategy",
    }


def test_given_user_file_is_read_without_variables(project: Callable[[str], Path], tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("offline = true\n")

    settings = Settings.discover(project(""), user_file=file)

    assert settings.network.offline
    assert settings.origin("network.offline") == f"`offline` in `{file}`"


def test_given_user_file_stands_in_for_the_one_at_home(
    project: Callable[[str], Path], home: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("offline = true\n")

    settings = Settings.discover(project(""), variables=home, user_file=file)

    assert settings.network.offline
    assert settings.resolver.prerelease == "if-necessary"
    assert settings.resolver.fork_strategy == "fewest"


def test_named_file_replaces_all_others(project: Callable[[str], Path], home: dict[str, str], tmp_path: Path) -> None:
    folder = project('[tool.uv]\nprerelease = "allow"\n')
    file = tmp_path / "named.toml"
    file.write_text("offline = true\n")

    settings = Settings.discover(folder, variables={**home, "UV_CONFIG_FILE": str(file)})

    assert dict(settings.explicit()) == {"network.offline": True}


def test_named_file_must_exist(project: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(InvalidTableError, match="there is no such file"):
        Settings.discover(project(""), variables={"UV_CONFIG_FILE": str(tmp_path / "no.toml")})


@pytest.mark.parametrize("name", ["UV_NO_CONFIG", "UV_ISOLATED"])
def test_files_can_be_switched_off(project: Callable[[str], Path], home: dict[str, str], name: str) -> None:
    folder = project('[tool.uv]\nprerelease = "allow"\n')

    settings = Settings.discover(folder, variables={**home, name: "1", "UV_OFFLINE": "1"})

    assert dict(settings.explicit()) == {"network.offline": True}


def test_system_file_can_be_switched_off(project: Callable[[str], Path], home: dict[str, str]) -> None:
    settings = Settings.discover(project(""), variables={**home, "UV_NO_SYSTEM_CONFIG": "1"})

    assert settings.resolver.fork_strategy == "requires-python"
    assert settings.resolver.strategy == "lowest"


def test_switch_that_is_no_truth_value_does_not_switch(project: Callable[[str], Path]) -> None:
    folder = project("[tool.uv]\noffline = true\n")

    assert Settings.discover(folder, variables={"UV_NO_CONFIG": "perhaps"}).network.offline


def test_wrong_user_file_is_named(project: Callable[[str], Path], home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "home" / ".config" / "uv" / "uv.toml"
    file.write_text('prerelease = "alow"\nmanaged = true\n')

    with pytest.raises(InvalidTableError) as caught:
        Settings.discover(project(""), variables=home)

    assert caught.value.path == file
    assert [key for key, _ in caught.value.problems] == ["prerelease", "managed"]


def test_uv_toml_beside_the_project_wins(project: Callable[..., Path]) -> None:
    folder = project('[tool.uv]\nprerelease = "allow"\n')
    project('resolution = "lowest"\n', "uv.toml")

    settings = Settings.discover(folder)

    assert settings.resolver.prerelease == "if-necessary"
    assert settings.origin("resolver.strategy") == f"`resolution` in `{folder / 'uv.toml'}`"


def test_settings_in_vain_are_named(project: Callable[..., Path]) -> None:
    text = 'prerelease = "allow"\npackage = false\nconstraint-dependencies = ["x<1"]\n'
    folder = project(f"[tool.uv]\n{text}")
    assert Settings.discover(folder).notices == ()

    project('resolution = "lowest"\n', "uv.toml")
    (notice,) = Settings.discover(folder).notices

    assert notice.code == "settings-ignored"
    assert notice.message.endswith("in favor of the `uv.toml` beside it: `prerelease`")


def test_member_has_the_settings_of_its_root(tmp_path: Path) -> None:
    member = tmp_path / "m"
    member.mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.uv]\nprerelease = "allow"\nfind-links = ["wheels"]\nworkspace = { members = ["m"] }\n'
    )
    (member / "pyproject.toml").write_text(PROJECT + '[tool.uv]\nresolution = "lowest"\n')

    settings = Settings.discover(member)

    assert (settings.resolver.prerelease, settings.resolver.strategy) == ("allow", "highest")
    assert [link.url for link in settings.find_links] == ["wheels"]
    assert settings.root == tmp_path


def test_folder_without_a_project_may_have_settings(tmp_path: Path) -> None:
    (tmp_path / "uv.toml").write_text("offline = true\n")
    (tmp_path / "deep").mkdir()

    settings = Settings.discover(tmp_path / "deep")

    assert settings.network.offline
    assert settings.root == tmp_path / "deep"


def test_unmanaged_project_still_has_settings(project: Callable[[str], Path]) -> None:
    assert Settings.discover(project("[tool.uv]\nmanaged = false\noffline = true\n")).network.offline


def test_script_brings_its_own_settings(tmp_path: Path) -> None:
    from uvkit.project import Script

    (tmp_path / "s.py").write_text('# /// script\n# [tool.uv]\n# prerelease = "allow"\n# ///\n')

    settings = Settings.discover(Script.read(tmp_path / "s.py"))

    assert settings.resolver.prerelease == "allow"
    assert settings.origin("resolver.prerelease") == f"`tool.uv.prerelease` in `{tmp_path / 's.py'}`"


# -- pip-style calls ---------------------------------------------------------------------------------------------------


def test_pip_table_counts_in_pip_style_calls_alone(project: Callable[[str], Path]) -> None:
    folder = project(
        '[tool.uv]\nprerelease = "allow"\nresolution = "lowest"\n'
        '[tool.uv.pip]\nprerelease = "disallow"\nno-binary = [":all:"]\nonly-binary = ["A", "b"]\n'
        'python = "3.12"\nsystem = true\nbreak-system-packages = true\nrequire-hashes = true\nverify-hashes = false\n'
    )

    plain = Settings.discover(folder)
    pip = Settings.discover(folder, interface="pip")

    assert plain.resolver.prerelease == "allow"
    assert plain.python is None
    assert (pip.resolver.prerelease, pip.resolver.strategy) == ("disallow", "lowest")
    assert (pip.resolver.no_binary, pip.resolver.no_build) == ("all", {"a", "b"})
    assert (pip.python, pip.system_python, pip.break_system_packages) == ("3.12", True, True)
    assert pip.install.require_hashes
    assert not pip.verify_hashes
    assert "tool.uv.pip.prerelease" in pip.origin("resolver.prerelease")


def test_variables_win_over_the_pip_table(project: Callable[[str], Path]) -> None:
    folder = project('[tool.uv.pip]\nprerelease = "disallow"\n')

    settings = Settings.discover(folder, variables={"UV_PRERELEASE": "allow"}, interface="pip")

    assert settings.resolver.prerelease == "allow"


# -- where files are ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "platform", "found"),
    [
        ({"HOME": "/home/me"}, "linux", ["/home/me/.config/uv/uv.toml"]),
        ({"HOME": "/home/me"}, "darwin", ["/home/me/.config/uv/uv.toml"]),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": "/cfg"}, "linux", ["/cfg/uv/uv.toml"]),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": "relative"}, "linux", ["/home/me/.config/uv/uv.toml"]),
        ({"APPDATA": "/roaming"}, "win32", ["/roaming/uv/uv.toml"]),
        ({}, "linux", []),
        ({}, "win32", []),
    ],
)
def test_file_of_the_user_is_found(variables: dict[str, str], platform: str, found: list[str]) -> None:
    assert [path.as_posix() for path in user_files(variables, platform=platform)] == found


@pytest.mark.parametrize(
    ("variables", "platform", "found"),
    [
        ({}, "linux", ["/etc/xdg/uv/uv.toml", "/etc/uv/uv.toml"]),
        ({"XDG_CONFIG_DIRS": "/a:/b"}, "linux", ["/a/uv/uv.toml", "/b/uv/uv.toml", "/etc/uv/uv.toml"]),
        ({"PROGRAMDATA": "/data"}, "win32", ["/data/uv/uv.toml"]),
    ],
)
def test_files_of_the_system_are_found(variables: dict[str, str], platform: str, found: list[str]) -> None:
    assert [path.as_posix() for path in system_files(variables, platform=platform)] == found


# -- every setting of a file -------------------------------------------------------------------------------------------

FILE_SETTINGS: list[tuple[str, str, Any]] = [
    ("system-certs = true", "network.trust_store", "system"),
    ("system-certs = false", "network.trust_store", "bundled"),
    ("native-tls = true", "network.trust_store", "system"),
    ("offline = true", "network.offline", True),
    ("no-cache = true", "no_cache", True),
    ('cache-dir = "/cache"', "cache_dir", Path("/cache")),
    ('python-preference = "only-system"', "python_preference", "only-system"),
    ('python-downloads = "auto"', "python_downloads", "automatic"),
    ('python-downloads = "never"', "python_downloads", "never"),
    ("concurrent-downloads = 3", "concurrency.downloads", 3),
    ("concurrent-builds = 3", "concurrency.builds", 3),
    ("concurrent-installs = 3", "concurrency.installs", 3),
    ("no-index = true", "no_index", True),
    ('index-strategy = "unsafe-first-match"', "resolver.index_strategy", "unsafe-first-match"),
    ('keyring-provider = "subprocess"', "keyring", "subprocess"),
    ('http-proxy = "http://p.example"', "network.proxies", {"http": "http://p.example"}),
    ('https-proxy = "http://p.example"', "network.proxies", {"https": "http://p.example"}),
    ('no-proxy = ["a.example"]', "network.no_proxy", ("a.example",)),
    ('allow-insecure-host = ["a.example"]', "network.insecure_hosts", frozenset({"a.example"})),
    ('resolution = "lowest"', "resolver.strategy", "lowest"),
    ('prerelease = "allow"', "resolver.prerelease", "allow"),
    ('fork-strategy = "fewest"', "resolver.fork_strategy", "fewest"),
    ('config-settings = { a = ["b", "c"] }', "build.config_settings", {"a": ("b", "c")}),
    ('config-settings-package = { A = { b = "c" } }', "build.config_settings_by_project", {"a": {"b": "c"}}),
    ("no-build-isolation = true", "build.no_isolation", "all"),
    ('no-build-isolation-package = ["A"]', "build.no_isolation", frozenset({"a"})),
    ("require-build-hashes = true", "build.require_hashes", True),
    ('extra-build-variables = { A = { B = "c" } }', "build.variables", {"a": {"B": "c"}}),
    ('link-mode = "reflink"', "install.link_mode", "clone"),
    ('link-mode = "copy"', "install.link_mode", "copy"),
    ("compile-bytecode = true", "install.compile_bytecode", True),
    ("reinstall = true", "install.reinstall", "all"),
    ('reinstall-package = ["A"]', "install.reinstall", frozenset({"a"})),
    ("no-sources = true", "no_sources", "all"),
    ('no-sources-package = ["A"]', "no_sources", frozenset({"a"})),
    ("no-build = true", "resolver.no_build", "all"),
    ('no-binary-package = ["A"]', "resolver.no_binary", frozenset({"a"})),
    ('torch-backend = "cu128"', "torch_backend", "cu128"),
    ('python-install-mirror = "https://m.example"', "python_mirror", "https://m.example"),
    ('python-downloads-json-url = "list.json"', "python_list", "list.json"),
    ('required-version = ">=1"', "required_version", ">=1"),
]


@pytest.mark.parametrize(("text", "field", "value"), FILE_SETTINGS)
def test_setting_of_a_file_has_its_field(project: Callable[[str], Path], text: str, field: str, value: object) -> None:
    settings = Settings.discover(project(f"[tool.uv]\n{text}\n"))

    assert dict(settings.explicit())[field] == value
    assert f"tool.uv.{text.split(' ', maxsplit=1)[0]}" in settings.origin(field)


def test_relative_cache_folder_is_that_of_the_file(project: Callable[[str], Path]) -> None:
    folder = project('[tool.uv]\ncache-dir = "cache"\n')

    assert Settings.discover(folder).cache_dir == folder / "cache"


def test_upgrades_of_a_file_are_read(project: Callable[[str], Path]) -> None:
    some = Settings.discover(project('[tool.uv]\nupgrade-package = ["A<2"]\n')).upgrade
    everything = Settings.discover(project("[tool.uv]\nupgrade = true\n")).upgrade

    assert some.projects == {"a"}
    assert everything.projects == "all"


def test_extra_build_requirements_are_read(project: Callable[[str], Path]) -> None:
    folder = project(
        '[tool.uv]\nextra-build-dependencies = { A = ["b", { requirement = "c", match-runtime = true }] }\n'
    )

    [(name, [plain, matching])] = Settings.discover(folder).build.extra_requirements.items()

    assert name == "a"
    assert (str(plain.requirement), plain.match_runtime) == ("b", False)
    assert (str(matching.requirement), matching.match_runtime) == ("c", True)


def test_build_constraints_are_read(project: Callable[[str], Path]) -> None:
    folder = project('[tool.uv]\nbuild-constraint-dependencies = ["setuptools<80"]\n')

    assert [str(one) for one in Settings.discover(folder).build.constraints] == ["setuptools<80"]
