"""Versions that follow others (PEP 440). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, Self, TypeAlias, cast

from packaging.version import Version

Part: TypeAlias = Literal["major", "minor", "patch", "stable", "alpha", "beta", "rc", "post", "dev"]
PARTS: tuple[Part, ...] = ("major", "minor", "patch", "stable", "alpha", "beta", "rc", "post", "dev")
_RELEASE = ("major", "minor", "patch")
_PRE = {"alpha": "a", "beta": "b", "rc": "rc"}


@dataclass(frozen=True, slots=True)
class Bump:
    """A part of a version that is raised, or set to a ``value``."""

    part: Part
    value: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the bump that `minor` or `minor=5` names.

        Raises:
            ValueError: it names none.
        """
        part, sign, value = text.partition("=")
        if part not in PARTS:
            raise ValueError(f"`{part}` is none of {', '.join(PARTS)}")
        if sign and part == "stable":
            raise ValueError("`--bump stable` does not accept a value")
        if sign and not (value.isascii() and value.isdecimal()):
            raise ValueError(f"invalid numeric value `{value}` for `--bump {part}`")
        return cls(part, int(value) if sign else None)


@dataclass(frozen=True, slots=True)
class _Parts:
    release: tuple[int, ...]
    pre: tuple[str, int] | None
    post: int | None
    dev: int | None


def bumped(version: Version, bumps: Iterable[Bump]) -> Version:
    """Return the version in which some parts are raised: a part of the release, and one of what may follow it.

    Raises:
        ValueError: the parts do not go together, or the version would not be a later one.
    """
    wanted = tuple(bumps)
    _check(wanted)
    parts = _Parts(version.release, version.pre, version.post, version.dev)
    for bump in sorted(wanted, key=lambda one: one.part not in _RELEASE):
        parts = _raised(parts, bump)
    result = _version(version, parts)
    if result <= version:
        raise ValueError(f"{version} => {result} didn't increase the version; {_advice(version, wanted)}")
    return result


def _check(bumps: tuple[Bump, ...]) -> None:
    names = ", ".join(bump.part for bump in bumps)
    for alone in ("stable", "post"):
        if len(bumps) > 1 and any(bump.part == alone for bump in bumps):
            raise ValueError(f"`--bump {alone}` cannot be used with another `--bump` value, got: {names}")
    if sum(bump.part in _RELEASE for bump in bumps) > 1:
        raise ValueError(f"only one release version component can be provided to `--bump`, got: {names}")
    if sum(bump.part in {*_PRE, "dev"} for bump in bumps) > 1:
        raise ValueError(f"only one pre-release version component can be provided to `--bump`, got: {names}")


def _raised(parts: _Parts, bump: Bump) -> _Parts:
    match bump.part:
        case "stable":
            return _Parts(parts.release, None, None, None)
        case "post":
            return replace(parts, post=_next(parts.post, bump.value), dev=None)
        case "dev":
            return replace(parts, dev=_next(parts.dev, bump.value))
        case "alpha" | "beta" | "rc":
            letter = _PRE[bump.part]
            number = parts.pre[1] if parts.pre is not None and parts.pre[0] == letter else None
            return _Parts(parts.release, (letter, _next(number, bump.value)), None, None)
        case _:
            place = _RELEASE.index(bump.part)
            release = [*parts.release, *[0] * (place + 1 - len(parts.release))]
            release[place] = _next(release[place], bump.value)
            return _Parts((*release[: place + 1], *[0] * (len(release) - place - 1)), None, None, None)


def _next(number: int | None, value: int | None) -> int:
    if value is not None:
        return value
    return 1 if number is None else number + 1


def _version(version: Version, parts: _Parts) -> Version:
    text = f"{version.epoch}!" if version.epoch else ""
    text += ".".join(map(str, parts.release))
    if parts.pre is not None:
        text += "".join(map(str, parts.pre))
    text += "" if parts.post is None else f".post{parts.post}"
    text += "" if parts.dev is None else f".dev{parts.dev}"
    return Version(f"{text}+{version.local}" if version.local else text)


def _advice(version: Version, bumps: tuple[Bump, ...]) -> str:
    parts = {bump.part for bump in bumps}
    needs = "you also need to increase"
    if parts == {"dev"}:
        return (
            f"when bumping to a dev version {needs} another version component, "
            "e.g., with `--bump <major|minor|patch|alpha|beta|rc>`"
        )
    if parts & cast("set[Part]", set(_PRE)) and version.pre is None:
        return (
            f"when bumping to a pre-release version {needs} a release version component, "
            "e.g., with `--bump <major|minor|patch>`"
        )
    return "provide the exact version to force an update"
