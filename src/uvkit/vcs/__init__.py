"""Repositories: what a reference means, and its files (git)."""

from __future__ import annotations

from .git import GitRepositories
from .references import is_commit

__all__ = ["GitRepositories", "is_commit"]
