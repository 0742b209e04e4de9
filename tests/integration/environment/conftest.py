"""Real wheels in a real cache, real environments, and exact pictures of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from uvkit.cache import Cache, WheelImage
from uvkit.environment import Environment
from uvkit.testing import Distribution, make_wheel

Picture: TypeAlias = dict[str, tuple[str, int, bytes]]


class World:
    """An environment, a cache, and a maker of wheels."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cache = Cache(path / "cache")
        self.environment = Environment.create(path / "env")
        self.root = self.environment.path
        self.site = self.environment.site_packages

    def image(
        self,
        name: str,
        version: str = "1.0",
        files: Mapping[str, bytes] | None = None,
        scripts: Mapping[str, str] | None = None,
    ) -> WheelImage:
        """Return the image of a new wheel; without files it has one module."""
        entry_points = {"console_scripts": scripts} if scripts else {}
        made = Distribution(name=name, version=version, files=files or {}, entry_points=entry_points)
        return self.cache.wheels.add(make_wheel(self.path / "wheels", made))

    def install(self, *images: WheelImage) -> None:
        with self.environment.transaction() as transaction:
            for image in images:
                transaction.install(image)

    def picture(self) -> Picture:
        """Return every file, link and folder with kind, mode and content; the lock file may come and go."""
        return picture(self.root)

    def installed(self) -> list[str]:
        return [f"{one.project}=={one.version_text}" for one in self.environment.installed()]


def picture(root: Path) -> Picture:
    found: Picture = {}
    for folder, folders, files in os.walk(root):
        for name in [*folders, *files]:
            path = os.path.join(folder, name)
            state = os.lstat(path)
            mode = stat.S_IMODE(state.st_mode)
            if stat.S_ISLNK(state.st_mode):
                row = ("link", 0, os.readlink(path).encode())
            elif stat.S_ISDIR(state.st_mode):
                row = ("folder", mode, b"")
            else:
                with open(path, "rb") as file:
                    row = ("file", mode, file.read())
            found[os.path.relpath(path, root)] = row
    found.pop(".lock", None)
    return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def take_picture() -> Callable[[Path], Picture]:
    return picture
