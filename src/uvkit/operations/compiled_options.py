"""The options that a compiled file can repeat: indexes, find-links and formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .compiled_text import CompileStyle

if TYPE_CHECKING:
    from uvkit.index import IndexSet
    from uvkit.settings import Settings


def emitted_options(settings: Settings, indexes: IndexSet, style: CompileStyle) -> tuple[str, ...]:
    """Return the lines of options; addresses are written as they were given, with the credentials in them."""
    lines: list[str] = []
    if style.index_url:
        lines += [f"--{option} {url}" for option, url in _index_urls(settings, indexes)]
    if style.find_links:
        lines += [f"--find-links {one.written or one.url}" for one in settings.find_links]
    if style.build_options:
        resolver = settings.resolver
        for option, names in (("no-binary", resolver.no_binary), ("only-binary", resolver.no_build)):
            lines += [f"--{option} {name}" for name in ([":all:"] if names == "all" else sorted(names))]
    return tuple(lines)


def _index_urls(settings: Settings, indexes: IndexSet) -> list[tuple[str, str]]:
    """Return the default index, then the others; one that nobody configured is known to the index alone."""
    if settings.no_index:
        return []
    default = [one.written or one.url for one in settings.indexes if one.default] or [
        one.url for one in indexes.indexes[-1:]
    ]
    rows = [("index-url", url) for url in default]
    return rows + [
        ("extra-index-url", one.written or one.url) for one in settings.indexes if not (one.default or one.explicit)
    ]
