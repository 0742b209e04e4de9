"""`uvkit.audit` over locks and environments, with advisories from files and from a service on loopback."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import uvkit
from uvkit import errors
from uvkit.settings import IndexConfig
from uvkit.testing import Distribution, IndexServer


def record(name: str, project: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    affected = [{"package": {"ecosystem": "PyPI", "name": project}, "ranges": ranges}]
    return {"id": name, "modified": "2024-01-01T00:00:00Z", "affected": affected, **more}


RECORDS = [
    record("GHSA-1", "alpha", {"introduced": "0"}, {"fixed": "1.1"}, aliases=["CVE-1"], summary="alpha leaks"),
    record("PYSEC-1", "Alpha", {"introduced": "0"}, {"fixed": "1.1"}, aliases=["CVE-1"], details="long"),
    record("PYSEC-2", "beta", {"introduced": "1.0"}),
    record("PYSEC-3", "beta", {"introduced": "0"}, withdrawn="2024-01-01T00:00:00Z"),
    record("PYSEC-4", "beta", {"introduced": "0"}, {"fixed": "0.9"}),
    record("PYSEC-5", "gamma", {"introduced": "0"}, {"last_affected": "5"}),
    record("PYSEC-6", "not-there", {"introduced": "0"}),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    with IndexServer(tmp_path_factory.mktemp("index")) as server:
        for name in ("alpha", "beta", "gamma", "delta"):
            server.add(Distribution(name=name, version="1.0"))
        yield server


@pytest.fixture
def session(tmp_path: Path, index: IndexServer) -> Iterator[uvkit.Session]:
    settings = uvkit.Settings(indexes=(IndexConfig(url=index.url, default=True),))
    with uvkit.Session(settings, cache=tmp_path / "cache", variables={"PATH": "/usr/bin:/bin"}) as made:
        yield made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "weather"
    root.mkdir()
    (root / "pyproject.toml").write_text(
        '[project]\nname = "weather"\nversion = "1.0"\nrequires-python = ">=3.9"\n'
        'dependencies = ["alpha", "delta ; sys_platform == \'win32\'"]\n'
        '[project.optional-dependencies]\nextra = ["beta"]\n[dependency-groups]\ndev = ["gamma"]\n'
    )
    return root


@pytest.fixture
def advisories(tmp_path: Path) -> Path:
    path = tmp_path / "records.json"
    path.write_text(json.dumps(RECORDS))
    return path


def _found(result: uvkit.AuditResult) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.project, one.display_id, one.fix_versions) for one in result.vulnerabilities]


def test_everything_in_a_lock_is_looked_at(project: Path, advisories: Path, session: uvkit.Session) -> None:
    result = uvkit.audit(project, advisories=advisories, session=session)

    assert _found(result) == [("alpha", "PYSEC-1", ("1.1",)), ("beta", "PYSEC-2", ()), ("gamma", "PYSEC-5", ())]
    assert result.audited == 4
    assert result.is_clean is False
    alpha = result.vulnerabilities[0]
    assert (alpha.id, alpha.aliases, alpha.summary, alpha.details) == (
        "GHSA-1", ("CVE-1", "PYSEC-1"), "alpha leaks", "long",
    )  # fmt: skip
    assert (project / "uv.lock").is_file()


def test_a_selection_and_a_target_narrow_what_is_looked_at(
    project: Path, advisories: Path, session: uvkit.Session
) -> None:
    selection = uvkit.Selection.of(groups=[])

    plain = uvkit.audit(project, advisories=advisories, selection=selection, session=session)
    linux = uvkit.audit(
        project,
        advisories=advisories,
        selection=selection,
        target=uvkit.TargetRequest(platform="linux"),
        session=session,
    )

    assert _found(plain) == [("alpha", "PYSEC-1", ("1.1",))]
    assert (plain.audited, linux.audited) == (2, 1)


def test_what_is_ignored_is_told_apart(project: Path, advisories: Path, session: uvkit.Session) -> None:
    result = uvkit.audit(
        project,
        advisories=advisories,
        ignore=["CVE-1", "NO-SUCH"],
        ignore_until_fixed=["PYSEC-2", "PYSEC-5"],
        session=session,
    )
    with_fix = uvkit.audit(project, advisories=advisories, ignore_until_fixed=["CVE-1"], session=session)

    assert result.is_clean is True
    assert [one.display_id for one in result.ignored] == ["PYSEC-1", "PYSEC-2", "PYSEC-5"]
    assert [notice.message for notice in result.notices] == [
        "ignored vulnerability `NO-SUCH` does not match any vulnerability in the project"
    ]
    assert "PYSEC-1" in [one.display_id for one in with_fix.vulnerabilities]


def test_the_project_says_what_it_ignores(project: Path, advisories: Path, session: uvkit.Session) -> None:
    table = '[tool.uv.audit]\nignore = ["PYSEC-5"]\nignore-until-fixed = ["PYSEC-2"]\n'
    (project / "pyproject.toml").write_text((project / "pyproject.toml").read_text() + table)

    result = uvkit.audit(project, advisories=advisories, session=session)

    assert [one.project for one in result.vulnerabilities] == ["alpha"]


def test_an_environment_is_looked_at_as_it_is(tmp_path: Path, advisories: Path, session: uvkit.Session) -> None:
    installed = uvkit.install(["beta"], tmp_path / "environment", session=session)

    result = uvkit.audit(installed.environment, advisories=advisories, session=session)

    assert _found(result) == [("beta", "PYSEC-2", ())]
    assert result.source is None


@pytest.mark.parametrize("kind", ["folder", "zip", "single", "vulns"])
def test_advisories_come_in_folders_and_archives(
    project: Path, tmp_path: Path, session: uvkit.Session, kind: str
) -> None:
    place = tmp_path / {"zip": "all.zip", "folder": "all"}.get(kind, "all.json")
    if kind == "folder":
        (place / "a").mkdir(parents=True)
        for number, one in enumerate(RECORDS):
            (place / "a" / f"{number}.json").write_text(json.dumps(one))
    elif kind == "zip":
        with zipfile.ZipFile(place, "w") as archive:
            for number, one in enumerate(RECORDS):
                archive.writestr(f"{number}.json", json.dumps(one))
    else:
        place.write_text(json.dumps(RECORDS[0] if kind == "single" else {"vulns": RECORDS[:1]}))

    result = uvkit.audit(project, advisories=str(place), session=session)

    assert result.vulnerabilities[0].project == "alpha"
    assert len(result.vulnerabilities) == (3 if kind in {"folder", "zip"} else 1)


@pytest.mark.parametrize("content", ["not json", "[1]", '[{"id": 3}]'])
def test_what_are_no_advisories_is_refused(project: Path, tmp_path: Path, session: uvkit.Session, content: str) -> None:
    (tmp_path / "bad.json").write_text(content)

    with pytest.raises(errors.InvalidAdvisoriesError) as refused:
        uvkit.audit(project, advisories=tmp_path / "bad.json", session=session)
    with pytest.raises(errors.InvalidAdvisoriesError):
        uvkit.audit(project, advisories=tmp_path / "gone.json", session=session)

    assert refused.value.source.endswith("bad.json")


class Service:
    """Answers as OSV does, one advisory a page; `broken` statuses come first."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.broken: list[int] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append(question)
                results = [service.answer(query) for query in question["queries"]]
                self.out({"results": results}, service.broken.pop(0) if service.broken else 200)

            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                self.out(next(one for one in RECORDS if one["id"] == name), 200)

            def out(self, value: Any, status: int) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's parameter
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, query: dict[str, Any]) -> dict[str, Any]:
        name = query["package"]["name"]
        rows = [{"id": one["id"]} for one in RECORDS if one["affected"][0]["package"]["name"].lower() == name]
        page = int(query.get("page_token", "0"))
        answer: dict[str, Any] = {"vulns": rows[page : page + 1]} if rows else {}
        if page + 1 < len(rows):
            answer["next_page_token"] = str(page + 1)
        return answer


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_a_service_is_asked_page_after_page(project: Path, session: uvkit.Session, service: Service) -> None:
    result = uvkit.audit(project, advisories=f"{service.url}/", session=session)

    assert _found(result) == [("alpha", "PYSEC-1", ("1.1",)), ("beta", "PYSEC-2", ()), ("gamma", "PYSEC-5", ())]
    first = service.asked[0]["queries"]
    assert first[0] == {"package": {"name": "alpha", "ecosystem": "PyPI"}, "version": "1.0"}
    assert [len(question["queries"]) for question in service.asked] == [4, 2, 1]


