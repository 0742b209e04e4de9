"""Trusted publishing: a token for one upload, from the service that runs this and the index that trusts it.

The service vouches for the run with an identity token (OpenID Connect), which the index exchanges for one of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from uvkit.errors import IndexAccessError, TrustedPublishingError

if TYPE_CHECKING:
    from uvkit.net import HttpClient


def is_vouched_for(variables: Mapping[str, str]) -> bool:
    """Tell whether a service that can vouch for this run says that it runs it."""
    return variables.get("GITHUB_ACTIONS") == "true" or variables.get("GITLAB_CI") == "true"


def trusted_token(publish_url: str, http: HttpClient, variables: Mapping[str, str]) -> str:
    """Return a token that may upload what the index trusts this run with.

    Raises:
        TrustedPublishingError: it could not be had.
    """
    parts = urlsplit(publish_url)
    root = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/_/oidc"
    audience = _field(_asked(http, f"{root}/audience"), "audience")
    identity = _identity(audience, http, variables)
    return _field(_exchanged(http, f"{root}/mint-token", identity), "token")


def _identity(audience: str, http: HttpClient, variables: Mapping[str, str]) -> str:
    if variables.get("GITHUB_ACTIONS") == "true":
        url = variables.get("ACTIONS_ID_TOKEN_REQUEST_URL")
        secret = variables.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
        if not url or not secret:
            reason = "the job may not ask for identity tokens; it needs the permission `id-token: write`"
            raise TrustedPublishingError(reason=reason)
        asked = f"{url}{'&' if '?' in url else '?'}audience={quote(audience, safe='')}"
        return _field(_asked(http, asked, authorization=f"bearer {secret}"), "value")
    if variables.get("GITLAB_CI") == "true":
        name = "".join(one if one.isalnum() else "_" for one in audience.upper()) + "_ID_TOKEN"
        token = variables.get(name)
        if not token:
            reason = f"the job has no `{name}`; it needs an entry of that name with `aud: {audience}` in `id_tokens`"
            raise TrustedPublishingError(reason=reason)
        return token
    raise TrustedPublishingError(reason="neither GitHub nor GitLab runs this")


def _asked(http: HttpClient, url: str, *, authorization: str | None = None) -> Any:
    headers = {"accept": "application/json"}
    if authorization is not None:
        headers["authorization"] = authorization
    try:
        answer = http.get(url, headers=headers, accept_statuses=frozenset())
    except IndexAccessError as error:
        raise TrustedPublishingError(reason=str(error)) from error
    return _json(answer.body, url)


def _exchanged(http: HttpClient, url: str, identity: str) -> Any:
    from uvkit.net import Body

    data = json.dumps({"token": identity}).encode()
    headers = {"accept": "application/json", "content-type": "application/json"}
    try:
        answer = http.send(url, Body(len(data), lambda: (data,)), headers=headers)
    except IndexAccessError as error:
        raise TrustedPublishingError(reason=str(error)) from error
    if answer.status >= 300:
        raise TrustedPublishingError(reason=f"the index answered with HTTP status {answer.status}{_said(answer.body)}")
    return _json(answer.body, url)


def _said(body: bytes) -> str:
    """Return what an index says of a refusal, as it says it: a message and a list of errors."""
    try:
        table = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(table, dict):
        return ""
    errors = table.get("errors")
    texts = [str(table.get("message", ""))]
    if isinstance(errors, list):
        texts += [str(one.get("description", "")) for one in errors if isinstance(one, dict)]
    said = "; ".join(filter(None, texts))
    return f": {said}" if said else ""


def _json(body: bytes, url: str) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise TrustedPublishingError(reason=f"`{url.partition('?')[0]}` does not answer with JSON") from error


def _field(table: Any, name: str) -> str:
    value = table.get(name) if isinstance(table, dict) else None
    if not isinstance(value, str) or not value:
        raise TrustedPublishingError(reason=f"the answer has no `{name}`")
    return value
