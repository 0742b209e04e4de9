"""What every activation script is made from."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """The facts about an environment that its activation scripts hold.

    ``location`` is the absolute path, or none in an environment that may be moved: its scripts find themselves when
    they run. ``scripts`` and ``purelib`` are folders relative to it, with forward slashes.
    """

    location: str | None
    scripts: str
    purelib: str
    prompt: str | None
    windows: bool = False

    @property
    def name(self) -> str | None:
        """Return the text to show in the prompt, or none if it is the folder's name at run time."""
        if self.prompt is not None or self.location is None:
            return self.prompt
        return os.path.basename(self.location)
