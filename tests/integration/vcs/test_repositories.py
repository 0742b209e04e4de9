"""References become commits, commits become trees, and nothing is fetched twice."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from uvkit.cache import Cache
from uvkit.errors import CancelledError, GitError, GitReferenceNotFoundError, OfflineError
from uvkit.events import CancelToken
from uvkit.model import GitSource
from uvkit.vcs import GitRepositories

from .conftest import GitServer, Repository, make_repository


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def test_each_kind_of_reference_leads_to_its_commit(repository: Repository, cache: Cache) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.git("tag", "--annotate", "v1", "--message", "release")
    repository.git("checkout", "--quiet", "-b", "feature/x")
    second = repository.commit({"file.txt": "second"})
    repository.git("checkout", "--quiet", "main")
    git = GitRepositories(cache)

    def commit(reference: str | None = None, kind: str | None = None) -> str | None:
        return git.exact(GitSource(repository=repository.url, reference=reference, reference_kind=kind)).commit

    assert commit() == first
    assert commit("v1", "tag") == commit("v1", "rev") == first
    assert commit("feature/x", "branch") == commit("feature/x", "rev") == second
    assert commit(second, "rev") == commit(second[:9], "rev") == second
    assert commit("refs/heads/feature/x", "rev") == second


def test_checkout_has_the_files_of_the_commit(repository: Repository, cache: Cache) -> None:
    repository.git("tag", "old")
    repository.commit({"file.txt": "second"})
    git = GitRepositories(cache)

    with git.checkout(GitSource(repository=repository.url, reference="old", reference_kind="tag")) as tree:
        text = (tree / "file.txt").read_text()
        described = Repository(tree).git("describe", "--tags")

    assert text == "first"
    assert described == "old"
    assert not tree.exists()


def test_moved_branch_is_seen_by_the_next_object_only(repository: Repository, cache: Cache) -> None:
    source = GitSource(repository=repository.url, reference="main", reference_kind="branch")
    git = GitRepositories(cache)
    before = git.exact(source)

    moved = repository.commit({"file.txt": "second"})

    assert git.exact(source) == before
    assert GitRepositories(cache).exact(source).commit == moved


def test_rewritten_branch_and_moved_tag_are_followed(repository: Repository, cache: Cache) -> None:
    repository.git("tag", "moving")
    repository.commit({"file.txt": "second"})
    branch = GitSource(repository=repository.url, reference="main", reference_kind="branch")
    tag = GitSource(repository=repository.url, reference="moving", reference_kind="tag")
    GitRepositories(cache).exact(branch)
    GitRepositories(cache).exact(tag)

    repository.git("reset", "--quiet", "--hard", "HEAD^")
    other = repository.commit({"file.txt": "another second"})
    repository.git("tag", "--force", "moving")

    assert GitRepositories(cache).exact(branch).commit == other
    assert GitRepositories(cache).exact(tag).commit == other


def test_known_commit_needs_no_network(repository: Repository, cache: Cache) -> None:
    exact = GitRepositories(cache).exact(GitSource(repository=repository.url))
    repository.path.rename(repository.path.with_name("gone"))
    git = GitRepositories(cache, offline=True)

    with git.checkout(exact) as tree:
        assert (tree / "file.txt").read_text() == "first"
    assert git.has(exact)


def test_offline_a_branch_is_what_was_last_seen(repository: Repository, cache: Cache) -> None:
    source = GitSource(repository=repository.url, reference="main", reference_kind="branch")
    seen = GitRepositories(cache).exact(source)
    repository.commit({"file.txt": "second"})

    assert GitRepositories(cache, offline=True).exact(source) == seen
    with pytest.raises(OfflineError):
        GitRepositories(cache, offline=True).exact(GitSource(repository="https://git.example/unseen"))


@pytest.mark.parametrize("kind", ["branch", "tag", "rev"])
def test_missing_reference_is_named(repository: Repository, cache: Cache, kind: str) -> None:
    with pytest.raises(GitReferenceNotFoundError) as caught:
        GitRepositories(cache).exact(GitSource(repository=repository.url, reference="nope", reference_kind=kind))

    assert caught.value.reference == "nope"
    assert "nope" in str(caught.value)
    assert repository.url in str(caught.value)


def test_commit_that_is_gone_says_that_history_was_rewritten(repository: Repository, cache: Cache) -> None:
    locked = GitSource(repository=repository.url, reference="main", reference_kind="branch", commit="ab" * 20)

    with pytest.raises(GitReferenceNotFoundError) as caught:
        GitRepositories(cache).exact(locked)

    assert caught.value.kind == "commit"
    assert "rewritten" in " ".join(caught.value.hints)


def test_missing_repository_gives_what_git_says(tmp_path: Path, cache: Cache) -> None:
    with pytest.raises(GitError) as caught:
        GitRepositories(cache).exact(GitSource(repository=(tmp_path / "missing").as_uri()))

    assert not isinstance(caught.value, GitReferenceNotFoundError)
    assert "does not" in caught.value.output


@pytest.mark.parametrize("reference", ["--upload-pack=touch /evil", "a b", "x..y", "x:refs/heads/main", ""])
def test_references_that_are_none_are_refused(repository: Repository, cache: Cache, reference: str) -> None:
    source = GitSource(repository=repository.url, reference=reference, reference_kind="branch")

    with pytest.raises(GitError, match="cannot be the name"):
        GitRepositories(cache).exact(source)


@pytest.mark.parametrize("address", ["--upload-pack=evil", "ext::sh -c evil", "fd::17"])
def test_addresses_that_run_programs_are_refused(cache: Cache, address: str) -> None:
    with pytest.raises(GitError, match="not an address"):
        GitRepositories(cache).exact(GitSource(repository=address))


def test_submodules_come_along(tmp_path: Path, cache: Cache) -> None:
    inner = make_repository(tmp_path / "inner", {"inner.txt": "inside"})
    outer = make_repository(tmp_path / "outer", {"outer.txt": "outside"})
    outer.git("submodule", "--quiet", "add", "../inner", "sub")
    outer.commit({})
    # git itself refuses submodules on disk, unless it is told that they are wanted.
    config = tmp_path / "config"
    config.write_text("[protocol.file]\n\tallow = always\n")
    git = GitRepositories(cache, variables={"GIT_CONFIG_GLOBAL": str(config)})

    with git.checkout(GitSource(repository=outer.url)) as tree:
        text = (tree / "sub/inner.txt").read_text()

    assert text == "inside"
    assert inner.path.is_dir()


def test_server_with_a_password_is_asked_with_it_and_nothing_keeps_it(
    tmp_path: Path, repository: Repository, git_server: GitServer, cache: Cache
) -> None:
    git_server.password = "secret-word"
    source = GitSource(repository=f"{git_server.with_password}/repository")

    exact = GitRepositories(cache).exact(source)

    assert exact.commit == repository.git("rev-parse", "HEAD")
    kept = [path for path in cache.root.rglob("*") if path.is_file() and b"secret-word" in path.read_bytes()]
    assert kept == []
    with pytest.raises(GitError) as caught:
        GitRepositories(cache).exact(GitSource(repository=f"{git_server.url}/repository"))
    assert "secret-word" not in str(caught.value)
    assert any("credential" in hint for hint in caught.value.hints)


def test_wrong_password_is_not_shown(repository: Repository, git_server: GitServer, cache: Cache) -> None:
    git_server.password = "right"
    address = git_server.url.replace("://", "://user:wrong-word@") + f"/{repository.path.name}"

    with pytest.raises(GitError) as caught:
        GitRepositories(cache).exact(GitSource(repository=address))

    assert "wrong-word" not in str(caught.value)
    assert "wrong-word" not in repr(caught.value)


def test_many_threads_fetch_once(repository: Repository, git_server: GitServer, cache: Cache) -> None:
    source = GitSource(repository=f"{git_server.url}/{repository.path.name}")
    git = GitRepositories(cache)
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.append(git.exact(source).commit)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(found) == {repository.git("rev-parse", "HEAD")}
    assert sum("info/refs" in path for path in git_server.requests) == 1


def test_cancelled_fetch_stops(repository: Repository, cache: Cache) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(CancelledError):
        GitRepositories(cache, cancel=token).exact(GitSource(repository=repository.url))


def test_variables_of_an_outer_repository_do_not_lead_astray(
    tmp_path: Path, repository: Repository, cache: Cache
) -> None:
    other = make_repository(tmp_path / "other", {"file.txt": "other"})
    git = GitRepositories(cache, variables={"GIT_DIR": str(other.path / ".git"), "GIT_WORK_TREE": str(other.path)})

    with git.checkout(GitSource(repository=repository.url)) as tree:
        assert (tree / "file.txt").read_text() == "first"


def test_cleaned_cache_is_filled_again(repository: Repository, cache: Cache) -> None:
    exact = GitRepositories(cache).exact(GitSource(repository=repository.url))

    cleaned = cache.clean()

    assert cleaned.entries >= 1
    assert not GitRepositories(cache).has(exact)
    with GitRepositories(cache).checkout(exact) as tree:
        assert (tree / "file.txt").is_file()


def test_large_files_come_along_if_asked_for(tmp_path: Path, cache: Cache) -> None:
    repository = make_repository(tmp_path / "large", {"file.txt": "small"})
    try:
        repository.git("lfs", "install", "--local")
    except CalledProcessError:
        pytest.skip("git-lfs is not installed")
    repository.git("lfs", "track", "*.bin")
    repository.commit({"data.bin": "large content"})
    git = GitRepositories(cache)

    with git.checkout(GitSource(repository=repository.url, lfs=True)) as tree:
        whole = (tree / "data.bin").read_text()
    with git.checkout(GitSource(repository=repository.url)) as tree:
        pointer = (tree / "data.bin").read_text()

    assert whole == "large content"
    assert pointer.startswith("version https://git-lfs")


def test_unreachable_repository_is_not_mistaken_for_a_missing_commit(repository: Repository, cache: Cache) -> None:
    GitRepositories(cache).exact(GitSource(repository=repository.url))
    repository.path.rename(repository.path.with_name("gone"))

    with pytest.raises(GitError):
        GitRepositories(cache).exact(GitSource(repository=repository.url, commit="ab" * 20))


def test_file_of_a_commit_is_read_without_a_checkout(repository: Repository, cache: Cache) -> None:
    git = GitRepositories(cache)
    exact = git.exact(GitSource(repository=repository.url))

    assert git.read(exact, "file.txt") == "first"
    assert git.read(exact, "missing.txt") is None


def test_mirror_in_use_outlives_a_prune(repository: Repository, cache: Cache) -> None:
    exact = GitRepositories(cache).exact(GitSource(repository=repository.url))
    (head,) = cache.mirrors.glob("*/HEAD")
    os.utime(head, (0, 0))
    GitRepositories(cache).exact(exact)

    cache.prune(unused_for=timedelta(days=1))
    assert GitRepositories(cache).has(exact)

    os.utime(head, (0, 0))
    cache.prune(unused_for=timedelta(days=1))
    assert not GitRepositories(cache).has(exact)
