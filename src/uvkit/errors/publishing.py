"""Distributions could not be given away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import UvkitError


class PublishError(UvkitError):
    """Distributions could not be uploaded."""

    code: ClassVar[str] = "publish"


@dataclass(eq=False, kw_only=True)
class UploadRefusedError(PublishError):
    """An index refused a file; ``reason`` is what it said."""

    code: ClassVar[str] = "upload-refused"
    filename: str
    url: str
    status: int
    reason: str

    def __str__(self) -> str:
        said = f": {self.reason}" if self.reason else ""
        return f"`{self.url}` refused `{self.filename}` with HTTP status {self.status}{said}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what the status usually means."""
        if self.status == 401:
            return ("give a user name and a password, or a token",)
        if self.status == 403:
            return ("the credentials may not upload this project; check the token and its scope",)
        if self.status in {404, 405} and "simple" in self.url:
            return ("this looks like the address of an index; the address for uploads is another one",)
        if self.status in {400, 409} and "exist" in self.reason.lower():
            return ("an uploaded file cannot be replaced; give the index as `check_url` to skip what is there",)
        return ()


@dataclass(eq=False, kw_only=True)
class DifferentFileError(PublishError):
    """The index has a file of this name with other content."""

    code: ClassVar[str] = "different-file"
    filename: str
    url: str
    published: tuple[str, ...]
    local: str

    def __str__(self) -> str:
        there = ", ".join(f"`{value}`" for value in self.published)
        return f"`{self.url}` has another `{self.filename}`: there {there}, here `{self.local}`"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to do."""
        return ("an uploaded file cannot be replaced; build a new version",)


@dataclass(eq=False, kw_only=True)
class TrustedPublishingError(PublishError):
    """A token for the upload could not be had from the service that vouches for this run."""

    code: ClassVar[str] = "trusted-publishing"
    reason: str

    def __str__(self) -> str:
        return f"a token for trusted publishing could not be had: {self.reason}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to check."""
        return ("check that the job may ask for identity tokens, and that the project trusts this workflow",)
