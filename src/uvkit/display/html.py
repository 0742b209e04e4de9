"""Results as small HTML tables, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def table_html(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table with a caption; without rows, the caption alone."""
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align:left">{escape(str(cell))}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    if not body:
        return f"<p>{escape(caption)}</p>"
    head = "".join(f'<th style="text-align:left">{escape(cell)}</th>' for cell in header)
    return f"<p>{escape(caption)}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
