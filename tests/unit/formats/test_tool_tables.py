"""`[tool.uv]` and `uv.toml`: which values are accepted, and how mistakes are explained."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uvkit.errors import InvalidTableError
from uvkit.formats import PROJECT_ONLY, ToolTable, parse_uv_toml, read_tool_table
from uvkit.formats.shape_models import mistakes
from uvkit.formats.shapes import bare, fits, origin_of
from uvkit.formats.tool_schema import tool_json_schema

PATH = Path("pyproject.toml")

# One usable value for every setting.
VALUES: dict[str, str] = {
    "required-version": '">=0.13"',
    "system-certs": "true",
    "native-tls": "true",
    "offline": "true",
    "no-cache": "true",
    "cache-dir": '"cache"',
    "preview": "true",
    "preview-features": '["x"]',
    "python-preference": '"only-managed"',
    "python-downloads": '"manual"',
    "concurrent-downloads": "4",
    "concurrent-builds": "4",
    "concurrent-installs": "4",
    "index": '[{ name = "a", url = "https://index.example/simple", explicit = true, authenticate = "always" }]',
    "index-url": '"https://index.example/simple"',
    "extra-index-url": '["https://index.example/simple"]',
    "no-index": "true",
    "find-links": '["wheels"]',
    "index-strategy": '"unsafe-best-match"',
    "keyring-provider": '"subprocess"',
    "http-proxy": '"http://proxy.example"',
    "https-proxy": '"http://proxy.example"',
    "no-proxy": '["a.example"]',
    "allow-insecure-host": '["a.example"]',
    "resolution": '"lowest-direct"',
    "prerelease": '"explicit"',
    "prerelease-package": '{ a = "allow" }',
    "fork-strategy": '"fewest"',
    "dependency-metadata": '[{ name = "a", version = "1", requires-dist = ["b"], provides-extras = ["x"] }]',
    "config-settings": '{ a = "b", c = ["d", "e"] }',
    "config-settings-package": '{ p = { a = "b" } }',
    "no-build-isolation": "true",
    "require-build-hashes": "true",
    "no-build-isolation-package": '["a"]',
    "extra-build-dependencies": '{ a = ["b", { requirement = "c", match-runtime = true }] }',
    "extra-build-variables": '{ a = { B = "c" } }',
    "exclude-newer": '"30 days"',
    "exclude-newer-package": '{ a = false, b = "2024-01-01" }',
    "link-mode": '"hardlink"',
    "compile-bytecode": "true",
    "no-sources": "true",
    "no-sources-package": '["a"]',
    "upgrade": "true",
    "upgrade-package": '["a<2"]',
    "reinstall": "true",
    "reinstall-package": '["a"]',
    "no-build": "true",
    "no-build-package": '["a"]',
    "no-binary": "true",
    "no-binary-package": '["a"]',
    "torch-backend": '"cu128"',
    "python-install-mirror": '"https://mirror.example"',
    "pypy-install-mirror": '"https://mirror.example"',
    "graalpy-install-mirror": '"https://mirror.example"',
    "pyodide-install-mirror": '"https://mirror.example"',
    "python-downloads-json-url": '"list.json"',
    "publish-url": '"https://index.example/upload"',
    "trusted-publishing": '"never"',
    "check-url": '"https://index.example/simple"',
    "add-bounds": '"major"',
    "audit": '{ ignore = ["x"] }',
    "pip": '{ python = "3.12", only-binary = [":all:"] }',
    "cache-keys": '["a", { file = "b" }, { dir = "src" }, { git = { commit = true, tags = true } }, { env = "X" }]',
    "override-dependencies": '["a", { package = { name = "b", version = "1" }, dependencies = ["c"] }]',
    "exclude-dependencies": '["a", { package = { name = "b" }, dependencies = ["c"] }]',
    "constraint-dependencies": '["a<2"]',
    "build-constraint-dependencies": '["a<2"]',
    "environments": "[\"sys_platform == 'linux'\"]",
    "required-environments": "\"sys_platform == 'linux'\"",
    "minimum-libc-version": '{ glibc = "2.28", musl = "1.2" }',
    "conflicts": '[[{ extra = "a" }, { group = "b" }, { package = "c", extra = "d" }, { package = "e" }]]',
    "workspace": '{ members = ["m/*"], exclude = ["m/x"] }',
    "sources": '{ a = { index = "i" }, b = [{ path = "b", marker = "os_name == \'nt\'" }] }',
    "managed": "true",
    "package": "false",
    "default-groups": '"all"',
    "dependency-groups": '{ g = { requires-python = ">=3.12" } }',
    "dev-dependencies": '["a"]',
    "build-backend": '{ module-name = "x", data = { headers = "h" } }',
}


def read(text: str, *, strict: bool = False) -> tuple[ToolTable, dict[str, str], list[str]]:
    table, problems, notices = read_tool_table(tomllib.loads(text), path=PATH, within="tool.uv", strict=strict)
    return table, dict(problems), [f"{notice.message}; {notice.hint}" for notice in notices]


def test_there_is_a_value_for_every_setting() -> None:
    assert set(VALUES) == set(ToolTable.__annotations__)


@pytest.mark.parametrize("key", VALUES)
def test_setting_is_accepted(key: str) -> None:
    table, problems, notices = read(f"{key} = {VALUES[key]}")

    assert (problems, notices) == ({}, [])
    assert dict(table) == tomllib.loads(f"{key} = {VALUES[key]}")


@pytest.mark.parametrize("key", sorted(set(VALUES) - {"build-backend"}))
def test_setting_of_a_wrong_type_is_named(key: str) -> None:
    _, problems, _ = read(f"{key} = 1979-05-27")

    assert list(problems) == [f"tool.uv.{key}"]
    assert problems[f"tool.uv.{key}"].endswith("got a date or time")


def test_table_that_fits_does_not_load_pydantic() -> None:
    import subprocess

    code = (
        "import sys, tomllib; from pathlib import Path; from uvkit.formats import read_tool_table;"
        "read_tool_table(tomllib.loads(sys.argv[1]), path=Path('x'), within='tool.uv');"
        "print('pydantic' in sys.modules)"
    )
    text = "\n".join(f"{key} = {value}" for key, value in VALUES.items())

    answer = subprocess.run([sys.executable, "-c", code, text], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('resolution = "lowst"', "resolution", "did you mean `lowest`?"),
        ('link-mode = "Clone"', "link-mode", "did you mean `clone`?"),
        ("exclude-newer = true", "exclude-newer", "expected a string or `false`, got a boolean"),
        ('exclude-newer = "30 dayz"', "exclude-newer", "is not a cut-off"),
        ('exclude-newer = "2 months"', "exclude-newer", "use days"),
        (
            "exclude-newer-package = { a = 3 }",
            "exclude-newer-package.a",
            "expected a string or `false`, got an integer",
        ),
        ('exclude-newer-package = { "a b" = "P3D" }', 'exclude-newer-package."a b"', "not a valid name"),
        ("concurrent-builds = 0", "concurrent-builds", "expected a positive number, got 0"),
        ("concurrent-builds = true", "concurrent-builds", "expected an integer, got a boolean"),
        ('find-links = "x"', "find-links", "expected an array of strings, got a string"),
        ("find-links = [1]", "find-links[0]", "expected a string, got an integer"),
        ("config-settings = { a = [1] }", "config-settings.a[0]", "expected a string, got an integer"),
        ('upgrade-package = ["a b"]', "upgrade-package[0]", "not a valid requirement"),
        ('no-build-package = ["a>1"]', "no-build-package[0]", "not a valid name"),
        ('environments = ["a b"]', "environments[0]", "not a marker"),
        ('environments = "a b"', "environments", "not a marker"),
        ('required-version = "new"', "required-version", "not a version specifier"),
        ('minimum-libc-version = { glibc = "2" }', "minimum-libc-version.glibc", "<major>.<minor>"),
        ('minimum-libc-version = { glbc = "2.1" }', "minimum-libc-version.glbc", "did you mean `glibc`?"),
        ('workspace = { member = ["a"] }', "workspace.member", "did you mean `members`?"),
        ('default-groups = "some"', "default-groups", "expected an array of strings or `all`, got a string"),
        ("dependency-groups = { g = { requires-python = 3 } }", "dependency-groups.g.requires-python", "a string"),
        ('dependency-groups = { g = { requires-python = "x" } }', "dependency-groups.g.requires-python", "specifier"),
        ("dependency-metadata = [{ version = '1' }]", "dependency-metadata[0].name", "is required"),
        ("dependency-metadata = [{ name = 'a', version = 'x' }]", "dependency-metadata[0].version", "PEP 440"),
        (
            "dependency-metadata = [{ name = 'a', requires-dist = ['b >'] }]",
            "dependency-metadata[0].requires-dist[0]",
            "b >",
        ),
        (
            'override-dependencies = [{ package = { name = "a" } }]',
            "override-dependencies[0].dependencies",
            "is required",
        ),
        (
            'override-dependencies = [{ package = { name = "a", version = "x" }, dependencies = [] }]',
            "override-dependencies[0].package.version",
            "PEP 440",
        ),
        ('exclude-dependencies = ["a<1"]', "exclude-dependencies[0]", "not a valid name"),
        ("constraint-dependencies = [{ a = 1 }]", "constraint-dependencies[0]", "expected a string, got a table"),
        ('conflicts = [[{ extra = "a" }]]', "conflicts[0]", "at least two"),
        ('conflicts = [[{ extra = "a" }, { extra = "a" }]]', "conflicts[0]", "at least two different entries"),
        ('conflicts = [[{ extra = "a", group = "b" }, { extra = "c" }]]', "conflicts[0][0]", "got both"),
        ('conflicts = [[{ extras = "a" }, { extra = "c" }]]', "conflicts[0][0].extras", "did you mean `extra`?"),
        ('cache-keys = [{ file = "a", dir = "b" }]', "cache-keys[0]", "exactly one of"),
        (
            'extra-build-dependencies = { a = [{ requirment = "b" }] }',
            "extra-build-dependencies.a[0].requirement",
            "required",
        ),
        ('extra-build-dependencies = { a = ["b >"] }', "extra-build-dependencies.a[0]", "not a valid requirement"),
    ],
)
def test_mistake_is_explained_at_its_place(text: str, key: str, reason: str) -> None:
    _, problems, _ = read(text)

    assert reason in problems[f"tool.uv.{key}"]


@pytest.mark.parametrize(
    ("entry", "key", "reason"),
    [
        ("{ }", "[0].url", "is required"),
        ('{ url = " " }', "[0].url", "expected a URL or a path"),
        ('{ url = "u", name = "a b" }', "[0].name", "not a valid name"),
        ('{ url = "u", explicit = true }', "[0]", "needs a `name`"),
        ('{ url = "u", format = "flt" }', "[0].format", "did you mean `flat`?"),
        ('{ url = "u", authenticate = "no" }', "[0].authenticate", "not one of `auto`, `always`, `never`"),
        ('{ url = "u", ignore-error-codes = [1] }', "[0].ignore-error-codes[0]", "1 is not an HTTP status"),
        ('{ url = "u", exclude-newer = "x" }', "[0].exclude-newer", "is not a cut-off"),
        ('{ url = "u", hash-algorithm = "crc" }', "[0].hash-algorithm", "not one of"),
        ('{ url = "u", default = true }, { url = "v", default = true }', "[1].default", "tool.uv.index[0] is one"),
        ('{ url = "u", name = "a" }, { url = "v", name = "a" }', "[1].name", "also that of tool.uv.index[0]"),
    ],
)
def test_mistake_in_an_index_is_explained(entry: str, key: str, reason: str) -> None:
    _, problems, _ = read(f"index = [{entry}]")

    assert reason in problems[f"tool.uv.index{key}"]


@pytest.mark.parametrize(
    ("source", "key", "reason"),
    [
        ("{ }", "", "needs one of `git`"),
        ('{ gti = "u" }', ".gti", "did you mean `git`?"),
        ('{ url = "u", path = "p" }', "", "cannot have both `url` and `path`"),
        ('{ git = "u", tag = "t", branch = "b" }', "", "at most one of `rev`, `tag` and `branch`"),
        ('{ url = "u", editable = true }', ".editable", "cannot be combined with `url`"),
        ('{ index = "i", subdirectory = "s" }', ".subdirectory", "cannot be combined with `index`"),
        ('{ path = "p", editable = true, package = false }', "", "exclude each other"),
        ('{ index = "i", extra = "e", group = "g" }', "", "got both"),
        ('{ index = "i", marker = "x y" }', ".marker", "not a marker"),
        ("[]", "", "at least one"),
        ('[{ index = "i" }, { index = "j" }]', "[0]", "needs a `marker`"),
        (
            "[{ index = 'i', marker = \"os_name == 'nt'\" }, { index = 'j', marker = \"python_version > '3'\" }]",
            "[1].marker",
            "overlaps with that of tool.uv.sources.a[0]",
        ),
        ("3", "", "expected a table or an array of tables, got an integer"),
    ],
)
def test_mistake_in_a_source_is_explained(source: str, key: str, reason: str) -> None:
    _, problems, _ = read(f"sources = {{ a = {source} }}")

    assert reason in problems[f"tool.uv.sources.a{key}"]


def test_sources_of_different_extras_may_overlap() -> None:
    _, problems, _ = read('sources = { a = [{ index = "i", extra = "x" }, { index = "j", extra = "y" }] }')

    assert problems == {}


def test_all_mistakes_are_listed_at_once() -> None:
    _, problems, notices = read('resolution = 3\nprerelease = "alow"\noffline = "x"\nfind-linsk = []\nmanaged = 1')

    assert sorted(problems) == ["tool.uv.managed", "tool.uv.offline", "tool.uv.prerelease", "tool.uv.resolution"]
    assert len(notices) == 1


def test_unknown_setting_is_a_notice_and_the_rest_holds() -> None:
    table, problems, notices = read('resolutoin = "lowest"\nprerelease = "allow"')

    assert problems == {}
    assert table == {"prerelease": "allow"}
    assert notices == [
        "`tool.uv.resolutoin` in `pyproject.toml` is not a known setting and has no effect; did you mean `resolution`?"
    ]


def test_unknown_key_of_an_index_is_a_notice() -> None:
    table, problems, notices = read('index = [{ url = "u", explict = true }]')

    assert problems == {}
    assert table == {"index": [{"url": "u"}]}
    assert "did you mean `explicit`?" in notices[0]


def test_unknown_setting_is_a_problem_for_a_strict_reader() -> None:
    _, problems, notices = read('resolutoin = "lowest"', strict=True)

    assert problems == {"tool.uv.resolutoin": "unknown key; did you mean `resolution`?"}
    assert notices == []


# -- uv.toml -----------------------------------------------------------------------------------------------------------


def test_uv_toml_has_the_same_settings() -> None:
    table, notices = parse_uv_toml('prerelease = "allow"', Path("uv.toml"))

    assert (table, notices) == ({"prerelease": "allow"}, ())


def test_unknown_keys_of_an_index_in_uv_toml_are_told_and_passed_over() -> None:
    text = 'index = [{ url = "https://index.example/simple", explict = true }]'

    table, [notice] = parse_uv_toml(text, Path("uv.toml"))

    assert table == {"index": [{"url": "https://index.example/simple"}]}
    assert notice.message == "`index[0].explict` in `uv.toml` is not a known setting and has no effect"
    assert notice.hint == "did you mean `explicit`?"


@pytest.mark.parametrize("key", sorted(PROJECT_ONLY))
def test_setting_of_a_project_has_no_place_in_uv_toml(key: str) -> None:
    with pytest.raises(InvalidTableError) as caught:
        parse_uv_toml(f"{key} = {VALUES[key]}", Path("uv.toml"))

    assert caught.value.problems == ((key, "belongs into `[tool.uv]` of a `pyproject.toml`"),)


def test_unknown_key_in_uv_toml_is_a_problem() -> None:
    with pytest.raises(InvalidTableError, match="did you mean `prerelease`"):
        parse_uv_toml('prerelese = "allow"', Path("uv.toml"))


# -- the two judges and the schema -------------------------------------------------------------------------------------


def _strategy(shape: Any) -> st.SearchStrategy[Any]:
    """Return values that fit a shape, with some that do not mixed in."""
    from typing import Literal, Union, get_args, is_typeddict

    shape = bare(shape)
    wrong = st.sampled_from([1, "text", True, [], {}, ["a"], {"a": "b"}, 1.5])
    if is_typeddict(shape):
        keys = shape.__annotations__
        inner = {key: _strategy(kind) for key, kind in keys.items()}
        required = {key: inner.pop(key) for key in shape.__required_keys__}
        right: st.SearchStrategy[Any] = st.fixed_dictionaries(required, optional=dict(list(inner.items())[:6]))
    elif origin_of(shape) is list:
        right = st.lists(_strategy(get_args(shape)[0]), max_size=2)
    elif origin_of(shape) is dict:
        right = st.dictionaries(st.sampled_from(["a", "b"]), _strategy(get_args(shape)[1]), max_size=2)
    elif origin_of(shape) is Literal:
        right = st.sampled_from(get_args(shape))
    elif origin_of(shape) is Union or str(type(shape)) == "<class 'types.UnionType'>":
        right = st.one_of([_strategy(part) for part in get_args(shape)])
    else:
        right = {str: st.sampled_from(["a", "b"]), int: st.integers(0, 3), bool: st.booleans()}.get(shape, wrong)
    return st.one_of(right, right, right, wrong)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_quick_test_and_models_agree(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(VALUES)))
    table = {key: data.draw(_strategy(ToolTable.__annotations__[key]))}

    found = mistakes(table, ToolTable)

    assert fits(ToolTable)(table) == (not found), (table, found)


def test_schema_lists_every_setting_with_its_meaning() -> None:
    schema = tool_json_schema()

    assert set(schema["properties"]) == set(ToolTable.__annotations__)
    assert all(one.get("description") for one in schema["properties"].values())
    assert schema["additionalProperties"] is False
