"""Known vulnerabilities of what is locked or installed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .advisories import AdvisorySource
    from .audited import AuditResult
    from .auditing import audit
    from .vulnerability import Vulnerability

_MODULES = {
    "AdvisorySource": "advisories",
    "AuditResult": "audited",
    "Vulnerability": "vulnerability",
    "audit": "auditing",
}

__all__ = ["AdvisorySource", "AuditResult", "Vulnerability", "audit"]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
