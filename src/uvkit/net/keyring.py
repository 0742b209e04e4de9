"""Credentials of the system's keyring, through the `keyring` package or its command."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from uvkit.model import without_credentials

from .options import Credentials

if TYPE_CHECKING:
    from subprocess import CompletedProcess

KeyringMode: TypeAlias = Literal["auto", "import", "subprocess"]
_Run: TypeAlias = "Callable[[Sequence[str]], CompletedProcess[bytes] | None]"
_logger = logging.getLogger("uvkit.net")


class KeyringProvider:
    """Credentials of the keyring, looked up by URL and then by host.

    ``import`` uses the installed package, ``subprocess`` the command on the path (which needs a user name in the URL),
    ``auto`` the package if it is installed and knows them, else the command. A keyring that fails gives no credentials.
    """

    name = "keyring"

    def __init__(self, mode: KeyringMode = "auto", *, run: _Run | None = None) -> None:
        self._mode = mode
        self._run = run or run_command

    def __call__(self, url: str) -> Credentials | None:
        """Return the stored credentials for the URL, or none."""
        return self._find(url, eager=False)

    def eager(self, url: str) -> Credentials | None:
        """Return the stored credentials with the user name that the keyring knows, where the URL has none.

        Who asks for it wants credentials before any server did: for others a command would be run for nothing.
        """
        return self._find(url, eager=True)

    def _find(self, url: str, *, eager: bool) -> Credentials | None:
        parts = urlsplit(url)
        username = unquote(parts.username or "")
        services = (without_credentials(url), parts.netloc.rpartition("@")[2])
        if self._mode != "subprocess":
            try:
                import keyring
            except ImportError:
                if self._mode == "import":
                    return None
            else:
                found = _from_package(keyring, services, username)
                if found is not None or self._mode == "import":
                    return found
        if username:
            return self._from_command(services, username)
        return self._with_name(services) if eager else None

    def _from_command(self, services: Sequence[str], username: str) -> Credentials | None:
        for service in services:
            completed = self._run(("keyring", "get", service, username))
            if completed is not None and completed.returncode == 0:
                password = completed.stdout.decode(errors="replace").rstrip("\r\n")
                if password:
                    return Credentials(username, password)
        return None

    def _with_name(self, services: Sequence[str]) -> Credentials | None:
        for service in services:
            completed = self._run(("keyring", "get", service, "--mode", "creds"))
            if completed is not None and completed.returncode == 0:
                username, _, password = completed.stdout.decode(errors="replace").rstrip("\r\n").partition("\n")
                if username and password:
                    return Credentials(username.rstrip("\r"), password)
        return None


def _from_package(keyring: object, services: Sequence[str], username: str) -> Credentials | None:
    for service in services:
        try:
            found = keyring.get_credential(service, username or None)  # type: ignore[attr-defined]
        except Exception as error:  # noqa: BLE001  # backends raise what they like; the next source may still answer
            _logger.debug("keyring failed: %s", type(error).__name__)
            return None
        if found is not None and found.password:
            return Credentials(found.username or username, found.password)
    return None


def run_command(argv: Sequence[str]) -> CompletedProcess[bytes] | None:
    """Return how a command ended and what it printed, or none if it cannot be run."""
    import subprocess

    try:
        return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        _logger.debug("`keyring` could not be run: %s", type(error).__name__)
        return None
