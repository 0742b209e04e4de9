"""Authors, licenses and links as older tools write them, in the form of `[project]` (PEP 621, 639)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import getaddresses

_PERSON = re.compile(r"\s*(?P<name>[^<>]*?)\s*(?:<(?P<email>[^<>]*)>)?\s*")


def people(texts: Iterable[str]) -> list[dict[str, str]]:
    """Return people that are written `Name <address>`."""
    found = []
    for text in texts:
        match = _PERSON.fullmatch(text)
        if match is None:
            found.append({"name": text})
            continue
        row = {key: value for key, value in match.groupdict().items() if value}
        if row:
            found.append(row)
    return found


def people_of_lists(names: str, addresses: str) -> list[dict[str, str]]:
    """Return people of two lists, names and addresses, both separated by commas."""
    emails = [pair for pair in getaddresses([addresses]) if pair[1]]
    listed = [name.strip() for name in names.split(",") if name.strip()]
    if len(emails) == len(listed):
        return [{"name": name, "email": email} for name, (_, email) in zip(listed, emails, strict=True)]
    if len(emails) == 1 and not listed:
        name, email = emails[0]
        return [{"name": name, "email": email} if name else {"email": email}]
    rows = [{"name": name} for name in listed]
    return [*rows, *({"name": name, "email": email} if name else {"email": email} for name, email in emails)]


def license_expression(text: str) -> str | None:
    """Return a license as an SPDX expression, or none if it is not one (PEP 639)."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return None
