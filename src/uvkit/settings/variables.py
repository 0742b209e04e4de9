"""Environment variables as options: which one stands for which, and how its text is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from uvkit.errors import InvalidOptionError

from .flags import flag

if TYPE_CHECKING:
    from .arguments import Around
    from .tables import Layer

Kind: TypeAlias = Literal["text", "flag", "number", "words", "commas", "policy"]


class Variable(NamedTuple):
    """The option that a variable stands for, and the form of its text."""

    option: str
    kind: Kind = "text"


# Of two variables for one option the later one wins, so old names stand before new ones.
VARIABLES: dict[str, Variable] = {
    "ALL_PROXY": Variable("all-proxy"),
    "HTTPS_PROXY": Variable("https-proxy"),
    "HTTP_PROXY": Variable("http-proxy"),
    "HTTP_TIMEOUT": Variable("http-timeout", "number"),
    "NO_PROXY": Variable("no-proxy", "commas"),
    "SSL_CERT_DIR": Variable("trust-store"),
    "SSL_CERT_FILE": Variable("trust-store"),
    "SSL_CLIENT_CERT": Variable("client-certificate"),
    "UV_BREAK_SYSTEM_PACKAGES": Variable("break-system-packages", "flag"),
    "UV_BUILD_CONSTRAINT": Variable("build-constraint", "words"),
    "UV_CACHE_DIR": Variable("cache-dir"),
    "UVKIT_CACHE_DIR": Variable("cache-dir"),
    "UV_COMPILE_BYTECODE": Variable("compile-bytecode", "flag"),
    "UV_COMPILE_BYTECODE_TIMEOUT": Variable("compile-bytecode-timeout", "number"),
    "UV_CONCURRENT_BUILDS": Variable("concurrent-builds", "number"),
    "UV_CONCURRENT_DOWNLOADS": Variable("concurrent-downloads", "number"),
    "UV_CONCURRENT_INSTALLS": Variable("concurrent-installs", "number"),
    "UV_CONSTRAINT": Variable("constraint", "words"),
    "UV_DEFAULT_INDEX": Variable("default-index"),
    "UV_DEV": Variable("dev", "flag"),
    "UV_EXCLUDE": Variable("exclude", "words"),
    "UV_EXCLUDE_NEWER": Variable("exclude-newer"),
    "UV_EXTRA_INDEX_URL": Variable("extra-index-url", "words"),
    "UV_FIND_LINKS": Variable("find-links", "commas"),
    "UV_FORK_STRATEGY": Variable("fork-strategy"),
    "UV_FROZEN": Variable("frozen", "flag"),
    "UV_GIT_LFS": Variable("git-lfs", "flag"),
    "UV_HTTP_CONNECT_TIMEOUT": Variable("http-connect-timeout", "number"),
    "UV_HTTP_RETRIES": Variable("http-retries", "number"),
    "UV_REQUEST_TIMEOUT": Variable("http-timeout", "number"),
    "UV_HTTP_TIMEOUT": Variable("http-timeout", "number"),
    "UV_INDEX": Variable("index", "words"),
    "UV_INDEX_STRATEGY": Variable("index-strategy"),
    "UV_INDEX_URL": Variable("index-url"),
    "UV_INSECURE_HOST": Variable("allow-insecure-host", "words"),
    "UV_KEYRING_PROVIDER": Variable("keyring-provider"),
    "UV_LINK_MODE": Variable("link-mode"),
    "UV_LOCKED": Variable("locked", "flag"),
    "UV_LOCK_TIMEOUT": Variable("lock-timeout", "number"),
    "UV_MANAGED_PYTHON": Variable("managed-python", "flag"),
    "UV_NATIVE_TLS": Variable("native-tls", "flag"),
    "UV_NO_BINARY": Variable("no-binary", "flag"),
    "UV_NO_BINARY_PACKAGE": Variable("no-binary-package", "words"),
    "UV_NO_BUILD": Variable("no-build", "flag"),
    "UV_NO_BUILD_ISOLATION": Variable("no-build-isolation", "flag"),
    "UV_NO_BUILD_PACKAGE": Variable("no-build-package", "words"),
    "UV_NO_CACHE": Variable("no-cache", "flag"),
    "UV_NO_DEFAULT_GROUPS": Variable("no-default-groups", "flag"),
    "UV_NO_DEV": Variable("no-dev", "flag"),
    "UV_NO_EDITABLE": Variable("no-editable", "flag"),
    "UV_NO_GROUP": Variable("no-group", "words"),
    "UV_NO_INSTALLER_METADATA": Variable("no-installer-metadata", "flag"),
    "UV_NO_INSTALL_PROJECT": Variable("no-install-project", "flag"),
    "UV_NO_INSTALL_WORKSPACE": Variable("no-install-workspace", "flag"),
    "UV_NO_INSTALL_LOCAL": Variable("no-install-local", "flag"),
    "UV_ONLY_INSTALL_LOCAL": Variable("only-install-local", "flag"),
    "UV_ONLY_INSTALL_PROJECT": Variable("only-install-project", "flag"),
    "UV_ONLY_INSTALL_WORKSPACE": Variable("only-install-workspace", "flag"),
    "UV_NO_MANAGED_PYTHON": Variable("no-managed-python", "flag"),
    "UV_NO_PROGRESS": Variable("no-progress", "flag"),
    "UV_NO_SOURCES": Variable("no-sources", "flag"),
    "UV_NO_SOURCES_PACKAGE": Variable("no-sources-package", "words"),
    "UV_NO_SYNC": Variable("no-sync", "flag"),
    "UV_NO_VERIFY_HASHES": Variable("no-verify-hashes", "flag"),
    "UV_OFFLINE": Variable("offline", "flag"),
    "UV_OVERRIDE": Variable("override", "words"),
    "UV_PRERELEASE": Variable("prerelease"),
    "UV_PROJECT_ENVIRONMENT": Variable("project-environment"),
    "UV_GRAALPY_INSTALL_MIRROR": Variable("graalpy-install-mirror"),
    "UV_PYODIDE_INSTALL_MIRROR": Variable("pyodide-install-mirror"),
    "UV_PYPY_INSTALL_MIRROR": Variable("pypy-install-mirror"),
    "UV_PUBLISH_CHECK_URL": Variable("check-url"),
    "UV_PUBLISH_URL": Variable("publish-url"),
    "UV_PYTHON": Variable("python"),
    "UV_PYTHON_DOWNLOADS": Variable("python-downloads", "policy"),
    "UV_PYTHON_DOWNLOADS_JSON_URL": Variable("python-downloads-json-url"),
    "UV_PYTHON_INSTALL_DIR": Variable("python-install-dir"),
    "UV_PYTHON_INSTALL_MIRROR": Variable("python-install-mirror"),
    "UV_PYTHON_PREFERENCE": Variable("python-preference"),
    "UV_REQUIRE_BUILD_HASHES": Variable("require-build-hashes", "flag"),
    "UV_REQUIRE_HASHES": Variable("require-hashes", "flag"),
    "UV_RESOLUTION": Variable("resolution"),
    "UV_SKIP_WHEEL_FILENAME_CHECK": Variable("skip-wheel-filename-check", "flag"),
    "UV_SYSTEM_CERTS": Variable("system-certs", "flag"),
    "UV_SYSTEM_PYTHON": Variable("system", "flag"),
    "UV_TORCH_BACKEND": Variable("torch-backend"),
    "UVKIT_TORCH_INDEX": Variable("torch-index"),
}
# Read by discovery itself, or by the command line before it discovers anything.
CONTROLS = (
    "UV_CONFIG_FILE", "UV_NO_CONFIG", "UV_NO_SYSTEM_CONFIG", "UV_ISOLATED", "UV_PROJECT", "UV_NO_PROJECT",
    "UV_WORKING_DIR", "UV_WORKING_DIRECTORY",
)  # fmt: skip


def variable_fields(variables: Mapping[str, str], around: Around) -> Layer:
    """Return the fields that variables set, and the origin of each; empty ones count as not set.

    Raises:
        InvalidOptionError: values are not understood; all of them are listed.
    """
    from .arguments import argument_fields

    options: dict[str, Any] = {}
    labels: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    for name, (option, kind) in VARIABLES.items():
        text = _value(name, variables)
        if text:
            try:
                options[option] = _READERS[kind](text)
                labels[option] = name
            except ValueError as error:
                problems.append((name, str(error)))
    try:
        values, origins = argument_fields(options, label=labels.__getitem__, around=around)
    except InvalidOptionError as error:
        raise InvalidOptionError(problems=(*problems, *error.problems)) from error
    if problems:
        raise InvalidOptionError(problems=tuple(problems))
    return values, origins


def _value(name: str, variables: Mapping[str, str]) -> str:
    """Return the text of a variable; those of proxies are also written in lower case."""
    text = variables.get(name, "")
    if not text and name.endswith("_PROXY"):
        text = variables.get(name.lower(), "")
    return text.strip()


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a whole number") from None


def _policy(text: str) -> str:
    """Return a policy of downloads; a truth value says whether there are to be any."""
    try:
        return "automatic" if flag(text) else "never"
    except ValueError:
        return text


_READERS: dict[Kind, Callable[[str], Any]] = {
    "text": str,
    "flag": flag,
    "number": _number,
    "policy": _policy,
    "words": str.split,
    "commas": lambda text: [part.strip() for part in text.split(",") if part.strip()],
}
