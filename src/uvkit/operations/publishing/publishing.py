"""The verb that uploads distributions to an index."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uvkit.errors import IndexAccessError, InvalidOptionError, TrustedPublishingError, UploadRefusedError, UvkitError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.model import redacted, without_credentials
from uvkit.net import Credentials
from uvkit.operations.phases import phase
from uvkit.operations.session import borrowed
from uvkit.runtime import Emitter

from .present import PublishedFiles
from .published import PublishedFile, PublishOutcome, PublishResult
from .refusals import refusal_reason
from .trusted import is_vouched_for, trusted_token
from .uploads import DEFAULT_PATTERN, Upload, find_uploads

if TYPE_CHECKING:
    from uvkit.net import Body, HttpClient
    from uvkit.operations.session import Session
    from uvkit.settings import IndexConfig, TrustedPublishing

_TOKEN_USER = "__token__"  # noqa: S105  # the user name that stands for a token


def publish(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    files: Iterable[str | os.PathLike[str]] = (DEFAULT_PATTERN,),
    *,
    url: str | None = None,
    index: str | None = None,
    check_url: str | None = None,
    credentials: Credentials | str | Callable[[], Credentials | None] | None = None,
    trusted_publishing: TrustedPublishing | None = None,
    attestations: bool = True,
    dry_run: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> PublishResult:
    """Upload wheels and source distributions to an index.

    ``files`` are paths and patterns; what is no distribution is left out. ``url`` is the address for uploads, or
    ``index`` names a configured index that has a `publish-url`; without either it is the configured one, and last that
    of the public index. ``credentials`` is a token, or a user name with a password; without any they come from the
    address, from netrc and keyring, and in a job of GitHub or GitLab from ``trusted_publishing``; a function is asked
    where all of these know nothing. Attestations (PEP 740) beside the files are uploaded with them.

    With ``check_url``, the address of the index itself (that of ``index``, if one is named), files that it has already
    are skipped, so that a run which broke off can be repeated; one of the same name and other content is refused
    before anything is uploaded. All files are read and checked before the first upload. ``dry_run`` stops there.

    Raises:
        InvalidOptionError: there is nothing to publish, or no such index.
        InvalidMetadataError, MetadataMismatchError: a file is not what its name says.
        DifferentFileError: the index has another file of that name.
        UploadRefusedError: the index refused a file; those before it stay uploaded.
        TrustedPublishingError: the token for the upload could not be had.
        IndexAccessError: the index could not be reached.
    """
    started = perf_counter()
    with borrowed(session) as owner:
        place = _place(owner, url=url, index=index, check_url=check_url)
        uploads = find_uploads(files, attestations=attestations)
        emitter = Emitter(events)
        notices: tuple[Notice, ...] = ()
        outcomes: dict[Path, PublishOutcome] = {}
        with phase(emitter.emit, "publish", len(uploads)):
            present = PublishedFiles.on(place.check_url, place.config, owner)
            there = {upload.path for upload in uploads if present.has(upload)}
            wanted = [upload for upload in uploads if upload.path not in there]
            if wanted and not dry_run:
                sender, notices = _sender(place, owner, credentials, trusted=trusted_publishing)
                try:
                    outcomes = _Run(sender, present, emitter=emitter, cancel=cancel).upload_all(wanted)
                except UvkitError as error:
                    for notice in notices:
                        error.add_note(notice.message)
                    raise
        elapsed = timedelta(seconds=perf_counter() - started)
        missing: PublishOutcome = "checked" if dry_run else "present"
        return PublishResult(
            url=without_credentials(place.url),
            files=tuple(
                PublishedFile(
                    path=one.path,
                    project=one.project,
                    version=one.version,
                    outcome="present" if one.path in there else outcomes.get(one.path, missing),
                )
                for one in uploads
            ),
            elapsed=elapsed,
            notices=notices,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where files go, and where is looked whether they are there."""

    url: str
    check_url: str | None
    config: IndexConfig | None


def _place(owner: Session, *, url: str | None, index: str | None, check_url: str | None) -> _Place:
    if index is None:
        target = url or owner.settings.publish_url or _public_url(owner)
        return _Place(url=target, check_url=check_url or owner.settings.check_url, config=None)
    if url is not None:
        raise InvalidOptionError(problems=(("index", "an index cannot be named beside an address for uploads"),))
    configured = {one.name: one for one in owner.settings.indexes if one.name}
    config = configured.get(index)
    if config is None:
        known = ", ".join(f"`{name}`" for name in configured) or "none"
        raise InvalidOptionError(problems=(("index", f"there is no index `{index}`; configured: {known}"),))
    if config.publish_url is None:
        raise InvalidOptionError(problems=(("index", f"the index `{index}` has no `publish-url`"),))
    return _Place(url=config.publish_url, check_url=check_url or config.url, config=config)


def _public_url(owner: Session) -> str:
    """Return the address for uploads of the index that everybody assumes, by the scheme that it has."""
    from urllib.parse import urlsplit

    from uvkit.index import default_index_url

    host = urlsplit(default_index_url({"PIP_CONFIG_FILE": os.devnull}, cache=owner.cache)).netloc
    return f"https://upload.{host}/legacy/"


