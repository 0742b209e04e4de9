"""Projects of PDM, pipenv, setuptools and pip become standard ones with the versions that they had."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

import uvkit
from uvkit import errors


def _versions(result: uvkit.MigrationResult) -> dict[str, list[str]]:
    assert result.lockfile is not None
    found: dict[str, list[str]] = {}
    for one in result.lockfile.distributions:
        if one.project not in result.lockfile.members:
            found.setdefault(one.project, []).append(str(one.version))
    return found


def _tables(result: uvkit.MigrationResult) -> dict[str, dict[str, object]]:
    return tomllib.loads(result.pyproject)


# -- PDM ---------------------------------------------------------------------------------------------------------------

OF_PDM = """\
# a library
[project]
name = "weather"  # its name
dynamic = ["version"]
requires-python = ">=3.9"
dependencies = ["alpha>=1", "beta"]

[project.optional-dependencies]
fast = ["gamma"]

[build-system]
requires = ["pdm-backend"]
build-backend = "pdm.backend"

[tool.pdm.version]
source = "scm"

[tool.pdm.dev-dependencies]
test = ["checker>=1", "-e file:///${PROJECT_ROOT}/tools/helper#egg=helper"]
docs = ["delta"]

[tool.pdm.scripts]
test = "pytest"

[tool.pdm.resolution]
respect-source-order = true

[tool.pdm.resolution.overrides]
alpha = "1.1"
delta = ">=1,<2"

[[tool.pdm.source]]
name = "company"
url = "https://company.example/simple"
include_packages = ["inner", "inner-*"]

[tool.ruff]
line-length = 100
"""
PDM_LOCK = """\
[metadata]
groups = ["default", "docs", "test"]
lock_version = "4.5.0"

[[package]]
name = "alpha"
version = "1.1"

[[package]]
name = "beta"
version = "1.0"

[[package]]
name = "delta"
version = "1.0"

[[package]]
name = "checker"
version = "1.2"
"""


def test_a_project_of_pdm_keeps_its_table_as_it_is_written(root: Path) -> None:
    (root / "pyproject.toml").write_text(OF_PDM)

    result = uvkit.migrate(root, lock=False)

    head, _, _ = OF_PDM.partition("[tool.pdm.version]")
    assert result.pyproject.startswith(head)
    document = _tables(result)
    assert document["dependency-groups"] == {"test": ["checker>=1", "helper"], "docs": ["delta"]}
    assert document["tool"]["uv"] == {
        "default-groups": "all",
        "override-dependencies": ["alpha==1.1", "delta>=1,<2"],
        "sources": {"helper": {"path": "tools/helper", "editable": True}, "inner": {"index": "company"}},
        "index": [{"name": "company", "url": "https://company.example/simple"}],
    }
    assert document["tool"]["pdm"] == {"version": {"source": "scm"}}
    assert document["tool"]["ruff"] == {"line-length": 100}
    assert [item.what for item in result.of_fate("left-out")] == [
        "tool.pdm.source.company.include_packages",
        "tool.pdm.scripts.test",
    ]


def test_versions_of_a_pdm_lock_stay(root: Path, session: uvkit.Session) -> None:
    text = OF_PDM.replace(', "-e file:///${PROJECT_ROOT}/tools/helper#egg=helper"', "")
    (root / "pyproject.toml").write_text(text.partition("[[tool.pdm.source]]")[0])
    (root / "pdm.lock").write_text(PDM_LOCK)

    result = uvkit.migrate(root, session=session)

    assert _versions(result) == {
        "alpha": ["1.1"],
        "beta": ["1.0"],
        "checker": ["1.2"],
        "delta": ["1.0"],
        "gamma": ["2.0"],
    }
    assert {one.project: one.fate for one in result.versions} == {
        "alpha": "kept", "beta": "kept", "checker": "kept", "delta": "kept", "gamma": "new",
    }  # fmt: skip


def test_a_pylock_of_pdm_counts_as_its_lock(root: Path, session: uvkit.Session) -> None:
    (root / "pyproject.toml").write_text(
        '[project]\nname = "w"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["alpha", "delta"]\n'
        "[tool.pdm]\ndistribution = true\n"
    )
    (root / "pylock.toml").write_text(
        'lock-version = "1.0"\n[[packages]]\nname = "alpha"\nversion = "1.0"\n'
        '[[packages]]\nname = "delta"\nversion = "1.1"\nmarker = "python_version < \'3.11\'"\n'
        '[[packages]]\nname = "delta"\nversion = "1.2"\nmarker = "python_version >= \'3.11\'"\n'
    )

    result = uvkit.migrate(root, session=session)

    assert _versions(result)["alpha"] == ["1.0"]
    assert {one.fate for one in result.versions} == {"kept"}


def test_a_project_that_joins_a_workspace_keeps_the_versions_of_both(root: Path, session: uvkit.Session) -> None:
    (root / "pyproject.toml").write_text(
        '[project]\nname = "root"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["beta<2"]\n'
        '[tool.uv.workspace]\nmembers = ["parts/*"]\n[tool.uv]\nconstraint-dependencies = ["beta<1.1"]\n'
    )
    uvkit.lock(root, session=session)
    text = (root / "pyproject.toml").read_text()
    (root / "pyproject.toml").write_text(text.replace('constraint-dependencies = ["beta<1.1"]', ""))
    part = root / "parts" / "one"
    part.mkdir(parents=True)
    (part / "pyproject.toml").write_text(
        '[tool.poetry]\nname = "one"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.9"\ngamma = "*"\n'
    )
    (part / "poetry.lock").write_text('[[package]]\nname = "gamma"\nversion = "1.1"\n')

    result = uvkit.migrate(part, session=session)

    assert _versions(result) == {"alpha": ["2.0"], "beta": ["1.0"], "gamma": ["1.1"]}
    assert not (part / "uv.lock").exists()
    assert uvkit.Lockfile.read(root / "uv.lock").versions("gamma")
    assert sorted(path.name for path in result.backups) == ["pyproject.toml.orig", "uv.lock.orig"]


def test_an_application_of_pdm_is_not_built(root: Path) -> None:
    (root / "pyproject.toml").write_text(
        '[project]\nrequires-python = ">=3.9"\ndependencies = []\n[tool.pdm]\ndistribution = false\n'
        '[tool.pdm.dev-dependencies]\ndev = ["checker"]\n'
    )

    document = _tables(uvkit.migrate(root, lock=False))

    assert document["project"] == {"name": "weather", "version": "0", "requires-python": ">=3.9", "dependencies": []}
    assert document["tool"] == {"uv": {"package": False}}


# -- pipenv ------------------------------------------------------------------------------------------------------------

PIPFILE = """\
[[source]]
name = "pypi"
url = "https://index.example/simple"
verify_ssl = true

