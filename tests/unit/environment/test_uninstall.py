"""What taking distributions out of an environment moves."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from uvkit.environment.installed import read_installed
from uvkit.environment.uninstall import Recorded, paths_to_move, recorded_files
from uvkit.errors import TransactionError

SITE = "lib/site"
KEPT = frozenset({"", "lib", SITE, "bin"})


class Tree:
    """An environment's folder that tests fill by hand."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / SITE).mkdir(parents=True)
        (root / "bin").mkdir()

    def add(self, *paths: str) -> Tree:
        for path in paths:
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        return self

    def dist(self, stem: str, record: Iterable[str] | None) -> Tree:
        """Add a distribution with a RECORD of the given paths, which are not created."""
        info = self.root / SITE / f"{stem}.dist-info"
        info.mkdir()
        (info / "METADATA").touch()
        if record is not None:
            rows = [*record, f"{stem}.dist-info/METADATA", f"{stem}.dist-info/RECORD"]
            (info / "RECORD").write_text("".join(f"{path},,\n" for path in rows))
        return self

    def owned(self, *projects: str) -> Recorded:
        found = read_installed(self.root / SITE).distributions
        return recorded_files([one for one in found if one.project in projects], root=str(self.root))

    def moves(self, *projects: str) -> set[str]:
        return set(paths_to_move(self.owned(*projects), root=str(self.root), kept_folders=KEPT))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "env")


def test_folder_that_belongs_to_nobody_else_is_moved_whole(tree: Tree) -> None:
    files = ["pkg/__init__.py", "pkg/sub/a.py", "pkg/sub/deep/b.txt"]
    tree.add(*(f"{SITE}/{file}" for file in files)).dist("pkg-1", files)

    assert tree.moves("pkg") == {f"{SITE}/pkg", f"{SITE}/pkg-1.dist-info"}


def test_foreign_file_keeps_its_folders_and_the_rest_goes_piece_by_piece(tree: Tree) -> None:
    files = ["pkg/__init__.py", "pkg/sub/a.py", "pkg/data/x.txt"]
    tree.add(*(f"{SITE}/{file}" for file in files), f"{SITE}/pkg/sub/mine.cfg").dist("pkg-1", files)

    assert tree.moves("pkg") == {
        f"{SITE}/pkg/__init__.py",
        f"{SITE}/pkg/sub/a.py",
        f"{SITE}/pkg/data",
        f"{SITE}/pkg-1.dist-info",
    }


def test_empty_foreign_folder_is_kept_too(tree: Tree) -> None:
    tree.add(f"{SITE}/pkg/a.py").dist("pkg-1", ["pkg/a.py"])
    (tree.root / SITE / "pkg/cache").mkdir()

    assert tree.moves("pkg") == {f"{SITE}/pkg/a.py", f"{SITE}/pkg-1.dist-info"}


def test_folder_shared_by_two_projects_goes_whole_only_with_both(tree: Tree) -> None:
    tree.add(f"{SITE}/ns/a.py", f"{SITE}/ns/b.py").dist("a-1", ["ns/a.py"]).dist("b-1", ["ns/b.py"])

    assert tree.moves("a") == {f"{SITE}/ns/a.py", f"{SITE}/a-1.dist-info"}
    assert tree.moves("a", "b") == {f"{SITE}/ns", f"{SITE}/a-1.dist-info", f"{SITE}/b-1.dist-info"}


def test_compiled_files_go_with_their_sources_and_with_no_others(tree: Tree) -> None:
    tree.add(
        f"{SITE}/top.py",
        f"{SITE}/other.py",
        f"{SITE}/__pycache__/top.cpython-311.pyc",
        f"{SITE}/__pycache__/top.cpython-311.opt-1.pyc",
        f"{SITE}/__pycache__/top_level.cpython-311.pyc",
        f"{SITE}/__pycache__/other.cpython-311.pyc",
    ).dist("top-1", ["top.py"])

    assert tree.moves("top") == {
        f"{SITE}/top.py",
        f"{SITE}/__pycache__/top.cpython-311.pyc",
        f"{SITE}/__pycache__/top.cpython-311.opt-1.pyc",
        f"{SITE}/top-1.dist-info",
    }


def test_cache_folder_goes_with_a_folder_that_is_otherwise_owned(tree: Tree) -> None:
    tree.add(f"{SITE}/pkg/a.py", f"{SITE}/pkg/__pycache__/a.cpython-311.pyc", f"{SITE}/pkg/__pycache__/jit.nbi")
    tree.dist("pkg-1", ["pkg/a.py"])

    assert tree.moves("pkg") == {f"{SITE}/pkg", f"{SITE}/pkg-1.dist-info"}


def test_cache_folder_beside_foreign_modules_keeps_theirs(tree: Tree) -> None:
    tree.add(f"{SITE}/pkg/a.py", f"{SITE}/pkg/mine.py")
    tree.add(f"{SITE}/pkg/__pycache__/a.cpython-311.pyc", f"{SITE}/pkg/__pycache__/mine.cpython-311.pyc")
    tree.dist("pkg-1", ["pkg/a.py"])

    assert tree.moves("pkg") == {
        f"{SITE}/pkg/a.py",
        f"{SITE}/pkg/__pycache__/a.cpython-311.pyc",
        f"{SITE}/pkg-1.dist-info",
    }


