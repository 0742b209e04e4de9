from __future__ import annotations

import os
from pathlib import Path

import pytest

from uvkit.errors import InvalidOptionError, InvalidTableError
from uvkit.index import PipOption
from uvkit.index import pip_options as all_options
from uvkit.settings import Settings


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def pip_options(variables: dict[str, str], *, home: Path, **more: str) -> dict[str, PipOption]:
    """Return what is set, the machine's own file left out."""
    return all_options(variables, home=home, etc=home / "etc", **more)  # type: ignore[arg-type]


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Variables that lead to files of the test only."""
    return {"XDG_CONFIG_DIRS": str(tmp_path / "machine"), "VIRTUAL_ENV": str(tmp_path / "venv")}


def user_file(home: Path, text: str) -> Path:
    return write(home / ".config/pip/pip.conf", text)


def test_all_of_pips_index_settings_are_taken_with_their_origin(tmp_path: Path, variables: dict[str, str]) -> None:
    path = user_file(
        tmp_path,
        "[global]\nindex-url = https://one.example/simple\nextra_index_url =\n  https://two.example/simple\n"
        "  https://three.example/simple\nfind-links = ~/wheels\ntrusted-host = one.example two.example:8080\n"
        "cert = ~/ca.pem\nclient-cert = /etc/client.pem\nproxy = proxy.example:3128\ntimeout = 7.5\nretries = 2\n"
        "require-hashes = yes\nkeyring-provider = import\n",
    )

    settings = Settings.from_pip(variables=variables, home=tmp_path)

    assert [(one.url, one.default) for one in settings.indexes] == [
        ("https://two.example/simple", False),
        ("https://three.example/simple", False),
        ("https://one.example/simple", True),
    ]
    assert [(one.url, one.layout) for one in settings.find_links] == [(str(tmp_path / "wheels"), "flat")]
    network = settings.network
    assert network.insecure_hosts == {"one.example", "two.example:8080"}
    assert (network.trust_store, network.client_certificate) == (tmp_path / "ca.pem", Path("/etc/client.pem"))
    assert (network.proxies, network.timeout, network.retries) == ({"all": "http://proxy.example:3128"}, 7.5, 2)
    assert (settings.install.require_hashes, settings.keyring) == (True, "subprocess")
    assert settings.origin("network.timeout") == f"`global.timeout` in `{path}`"
    assert settings.origin("indexes") == f"`global.index-url` in `{path}` and `global.extra-index-url` in `{path}`"


def test_variables_win_and_replace_whole_lists(tmp_path: Path, variables: dict[str, str]) -> None:
    user_file(tmp_path, "[global]\nextra-index-url = https://file.example/simple\ntimeout = 3\n")
    variables |= {"PIP_EXTRA_INDEX_URL": "https://a.example/simple https://b.example/simple", "PIP_RETRIES": "9"}

    settings = Settings.from_pip(variables=variables, home=tmp_path)

    assert [one.url for one in settings.indexes] == ["https://a.example/simple", "https://b.example/simple"]
    assert settings.origin("indexes") == "PIP_EXTRA_INDEX_URL"
    assert (settings.network.timeout, settings.network.retries) == (3.0, 9)


def test_the_section_of_the_command_wins_even_over_later_files(tmp_path: Path, variables: dict[str, str]) -> None:
    user_file(tmp_path, "[install]\nindex-url = https://install.example/simple\n[download]\ntimeout = 4\n")
    write(tmp_path / "venv/pip.conf", "[global]\nindex-url = https://venv.example/simple\ntimeout = 5\n")

    installing = pip_options(variables, home=tmp_path)
    downloading = pip_options(variables, home=tmp_path, command="download")

    assert installing["index-url"].text == "https://install.example/simple"
    assert (downloading["index-url"].text, downloading["timeout"].text) == ("https://venv.example/simple", "4")
    assert installing["timeout"].text == "5"


def test_files_are_read_from_the_machine_to_the_environment(tmp_path: Path, variables: dict[str, str]) -> None:
    write(tmp_path / "machine/pip/pip.conf", "[global]\ntimeout = 1\nretries = 1\nproxy = a:1\ncert = m\n")
    write(tmp_path / ".pip/pip.conf", "[global]\ntimeout = 2\nretries = 2\nproxy = b:1\n")
    user_file(tmp_path, "[global]\ntimeout = 3\nretries = 3\n")
    write(tmp_path / "venv/pip.conf", "[global]\ntimeout = 4\n")

    found = pip_options(variables, home=tmp_path)

    assert {name: found[name].text for name in ("timeout", "retries", "proxy", "cert")} == {
        "timeout": "4", "retries": "3", "proxy": "b:1", "cert": "m",
    }  # fmt: skip


def test_a_named_file_takes_the_place_of_the_users(tmp_path: Path, variables: dict[str, str]) -> None:
    user_file(tmp_path, "[global]\ntimeout = 3\nretries = 3\n")
    write(tmp_path / "venv/pip.conf", "[global]\ntimeout = 4\n")
    named = write(tmp_path / "named.conf", "[global]\ntimeout = 5\n")

    found = pip_options({**variables, "PIP_CONFIG_FILE": str(named)}, home=tmp_path)
    absent = pip_options({**variables, "PIP_CONFIG_FILE": str(tmp_path / "none.conf")}, home=tmp_path)

    assert {name: one.text for name, one in found.items()} == {"timeout": "5"}
    assert {name: one.text for name, one in absent.items()} == {"timeout": "4", "retries": "3"}


def test_the_null_device_switches_files_off_but_not_variables(tmp_path: Path, variables: dict[str, str]) -> None:
    user_file(tmp_path, "[global]\ntimeout = 3\n")

    found = pip_options({**variables, "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "2"}, home=tmp_path)

    assert {name: one.text for name, one in found.items()} == {"retries": "2"}


def test_empty_values_count_as_not_set(tmp_path: Path, variables: dict[str, str]) -> None:
    user_file(tmp_path, "[global]\ntimeout =\n")

    assert pip_options({**variables, "PIP_RETRIES": " "}, home=tmp_path) == {}


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("win32", "AppData/Roaming/pip/pip.ini"),
        ("darwin", "Library/Application Support/pip/pip.conf"),
        ("linux", ".config/pip/pip.conf"),
    ],
)
def test_each_platform_has_its_folder(tmp_path: Path, variables: dict[str, str], platform: str, folder: str) -> None:
    write(tmp_path / folder, "[global]\ntimeout = 3\n")

    found = pip_options(variables | {"ProgramData": str(tmp_path / "none")}, home=tmp_path, platform=platform)

    assert found["timeout"].text == "3"


def test_several_places_are_a_union_unless_the_caller_decides(tmp_path: Path, variables: dict[str, str]) -> None:
    user_file(tmp_path, "[global]\nextra-index-url = https://two.example/simple\n")

    union = Settings.from_pip(variables=variables, home=tmp_path)
    ordered = Settings.from_pip(variables=variables, home=tmp_path, index_strategy="first-index")

    assert union.index_strategy == "unsafe-best-match"
    assert "extra-index-url" in union.origin("resolver.index_strategy")
    assert (ordered.index_strategy, ordered.origin("resolver.index_strategy")) == ("first-index", "argument")


def test_one_index_leaves_the_strategy_alone(tmp_path: Path, variables: dict[str, str]) -> None:
    settings = Settings.from_pip(variables=variables | {"PIP_INDEX_URL": "https://one.example/simple"}, home=tmp_path)

    assert settings.index_strategy == "first-index"
    assert settings.origin("resolver.index_strategy") == "default"


def test_other_settings_go_on_top(tmp_path: Path, variables: dict[str, str]) -> None:
    variables["PIP_TIMEOUT"] = "3"
    above = Settings.discover(variables={"UV_HTTP_TIMEOUT": "8", "HOME": str(tmp_path)})

    settings = Settings.from_pip(variables=variables, home=tmp_path).merged(above)

    assert settings.network.timeout == 8.0
    assert settings.origin("network.timeout") == "UV_HTTP_TIMEOUT"


def test_what_is_not_understood_is_listed_with_its_place(tmp_path: Path, variables: dict[str, str]) -> None:
    path = user_file(tmp_path, "[global]\nretries = many\n")
    variables["PIP_TIMEOUT"] = "soon"

    with pytest.raises(InvalidOptionError) as raised:
        Settings.from_pip(variables=variables, home=tmp_path)

    assert {place for place, _ in raised.value.problems} == {"PIP_TIMEOUT", f"`global.retries` in `{path}`"}


@pytest.mark.parametrize("text", ["index-url = x\n", "[global\n", "[global]\na = 1\na = 2\n"])
def test_a_file_that_is_none_of_pips_is_an_error(tmp_path: Path, variables: dict[str, str], text: str) -> None:
    path = user_file(tmp_path, text)

    with pytest.raises(InvalidTableError) as raised:
        Settings.from_pip(variables=variables, home=tmp_path)

    assert raised.value.path == path


def test_secrets_of_pips_indexes_do_not_show(tmp_path: Path, variables: dict[str, str]) -> None:
    variables["PIP_INDEX_URL"] = "https://user:hush-hush@one.example/simple"

    settings = Settings.from_pip(variables=variables, home=tmp_path)

    assert "hush-hush" not in repr(settings)
