"""`uvkit.publish` against a server that shows what it got and misbehaves as told."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from pathlib import Path

import httpx
import pytest

import uvkit
from uvkit import errors, events
from uvkit.settings import IndexConfig
from uvkit.testing import Distribution, IndexServer, make_sdist, make_wheel

from .conftest import MakeProject
from .servers import UploadServer

METADATA = b"""\
Metadata-Version: 2.4
Name: Rich.Meta
Version: 1.0.post1
Summary: A summary
Keywords: one,two
Author-email: A <a@b.example>
License-Expression: MIT
License-File: LICENSE
Classifier: Topic :: Software Development
Classifier: Typing :: Typed
Requires-Dist: httpx>=0.2
Requires-Dist: foo; python_version < "3.10"
Provides-Extra: x
Project-URL: Home, https://home.example
Requires-Python: >=3.9
Description-Content-Type: text/markdown

# Hi

\xc3\xbcn\xc3\xafcode
"""


def _sent(uploads: UploadServer, session: uvkit.Session, *files: Path, **options: object) -> uvkit.PublishResult:
    return uvkit.publish(files, url=f"{uploads.url}/legacy/", credentials="tok", session=session, **options)  # type: ignore[arg-type]


def _rich_wheel(folder: Path) -> Path:
    import zipfile

    path = folder / "rich_meta-1.0.post1-py2.py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rich_meta-1.0.post1.dist-info/METADATA", METADATA)
        archive.writestr("rich_meta-1.0.post1.dist-info/WHEEL", "Wheel-Version: 1.0\n")
    return path


def test_the_form_has_the_metadata_the_digests_and_the_file(
    uploads: UploadServer, session: uvkit.Session, tmp_path: Path
) -> None:
    path = _rich_wheel(tmp_path)

    _sent(uploads, session, path)

    (upload,) = uploads.received
    data = path.read_bytes()
    assert upload.content == data
    assert upload.filename == path.name
    assert upload.headers["authorization"] == "Basic X190b2tlbl9fOnRvaw=="
    assert upload.fields == {
        ":action": ["file_upload"],
        "protocol_version": ["1"],
        "filetype": ["bdist_wheel"],
        "pyversion": ["py2.py3"],
        "md5_digest": [hashlib.md5(data).hexdigest()],
        "sha256_digest": [hashlib.sha256(data).hexdigest()],
        "blake2_256_digest": [hashlib.blake2b(data, digest_size=32).hexdigest()],
        "metadata_version": ["2.4"],
        "name": ["Rich.Meta"],
        "version": ["1.0.post1"],
        "summary": ["A summary"],
        "keywords": ["one,two"],
        "author_email": ["A <a@b.example>"],
        "license_expression": ["MIT"],
        "license_file": ["LICENSE"],
        "classifiers": ["Topic :: Software Development", "Typing :: Typed"],
        "requires_dist": ["httpx>=0.2", 'foo; python_version < "3.10"'],
        "provides_extra": ["x"],
        "project_urls": ["Home, https://home.example"],
        "requires_python": [">=3.9"],
        "description_content_type": ["text/markdown"],
        "description": ["# Hi\n\nünïcode\n"],
    }


def test_a_source_distribution_says_so(uploads: UploadServer, session: uvkit.Session, tmp_path: Path) -> None:
    _sent(uploads, session, make_sdist(tmp_path, Distribution(name="a", version="1")))

    assert uploads.received[0].fields["filetype"] == ["sdist"]
    assert uploads.received[0].fields["pyversion"] == ["source"]


def test_attestations_beside_a_file_go_with_it(uploads: UploadServer, session: uvkit.Session, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1"))
    (tmp_path / f"{wheel.name}.publish.attestation").write_text('{"version": 1}')

    _sent(uploads, session, wheel)
    _sent(uploads, session, wheel, attestations=False)

    assert json.loads(uploads.received[0].fields["attestations"][0]) == [{"version": 1}]
    assert "attestations" not in uploads.received[1].fields


def test_what_is_no_distribution_is_left_out(uploads: UploadServer, session: uvkit.Session, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1"))
    (tmp_path / ".gitignore").write_text("*")
    (tmp_path / "notes.txt").write_text("")

    result = _sent(uploads, session, tmp_path / "*", tmp_path / ".gitignore")

    assert [one.path for one in result.files] == [wheel]
    with pytest.raises(errors.InvalidOptionError, match="no wheels"):
        _sent(uploads, session, tmp_path / "nothing-*")
    with pytest.raises(errors.InvalidOptionError, match="is not there"):
        _sent(uploads, session, tmp_path / "gone-1-py3-none-any.whl")


def test_a_file_that_is_not_what_its_name_says_stops_everything(
    uploads: UploadServer, session: uvkit.Session, tmp_path: Path
) -> None:
    good = make_wheel(tmp_path, Distribution(name="a", version="1"))
    renamed = make_wheel(tmp_path, Distribution(name="b", version="1")).rename(tmp_path / "b-2-py3-none-any.whl")
    half = tmp_path / "c-1-py3-none-any.whl"
    half.write_bytes(good.read_bytes()[:200])

    with pytest.raises(errors.MetadataMismatchError):
        _sent(uploads, session, good, renamed)
    with pytest.raises(errors.UvkitError):
        _sent(uploads, session, good, half)

    assert uploads.received == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((400, "text/html", "<html><head><title>x</title></head><p>bad &amp; wrong</html>"), "bad & wrong"),
        ((403, "application/json", '{"detail": "not yours"}'), "not yours"),
        ((400, "text/plain", "File already exists.\n"), "File already exists."),
    ],
)  # fmt: skip
def test_a_refusal_says_what_the_index_said(
    uploads: UploadServer, session: uvkit.Session, tmp_path: Path, answer: tuple[int, str, str], reason: str
) -> None:
    first = make_wheel(tmp_path, Distribution(name="a", version="1"))
    second = make_wheel(tmp_path, Distribution(name="b", version="1"))
    uploads.answers += [(200, "text/plain", ""), answer]

    with pytest.raises(errors.UploadRefusedError) as refused:
        _sent(uploads, session, first, second)

    assert (refused.value.status, refused.value.reason) == (answer[0], reason)
    assert refused.value.__notes__ == [f"uploaded before: `{first.name}`"]


def test_broken_connections_and_server_errors_are_tried_again(uploads: UploadServer, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1", files={"big": b"x" * 1_000_000}))
    uploads.hang_up = 1
    uploads.answers += [(503, "text/plain", "busy"), (200, "text/plain", "")]
    http = uvkit.HttpClient(sleep=lambda _: None)

    with uvkit.Session(cache=tmp_path / "cache", http=http) as session:
        result = _sent(uploads, session, wheel)

    assert result.files[0].outcome == "uploaded"
    assert [one.content == wheel.read_bytes() for one in uploads.received] == [True, True]


def test_an_answer_before_the_end_of_the_upload_is_an_answer(uploads: UploadServer, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1", files={"big": bytes(range(256)) * 40_000}))
    uploads.answers.append((413, "text/plain", "too large"))

    with uvkit.Session(cache=tmp_path / "cache") as session, pytest.raises(errors.UploadRefusedError) as refused:
        _sent(uploads, session, wheel)

    assert refused.value.reason == "too large"


def test_an_httpx_client_can_carry_uploads(uploads: UploadServer, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1"))

    with httpx.Client() as client, uvkit.Session(cache=tmp_path / "c", http=uvkit.HttpClient(transport=client)) as one:
        _sent(uploads, one, wheel)

    assert uploads.received[0].content == wheel.read_bytes()
    assert "transfer-encoding" not in uploads.received[0].headers


def test_a_file_is_sent_in_pieces(uploads: UploadServer, session: uvkit.Session, tmp_path: Path) -> None:
    import random

    noise = random.Random(1).randbytes(24_000_000)  # what does not shrink in the archive
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1", files={"big": noise}))
    del noise
    from uvkit.operations.publishing.uploads import find_uploads

    tracemalloc.start()
    try:
        (upload,) = find_uploads([wheel])
        body, _ = upload.body()
        sizes = [len(piece) for piece in body.chunks()]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert sum(sizes) == body.size > 24_000_000
    assert peak < 4_000_000


def test_progress_is_told_by_file(uploads: UploadServer, session: uvkit.Session, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1"))
    happened: list[events.Event] = []

    _sent(uploads, session, wheel, events=happened.append)

    started = [one for one in happened if isinstance(one, events.TaskStarted)]
    assert [(one.kind, one.subject, one.total) for one in started] == [("upload", wheel.name, wheel.stat().st_size)]
    assert happened[0] == events.PhaseStarted("publish", 1)


def test_no_more_of_a_file_is_uploaded_than_it_has(
    uploads: UploadServer, session: uvkit.Session, tmp_path: Path
) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1"))
    happened: list[events.Event] = []

    _sent(uploads, session, wheel, events=happened.append)

    completed = [one.completed for one in happened if isinstance(one, events.TaskAdvanced)]
    assert set(completed) == {wheel.stat().st_size}


def test_a_dry_run_uploads_nothing(uploads: UploadServer, session: uvkit.Session, tmp_path: Path) -> None:
    result = _sent(uploads, session, make_wheel(tmp_path, Distribution(name="a", version="1")), dry_run=True)

    assert uploads.received == []
    assert [one.outcome for one in result.files] == ["checked"]


def test_a_named_index_gives_both_addresses_and_its_credentials(
    uploads: UploadServer, index: IndexServer, tmp_path: Path
) -> None:
    there = index.add(Distribution(name="there", version="1"))[0]
    new = make_wheel(tmp_path, Distribution(name="brand-new", version="1"))
    config = IndexConfig(
        name="mine", url=index.url, publish_url=f"{uploads.url}/mine", username="joe", password="pw", explicit=True
    )

    with uvkit.Session(uvkit.Settings(indexes=(config,)), cache=tmp_path / "cache") as session:
        result = uvkit.publish([there, new], index="mine", session=session)
        with pytest.raises(errors.InvalidOptionError, match="no index `other`; configured: `mine`"):
            uvkit.publish([new], index="other", session=session)

    assert {one.path: one.outcome for one in result.files} == {there: "present", new: "uploaded"}
    assert (uploads.received[0].path, uploads.received[0].headers["authorization"]) == ("/mine", "Basic am9lOnB3")


def test_a_refused_file_that_somebody_else_uploaded_meanwhile_is_present(uploads: UploadServer, tmp_path: Path) -> None:
    with IndexServer(tmp_path / "index") as index, uvkit.Session(cache=tmp_path / "cache") as session:
        made = make_wheel(tmp_path, Distribution(name="raced", version="1"))
        uploads.answers.append((400, "text/plain", "exists"))

        def on_event(event: events.Event) -> None:
            if isinstance(event, events.TaskStarted):
                index.add(Distribution(name="raced", version="1"))

        result = uvkit.publish(
            [made], url=uploads.url, check_url=index.url, credentials="t", session=session, events=on_event
        )

    assert result.files[0].outcome == "present"


def _github(uploads: UploadServer) -> dict[str, str]:
    uploads.documents |= {
        "/_/oidc/audience": {"audience": "index"},
        "/identity?x=1&audience=index": {"value": "vouched"},
        "/_/oidc/mint-token": {"token": "minted"},
    }
    return {
        "GITHUB_ACTIONS": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{uploads.url}/identity?x=1",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job",
    }


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_the_service_that_runs_a_job_vouches_for_it(uploads: UploadServer, tmp_path: Path, service: str) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1"))
    variables = _github(uploads)
    if service == "gitlab":
        variables = {"GITLAB_CI": "true", "INDEX_ID_TOKEN": "vouched"}

    with uvkit.Session(cache=tmp_path / "cache", variables=variables) as session:
        uvkit.publish([wheel], url=f"{uploads.url}/legacy/", session=session)

    posted = [body for path, _, body in uploads.asked if path == "/_/oidc/mint-token"]
    assert [json.loads(body) for body in posted] == [{"token": "vouched"}]
    assert uploads.received[0].headers["authorization"] == "Basic X190b2tlbl9fOm1pbnRlZA=="
    if service == "github":
        assert ("/identity?x=1&audience=index", "bearer of-the-job", b"") in uploads.asked


def test_trusted_publishing_that_fails_is_a_notice_unless_it_must_work(uploads: UploadServer, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1"))
    variables = _github(uploads)
    del variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]

    with uvkit.Session(cache=tmp_path / "cache", variables=variables) as session:
        known = uploads.url.replace("://", "://joe:pw@")
        result = uvkit.publish([wheel], url=f"{known}/legacy/", session=session)
        with pytest.raises(errors.TrustedPublishingError, match="id-token: write"):
            uvkit.publish([wheel], url=f"{uploads.url}/legacy/", trusted_publishing="always", session=session)

    assert [notice.code for notice in result.notices] == ["trusted-publishing"]


def test_a_token_that_was_given_leaves_trusted_publishing_alone(uploads: UploadServer, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1"))

    with uvkit.Session(cache=tmp_path / "cache", variables=_github(uploads)) as session:
        _sent(uploads, session, wheel)

    assert uploads.asked == []


def test_the_address_comes_from_the_settings(uploads: UploadServer, make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project(extra=f'[tool.uv]\npublish-url = "{uploads.url}/from-file"\n')
    wheel = make_wheel(tmp_path, Distribution(name="a", version="1"))

    for variables in ({}, {"UV_PUBLISH_URL": f"{uploads.url}/from-variable"}):
        settings = uvkit.Settings.discover(root, variables=variables)
        with uvkit.Session(settings, cache=tmp_path / "cache") as session:
            uvkit.publish([wheel], credentials="t", session=session)

    assert [one.path for one in uploads.received] == ["/from-file", "/from-variable"]
