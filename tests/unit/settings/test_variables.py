"""Every variable that stands for an option, and what happens to texts that are not understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from uvkit.errors import InvalidOptionError
from uvkit.settings import Settings
from uvkit.settings.variables import CONTROLS, VARIABLES

HERE = Path.cwd()

# The variables of uv that matter for locking and syncing, with a text, the field and the value.
ROWS: list[tuple[str, str, str, Any]] = [
    ("UV_OFFLINE", "1", "network.offline", True),
    ("UV_NO_SOURCES", "true", "no_sources", "all"),
    ("UV_CACHE_DIR", "/cache", "cache_dir", Path("/cache")),
    ("UVKIT_CACHE_DIR", "cache", "cache_dir", HERE / "cache"),
    ("UV_NO_CACHE", "1", "no_cache", True),
    ("UV_RESOLUTION", "lowest", "resolver.strategy", "lowest"),
    ("UV_PRERELEASE", "allow", "resolver.prerelease", "allow"),
    ("UV_FORK_STRATEGY", "fewest", "resolver.fork_strategy", "fewest"),
    ("UV_SYSTEM_PYTHON", "1", "system_python", True),
    ("UV_PUBLISH_CHECK_URL", "https://index.example/simple", "check_url", "https://index.example/simple"),
    ("UV_PUBLISH_URL", "https://index.example/upload", "publish_url", "https://index.example/upload"),
    ("UV_PYTHON", "3.12", "python", "3.12"),
    ("UV_BREAK_SYSTEM_PACKAGES", "1", "break_system_packages", True),
    ("UV_SYSTEM_CERTS", "0", "network.trust_store", "bundled"),
    ("UV_NATIVE_TLS", "1", "network.trust_store", "system"),
    ("UV_INDEX_STRATEGY", "unsafe-best-match", "resolver.index_strategy", "unsafe-best-match"),
    ("UV_REQUIRE_HASHES", "1", "install.require_hashes", True),
    ("UV_CONSTRAINT", "a.txt /b.txt", "files.constraints", (HERE / "a.txt", Path("/b.txt"))),
    ("UV_BUILD_CONSTRAINT", "a.txt", "files.build_constraints", (HERE / "a.txt",)),
    ("UV_OVERRIDE", "a.txt", "files.overrides", (HERE / "a.txt",)),
    ("UV_EXCLUDE", "a.txt", "files.excludes", (HERE / "a.txt",)),
    ("UV_LINK_MODE", "hardlink", "install.link_mode", "hardlink"),
    ("UV_NO_BUILD_ISOLATION", "1", "build.no_isolation", "all"),
    ("UV_KEYRING_PROVIDER", "subprocess", "keyring", "subprocess"),
    ("UV_PYTHON_PREFERENCE", "system", "python_preference", "system"),
    ("UV_MANAGED_PYTHON", "1", "python_preference", "only-managed"),
    ("UV_NO_MANAGED_PYTHON", "1", "python_preference", "only-system"),
    ("UV_PYTHON_DOWNLOADS", "never", "python_downloads", "never"),
    ("UV_PYTHON_DOWNLOADS", "false", "python_downloads", "never"),
    ("UV_PYTHON_DOWNLOADS", "true", "python_downloads", "automatic"),
    ("UV_COMPILE_BYTECODE", "yes", "install.compile_bytecode", True),
    ("UV_COMPILE_BYTECODE_TIMEOUT", "5", "install.bytecode_timeout", 5.0),
    ("UV_COMPILE_BYTECODE_TIMEOUT", "0", "install.bytecode_timeout", None),
    ("UV_NO_INSTALLER_METADATA", "1", "install.installer_metadata", False),
    ("UV_SKIP_WHEEL_FILENAME_CHECK", "1", "check_wheel_names", False),
    ("UV_NO_EDITABLE", "1", "selection.editable", False),
    ("UV_DEV", "1", "selection.extra_groups", frozenset({"dev"})),
    ("UV_NO_DEV", "1", "selection.exclude_groups", frozenset({"dev"})),
    ("UV_NO_GROUP", "A b", "selection.exclude_groups", frozenset({"a", "b"})),
    ("UV_NO_DEFAULT_GROUPS", "1", "selection.groups", frozenset()),
    ("UV_NO_INSTALL_PROJECT", "1", "selection.exclude_members", "project"),
    ("UV_NO_INSTALL_WORKSPACE", "1", "selection.exclude_members", "workspace"),
    ("UV_NO_INSTALL_LOCAL", "1", "selection.exclude_members", "local"),
    ("UV_ONLY_INSTALL_PROJECT", "1", "selection.only_members", "project"),
    ("UV_ONLY_INSTALL_WORKSPACE", "1", "selection.only_members", "workspace"),
    ("UV_ONLY_INSTALL_LOCAL", "1", "selection.only_members", "local"),
    ("UV_NO_BINARY", "1", "resolver.no_binary", "all"),
    ("UV_NO_BINARY_PACKAGE", "A b", "resolver.no_binary", frozenset({"a", "b"})),
    ("UV_NO_BUILD", "1", "resolver.no_build", "all"),
    ("UV_NO_BUILD_PACKAGE", "A", "resolver.no_build", frozenset({"a"})),
    ("UV_NO_SYNC", "1", "synchronize", False),
    ("UV_LOCKED", "1", "locking", "check"),
    ("UV_FROZEN", "1", "locking", "frozen"),
    ("UV_NO_VERIFY_HASHES", "1", "verify_hashes", False),
    ("UV_INSECURE_HOST", "a.example b.example", "network.insecure_hosts", frozenset({"a.example", "b.example"})),
    ("UV_CONCURRENT_DOWNLOADS", "3", "concurrency.downloads", 3),
    ("UV_CONCURRENT_BUILDS", "3", "concurrency.builds", 3),
    ("UV_CONCURRENT_INSTALLS", "3", "concurrency.installs", 3),
    ("UV_NO_PROGRESS", "1", "progress", False),
    ("UV_PROJECT_ENVIRONMENT", "env", "environment", Path("env")),
    ("UV_PYTHON_INSTALL_DIR", "/pythons", "python_directory", Path("/pythons")),
    ("UV_HTTP_TIMEOUT", "5", "network.timeout", 5.0),
    ("UV_REQUEST_TIMEOUT", "5", "network.timeout", 5.0),
    ("HTTP_TIMEOUT", "5", "network.timeout", 5.0),
    ("UV_HTTP_CONNECT_TIMEOUT", "5", "network.connect_timeout", 5.0),
    ("UV_HTTP_RETRIES", "0", "network.retries", 0),
    ("UV_GIT_LFS", "1", "large_files", True),
    ("UV_TORCH_BACKEND", "cpu", "torch_backend", "cpu"),
    ("UVKIT_TORCH_INDEX", "https://t.example/whl", "torch_index", "https://t.example/whl"),
    ("UV_LOCK_TIMEOUT", "5", "install.lock_timeout", 5.0),
    ("UV_NO_SOURCES_PACKAGE", "A", "no_sources", frozenset({"a"})),
    ("UV_PYTHON_DOWNLOADS_JSON_URL", "list.json", "python_list", "list.json"),
    ("UV_GRAALPY_INSTALL_MIRROR", "https://g.example", "graalpy_mirror", "https://g.example"),
    ("UV_PYODIDE_INSTALL_MIRROR", "https://y.example", "pyodide_mirror", "https://y.example"),
    ("UV_PYPY_INSTALL_MIRROR", "https://p.example", "pypy_mirror", "https://p.example"),
    ("UV_PYTHON_INSTALL_MIRROR", "https://m.example", "python_mirror", "https://m.example"),
    ("UV_REQUIRE_BUILD_HASHES", "1", "build.require_hashes", True),
    ("SSL_CERT_FILE", "/certs.pem", "network.trust_store", Path("/certs.pem")),
    ("SSL_CERT_DIR", "/certs", "network.trust_store", Path("/certs")),
    ("SSL_CLIENT_CERT", "/me.pem", "network.client_certificate", Path("/me.pem")),
    ("HTTP_PROXY", "http://p.example", "network.proxies", {"http": "http://p.example"}),
    ("HTTPS_PROXY", "http://p.example", "network.proxies", {"https": "http://p.example"}),
    ("ALL_PROXY", "http://p.example", "network.proxies", {"all": "http://p.example"}),
    ("NO_PROXY", "a.example, b.example", "network.no_proxy", ("a.example", "b.example")),
]
INDEX_VARIABLES = {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"}


def discover(**variables: str) -> Settings:
    return Settings.discover(variables=variables)


@pytest.mark.parametrize(("name", "text", "field", "value"), ROWS)
def test_variable_sets_its_field(name: str, text: str, field: str, value: object) -> None:
    settings = discover(**{name: text})

    assert dict(settings.explicit()) == {field: value}
    assert settings.origin(field) == name


def test_every_variable_is_tested() -> None:
    assert {row[0] for row in ROWS} | INDEX_VARIABLES | {"UV_EXCLUDE_NEWER"} == set(VARIABLES)


def test_variables_that_steer_discovery_are_not_options() -> None:
    assert not set(CONTROLS) & set(VARIABLES)


@pytest.mark.parametrize("text", ["", "  "])
def test_empty_variable_is_not_set(text: str) -> None:
    assert dict(discover(UV_PRERELEASE=text, UV_OFFLINE=text).explicit()) == {}


@pytest.mark.parametrize("text", ["0", "false", "No", "off", "F"])
def test_flag_can_be_false(text: str) -> None:
    settings = discover(UV_OFFLINE=text, UV_LOCKED=text, UV_NO_DEV=text)

    assert dict(settings.explicit()) == {"network.offline": False}


def test_newer_variable_wins_over_the_older() -> None:
    assert discover(UV_HTTP_TIMEOUT="1", UV_REQUEST_TIMEOUT="2", HTTP_TIMEOUT="3").network.timeout == 1
    assert discover(UV_CACHE_DIR="/a", UVKIT_CACHE_DIR="/b").cache_dir == Path("/b")
    assert discover(UV_NATIVE_TLS="1", UV_SYSTEM_CERTS="0").network.trust_store == "bundled"


def test_proxies_of_several_schemes_and_cases_are_joined() -> None:
    settings = discover(http_proxy="http://a.example", HTTPS_PROXY="http://b.example", all_proxy="http://c.example")

    assert settings.network.proxies == {
        "http": "http://a.example",
        "https": "http://b.example",
        "all": "http://c.example",
    }


@pytest.mark.parametrize(("text", "value"), [("false", None), ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00")])
def test_cut_off_can_be_a_moment_or_false(text: str, value: str | None) -> None:
    settings = discover(UV_EXCLUDE_NEWER=text)

    found = settings.resolver.exclude_newer
    assert (found and found.timestamp and found.timestamp.isoformat()) == value
    assert settings.origin("resolver.exclude_newer") == "UV_EXCLUDE_NEWER"


# -- indexes -----------------------------------------------------------------------------------------------------------


def test_indexes_come_in_their_order() -> None:
    settings = discover(
        UV_INDEX="one=https://one.example/ https://two.example/",
        UV_EXTRA_INDEX_URL="https://three.example/",
        UV_DEFAULT_INDEX="https://four.example/",
        UV_INDEX_URL="https://five.example/",
    )

    assert [(index.name, index.url, index.default) for index in settings.indexes] == [
        ("one", "https://one.example/", False),
        (None, "https://two.example/", False),
        (None, "https://three.example/", False),
        (None, "https://four.example/", True),
    ]


def test_older_default_index_counts_alone() -> None:
    [index] = discover(UV_INDEX_URL="https://five.example/").indexes

    assert (index.url, index.default) == ("https://five.example/", True)


def test_default_index_may_have_a_name() -> None:
    [index] = discover(UV_DEFAULT_INDEX="main=https://main.example/simple?x=y").indexes

    assert (index.name, index.url, index.default) == ("main", "https://main.example/simple?x=y", True)


def test_url_with_an_equals_sign_is_no_name() -> None:
    [index] = discover(UV_INDEX="https://main.example/simple?x=y").indexes

    assert (index.name, index.url) == (None, "https://main.example/simple?x=y")


def test_find_links_are_separated_by_commas() -> None:
    links = discover(UV_FIND_LINKS="https://a.example/x,/abs/wheels").find_links

    assert [(link.url, link.layout) for link in links] == [("https://a.example/x", "flat"), ("/abs/wheels", "flat")]


def test_index_can_be_one_that_the_project_names(tmp_path: Path) -> None:
    (tmp_path / "uv.toml").write_text('index = [{ name = "in-house", url = "https://a.example/", explicit = true }]')

    settings = Settings.discover(tmp_path, variables={"UV_DEFAULT_INDEX": "in-house"})

    [index] = settings.indexes
    assert (index.url, index.default, index.explicit) == ("https://a.example/", True, False)


def test_indexes_of_variables_come_before_those_of_files(tmp_path: Path) -> None:
    (tmp_path / "uv.toml").write_text(
        'index = [{ url = "https://a.example/" }, { url = "https://b.example/", default = true }]'
    )

    settings = Settings.discover(tmp_path, variables={"UV_INDEX": "https://c.example/"})

    assert [index.url for index in settings.indexes] == [
        "https://c.example/",
        "https://a.example/",
        "https://b.example/",
    ]


def test_named_index_finds_its_credentials(tmp_path: Path) -> None:
    (tmp_path / "uv.toml").write_text('index = [{ name = "in-house.2", url = "https://a.example/" }]')

    [index] = Settings.discover(
        tmp_path, variables={"UV_INDEX_IN_HOUSE_2_USERNAME": "me", "UV_INDEX_IN_HOUSE_2_PASSWORD": "secret"}
    ).indexes

    assert (index.username, index.password) == ("me", "secret")
    assert index.url == "https://a.example/"


def test_password_alone_is_enough(tmp_path: Path) -> None:
    (tmp_path / "uv.toml").write_text('index = [{ name = "a", url = "https://a.example/" }]')

    [index] = Settings.discover(tmp_path, variables={"UV_INDEX_A_PASSWORD": "token"}).indexes

    assert (index.username, index.password) == ("", "token")


# -- texts that are not understood -------------------------------------------------------------------------------------


def test_everything_wrong_is_listed_with_its_variable() -> None:
    with pytest.raises(InvalidOptionError) as caught:
        discover(
            UV_OFFLINE="maybe",
            UV_CONCURRENT_DOWNLOADS="many",
            UV_CONCURRENT_BUILDS="0",
            UV_PRERELEASE="alow",
            UV_EXCLUDE_NEWER="soon",
            UV_INDEX="nope a/b=https://x.example =https://y.example",
            UV_DEFAULT_INDEX="neither",
        )

    found = dict(caught.value.problems)
    assert set(found) == {
        "UV_OFFLINE",
        "UV_CONCURRENT_DOWNLOADS",
        "UV_CONCURRENT_BUILDS",
        "UV_PRERELEASE",
        "UV_EXCLUDE_NEWER",
        "UV_INDEX",
        "UV_DEFAULT_INDEX",
    }
    assert found["UV_OFFLINE"] == "`maybe` is not a truth value; use `1` or `0`"
    assert found["UV_PRERELEASE"].endswith("did you mean `allow`?")
