"""Projects of poetry become standard ones with the versions that they had locked."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import uvkit
from uvkit import errors
from uvkit.testing import IndexServer

from .conftest import poetry_lock

LIBRARY = """\
[build-system]
requires = ["poetry-core>=1.0"]
build-backend = "poetry.core.masonry.api"

# of the formatter
[tool.black]
line-length = 100

[tool.poetry]
name = "weather"
version = "1.2.0"
description = "Weather"
authors = ["Ann Author <ann@mail.example>", "Bob"]
license = "MIT"
readme = "README.md"
homepage = "https://weather.example"
documentation = "https://docs.example"
keywords = ["rain", "sun"]
classifiers = ["Topic :: Scientific/Engineering"]
packages = [{ include = "weather", from = "src" }]
include = ["data/*"]

[tool.poetry.urls]
"Bug Tracker" = "https://bugs.example"

[tool.poetry.dependencies]
python = "^3.9"
alpha = "^1.0"
beta = { version = ">=1.0,<2.0", markers = "sys_platform != 'win32'" }
gamma = { version = "~1.1", extras = ["fast"], optional = true }
delta = [
    { version = "1.0", python = "<3.10" },
    { version = "^1.1", python = ">=3.10" },
]

[tool.poetry.extras]
plots = ["gamma"]

[tool.poetry.group.dev.dependencies]
checker = "*"

[tool.poetry.group.docs]
optional = true

[tool.poetry.group.docs.dependencies]
on-windows = { version = "^1", platform = "win32" }

[tool.poetry.scripts]
weather = "weather.cli:main"

