"""An interpreter cannot be found or used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .base import UvkitError


class PythonError(UvkitError):
    """An interpreter cannot be found or used."""

    code: ClassVar[str] = "python"


@dataclass(eq=False, kw_only=True)
class PythonNotFoundError(PythonError):
    """No interpreter satisfies the request."""

    code: ClassVar[str] = "python-not-found"
    request: str
    searched: tuple[str, ...]
    advice: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"no interpreter found for `{self.request}` in {', '.join(self.searched)}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to do."""
        return self.advice or ("install that Python, or ask for another one",)


@dataclass(eq=False, kw_only=True)
class NoPythonDownloadError(PythonError):
    """No interpreter that can be downloaded is what was asked for."""

    code: ClassVar[str] = "no-python-download"
    request: str
    reason: str = "the list of downloads has none"

    def __str__(self) -> str:
        return f"no download found for `{self.request}`: {self.reason}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return where to look."""
        return ("`uvkit python list --only-downloads --all-versions` shows what there is",)


@dataclass(eq=False, kw_only=True)
class PythonInstallError(PythonError):
    """One or more interpreters could not be installed; all failures are here, by the interpreters' keys."""

    code: ClassVar[str] = "python-install"
    failures: tuple[tuple[str, UvkitError], ...]

    def __str__(self) -> str:
        return "\n".join(f"failed to install {key}: {failure}" for key, failure in self.failures)

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the hints of all failures, each once."""
        return tuple(dict.fromkeys(hint for _, failure in self.failures for hint in failure.hints))


@dataclass(eq=False, kw_only=True)
class BrokenInterpreterError(PythonError):
    """An interpreter does not start or does not answer."""

    code: ClassVar[str] = "broken-interpreter"
    executable: Path
    reason: str

    def __str__(self) -> str:
        return f"the interpreter `{self.executable}` does not work: {self.reason}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to do."""
        return ("remove the environment or repair the installation it points to",)


@dataclass(eq=False, kw_only=True)
class IncompatiblePythonError(PythonError):
    """The interpreter is outside the Python versions that a project or lockfile is for."""

    code: ClassVar[str] = "incompatible-python"
    python: str
    required: str
    pinned_by: Path | None = None

    def __str__(self) -> str:
        what = "the interpreter is" if self.pinned_by is None else f"`{self.pinned_by}` asks for"
        return f"{what} Python {self.python}, but the project requires `{self.required}`"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to do."""
        if self.pinned_by is not None:
            return ("`uvkit python pin` changes the file to a compatible version",)
        return ("choose another interpreter, or widen `requires-python` and lock again",)
