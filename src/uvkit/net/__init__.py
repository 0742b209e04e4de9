"""HTTP for indexes and files: one client, lean by default, with httpx wherever more is asked of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import HttpClient
    from .credentials import CredentialStore, NetrcProvider, basic_authorization, split_credentials
    from .freshness import Freshness, conditions, parse_cache_control
    from .interruption import Interruption, interruptible
    from .keyring import KeyringProvider
    from .options import (
        Answer,
        AuthenticationPolicy,
        Body,
        CredentialProvider,
        Credentials,
        HttpResponse,
        NetworkOptions,
        SendingTransport,
        Transport,
    )
    from .ranges import metadata_flow, read_local_metadata, read_metadata, read_remote_metadata

# Who only reads options does not load what uses the network.
_MODULES = {
    "Answer": "options",
    "AuthenticationPolicy": "options",
    "Body": "options",
    "CredentialProvider": "options",
    "CredentialStore": "credentials",
    "Credentials": "options",
    "Freshness": "freshness",
    "HttpClient": "client",
    "HttpResponse": "options",
    "Interruption": "interruption",
    "KeyringProvider": "keyring",
    "NetrcProvider": "credentials",
    "NetworkOptions": "options",
    "SendingTransport": "options",
    "Transport": "options",
    "basic_authorization": "credentials",
    "conditions": "freshness",
    "interruptible": "interruption",
    "metadata_flow": "ranges",
    "parse_cache_control": "freshness",
    "read_local_metadata": "ranges",
    "read_metadata": "ranges",
    "read_remote_metadata": "ranges",
    "split_credentials": "credentials",
}

__all__ = [
    "Answer",
    "AuthenticationPolicy",
    "Body",
    "CredentialProvider",
    "CredentialStore",
    "Credentials",
    "Freshness",
    "HttpClient",
    "HttpResponse",
    "Interruption",
    "KeyringProvider",
    "NetrcProvider",
    "NetworkOptions",
    "SendingTransport",
    "Transport",
    "basic_authorization",
    "conditions",
    "interruptible",
    "metadata_flow",
    "parse_cache_control",
    "read_local_metadata",
    "read_metadata",
    "read_remote_metadata",
    "split_credentials",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