[[source]]
name = "company"
url = "https://company.example/simple"
verify_ssl = false

[packages]
alpha = "~=1.0"
gamma = {version = "*", extras = ["fast"]}
beta = {version = ">=1.0", sys_platform = "== 'linux'", markers = "python_version >= '3.9'"}
inner = {version = "*", index = "company"}
tool = {git = "https://git.example/tool.git", ref = "v1"}
lib = {path = "./lib", editable = true}

[dev-packages]
checker = "*"

[docs]
delta = "<2"

[requires]
python_version = "3.11"

[scripts]
serve = "python serve.py"

[pipenv]
allow_prereleases = true
"""


def test_a_pipfile_becomes_a_project_that_is_not_built(root: Path) -> None:
    (root / "Pipfile").write_text(PIPFILE)

    result = uvkit.migrate(root, lock=False)

    document = _tables(result)
    assert document["project"] == {
        "name": "weather",
        "version": "0",
        "requires-python": "==3.11.*",
        "dependencies": [
            "alpha~=1.0",
            "gamma[fast]",
            "beta>=1.0 ; python_version >= '3.9' and sys_platform == 'linux'",
            "inner",
            "tool",
            "lib",
        ],
    }
    assert document["dependency-groups"] == {"dev": ["checker"], "docs": ["delta<2"]}
    assert document["tool"]["uv"] == {
        "package": False,
        "prerelease": "allow",
        "sources": {
            "inner": {"index": "company"},
            "tool": {"git": "https://git.example/tool.git", "rev": "v1"},
            "lib": {"path": "./lib", "editable": True},
        },
        "index": [{"name": "company", "url": "https://company.example/simple", "explicit": True}],
    }
    assert [item.what for item in result.of_fate("left-out")] == ["source.company.verify_ssl", "scripts.serve"]


def test_versions_of_a_pipfile_lock_stay(root: Path, session: uvkit.Session) -> None:
    (root / "Pipfile").write_text(
        '[packages]\nalpha = "*"\nneeds-windows = "*"\n[dev-packages]\nchecker = "*"\n[docs]\ndelta = "*"\n'
        '[requires]\npython_version = "3.11"\n'
    )
    lock = {
        "_meta": {"hash": {}},
        "default": {"alpha": {"version": "==1.1", "hashes": []}, "needs-windows": {"version": "==1.0"}},
        "develop": {"checker": {"version": "==1.0"}, "alpha": {"version": "==1.1"}},
        "docs": {"delta": {"version": "==1.2"}, "alpha": {"version": "==1.0"}},
    }
    (root / "Pipfile.lock").write_text(json.dumps(lock))

    result = uvkit.migrate(root, session=session)

    rows = {one.project: (one.fate, one.after) for one in result.versions}
    assert rows["checker"] == ("kept", ("1.0",))
    assert rows["delta"] == ("kept", ("1.2",))
    assert rows["alpha"][0] == "kept"
    assert rows["on-windows"] == ("new", ("2.0",))
    apart = [item.detail for item in result.items if item.what == "Pipfile.lock: alpha"]
    assert apart[0].startswith("default has 1.1, develop has 1.1, docs has 1.0;")
    assert (root / "Pipfile").is_file()
    assert result.backups == ()


# -- setuptools --------------------------------------------------------------------------------------------------------

SETUP_CFG = """\
[metadata]
name = weather
version = attr: weather.__version__
description = Weather
long_description = file: README.rst
long_description_content_type = text/x-rst
license = MIT
license_files = LICENSE
author = Ann, Bob
author_email = ann@mail.example, bob@mail.example
url = https://weather.example
project_urls =
    Source = https://source.example
