"""Why an index refused an upload, in its own words."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uvkit.net import Answer

_LONGEST = 500


def refusal_reason(answer: Answer) -> str:
    """Return what an answer says of a refusal: the detail of a JSON answer, or the text of a page in one line."""
    if answer.status < 300:
        return ""
    location = answer.headers.get("location")
    if answer.status < 400 and location:
        return f"it redirects to `{location}`, which may be the address to give"
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    text = answer.body.decode(errors="replace")
    if kind.endswith("json"):
        found = _detail(text)
        if found:
            return found
    if kind == "text/html" or text.lstrip().startswith("<"):
        text = _page_text(text)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _detail(text: str) -> str:
    try:
        table = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(table, dict):
        return ""
    found = next((table[key] for key in ("detail", "message", "error", "title") if table.get(key)), "")
    return found if isinstance(found, str) else json.dumps(found)


def _page_text(text: str) -> str:
    """Return the words of a page: its body without what is not shown."""
    body = re.sub(r"(?is)<(head|style|script)\b.*?</\1>", " ", text)
    return html.unescape(re.sub(r"(?s)<[^>]*>", " ", body))
