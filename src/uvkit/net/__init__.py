"""HTTP for indexes and files: one client, lean by default, with httpx wherever more is asked of it."""

from __future__ import annotations

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