classifiers =
    License :: OSI Approved :: MIT License
    Topic :: Scientific/Engineering
keywords = rain, sun

[options]
packages = find:
package_dir =
    = src
python_requires = >=3.9
include_package_data = true
install_requires =
    alpha>=1,<2
    beta; sys_platform != "win32"
setup_requires = helper

[options.packages.find]
where = src
exclude =
    tests*

[options.extras_require]
fast = gamma>=1
:python_version < "3.10" = delta

[options.entry_points]
console_scripts =
    weather = weather.cli:main
weather.sources =
    File = weather.sources:File

[options.package_data]
* = *.txt, *.rst

[flake8]
max-line-length = 100
"""


def test_a_setup_cfg_becomes_a_project_and_keeps_what_is_of_others(root: Path, session: uvkit.Session) -> None:
    (root / "setup.cfg").write_text(SETUP_CFG)
    (root / "setup.py").write_text("from setuptools import setup\nsetup()\n")
    (root / "requirements.txt").write_text("alpha==1.1\nbeta==1.0\n")

    result = uvkit.migrate(root, session=session)

    document = _tables(result)
    assert document["project"] == {
        "name": "weather",
        "dynamic": ["version"],
        "description": "Weather",
        "readme": {"file": "README.rst", "content-type": "text/x-rst"},
        "license": "MIT",
        "license-files": ["LICENSE"],
        "keywords": ["rain", "sun"],
        "classifiers": ["Topic :: Scientific/Engineering"],
        "authors": [{"name": "Ann", "email": "ann@mail.example"}, {"name": "Bob", "email": "bob@mail.example"}],
        "urls": {"Homepage": "https://weather.example", "Source": "https://source.example"},
        "requires-python": ">=3.9",
        "dependencies": ["alpha>=1,<2", 'beta; sys_platform != "win32"', 'delta ; python_version < "3.10"'],
        "optional-dependencies": {"fast": ["gamma>=1"]},
        "scripts": {"weather": "weather.cli:main"},
        "entry-points": {"weather.sources": {"File": "weather.sources:File"}},
    }
    assert document["tool"]["setuptools"] == {
        "include-package-data": True,
        "package-dir": {"": "src"},
        "packages": {"find": {"where": ["src"], "exclude": ["tests*"], "namespaces": False}},
        "package-data": {"*": ["*.txt", "*.rst"]},
        "dynamic": {"version": {"attr": "weather.__version__"}},
    }
    assert (root / "setup.cfg").read_text() == "[flake8]\nmax-line-length = 100\n"
    assert not (root / "setup.py").exists()
    assert sorted(path.name for path in result.backups) == ["setup.cfg.orig", "setup.py.orig"]
    assert (root / "setup.cfg.orig").read_text() == SETUP_CFG
    assert [item.what for item in result.of_fate("left-out")] == ["options.setup_requires"]
    assert {one.project: one.fate for one in result.versions if one.before} == {"alpha": "kept", "beta": "kept"}


SETUP_PY = """\
from pathlib import Path
from setuptools import Extension, find_packages, setup

VERSION = "1.2"
requires = ["alpha>=1"]

