"""Edits of `pyproject.toml`: the texts are those that uv leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.errors import InvalidTableError
from uvkit.formats import Place, PyprojectEdit, with_block, written_requirement
from uvkit.model import Requirement, project_name

HEAD = '[project]\nname = "demo"\n'
PATH = Path("pyproject.toml")


def edited(text: str) -> PyprojectEdit:
    return PyprojectEdit(text, PATH)


def added(text: str, *requirements: str, place: Place = Place()) -> str:  # noqa: B008  # a frozen value
    edit = edited(text)
    for one in requirements:
        requirement = Requirement.parse(one)
        edit.add(place, requirement, written_requirement(requirement))
    return edit.text()


def removed(text: str, *projects: str) -> str:
    edit = edited(text)
    for one in projects:
        edit.remove(Place(), project_name(one))
    return edit.text()


@pytest.mark.parametrize(
    ("before", "requirement", "after"),
    [
        ("", "alpha", 'dependencies = [\n    "alpha",\n]\n'),
        ("dependencies = []\n", "alpha", 'dependencies = [\n    "alpha",\n]\n'),
        ('dependencies = ["beta"]\n', "alpha", 'dependencies = [\n    "alpha",\n    "beta",\n]\n'),
        ('dependencies = [ "b", "z" ]\n', "g", 'dependencies = [\n "b",\n "g",\n "z",\n]\n'),
        ('dependencies = ["z", "b"] # x\n', "g", 'dependencies = [\n    "z",\n    "b",\n    "g",\n] # x\n'),
        ("dependencies = [\n    # nothing\n]\n", "g", 'dependencies = [\n    # nothing\n    "g",\n]\n'),
        ("dependencies = ['a', 'b>1',]\n", "g", "dependencies = [\n    'a',\n    'b>1',\n    \"g\",\n]\n"),
        ('dependencies = [\n\t"b",\n\t# c\n\t"z"\n]\n', "g", 'dependencies = [\n\t"b",\n\t# c\n\t"g",\n\t"z",\n]\n'),
        (
            'dependencies = [ # open\n  # over b\n  "b", # behind b\n\n  "z", # behind z\n  # end\n]\n',
            "a",
            'dependencies = [ # open\n  "a",\n  # over b\n  "b", # behind b\n  "z", # behind z\n  # end\n]\n',
        ),
        (
            'dependencies = [\n  "b" # behind b\n  , # next\n  "z" # behind z\n]\n',
            "zz",
            'dependencies = [ # behind b\n  "b", # next # behind z\n  "z",\n  "zz",\n]\n',
        ),
    ],
)
def test_addition_keeps_order_comments_and_indentation(before: str, requirement: str, after: str) -> None:
    assert added(HEAD + before, requirement) == HEAD + after


@pytest.mark.parametrize(
    ("items", "new", "position"),
    [
        (("Alpha", "beta"), "aaa", 0),
        (("beta", "Alpha", "zeta"), "aaa", 3),
        (("Zeta", "alpha"), "beta", 2),
        (("alpha>1", "alpha-x"), "alpha-b", 1),
        (("alpha-x", "alpha>1"), "alpha-b", 0),
        (("alpha[x]>1", "alpha-x"), "alpha-b", 2),
        (("typing-extensions", "typing_zeta"), "typing-f", 1),
        (("a", "b", "c", "b"), "aa", 4),
    ],
)
def test_new_requirement_goes_where_the_order_wants_it(items: tuple[str, ...], new: str, position: int) -> None:
    rows = ", ".join(f'"{one}"' for one in items)

    text = added(f"{HEAD}dependencies = [{rows}]\n", new)

    expected = [*items[:position], new, *items[position:]]
    assert text == HEAD + "dependencies = [\n" + "".join(f'    "{one}",\n' for one in expected) + "]\n"


@pytest.mark.parametrize(
    ("written", "requirement", "after"),
    [
        ("alpha>1", "alpha", ["alpha>1"]),
        ("alpha[fast]>1", "alpha[all]", ["alpha[all,fast]>1"]),
        ("alpha>1", "alpha<3", ["alpha<3"]),
        ("alpha>1 ; python_version<'3.9'", "alpha>2", ["alpha>1 ; python_version<'3.9'", "alpha>2"]),
        ("alpha @ https://a.example/a-1.tar.gz", "alpha", ["alpha @ https://a.example/a-1.tar.gz"]),
    ],
)
def test_requirement_with_the_same_marker_is_changed(written: str, requirement: str, after: list[str]) -> None:
    text = added(f'{HEAD}dependencies = ["{written}"]\n', requirement)

    assert text == HEAD + "dependencies = [\n" + "".join(f'    "{one}",\n' for one in after) + "]\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a<5,>2", "a>2,<5"),
        ("a ~= 1.0 , != 1.3", "a~=1.0,!=1.3"),
        ("a==v1.0", "a==1.0"),
        ("A.b[z,Y,b_c]", "a-b[b-c,y,z]"),
        ("a; python_version in '3.8 3.9'", "a ; python_full_version >= '3.8' and python_full_version < '3.10'"),
    ],
)
def test_requirement_is_written_canonically(written: str, shown: str) -> None:
    assert written_requirement(Requirement.parse(written)) == shown


@pytest.mark.parametrize(
    ("before", "projects", "after"),
    [
        ('dependencies = ["alpha", "beta"]\n', ["alpha"], 'dependencies = [\n "beta",\n]\n'),
        ('dependencies = ["alpha"]\n', ["alpha"], "dependencies = []\n"),
        (
            'dependencies = [\n  "a", # a\n  # b\n  "b", # e\n  "z", # f\n]\n',
            ["b"],
            'dependencies = [\n  "a", # a\n  # b\n  # e\n  "z", # f\n]\n',
        ),
        ('dependencies = [\n  "a", # a\n  "b" # e\n]\n', ["b"], 'dependencies = [\n  "a", # a\n]\n'),
        ("dependencies = ['a', \"A[x]>1; os_name=='nt'\", 'b']\n", ["a"], "dependencies = [\n  'b',\n]\n"),
    ],
)
def test_removal_leaves_the_comments(before: str, projects: list[str], after: str) -> None:
    assert removed(HEAD + before, *projects) == HEAD + after


def test_new_group_takes_its_place_in_sorted_groups() -> None:
    text = added("[dependency-groups]\na=[]\n# of z\nz = []\n\n[tool.x]\n", "alpha", place=Place("group", "c"))

    assert text == '[dependency-groups]\na=[]\nc = [\n    "alpha",\n]\n# of z\nz = []\n\n[tool.x]\n'


def test_group_is_found_by_its_normalized_name() -> None:
    text = added("[dependency-groups]\nFoo_Bar = []\n", "alpha", place=Place("group", "foo-bar"))

    assert text == '[dependency-groups]\nFoo_Bar = [\n    "alpha",\n]\n'


def test_included_groups_stay_behind_requirements() -> None:
    text = added(
        '[dependency-groups]\ndev = ["z", "b", { include-group = "x" }]\nx = []\n', "a", place=Place("group", "dev")
    )

    assert text.startswith(
        '[dependency-groups]\ndev = [\n    "z",\n    "b",\n    "a",\n    { include-group = "x" },\n]'
    )


def test_extra_in_a_table_of_one_line_is_written_there() -> None:
    text = added(HEAD + "optional-dependencies={z=[]}\n", "alpha", place=Place("extra", "y"))

    assert text == HEAD + 'optional-dependencies={ z = [], y = [\n    "alpha",\n] }\n'


def test_first_source_makes_the_table() -> None:
    edit = edited(HEAD + "\n[tool.uv]\npackage = true\n\n[tool.x]\n")

    edit.set_source(project_name("a"), {"git": "https://git.example/a", "tag": "v1"})

    table = '\n[tool.uv.sources]\na = { git = "https://git.example/a", tag = "v1" }\n'
    assert edit.text() == HEAD + f"\n[tool.uv]\npackage = true\n{table}\n[tool.x]\n"


def test_last_source_takes_the_table_with_it() -> None:
    edit = edited(HEAD + '\n[tool.uv.sources]\n# of a\nA = { path = "a" }\n\n[tool.x]\n')

    assert edit.remove_source(project_name("a"))
    assert edit.text() == HEAD + "\n[tool.x]\n"


def test_new_index_comes_first() -> None:
    edit = edited(HEAD + '\n[[tool.uv.index]]\nname = "old"\nurl = "https://old.example/simple"\n')

    edit.add_index("https://index.example/simple", name="new")

    new = '[[tool.uv.index]]\nname = "new"\nurl = "https://index.example/simple"\n'
    assert edit.text() == f'{HEAD}\n{new}\n[[tool.uv.index]]\nname = "old"\nurl = "https://old.example/simple"\n'


def test_known_index_gets_its_new_address_and_comes_first() -> None:
    edit = edited('[[tool.uv.index]]\nurl = "a"\n\n[[tool.uv.index]]\nname="z"\nurl="https://z.example/simple"\n')

    edit.add_index("https://z.example/simple/")

    assert edit.text().startswith('\n[[tool.uv.index]]\nname="z"\nurl ="https://z.example/simple/"\n[[tool.uv.index]]')


def test_version_keeps_what_stands_behind_it() -> None:
    edit = edited("[project]\nname='x'\nversion =  '1' # now\n")

    edit.set_version("2")

    assert edit.text() == "[project]\nname='x'\nversion =  \"2\" # now\n"


def test_list_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidTableError, match=r"project\.dependencies"):
        added(HEAD + "dependencies = 'x'\n", "alpha")


def test_two_requirements_that_could_be_meant_are_refused() -> None:
    with pytest.raises(InvalidTableError, match="more than once"):
        added(HEAD + "dependencies = ['a>1', 'a<3']\n", "a>2")


BLOCK = '# /// script\n# dependencies = ["beta"]\n# ///\n'


@pytest.mark.parametrize(
    ("script", "after"),
    [
        ("", "# /// script\n# x = 1\n#\n# y = 2\n# ///\n"),
        ("print(1)", "# /// script\n# x = 1\n#\n# y = 2\n# ///\nprint(1)"),
        ("# c\nx\n", "# /// script\n# x = 1\n#\n# y = 2\n# ///\n\n# c\nx\n"),
        ("#!/a\r\nx\r\n", "#!/a\n# /// script\n# x = 1\n#\n# y = 2\n# ///\nx\r\n"),
        (f"#!/a\r\n{BLOCK}x\r\ny", "#!/a\r\n# /// script\n# x = 1\n#\n# y = 2\n# ///\nx\ny\n"),
    ],
)
def test_block_of_a_script_is_put_in_place(script: str, after: str) -> None:
    assert with_block(script, "x = 1\n\ny = 2\n", path=Path("s.py")) == after
