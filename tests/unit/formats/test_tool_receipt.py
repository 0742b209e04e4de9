"""Receipts of tools in uv's form: what is read is what was written, whoever wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.errors import InvalidTableError
from uvkit.formats import ToolEntryPoint, ToolReceipt, dump_tool_receipt, parse_tool_receipt
from uvkit.model import ArchiveSource, DirectorySource, GitSource, Requirement, project_name

PATH = Path("tools/demo/uv-receipt.toml")
# As uv 0.13.9 wrote it.
WHOLE = """\
[tool]
requirements = [
    { name = "demo", extras = ["more"], specifier = "==1.*,>1,!=1.5,<2" },
    { name = "helper", marker = "sys_platform == 'linux'" },
]
constraints = [{ name = "alpha", specifier = "<2" }]
overrides = [{ name = "beta", specifier = "==1.0" }]
excludes = ["gamma"]
build-constraint-dependencies = [{ name = "setuptools", specifier = "<90" }]
python = "3.11"
entrypoints = [
    { name = "demo", install-path = "/home/one/.local/bin/demo", from = "demo" },
]

[tool.options]
index = [{ url = "https://index.example/simple", explicit = false, default = true, format = "simple" }]
config-settings = { a = "b", c = ["1", "2"] }
build-isolation = { shared-package = ["kk"] }
compile-bytecode = true
"""


def test_text_of_uv_comes_back_as_it_was() -> None:
    receipt = parse_tool_receipt(WHOLE, path=PATH)

    assert dump_tool_receipt(receipt) == WHOLE


@pytest.mark.parametrize(
    ("table", "source"),
    [
        ('path = "/files/demo.whl"', ArchiveSource(path=Path("/files/demo.whl"))),
        ('url = "https://index.example/demo.whl"', ArchiveSource(url="https://index.example/demo.whl")),
        ('directory = "/trees/demo"', DirectorySource(path=Path("/trees/demo"))),
        ('editable = "/trees/demo"', DirectorySource(path=Path("/trees/demo"), editable=True)),
        ('git = "https://git.example/demo"', GitSource(repository="https://git.example/demo")),
        (
            'git = "https://git.example/demo?subdirectory=sub&rev=main"',
            GitSource(
                repository="https://git.example/demo", reference="main", reference_kind="rev", subdirectory="sub"
            ),
        ),
    ],
)
def test_source_is_written_as_uv_does(table: str, source: object) -> None:
    text = f'[tool]\nrequirements = [{{ name = "demo", {table} }}]\nentrypoints = []\n'

    receipt = parse_tool_receipt(text, path=PATH)

    assert receipt.requirements[0].source == source
    assert dump_tool_receipt(receipt) == text


def test_requirements_of_the_first_releases_are_texts() -> None:
    receipt = parse_tool_receipt('[tool]\nrequirements = ["demo>=1"]\n', path=PATH)

    assert receipt.requirements == (Requirement.parse("demo>=1"),)


@pytest.mark.parametrize(
    "text",
    [
        "junk",
        "",
        "[tool]\nrequirements = []\n",
        "[tool]\nrequirements = [{ specifier = '1' }]\n",
        "[tool]\nrequirements = [{ name = 'demo', specifier = 'one' }]\n",
        "[tool]\nrequirements = [{ name = 'demo' }]\nentrypoints = [{ name = 'demo' }]\n",
    ],
)
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(InvalidTableError):
        parse_tool_receipt(text, path=PATH)


def test_order_of_what_came_along_does_not_matter_but_the_tool_does() -> None:
    one, two, three = map(Requirement.parse, ("demo", "alpha", "beta"))

    receipt = ToolReceipt(requirements=(one, two, three))

    assert receipt.request == ToolReceipt(requirements=(one, three, two)).request
    assert receipt.request != ToolReceipt(requirements=(two, one, three)).request


def test_provider_of_an_executable_may_be_unknown() -> None:
    entry = ToolEntryPoint(name="demo", install_path=Path("/bin/demo"))
    receipt = ToolReceipt(requirements=(Requirement(project=project_name("demo")),), entry_points=(entry,))

    assert parse_tool_receipt(dump_tool_receipt(receipt), path=PATH).entry_points == (entry,)