setup(
    name="weather",
    version=VERSION,
    long_description=open("README.md").read(),
    packages=find_packages("src", exclude=["tests"]),
    package_dir={"": "src"},
    install_requires=requires + ["beta"],
    extras_require={"fast": ["gamma"]},
    entry_points={"console_scripts": ["weather=weather:main"]},
    ext_modules=[Extension("weather._fast", ["fast.c"])],
    python_requires=">=3.9",
    classifiers=("Topic :: Utilities",),
    url=compute(),
)
"""


def test_a_setup_py_is_read_without_running_it(root: Path) -> None:
    (root / "setup.py").write_text(SETUP_PY)

    result = uvkit.migrate(root, lock=False)

    project = _tables(result)["project"]
    assert project["version"] == "1.2"
    assert project["readme"] == "README.md"
    assert project["dependencies"] == ["alpha>=1", "beta"]
    assert project["scripts"] == {"weather": "weather:main"}
    assert project["classifiers"] == ["Topic :: Utilities"]
    assert _tables(result)["tool"]["setuptools"]["packages"] == {
        "find": {"exclude": ["tests"], "where": ["src"], "namespaces": False}
    }
    assert [item.what for item in result.of_fate("left-out")] == ["setup.py: ext_modules", "setup.py: url"]
    assert (root / "setup.py").read_text() == SETUP_PY


# -- requirements files ------------------------------------------------------------------------------------------------


def test_pairs_of_requirements_files_become_a_project_and_its_groups(root: Path, session: uvkit.Session) -> None:
    (root / "requirements.in").write_text("alpha>=1\ngamma[fast]\n")
    (root / "requirements.txt").write_text("alpha==1.0\n    # via -r requirements.in\ngamma==1.1\ndelta==1.2\n")
    (root / "requirements-dev.in").write_text("-r requirements.in\n-c limits.txt\nchecker\n")
    (root / "requirements-dev.txt").write_text("alpha==1.0\ngamma==1.1\ndelta==1.2\nchecker==1.0\n")
    (root / "limits.txt").write_text("checker<2\n")
    (root / "requirements").mkdir()
    (root / "requirements" / "docs.txt").write_text("beta==1.1 --hash=sha256:" + "0" * 64 + "\n")

    result = uvkit.migrate(root, session=session, python="3.11")

    document = _tables(result)
    assert document["project"] == {
        "name": "weather",
        "version": "0",
        "requires-python": ">=3.11",
        "dependencies": ["alpha>=1", "gamma[fast]"],
    }
    assert document["dependency-groups"] == {"dev": ["checker"], "docs": ["beta==1.1"]}
    assert document["tool"]["uv"]["constraint-dependencies"] == ["checker<2"]
    assert _versions(result) == {
        "alpha": ["1.0"],
        "beta": ["1.1"],
        "checker": ["1.0"],
        "delta": ["1.2"],
        "gamma": ["1.1"],
    }
    assert {one.fate for one in result.versions} == {"kept"}
    assert (root / "requirements.in").is_file()


def test_places_and_indexes_of_requirements_files_are_kept(root: Path) -> None:
    (root / "requirements.txt").write_text(
        "--index-url https://company.example/simple\n--extra-index-url https://more.example/simple\n"
        "-e ./lib\n-e ./nameless\nAlpha >=1,  <2  # a comment\n"
        "tool @ git+https://git.example/tool.git@v1\nalpha==1.0 ; sys_platform == 'linux'\n"
    )

    (root / "lib").mkdir()
    (root / "lib" / "pyproject.toml").write_text('[project]\nname = "the-lib"\nversion = "1"\n')

    result = uvkit.migrate(root, lock=False, python="3.11")

    document = _tables(result)
    assert document["project"]["dependencies"] == [
        "the-lib",
        "Alpha >=1,  <2",
        "tool",
        "alpha==1.0 ; sys_platform == 'linux'",
    ]
    assert document["tool"]["uv"] == {
        "package": False,
        "sources": {
            "the-lib": {"path": "lib", "editable": True},
            "tool": {"git": "https://git.example/tool.git", "rev": "v1"},
        },
        "index": [
            {"name": "extra-1", "url": "https://more.example/simple"},
            {"name": "main", "url": "https://company.example/simple", "default": True},
        ],
    }
    assert [item.what for item in result.of_fate("left-out")] == ["requirements.txt: ./nameless"]


# -- what is no project of another tool --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "there are no files"),
        ({"pyproject.toml": '[project]\nname = "a"\nversion = "1"\n'}, "a standard one already"),
    ],
)
def test_nothing_to_migrate_is_an_error(root: Path, files: dict[str, str], reason: str) -> None:
    for name, text in files.items():
        (root / name).write_text(text)

    with pytest.raises(errors.NothingToMigrateError, match=reason):
        uvkit.migrate(root)


@pytest.mark.parametrize("tool", ["poetry", "pdm", "pipenv", "setuptools", "requirements"])
def test_a_tool_that_is_named_must_have_its_files(root: Path, tool: str) -> None:
    with pytest.raises(errors.NothingToMigrateError):
        uvkit.migrate(root, tool=tool, lock=False, python="3.11")  # type: ignore[arg-type]