[tool.poetry.plugins."weather.sources"]
file = "weather.sources:File"
"""


def test_a_library_keeps_everything_that_it_said(root: Path, session: uvkit.Session) -> None:
    (root / "pyproject.toml").write_text(LIBRARY)
    lock = poetry_lock(
        "alpha==1.1", "beta==1.0", "gamma==1.1", "delta==1.0", "delta==1.2", "checker==1.0", "on-windows==1.1",
        delta_1_0="python_version < '3.10'", delta_1_2="python_version >= '3.10'",
    )  # fmt: skip
    (root / "poetry.lock").write_text(lock)

    result = uvkit.migrate(root, session=session)

    document = tomllib.loads((root / "pyproject.toml").read_text())
    assert document["project"] == {
        "name": "weather",
        "version": "1.2.0",
        "description": "Weather",
        "readme": "README.md",
        "requires-python": ">=3.9,<4.0",
        "license": {"text": "MIT"},
        "authors": [{"name": "Ann Author", "email": "ann@mail.example"}, {"name": "Bob"}],
        "keywords": ["rain", "sun"],
        "classifiers": ["Topic :: Scientific/Engineering"],
        "dependencies": [
            "alpha>=1.0,<2.0",
            "beta>=1.0,<2.0 ; sys_platform != 'win32'",
            "delta==1.0 ; python_version < '3.10'",
            "delta>=1.1,<2.0 ; python_version >= '3.10'",
        ],
        "optional-dependencies": {"plots": ["gamma[fast]>=1.1,<1.2"]},
        "scripts": {"weather": "weather.cli:main"},
        "entry-points": {"weather.sources": {"file": "weather.sources:File"}},
        "urls": {
            "Homepage": "https://weather.example",
            "Documentation": "https://docs.example",
            "Bug Tracker": "https://bugs.example",
        },
    }
    assert document["dependency-groups"] == {
        "dev": ["checker"],
        "docs": ["on-windows>=1,<2 ; sys_platform == 'win32'"],
    }
    assert document["tool"]["poetry"] == {
        "packages": [{"include": "weather", "from": "src"}],
        "include": ["data/*"],
    }
    assert document["build-system"]["requires"] == ["poetry-core>=2.0.0"]
    assert "# of the formatter\n[tool.black]\nline-length = 100\n" in result.pyproject
    assert {one.fate for one in result.versions} == {"kept"}
    assert result.of_fate("left-out") == ()
    assert (root / "pyproject.toml.orig").read_text() == LIBRARY
    assert uvkit.lock(root, check=True, session=session).changed is False


def test_versions_that_the_lock_has_are_not_upgraded(root: Path, session: uvkit.Session) -> None:
    (root / "pyproject.toml").write_text(LIBRARY)
    (root / "poetry.lock").write_text(poetry_lock("alpha==1.0", "beta==1.1", "gamma==1.1", "checker==1.2"))

    uvkit.migrate(root, session=session)

    lock = uvkit.Lockfile.read(root / "uv.lock")
    versions = {one.project: str(one.version) for one in lock.distributions if one.project != "delta"}
    assert versions == {
        "alpha": "1.0", "beta": "1.1", "gamma": "1.1", "checker": "1.2", "on-windows": "1.2", "weather": "1.2.0",
    }  # fmt: skip


def test_a_version_that_the_index_lacks_is_reported(root: Path, session: uvkit.Session) -> None:
    (root / "pyproject.toml").write_text(LIBRARY)
    (root / "poetry.lock").write_text(poetry_lock("alpha==1.0.5", "beta==9.0", "checker==1.0", "gone==1"))

    result = uvkit.migrate(root, session=session)

    rows = {one.project: one for one in result.versions}
    assert (rows["alpha"].fate, rows["alpha"].before, rows["alpha"].after) == ("changed", ("1.0.5",), ("1.2",))
    assert rows["alpha"].reason == "the index does not have `1.0.5`"
    assert rows["gone"].fate == "gone"
    assert rows["gamma"].fate == "new"


APPLICATION = """\
[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
python = "~3.11"
alpha = "*"
lib = { path = "../lib", develop = true }
theirs = { url = "https://files.example/theirs-1.0-py3-none-any.whl" }
tool = { git = "https://git.example/tool.git", tag = "v1", subdirectory = "py" }
beta = { version = "^1.0", source = "company" }
fast = { version = "^1.0 || ^3.0", allow-prereleases = true }
spare = { version = "*", optional = true }

[tool.poetry.dev-dependencies]
checker = "^1"

[[tool.poetry.source]]
name = "company"
url = "https://company.example/simple"
priority = "explicit"

[[tool.poetry.source]]
name = "more"
url = "https://more.example/simple"
priority = "supplemental"

[tool.poetry.scripts]
run = { reference = "bin/run.sh", type = "file" }
"""


def test_an_application_with_sources_of_all_kinds(root: Path) -> None:
    (root / "pyproject.toml").write_text(APPLICATION)

    result = uvkit.migrate(root, lock=False)

    document = tomllib.loads(result.pyproject)
    assert document["project"] == {
        "name": "weather",
        "version": "0",
        "requires-python": ">=3.11,<3.12",
        "dependencies": ["alpha", "lib", "theirs", "tool", "beta>=1.0,<2.0", "fast>=1.0,<4.0"],
    }
    assert document["dependency-groups"] == {"dev": ["checker>=1,<2"]}
    assert document["tool"]["uv"] == {
        "package": False,
        "prerelease-package": {"fast": "allow"},
        "sources": {
            "lib": {"path": "../lib", "editable": True},
            "theirs": {"url": "https://files.example/theirs-1.0-py3-none-any.whl"},
            "tool": {"git": "https://git.example/tool.git", "tag": "v1", "subdirectory": "py"},
            "beta": {"index": "company"},
        },
        "index": [
            {"name": "company", "url": "https://company.example/simple", "explicit": True},
            {"name": "more", "url": "https://more.example/simple"},
        ],
    }
    assert "build-system" not in document
    assert {item.what for item in result.of_fate("left-out")} == {
        "tool.poetry.dependencies.spare",
        "tool.poetry.scripts.run",
    }
    assert {item.what for item in result.of_fate("changed")} == {
        "tool.poetry.name",
        "tool.poetry.version",
        "tool.poetry.dependencies.fast",
        "tool.poetry.source.more",
    }


OF_POETRY_2 = """\
[project]
name = "weather"
dynamic = ["version", "classifiers"]
requires-python = ">=3.10"
dependencies = ["alpha (>=1.0,<2.0)", "tool"]

[dependency-groups]
lint = ["checker"]

[tool.poetry]
version = "0.0.0"
packages = [{ include = "weather" }]
classifiers = ["Private :: Do Not Upload"]
requires-poetry = ">=2.0"

[tool.poetry.dependencies]
tool = { git = "git@git.example:owner/tool.git", branch = "main" }

[tool.poetry.group.test.dependencies]
delta = "^1"

[tool.poetry.group.test]
include-groups = ["lint"]

[tool.poetry-dynamic-versioning]
enable = true

[build-system]
requires = ["poetry-core>=2.0.0,<3.0.0", "poetry-dynamic-versioning>=1.0.0,<2.0.0"]
build-backend = "poetry_dynamic_versioning.backend"
"""


def test_a_project_of_poetry_2_keeps_its_own_table(root: Path) -> None:
    (root / "pyproject.toml").write_text(OF_POETRY_2)

    result = uvkit.migrate(root, lock=False)

    document = tomllib.loads(result.pyproject)
    assert document["project"] == {
        "name": "weather",
        "requires-python": ">=3.10",
        "classifiers": ["Private :: Do Not Upload"],
        "dynamic": ["version"],
        "dependencies": ["alpha (>=1.0,<2.0)", "tool"],
    }
    assert document["dependency-groups"] == {
        "lint": ["checker"],
        "test": ["delta>=1,<2", {"include-group": "lint"}],
    }
    assert document["tool"]["uv"] == {
        "default-groups": ["lint", "test"],
        "sources": {"tool": {"git": "ssh://git@git.example/owner/tool.git", "branch": "main"}},
    }
    assert document["tool"]["poetry"] == {"packages": [{"include": "weather"}], "version": "0.0.0"}
    assert document["build-system"]["build-backend"] == "poetry_dynamic_versioning.backend"
    assert "poetry-dynamic-versioning>=1.0.0,<2.0.0" in document["build-system"]["requires"]


def test_what_no_key_corresponds_to_is_named(root: Path) -> None:
    (root / "pyproject.toml").write_text(
        '[tool.poetry]\nname = "w"\nversion = "1"\nauthors = []\nunheard-of = true\nreadme = ["A.md", "B.md"]\n'
        '[tool.poetry.dependencies]\npython = "^3.9"\nalpha = { version = "*", colour = "red", source = "our index" }\n'
        '[tool.poetry.extras]\nall = []\nsome = ["alpha", "nothing"]\n'
        '[[tool.poetry.source]]\nname = "our index"\nurl = "https://index.example/simple"\npriority = "explicit"\n'
    )

    result = uvkit.migrate(root, lock=False)

    assert {(item.what, item.detail) for item in result.of_fate("left-out")} == {
        ("tool.poetry.unheard-of", "nothing corresponds to it"),
        ("tool.poetry.readme", "`B.md`: a project has one readme, and the first was taken"),
        ("tool.poetry.dependencies.alpha.colour", "nothing corresponds to it"),
        ("tool.poetry.extras.some", "`alpha` is required anyway"),
        ("tool.poetry.extras.some", "`nothing` is no dependency of the project"),
    }
    document = tomllib.loads(result.pyproject)
    assert document["project"]["optional-dependencies"] == {"all": [], "some": []}
    assert document["tool"]["uv"]["sources"] == {"alpha": {"index": "our-index"}}
    assert document["tool"]["uv"]["index"][0]["name"] == "our-index"
    assert ("carried", "tool.poetry.authors") in {(item.fate, item.what) for item in result.items}


def test_the_only_index_takes_the_place_of_the_public_one(root: Path, index: IndexServer, tmp_path: Path) -> None:
    table = f'[[tool.poetry.source]]\nname = "only"\nurl = "{index.url}"\n'
    (root / "pyproject.toml").write_text(
        f'[tool.poetry]\nname = "w"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.9"\nalpha = "*"\n{table}'
    )
    (root / "poetry.lock").write_text(poetry_lock("alpha==1.0"))

    with uvkit.Session(cache=tmp_path / "cache") as session:
        result = uvkit.migrate(root, session=session)

    assert result.versions[0].fate == "kept"
    assert tomllib.loads(result.pyproject)["tool"]["uv"]["index"] == [
        {"name": "only", "url": index.url, "default": True}
    ]


def test_a_dry_run_resolves_and_writes_nothing(root: Path, session: uvkit.Session) -> None:
    (root / "pyproject.toml").write_text(LIBRARY)
    (root / "poetry.lock").write_text(poetry_lock("alpha==1.0"))

    result = uvkit.migrate(root, dry_run=True, session=session)

    assert sorted(path.name for path in root.iterdir()) == ["poetry.lock", "pyproject.toml"]
    assert (root / "pyproject.toml").read_text() == LIBRARY
    assert result.written is False
    assert result.lockfile is not None
    assert result.summary().startswith("Would migrate from poetry")
    assert result.to_dict()["versions"][-1]["fate"] == "kept"


def test_nothing_is_written_if_there_is_no_solution(root: Path, session: uvkit.Session) -> None:
    text = LIBRARY.replace('alpha = "^1.0"', 'alpha = "^7"')
    (root / "pyproject.toml").write_text(text)

    with pytest.raises(errors.ResolutionImpossibleError):
        uvkit.migrate(root, session=session)

    assert [path.name for path in root.iterdir()] == ["pyproject.toml"]
    assert (root / "pyproject.toml").read_text() == text


def test_a_file_that_cannot_be_written_leaves_all_as_before(root: Path, session: uvkit.Session) -> None:
    (root / "pyproject.toml").write_text(LIBRARY)
    (root / "uv.lock").mkdir()

    with pytest.raises((errors.StorageError, OSError)):
        uvkit.migrate(root, session=session)

    assert sorted(path.name for path in root.iterdir()) == ["pyproject.toml", "uv.lock"]
    assert (root / "pyproject.toml").read_text() == LIBRARY


def test_the_digest_of_a_kept_file_is_compared(root: Path, session: uvkit.Session) -> None:
    (root / "pyproject.toml").write_text(LIBRARY)
    digest = "0" * 64
    files = f'files = [{{ file = "alpha-1.0-py3-none-any.whl", hash = "sha256:{digest}" }}]\n'
    lock = poetry_lock("alpha==1.0").replace('python-versions = ">=3.7"\n', f'python-versions = ">=3.7"\n{files}')
    (root / "poetry.lock").write_text(lock)

    result = uvkit.migrate(root, session=session)

    alpha = next(one for one in result.versions if one.project == "alpha")
    assert alpha.fate == "changed"
    assert "another digest" in alpha.reason