def _sender(
    place: _Place,
    owner: Session,
    credentials: Credentials | str | Callable[[], Credentials | None] | None,
    *,
    trusted: TrustedPublishing | None,
) -> tuple[_Sender, tuple[Notice, ...]]:
    """Return what sends a form with the right credentials.

    Raises:
        TrustedPublishingError: a token was asked for and could not be had.
    """
    wish = trusted or owner.settings.trusted_publishing
    notices: tuple[Notice, ...] = ()
    given = Credentials(_TOKEN_USER, credentials) if isinstance(credentials, str) else None
    given = credentials if isinstance(credentials, Credentials) else given
    config = place.config
    if given is None and config is not None and config.username:
        given = Credentials(config.username, config.password or "")
    vouched = wish == "always" or (wish == "automatic" and given is None and is_vouched_for(owner.variables))
    if vouched:
        try:
            given = Credentials(_TOKEN_USER, trusted_token(place.url, owner.http, owner.variables))
        except TrustedPublishingError as error:
            if wish == "always":
                raise
            notices = (Notice("trusted-publishing", str(error)),)
    in_address = without_credentials(place.url) != place.url
    if given is None and callable(credentials) and not in_address and owner.known_credentials(place.url) is None:
        given = credentials()
    return _Sender.of(place.url, given, owner.http), notices


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sender:
    """Sends forms to one address; without an authorization the client looks for credentials itself."""

    url: str
    http: HttpClient
    authorization: str | None

    @classmethod
    def of(cls, url: str, credentials: Credentials | None, http: HttpClient) -> _Sender:
        from urllib.parse import quote

        from uvkit.net import basic_authorization

        if credentials is not None and credentials.password:
            return cls(url=without_credentials(url), http=http, authorization=basic_authorization(credentials))
        if credentials is not None and credentials.username:
            # The password is one that a provider knows for this user.
            scheme, _, rest = without_credentials(url).partition("://")
            url = f"{scheme}://{quote(credentials.username, safe='')}@{rest}"
        http.register(url, policy="always")
        return cls(url=without_credentials(url), http=http, authorization=None)

    def __call__(self, body: Body, content_type: str, on_retry: Callable[[], bool]) -> tuple[int, str, str]:
        headers = {"content-type": content_type, "accept": "application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7"}
        if self.authorization is not None:
            headers["authorization"] = self.authorization
        answer = self.http.send(self.url, body, headers=headers, on_retry=on_retry)
        return answer.status, refusal_reason(answer), answer.url


class _Run:
    """Uploads files one after another, telling how far it is."""

    def __init__(
        self, sender: _Sender, present: PublishedFiles, *, emitter: Emitter, cancel: CancelToken | None
    ) -> None:
        self._sender = sender
        self._present = present
        self._emitter = emitter
        self._cancel = cancel

    def upload_all(self, uploads: list[Upload]) -> dict[Path, PublishOutcome]:
        """Return the outcome of each.

        Raises:
            UploadRefusedError, IndexAccessError: one could not be uploaded; a note says which were before.
        """
        done: dict[Path, PublishOutcome] = {}
        for upload in uploads:
            if self._cancel is not None:
                self._cancel.check()
            task = self._emitter.start("upload", upload.filename, total=upload.size)
            try:
                done[upload.path] = self._upload(upload, partial(self._emitter.advance, task))
            except BaseException as error:
                self._emitter.finish(task, "failed")
                if isinstance(error, IndexAccessError):
                    error.add_note(f"while uploading `{upload.filename}`")
                if isinstance(error, UvkitError) and done:
                    error.add_note(f"uploaded before: {', '.join(f'`{one.name}`' for one in done)}")
                raise
            self._emitter.finish(task, "done" if done[upload.path] == "uploaded" else "cached")
        return done

    def _upload(self, upload: Upload, advance: Callable[[int], None]) -> PublishOutcome:
        body, content_type = upload.body()
        counted = replace(body, chunks=lambda: self._counted(body.chunks(), upload.size, advance))
        came: list[bool] = []

        def again() -> bool:
            # The connection may have broken after the index had everything.
            came.append(self._present.has(upload, anew=True))
            return not came[-1]

        status, reason, url = self._sender(counted, content_type, again)
        if came and came[-1]:
            return "uploaded"
        if status < 300:
            return "uploaded"
        # Somebody else may have uploaded the same file in the meantime.
        if self._present.has(upload, anew=True):
            return "present"
        raise UploadRefusedError(filename=upload.filename, url=redacted(url), status=status, reason=reason)

    def _counted(self, pieces: Iterable[bytes], size: int, advance: Callable[[int], None]) -> Iterable[bytes]:
        """Yield what is sent, telling how far it is: fields come around the file, but more than that is never done."""
        sent = 0
        for piece in pieces:
            if self._cancel is not None:
                self._cancel.check()
            yield piece
            sent += len(piece)
            advance(min(sent, size))
