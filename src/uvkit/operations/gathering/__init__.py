"""Files of requirements, without an environment: as they are on indexes, or as wheels."""

from __future__ import annotations

from .downloads import download_requirements
from .wheels import WheelsResult, make_wheels

__all__ = ["WheelsResult", "download_requirements", "make_wheels"]