def test_a_service_that_refuses_is_an_error(project: Path, session: uvkit.Session, service: Service) -> None:
    service.broken.append(400)

    with pytest.raises(errors.InvalidAdvisoriesError, match="HTTP status 400"):
        uvkit.audit(project, advisories=service.url, session=session)


def test_offline_a_service_is_not_asked(
    project: Path, tmp_path: Path, session: uvkit.Session, service: Service
) -> None:
    lock = uvkit.lock(project, session=session).lockfile
    settings = uvkit.Settings(network=uvkit.NetworkOptions(offline=True))

    with uvkit.Session(settings, cache=tmp_path / "other") as offline, pytest.raises(errors.OfflineError):
        uvkit.audit(lock, advisories=service.url, session=offline)

    assert service.asked == []


def test_results_are_data_for_machines_and_for_scanners(
    project: Path, advisories: Path, session: uvkit.Session
) -> None:
    result = uvkit.audit(project, advisories=advisories, session=session)

    row = result.to_dict()["vulnerabilities"][0]
    assert row["dependency"] == {"name": "alpha", "version": "1.0"}
    assert (row["id"], row["display_id"], row["fix_versions"]) == ("GHSA-1", "PYSEC-1", ["1.1"])
    run = result.to_sarif()["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["GHSA-1", "PYSEC-2", "PYSEC-5"]
    assert run["results"][0]["message"]["text"] == "alpha 1.0 is vulnerable to PYSEC-1: alpha leaks"
    assert run["results"][0]["partialFingerprints"] == {"uvkit/vulnerability": "GHSA-1:alpha:1.0"}
    assert result.summary().startswith("Found 3 known vulnerabilities in 4 packages in ")
