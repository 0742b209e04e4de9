"""How distributions are put into an environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from uvkit.model import ProjectName

LinkMode: TypeAlias = Literal["auto", "clone", "hardlink", "copy", "symlink"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOptions:
    """How to install, and what to leave alone.

    ``link_mode`` says how files get from the cache into the environment; where the file systems cannot do it, the next
    cheaper means is used. ``reinstall`` names projects to install again even if nothing changed. An ``exact``
    installation removes what is not wanted. After ``lock_timeout`` seconds of waiting for another process that changes
    the environment, it is given up. Compiling is given up if a single module takes longer than ``bytecode_timeout``
    seconds, never if that is none. Without ``installer_metadata`` nothing says who installed a distribution, or from
    where (`INSTALLER`, `REQUESTED`, `direct_url.json`).
    """

    link_mode: LinkMode = "auto"
    compile_bytecode: bool = False
    bytecode_timeout: float | None = 60.0
    installer_metadata: bool = True
    require_hashes: bool = False
    reinstall: frozenset[ProjectName] | Literal["all"] = frozenset()
    exact: bool = True
    lock_timeout: float = 300.0

    def reinstalls(self, project: ProjectName) -> bool:
        """Tell whether a project is to be installed again."""
        return self.reinstall == "all" or project in self.reinstall