def test_recorded_files_that_are_gone_do_not_matter(tree: Tree) -> None:
    tree.dist("pkg-1", ["pkg/a.py", "top.py", "../../bin/pkg"])

    assert tree.moves("pkg") == {f"{SITE}/pkg-1.dist-info"}


def test_scripts_and_data_of_the_prefix_are_found_and_its_folders_stay(tree: Tree) -> None:
    tree.add("bin/pkg", "bin/python", "share/man/pkg.1").dist("pkg-1", ["../../bin/pkg", "../../share/man/pkg.1"])

    assert tree.moves("pkg") == {"bin/pkg", "share", f"{SITE}/pkg-1.dist-info"}


@pytest.mark.parametrize("path", ["../../../outside.txt", "/etc/outside", "pkg/../../../../outside.txt", "../.."])
def test_records_that_lead_outside_are_left_alone_with_a_notice(tree: Tree, path: str) -> None:
    (tree.root.parent / "outside.txt").touch()
    tree.add(f"{SITE}/top.py").dist("pkg-1", [path, "top.py"])

    owned = tree.owned("pkg")

    assert [notice.code for notice in owned.notices] == ["outside-environment"]
    assert tree.moves("pkg") == {f"{SITE}/top.py", f"{SITE}/pkg-1.dist-info"}


def test_absolute_record_inside_the_environment_is_followed(tree: Tree) -> None:
    tree.add("bin/pkg").dist("pkg-1", [str(tree.root / "bin/pkg")])

    assert "bin/pkg" in tree.moves("pkg")


def test_links_are_moved_themselves_and_never_followed(tree: Tree) -> None:
    outside = tree.root.parent / "checkout"
    outside.mkdir()
    (outside / "a.py").touch()
    (tree.root / SITE / "linked").symlink_to(outside)
    (tree.root / SITE / "file.py").symlink_to(outside / "a.py")
    tree.dist("pkg-1", ["linked/a.py", "file.py"])

    assert tree.moves("pkg") == {f"{SITE}/file.py", f"{SITE}/pkg-1.dist-info"}


def test_without_a_record_only_the_metadata_goes_with_a_notice(tree: Tree) -> None:
    tree.add(f"{SITE}/pkg/a.py").dist("pkg-1", None)

    owned = tree.owned("pkg")

    assert [notice.code for notice in owned.notices] == ["missing-record"]
    assert tree.moves("pkg") == {f"{SITE}/pkg-1.dist-info"}


def test_metadata_folder_goes_whole_with_what_others_put_into_it(tree: Tree) -> None:
    tree.dist("pkg-1", []).add(f"{SITE}/pkg-1.dist-info/foreign.json")

    assert tree.moves("pkg") == {f"{SITE}/pkg-1.dist-info"}


def test_distutils_installation_cannot_be_removed(tree: Tree) -> None:
    (tree.root / SITE / "old-1.0.egg-info").write_text("Name: old\nVersion: 1.0\n")

    with pytest.raises(TransactionError, match="does not record which files") as caught:
        tree.owned("old")

    assert caught.value.rolled_back


def test_setuptools_list_of_files_is_followed(tree: Tree) -> None:
    info = tree.root / SITE / "egg-1.0-py3.11.egg-info"
    tree.add(f"{SITE}/egg/a.py", f"{SITE}/egg/b.py", "bin/egg", f"{SITE}/egg-1.0-py3.11.egg-info/PKG-INFO")
    (info / "installed-files.txt").write_text("../egg/a.py\n../../../bin/egg\nPKG-INFO\n")

    assert tree.moves("egg") == {f"{SITE}/egg/a.py", "bin/egg", f"{SITE}/egg-1.0-py3.11.egg-info"}


def test_setuptools_top_level_names_are_removed_but_for_namespaces(tree: Tree) -> None:
    info = tree.root / SITE / "egg-1.0.egg-info"
    tree.add(f"{SITE}/egg/a.py", f"{SITE}/single.py", f"{SITE}/ns/x.py", f"{SITE}/egg-1.0.egg-info/PKG-INFO")
    (info / "top_level.txt").write_text("egg\nsingle\nns\n../evil\n")
    (info / "namespace_packages.txt").write_text("ns\n")

    assert tree.moves("egg") == {f"{SITE}/egg", f"{SITE}/single.py", f"{SITE}/egg-1.0.egg-info"}


def test_egg_info_that_says_nothing_cannot_be_removed(tree: Tree) -> None:
    tree.add(f"{SITE}/egg-1.0.egg-info/PKG-INFO")

    with pytest.raises(TransactionError, match="does not record which files"):
        tree.owned("egg")


def test_development_install_goes_with_its_line_and_leaves_the_tree(tree: Tree) -> None:
    checkout = tree.root.parent / "checkout"
    (checkout / "linked.egg-info").mkdir(parents=True)
    (checkout / "linked.egg-info/PKG-INFO").write_text("Name: linked\nVersion: 3\n")
    (tree.root / SITE / "linked.egg-link").write_text(f"{checkout}\n.")
    (tree.root / SITE / "easy-install.pth").write_text(f"/other\n{checkout}\n")

    owned = tree.owned("linked")

    assert owned.rewritten == {f"{SITE}/easy-install.pth": b"/other\n"}
    assert tree.moves("linked") == {f"{SITE}/linked.egg-link"}
