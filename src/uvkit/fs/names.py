"""Names inside archives that may become paths on disk."""

from __future__ import annotations

# The longest name that common file systems store, in bytes.
_LONGEST_SEGMENT = 255


def check_alone(name: str, seen: dict[str, str]) -> str | None:
    """Return why a name must not stand beside those seen before, or note it and return none.

    Files whose names are one where case is folded or Unicode normalised would replace each other there. Of folders,
    which end with a slash, only the same one twice is refused.
    """
    plain = name if name.endswith("/") else _folded(name)
    other = seen.get(plain)
    if other is not None:
        return "it occurs twice" if other == name else f"its name is the same as `{other}` where case does not count"
    seen[plain] = name
    return None


def _folded(name: str) -> str:
    if name.isascii():
        return name.lower()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFC", name).casefold())


def check_member_name(name: str) -> str | None:
    """Return why a member's name must not become a path below the target folder, or none if it may.

    Names are relative, with forward slashes, and have no empty, ``.`` or ``..`` part, backslash or control character.
    """
    if not name:
        return "its name is empty"
    if "\\" in name:
        return "its name has a backslash"
    if name[0] == "/" or name[1:2] == ":":
        return "its path is absolute"
    if not name.isprintable() and any(ord(character) < 32 or ord(character) == 127 for character in name):
        return "its name has a control character"
    if ".." in name or "./" in name or "//" in name or name == "." or name.endswith(("/", "/.")):
        parts = name.split("/")
        if ".." in parts:
            return "its path leaves the folder"
        if "." in parts or "" in parts:
            return "its path is not in its simplest form"
    if len(name) > _LONGEST_SEGMENT and any(len(part.encode()) > _LONGEST_SEGMENT for part in name.split("/")):
        return "a part of its name is too long"
    return None
